"""The playbook: when a finding applies, what it says and what to decide (``playbook.toml``)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, field_validator, model_validator

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen
from kamnb.planning.amounts import read_amount

Quadrant = Literal["strategic", "star", "status", "streamline"]
Place = Literal[Quadrant, "not placed"]


class Condition(Frozen):
    """One test of a finding: of a fact against a number, or of the quadrant."""

    fact: str = ""
    below: float | None = None
    above: float | None = None
    at_least: float | None = None
    at_most: float | None = None
    quadrant: tuple[Place, ...] = ()

    @model_validator(mode="after")
    def _tests_something(self) -> "Condition":
        limits = [self.below, self.above, self.at_least, self.at_most]
        if bool(self.fact) == bool(self.quadrant) or (self.fact and limits.count(None) == 4):
            raise ValueError("a condition needs a fact with a limit (below, above, at_least, at_most), or quadrant")
        return self


class Stake(Frozen):
    """Money that a finding costs or brings: which money it is, and how much (see `kamnb.planning.amounts`)."""

    money: str
    amount: str

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        read_amount(self.amount)
        return self


class Rule(Frozen):
    """A finding that may apply to an account.

    ``topic`` is what it is about: of one topic a page asks once. ``stake`` is the money lost or to be gained, the first whose
    amount is known and above 0; none: the rule has no money. ``due`` is a fact, in days: by when to decide, where the urgency
    does not say it. ``owner`` is a fact whose first thing says who decides, where it is not the account manager.
    """

    urgency: Annotated[int, Field(ge=1, le=3)]
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    topic: str = ""
    label: str = ""
    sentence: str
    decision: str
    stake: tuple[Stake, ...] = ()
    due: str = ""
    owner: str = ""

    @field_validator("stake", mode="before")
    @classmethod
    def _read_alone(cls, given: Any) -> Any:
        """Take an amount without more for money of its own."""
        return [{"money": "", "amount": given}] if isinstance(given, str) else given

    @property
    def limit(self) -> float | None:
        """The bound of the first condition, which amounts may name."""
        first = self.when[0]
        return next((each for each in (first.below, first.above, first.at_least, first.at_most) if each is not None), None)


class Deciding(Frozen):
    """What a page asks, how many things it names, and by when decisions of each urgency are due."""

    questions: Annotated[int, Field(ge=1)]
    named: Annotated[int, Field(ge=1)]
    within_days: tuple[int, int, int]
    promise_weeks: Annotated[int, Field(ge=1)]


class QuadrantAdvice(Frozen):
    """What a quadrant is called and what it asks for."""

    name: str
    asks: str


class Staleness(Frozen):
    """After how long knowledge is stale and dates come into view."""

    insight_months: Annotated[int, Field(ge=1)]
    notice_days: Annotated[int, Field(ge=0)]
    notice_steps: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    document_days: Annotated[int, Field(ge=0)]
    repeat_times: Annotated[int, Field(ge=2)]
    repeat_months: Annotated[int, Field(ge=1)]
    check_point_days: Annotated[int, Field(ge=0)]


class WhiteSpace(Frozen):
    """When other accounts of the segment are a comparison."""

    least_peers: Annotated[int, Field(ge=1)]
    least_decided: Annotated[int, Field(ge=1)]
    history_months: Annotated[int, Field(ge=1)]
    next_offers: Annotated[int, Field(ge=1)]
    most_offerings: Annotated[int, Field(ge=1)]


class RivalRules(Frozen):
    """Of how many factors it is said that a competitor is ahead on every one."""

    least_factors: Annotated[int, Field(ge=1)]


class PeopleRules(Frozen):
    """Which people a relationship hangs on, and when they are silent."""

    champions: tuple[str, ...]
    silent_days: Annotated[int, Field(ge=1)]
    key_persons: Annotated[int, Field(ge=1)]


class Part(Frozen):
    """A part of a whole, and the fact that tells whether it is there: at least, or at most, so much of it."""

    part: str
    fact: str
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _has_one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.part}: give at_least or at_most")
        return self


class Role(Part):
    """A part of one of the two roles of our side, and the fact that bears it out."""

    role: str
    words: str
    needs: str = ""


class PlanPart(Part):
    """A part of a plan: the fact that tells whether it is there, or fresh, what it weighs and how to get it."""

    kind: Literal["there", "fresh"] = "there"
    at_least: Annotated[float, Field(gt=0)] | None = None
    weight: Annotated[float, Field(gt=0)]
    remedy: str


class PlanRules(Frozen):
    """How many initiatives lead a plan, and how many gaps are told."""

    initiatives: Annotated[int, Field(ge=1)]
    gaps: Annotated[int, Field(ge=1)]


class ToldChanges(Frozen):
    """Which changes since an earlier day are told."""

    facts: tuple[str, ...]
    least_points: Annotated[float, Field(ge=0)]
    least_change: Annotated[float, Field(ge=0)]
    most_uncounted: Annotated[float, Field(ge=0, le=1)]


class Look(Frozen):
    """So many months of due dates, up to so many ago, and after how many the months before them count half (never: not said)."""

    months: Annotated[int, Field(ge=1)]
    ago: Annotated[int, Field(ge=0)] = 0
    half_life: Annotated[float, Field(gt=0)] | None = None


class Payment(Frozen):
    """Which payments say how an account pays, and when it pays later than it used to."""

    history_months: Annotated[int, Field(ge=1)]
    least_payments: Annotated[int, Field(ge=1)]
    least_months: Annotated[int, Field(ge=0, le=12)]
    late_quantile: Annotated[float, Field(ge=0.5, le=1)]
    recent_months: Annotated[int, Field(ge=1)]
    drift_months: Annotated[int, Field(ge=1)]
    looks: Annotated[tuple[Look, ...], Field(min_length=1)]
    chance: Annotated[float, Field(gt=0, lt=1)]
    least_drift: Annotated[float, Field(ge=0)]
    least_recent: Annotated[int, Field(ge=1)]
    least_before: Annotated[int, Field(ge=1)]
    months_before: Annotated[int, Field(ge=1)]
    least_windows: Annotated[float, Field(ge=1)]
    least_scatter: Annotated[float, Field(gt=0)]
    forgotten_scatters: Annotated[float, Field(gt=0)]
    forgotten_days: Annotated[float, Field(ge=0)]
    spans: Annotated[int, Field(ge=3)]
    steady_drift: Annotated[float, Field(gt=0, le=1)]
    later_part: Annotated[float, Field(gt=0, lt=1)]
    later_months: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _looks_at_what_is_recent(self) -> Self:
        if any(look.ago + look.months > self.recent_months for look in self.looks):
            raise ValueError("a look reaches back further than recent_months")
        return self


class TrendRules(Frozen):
    """When there is enough to tell whether an account orders less, and when it is silent."""

    least_orders: Annotated[float, Field(ge=1)]
    least_pauses: Annotated[int, Field(ge=1)]
    silent_days: Annotated[int, Field(ge=1)]
    longest_pauses: Annotated[float, Field(ge=1)]
    mean_pauses: Annotated[float, Field(ge=1)]


class Profit(Frozen):
    """When costs to serve reach over the year, and by which profit accounts are compared."""

    slack_days: Annotated[int, Field(ge=0)]
    least_covered: Annotated[float, Field(gt=0, le=1)]


class Playbook(MethodFile):
    """All of ``playbook.toml``."""

    file: ClassVar[str] = "playbook.toml"

    staleness: Staleness
    white_space: WhiteSpace
    payment: Payment
    trends: TrendRules
    profit: Profit
    people: PeopleRules
    rivals: RivalRules
    roles: tuple[Role, ...]
    plan: PlanRules
    parts: Annotated[Mapping[str, PlanPart], Field(min_length=1)]
    changes: ToldChanges
    missing: Mapping[str, str]
    quadrants: Mapping[Quadrant, QuadrantAdvice]
    deciding: Deciding
    money: Mapping[str, str]
    findings: Mapping[str, Rule]

    @model_validator(mode="after")
    def _knows_the_money(self) -> Self:
        unknown = {
            f'findings.{name}: stake names the money "{stake.money}", which [money] does not have'
            for name, rule in self.findings.items()
            for stake in rule.stake
            if stake.money and stake.money not in self.money
        }
        if unknown:
            raise ValueError("; ".join(sorted(unknown)))
        return self
