"""Findings: where the facts of an account call for a decision."""

from typing import TYPE_CHECKING

from kamnb.planning.playbook import Condition, Playbook, Rule

if TYPE_CHECKING:
    import pandas as pd


def find_findings(facts: "pd.DataFrame", places: "pd.Series[str]", playbook: Playbook) -> "pd.DataFrame":
    """Return every finding that applies, most urgent first, then by the money at stake.

    Parameters
    ----------
    facts : DataFrame
        One row per account: indicators and promises.
    places : Series
        The quadrant of each account; NaN where it is not placed.
    playbook : Playbook

    Returns
    -------
    DataFrame
        Columns ``account_id``, ``finding``, ``urgency`` (1 now, 2 this quarter, 3 this year),
        ``sentence`` and ``decision`` (templates of the playbook), ``at_stake`` (money, NaN where unknown).

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.playbook import Playbook
    >>> facts = pd.DataFrame({"margin_ltm": [-5.0, 8.0]}, index=pd.Index(["A", "B"], name="account_id"))
    >>> found = find_findings(facts, pd.Series("star", index=facts.index), Playbook.load())
    >>> found[["account_id", "finding", "at_stake"]].values.tolist()
    [['A', 'sold_below_cost', 5.0]]
    """
    import pandas as pd

    rules = playbook.findings
    parts = [_applied(name, rule, facts, places) for name, rule in rules.items()]
    found = pd.concat(parts, ignore_index=True)
    keys = {"urgency": True, "at_stake": False, "account_id": True, "finding": True}
    return found.sort_values(list(keys), ascending=list(keys.values()), ignore_index=True)


def _applied(name: str, rule: Rule, facts: "pd.DataFrame", places: "pd.Series[str]") -> "pd.DataFrame":
    import pandas as pd

    holds = pd.Series(True, index=facts.index)
    for condition in rule.when:
        holds &= _holds(condition, facts, places)
    hit = facts.index[holds]
    stake = facts[rule.stake].abs() if rule.stake in facts else pd.Series(float("nan"), index=facts.index)
    return pd.DataFrame(
        {
            "account_id": hit.astype(str),
            "finding": name,
            "urgency": rule.urgency,
            "sentence": rule.sentence,
            "decision": rule.decision,
            "at_stake": stake.reindex(hit).to_numpy(dtype=float),
        }
    )


def _holds(condition: Condition, facts: "pd.DataFrame", places: "pd.Series[str]") -> "pd.Series[bool]":
    import pandas as pd

    if condition.quadrant:
        return places.astype(object).fillna("not placed").isin(condition.quadrant)
    if condition.fact not in facts:
        return pd.Series(False, index=facts.index)
    value = facts[condition.fact]
    holds = value.notna()
    for limit, test in (
        (condition.below, value.lt),
        (condition.above, value.gt),
        (condition.at_least, value.ge),
        (condition.at_most, value.le),
    ):
        if limit is not None:
            holds &= test(limit)
    return holds
