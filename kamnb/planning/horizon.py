"""The numbers of looking back and ahead, ``horizon.toml``."""

from typing import Annotated, ClassVar

from pydantic import Field

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen

_Count = Annotated[int, Field(ge=1)]
_Share = Annotated[float, Field(gt=0, lt=1)]


class HistorySettings(Frozen):
    """How far history goes back."""

    quarters: Annotated[int, Field(ge=2, le=40)]


class ForecastSettings(Frozen):
    """When intervals are calibrated, on what, and how they are drawn."""

    least_accounts: Annotated[int, Field(ge=5)]
    coverage: _Share
    least_spread: Annotated[float, Field(gt=0)]
    most_fitted: _Count
    usual_changes: _Share


class BacktestSettings(Frozen):
    """As of when is scored, what counts as an event, and when there are too few of them to tell."""

    origins: Annotated[tuple[Annotated[int, Field(ge=12)], ...], Field(min_length=1)]
    grew: Annotated[float, Field(gt=0)]
    shrank: _Share
    paid_later: Annotated[float, Field(gt=0)]
    least_events: _Count
    first: Annotated[tuple[_Count, ...], Field(min_length=1)]
    resamples: Annotated[int, Field(ge=100, le=100_000)]
    level: _Share


class HorizonSettings(MethodFile):
    """``horizon.toml``, checked."""

    file: ClassVar[str] = "horizon.toml"

    history: HistorySettings
    forecast: ForecastSettings
    backtest: BacktestSettings
