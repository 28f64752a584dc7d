"""The relationship stage in words, tables and the ten boxes."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.matrix.ten_boxes import describe_ten_boxes, plot_ten_boxes, tabulate_ten_boxes
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import COUNT, STAGE, STAGES, TEXT, in_unit, is_known, write_amount, write_number, write_share
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_list, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan, take_account

POTENTIALS = {1.0: "low", 2.0: "medium", 3.0: "high"}
"""The levels of potential in words."""
_MEASURES = {"people_reached": "people reached", "share_of_wallet": "share of wallet", "revenue": "revenue"}


def say_stage(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say at which stage the relationship is, what it lacks for the next, what its manager thinks, and what to do."""
    row = take_account(analysis.relationship.accounts, plan.account_id)
    return write_paragraph(
        _say_evidence(plan.name, row),
        _say_person(row),
        _say_lacking(analysis, plan, row),
        _say_opinion(row),
        _say_strength(plan),
        _say_disintegrating(analysis, plan, row),
        _say_advice(row),
    )


def _say_evidence(name: str, row: "pd.Series[Any]") -> str:
    reason = row["stage_reason"]
    if not is_known(row["stage"]):
        return f"The stage of the relationship with {name} is unknown: {reason}."
    held = f", {reason}" if is_known(reason) else ""
    stage = f"the {STAGES[int(row['stage']) - 1]} stage ({int(row['stage'])} of 5)"
    return f"By evidence the relationship with {name} is at {stage}{held}."


def _say_person(row: "pd.Series[Any]") -> str:
    note = f"Note: {row['stage_note']}." if is_known(row["stage_note"]) else ""
    if not is_known(row["stage_by"]):
        return note
    stated = f"{row['stage_by']} places it at the {STAGES[int(row['stage_placed']) - 1]} stage ({row['stage_why']})."
    return f"{stated} {note}".strip()


def _say_lacking(analysis: Analysis, plan: AccountPlan, row: "pd.Series[Any]") -> str:
    if not is_known(row["stage"]) or row["stage"] >= len(STAGES) or row["stage"] < 2:
        return ""
    tests = _tests_of(analysis, plan)
    ahead = tests[tests["level"] == row["stage"] + 1]
    words = analysis.method.stages.words
    missing = [_say_test(each, words, plan.currency) for _, each in ahead[ahead["passes"] == 0].iterrows()]
    unknown = [words[fact] for fact in ahead[ahead["passes"].isna()]["fact"]]
    next_stage = STAGES[int(row["stage"])]
    said = f"For the {next_stage} stage it falls short in {'; '.join(missing)}." if missing else ""
    return " ".join([said, f"Unknown for that: {join_words(unknown)}." if unknown else ""]).strip()


def _say_test(row: "pd.Series[Any]", words: Any, currency: str) -> str:
    bound = f"{'at least' if row['is_least'] else 'at most'} {write_number(row['bound'])}"
    return f"{words[row['fact']]} ({write_fact(row['fact'], row['value'], currency)}, {bound} needed)"


def _say_opinion(row: "pd.Series[Any]") -> str:
    opinion, gap = row["stage_opinion"], row["stage_gap"]
    if not is_known(opinion):
        return ""
    if not is_known(gap) or abs(gap) < 1:
        agrees = ", as the evidence does" if is_known(gap) else ""
        return f"Its manager sees it at the {STAGES[round(opinion) - 1]} stage{agrees}."
    where = "above" if gap > 0 else "below"
    return f"Its manager sees it at the {STAGES[round(opinion) - 1]} stage, {where} what the evidence bears out."


def _say_strength(plan: AccountPlan) -> str:
    gap = plan.facts["strength_above_stage"]
    if gap == 1:
        return "Its strength is rated high, which so early a stage does not bear out."
    return "Its strength is rated low, although the stage is late." if gap == -1 else ""


def _say_disintegrating(analysis: Analysis, plan: AccountPlan, row: "pd.Series[Any]") -> str:
    declines = analysis.relationship.declines
    own = declines[(declines["account_id"] == plan.account_id) & (declines["declined"] == 1)]
    signs = [_say_decline(each, plan) for _, each in own.iterrows()]
    return f"It is disintegrating: {'; '.join(signs)}." if row["disintegrating"] == 1 else ""


def _say_decline(row: "pd.Series[Any]", plan: AccountPlan) -> str:
    if row["measure"] == "revenue":
        days = count_of(int(plan.facts["orders_ltm"]), "order day")
        return f"revenue grew {write_share(abs(row['now']))} less than the customer did ({days} in twelve months)"
    write = write_number if row["measure"] == "people_reached" else write_share
    return f"{_MEASURES[row['measure']]} fell from {write(row['before'])} to {write(row['now'])}"


def _say_advice(row: "pd.Series[Any]") -> str:
    if not is_known(row["advice"]):
        return "" if is_known(row["potential"]) else "Its potential is unknown, so the stage alone advises nothing."
    return f"Potential {POTENTIALS[row['potential']]}: {row['advice'][:1].lower()}{row['advice'][1:]}"


def tabulate_tests(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put the evidence in a table: the value, and what each stage asks for; None where nothing of it is known."""
    tests = _tests_of(analysis, plan)
    if tests["value"].isna().all():
        return None
    words, levels = analysis.method.stages.words, sorted(tests["level"].unique())
    rows = []
    for fact, own in tests.groupby("fact", sort=False):
        value = write_fact(str(fact), own["value"].iloc[0], plan.currency) if own["value"].notna().all() else "unknown"
        asked = own.set_index("level")
        rows.append([words[str(fact)], value, *(_write_verdict(asked, level) for level in levels)])
    heads = ["Evidence", "Value", *(f"{STAGES[level - 1]} stage" for level in levels)]
    return show_table(pd.DataFrame(rows, columns=heads), "Evidence for the relationship stage", dict.fromkeys(heads, TEXT))


def _write_verdict(asked: pd.DataFrame, level: int) -> str:
    if level not in asked.index:
        return "not asked"
    row = asked.loc[[level]].iloc[0]
    verdict = "unknown" if not is_known(row["passes"]) else "yes" if row["passes"] else "no"
    return f"{'≥' if row['is_least'] else '≤'} {write_number(row['bound'])}: {verdict}"


def _tests_of(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    tests = analysis.relationship.tests
    return tests[tests["account_id"] == plan.account_id]


def say_investment(plan: AccountPlan) -> Prose | None:
    """Say what past investment brought: hours and cost to serve of the years covered, beside the margin gained."""
    years = plan.tables.get("investment")
    if years is None or len(years) < 2 or years[["hours", "cost_to_serve"]].isna().all(axis=None):
        return None
    spent = [f"{write_number(years['hours'].sum())} hours of contact"] if years["hours"].notna().all() else []
    served = years["cost_to_serve"]
    spent += [f"{write_amount(served.sum(), plan.currency)} to serve it"] if served.notna().all() else []
    if not spent:
        return None
    what, values = ("gross margin", years["margin"]) if years["margin"].notna().all() else ("revenue", years["revenue"])
    first, last = values.iloc[0], values.iloc[-1]
    moved = (
        f"rose by {write_amount(last - first, plan.currency)}"
        if last > first
        else f"fell by {write_amount(first - last, plan.currency)}"
    )
    return Prose(
        f"What past investment brought: in {count_of(len(years), 'year')} {join_words(spent)}; "
        f"its yearly {what} {moved}, from {write_amount(first, plan.currency)} to {write_amount(last, plan.currency)}."
    )


def tabulate_stages(analysis: Analysis) -> Table:
    """Count accounts and revenue by stage."""
    stage = analysis.relationship.accounts["stage_placed"]
    names = stage.map(dict(enumerate(STAGES, start=1))).fillna("unknown")
    sums = analysis.indicators["revenue_ltm"].groupby(names).agg(accounts="size", revenue_ltm="sum")
    shown = sums.reindex([name for name in (*STAGES, "unknown") if name in sums.index]).rename_axis("stage").reset_index()
    formats = {"stage": TEXT, "accounts": COUNT, "revenue_ltm": in_unit(analysis.currency)}
    return show_table(shown, "Accounts by relationship stage", formats)


def tabulate_relationships(analysis: Analysis) -> Table:
    """Put stage, the manager's opinion, potential and advice of every account in a table; the highest stage first."""
    frame = analysis.relationship.accounts
    shown = frame.assign(
        Account=label_accounts(analysis.names, 40),
        potential=frame["potential"].map(POTENTIALS),
        disintegrating=frame["disintegrating"].map({1.0: "yes", 0.0: "no"}),
    ).sort_values(["stage_placed", "Account"], ascending=[False, True], ignore_index=True)
    formats = {
        "Account": TEXT, "stage_placed": STAGE, "stage_opinion": STAGE, "disintegrating": TEXT, "potential": TEXT, "advice": TEXT
    }  # fmt: skip
    heads = {"stage_placed": "Stage", "stage_opinion": "Its manager's opinion"}
    filled = {column: form for column, form in formats.items() if column == "Account" or shown[column].notna().any()}
    return show_table(shown[list(filled)], "Relationship stage, potential and advice", filled, heads=heads)


def frame_boxes(analysis: Analysis) -> pd.DataFrame:
    """Return name, stage and potential of every account: what the ten boxes show."""
    frame = analysis.relationship.accounts
    return pd.DataFrame({"name": analysis.names, "stage": frame["stage_placed"], "potential": frame["potential"]})


def picture_ten_boxes(analysis: Analysis) -> Picture:
    """Draw potential, high or not, against the five stages."""
    boxes = frame_boxes(analysis)
    return show_figure(plot_ten_boxes(boxes), describe_ten_boxes(boxes))


def count_ten_boxes(analysis: Analysis) -> Table:
    """Put the numbers of the ten boxes in a table."""
    return tabulate_ten_boxes(frame_boxes(analysis))


def list_disagreements(analysis: Analysis) -> Prose:
    """Say where the manager's opinion and the evidence are a stage or more apart, and who is disintegrating."""
    labels = label_accounts(analysis.names, 40)
    return write_list(_say_doubts(analysis, labels), nothing="Opinion and evidence agree, and no relationship is disintegrating.")


def _say_doubts(analysis: Analysis, labels: "pd.Series[str]") -> Iterator[str]:
    frame = analysis.relationship.accounts
    for account in frame.index[frame["disintegrating"] == 1]:
        yield f"{labels[account]} is disintegrating."
    for account, row in frame[frame["stage_gap"].abs() >= 1].iterrows():
        opinion, stage = STAGES[round(row["stage_opinion"]) - 1], STAGES[int(row["stage"]) - 1]
        yield f"{labels[str(account)]}: its manager says {opinion} stage, the evidence {stage} stage."


def say_stages(analysis: Analysis) -> Prose:
    """Say how many stages are known, and how many relationships are disintegrating."""
    frame = analysis.relationship.accounts
    unknown, apart = int(frame["stage"].isna().sum()), int((frame["disintegrating"] == 1).sum())
    parts = [f"The stage of {count_of(len(frame) - unknown, 'account')} is known by evidence"]
    parts += [f"that of {count_of(unknown, 'account')} is not"] if unknown else []
    return Prose(f"{', '.join(parts)}; {count_of(apart, 'relationship')} {'is' if apart == 1 else 'are'} disintegrating.")
