"""An account among the others: its scores explained, and how it compares with accounts alike."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.contributions import chart_contributions, describe_contributions, plot_contributions
from kamnb.display.matrix.matrix import picture_matrix
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import TEXT, Format, is_known, write_amount, write_number
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.indicators import INDICATORS
from kamnb.planning import AccountPlan, take_account
from kamnb.scoring import Criterion, ceilings, gather_rivals

_WORDS = Format(str)

COMPARED = (
    "revenue_growth",
    "gross_margin",
    "order_regularity",
    "offerings_bought",
    "people_reached",
    "days_late",
    "share_of_wallet",
)
"""Indicators of an account that are set beside the median of comparable accounts."""


def tabulate_compared(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Set the account beside the median of its segment, or of the portfolio where its segment is small."""
    buyers = analysis.indicators[analysis.indicators["revenue_ltm"] > 0]
    alike = buyers[analysis.accounts.loc[buyers.index, "segment"] == plan.account["segment"]]
    small = len(alike) < analysis.method.playbook.white_space.least_peers
    peers = (buyers if small else alike).drop(index=plan.account_id, errors="ignore")
    told = [name for name in COMPARED if is_known(plan.facts[name]) and peers[name].notna().any()]
    if not told:
        return None
    rows = {
        "This account": [write_fact(name, plan.facts[name], plan.currency) for name in told],
        "Median of the others": [write_fact(name, peers[name].median(), plan.currency) for name in told],
    }
    shown = pd.DataFrame.from_dict(rows, orient="index", columns=told).rename_axis("Whose").reset_index()
    whom = f"{count_of(len(peers), 'account')} {'of the portfolio' if small else 'of its segment'} that bought in twelve months"
    return show_table(shown, f"How it compares with {whom}", {"Whose": TEXT} | dict.fromkeys(told, _WORDS))


def picture_position(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw the account in the matrix, no other named; None where it has no place."""
    placed = is_known(plan.score["placed"])
    return picture_matrix(analysis, highlight=plan.account_id, anonymous=True) if placed else None


def picture_contributions(analysis: Analysis, plan: AccountPlan) -> Picture | None:
    """Draw what each criterion adds to the scores; None where the model has none for the account."""
    parts = frame_contributions(analysis, plan.account_id)
    if parts.empty:
        return None
    return show_figure(plot_contributions(parts), describe_contributions(parts), chart_contributions(parts))


def frame_contributions(analysis: Analysis, account_id: str) -> pd.DataFrame:
    """Return what each criterion that counts for the account adds to its scores, named with the value behind it.

    Returns
    -------
    DataFrame
        Indexed by criterion and value in words; ``axis``, ``contribution`` (NaN: unknown, or not scored), ``known`` (whether
        the value is), ``maximum`` (the most it could add) and, where an earlier day is compared, ``change``.
    """
    facts, score = take_account(analysis.facts, account_id), take_account(analysis.scores, account_id)
    model, whose = analysis.criteria, analysis.facts.loc[[account_id]]
    rivals = gather_rivals(analysis.portfolio, model) if model.strength_mode == "relative" else None
    most = ceilings(whose, model, rivals).iloc[0]
    counted = [(axis, each) for axis, each in model.listed() if each.stands_in == score[f"{axis}_stands_in"]]
    rows = [
        (
            _name_criterion(each, facts[each.name], analysis, account_id),
            axis,
            analysis.contributions.loc[account_id, each.name],
            is_known(facts[each.name]),
            most[each.name],
        )
        for axis, each in counted
    ]
    frame = pd.DataFrame(rows, columns=["criterion", "axis", "contribution", "known", "maximum"]).set_index("criterion")
    if analysis.changes is None:
        return frame
    parts = analysis.changes.movement.parts
    moves = parts[parts["account_id"] == account_id].groupby("criterion")["effect"].sum()
    return frame.assign(change=moves.reindex([each.name for _, each in counted]).to_numpy(dtype=float))


def _name_criterion(criterion: Criterion, value: float, analysis: Analysis, account_id: str) -> str:
    evidence = _write_bound(criterion, analysis, account_id) or write_evidence(criterion, value, analysis.currency)
    return f"{title_column(criterion.name)}{f' ({evidence})' if evidence else ''}"


def _write_bound(criterion: Criterion, analysis: Analysis, account_id: str) -> str:
    """Write what is known of a criterion's value where that is only how much it is at least; empty where more is known."""
    indicator = INDICATORS.get(criterion.measures) if criterion.source == "indicator" else None
    known = take_account(analysis.indicators, account_id)
    if indicator is None or not indicator.at_least or is_known(known[indicator.name]) or not is_known(known[indicator.at_least]):
        return ""
    return f"at least {write_fact(indicator.at_least, known[indicator.at_least], analysis.currency)}"


def write_evidence(criterion: Criterion, value: float, currency: str) -> str:
    """Write the value behind a criterion's points in its unit; empty where it is unknown."""
    if not is_known(value):
        return ""
    indicator = INDICATORS.get(criterion.measures) if criterion.source == "indicator" else None
    if indicator and indicator.unit == "money":
        return write_amount(value, currency)
    if indicator:
        return write_fact(criterion.measures, value, currency)
    return write_number(value, 0 if float(value).is_integer() else 1)
