"""The portfolio matrix in words and numbers."""

from typing import Any

import numpy as np
import pandas as pd

from kamnb.display.matrix.scale import STRENGTHS, Mode
from kamnb.display.parts.formats import COUNT, POINTS, SAID, SHARE, TEXT, in_unit, is_known, spell_days, write_number
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import QUADRANTS
from kamnb.display.parts.tables import Table, show_table


def describe_quadrant(
    scores: pd.DataFrame, *, highlight: str | None = None, anonymous: bool = False, mode: Mode = "points"
) -> str:
    """Say what the matrix shows: how many accounts stand in which quadrant, and where the asked one stands.

    Examples
    --------
    >>> scores = pd.DataFrame(
    ...     {"name": ["Nordlicht", "Südwind"], "attractiveness": [7.1, None], "strength": [3.9, 2.0], "quadrant": ["star", None],
    ...      "placed": ["star", None], "revenue_ltm": [1e6, 1e6], "share_of_wallet": [0.3, None]}, index=["A1", "A2"])
    >>> print(describe_quadrant(scores, highlight="A1"))
    Portfolio matrix of 2 accounts: 1 in the Star quadrant, 1 not placed. Nordlicht stands in the Star quadrant:
    attractiveness 7.1, strength 3.9.
    """
    counts = scores["placed"].value_counts()
    parts = [f"{counts[key]} in the {each.name} quadrant" for key, each in QUADRANTS.items() if counts.get(key, 0)]
    absent = int(scores["placed"].isna().sum())
    parts += [f"{absent} not placed"] if absent else []
    text = f"Portfolio matrix of {count_of(len(scores), 'account')}: {', '.join(parts)}."
    if highlight is not None:
        return f"{text} {_describe_account(scores.loc[[highlight]].iloc[0], highlight, mode)}"
    return text if anonymous else f"{text}{_describe_members(scores)}"


def _describe_account(row: "pd.Series[Any]", account_id: str, mode: Mode) -> str:
    name = row["name"] if pd.notna(row["name"]) else account_id
    if pd.isna(row["placed"]):
        return f"{name} is not placed."
    strength = STRENGTHS[mode](row["strength"])
    where = f"attractiveness {write_number(row['attractiveness'], 1)}, strength {strength}"
    caveat = f"; {spell_days(row['caveat'])}" if is_known(row.get("caveat")) else ""
    agree = f"; {row['agree']} weightings and ratings near yours agree" if is_known(row.get("agree")) else ""
    return f"{name} stands in the {QUADRANTS[row['placed']].name} quadrant: {where}{agree}{caveat}."


def _describe_members(scores: pd.DataFrame) -> str:
    """Name the largest account of each quadrant."""
    said = []
    for key, quadrant in QUADRANTS.items():
        revenue = scores.loc[scores["placed"] == key, "revenue_ltm"].dropna().sort_index()
        if len(revenue):
            largest = str(revenue.idxmax())
            name = scores["name"].loc[largest]
            said.append(f"{name if is_known(name) else largest} in the {quadrant.name} quadrant")
    return f" Largest by revenue: {join_words(said)}." if said else ""


def tabulate_quadrant(scores: pd.DataFrame, *, currency: str, mode: Mode = "points") -> Table:
    """Put the numbers of the matrix in a table: largest revenue first, then by id."""
    order = scores.rename_axis("account_id").sort_values(["revenue_ltm", "account_id"], ascending=[False, True])
    shown = pd.DataFrame(
        {
            "Account": label_accounts(order["name"], 40),
            "Quadrant": order["placed"].map({key: each.name for key, each in QUADRANTS.items()}),
            **order[["attractiveness", "strength", "revenue_ltm", "share_of_wallet"]],
            "agree": order.get("agree"),
            "caveat": [_say_caveat(row) for row in order.to_dict("records")],
        }
    )
    shown.index.name = None
    formats = {
        "Account": TEXT,
        "Quadrant": TEXT,
        "attractiveness": POINTS,
        "strength": STRENGTHS[mode],
        "revenue_ltm": in_unit(currency),
        "share_of_wallet": SHARE,
        "agree": TEXT,
        "caveat": SAID,
    }
    shown = shown.drop(columns=[name for name in ("agree", "caveat") if shown[name].isna().all()])
    heads = {"agree": "Near weightings that agree"}
    return show_table(shown, "Accounts in the portfolio matrix", formats, heads=heads)


def _say_caveat(row: "dict[Any, Any]") -> str | None:
    """Say on what a place rests, and where the model puts the account if that is elsewhere; None where nothing is to say."""
    model = QUADRANTS[row["quadrant"]].name if is_known(row["quadrant"]) else "no quadrant"
    moved = f"the model says {model}" if is_known(row["placed"]) and row["placed"] != row["quadrant"] else ""
    caveat = row.get("caveat")
    return "; ".join(part for part in (caveat if is_known(caveat) else "", moved) if part) or None


def tabulate_quadrant_counts(scores: pd.DataFrame, *, currency: str, note: str = "") -> Table:
    """Put accounts and revenue per quadrant in a table, with what each quadrant asks for."""
    names = scores["placed"].map({key: each.name for key, each in QUADRANTS.items()}).fillna("not placed")
    grouped = scores.groupby(names)["revenue_ltm"].agg(size="size", sum=_add)
    order = [each.name for each in QUADRANTS.values()] + (["not placed"] if "not placed" in grouped.index else [])
    shown = grouped.reindex(order).fillna({"size": 0}).rename_axis("Quadrant").reset_index()
    shown["share"] = shown["sum"] / shown["sum"].sum() if shown["sum"].sum() else np.nan
    shown["asks"] = shown["Quadrant"].map({each.name: each.asks for each in QUADRANTS.values()})
    heads = {"size": "Accounts", "sum": "Revenue LTM", "share": "Share of revenue", "asks": "Asks us to"}
    formats = {"Quadrant": TEXT, "size": COUNT, "sum": in_unit(currency), "share": SHARE, "asks": TEXT}
    unknown = int(scores["revenue_ltm"].isna().sum())
    told = f"Revenue unknown, not added: {count_of(unknown, 'account')}." if unknown else ""
    return show_table(shown, "Accounts and revenue per quadrant", formats, heads=heads, note=" ".join(filter(None, (told, note))))


def _add(amounts: "pd.Series[float]") -> float:
    """Add up what is known; nothing known is unknown, not zero."""
    return float(amounts.sum(min_count=1))
