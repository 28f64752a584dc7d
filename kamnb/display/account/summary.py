"""An account in a few sentences: where it stands, how it moves, and what to decide first."""

from kamnb.analysis import Analysis
from kamnb.display.confidence.words import explain_place
from kamnb.display.parts.formats import is_known, write_share
from kamnb.display.parts.sentences import (
    Prose,
    name_quadrant,
    say_position,
    say_relative_growth,
    say_trend,
    say_wallet,
    write_paragraph,
)
from kamnb.display.portfolio.findings import say_question
from kamnb.planning import AccountPlan


def say_summary(analysis: Analysis, plan: AccountPlan) -> tuple[Prose, Prose | None, Prose]:
    """Say where the account stands, how it moves (None where its revenue is unknown), and what to decide first."""
    return say_standing(analysis, plan), say_movement(plan), _say_first(plan)


def say_standing(analysis: Analysis, plan: AccountPlan) -> Prose:
    """Say where the account stands, on what knowledge, and what its quadrant asks for."""
    row = plan.score.copy()
    row["name"] = plan.name
    position = say_position(row, cut=analysis.criteria.cut, mode=analysis.criteria.strength_mode)
    is_split = len(analysis.confidence.count(plan.account_id)) > 1  # that all lead to one quadrant is said in the head
    unsure = explain_place(analysis, plan.account_id) if is_split else ""
    return write_paragraph(position, unsure, _say_asked(analysis, plan))


def _say_asked(analysis: Analysis, plan: AccountPlan) -> str:
    placed = plan.score["placed"]
    if not is_known(placed):
        return "Until it can be placed, nothing is asked of it but to find out what is missing."
    asks = analysis.method.playbook.quadrants[placed].asks
    return f"{name_quadrant(placed)[:1].upper()}{name_quadrant(placed)[1:]} asks us to {asks}."


def say_growth(plan: AccountPlan) -> Prose | None:
    """Say whether we grow faster than the customer does; None where that is unknown."""
    facts = plan.facts
    both = is_known(facts["revenue_growth"]) and is_known(facts["own_growth"])
    return say_relative_growth(facts["revenue_growth"], facts["own_growth"]) if both else None


def say_movement(plan: AccountPlan) -> Prose | None:
    """Say how revenue moves, against the customer's own growth, and our share of its wallet; None where revenue is unknown."""
    facts = plan.facts
    if not is_known(facts["revenue_ltm"]):
        return None
    trend = say_trend("Revenue", facts["revenue_ltm"], facts["revenue_prior"], currency=plan.currency)
    margin = f"Gross margin is {write_share(facts['gross_margin'], 1)}." if is_known(facts["gross_margin"]) else ""
    relative = say_growth(plan) or ""
    wallet = say_wallet(facts["share_of_wallet_low"], facts["share_of_wallet"], facts["share_of_wallet_high"])
    return write_paragraph(trend, relative, margin, wallet if is_known(facts["share_of_wallet"]) else "")


def _say_first(plan: AccountPlan) -> Prose:
    if plan.findings.empty:
        return Prose("Nothing in the data calls for a decision.")
    return Prose(f"To decide first: {say_question(plan.findings.iloc[0], plan.facts, plan.currency)}")
