"""The account plan, section by section: a page for the meeting, the position, the money, and an annex."""

from collections.abc import Callable, Mapping

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.ageing import describe_ageing, plot_ageing
from kamnb.display.account.completeness import say_completeness
from kamnb.display.account.customer import (
    say_deliveries,
    say_roles,
    tabulate_complaints,
    tabulate_contracts,
    tabulate_goals,
    tabulate_insight,
)
from kamnb.display.account.initiatives import list_initiatives, tabulate_objectives, take_objectives
from kamnb.display.account.offerings import describe_offerings, plot_offerings
from kamnb.display.account.outlook import say_budget, tabulate_pipeline
from kamnb.display.account.people import list_risks, picture_contacts, tabulate_people
from kamnb.display.account.position import picture_contributions, picture_position, tabulate_compared
from kamnb.display.account.schedule import list_check_points, tabulate_actions
from kamnb.display.account.white_space import say_next_offers, tabulate_white_space
from kamnb.display.parts.formats import TEXT, Format, in_money, is_known, write_date, write_points, write_share
from kamnb.display.parts.losses import say_account_losses
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sections import Aside, place_beside, show_section
from kamnb.display.parts.sentences import (
    Prose,
    count_of,
    name_quadrant,
    say_position,
    say_relative_growth,
    say_trend,
    say_wallet,
    write_list,
    write_paragraph,
)
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.changes import list_changes, title_changes
from kamnb.display.portfolio.decisions import tabulate_decisions
from kamnb.display.portfolio.findings import say_finding
from kamnb.display.portfolio.months import describe_months, plot_months
from kamnb.display.portfolio.profit import say_profit, tabulate_profit, tabulate_year
from kamnb.display.portfolio.receivables import say_drift, say_receivables, tabulate_disputes, tabulate_open_items
from kamnb.display.portfolio.stages import say_investment, say_stage, tabulate_tests
from kamnb.planning import AccountPlan, take_account
from kamnb.scoring.points import points_of

SHOWN = 6
"""Rows that a table of the plan shows; how many more there are is said."""
RISKS = 3
"""Findings on the first page; the others stand in the annex."""
FURTHER = 2
"""Findings in the annex."""
PROMISES = 4
"""Actions of either side on the first page."""
DECISIONS = 3
"""Decisions of past meetings on the first page, the latest first."""


def show_head(analysis: Analysis, plan: AccountPlan) -> None:
    """Show whose plan it is."""
    lost = say_account_losses(analysis.losses, plan.account_id)
    show_section(plan.name, Prose(say_about(analysis, plan.account_id)), Prose(lost) if lost else None, level=1)


def say_about(analysis: Analysis, account_id: str) -> str:
    """Say whose plan it is: id, manager, segment, region, country, day and currency."""
    master = analysis.accounts.loc[account_id]
    about = {
        "Account": account_id,
        "account manager": analysis.manager_names[account_id],
        "segment": master["segment"],
        "region": master["region"],
        "country": master["country"],
        "as of": write_date(analysis.as_of),
        "amounts in": analysis.currency,
    }
    return "; ".join(f"{what} {value}" for what, value in about.items() if is_known(value) and value) + "."


def show_summary(analysis: Analysis, plan: AccountPlan) -> None:
    """Show in three sentences where the account stands, how it moves, and what to decide."""
    show_section("Where it stands, and what to decide", *say_summary(analysis, plan))


def say_summary(analysis: Analysis, plan: AccountPlan) -> tuple[Prose, Prose | None, Prose]:
    """Say where the account stands, how it moves (None where its revenue is unknown), and what to decide."""
    row = plan.score.copy()
    row["name"] = plan.name
    position = say_position(row, cut=analysis.criteria.cut, mode=analysis.criteria.strength_mode)
    standing = write_paragraph(position, _say_asked(analysis, plan))
    return standing, _say_money(plan), _say_decision(plan)


def _say_asked(analysis: Analysis, plan: AccountPlan) -> str:
    placed = plan.score["placed"]
    if not is_known(placed):
        return "Until it can be placed, nothing is asked of it but to find out what is missing."
    asks = analysis.method.playbook.quadrants[placed].asks
    return f"{name_quadrant(placed)[:1].upper()}{name_quadrant(placed)[1:]} asks us to {asks}."


def _say_money(plan: AccountPlan) -> Prose | None:
    facts = plan.facts
    if not is_known(facts["revenue_ltm"]):
        return None
    trend = say_trend("Revenue", facts["revenue_ltm"], facts["revenue_prior"], currency=plan.currency)
    margin = f"Gross margin is {write_share(facts['gross_margin'], 1)}." if is_known(facts["gross_margin"]) else ""
    both = is_known(facts["revenue_growth"]) and is_known(facts["own_growth"])
    relative = say_relative_growth(facts["revenue_growth"], facts["own_growth"]) if both else ""
    wallet = say_wallet(facts["share_of_wallet_low"], facts["share_of_wallet"], facts["share_of_wallet_high"])
    return write_paragraph(trend, relative, margin, wallet if is_known(facts["share_of_wallet"]) else "")


def _say_decision(plan: AccountPlan) -> Prose:
    decisions = plan.findings["decision"].drop_duplicates().head(2).tolist()
    return Prose(f"To decide: {' '.join(decisions)}" if decisions else "Nothing in the data calls for a decision.")


def show_goals(plan: AccountPlan) -> None:
    """Show what the customer wants to achieve, and what we delivered to it."""
    show_section("The customer's goals", tabulate_goals(plan))


def show_year(plan: AccountPlan) -> None:
    """Show the year to date beside target and forecast."""
    show_section("This year", tabulate_year(plan))


def show_initiatives(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the initiatives that lead the plan."""
    show_section("Initiatives", list_initiatives(analysis, plan))


def show_promises(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what both sides owe, and what past meetings decided."""
    owed = (tabulate_actions(analysis, plan, ours, PROMISES) for ours in (True, False, None))
    show_section("Promises", *owed, tabulate_decisions(analysis, plan, DECISIONS))


def show_risks(plan: AccountPlan) -> None:
    """Show the most urgent findings."""
    lines = [say_finding(row, plan.facts, plan.currency) for _, row in plan.findings.head(RISKS).iterrows()]
    show_section("Risks", write_list(lines) if lines else None)


def show_changes(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what changed since the earlier day that was asked for."""
    show_section(title_changes(analysis), list_changes(analysis, plan))


def show_position(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the account in the matrix, no other named, beside accounts alike, and at which stage."""
    show_section("Position", say_stage(analysis, plan), tabulate_compared(analysis, plan), picture_position(analysis, plan))


def show_people(analysis: Analysis, plan: AccountPlan) -> None:
    """Show who is there, who meets whom, and on whom the relationship hangs."""
    show_section("People", picture_contacts(analysis, plan), list_risks(analysis, plan))


def show_market(analysis: Analysis, plan: AccountPlan) -> None:
    """Show competitors, contract dates, pipeline and what to offer next."""
    show_section(
        "Competitors, contracts and pipeline",
        place_beside(_table_competitors(analysis, plan), tabulate_contracts(analysis, plan)),
        tabulate_pipeline(analysis, plan), say_next_offers(analysis, plan),
    )  # fmt: skip


def _table_competitors(analysis: Analysis, plan: AccountPlan) -> Table | None:
    rated = plan.tables.get("competitors")
    if rated is None or rated.empty:
        return None
    wide = rated.assign(rated=rated["rated"].replace("", "We")).pivot(index="rated", columns="criterion", values="points")
    wide = wide.apply(lambda scores: points_of(scores, analysis.criteria.anchors_of(str(scores.name))))
    shown = wide.loc[sorted(wide.index, key=lambda name: (name != "We", name))].rename_axis("Who").reset_index()
    formats: dict[str, Format] = {"Who": TEXT} | {str(name): _PLAIN_POINTS for name in wide.columns}
    return show_table(shown, "How we and competitors are rated, points 0 to 10", formats)


_PLAIN_POINTS = Format(write_points)


def show_money(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what the account earns, and five years."""
    show_section(
        "Money", say_profit(analysis, plan), say_investment(plan), say_budget(plan),
        place_beside(tabulate_profit(analysis, plan), _tabulate_years(plan)),
    )  # fmt: skip


def _tabulate_years(plan: AccountPlan) -> Table | None:
    money = in_money(plan.currency)
    return _table(
        plan, "years", f"Five years: two back, this one (invoiced to {write_date(plan.as_of)}), two ahead",
        {"label": TEXT, "revenue": money, "margin": money, "target": money, "forecast": money, "budget": money},
        heads={"label": "Year", "revenue": "Invoiced", "margin": "Gross margin"},
    )  # fmt: skip


def show_sales(analysis: Analysis, plan: AccountPlan) -> None:
    """Show revenue by month and by offering, and the white space."""
    bought = analysis.offerings[analysis.offerings.index.get_level_values("account_id") == plan.account_id]
    pictures = (_picture_months(plan.months, plan.currency), _picture_offerings(bought.droplevel("account_id"), plan.currency))
    white_space = tabulate_white_space(analysis, plan, 5)
    show_section("What it buys, and could buy", *pictures, white_space)


def _picture_months(months: pd.DataFrame, currency: str) -> Picture | None:
    if months.empty:
        return None
    return show_figure(plot_months(months, currency=currency), describe_months(months, currency=currency))


def _picture_offerings(bought: pd.DataFrame, currency: str) -> Picture | None:
    if bought.empty:
        return None
    return show_figure(plot_offerings(bought, currency=currency), describe_offerings(bought, currency=currency))


def show_payment(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what the account owes, how it pays, and when its open items are expected."""
    ageing = _ageing(analysis, plan.account_id)
    overdue = ageing is not None and ageing["open_amount"].iloc[1:].abs().sum() > 0
    picture = _picture_ageing(ageing, plan.currency) if ageing is not None and overdue else None
    show_section(
        "Receivables", say_receivables(analysis, plan), say_drift(analysis, plan), picture,
        tabulate_open_items(analysis, plan, 3) if overdue else tabulate_disputes(analysis, plan),
    )  # fmt: skip


def _picture_ageing(ageing: pd.DataFrame, currency: str) -> Picture:
    return show_figure(plot_ageing(ageing, currency=currency), describe_ageing(ageing, currency=currency))


def _ageing(analysis: Analysis, account_id: str) -> pd.DataFrame | None:
    buckets = {"not_due": "not due", "d1_30": "1-30", "d31_60": "31-60", "d61_90": "61-90", "d90_plus": "over 90"}
    every = analysis.ageing
    if account_id not in every.index:
        return None
    own = take_account(every, account_id)[list(buckets)].rename(buckets).to_frame("open_amount")
    return own if own["open_amount"].notna().any() and own["open_amount"].abs().sum() > 0 else None


def show_explanation(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the scores and the stage explained: what each criterion adds, what moved, which test passes."""
    show_section(
        "Scores and stage explained", tabulate_tests(analysis, plan),
        picture_contributions(analysis, plan),
    )  # fmt: skip


def show_knowledge(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what we know of the customer, who is there, and how the roles of our side are filled."""
    show_section(
        "What we know, and our side", tabulate_insight(plan), tabulate_people(analysis, plan, 3), say_roles(analysis, plan)
    )


def show_agreements(analysis: Analysis, plan: AccountPlan) -> None:
    """Show objectives beyond those that lead the plan, and check-points."""
    more = len(take_objectives(analysis, plan)) > analysis.method.playbook.plan.initiatives
    show_section(
        "Objectives and check-points", tabulate_objectives(analysis, plan) if more else None, list_check_points(analysis, plan)
    )  # fmt: skip


def show_service(analysis: Analysis, plan: AccountPlan) -> None:
    """Show deliveries promised and kept, and complaints by cause."""
    show_section("Deliveries and complaints", say_deliveries(plan), tabulate_complaints(analysis, plan))


def show_findings(plan: AccountPlan) -> None:
    """Show the findings beyond those of the first page."""
    lines = [say_finding(row, plan.facts, plan.currency) for _, row in plan.findings.iloc[RISKS : RISKS + FURTHER].iterrows()]
    more = len(plan.findings) - RISKS - FURTHER
    lines += [f"{count_of(more, 'more finding')}, less urgent, not shown."] if more > 0 else []
    show_section("Further findings", write_list(lines) if lines else None)


def show_missing(analysis: Analysis, plan: AccountPlan) -> None:
    """Show how complete the plan is, where things are from, and, in one quiet block, what is missing."""
    empty = [name for name in RECORDED if name in plan.tables and plan.tables[name].empty]
    lines = [f"No {table.replace('_', ' ')} table: {shows}." for table, shows in plan.missing.items()]
    lines += [f"No {name} recorded for this account." for name in empty]
    show_section(
        "Completeness, sources, and what is missing", say_completeness(analysis, plan), _say_sources(analysis),
        Aside("Missing", tuple(lines)) if lines else None,
    )  # fmt: skip


RECORDED = ("goals", "insight", "objectives", "people", "competitors", "contracts", "deliveries", "complaints")
"""Tables of a plan of which it is said that they are empty."""


def _say_sources(analysis: Analysis) -> Prose:
    criteria, portfolio = analysis.criteria, analysis.portfolio
    strong = f"strength is high on the {criteria.orientation}"
    model = f'Scoring model "{criteria.name}", version {criteria.version}; {strong}.'
    own = f"Changed in this workbook: {', '.join(sorted(portfolio.own))}." if portfolio.own else ""
    return write_paragraph(model, f"{count_of(len(portfolio.filled), 'table')} read, listed in the data check.", own)


def _table(
    plan: AccountPlan,
    name: str,
    caption: str,
    formats: Mapping[str, Format],
    heads: Mapping[str, str] | None = None,
    rows: int = SHOWN,
) -> Table | None:
    frame = plan.tables.get(name)
    if frame is None or frame.empty:
        return None
    shown = frame.head(rows)
    filled = {column: form for column, form in formats.items() if shown[column].notna().any()}
    if len(filled) < 2:
        return None
    return _shortened(frame, caption, filled, heads or {}, rows)


def _shortened(
    frame: pd.DataFrame, caption: str, formats: Mapping[str, Format], heads: Mapping[str, str], rows: int = SHOWN
) -> Table:
    more = f"{count_of(len(frame) - rows, 'more row')} not shown." if len(frame) > rows else ""
    return show_table(frame[list(formats)].head(rows), caption, formats, heads=heads, note=more)


def show_plan(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the whole plan, section by section, as the notebook of the plan does."""
    for show in SECTIONS:
        show(analysis, plan)


def _alone(show: Callable[[AccountPlan], None]) -> Callable[[Analysis, AccountPlan], None]:
    return lambda analysis, plan: show(plan)


SECTIONS: tuple[Callable[[Analysis, AccountPlan], None], ...] = (
    show_head, show_summary, _alone(show_goals), _alone(show_year), show_initiatives, show_promises, _alone(show_risks),
    show_changes, show_position, show_people, show_market, show_money, show_sales, show_payment, show_explanation,
    show_knowledge, show_agreements, show_service, _alone(show_findings), show_missing,
)  # fmt: skip
"""The sections of the plan in their order."""
