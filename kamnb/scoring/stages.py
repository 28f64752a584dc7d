"""The relationship stage: how far a relationship has come, by evidence (``stages.toml``)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from kamnb.data.method import MethodFile
from kamnb.data.settings import Frozen
from kamnb.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

StageName = Literal["exploratory", "tactical", "cooperative", "interdependent", "strategic"]
Level = Literal["low", "medium", "high"]
LEVELS: tuple[Level, ...] = ("low", "medium", "high")
"""Potential, from 1 to 3."""


class StageTest(Frozen):
    """One piece of evidence: an indicator and its inclusive bound."""

    fact: str
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _tests_something(self) -> "StageTest":
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError(f"{self.fact}: a test has one bound, at_least or at_most")
        if self.fact not in INDICATORS:
            raise ValueError(f"{self.fact} is no indicator")
        return self

    @property
    def bound(self) -> float:
        """The number that the value is held against."""
        return self.at_least if self.at_least is not None else self.at_most or 0.0


class Stage(Frozen):
    """A stage and its tests; none of them for the two lowest."""

    level: Annotated[int, Field(ge=1, le=5)]
    tests: tuple[StageTest, ...] = ()


class Disintegrating(Frozen):
    """When a relationship is coming apart."""

    period_months: Annotated[int, Field(ge=1)]
    periods: Annotated[int, Field(ge=1)]
    least_declines: Annotated[int, Field(ge=1)]
    people_chance: Annotated[float, Field(gt=0, lt=1)]
    share_of_wallet: Annotated[float, Field(ge=0)]
    wallet_growth: Annotated[float, Field(ge=0)]
    swings: Annotated[float, Field(gt=0)]


class Exceptions(Frozen):
    """Where Tactical is fine whatever the potential."""

    new_years: Annotated[float, Field(ge=0)]
    new: str
    no_partnership: str


class Stages(MethodFile):
    """All of ``stages.toml``."""

    file: ClassVar[str] = "stages.toml"

    least_known: Annotated[int, Field(ge=1)]
    at_most: StageName
    stages: Mapping[StageName, Stage]
    words: Mapping[str, str]
    disintegrating: Disintegrating
    advice: Mapping[StageName, Mapping[Level, str]]
    exceptions: Exceptions


def test_stages(indicators: "pd.DataFrame", stages: Stages) -> "pd.DataFrame":
    """Hold the evidence of every account against the tests of every stage.

    Parameters
    ----------
    indicators : DataFrame
        One row per account.
    stages : Stages

    Returns
    -------
    DataFrame
        ``account_id``, ``level``, ``fact``, ``value``, ``bound``, ``is_least`` (else the bound is the most) and ``passes``
        (1 or 0; NaN where the value is unknown).

    Examples
    --------
    >>> import pandas as pd
    >>> index = pd.Index(["A"], name="account_id")
    >>> evidence = pd.DataFrame({"people_reached": [4.0]}, index=index).reindex(columns=list(INDICATORS))
    >>> tests = test_stages(evidence, Stages.load())
    >>> tests[tests["fact"] == "people_reached"][["level", "bound", "passes"]].values.tolist()
    [[3.0, 3.0, 1.0], [4.0, 6.0, 0.0], [5.0, 6.0, 0.0]]
    """
    import pandas as pd

    ordered = sorted(stages.stages.values(), key=lambda each: each.level)
    parts = [_hold(indicators[test.fact], stage.level, test) for stage in ordered for test in stage.tests]
    return pd.concat(parts, ignore_index=True).sort_values("account_id", kind="stable", ignore_index=True)


test_stages.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a test's


def _hold(value: "pd.Series[float]", level: int, test: StageTest) -> "pd.DataFrame":
    import pandas as pd

    is_least = test.at_least is not None
    passes = (value.round(9) >= test.bound) if is_least else (value.round(9) <= test.bound)
    return pd.DataFrame(
        {
            "account_id": value.index.astype(str),
            "level": level,
            "fact": test.fact,
            "value": value.to_numpy(dtype=float),
            "bound": test.bound,
            "is_least": is_least,
            "passes": passes.astype(float).where(value.notna()).to_numpy(),
        }
    )


def assign_stages(indicators: "pd.DataFrame", tests: "pd.DataFrame", stages: Stages) -> "pd.DataFrame":
    """Return the stage of every account, by evidence.

    The highest stage of which every test is known and passes; Tactical where there is none and enough tests are known;
    Exploratory before the first invoice. What is unknown bears nothing out, as what fails does not: with less data no
    stage is higher. Without interactions none is claimed, and it is said that it would be no higher than ``at_most``;
    nor is one where nobody can tell whether the account ever bought. Forty names in a CRM are not a relationship.

    Parameters
    ----------
    indicators : DataFrame
    tests : DataFrame
        As `test_stages` returns them.
    stages : Stages

    Returns
    -------
    DataFrame
        Indexed as `indicators`: ``stage`` (1 to 5, NaN unknown), ``stage_at_most`` (the stage was not claimed for want of
        interactions), ``stage_reason`` (why it is unknown or held back, else missing).
    """
    import pandas as pd

    reached, known = _reach(tests, indicators.index, stages)
    unseen = indicators["people_reached"].isna()
    bought = indicators["revenue_ltm"].notna() | indicators["days_since_invoice"].notna()
    never = indicators["revenue_ltm"].notna() & indicators["days_since_invoice"].isna()
    stage = reached.clip(lower=float(_LEAST)).where(known & bought & ~unseen).mask(never, 1.0)
    held = unseen & ~never
    return pd.DataFrame({"stage": stage, "stage_at_most": held, "stage_reason": _say_why(stage, held, bought, stages)})


_LEAST = 2
"""The stage of every account that buys: Tactical asks for no evidence."""


def _reach(tests: "pd.DataFrame", index: "pd.Index[str]", stages: Stages) -> "tuple[pd.Series[float], pd.Series[bool]]":
    """Return the highest level whose tests all pass, 0 where none does, and whether enough is known of some level."""
    import pandas as pd

    by_level = tests.groupby(["level", "account_id"])["passes"].agg(known="count", passed="sum")
    reached, known = pd.Series(0.0, index=index), pd.Series(False, index=index)
    for stage in sorted(stages.stages.values(), key=lambda each: each.level):
        if stage.tests:
            at = by_level.reindex(pd.MultiIndex.from_product([[stage.level], index])).set_axis(index)
            known |= at["known"] >= stages.least_known
            passes = (at["passed"] == len(stage.tests)) & (at["known"] >= stages.least_known)
            reached = reached.mask(passes, float(stage.level))
    return reached, known


def _say_why(stage: "pd.Series[float]", held: "pd.Series[bool]", bought: "pd.Series[bool]", stages: Stages) -> "pd.Series[str]":
    import pandas as pd

    said = pd.Series(None, index=stage.index, dtype=object)
    said = said.mask(stage.isna(), f"fewer than {stages.least_known} tests of any stage are known")
    said = said.mask(~bought, "whether it ever bought is unknown")
    return said.mask(held, f"at most {stages.at_most.title()}, by evidence: people reached are unknown")


def level_potential(spend: "pd.Series[float]", medium: float | None, high: float | None) -> "pd.Series[float]":
    """Return the potential of every account: 1 low, 2 medium, 3 high by accessible spend; NaN where spend or limits are unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> level_potential(pd.Series([10.0, 50.0, 90.0, None]), 50, 90).tolist()
    [1.0, 2.0, 3.0, nan]
    """
    if medium is None or high is None:
        return spend * float("nan")
    return (1.0 + (spend >= medium) + (spend >= high)).where(spend.notna())


def advise(
    stage: "pd.Series[float]",
    potential: "pd.Series[float]",
    tenure: "pd.Series[float]",
    partnership: "pd.Series[bool]",
    stages: Stages,
) -> "pd.Series[str]":
    """Return what each account's stage and potential advise; missing where either is unknown.

    Parameters
    ----------
    stage, potential : Series
        Levels as `assign_stages` and `level_potential` give them.
    tenure : Series
        Years as a customer.
    partnership : Series
        Whether the account believes in partnership; missing where not said.
    stages : Stages

    Returns
    -------
    Series of str, indexed as `stage`
    """
    import pandas as pd

    said = pd.Series(None, index=stage.index, dtype=object)
    for name, each in stages.stages.items():
        for number, level in enumerate(LEVELS, start=1):
            said = said.mask((stage == each.level) & (potential == number), stages.advice[name][level])
    tactical = stage == stages.stages["tactical"].level
    doubts = partnership.astype("boolean").eq(False).fillna(False).astype(bool)
    said = said.mask(tactical & (tenure < stages.exceptions.new_years), stages.exceptions.new)
    return said.mask(tactical & doubts, stages.exceptions.no_partnership)
