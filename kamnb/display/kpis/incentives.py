"""What managers' incentives hang on, and which KPIs of one manager pull against each other."""

from typing import Any

from kamnb.data.portfolio import Portfolio
from kamnb.display.kpis.kpi_reasons import name_kpi
from kamnb.display.kpis.lengths import SHOWN, say_more
from kamnb.display.parts.formats import COUNT, SHARE, TEXT, Format, is_known, write_number
from kamnb.display.parts.sentences import Prose, count_of, write_list
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning.alignment import Alignment, AlignmentSettings, list_incentives, list_pulls


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
    return show_table(rows[list(formats)].head(SHOWN), "What incentives hang on", formats, heads=heads, note=say_more(len(rows)))


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
