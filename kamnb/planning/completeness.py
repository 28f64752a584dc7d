"""How complete and how fresh a plan is, and what would raise it."""

from typing import TYPE_CHECKING

from kamnb.planning.playbook import PlanPart

if TYPE_CHECKING:
    import pandas as pd

COMPLETENESS_UNITS = {"plan_completeness": "fraction", "plan_freshness": "fraction"}
"""The unit of each column that `rate_plans` returns."""


def check_parts(facts: "pd.DataFrame", parts: tuple[PlanPart, ...]) -> "pd.DataFrame":
    """Say of every account and every part of a plan how far it is there.

    A part is there where its fact reaches its bound; below, in proportion. An unknown fact is a part that is not there: what
    no table tells cannot be in a plan. What is not there cannot be stale either: freshness is over what is known.

    Parameters
    ----------
    facts : DataFrame
        One row per account.
    parts : tuple of PlanPart
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
    >>> check_parts(pd.DataFrame({"goals": [1.0]}, index=pd.Index(["A"], name="account_id")), (part,))["missing"].tolist()
    [0.5]
    """
    import pandas as pd

    totals = {kind: sum(part.weight for part in parts if part.kind == kind) for kind in ("there", "fresh")}
    rows = [_check(facts, part).assign(points=part.weight / totals[part.kind]) for part in parts]
    found = pd.concat(rows, ignore_index=True)
    found = found[(found["kind"] == "there") | found["is_known"]].drop(columns="is_known")
    whole = found.groupby(["account_id", "kind"])["points"].transform("sum")
    points = found["points"] / whole
    return found.assign(points=points, missing=points * (1 - found["reached"]))


def _check(facts: "pd.DataFrame", part: PlanPart) -> "pd.DataFrame":
    import pandas as pd

    value = facts[part.fact] if part.fact in facts else pd.Series(float("nan"), index=facts.index)
    reached = (value <= part.at_most) if part.at_most is not None else (value / (part.at_least or 1.0)).clip(0, 1)
    return pd.DataFrame(
        {
            "account_id": facts.index.astype(str),
            "part": part.part,
            "kind": part.kind,
            "reached": reached.astype(float).fillna(0.0).to_numpy(),
            "remedy": part.remedy,
            "is_known": value.notna().to_numpy(),
        }
    )


def rate_plans(parts: "pd.DataFrame", indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Add up the parts to ``plan_completeness`` and ``plan_freshness`` of every account, fractions."""
    sums = (parts["points"] - parts["missing"]).groupby([parts["account_id"], parts["kind"]]).sum().unstack()
    named = sums.rename(columns={"there": "plan_completeness", "fresh": "plan_freshness"})
    return named.reindex(index=indicators.index, columns=list(COMPLETENESS_UNITS))


def list_gaps(parts: "pd.DataFrame", most: int) -> "pd.DataFrame":
    """Return what would raise one account's plan most, largest first; nothing that is there in full."""
    open_parts = parts[parts["missing"] > 1e-9]
    return open_parts.sort_values(["missing", "part"], ascending=[False, True]).head(most)
