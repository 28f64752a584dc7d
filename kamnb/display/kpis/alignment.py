"""KPIs for objectives: the choice, its reasons, what it hangs on, the map of objectives, and incentives."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kamnb.data.portfolio import Portfolio
from kamnb.display.kpis.kpi_reasons import name_kpi, say_gap, say_reason, say_remark
from kamnb.display.parts.formats import (
    COUNT,
    SHARE,
    TEXT,
    Format,
    in_money,
    is_known,
    write_compact,
    write_money,
    write_number,
    write_short_date,
)
from kamnb.display.parts.names import can_draw, shorten
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_list, write_paragraph
from kamnb.display.parts.style import BLUE, INK, LINE, ORANGE, QUIET, house_style, open_axes, say_nothing_to_draw, scale_money
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.alignment import (
    DIMENSIONS,
    Alignment,
    AlignmentSettings,
    list_incentives,
    list_pulls,
    measure_progress,
    to_money,
)

SHOWN = 40
"""Rows of a table that are shown; how many more there are is said."""

DRAWN = 20
"""Objectives that the map draws at most; its table has the others too."""

_STAGES = {"served": "objectives", "covered": "values", "net": "net benefit a year", "cost": "cost a year less"}


def say_choice(aligned: Alignment) -> Prose:
    """Say how many KPIs are chosen, what they serve, cost and bring, and that it holds for the benefits stated."""
    if not aligned.candidates:
        return Prose("No kpis table: which KPIs serve the objectives is unknown.")
    worth, budget = aligned.choice.worth, write_money(to_money(aligned.budget), aligned.currency)
    money = [write_money(to_money(each), aligned.currency) for each in (worth.cost, worth.net + worth.cost, worth.net)]
    return write_paragraph(
        f"Within a measuring budget of {budget} a year {len(aligned.choice.ids):,} of {count_of(len(aligned.candidates), 'KPI')} "
        f"are chosen. They serve {worth.served:,} of {count_of(len(aligned.serves), 'objective')} and cover {worth.covered:,} of "
        f"{count_of(len(aligned.values), 'value')} of direction, process and unit.",
        f"They cost {money[0]} a year, bring {money[1]}, and leave {money[2]}.",
        _say_proof(aligned),
    )


def _say_proof(aligned: Alignment) -> str:
    gaps = aligned.choice.gaps
    if not gaps:
        return "No other choice is better, for the benefits stated."
    open_ones = [f"{_STAGES[stage]} by up to {_write_gap(aligned, stage)}" for stage in gaps if stage in _STAGES]
    return (
        f"The search was stopped at its limit: another choice might be better in {join_words(open_ones) or 'the order of ids'}."
    )


def _write_gap(aligned: Alignment, stage: str) -> str:
    gap = aligned.choice.gaps[stage]
    if gap == float("inf"):
        return "any amount"
    return write_number(gap) if stage in ("served", "covered") else write_money(gap / 100, aligned.currency)


def tabulate_chosen(aligned: Alignment) -> Table | None:
    """Put the chosen KPIs in a table, each with its reason."""
    return _tabulate(aligned, aligned.kpis[aligned.kpis["is_chosen"]], "Chosen KPIs")


def tabulate_left(aligned: Alignment) -> Table | None:
    """Put the KPIs that are not chosen in a table, each with its reason."""
    return _tabulate(aligned, aligned.kpis[~aligned.kpis["is_chosen"]], "KPIs that are not chosen")


def _tabulate(aligned: Alignment, rows: pd.DataFrame, caption: str) -> Table | None:
    if rows.empty:
        return None
    shown = pd.DataFrame(
        {
            "kpi": [name_kpi(aligned, str(key)) for key in rows.index],
            "cost": rows["cost"].to_numpy(),
            "benefit": rows["benefit"].to_numpy(),
            "net": rows["net"].to_numpy(),
            "why": [say_reason(aligned, str(key)) for key in rows.index],
        }
    )
    money = in_money(aligned.currency)
    formats = {"kpi": TEXT, "cost": money, "benefit": money, "net": money, "why": TEXT}
    heads = {"cost": "Cost a year", "benefit": "Benefit a year", "net": "Net"}
    return show_table(shown.head(SHOWN), caption, formats, heads=heads, note=_more(len(shown)))


def _more(rows: int) -> str:
    return f"{count_of(rows - SHOWN, 'more row')} not shown; kamnb kpis writes them all." if rows > SHOWN else ""


def tabulate_margins(aligned: Alignment) -> Table | None:
    """Show how far each stated benefit may be off before another choice is better, the tightest first."""
    rows = aligned.kpis[aligned.kpis["changes_at"].notna()]
    if rows.empty:
        return None
    rows = rows.assign(size=rows["off_by"].abs(), share=rows["off_by"] / rows["benefit"].where(rows["benefit"] > 0))
    rows = rows.sort_values("size", kind="stable")
    turns = rows["is_chosen"].map({True: "below", False: "above"}) + rows["leaves_by_cost"].map({True: " (its cost)", False: ""})
    shown = pd.DataFrame(
        {
            "kpi": [name_kpi(aligned, str(key)) for key in rows.index],
            "now": rows["is_chosen"].map({True: "in", False: "out"}).to_numpy(),
            "stated": rows["benefit"].to_numpy(),
            "turns": turns.to_numpy(),
            "changes_at": rows["changes_at"].to_numpy(),
            "off_by": rows["off_by"].to_numpy(),
            "share": rows["share"].to_numpy(),
        }
    )
    money = in_money(aligned.currency)
    signed = Format(lambda value: write_number(value, sign=True), aligned.currency)
    formats = {"kpi": TEXT, "now": TEXT, "stated": money, "turns": TEXT, "changes_at": money, "off_by": signed, "share": SHARE}
    heads = {"now": "Now", "stated": "Benefit stated", "turns": "Changes", "changes_at": "At a benefit of", "off_by": "Off by"}
    firm = len(aligned.kpis) - len(rows) - len(aligned.unsettled)
    notes = [
        _more(len(rows)),
        f"{count_of(firm, 'KPI')} would not be chosen at any benefit, for the reason given above." if firm else "",
        f"Not settled within the limit of the search: {', '.join(aligned.unsettled)}." if aligned.unsettled else "",
    ]
    caption = "How far each stated benefit may be off before the choice changes"
    return show_table(shown.head(SHOWN), caption, formats, heads=heads, note=" ".join(filter(None, notes)))


def list_gaps(aligned: Alignment) -> Prose:
    """Say of each objective with KPIs that is not served why, and what it would take; count those without any KPI."""
    named = [key for key, gap in aligned.gaps.items() if gap.cause != "no KPI"]
    bare = [key for key, gap in aligned.gaps.items() if gap.cause == "no KPI"]
    wide = aligned.objectives.set_index("objective_id")["account_id"] if "account_id" in aligned.objectives else None
    own = [key for key in bare if wide is None or not is_known(wide[key])]
    lines = [say_gap(aligned, key) for key in [*named, *own]]
    more = len(bare) - len(own)
    tail = f"{count_of(more, 'objective')} of single accounts {'has' if more == 1 else 'have'} no KPI." if more else ""
    return write_list([*lines, tail], nothing="Every objective is served.")


def list_remarks(aligned: Alignment) -> Prose:
    """Say what the table of KPIs states and cannot mean, and which KPIs would change no decision."""
    lines = [say_remark(aligned, remark) for remark in aligned.remarks]
    idle = [f"{name_kpi(aligned, key)} changes no decision: none is stated." for key in aligned.idle]
    return write_list([*lines, *idle], nothing="Every KPI serves an objective and would change a decision.")


def tabulate_values(aligned: Alignment) -> Table | None:
    """Show how many objectives serve each direction, process and unit, and how many of them are served."""
    rows = aligned.values
    heads = {"dimension": "Dimension", "objectives": "Objectives", "served": "Of them served"}
    formats = {"dimension": TEXT, "value": TEXT, "objectives": COUNT, "served": COUNT}
    return show_table(rows, "Directions, processes and units", formats, heads=heads) if len(rows) else None


def picture_curve(aligned: Alignment) -> Picture | None:
    """Draw what each budget could reach."""
    if len(aligned.curve.steps) < 2:
        return None
    return show_figure(plot_curve(list_steps(aligned), to_money(aligned.budget), aligned.currency), describe_curve(aligned))


def list_steps(aligned: Alignment) -> pd.DataFrame:
    """Return the steps of the curve: from which ``budget`` on how many ``objectives``, ``values``, and what ``net`` in money."""
    steps = aligned.curve.steps
    columns = {"budget": [each.cost / 100 for each in steps], "objectives": [each.served for each in steps]}
    columns |= {"values": [each.covered for each in steps], "net": [each.net / 100 for each in steps]}
    return pd.DataFrame(columns | {"benefit": [(each.net + each.cost) / 100 for each in steps]})


@house_style()
def plot_curve(steps: pd.DataFrame, budget: float, currency: str, *, ax: Axes | None = None) -> Axes:
    """Draw net benefit over the budget, with the number of objectives where it changes, and the budget.

    Parameters
    ----------
    steps : DataFrame
        As `list_steps` returns them.
    budget : float
    currency : str
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> steps = pd.DataFrame({"budget": [0.0, 900.0], "objectives": [0, 1], "values": [0, 3], "net": [0.0, 5000.0]})
    >>> ax = plot_curve(steps, 1000, "EUR")
    >>> [text.get_text() for text in ax.texts]
    ['budget 1 k', '1']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(2.2, ax, left=0.75)
    end = max(float(steps["budget"].max()), budget) * 1.08 or 1.0
    ax.step([*steps["budget"], end], [*steps["net"], steps["net"].iloc[-1]], where="post", color=BLUE, linewidth=1.6)
    ax.axvline(budget, color=ORANGE, linewidth=1)
    side = ("right", -3) if budget > 0.7 * end else ("left", 3)
    ax.annotate(f"budget {write_compact(budget)}", (budget, 0), xytext=(side[1], 4), textcoords="offset points", ha=side[0],
                color=INK, size=7.5)  # fmt: skip
    first = steps[steps["objectives"].diff() > 0]
    ax.plot(first["budget"], first["net"], "o", color=BLUE, markersize=4)
    for place, value, count in zip(first["budget"], first["net"], first["objectives"], strict=True):
        ax.annotate(f"{count}", (place, value), xytext=(-4, 4), textcoords="offset points", ha="right", size=7.5)
    ax.set_xlim(0, end)
    ax.margins(y=0.15)
    scale_money(ax, "x")
    scale_money(ax, "y")
    ax.set_xlabel(f"Measuring budget a year, {currency}".rstrip(", "))
    ax.set_title("Net benefit a year by budget; numbers: objectives served from there on")
    return ax


def describe_curve(aligned: Alignment) -> str:
    """Say from which budget on each number of objectives is served, and where more budget brings nothing more."""
    steps, currency = list_steps(aligned), aligned.currency
    first = steps[steps["objectives"].diff() > 0]
    each = [
        f"{count_of(int(row['objectives']), 'objective')} from {write_money(row['budget'], currency)}"
        for _, row in first.iterrows()
    ]
    last = steps.iloc[-1]
    return (
        f"Net benefit by measuring budget: {join_words(each) or 'no objective at any budget'}; from "
        f"{write_money(last['budget'], currency)} on it stays at {write_money(last['net'], currency)} a year."
    )


def tabulate_curve(aligned: Alignment) -> Table | None:
    """Put the steps of the curve in a table."""
    if not aligned.candidates:
        return None
    money = in_money(aligned.currency)
    heads = {"budget": "Budget from", "objectives": "Objectives served", "values": "Values covered", "net": "Net benefit"}
    formats = {"budget": money, "objectives": COUNT, "values": COUNT, "net": money, "benefit": money}
    note = (
        "Objectives and values come before money: where a step serves more of them, net benefit may fall."
        if aligned.curve.is_exact
        else "The searches allowed were spent: between these steps there may be more."
    )
    return show_table(list_steps(aligned), "What each budget could reach", formats, heads=heads, note=note)


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
    has_kpi = rows["chosen"].str.len() + rows["left"].str.len() > 0
    order = rows.assign(none=~has_kpi, account=rows["account_id"].notna())
    return rows.loc[order.sort_values(["none", "account"], kind="stable").index]


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
        shown.head(SHOWN), "Objectives and their KPIs", dict.fromkeys(map(str, shown), TEXT), heads=heads, note=_more(len(shown))
    )


def picture_map(aligned: Alignment, portfolio: Portfolio) -> Picture | None:
    """Draw which direction, process and unit each objective serves, and its KPIs; of accounts' objectives those with KPIs."""
    rows = list_map(aligned, portfolio)
    drawn = rows[(rows["chosen"].str.len() + rows["left"].str.len() > 0) | rows["account_id"].isna()].head(DRAWN)
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
                    va="center", size=7, color=INK if row["chosen"] else QUIET)  # fmt: skip
    _write_axes(ax, rows, columns)
    return ax


def _write_kpis(row: dict[Any, Any]) -> str:
    return shorten(", ".join(row["chosen"]), 20) if row["chosen"] else "none in" if row["left"] else "no KPI"


def _write_axes(ax: Axes, rows: pd.DataFrame, columns: list[tuple[str, str]]) -> None:
    titles = [title if is_known(title) and can_draw(str(title)) else str(key) for key, title in rows["title"].items()]
    names = [value if can_draw(value) else "?" for _, value in columns]
    ax.set_xticks(range(len(columns)), [shorten(name, 22) for name in names], rotation=40, ha="right")
    ax.set_yticks(range(len(rows)), [shorten(str(title), 42) for title in titles])
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


def tabulate_incentives(aligned: Alignment, portfolio: Portfolio) -> Table | None:
    """Show on which KPIs each manager's incentive hangs, and whether they are chosen."""
    rows = list_incentives(portfolio)
    if rows.empty:
        return None
    rows = rows.assign(
        kpi=[name_kpi(aligned, key) for key in rows["kpi_id"]],
        measured=rows["kpi_id"].map(
            lambda key: "yes" if key in aligned.choice.ids else "no" if key in aligned.candidates else "no such KPI"
        ),
    )
    formats = {"manager": TEXT, "kpi": TEXT, "desired": TEXT, "share": SHARE, "measured": TEXT}
    heads = {"share": "Share of the incentive", "measured": "Chosen"}
    return show_table(rows[list(formats)].head(SHOWN), "What incentives hang on", formats, heads=heads, note=_more(len(rows)))


def list_conflicts(portfolio: Portfolio, settings: AlignmentSettings) -> Prose:
    """Say which KPIs of one manager pull against each other, by what sign, and of how many pairs nothing can be told."""
    pairs = list_pulls(portfolio, settings)
    if pairs.empty:
        return Prose("No manager's incentive hangs on more than one KPI, as far as is known.")
    lines = [_say_pull(row) for row in pairs[pairs["verdict"].eq("pulls")].to_dict("records")]
    rules, few = settings.incentives, int(pairs["verdict"].eq("too few").sum())
    blind = int(pairs["verdict"].eq("no direction").sum())
    dark = f"Nothing is told of {count_of(few, 'pair')} with fewer than {rules.least_observations} changes in common, or none."
    unknown = f"Nothing is told of {count_of(blind, 'pair')} of which one has no desired direction."
    shown = [*(lines or ["No pair shows a sign of pulling apart."]), dark if few else "", unknown if blind else ""]
    return write_list(shown)


def _say_pull(row: dict[Any, Any]) -> str:
    one, other = (
        f"{row[key]} ({row[name] if is_known(row[name]) else 'no such KPI'})"
        for key, name in (("kpi_id", "kpi"), ("other_id", "other"))
    )
    signs = {
        "excludes": "one is declared to rule out the other",
        "needs the opposite": "one needs the other, and they are wanted in opposite directions",
    }
    told = [signs[row["declared"]]] if row["declared"] else []
    if is_known(row["correlation"]):
        told.append(
            f"rank correlation of their progress {write_number(row['correlation'], 2)} over "
            f"{count_of(int(row['observations']), 'change')}"
        )
    return f"{row['manager']}: {one} and {other} pull against each other: {'; '.join(told)}."


def tabulate_pulls(portfolio: Portfolio, settings: AlignmentSettings) -> Table | None:
    """Put the pairs of KPIs of each manager in a table, with the correlation of their progress and the observations."""
    rows = list_pulls(portfolio, settings)
    if rows.empty:
        return None
    rows = rows.assign(pair=rows["kpi_id"] + " and " + rows["other_id"], declared=rows["declared"].replace("", None))
    formats = {
        "manager": TEXT,
        "pair": TEXT,
        "declared": TEXT,
        "observations": COUNT,
        "correlation": Format(lambda value: write_number(value, 2)),
    }
    formats |= {"verdict": TEXT}
    heads = {"observations": "Changes in common", "correlation": "Rank correlation of progress"}
    note = (
        "Progress is a change in the desired direction. A correlation over few changes is a question to the manager, not a proof."
    )
    return show_table(rows[list(formats)].head(SHOWN), "Pairs of one manager's KPIs", formats, heads=heads, note=note)


def tabulate_progress(portfolio: Portfolio, settings: AlignmentSettings) -> Table | None:
    """Show the last value of each KPI beside its target, and its trend."""
    rows = measure_progress(portfolio, settings.trend)
    if rows.empty:
        return None
    shown = pd.DataFrame(
        {
            "kpi": [f"{key} ({name})" if is_known(name) else key for key, name in zip(rows["kpi_id"], rows["kpi"], strict=True)],
            "account_id": rows["account_id"].to_numpy(),
            "unit": rows["unit_of_measure"].to_numpy(),
            "desired": rows["desired"].to_numpy(),
            "value": rows["value"].to_numpy(),
            "on": rows["date"].to_numpy(),
            "target": rows["target"].to_numpy(),
            "is_met": rows["is_met"].map({True: "yes", False: "no"}).to_numpy(),
            "earlier": rows["earlier"].where(rows["change"].notna()).to_numpy(),
            "since": rows["earlier_date"].where(rows["change"].notna()).to_numpy(),
            "trend": rows["trend"].to_numpy(),
        }
    )
    number = Format(lambda value: f"{value:,.6g}".replace("-", "\N{MINUS SIGN}"))
    day = Format(write_short_date, numeric=False, wraps=False)
    formats = dict.fromkeys(map(str, shown), TEXT) | {
        "value": number,
        "target": number,
        "earlier": number,
        "on": day,
        "since": day,
    }
    if shown["account_id"].isna().all():
        shown = shown.drop(columns="account_id")
    heads = {"account_id": "Account", "is_met": "Met", "earlier": "Compared with", "since": "Of", "on": "On"}
    few = f"No trend is told of fewer than {count_of(settings.trend.least_values, 'value')}."
    caption = "Values of KPIs against their targets"
    note = " ".join(filter(None, [few if rows["change"].isna().any() else "", _more(len(shown))]))
    return show_table(shown.head(SHOWN), caption, formats, heads=heads, note=note)
