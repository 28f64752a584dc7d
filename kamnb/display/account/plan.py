"""The account plan, section by section: the page that decides, the position, the money, and an annex."""

from collections.abc import Callable, Mapping

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.ageing import describe_ageing, plot_ageing
from kamnb.display.account.competitors import picture_competitors, say_competitors
from kamnb.display.account.completeness import say_completeness
from kamnb.display.account.customer import (
    say_deliveries,
    say_roles,
    tabulate_complaints,
    tabulate_contracts,
    tabulate_goals,
    tabulate_insight,
)
from kamnb.display.account.front import show_front
from kamnb.display.account.group import list_parts, name_parent
from kamnb.display.account.initiatives import tabulate_objectives
from kamnb.display.account.offerings import describe_offerings, plot_offerings
from kamnb.display.account.outlook import say_budget, tabulate_pipeline
from kamnb.display.account.people import list_risks, picture_contacts, tabulate_people
from kamnb.display.account.position import picture_contributions, picture_position, tabulate_compared
from kamnb.display.account.questions import list_further
from kamnb.display.account.schedule import tabulate_actions
from kamnb.display.account.summary import say_growth, say_standing
from kamnb.display.account.white_space import picture_white_space, say_next_offers, tabulate_white_space
from kamnb.display.confidence.ahead import say_year_end
from kamnb.display.parts.formats import TEXT, Format, in_unit, is_known, write_date
from kamnb.display.parts.losses import say_unread
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sections import Aside, place_beside, show_section, stack
from kamnb.display.parts.sentences import (
    Prose,
    count_of,
    write_paragraph,
)
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.ahead import say_place_ahead
from kamnb.display.portfolio.changes import list_changes, title_changes
from kamnb.display.portfolio.decisions import tabulate_decisions
from kamnb.display.portfolio.profit import say_profit, tabulate_profit, tabulate_year
from kamnb.display.portfolio.receivables import say_drift, say_receivables, tabulate_disputes, tabulate_open_items
from kamnb.display.portfolio.stages import say_investment, say_stage, tabulate_tests
from kamnb.planning import AccountPlan, take_account

SHOWN = 5
"""Rows that a table of the plan shows; how many more there are is said."""
FURTHER = 3
"""Findings beyond the questions of the first page."""
PROMISES = 4
"""Open actions of either side."""
DECISIONS = 3
"""Decisions of past meetings, the latest first."""


def show_head(analysis: Analysis, plan: AccountPlan) -> None:
    """Show whose plan it is."""
    show_section(plan.name, Prose(say_about(analysis, plan.account_id)), level=1)


def say_about(analysis: Analysis, account_id: str) -> str:
    """Say whose plan it is: id, group, manager, segment, region, country and day."""
    master = analysis.accounts.loc[account_id]
    manager = analysis.manager_names[account_id]
    known = [account_id, *filter(None, [name_parent(analysis, account_id)])]
    known += [f"account manager {manager}" if is_known(manager) else "no account manager"]
    known += [str(master[name]) for name in ("segment", "region", "country") if is_known(master[name]) and master[name]]
    return " · ".join([*known, f"as of {write_date(analysis.as_of)}"])


def show_changes(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what changed since the earlier day that was asked for."""
    show_section(title_changes(analysis), list_changes(analysis, plan))


def show_position(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the account in the matrix, no other named, beside accounts alike, and at which stage."""
    show_section(
        "Position", say_standing(analysis, plan), say_stage(analysis, plan), tabulate_compared(analysis, plan),
        picture_position(analysis, plan), say_place_ahead(analysis, plan.account_id),
    )  # fmt: skip


def show_people(analysis: Analysis, plan: AccountPlan) -> None:
    """Show who is there, who meets whom, and on whom the relationship hangs."""
    show_section(
        "People",
        picture_contacts(analysis, plan) or tabulate_people(analysis, plan, 3),
        list_risks(analysis, plan),
        _say_unread(analysis, plan, "contacts", "interactions"),
    )


def show_market(analysis: Analysis, plan: AccountPlan) -> None:
    """Show contract dates, pipeline and what to offer next."""
    show_section(
        "Contracts and pipeline",
        tabulate_contracts(analysis, plan),
        tabulate_pipeline(analysis, plan), say_next_offers(analysis, plan), _say_unread(analysis, plan, "documents"),
    )  # fmt: skip


def show_money(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what the account earns, and five years."""
    show_section(
        "Money", say_growth(plan), say_profit(analysis, plan), say_investment(plan), say_budget(plan),
        say_year_end(analysis, plan.account_id),
        place_beside(tabulate_profit(analysis, plan), stack(_tabulate_years(plan), tabulate_year(plan))),
    )  # fmt: skip


def _tabulate_years(plan: AccountPlan) -> Table | None:
    money = in_unit(plan.currency)
    return _table(
        plan, "years", f"Five years: two back, this one (invoiced to {write_date(plan.as_of)}), two ahead",
        {"label": TEXT, "revenue": money, "margin": money, "target": money, "forecast": money, "budget": money},
        heads={"label": "Year", "revenue": "Invoiced", "margin": "Gross margin"},
    )  # fmt: skip


def show_sales(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the white space by offering, or where none is known what it buys."""
    bought = analysis.offerings[analysis.offerings.index.get_level_values("account_id") == plan.account_id]
    picture = picture_white_space(analysis, plan) or _picture_offerings(bought.droplevel("account_id"), plan.currency)
    show_section("What it buys, and could buy", picture, tabulate_white_space(analysis, plan, 3))
    show_group(analysis, plan)


def show_group(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the subsidiaries that are accounts of their own, or of which group the account is a part; nothing where neither is."""
    show_section("The group", *list_parts(analysis, plan.account_id))


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
    """Show what each criterion adds to the scores, us beside the strongest competitor, and the tests of the stage."""
    show_section(
        "Scores, competitors and stage explained", picture_contributions(analysis, plan), picture_competitors(analysis, plan),
        say_competitors(analysis, plan), tabulate_tests(analysis, plan), _say_unread(analysis, plan, "ratings"),
    )  # fmt: skip


def show_knowledge(analysis: Analysis, plan: AccountPlan) -> None:
    """Show what we know of the customer, who is there, and how the roles of our side are filled."""
    show_section(
        "What we know, and our side", tabulate_insight(plan), say_roles(analysis, plan),
        _say_unread(analysis, plan, "insight"),
    )  # fmt: skip


def show_agreements(analysis: Analysis, plan: AccountPlan) -> None:
    """Show goals, objectives, what both sides owe, check-points, and what past meetings decided."""
    owed = (tabulate_actions(analysis, plan, ours, PROMISES) for ours in (True, False, None))
    show_section(
        "Goals, objectives and promises", tabulate_goals(plan), tabulate_objectives(analysis, plan), *owed,
        tabulate_decisions(analysis, plan, DECISIONS),
        _say_unread(analysis, plan, "customer_goals", "objectives", "actions", "decisions"),
    )  # fmt: skip


def show_service(analysis: Analysis, plan: AccountPlan) -> None:
    """Show deliveries promised and kept, and complaints by cause."""
    unread = _say_unread(analysis, plan, "deliveries", "complaints")
    show_section("Deliveries and complaints", say_deliveries(plan), tabulate_complaints(analysis, plan), unread)


def _say_unread(analysis: Analysis, plan: AccountPlan, *tables: str) -> Prose | None:
    return say_unread(analysis.losses, plan.account_id, *tables)


def show_findings(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the findings beyond the questions of the first page."""
    show_section("Further findings", list_further(analysis, plan, FURTHER))


def show_missing(analysis: Analysis, plan: AccountPlan) -> None:
    """Show how complete the plan is, where things are from, and, in one quiet block, what is missing."""
    empty = [
        name for name, table in RECORDED.items()
        if name in plan.tables and plan.tables[name].empty and not _say_unread(analysis, plan, table)
    ]  # fmt: skip
    lines = [f"No {table.replace('_', ' ')} table: {shows}." for table, shows in plan.missing.items()]
    lines += [f"No {name} recorded for this account." for name in empty]
    show_section(
        "Completeness, sources, and what is missing", say_completeness(analysis, plan), _say_sources(analysis),
        Aside("Missing", tuple(lines)) if lines else None,
    )  # fmt: skip


RECORDED = {
    "goals": "customer_goals", "insight": "insight", "objectives": "objectives", "people": "contacts", "competitors": "ratings",
    "contracts": "documents", "deliveries": "deliveries", "complaints": "complaints",
}  # fmt: skip
"""Tables of a plan of which it is said that they are empty, where no row of the table they are made of was lost."""


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


SECTIONS: tuple[Callable[[Analysis, AccountPlan], None], ...] = (
    show_head, show_front, show_changes, show_position, show_people, show_market, show_money, show_sales, show_payment,
    show_agreements, show_explanation, show_knowledge, show_service, show_findings, show_missing,
)  # fmt: skip
"""The sections of the plan in their order."""
