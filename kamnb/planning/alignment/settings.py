"""The numbers of the choice of KPIs (``alignment.toml``)."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen

Worth = Annotated[Decimal, Field(ge=0, lt=Decimal(10) ** 15)]


class Benefit(Frozen):
    """Money a year that stands for a benefit stated in a word."""

    high: Worth
    medium: Worth
    low: Worth

    @model_validator(mode="after")
    def _falls(self) -> "Benefit":
        if not self.high >= self.medium >= self.low:
            raise ValueError(f"high {self.high}, medium {self.medium} and low {self.low} must not rise in this order")
        return self


class Search(Frozen):
    """How long the search for a choice may go on."""

    node_limit: Annotated[int, Field(ge=1)]
    curve_searches: Annotated[int, Field(ge=2)]


class Incentives(Frozen):
    """When two KPIs of one manager are said to pull against each other."""

    least_observations: Annotated[int, Field(ge=3)]
    pulls_from: Annotated[float, Field(ge=-1, lt=0)]


class Trend(Frozen):
    """When a trend of a KPI is told."""

    least_values: Annotated[int, Field(ge=2)]
    periods: Annotated[int, Field(ge=1)]


class AlignmentSettings(MethodFile):
    """All of ``alignment.toml``."""

    file: ClassVar[str] = "alignment.toml"

    benefit: Benefit
    search: Search
    incentives: Incentives
    trend: Trend
