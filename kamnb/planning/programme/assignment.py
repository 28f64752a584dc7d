"""Who looks after which account: no more hours than managers have, the region, and as few hand-overs as possible."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kamnb.planning.programme.desk import Desk
from kamnb.planning.programme.program import STAGES, write_program
from kamnb.planning.programme.search import search_best

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Assigned:
    """An assignment of accounts to managers.

    Attributes
    ----------
    manager : Series
        The manager of every account; missing where none may take it.
    over : Series
        Hours of need beyond the capacity of every manager of known capacity.
    gaps : mapping of stage to number
        By how much a stage of `STAGES` could still be better at most, where the search was stopped before it was proven; of "id"
        that is not measured (infinite).
    """

    manager: "pd.Series[str]"
    over: "pd.Series[int]"
    gaps: Mapping[str, float] = field(default_factory=dict)


def assign_accounts(accounts: "pd.DataFrame", managers: "pd.DataFrame", node_limit: int) -> Assigned:
    """Assign every account to a manager of its region, with fewest hours beyond capacity, hand-overs and hours handed over.

    Parameters
    ----------
    accounts, managers : DataFrame
        As `Desk` says.
    node_limit : int
        Nodes of each search.

    Returns
    -------
    Assigned
        An account that no manager may take is without one. Ties go to the smaller ids of accounts and managers.

    Examples
    --------
    >>> import pandas as pd
    >>> accounts = pd.DataFrame({"needed": [60, 50, 40], "manager": ["M", "M", None], "region": "North"}, index=["A", "B", "C"])
    >>> managers = pd.DataFrame({"region": "North", "net_hours": [80.0, 90.0]}, index=["M", "N"])
    >>> assign_accounts(accounts, managers, 1000).manager.to_dict()
    {'A': 'M', 'B': 'N', 'C': 'N'}
    """
    import pandas as pd

    desk = Desk(accounts, managers)
    chosen, gaps = _choose(desk, node_limit) if desk.pairs else ({}, {})
    open_now = pd.Series(chosen, dtype=object).reindex(desk.open.index)
    manager = accounts["manager"].astype(object).where(~accounts.index.isin(desk.open.index), open_now.reindex(accounts.index))
    load = accounts["needed"].groupby(manager).sum().reindex(desk.counted).fillna(0)
    over = (load - managers["net_hours"].reindex(desk.counted)).clip(lower=0).astype(int).rename_axis("manager_id")
    return Assigned(manager.where(manager.notna(), None).rename("manager"), over, gaps)


def _choose(desk: Desk, node_limit: int) -> tuple[dict[Any, str], dict[str, float]]:
    """Search every district by itself: what is best in each is best in all, for no account leaves its district."""
    program = write_program(desk)
    chosen, gaps = program.start(), Counter[str]()
    for pairs in program.districts():
        chosen[pairs], open_ones = search_best(program.take(pairs, chosen), node_limit)
        gaps.update(open_ones)
    taken = {account: name for (account, name), share in zip(desk.pairs, chosen, strict=True) if share}
    return taken, {stage: gaps[stage] for stage in STAGES if stage in gaps}
