"""The account plan, section by section: where the account stands, what is owed, what to decide."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.ageing import describe_ageing, plot_ageing
from kamnb.display.contacts import describe_contact_grid, plot_contact_grid
from kamnb.display.contributions import describe_contributions, plot_contributions
from kamnb.display.facts import write_fact
from kamnb.display.findings import say_finding
from kamnb.display.formats import (
    COUNT,
    DATE,
    DAYS,
    POINTS,
    SHARE,
    TEXT,
    Format,
    in_money,
    is_known,
    write_compact,
    write_date,
    write_money,
    write_number,
    write_share,
    write_short_date,
)  # fmt: skip
from kamnb.display.matrix import picture_matrix
from kamnb.display.months import describe_months, plot_months
from kamnb.display.offerings import describe_offerings, plot_offerings
from kamnb.display.pictures import Picture, show_figure
from kamnb.display.sections import Aside, show_section
from kamnb.display.sentences import (
    Prose,
    count_of,
    name_quadrant,
    say_position,
    say_trend,
    say_wallet,
    write_list,
    write_paragraph,
)
from kamnb.display.tables import Table, show_table, title_column
from kamnb.indicators import INDICATORS, receivables_source
from kamnb.planning import AccountPlan, take_account
from kamnb.scoring import Criterion

SHOWN = 6
"""Rows that a table of the plan shows; how many more there are is said."""


def show_head(analysis: Analysis, plan: AccountPlan) -> None:
    """Show whose plan it is."""
    show_section(plan.name, Prose(say_about(analysis, plan.account_id)), level=1)


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
    """Show in three sentences where the account stands, and what there is to decide."""
    row = plan.score.copy()
    row["name"] = plan.name
    position = say_position(row, cut=analysis.criteria.cut, mode=analysis.criteria.strength_mode)
    asked = _say_asked(analysis, plan)
    trend = _say_money(plan)
    show_section(
        "Where it stands, and what to decide",
        write_paragraph(position, _say_provisional(analysis, plan), asked),
        trend,
        _list_findings(plan),
    )


def _say_provisional(analysis: Analysis, plan: AccountPlan) -> str:
    alone = plan.account_id in analysis.provisional
    return "Its strength is provisional: only its own account manager rated us there." if alone else ""


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
    wallet = say_wallet(facts["share_of_wallet_low"], facts["share_of_wallet"], facts["share_of_wallet_high"])
    return write_paragraph(trend, margin, wallet if is_known(facts["share_of_wallet"]) else "")


def _list_findings(plan: AccountPlan) -> Prose:
    lines = [say_finding(row, plan.facts, plan.currency) for _, row in plan.findings.head(SHOWN).iterrows()]
    return write_list(lines, nothing="Nothing in the data calls for a decision.")


def show_goals(plan: AccountPlan) -> None:
    """Show what the customer wants to achieve, and what we know of its business."""
    money = in_money(plan.currency)
    goals = _table(
        plan, "goals", "The customer's goals, projects and budgets",
        {"goal": TEXT, "project": TEXT, "year": _YEAR, "budget": money, "value_delivered": money, "confirmed_on": DATE},
        heads={"value_delivered": "Delivered by us", "confirmed_on": "Confirmed"},
    )  # fmt: skip
    show_section("The customer's goals", goals, _table_insight(plan))


def _table_insight(plan: AccountPlan) -> Table | None:
    insight = plan.tables.get("insight")
    if insight is None or insight.empty:
        return None
    shown = insight.assign(
        topic=insight["topic"].map(TOPICS),
        confirmed_on=_marked(insight["confirmed_on"].map(write_short_date), insight["is_stale"], "stale"),
    )
    formats = {"topic": TEXT, "text": TEXT, "source": TEXT, "confirmed_on": replace(TEXT, wraps=False)}
    return show_table(
        shown[list(formats)], "What we know of its business", formats, heads={"text": "What we know", "confirmed_on": "Confirmed"}
    )


TOPICS = {
    "marketplace": "Their marketplace",
    "strategy": "Their strategy",
    "customers_wants": "What their customers want",
    "value_added": "How they add value",
    "profit_source": "Where they make their money",
}


def show_agreements(plan: AccountPlan) -> None:
    """Show objectives, actions owed by both sides, and the last decisions."""
    objectives = _table(
        plan, "objectives", "Objectives",
        {"title": TEXT, "measure": TEXT, "target": TEXT, "due": DATE, "agreed_on": DATE},
        heads={"title": "Objective", "agreed_on": "Agreed with the customer"},
    )  # fmt: skip
    decisions = _table(
        plan, "decisions", "Decisions of past reviews", {"decided_on": DATE, "decision": TEXT, "owner": TEXT, "state": TEXT}
    )
    show_section("What we agreed, and what is owed", objectives, _table_actions(plan), decisions)


def _table_actions(plan: AccountPlan) -> Table | None:
    actions = plan.tables.get("actions")
    if actions is None or actions.empty:
        return None
    shown = actions.assign(
        ours=actions["ours"].map({True: "we", False: "they"}),
        title=actions["title"].where(~actions["checkpoint"].astype(bool), actions["title"] + " (check-point)"),
        days_slipped=actions["days_slipped"].where(actions["days_slipped"] != 0),
        days_overdue=actions["days_overdue"].where(actions["days_overdue"] > 0),
    )
    formats = {"title": TEXT, "ours": TEXT, "owner": TEXT, "due": DATE, "days_overdue": DAYS, "days_slipped": DAYS}
    heads = {"title": "Action", "ours": "Owed by", "days_overdue": "Overdue", "days_slipped": "Slipped"}
    return _shortened(shown, "Actions and check-points not done", formats, heads)


def show_money(plan: AccountPlan) -> None:
    """Show the year to date against target, and five years."""
    money = in_money(plan.currency)
    years = _table(
        plan, "years", "Five years: two back, this one, two ahead",
        {"label": TEXT, "revenue": money, "margin": money, "target": money, "forecast": money},
        heads={"label": "Year", "revenue": "Invoiced", "margin": "Gross margin"},
    )  # fmt: skip
    show_section("Money", _say_year(plan), years)


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


def _table_compared(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Set the account beside the median of its segment, or of the portfolio where its segment is small."""
    buyers = analysis.indicators[analysis.indicators["revenue_ltm"] > 0]
    alike = buyers[analysis.accounts.loc[buyers.index, "segment"] == plan.account["segment"]]
    small = len(alike) < analysis.method.playbook.white_space.least_peers
    peers = buyers if small else alike
    rows = [
        (
            title_column(name),
            write_fact(name, plan.facts[name], plan.currency),
            write_fact(name, peers[name].median(), plan.currency),
        )
        for name in COMPARED
        if is_known(plan.facts[name]) and peers[name].notna().any()
    ]
    if not rows:
        return None
    whom = f"{count_of(len(peers), 'account')} {'of the portfolio' if small else 'of its segment'} that bought in twelve months"
    shown = pd.DataFrame(rows, columns=["What", "This account", "Median"])
    return show_table(shown, f"How it compares with {whom}", {"What": TEXT, "This account": _WORDS, "Median": _WORDS})


def _say_year(plan: AccountPlan) -> Prose | None:
    facts = plan.facts
    if not is_known(facts["revenue_ytd"]):
        return None
    said = f"Invoiced in the year to date: {write_money(facts['revenue_ytd'], plan.currency)}"
    if is_known(facts["ytd_target_attainment"]):
        said += f", {write_share(facts['ytd_target_attainment'])} of the target to date"
    return write_paragraph(f"{said}.", _say_service(facts, plan.currency))


def _say_service(facts: "pd.Series[float]", currency: str) -> str:
    if not is_known(facts["margin_after_service"]):
        return ""
    served, left = write_money(facts["cost_to_serve_ltm"], currency), write_money(facts["margin_after_service"], currency)
    return f"Serving it cost {served} in twelve months; gross margin less that is {left}."


def show_position(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the account in the matrix, no other named, what each criterion adds, and how it compares."""
    parts = frame_contributions(analysis, plan.account_id)
    picture = show_figure(plot_contributions(parts), describe_contributions(parts)) if len(parts) else None
    placed = is_known(plan.score["placed"])
    matrix = picture_matrix(analysis, highlight=plan.account_id, anonymous=True) if placed else None
    show_section("Position in the portfolio matrix", matrix, picture, _table_compared(analysis, plan))


def frame_contributions(analysis: Analysis, account_id: str) -> pd.DataFrame:
    """Return what each criterion that counts for the account adds to its scores, named with the value behind it.

    Returns
    -------
    DataFrame
        Indexed by criterion and value in words; ``axis`` and ``contribution`` (NaN: unknown).
    """
    facts, score = take_account(analysis.facts, account_id), take_account(analysis.scores, account_id)
    counted = [(axis, each) for axis, each in analysis.criteria.listed() if each.stands_in == score[f"{axis}_stands_in"]]
    rows = [
        (
            f"{title_column(each.name)} {_write_value(each, facts[each.name], analysis.currency)}",
            axis,
            analysis.contributions.loc[account_id, each.name],
        )
        for axis, each in counted
    ]
    return pd.DataFrame(rows, columns=["criterion", "axis", "contribution"]).set_index("criterion")


def _write_value(criterion: Criterion, value: float, currency: str) -> str:
    if not is_known(value):
        return ""
    indicator = INDICATORS.get(criterion.measures) if criterion.source == "indicator" else None
    if indicator and indicator.unit == "money":
        return f"({write_compact(value, currency)})"
    if indicator:
        return f"({write_fact(criterion.measures, value, currency)})"
    return f"({write_number(value, 0 if float(value).is_integer() else 1)})"


def show_sales(analysis: Analysis, plan: AccountPlan) -> None:
    """Show revenue by month and by offering, and what comparable accounts buy."""
    bought = analysis.offerings[analysis.offerings.index.get_level_values("account_id") == plan.account_id]
    pictures = (_picture_months(plan.months, plan.currency), _picture_offerings(bought.droplevel("account_id"), plan.currency))
    show_section("What it buys", *pictures, _table_not_bought(plan))


def _picture_months(months: pd.DataFrame, currency: str) -> Picture | None:
    if months.empty:
        return None
    return show_figure(plot_months(months, currency=currency), describe_months(months, currency=currency))


def _picture_offerings(bought: pd.DataFrame, currency: str) -> Picture | None:
    if bought.empty:
        return None
    return show_figure(plot_offerings(bought, currency=currency), describe_offerings(bought, currency=currency))


def _table_not_bought(plan: AccountPlan) -> Table | None:
    rows = plan.tables.get("not_bought")
    if rows is None or rows.empty:
        return None
    peers = count_of(int(rows["peers"].iloc[0]), "other account")
    note = f"Share of {peers} of its segment that bought in twelve months. It shows where to ask, not what will be sold."
    return show_table(
        rows[["category", "bought_by"]], "Categories it does not buy", {"category": TEXT, "bought_by": SHARE},
        heads={"bought_by": "Bought by comparable accounts"}, note=note,
    )  # fmt: skip


def show_people(analysis: Analysis, plan: AccountPlan) -> None:
    """Show whom we know and reach at the customer."""
    grid = analysis.contact_grid[analysis.contact_grid["account_id"] == plan.account_id]
    picture = show_figure(plot_contact_grid(grid), describe_contact_grid(grid)) if not grid.empty else None
    people = _table(
        plan, "people", "People at the customer",
        {"name": TEXT, "function": TEXT, "level": TEXT, "role": TEXT, "owner": TEXT, "last_contact": DATE, "left_on": DATE},
        heads={"owner": "Kept by", "last_contact": "Last contact", "left_on": "Left"},
    )  # fmt: skip
    show_section("People", picture, people)


def show_market(plan: AccountPlan) -> None:
    """Show competitors, wallet, pipeline and contracts."""
    money = in_money(plan.currency)
    wallet = _table(
        plan, "wallet", "What it spends on what we could sell, largest first",
        {
            "year": _YEAR, "offering": TEXT, "low": money, "likely": money, "high": money,
            "competitor": TEXT, "competitor_share": SHARE,
        },
        heads={"competitor_share": "Its share"}, rows=4,
    )  # fmt: skip
    pipeline = _table(
        plan, "pipeline", "Open deals",
        {"offering": TEXT, "stage": TEXT, "amount": money, "probability": SHARE, "weighted": money, "expected_close": DATE},
    )  # fmt: skip
    contracts = _table(
        plan, "contracts", "Contracts and documents",
        {"kind": TEXT, "document_id": TEXT, "signed_on": DATE, "notice_by": DATE, "expires": DATE, "days_to_notice": DAYS},
        heads={"document_id": "Document", "signed_on": "Signed", "notice_by": "Notice by", "days_to_notice": "To notice"},
    )  # fmt: skip
    show_section("Competitors, pipeline and contracts", _table_competitors(plan), wallet, pipeline, contracts)


def _table_competitors(plan: AccountPlan) -> Table | None:
    rated = plan.tables.get("competitors")
    if rated is None or rated.empty:
        return None
    wide = rated.assign(rated=rated["rated"].replace("", "us")).pivot(index="criterion", columns="rated", values="points")
    wide = wide[sorted(wide.columns, key=lambda name: (name != "us", name))]
    wide.index = [str(name).replace("_", " ") for name in wide.index]
    shown = wide.rename_axis(None).reset_index(names="Criterion")
    formats: dict[str, Format] = {"Criterion": TEXT} | {str(name): POINTS for name in wide.columns}
    return show_table(shown, "How we and competitors are rated, points 0 to 10", formats, heads={"us": "We"})


def show_payment(analysis: Analysis, plan: AccountPlan) -> None:
    """Show how the account pays, and, where something is overdue, open receivables by age."""
    ageing = _ageing(analysis, plan.account_id)
    if ageing is None or not ageing["open_amount"].iloc[1:].abs().sum():
        owed = plan.facts["receivables_open"]
        show_section(
            "Receivables",
            _say_payment(
                analysis, plan, f"Open: {write_money(owed, plan.currency)}, none of it overdue." if is_known(owed) else ""
            ),
        )
    else:
        described = describe_ageing(ageing, currency=plan.currency)
        picture = show_figure(plot_ageing(ageing, currency=plan.currency), described)
        show_section("Receivables", _say_payment(analysis, plan, described), picture)


def _ageing(analysis: Analysis, account_id: str) -> pd.DataFrame | None:
    buckets = {"not_due": "not due", "d1_30": "1-30", "d31_60": "31-60", "d61_90": "61-90", "d90_plus": "over 90"}
    every = analysis.ageing
    if account_id not in every.index:
        return None
    own = take_account(every, account_id)[list(buckets)].rename(buckets).to_frame("open_amount")
    return own if own["open_amount"].notna().any() and own["open_amount"].abs().sum() > 0 else None


def _say_payment(analysis: Analysis, plan: AccountPlan, ageing: str) -> Prose | None:
    facts, currency = plan.facts, plan.currency
    names = {
        "dso_simple": "days sales outstanding {}",
        "dso_countback": "by count-back {}",
        "days_late": "paid late by {} on average, weighted by amount",
        "late_share": "{} of the amount paid was late",
    }
    said = [words.format(write_fact(name, facts[name], currency)) for name, words in names.items() if is_known(facts[name])]
    if not said:
        return None
    line = f"{'; '.join(said)} (from {receivables_source(analysis.portfolio)})."
    return write_paragraph(ageing, line[:1].upper() + line[1:])


def show_service(plan: AccountPlan) -> None:
    """Show complaints by cause, and deliveries kept."""
    complaints = _table(
        plan, "complaints", "Complaints of 24 months by cause",
        {"cause": TEXT, "complaints": COUNT, "still_open": COUNT, "last_opened": DATE, "last_remedy": TEXT},
    )  # fmt: skip
    late = plan.facts["late_delivery_share"]
    kept = (
        Prose(f"{write_share(late)} of the deliveries promised in twelve months came late or incomplete.")
        if is_known(late)
        else None
    )
    show_section("Deliveries and complaints", kept, complaints)


def show_missing(analysis: Analysis, plan: AccountPlan) -> None:
    """Show, in one quiet block, what is missing and what it would show."""
    empty = [name for name in ("goals", "objectives", "people", "competitors") if name in plan.tables and plan.tables[name].empty]
    lines = [f"No {table.replace('_', ' ')} table: {shows}." for table, shows in plan.missing.items()]
    lines += [f"No {name} recorded for this account." for name in empty]
    show_section("Sources, and what is missing", _say_sources(analysis), Aside("Missing", tuple(lines)) if lines else None)


def _say_sources(analysis: Analysis) -> Prose:
    criteria, portfolio = analysis.criteria, analysis.portfolio
    strong = f"strength is high on the {criteria.orientation}"
    model = f'Scoring model "{criteria.name}", version {criteria.version}; {strong}.'
    return write_paragraph(model, f"{count_of(len(portfolio.filled), 'table')} read, listed in the data check.")


_WORDS = Format(str)
_YEAR = Format(lambda value: str(int(value)), numeric=False)


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
    return _shortened(frame, caption, filled, heads or {}, rows)


def _shortened(
    frame: pd.DataFrame, caption: str, formats: Mapping[str, Format], heads: Mapping[str, str], rows: int = SHOWN
) -> Table:
    more = f"{count_of(len(frame) - rows, 'more row')} not shown." if len(frame) > rows else ""
    return show_table(frame[list(formats)].head(rows), caption, formats, heads=heads, note=more)


def _marked(texts: "pd.Series[str]", flags: "pd.Series[bool]", mark: str) -> "pd.Series[str]":
    return texts.where(~flags.astype(bool), texts + f" ({mark})")
