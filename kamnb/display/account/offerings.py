"""Revenue by offering against the year before, drawn, said and tabulated."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.currency import take_code_off
from kamnb.display.parts.formats import CHANGE, TEXT, in_unit, title_money, write_amount, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, INK, ORANGE, house_style, open_axes, say_nothing_to_draw, scale_money
from kamnb.display.parts.tables import Table, show_table

_SHOWN = 12


@house_style()
def plot_offerings(offerings: pd.DataFrame, *, currency: str, ax: Axes | None = None) -> Axes:
    """Draw revenue by offering as bars, the twelve months before as a tick on each; the smallest are added up.

    Parameters
    ----------
    offerings : DataFrame indexed by ``offering_id``
        Columns name, revenue_ltm, revenue_prior (NaN: unknown).
    currency : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> offerings = pd.DataFrame({"name": ["Pumps", "Service"], "revenue_ltm": [9e4, 1e4], "revenue_prior": [8e4, None]},
    ...                          index=["O1", "O2"])
    >>> ax = plot_offerings(offerings, currency="EUR")
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "value"]
    ['90 k (+12 %)', '10 k']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    rows = _gather(offerings)
    ax = open_axes(0.56 + 0.135 * max(len(rows), 2), ax, left=2.1, right=0.95, top=0.34, bottom=0.22)
    if rows.empty:
        return say_nothing_to_draw(ax, "No revenue by offering is known.")
    places = range(len(rows))
    ax.barh(places, rows["revenue_ltm"], height=0.6, color=BLUE)
    ax.plot(
        rows["revenue_prior"], places, linestyle="none", marker="|", markersize=8, markeredgewidth=2, color=ORANGE, gid="prior"
    )
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        _write_value(ax, place, row, take_code_off(currency))
    ax.set_yticks(places, rows["label"])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.axvline(0, color=INK, linewidth=0.6)
    scale_money(ax, "x", currency)
    before = " (orange: the year before)" if rows["revenue_prior"].notna().any() else ""
    ax.set_title(title_money("Revenue of twelve months by offering", currency) + before)
    return ax


def describe_offerings(offerings: pd.DataFrame, *, currency: str) -> str:
    """Say how many offerings are bought, which three matter most, and what was lost.

    Examples
    --------
    >>> offerings = pd.DataFrame({"name": ["Pumps", "Service"], "revenue_ltm": [9e4, 0.0], "revenue_prior": [8e5, 5e4]},
    ...                          index=["O1", "O2"])
    >>> describe_offerings(offerings, currency="EUR")
    '1 offering bought in the last twelve months, EUR 90 k in all; most: Pumps EUR 90 k (100 %). Bought before, not now: Service.'
    """
    ranked = _rank(offerings)
    bought = ranked[ranked["revenue_ltm"] > 0]
    if ranked.empty:
        return "No revenue by offering is known."
    total = ranked["revenue_ltm"].sum()
    text = f"{count_of(len(bought), 'offering')} bought in the last twelve months, {write_amount(total, currency)} in all"
    most = [f"{row['label']} {_amount_and_share(row['revenue_ltm'], total, currency)}" for _, row in bought.head(3).iterrows()]
    lost = ranked.loc[~(ranked["revenue_ltm"] > 0) & (ranked["revenue_prior"] > 0), "label"].tolist()
    text += f"; most: {join_words(most)}." if most else "."
    return text[:1].upper() + text[1:] + (f" Bought before, not now: {join_words(lost)}." if lost else "")


def tabulate_offerings(offerings: pd.DataFrame, *, currency: str) -> Table:
    """Put revenue by offering in a table, now, before and the change."""
    shown = _rank(offerings)[["label", "revenue_ltm", "revenue_prior"]].rename(columns={"label": "Offering"})
    shown["change"] = _change(shown)
    formats = {"Offering": TEXT, "revenue_ltm": in_unit(currency), "revenue_prior": in_unit(currency), "change": CHANGE}
    return show_table(shown.reset_index(drop=True), "Revenue by offering", formats)


def _rank(offerings: pd.DataFrame) -> pd.DataFrame:
    ranked = offerings.rename_axis("offering_id").assign(label=label_accounts(offerings["name"], 32))
    return ranked.sort_values(["revenue_ltm", "offering_id"], ascending=[False, True])


def _gather(offerings: pd.DataFrame) -> pd.DataFrame:
    """Keep the largest, add the others up to one row."""
    ranked = _rank(offerings)[["label", "revenue_ltm", "revenue_prior"]]
    if len(ranked) <= _SHOWN:
        return ranked
    rest = ranked.iloc[_SHOWN - 1 :]
    others = rest[["revenue_ltm", "revenue_prior"]].sum(min_count=1).to_dict() | {"label": f"{len(rest)} others"}
    return pd.concat([ranked.iloc[: _SHOWN - 1], pd.DataFrame([others])])


def _write_value(ax: Axes, place: int, row: "pd.Series[Any]", currency: str) -> None:
    change = _change(row.to_frame().T).iloc[0]
    words = write_amount(row["revenue_ltm"], currency) + (f" ({write_share(change, sign=True)})" if pd.notna(change) else "")
    end = max(0.0, *row[["revenue_ltm", "revenue_prior"]].astype(float).fillna(0))
    ax.annotate(words, (end, place), xytext=(6, 0), textcoords="offset points", va="center", size=7.5, gid="value")


def _change(rows: pd.DataFrame) -> "pd.Series[float]":
    before = rows["revenue_prior"].astype(float)
    return rows["revenue_ltm"].astype(float) / before.where(before > 0) - 1


def _amount_and_share(amount: float, total: float, currency: str) -> str:
    return write_amount(amount, currency) + (f" ({write_share(amount / total)})" if total > 0 else "")
