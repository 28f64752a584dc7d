"""Which hours to move from which accounts to which."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kamnb.planning.programme.desk import index_known, is_near
from kamnb.planning.programme.settings import Effort

if TYPE_CHECKING:
    import pandas as pd

GIVING = ("streamline", "status", "not_placed", "star", "strategic")
"""Who gives hours first, by quadrant; the other way round, who gets them first."""


def judge_effort(accounts: "pd.DataFrame", effort: Effort) -> "pd.DataFrame":
    """Say of every account whether the hours spent on it are those that it needs.

    Parameters
    ----------
    accounts : DataFrame
        One row per account: ``needed`` and ``spent``, hours a year; spent may be unknown.
    effort : Effort

    Returns
    -------
    DataFrame
        Indexed as `accounts`: ``gap`` (needed less spent, whole hours) and ``state``: "starves", "has too many", "as needed";
        both missing where the hours spent are unknown. A gap below `least_hours`, or within the tolerance, is as needed.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.programme.settings import ProgrammeSettings
    >>> accounts = pd.DataFrame({"needed": [240, 40, 40], "spent": [100.0, 90.0, 44.0]})
    >>> judge_effort(accounts, ProgrammeSettings.load().effort)["state"].tolist()
    ['starves', 'has too many', 'as needed']
    """
    import pandas as pd

    gap = (accounts["needed"] - accounts["spent"]).round()
    matters = (gap.abs() >= effort.least_hours) & (gap.abs() > effort.tolerance * accounts["needed"])
    state = pd.Series("as needed", index=accounts.index, dtype=object)
    state = state.mask(matters & (gap > 0), "starves").mask(matters & (gap < 0), "has too many")
    return pd.DataFrame({"gap": gap, "state": state.mask(gap.isna(), None)})


def move_hours(accounts: "pd.DataFrame", managers: "pd.DataFrame", effort: Effort) -> "pd.DataFrame":
    """Match accounts that get more hours than they need with accounts that starve.

    First within each manager, then hours that a manager has free, then across managers of a region. Hours come from the
    quadrant that asks for least (`GIVING`) and the largest surplus, and go to the one that asks for most and the largest gap.

    Parameters
    ----------
    accounts : DataFrame
        One row per account: ``manager``, ``region``, ``placed`` (each may be unknown), ``gap`` and ``state`` as
        `judge_effort` returns them, ``spent``.
    managers : DataFrame
        As `kamnb.planning.programme.load.list_managers` returns them.
    effort : Effort

    Returns
    -------
    DataFrame
        Columns ``hours`` (whole), ``from_account`` (missing: hours that are free), ``from_manager``, ``to_account``,
        ``to_manager`` (missing: the account has none), in the order in which they were matched. No account gives more than
        it has too many, or gets more than it lacks; no manager gives more than is free.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.planning.programme.settings import ProgrammeSettings
    >>> accounts = pd.DataFrame({"manager": "M", "region": "North", "placed": ["star", "status"], "spent": [100.0, 190.0],
    ...                          "gap": [140.0, -120.0], "state": ["starves", "has too many"]}, index=["A", "B"])
    >>> managers = pd.DataFrame({"region": ["North"], "net_hours": [300.0]}, index=["M"])
    >>> move_hours(accounts, managers, ProgrammeSettings.load().effort).values.tolist()
    [[120, 'B', 'M', 'A', 'M'], [10, None, 'M', 'A', 'M']]
    """
    import pandas as pd

    moves = list(_match(_Hours(accounts, managers), effort.least_hours))
    return pd.DataFrame(moves, columns=_COLUMNS, dtype=object).astype({"hours": int})


_COLUMNS = ["hours", "from_account", "from_manager", "to_account", "to_manager"]


class _Hours:
    """What there is to give and what is lacking while hours are matched."""

    def __init__(self, accounts: "pd.DataFrame", managers: "pd.DataFrame") -> None:
        rank = [GIVING.index(place if isinstance(place, str) else "not_placed") for place in accounts["placed"]]
        keys = accounts.assign(rank=rank, size=accounts["gap"].abs(), key=accounts.index.astype(str))
        giving = keys[keys["state"] == "has too many"].sort_values(["rank", "size", "key"], ascending=[True, False, True])
        taking = keys[keys["state"] == "starves"].sort_values(["rank", "size", "key"], ascending=[False, False, True])
        self.manager, self.region = index_known(accounts["manager"]), index_known(accounts["region"])
        self.surplus = {account: int(size) for account, size in giving["size"].items()}
        self.lacking = {account: int(size) for account, size in taking["size"].items()}
        free = (managers["net_hours"] - accounts.groupby("manager")["spent"].sum().reindex(managers.index).fillna(0.0)).dropna()
        self.free = {manager: int(hours) for manager, hours in free.items() if hours >= 1}
        self.regions = index_known(managers["region"])
        self.of_manager, self.of_region = self._stack(self.manager), self._stack(self.region)
        self.of_region[None] = list(reversed(self.surplus))

    def _stack(self, groups: dict[object, object]) -> dict[object, list[object]]:
        """Group those who give, first to give on top."""
        stacks: dict[object, list[object]] = {}
        for account in reversed(self.surplus):
            stacks.setdefault(groups[account], []).append(account)
        return stacks


_Move = tuple[int, object, object, object, object]


def _match(hours: _Hours, least: int) -> Iterator[_Move]:
    for account in hours.lacking:
        manager = hours.manager[account]
        if manager is not None:
            yield from _take(hours, account, least, hours.of_manager.get(manager, []))
            yield from _fill(hours, account, least, [manager])
    for account in hours.lacking:
        region = hours.region[account]
        near = [manager for manager in sorted(hours.free, key=str) if is_near(region, hours.regions[manager])]
        yield from _fill(hours, account, least, near)
        yield from _take(hours, account, least, hours.of_region.get(region, []))


def _take(hours: _Hours, account: object, least: int, stack: list[object]) -> Iterator[_Move]:
    while stack and hours.lacking[account] >= least:
        giver = stack[-1]
        moved = min(hours.surplus[giver], hours.lacking[account])
        if moved < least:
            stack.pop()
            continue
        hours.surplus[giver] -= moved
        hours.lacking[account] -= moved
        yield moved, giver, hours.manager[giver], account, hours.manager[account]


def _fill(hours: _Hours, account: object, least: int, managers: list[object]) -> Iterator[_Move]:
    for manager in managers:
        moved = min(hours.free.get(manager, 0), hours.lacking[account])
        if moved >= least:
            hours.free[manager] -= moved
            hours.lacking[account] -= moved
            yield moved, None, manager, account, hours.manager[account]
