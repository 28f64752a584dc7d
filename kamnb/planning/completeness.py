"""How complete and how fresh a plan is, and what would raise it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kamnb.planning.playbook import PlanPart

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

SHARE_UNITS = {
    "topics_fresh": "fraction",
    "goals_fresh": "fraction",
    "objectives_in_time": "fraction",
    "actions_in_time": "fraction",
    "actions_owned": "fraction",
}
"""The unit of each column that `measure_shares` returns."""

COMPLETENESS_UNITS = {**SHARE_UNITS, "plan_completeness": "fraction", "plan_freshness": "fraction"}
"""The unit of each fact about a plan as a whole."""


def measure_shares(facts: "pd.DataFrame") -> "pd.DataFrame":
    """Return how much of what a plan holds is as it should be, fractions; unknown where it holds none.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ("insight_topics", "stale_topics", "goals", "goals_stale", "objectives_open", "objectives_past_due",
    ...          "actions_open", "actions_overdue", "customer_actions_overdue", "sideless_actions_overdue", "actions_unowned")
    >>> measure_shares(pd.DataFrame([[3, 1, 0, 0, 2, 1, 4, 1, 1, 1, 0]], columns=names)).iloc[0].tolist()
    [0.75, nan, 0.5, 0.25, 1.0]
    """
    import pandas as pd

    sides = facts[["actions_overdue", "customer_actions_overdue", "sideless_actions_overdue"]]
    overdue = sides.sum(axis=1).where(sides["sideless_actions_overdue"].notna())  # where no side is said, all are sideless
    return pd.DataFrame(
        {
            "topics_fresh": _keep(facts["stale_topics"], facts["insight_topics"] + facts["stale_topics"]),
            "goals_fresh": _keep(facts["goals_stale"], facts["goals"]),
            "objectives_in_time": _keep(facts["objectives_past_due"], facts["objectives_open"]),
            "actions_in_time": _keep(overdue, facts["actions_open"]),
            "actions_owned": _keep(facts["actions_unowned"], facts["actions_open"]),
        }
    )


def _keep(lost: "pd.Series[float]", whole: "pd.Series[float]") -> "pd.Series[float]":
    return 1 - lost / whole.where(whole > 0)


def check_parts(facts: "pd.DataFrame", parts: Mapping[str, PlanPart]) -> "pd.DataFrame":
    """Say of every account and every part of a plan how far it is there.

    A part is there where its fact reaches its bound; below, in proportion. An unknown fact is a part that is not there: what
    no table tells cannot be in a plan. What is not there cannot be stale either: freshness is over what is known.

    Parameters
    ----------
    facts : DataFrame
        One row per account.
    parts : mapping of name to PlanPart
        Of the playbook.

    Returns
    -------
    DataFrame
        ``account_id``, ``part``, ``kind`` ("there" or "fresh"), ``reached`` (a fraction), ``points`` (the part's weight as a
        fraction of its kind), ``missing`` (points that it would add), ``remedy``.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.playbook import PlanPart
    >>> part = PlanPart(part="goals", fact="goals", at_least=2, weight=1, remedy="Ask for their goals.")
    >>> check_parts(pd.DataFrame({"goals": [1.0]}, index=pd.Index(["A"], name="account_id")), {"goals": part})["missing"].tolist()
    [0.5]
    """
    import numpy as np
    import pandas as pd

    totals = {kind: sum(part.weight for part in parts.values() if part.kind == kind) for kind in ("there", "fresh")}
    unknown = np.full(len(facts), np.nan)
    values = [facts[part.fact].to_numpy(dtype=float) if part.fact in facts else unknown for part in parts.values()]
    columns = {
        "account_id": np.tile(facts.index.astype(str).to_numpy(dtype=object), len(parts)),
        **{name: np.repeat([getattr(part, name) for part in parts.values()], len(facts)).astype(object) for name in _OF_PART},
        "reached": np.concatenate([_reach(value, part) for value, part in zip(values, parts.values(), strict=True)]),
        "points": np.repeat([part.weight / totals[part.kind] for part in parts.values()], len(facts)),
    }
    is_known = ~np.isnan(np.concatenate(values))
    found = pd.DataFrame(columns)[(columns["kind"] == "there") | is_known]
    points = found["points"] / found.groupby(["account_id", "kind"])["points"].transform("sum")
    checked: pd.DataFrame = found.assign(points=points, missing=points * (1 - found["reached"]))[list(_COLUMNS)]
    return checked


_OF_PART = ("part", "kind", "remedy")
_COLUMNS = ("account_id", "part", "kind", "reached", "remedy", "points", "missing")


def _reach(value: "NDArray[np.float64]", part: PlanPart) -> "NDArray[np.float64]":
    """Return how far a part is there, 0 where its fact is unknown."""
    import numpy as np

    if part.at_most is not None:
        return (value <= part.at_most).astype(float)
    return np.nan_to_num(value / (part.at_least or 1.0)).clip(0, 1)


def rate_plans(parts: "pd.DataFrame", indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Add up the parts to ``plan_completeness`` and ``plan_freshness`` of every account, fractions."""
    sums = (parts["points"] - parts["missing"]).groupby([parts["account_id"], parts["kind"]]).sum().unstack()
    named = sums.rename(columns={"there": "plan_completeness", "fresh": "plan_freshness"})
    return named.reindex(index=indicators.index, columns=["plan_completeness", "plan_freshness"])


def list_gaps(parts: "pd.DataFrame", most: int) -> "pd.DataFrame":
    """Return what would raise one account's plan most, largest first, else as the playbook has it; nothing that is full."""
    open_parts = parts[parts["missing"] > 1e-9]
    return open_parts.sort_values("missing", ascending=False, kind="stable").head(most)
