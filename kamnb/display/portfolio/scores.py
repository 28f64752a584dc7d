"""Scores explained: the model, every account's scores, what drives them, who rated."""

from dataclasses import replace

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.matrix.exceptions import list_unplaced
from kamnb.display.matrix.scale import STRENGTHS
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import COUNT, POINTS, SAID, SHARE, TEXT, Format, write_cut, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, join_words, write_list, write_paragraph
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.indicators import INDICATORS
from kamnb.scoring import Criterion, check_model, find_short_scales, rate_by_kind
from kamnb.scoring.points import points_of

__all__ = [
    "list_sanity",
    "list_unplaced",
    "say_model",
    "tabulate_drivers",
    "tabulate_indicators",
    "tabulate_model",
    "tabulate_rater_counts",
    "tabulate_raters",
    "tabulate_scores",
]


def say_model(analysis: Analysis) -> Prose:
    """Say which model scores, where it cuts, and how much must be known."""
    model = analysis.criteria
    mode = _MEASURES[model.strength_mode]
    high, strong = write_cut(model.cut["attractiveness"]), write_cut(model.cut["strength"])
    return write_paragraph(
        f'Scoring model "{model.name}", version {model.version}; strength is {mode}.',
        f"A score equal to the cut is high; the cuts are {high} for attractiveness and {strong} for strength.",
        f"An account is placed on an axis where at least {write_share(model.min_known)} of its weight is known.",
    )


_MEASURES = {
    "points": "points from 0 to 10",
    "relative": "a ratio to the best competitor",
    "stage": "the relationship stage, from 1 to 5",
}


def tabulate_model(analysis: Analysis) -> Table:
    """Put the criteria with their weights and anchors in a table."""
    rows = [_describe(axis, criterion, analysis) for axis, criterion in analysis.criteria.listed()]
    shown = pd.DataFrame(rows, columns=["Axis", "Criterion", "Weight", "From", "Points"])
    formats = {"Axis": TEXT, "Criterion": TEXT, "Weight": SHARE, "From": TEXT, "Points": TEXT}
    return show_table(shown, "Criteria: weight on the axis, and value = points", formats)


def _describe(axis: str, criterion: Criterion, analysis: Analysis) -> tuple[str, str, float, str, str]:
    anchors = ", ".join(f"{_write_exactly(criterion, value)} = {points:g}" for value, points in criterion.anchors)
    stands = " (stands in)" if criterion.stands_in else ""
    return axis, title_column(criterion.name) + stands, criterion.share, criterion.source, anchors or "as rated"


def _write_exactly(criterion: Criterion, value: float) -> str:
    """Write an anchor's value without rounding, so that every change of the model is seen."""
    unit = INDICATORS[criterion.measures].unit if criterion.source == "indicator" else ""
    return f"{value * 100:,.10g} %" if unit == "fraction" else f"{value:,.10g}"


def list_sanity(analysis: Analysis) -> Prose:
    """Say what is doubtful in the model or its result."""
    notes = check_model(analysis.criteria, analysis.facts, analysis.scores)
    notes += [str(scale) for scale in find_short_scales(analysis.portfolio, analysis.criteria)]
    return write_list(
        notes, nothing="The model raises no doubts: weights, number of accounts and spread over the quadrants are sound."
    )


def tabulate_scores(analysis: Analysis) -> Table:
    """Put every account's scores and known shares in a table, most attractive first."""
    order = analysis.scores.assign(Account=label_accounts(analysis.names, 40)).rename_axis("account_id")
    order = order.sort_values(["attractiveness", "account_id"], ascending=[False, True])
    strength = STRENGTHS[analysis.criteria.strength_mode]
    formats: dict[str, Format] = {"Account": TEXT, "attractiveness": POINTS, "attractiveness_known": SHARE, "strength": strength}
    formats |= {"strength_known": SHARE} | ({"caveat": SAID} if order["caveat"].notna().any() else {})
    heads = {"attractiveness_known": "Weight known", "strength_known": "Weight known "}
    return show_table(order[list(formats)].reset_index(drop=True), "Scores of all accounts", formats, heads=heads)


def tabulate_drivers(analysis: Analysis, axis: str) -> Table:
    """Put what each criterion of one axis adds to each account's score in a table, in points.

    Where criteria of our own sales stand in for some accounts only, what these add stands in one column.
    """
    own = [criterion for where, criterion in analysis.criteria.listed() if where == axis]
    names = [criterion.name for criterion in own]
    frame = analysis.contributions[names].assign(Account=label_accounts(analysis.names, 32), score=analysis.scores[axis])
    stand_ins = [criterion.name for criterion in own if criterion.stands_in]
    if 0 < analysis.scores[f"{axis}_stands_in"].sum() < len(frame):
        names = [name for name in names if name not in stand_ins] + ["our_own_sales"]
        frame = frame.assign(our_own_sales=frame[stand_ins].sum(axis=1, min_count=1))
    order = frame.rename_axis("account_id").sort_values(["score", "account_id"], ascending=[False, True])
    points = replace(POINTS, unit="")
    formats: dict[str, Format] = {"Account": TEXT, "score": points} | dict.fromkeys(names, points)
    used = [name for name in formats if name in ("Account", "score") or order[name].notna().any()]
    left_out = [title_column(name).lower() for name in names if name not in used]
    note = f"Unknown or not used for all accounts: {join_words(left_out)}." if left_out else ""
    return show_table(
        order[used].reset_index(drop=True), f"What adds to {axis}, in points", {name: formats[name] for name in used}, note=note
    )


def tabulate_raters(analysis: Analysis) -> Table | Prose:
    """Put the mean rating of us by kind of rater in a table; an account rated by its own manager alone is marked."""
    rated = rate_by_kind(analysis.portfolio)
    if rated.empty:
        return Prose("No ratings are given.")
    points = rated.groupby("criterion")["score"].transform(
        lambda each: points_of(each, analysis.criteria.anchors_of(str(each.name)))
    )
    wide = rated.assign(score=points).groupby(["account_id", "rater_kind"])["score"].mean().unstack()
    wide.insert(0, "Account", label_accounts(analysis.names, 40).reindex(wide.index))
    formats: dict[str, Format] = {"Account": TEXT} | {str(kind): POINTS for kind in wide.columns if kind != "Account"}
    provisional = [kind for kind in wide.columns if kind not in ("Account", "account_manager")]
    wide["provisional"] = (
        wide[provisional].isna().all(axis=1).map({True: "provisional", False: ""}) if provisional else "provisional"
    )
    return show_table(
        wide.reset_index(drop=True),
        "Mean rating of us by kind of rater",
        formats | {"provisional": TEXT},
        heads={"provisional": "Standing"},
    )


def tabulate_rater_counts(analysis: Analysis) -> Table | Prose:
    """Put in a table how many rated us, by kind of rater and account: no points, for they would lead who rates next."""
    rated = analysis.portfolio.read("ratings")
    ours = rated[rated["competitor"].isna()].fillna({"rater_kind": "not said"})
    if ours.empty:
        return Prose("No ratings are given.")
    wide = ours.groupby(["account_id", "rater_kind"])["rater"].agg(_count_raters).unstack(fill_value=0)
    wide.insert(0, "Account", label_accounts(analysis.names, 40).reindex(wide.index))
    formats = {"Account": TEXT} | {str(kind): COUNT for kind in wide.columns if kind != "Account"}
    return show_table(wide.reset_index(drop=True), "How many rated us, by kind of rater", formats)


def _count_raters(raters: "pd.Series[str]") -> int:
    """Count raters; ratings without a name are answers of several."""
    return int(raters.nunique() + raters.isna().sum())


def tabulate_indicators(analysis: Analysis) -> Table:
    """Put every indicator with its meaning, unit, median and the number of accounts it is known for in a table."""
    values = analysis.indicators
    rows = [
        (
            each.meaning[:1].upper() + each.meaning[1:],
            each.unit,
            values[each.name].notna().sum(),
            write_fact(each.name, values[each.name].median(), analysis.currency),
        )
        for each in INDICATORS.values()
    ]
    shown = pd.DataFrame(rows, columns=["Indicator", "Unit", "Known for", "Median"])
    return show_table(shown, "Indicators", {"Indicator": TEXT, "Unit": TEXT, "Known for": COUNT, "Median": TEXT})
