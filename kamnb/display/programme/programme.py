"""The programme: which hours to move, who is overloaded, who looks after whom, what an hour is worth."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import (
    COUNT,
    DASH,
    SHARE,
    TEXT,
    Format,
    in_unit,
    is_known,
    write_amount,
    write_number,
    write_share,
)
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_first, join_words, name_quadrant, write_list, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.programme.loads import describe_loads, plot_loads
from kamnb.display.programme.shares import describe_shares, plot_shares
from kamnb.planning import take_account
from kamnb.planning.programme import Programme

SHOWN = 25
"""Rows of a table that are shown; how many more there are is said."""

NAMED = 6
"""Managers that are named one by one; of more, the number is told."""

HOURS = Format(write_number, "h")
_GAP = Format(lambda value: write_number(value, sign=True), "h")


def say_hours(analysis: Analysis) -> Prose:
    """Say how many hours the accounts need, the managers have and spend, and where the hours spent are from."""
    programme = analysis.programme
    accounts, managers = programme.accounts, programme.managers
    needed = f"{count_of(len(accounts), 'account')} need {write_number(accounts['needed'].sum())} hours a year"
    counted = managers["net_hours"].notna()
    coordination = write_share(programme.settings.capacity.coordination)
    has = (
        f"{count_of(int(counted.sum()), 'manager')} have {write_number(managers['net_hours'].sum())}, "
        f"{coordination} of their time taken off for coordination"
        if counted.any()
        else "the capacity of no manager is known"
    )
    return write_paragraph(f"{needed}; {has}.", _say_spent(programme), *_say_unknown(analysis))


def _say_spent(programme: Programme) -> str:
    spent = programme.accounts["spent"]
    if not programme.sources:
        return "How many hours are spent is unknown: no efforts, and no hours of interactions."
    without = count_of(int(spent.isna().sum()), "account")
    known = f"{write_number(spent.sum())} hours are spent, from {join_words(programme.sources)}; unknown for {without}."
    if programme.scale == 1:
        return known
    return (
        f"Hours spent are known from interactions only, which are part of them: they are multiplied by "
        f"{write_number(programme.scale, 1)}, so that all hours spent are all hours needed; what is compared is shares."
    )


def _say_unknown(analysis: Analysis) -> Iterator[str]:
    accounts, managers = analysis.programme.accounts, analysis.programme.managers
    alone = int(accounts["manager"].isna().sum())
    if alone:
        yield f"{count_of(alone, 'account')} {'has' if alone == 1 else 'have'} no manager."
    silent = [str(name) for name in managers.loc[managers["net_hours"].isna(), "name"]]
    if silent:
        yield f"Of unknown capacity, so neither overloaded nor free: {join_first(silent, NAMED)}."


def tabulate_moves(analysis: Analysis) -> Table | Prose:
    """Put the hours to move in a table: how many, from which account to which, and why."""
    programme = analysis.programme
    if programme.accounts["spent"].isna().all():
        return Prose("Which hours to move is unknown, for no hours spent are recorded.")
    if programme.moves.empty:
        starving = int((programme.accounts["state"] == "starves").sum())
        verb = "starves" if starving == 1 else "starve"
        return Prose(
            f"{count_of(starving, 'account')} {verb}, and nobody in reach has hours to give."
            if starving
            else "No hours need to move: no account starves."
        )
    labels = label_accounts(analysis.names, 40)
    rows = [_write_move(analysis, move, labels) for _, move in programme.moves.head(SHOWN).iterrows()]
    shown = pd.DataFrame(rows, columns=["hours", "From", "To", "Why"])
    more = f"{count_of(len(programme.moves) - SHOWN, 'more move')} not shown." if len(programme.moves) > SHOWN else ""
    return show_table(shown, "Which hours to move, a year", {"hours": HOURS, "From": TEXT, "To": TEXT, "Why": TEXT}, note=more)


def _write_move(analysis: Analysis, move: "pd.Series[Any]", labels: "pd.Series[str]") -> tuple[float, str, str, str]:
    giver, taker = move["from_account"], move["to_account"]
    source = f"free time of {_name(analysis, move['from_manager'])}" if giver is None else labels[giver]
    why = _say_need(analysis, taker, labels) + ("" if giver is None else f"; {_say_excess(analysis, giver, labels)}")
    across = move["to_manager"] not in (None, move["from_manager"])
    by = f"; from {_name(analysis, move['from_manager'])} to {_name(analysis, move['to_manager'])}" if across else ""
    return move["hours"], source, labels[taker], f"{why}{by}."


def _say_need(analysis: Analysis, account: str, labels: "pd.Series[str]") -> str:
    spent, needed, place = _describe(analysis, account)
    return f"{labels[account]} gets {spent} of the {needed} hours that it needs ({place})"


def _say_excess(analysis: Analysis, account: str, labels: "pd.Series[str]") -> str:
    spent, needed, place = _describe(analysis, account)
    return f"{labels[account]} gets {spent} and needs {needed} ({place})"


def _describe(analysis: Analysis, account: str) -> tuple[str, str, str]:
    row = take_account(analysis.programme.accounts, account)
    place = name_quadrant(row["placed"]).removeprefix("the ") if is_known(row["placed"]) else "not placed"
    return write_number(row["spent"]), write_number(row["needed"]), place


def _name(analysis: Analysis, manager: Any) -> str:
    return str(analysis.programme.managers["name"].get(manager, manager)) if is_known(manager) else "nobody"


def tabulate_quadrants(analysis: Analysis) -> Table | Prose:
    """Put the hours that each quadrant asks for beside those it gets and its share of revenue in a table."""
    quadrants = analysis.programme.quadrants
    if quadrants.empty:
        return Prose("No hours spent are recorded for a placed account.")
    advice = analysis.method.playbook.quadrants
    rows = quadrants.reindex([quadrant for quadrant in advice if quadrant in quadrants.index])
    shown = rows.assign(quadrant=[advice[str(key)].name for key in rows.index], move=rows["needed"] - rows["spent"])  # type: ignore[index]
    columns = ["quadrant", "accounts", "needed", "spent", "move", "needed_share", "spent_share", "revenue_share"]
    formats = {"quadrant": TEXT, "accounts": COUNT, "needed": HOURS, "spent": HOURS, "move": _GAP}
    formats |= {"needed_share": SHARE, "spent_share": SHARE, "revenue_share": SHARE}
    heads = {
        "needed": "Asked for", "move": "To move", "needed_share": "Of hours asked for", "spent_share": "Of hours spent",
        "revenue_share": "Of revenue",
    }  # fmt: skip
    return show_table(shown[columns].reset_index(drop=True), "Intent and effort by quadrant, hours a year", formats, heads=heads)


def picture_quadrants(analysis: Analysis) -> Picture | None:
    """Draw what each quadrant asks for against what it gets."""
    quadrants = analysis.programme.quadrants
    if quadrants.empty:
        return None
    return show_figure(plot_shares(quadrants), describe_shares(quadrants))


def picture_loads(analysis: Analysis) -> Picture | None:
    """Draw the hours that each manager's accounts need against those the manager has."""
    managers = analysis.programme.managers
    return show_figure(plot_loads(managers), describe_loads(managers)) if len(managers) else None


def tabulate_loads(analysis: Analysis) -> Table | Prose:
    """Put accounts, hours needed, had and spent by manager in a table, the most overloaded first."""
    managers = analysis.programme.managers
    if managers.empty:
        return Prose("No managers are known: neither a managers table nor an account manager of an account.")
    free = managers["net_hours"] - managers["needed"]
    ordered = managers.assign(free=free, state=free.map(_say_load)).sort_values(["free", "name"], na_position="last")
    columns = ["name", "region", "accounts", "capacity_hours", "net_hours", "needed", "spent", "free", "state"]
    formats = {"name": TEXT, "region": TEXT, "accounts": COUNT, "capacity_hours": HOURS, "net_hours": HOURS, "needed": HOURS}
    formats |= {"spent": HOURS, "free": _GAP, "state": TEXT}
    heads = {"name": "Manager", "capacity_hours": "Capacity", "net_hours": "Net of coordination", "needed": "Needed"}
    rows = ordered[columns].reset_index(drop=True)
    return show_table(rows, "Load by manager, hours a year", formats, heads=heads)


def _say_load(free: float) -> str:
    if not is_known(free):
        return "capacity unknown"
    return "overloaded" if free < 0 else "free" if free > 0 else "full"


def tabulate_starving(analysis: Analysis) -> Table | Prose:
    """Put the accounts that get too few hours in a table, what is lacking first."""
    accounts = analysis.programme.accounts
    hungry = accounts[accounts["state"] == "starves"].rename_axis("account_id")
    if hungry.empty:
        known = accounts["spent"].notna().any()
        return Prose("No account of which the hours are known starves." if known else "Which accounts starve is unknown.")
    moved = analysis.programme.moves.groupby("to_account")["hours"].sum().reindex(hungry.index).fillna(0)
    rows = hungry.assign(found=moved, left=hungry["gap"] - moved).sort_values(["gap", "account_id"], ascending=[False, True])
    rows.insert(0, "Account", label_accounts(analysis.names, 40).reindex(rows.index))
    rows["placed"] = rows["placed"].map(lambda place: str(place).title() if is_known(place) else "not placed")
    rows["by"] = [_name(analysis, manager) for manager in rows["manager"]]
    formats = {"Account": TEXT, "placed": TEXT, "by": TEXT, "needed": HOURS, "spent": HOURS, "gap": HOURS, "found": HOURS}
    formats |= {"left": HOURS}
    heads = {"placed": "Quadrant", "by": "Manager", "gap": "Lacking", "found": "Found elsewhere", "left": "Still lacking"}
    more = f"{count_of(len(rows) - SHOWN, 'more account')} not shown." if len(rows) > SHOWN else ""
    shown = rows.head(SHOWN)[list(formats)].reset_index(drop=True)
    return show_table(shown, "Accounts that starve, hours a year", formats, heads=heads, note=more)


def say_assignment(analysis: Analysis) -> Prose:
    """Say what the best assignment reaches: hours beyond capacity, hand-overs, and whether that is proven."""
    programme = analysis.programme
    assigned = programme.assigned
    if not len(assigned.over):
        return Prose("No assignment is proposed, for the capacity of no manager is known.")
    lacking, changes = int(assigned.over.sum()), _list_changes(programme)
    new = int(changes["manager"].isna().sum())
    hand_overs = len(changes) - new
    also = f", and {count_of(new, 'account')} without manager {'gets' if new == 1 else 'get'} one" if new else ""
    fits = (
        f"Even so {write_number(lacking)} hours a year are lacking"
        f": {join_words([f'{write_number(over)} of {_name(analysis, key)}' for key, over in _over(assigned.over)])}"
        if lacking
        else "Then nobody has more accounts than hours"
    )
    total = programme.managers["net_hours"].sum() - programme.accounts["needed"].sum()
    short = f"All managers together lack {write_number(-total)} hours." if total < 0 else ""
    return write_paragraph(
        f"With {count_of(hand_overs, 'hand-over')}{also}{_say_needed(assigned.gaps)}. {fits}.",
        short,
        _say_proof(assigned.gaps),
    )


def _say_needed(gaps: Any) -> str:
    """Say that no fewer accounts need to change hands, where that is proven, or that it is not."""
    proven = not {"over", "hand_overs"} & set(gaps)
    return ", as many as needed and no more" if proven else "; whether fewer would do is not proven"


def _over(over: "pd.Series[int]") -> list[tuple[Any, int]]:
    return sorted(((key, hours) for key, hours in over.items() if hours), key=lambda each: (-each[1], str(each[0])))


def _say_proof(gaps: Any) -> str:
    """Say whether that is proven, or by how much each goal could still be better at most."""
    open_ones = [f"{_GOALS[stage]} by up to {write_number(gap)}" for stage, gap in gaps.items() if stage != "id"]
    if open_ones:
        return f"The search was stopped at its limit; lower could still be: {join_words(open_ones)}."
    rest = "; which of those as good comes first by ids was not searched" if gaps else ""
    return f"No other assignment is better; that is proven{rest}."


_GOALS = {"over": "hours beyond capacity", "hand_overs": "hand-overs", "hours": "hours handed over"}


def _list_changes(programme: Programme) -> pd.DataFrame:
    rows = programme.accounts.assign(proposed=programme.assigned.manager)
    return rows[rows["proposed"].notna() & (rows["proposed"] != rows["manager"])]


def tabulate_assignment(analysis: Analysis) -> Table | Prose:
    """Put the accounts that change hands in a table, with the reason for each."""
    programme = analysis.programme
    changes = _list_changes(programme).sort_index()
    if changes.empty:
        return Prose("No account needs to change hands.")
    labels = label_accounts(analysis.names, 40)
    rows = changes.assign(
        Account=labels.reindex(changes.index),
        From=[_name(analysis, manager) for manager in changes["manager"]],
        To=[_name(analysis, manager) for manager in changes["proposed"]],
        Why=[say_hand_over(programme, account) for account in changes.index],
    ).head(SHOWN)
    formats = {"Account": TEXT, "needed": HOURS, "From": TEXT, "To": TEXT, "Why": TEXT}
    more = f"{count_of(len(changes) - SHOWN, 'more account')} not shown." if len(changes) > SHOWN else ""
    return show_table(rows[list(formats)].reset_index(drop=True), "Accounts that change hands", formats, note=more)


def say_hand_over(programme: Programme, account: Any) -> str:
    """Say why an account is to change hands; empty where it stays."""
    row, to = programme.accounts.loc[account], programme.assigned.manager[account]
    if not is_known(to):
        return "No manager of known capacity works in its region."
    if row["manager"] == to:
        return ""
    new = programme.managers.loc[to]
    where = f"in its region, {row['region']}" if is_known(new["region"]) and is_known(row["region"]) else "in reach"
    has = f"{new['name']} is {where}, and has {write_number(new['net_hours'] - new['needed'])} hours free"
    if not is_known(row["manager"]):
        return (
            f"It has no manager. {has}." if new["net_hours"] >= new["needed"] else f"It has no manager; {new['name']} is {where}."
        )
    old = programme.managers.loc[row["manager"]]
    over = old["needed"] - old["net_hours"]
    if over <= 0:
        return f"It makes room: {old['name']} takes over others. {has}."
    return f"The accounts of {old['name']} need {write_number(over)} hours more than there are. {has}."


def tabulate_prices(analysis: Analysis) -> Table | Prose:
    """Put what one more hour of each manager is worth in a table."""
    prices, programme = analysis.programme.prices, analysis.programme
    if prices.empty:
        return Prose("What an hour is worth is unknown, for the capacity of no manager is known.")
    rows = prices.assign(
        manager=[_name(analysis, key) for key in prices.index], words=[_say_price(row) for _, row in prices.iterrows()]
    )
    rows = rows.rename_axis("key").sort_values(["money", "key"], ascending=[False, True])
    money = in_unit(analysis.currency)
    formats = {"manager": TEXT, "hours": Format(lambda value: write_number(value, 1), "h"), "money": money, "words": TEXT}
    heads = {"manager": "One more hour of", "hours": "Covers of need", "money": "Accessible spend behind it", "words": "Meaning"}
    note = (
        "An upper bound: hours are thought to be shared freely within a region, and to go where most accessible spend stands "
        f"behind an hour of need. All spend is {write_amount(programme.accounts['size'].sum(), analysis.currency)} a year."
    )
    return show_table(
        rows[list(formats)].reset_index(drop=True), "What one more hour a year is worth", formats, heads=heads, note=note
    )


def _say_price(row: "pd.Series[float]") -> str:
    if row["hours"] == 0 and row["money"] == 0:
        return "nothing: the region has hours free"
    if row["hours"] == 0:
        return "no more need is covered, but an account behind which more stands"
    return "covers need that goes short"


def say_maturity(analysis: Analysis) -> Prose:
    """Say how mature the programme is, since when, and where the next step is."""
    programme = analysis.programme
    found = programme.maturity[programme.maturity["level"].notna()]
    if found.empty:
        return Prose(f"The programme was never assessed: give maturity.csv a level from 1 to 5 of {_name_dimensions(programme)}.")
    weakest = found[found["level"] == found["level"].min()]["name"].tolist()
    stale = found[found["is_stale"].astype(bool)]["name"].tolist()
    return write_paragraph(
        f"The programme stands at level {write_number(found['level'].mean(), 1)} of 5 on average over "
        f"{count_of(len(found), 'dimension')}; weakest: {join_words(weakest)}, at level {write_number(found['level'].min())}.",
        _say_trend(programme),
        f"Assessed more than {count_of(programme.settings.maturity.stale_months, 'month')} ago: {join_words(stale)}."
        if stale
        else "",
        f"Assessed, but not described in programme.toml: {join_words(programme.unknown_dimensions)}."
        if programme.unknown_dimensions
        else "",
    )


def _name_dimensions(programme: Programme) -> str:
    return join_words(list(programme.settings.maturity.dimensions))


def _say_trend(programme: Programme) -> str:
    years = [column for column in programme.maturity if isinstance(column, int)]
    both = programme.maturity[years].dropna(axis="columns", how="all")
    if len(both.columns) < 2:
        return ""
    first, last = both.columns[0], both.columns[-1]
    pair = both[[first, last]].dropna()
    up, down = (pair[last] > pair[first]).sum(), (pair[last] < pair[first]).sum()
    return f"Since {first} {count_of(int(up), 'dimension')} rose and {down or 'none'} fell."


def tabulate_maturity(analysis: Analysis) -> Table:
    """Put level, history and next step of every dimension in a table, weakest first."""
    maturity = analysis.programme.maturity
    years = [column for column in maturity if isinstance(column, int) and maturity[column].notna().any()]
    level = Format(lambda value: write_number(value) if is_known(value) else DASH)
    rows = maturity[["name", *years, "now", "next", "comment"]].rename(columns=str)
    formats = {"name": TEXT} | dict.fromkeys(map(str, years), level) | {"now": TEXT, "next": TEXT, "comment": TEXT}
    filled = {name: form for name, form in formats.items() if name == "name" or rows[name].notna().any()}
    heads = {"name": "Dimension", "now": "Where it stands", "next": "Next step", "comment": "Why"}
    caption = "Maturity of the programme, levels 1 to 5 by the end of each year"
    return show_table(rows[list(filled)].reset_index(drop=True), caption, filled, heads=heads)


def list_headlines(analysis: Analysis) -> Prose:
    """Say the hours to move, account by account: what the command line prints first."""
    if analysis.programme.moves.empty:
        return Prose(str(tabulate_moves(analysis)))
    labels = label_accounts(analysis.names, 40)
    moves = [_write_move(analysis, move, labels) for _, move in analysis.programme.moves.iterrows()]
    return write_list(f"Move {write_number(hours)} hours from {source} to {to}: {why}" for hours, source, to, why in moves)
