"""The numbers behind the indicators (``indicators.toml``)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen

_Count = Annotated[int, Field(ge=1)]
_Words = Annotated[tuple[str, ...], Field(min_length=1)]


class Coverage(Frozen):
    """When the invoices reach over a whole window."""

    slack_days: Annotated[int, Field(ge=0)]


class Tenure(Frozen):
    """When the first invoice of an account may not be the first there was."""

    ledger_slack_days: Annotated[int, Field(ge=0)]


class Rhythm(Frozen):
    """When an account has a rhythm of its own."""

    least_gaps: _Count


class Series(Frozen):
    """How long the monthly series is."""

    series_months: _Count


class Receivables(Frozen):
    """How days are counted in DSO, what waiting costs, and when count-back DSO is unreliable."""

    days_per_year: _Count
    days_per_month: _Count | Literal["calendar"]
    credit_rate_per_year: Annotated[float, Field(ge=0, le=1)]
    lumpy_volatility: Annotated[float, Field(ge=0)]


class Vat(Frozen):
    """VAT rates, as fractions, by which lines of the ledger are netted that name no invoice of ours."""

    account: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    country: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class Contacts(Frozen):
    """Which contact is two-way, and who is an executive."""

    two_way_channels: _Words
    executive_levels: _Words


class Pipeline(Frozen):
    """Which closed deals count."""

    win_rate_months: _Count


class IndicatorSettings(MethodFile):
    """All of ``indicators.toml``."""

    file: ClassVar[str] = "indicators.toml"

    coverage: Coverage
    tenure: Tenure
    rhythm: Rhythm
    series: Series
    receivables: Receivables
    vat: Vat = Vat()
    contacts: Contacts
    pipeline: Pipeline

    @property
    def variables(self) -> dict[str, object]:
        """Every number by its name, as the queries ask for it."""
        sections = self.model_dump(exclude={"vat"})
        numbers = {name: value for section in sections.values() for name, value in section.items()}
        return numbers | {"days_per_month": None if numbers["days_per_month"] == "calendar" else numbers["days_per_month"]}
