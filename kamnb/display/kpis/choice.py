"""The choice of KPIs: which are in, why the others are out, how firm that is, and which objectives are not served."""

import pandas as pd

from kamnb.display.kpis.kpi_reasons import name_kpi, say_gap, say_reason, say_remark
from kamnb.display.kpis.lengths import SHOWN, say_more
from kamnb.display.parts.formats import COUNT, SHARE, TEXT, Format, in_money, is_known, write_money, write_number
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_list, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.alignment import Alignment, to_money

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
    return show_table(shown.head(SHOWN), caption, formats, heads=heads, note=say_more(len(shown)))


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
        say_more(len(rows)),
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
