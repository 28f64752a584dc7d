"""The map of objectives: which direction, process and unit each serves, and its KPIs."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.portfolio import Portfolio
from kamnb.display.kpis.lengths import SHOWN, say_more
from kamnb.display.parts.formats import TEXT, is_known
from kamnb.display.parts.names import draw_name
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, INK, LINE, QUIET, house_style, open_axes, say_nothing_to_draw
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.alignment import DIMENSIONS, Alignment, list_incentives

DRAWN = 20
"""Objectives that the map draws at most; its table has the others too."""


def list_map(aligned: Alignment, portfolio: Portfolio) -> pd.DataFrame:
    """Return the objectives with KPIs, then the others of the whole programme, then those of accounts.

    Returns
    -------
    DataFrame
        Indexed by ``objective_id``: ``title``, ``account_id``, ``direction``, ``process``, ``unit``; ``chosen`` and ``left``
        (tuples of KPI ids), ``departments``, ``managers`` (whose incentive hangs on one of its KPIs), ``owners`` (of actions).
    """
    rows = aligned.objectives.set_index("objective_id").sort_index()
    rows = rows.reindex(columns=["title", "account_id", *DIMENSIONS])
    kpis = aligned.kpi_table.reindex(columns=["kpi_id", "objective_id", "department"])
    incentives = list_incentives(portfolio).merge(kpis, on="kpi_id")
    rows["chosen"] = [_own_kpis(aligned, key, True) for key in rows.index]
    rows["left"] = [_own_kpis(aligned, key, False) for key in rows.index]
    for name, table, column in (
        ("departments", kpis, "department"), ("managers", incentives, "manager"), ("owners", portfolio.read("actions"), "owner"),
    ):  # fmt: skip
        words = table.dropna(subset=[column]).groupby("objective_id")[column].agg(lambda each: ", ".join(sorted(set(each))))
        rows[name] = words.reindex(rows.index).fillna("")
    has_kpi = _have_kpis(rows)
    order = rows.assign(none=~has_kpi, account=rows["account_id"].notna())
    return rows.loc[order.sort_values(["none", "account"], kind="stable").index]


def _have_kpis(rows: pd.DataFrame) -> "pd.Series[bool]":
    return (rows["chosen"].map(len) + rows["left"].map(len)).astype(int) > 0


def _own_kpis(aligned: Alignment, objective_id: str, is_in: bool) -> tuple[str, ...]:
    each = aligned.candidates.values()
    return tuple(kpi.kpi_id for kpi in each if kpi.objective_id == objective_id and (kpi.kpi_id in aligned.choice.ids) == is_in)


def tabulate_map(aligned: Alignment, portfolio: Portfolio) -> Table | None:
    """Put the objectives in a table: what they serve, their KPIs, who measures, whose incentive hangs on them, who acts."""
    rows = list_map(aligned, portfolio)
    if rows.empty:
        return None
    shown = pd.DataFrame(
        {
            "objective": [title if is_known(title) else key for key, title in rows["title"].items()],
            **{name: rows[name].fillna("").to_numpy() for name in DIMENSIONS},
            "chosen": rows["chosen"].map(", ".join).to_numpy(),
            "left": rows["left"].map(", ".join).to_numpy(),
            **{name: rows[name].to_numpy() for name in ("departments", "managers", "owners")},
        }
    ).replace("", None)
    heads = {"chosen": "KPIs in", "left": "KPIs out", "managers": "Incentives of", "owners": "Owners of actions"}
    return show_table(
        shown.head(SHOWN),
        "Objectives and their KPIs",
        dict.fromkeys(map(str, shown), TEXT),
        heads=heads,
        note=say_more(len(shown)),
    )


def picture_map(aligned: Alignment, portfolio: Portfolio) -> Picture | None:
    """Draw which direction, process and unit each objective serves, and its KPIs; of accounts' objectives those with KPIs."""
    rows = list_map(aligned, portfolio)
    drawn = rows[_have_kpis(rows) | rows["account_id"].isna()].head(DRAWN)
    return show_figure(plot_map(drawn), describe_map(rows, len(drawn))) if len(drawn) else None


@house_style()
def plot_map(rows: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a row for each objective and a column for each value: a filled mark where a chosen KPI serves it, else a hollow one.

    Parameters
    ----------
    rows : DataFrame
        As `list_map` returns them.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> rows = pd.DataFrame({"title": ["Be paid on time"], "direction": ["Earn"], "process": [None], "unit": ["Services"],
    ...                      "chosen": [("K1",)], "left": [()]}, index=["Z1"])
    >>> ax = plot_map(rows)
    >>> [label.get_text() for label in ax.get_xticklabels()]
    ['Earn', 'Services']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    columns = [(name, value) for name in DIMENSIONS for value in sorted(set(rows[name].dropna()))]
    ax = open_axes(1.55 + 0.22 * len(rows), ax, left=2.6, right=1.0, top=0.3, bottom=1.2)
    if not columns:
        return say_nothing_to_draw(ax, "No objective says which direction, process or unit it serves.")
    for place, row in enumerate(rows.to_dict("records")):
        marks = [at for at, (name, value) in enumerate(columns) if row[name] == value]
        ax.plot(marks, [place] * len(marks), "o", color=BLUE, markersize=6, fillstyle="full" if row["chosen"] else "none")
        ax.annotate(_write_kpis(row), (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
                    va="center", size=7.5, color=INK if row["chosen"] else QUIET)  # fmt: skip
    _write_axes(ax, rows, columns)
    return ax


def _write_kpis(row: dict[Any, Any]) -> str:
    return draw_name(", ".join(row["chosen"]), "chosen", 20) if row["chosen"] else "none in" if row["left"] else "no KPI"


def _write_axes(ax: Axes, rows: pd.DataFrame, columns: list[tuple[str, str]]) -> None:
    ax.set_xticks(range(len(columns)), [draw_name(name, "?", 22) for _, name in columns], rotation=40, ha="right")
    ax.set_yticks(range(len(rows)), [draw_name(title, str(key), 42) for key, title in rows["title"].items()])
    ax.set_xlim(-0.6, len(columns) - 0.4)
    ax.set_ylim(len(rows) - 0.5, -0.5)
    ax.grid(color=LINE)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    for name in DIMENSIONS:
        places = [at for at, (dimension, _) in enumerate(columns) if dimension == name]
        if places:
            ax.axvline(places[0] - 0.5, color=QUIET, linewidth=0.6)
            ax.annotate(name, (places[0] - 0.4, 1), xycoords=("data", "axes fraction"), xytext=(0, 4), textcoords="offset points",
                        weight="bold")  # fmt: skip


def describe_map(rows: pd.DataFrame, drawn: int) -> str:
    """Say how many objectives are drawn and served, and which KPIs serve each."""
    served = [
        f"{title if is_known(title) else key} by {join_words(chosen)}"
        for key, title, chosen in zip(rows.index, rows["title"], rows["chosen"], strict=True)
        if chosen
    ]
    bare = len(rows) - len(served)
    more = f", of which the map draws {drawn:,}" if len(rows) > drawn else ""
    each = f": {'; '.join(served)}" if served else ""
    return (
        f"Objectives by direction, process and unit ({count_of(len(rows), 'objective')}{more}). Served "
        f"{len(served):,}{each}. Not served {bare:,}."
    )
