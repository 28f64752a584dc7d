"""The group of an account whose parts are accounts of their own: its subsidiaries, their white space, and whose part it is."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import COUNT, SHARE, TEXT, in_unit, write_amount
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, name_place, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import find_parents, find_subsidiaries

SHOWN, OFFERINGS = 8, 4
"""Accounts and offerings that a table shows; how many more there are is said."""
WIDTH = 26
"""Characters of an account's name: a row is a line."""


def name_parent(analysis: Analysis, account_id: str) -> str:
    """Say whose part an account is, its group too where that is another; empty where it has no parent.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> sample = open_analysis(str(data_folder() / "sample"))
    >>> name_parent(sample, "0010526"), name_parent(sample, "0010523")
    ('part of Ostermark Feinchemie Holding SE', '')
    """
    parents = find_parents(analysis.accounts, account_id)
    if not parents:
        return ""
    names = [str(analysis.names.get(parent, parent)) for parent in parents]
    return f"part of {names[0]}{f', group of {names[-1]}' if len(names) > 1 else ''}"


def say_group(analysis: Analysis, account_id: str) -> Prose | None:
    """Say what the group buys of which the account is a part; None where it has no parent among the accounts."""
    parents = find_parents(analysis.accounts, account_id)
    if not parents or parents[-1] not in analysis.accounts.index:
        return None
    members = [parents[-1], *find_subsidiaries(analysis.records.subsidiaries, parents[-1])]
    revenue = analysis.indicators.loc[members, "revenue_ltm"]
    money = write_amount(revenue.sum(min_count=1), analysis.currency)
    bought = "what they buy is unknown"
    if revenue.notna().any():
        who = "it buys" if revenue.notna().all() else "those of which it is known buy"
        bought = f"{who} {money} in twelve months"
    return Prose(f"The group of {analysis.names[parents[-1]]} is {count_of(len(members), 'account')} here; {bought}.")


def tabulate_group(analysis: Analysis, account_id: str) -> Table | None:
    """Put the account and its subsidiaries in a table: revenue, place, share of wallet, people; None where it has none."""
    subsidiaries = find_subsidiaries(analysis.records.subsidiaries, account_id)
    if not subsidiaries:
        return None
    rows = _describe(analysis, [account_id, *subsidiaries[:SHOWN]])
    more = len(subsidiaries) - SHOWN
    whole = analysis.indicators.loc[[account_id, *subsidiaries], "revenue_ltm"]
    said = [
        f"Together {write_amount(whole.sum(min_count=1), analysis.currency)} in twelve months." if whole.notna().any() else "",
        f"Of {count_of(int(whole.isna().sum()), 'account')} revenue is unknown." if whole.isna().any() else "",
        f"{count_of(more, 'more subsidiary', 'more subsidiaries')} not shown." if more > 0 else "",
    ]
    formats = {
        "Account": TEXT,
        "revenue_ltm": in_unit(analysis.currency),
        "place": TEXT,
        "wallet": in_unit(analysis.currency),
    }
    formats |= {"share_of_wallet": SHARE, "people_reached": COUNT, "manager": TEXT}
    filled = {name: form for name, form in formats.items() if rows[name].notna().any()}
    heads = {"wallet": "Wallet", "manager": "Our manager"}
    note = write_paragraph(*said)
    return show_table(rows[list(filled)], "The account and its subsidiaries", filled, heads=heads, note=note)


def _describe(analysis: Analysis, members: list[str]) -> pd.DataFrame:
    facts = analysis.plan_facts.loc[members]
    shares = facts["share_of_wallet"].where(facts["share_of_wallet"] > 0)
    return pd.DataFrame(
        {
            "Account": label_accounts(analysis.names, WIDTH)[members],
            "revenue_ltm": facts["revenue_ltm"],
            "place": [name_place(place) for place in analysis.scores.loc[members, "placed"]],
            "wallet": facts["accessible_spend"].fillna(facts["revenue_ltm"] / shares),
            "share_of_wallet": facts["share_of_wallet"],
            "people_reached": facts["people_reached"],
            "manager": analysis.manager_names[members],
        }
    ).reset_index(drop=True)


def tabulate_group_space(analysis: Analysis, account_id: str) -> Table | None:
    """Put the likely room of the account and its subsidiaries by offering in a table; None where none of them has any known."""
    subsidiaries = find_subsidiaries(analysis.records.subsidiaries, account_id)
    if not subsidiaries:
        return None
    members = [account_id, *subsidiaries]
    space = analysis.records.white_space
    own = space[space["account_id"].isin(members) & space["room_likely"].notna()]
    if own.empty:
        return None
    wide = own.pivot_table(index="account_id", columns="offering", values="room_likely", aggfunc="sum", min_count=1)
    sums = (
        wide.sum().rename("room").rename_axis("offering").reset_index().sort_values(["room", "offering"], ascending=[False, True])
    )
    offerings = [str(name) for name, room in sums.itertuples(index=False) if room > 0]
    if not offerings:
        return None
    shown = wide.reindex(index=members[: SHOWN + 1], columns=offerings[:OFFERINGS])
    shown.insert(0, "Account", label_accounts(analysis.names, WIDTH).reindex(shown.index))
    shown["all"] = wide.reindex(index=shown.index).sum(axis=1, min_count=1)
    money = in_unit(analysis.currency)
    formats = {"Account": TEXT, **dict.fromkeys(offerings[:OFFERINGS], money), "all": money}
    left = len(offerings) - OFFERINGS
    more = f" {count_of(left, 'more offering')} in the sum only." if left > 0 else ""
    room = f"Likely room of the group {write_amount(wide.sum().sum(), analysis.currency)} a year"
    note = f"{room}, of stated wallets or what others of the segment buy; a dash: unknown.{more}"
    heads = {name: name for name in offerings[:OFFERINGS]} | {"all": "All"}
    return show_table(shown.reset_index(drop=True), "What each could buy besides, a year", formats, heads=heads, note=note)


def list_parts(analysis: Analysis, account_id: str) -> list[Prose | Table]:
    """Return all that a plan shows of the group of an account; nothing where it is in none."""
    parts = (say_group(analysis, account_id), tabulate_group(analysis, account_id), tabulate_group_space(analysis, account_id))
    return [part for part in parts if part is not None]
