"""Findings: where the facts of an account call for a decision, in the order of the money that hangs on it."""

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING, Any

from kamnb.planning.amounts import reckon_amount
from kamnb.planning.playbook import Condition, Playbook, Rule

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

NAMED = "named_"
"""Before a fact, in a sentence of the playbook: the things that it counts, by name."""


def find_findings(
    facts: "pd.DataFrame", places: "pd.Series[str]", playbook: Playbook, things: "pd.DataFrame | None" = None
) -> "pd.DataFrame":
    """Return every finding that applies, the most money first.

    One without money comes after all that have some, by urgency, then by the day by which it is to be decided; what is still
    level stands in the order of the playbook.

    Parameters
    ----------
    facts : DataFrame
        One row per account: indicators and promises.
    places : Series
        The quadrant of each account; NaN where it is not placed.
    playbook : Playbook
    things : DataFrame, optional
        What facts count, by name, as `kamnb.planning.things.list_things` returns it.

    Returns
    -------
    DataFrame
        Columns ``account_id``, ``finding``, ``label``, ``topic``, ``urgency`` (1 now, 2 this quarter, 3 this year),
        ``sentence`` and ``decision`` (templates of the playbook), ``money`` (which money, a key of ``[money]``; empty: none),
        ``at_stake`` (how much, NaN: none that is known), ``due_in`` (days), ``owner`` (missing: the account manager) and
        ``named`` (of each fact whose things a template names: the fact, the first things, and how many more there are).

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.playbook import Playbook
    >>> facts = pd.DataFrame({"margin_ltm": [-5.0, 8.0], "complaints_open": [0.0, 1.0]},
    ...                      index=pd.Index(["A", "B"], name="account_id"))
    >>> found = find_findings(facts, pd.Series("star", index=facts.index), Playbook.load())
    >>> found[["account_id", "finding", "at_stake"]].values.tolist()
    [['A', 'sold_below_cost', 5.0], ['B', 'open_complaints', nan]]
    """
    import pandas as pd

    rules = enumerate(playbook.findings.items())
    parts = [part for place, (name, rule) in rules for part in _apply_rule(name, rule, place, facts, places, playbook)]
    found = _name_things(pd.concat(parts, ignore_index=True) if parts else _make_none(), playbook, things)
    order = found.assign(most=-found["at_stake"].round(2))  # what is unknown comes last
    keys = ["most", "urgency", "due_in", "account_id", "place"]
    return order.sort_values(keys, ignore_index=True).drop(columns=["most", "place"])


def count_findings(facts: "pd.DataFrame", places: "pd.Series[str]", playbook: Playbook) -> "pd.Series[float]":
    """Return how many findings `find_findings` has of every account, without saying them.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.playbook import Playbook
    >>> facts = pd.DataFrame({"margin_ltm": [-5.0, 8.0]}, index=pd.Index(["A", "B"], name="account_id"))
    >>> count_findings(facts, pd.Series("star", index=facts.index), Playbook.load()).tolist()
    [1.0, 0.0]
    """
    import pandas as pd

    return pd.Series(sum(_hold(rule, facts, places).astype(float) for rule in playbook.findings.values()), index=facts.index)


def choose_questions(findings: "pd.DataFrame", most: int) -> "pd.Series[bool]":
    """Say which findings of one account are asked: the first ones, of each topic and of each money only one.

    Parameters
    ----------
    findings : DataFrame
        Of one account, in the order of `find_findings`.
    most : int

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"topic": ["profit", "profit", "payment", ""], "money": ["profit", "profit", "cash", ""]})
    >>> choose_questions(rows, 2).tolist()
    [True, False, True, False]
    """
    import pandas as pd

    asked: list[bool] = []
    told: set[tuple[str, str]] = set()
    for topic, money in findings[["topic", "money"]].itertuples(index=False):
        about = {("topic", topic), ("money", money)} - {("topic", ""), ("money", "")}
        asked.append(sum(asked) < most and not about & told)
        told |= about if asked[-1] else set()
    return pd.Series(asked, index=findings.index, dtype=bool)


def sum_stakes(findings: "pd.DataFrame", told: "pd.DataFrame | None" = None) -> float:
    """Add up what hangs on findings of one account, each money once; NaN where they have none.

    Findings of one money, such as what is overdue and what is disputed of it, are of the same euros: the largest counts.

    Parameters
    ----------
    findings : DataFrame
    told : DataFrame, optional
        Findings whose money is told already, and counts no more.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"money": ["profit", "profit", "cash", ""], "at_stake": [340.0, 170.0, 20.0, None]})
    >>> sum_stakes(rows), sum_stakes(rows.iloc[1:], rows.iloc[:1])
    (360.0, 20.0)
    """
    known = findings.dropna(subset="at_stake")
    if told is not None:
        known = known[~known["money"].isin(set(told["money"]) - {""})]
    alone, shared = known[known["money"].eq("")]["at_stake"], known[known["money"].ne("")]
    if known.empty:
        return float("nan")
    return float(alone.sum() + shared.groupby("money")["at_stake"].max().sum())


def list_named(rule: Rule) -> list[str]:
    """Return the facts of which the sentence or the decision of a rule names the things.

    Examples
    --------
    >>> from kamnb.planning.playbook import Playbook
    >>> list_named(Playbook.load().findings["repeated_cause"])
    ['repeated_causes']
    """
    fields = [name for text in (rule.sentence, rule.decision) for _, name, _, _ in Formatter().parse(text) if name]
    return list(dict.fromkeys(name.removeprefix(NAMED) for name in fields if name.startswith(NAMED)))


def _apply_rule(
    name: str, rule: Rule, place: int, facts: "pd.DataFrame", places: "pd.Series[str]", playbook: Playbook
) -> "Iterator[pd.DataFrame]":
    """Yield the findings of one rule, where it applies to any account."""
    import pandas as pd

    holds = _hold(rule, facts, places)
    if not holds.any():
        return
    hit = facts[holds]
    money, at_stake = _weigh(rule, hit)
    yield pd.DataFrame(
        {
            "account_id": hit.index.astype(str),
            "finding": name,
            "label": rule.label or name.replace("_", " ").capitalize(),
            "topic": rule.topic,
            "urgency": rule.urgency,
            "sentence": rule.sentence,
            "decision": rule.decision,
            "money": money.to_numpy(dtype=object),
            "at_stake": at_stake.to_numpy(dtype=float),
            "due_in": _date(rule, hit, playbook).to_numpy(dtype=float),
            "place": place,
        }
    )


def _make_none() -> "pd.DataFrame":
    """Return a frame of no findings."""
    import pandas as pd

    kinds = dict.fromkeys(("at_stake", "due_in"), float) | dict.fromkeys(("urgency", "place"), int)
    names = ("account_id", "finding", "label", "topic", "urgency", "sentence", "decision", "money", "at_stake", "due_in", "place")
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, object)) for name in names})


def _weigh(rule: Rule, facts: "pd.DataFrame") -> "tuple[pd.Series[str], pd.Series[float]]":
    """Return which money hangs on a rule and how much: of its stakes the first that is known and above 0."""
    import pandas as pd

    money = pd.Series("", index=facts.index, dtype=object)
    at_stake = pd.Series(float("nan"), index=facts.index)
    for stake in rule.stake:
        amount = reckon_amount(stake.amount, facts, rule.limit)
        first = at_stake.isna() & (amount > 0)
        money, at_stake = money.mask(first, stake.money), at_stake.mask(first, amount)
    return money, at_stake


def _date(rule: Rule, facts: "pd.DataFrame", playbook: Playbook) -> "pd.Series[float]":
    """Return in how many days a finding is to be decided: by the fact that says so, else by its urgency."""
    import pandas as pd

    within = pd.Series(float(playbook.deciding.within_days[rule.urgency - 1]), index=facts.index)
    return facts[rule.due].fillna(within) if rule.due in facts else within


def _name_things(found: "pd.DataFrame", playbook: Playbook, things: "pd.DataFrame | None") -> "pd.DataFrame":
    """Put beside each finding the things that its sentence names, and who decides."""
    groups = {} if things is None else dict(iter(things.groupby(["account_id", "fact"], sort=False)))
    named: list[Any] = []
    owners: list[Any] = []
    for account, name in found[["account_id", "finding"]].itertuples(index=False):
        rule = playbook.findings[name]
        own = {fact: groups[account, fact] for fact in [*list_named(rule), rule.owner] if (account, fact) in groups}
        most = playbook.deciding.named
        told = [(fact, tuple(own[fact]["thing"].head(most)), len(own[fact]) - most) for fact in list_named(rule) if fact in own]
        named.append(tuple(told))
        owners.append(own[rule.owner]["owner"].iloc[0] if rule.owner in own else None)
    return found.assign(owner=_object(owners, found), named=_object(named, found))


def _object(values: list[Any], found: "pd.DataFrame") -> "pd.Series[Any]":
    import pandas as pd

    return pd.Series(values, index=found.index, dtype=object)


def _hold(rule: Rule, facts: "pd.DataFrame", places: "pd.Series[str]") -> "NDArray[np.bool_]":
    """Tell of which accounts every condition of a rule holds."""
    import numpy as np

    holds = np.ones(len(facts), dtype=bool)
    for condition in rule.when:
        if holds.any():
            holds &= _meet(condition, facts, places)
    return holds


def _meet(condition: Condition, facts: "pd.DataFrame", places: "pd.Series[str]") -> "NDArray[np.bool_]":
    import numpy as np

    if condition.quadrant:
        return places.astype(object).fillna("not placed").isin(condition.quadrant).to_numpy(dtype=bool)
    if condition.fact not in facts:
        return np.zeros(len(facts), dtype=bool)
    value = facts[condition.fact].to_numpy(dtype=float)
    holds: NDArray[np.bool_] = ~np.isnan(value)
    for limit, test in (
        (condition.below, np.less),
        (condition.above, np.greater),
        (condition.at_least, np.greater_equal),
        (condition.at_most, np.less_equal),
    ):
        if limit is not None:
            holds &= test(value, limit)
    return holds
