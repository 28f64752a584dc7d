"""Assignment of accounts to managers: stages solved in turn against one program with weights, and against greed.

The peer ``one program`` weighs hours beyond capacity and hand-overs into one goal. The peer ``greedy`` is what one would
write in an afternoon: as long as a manager has more than there are hours for, hand the smallest account that is enough to
the manager of the region with most hours free. It is not exact; how far it falls short is printed. ``tight`` says how many
hours managers have for each hour needed.
"""

import argparse
import random
from functools import partial

import pandas as pd
from measuring import clock, print_table

from kamnb.planning.programme import Desk, ProgrammeSettings, assign_accounts
from kamnb.planning.programme.assignment import Search

REGIONS = ("North", "East", "South", "West")


def make_desk(accounts: int, managers: int, tight: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw accounts of four regions, one in twenty without manager, and managers who share their region's hours."""
    draw = random.Random(accounts + managers)
    team = pd.DataFrame({"region": [REGIONS[number % 4] for number in range(managers)]}, [f"M{n:02}" for n in range(managers)])
    rows = []
    for _ in range(accounts):
        manager = draw.choice(team.index)
        hours = draw.choice([16, 24, 40, 70, 110, 180, 240, 300, 400])
        rows.append((hours, manager if draw.random() < 0.95 else None, team["region"][manager]))
    book = pd.DataFrame(rows, columns=["needed", "manager", "region"], index=[f"A{number:04}" for number in range(accounts)])
    share = book.groupby("region")["needed"].sum() * tight / team["region"].value_counts()
    return book, team.assign(net_hours=team["region"].map(share).astype(int).astype(float))


def assign_at_once(book: pd.DataFrame, team: pd.DataFrame, nodes: int) -> dict[str, str]:
    """Solve the same rows with one weighted goal."""
    search = Search(Desk(book, team), nodes)
    goal = search.goals["over"] * (len(book) + 1) + search.goals["hand_overs"]
    solved = search.solve(goal, search.rows, search.low, search.high)
    return {account: name for (account, name), taken in zip(search.desk.pairs, solved.values, strict=False) if taken > 0.5}


def assign_greedily(book: pd.DataFrame, team: pd.DataFrame) -> dict[str, str]:
    """Give accounts without manager, then accounts of overloaded managers, to whoever has most hours free."""
    chosen = {key: name for key, name in book["manager"].items() if isinstance(name, str)}
    free = team["net_hours"] - book.groupby("manager")["needed"].sum().reindex(team.index).fillna(0)

    def hand(account: str) -> bool:
        near = free[team["region"] == book["region"][account]]
        to = near.idxmax()
        if account in chosen and near[to] < book["needed"][account]:
            return False
        if account in chosen:
            free[chosen[account]] += book["needed"][account]
        free[to] -= book["needed"][account]
        chosen[account] = to
        return True

    for account in book.index[book["manager"].isna()]:
        hand(account)
    for manager in team.index:
        own = book[[chosen[key] == manager for key in book.index]].sort_values("needed")
        while free[manager] < 0 and len(own):
            enough = own[own["needed"] >= -free[manager]]
            account = (enough if len(enough) else own.iloc[::-1]).index[0]
            own = own.drop(account)
            hand(account)
    return chosen


def weigh(book: pd.DataFrame, team: pd.DataFrame, chosen: dict[str, str]) -> tuple[int, int]:
    """Return hours beyond capacity and hand-overs."""
    manager = pd.Series(chosen).reindex(book.index)
    load = book["needed"].groupby(manager).sum().reindex(team.index).fillna(0)
    moved = manager.notna() & book["manager"].notna() & (manager != book["manager"])
    return int((load - team["net_hours"]).clip(lower=0).sum()), int(moved.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=300)
    parser.add_argument("--managers", type=int, default=12)
    parser.add_argument("--tight", type=float, nargs="*", default=[1.3, 1.05, 0.9])
    parser.add_argument("--runs", type=int, default=3, help="of each side; the median is shown")
    given = parser.parse_args()
    nodes, rows = ProgrammeSettings.load().assignment.node_limit, []
    for tight in given.tight:
        book, team = make_desk(given.accounts, given.managers, tight)
        seconds, assigned = clock(partial(assign_accounts, book, team, nodes), given.runs)
        exact = {key: name for key, name in assigned.manager.items() if name is not None}
        sides = {"kamnb": (seconds, exact), "one program": clock(partial(assign_at_once, book, team, nodes), given.runs)}
        sides["greedy"] = clock(partial(assign_greedily, book, team), given.runs)
        found = {name: weigh(book, team, chosen) for name, (_, chosen) in sides.items()}
        rows += [
            (f"{tight:.2f}", name, f"{spent:.2f}", f"{spent / seconds:.2f}", *map(str, found[name]))
            for name, (spent, _) in sides.items()
        ]
        assert assigned.gaps or found["kamnb"] == found["one program"], "the one program and the stages differ"
    print_table(("hours for each needed", "by", "seconds", "to kamnb's", "hours beyond capacity", "hand-overs"), *rows)
    print("Equal where proven: hours beyond capacity, hand-overs.")


if __name__ == "__main__":
    main()
