"""The playbook: when a finding applies, what it says and what to decide (``playbook.toml``)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kamnb.data.settings import read_toml
from kamnb.errors import SettingsError
from kamnb.places import settings_file

Quadrant = Literal["strategic", "star", "status", "streamline"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Frozen):
    """One test of a finding: of a fact against a number, or of the quadrant."""

    fact: str = ""
    below: float | None = None
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    quadrant: tuple[Quadrant, ...] = ()

    @model_validator(mode="after")
    def _tests_something(self) -> "Condition":
        limits = [self.below, self.above, self.at_least, self.at_most]
        if bool(self.fact) == bool(self.quadrant) or (self.fact and limits.count(None) == 4):
            raise ValueError("a condition needs a fact with a limit (below, above, at_least, at_most), or quadrant")
        return self


class Rule(_Frozen):
    """A finding that may apply to an account."""

    urgency: Annotated[int, Field(ge=1, le=3)]
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    sentence: str
    decision: str
    stake: str


class QuadrantAdvice(_Frozen):
    """What a quadrant is called and what it asks for."""

    name: str
    asks: str


class Staleness(_Frozen):
    """After how long knowledge is stale and dates come into view."""

    insight_months: Annotated[int, Field(ge=1)]
    notice_days: Annotated[int, Field(ge=0)]
    check_point_days: Annotated[int, Field(ge=0)]


class WhiteSpace(_Frozen):
    """When other accounts of the segment are a comparison."""

    least_peers: Annotated[int, Field(ge=1)]


class Playbook(_Frozen):
    """All of ``playbook.toml``."""

    staleness: Staleness
    white_space: WhiteSpace
    missing: Mapping[str, str]
    quadrants: Mapping[Quadrant, QuadrantAdvice]
    findings: Mapping[str, Rule]


@cache
def load_playbook(path: Path | None = None) -> Playbook:
    """Read a playbook, the packaged one by default.

    Raises
    ------
    SettingsError
        If the file cannot be read or a rule is not one; all such faults at once.

    Examples
    --------
    >>> load_playbook().quadrants["star"].name
    'Star'
    """
    path = path or settings_file("playbook.toml")
    try:
        return Playbook.model_validate(read_toml(path))
    except ValidationError as error:
        faults = [f"{path.name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise SettingsError(faults, "nothing was computed") from None
