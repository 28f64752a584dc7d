"""The numbers behind the indicators (``indicators.toml``)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kamnb.data.method import Own, build_settings

_Count = Annotated[int, Field(ge=1)]
_Words = Annotated[tuple[str, ...], Field(min_length=1)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Coverage(_Frozen):
    """When the invoices reach over a whole window."""

    slack_days: Annotated[int, Field(ge=0)]


class Rhythm(_Frozen):
    """When an account has a rhythm of its own."""

    least_gaps: _Count


class Series(_Frozen):
    """How long the monthly series is."""

    series_months: _Count


class Receivables(_Frozen):
    """How days are counted in DSO, what waiting costs, and when count-back DSO is unreliable."""

    days_per_year: _Count
    days_per_month: _Count
    credit_rate_per_year: Annotated[float, Field(ge=0, le=1)]
    lumpy_volatility: Annotated[float, Field(ge=0)]


class Contacts(_Frozen):
    """Which contact is two-way, and who is an executive."""

    two_way_channels: _Words
    executive_levels: _Words


class Pipeline(_Frozen):
    """Which closed deals count."""

    win_rate_months: _Count


class IndicatorSettings(_Frozen):
    """All of ``indicators.toml``."""

    coverage: Coverage
    rhythm: Rhythm
    series: Series
    receivables: Receivables
    contacts: Contacts
    pipeline: Pipeline

    @property
    def variables(self) -> dict[str, object]:
        """Every number by its name, as the queries ask for it."""
        return {name: value for section in self.model_dump().values() for name, value in section.items()}


def load_indicator_settings(own: Own | None = None) -> IndicatorSettings:
    """Return the numbers behind the indicators: the packaged ones, with what the workbook's own file changes.

    Raises
    ------
    SettingsError
        If a value makes no sense; all such faults at once.

    Examples
    --------
    >>> load_indicator_settings().receivables.days_per_year
    365
    """
    return build_settings(IndicatorSettings, "indicators.toml", own)
