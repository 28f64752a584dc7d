"""What an account and the portfolio earn after every cost, and whether quadrants keep their promise."""

from collections.abc import Iterator

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import (
    COUNT,
    SHARE,
    TEXT,
    Format,
    in_unit,
    is_known,
    write_amount,
    write_date,
    write_share,
)
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_words, name_quadrant, write_paragraph
from kamnb.display.parts.style import QUADRANTS
from kamnb.display.parts.tables import Table, show_table
from kamnb.display.portfolio.receivables import say_rate
from kamnb.display.portfolio.whale import describe_whale, plot_whale
from kamnb.planning import AccountPlan
from kamnb.planning.profit import (
    COSTS,
    QUADRANT_PROMISES,
    choose_profit,
    name_missing_costs,
    name_missing_kinds,
    rank_profit,
)

SHOWN = 10
"""Accounts shown in a table of the portfolio."""

NAMES = {
    "net_profit": "net account profit",
    "margin_after_service": "gross margin less cost to serve",
    "margin_ltm": "gross margin",
}
"""What each profit is called."""


def tabulate_profit(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put revenue and every cost of twelve months down to net account profit in a table.

    None where neither the cost of goods nor the cost to serve is known.
    """
    facts = plan.facts
    if not _has_traded(facts) or not (is_known(facts["margin_ltm"]) or is_known(facts["cost_to_serve_ltm"])):
        return None
    rows = list(_list_steps(analysis, plan))
    shown = pd.DataFrame(rows, columns=["What", "amount"])
    shown["share"] = shown["amount"] / facts["revenue_ltm"] if facts["revenue_ltm"] > 0 else float("nan")
    caption = "From revenue to net account profit, last twelve months"
    heads = {"share": "Of revenue"}
    formats = {"What": TEXT, "amount": in_unit(plan.currency), "share": SHARE}
    return show_table(shown, caption, formats, heads=heads, note=_say_missing(analysis, plan))


def _list_steps(analysis: Analysis, plan: AccountPlan) -> Iterator[tuple[str, float]]:
    facts = plan.facts
    costs = analysis.records.costs_to_serve[analysis.records.costs_to_serve["account_id"] == plan.account_id]
    yield "Revenue", facts["revenue_ltm"]
    yield "less cost of goods", facts["margin_ltm"] - facts["revenue_ltm"]
    yield "Gross margin", facts["margin_ltm"]
    if is_known(facts["cost_to_serve_ltm"]):
        yield from ((f"less {kind}", -amount) for kind, amount in costs[["kind", "amount"]].itertuples(index=False))
    else:
        yield "less cost to serve", float("nan")
    yield "After cost to serve", facts["margin_after_service"]
    yield f"less cost of credit, {say_rate(analysis)}", -facts["cost_of_credit"]
    yield "Net account profit", facts["net_profit"]


def _say_missing(analysis: Analysis, plan: AccountPlan) -> str:
    missing = name_missing_costs(plan.facts)
    if not missing:
        kinds = name_missing_kinds(analysis.records.costs_to_serve, plan.account_id)
        without = f"Recorded for other accounts and not for it: {join_words(kinds)}." if kinds else ""
        return write_paragraph(
            "Every cost is recorded for the twelve months; the cost of credit is reckoned on net amounts.", without
        )
    why = [_explain(analysis, name, words) for name, words in COSTS.items() if words in missing]
    return f"Net account profit is unknown: {join_words(why)}. A missing cost is not a low one."


def _explain(analysis: Analysis, name: str, words: str) -> str:
    reason = analysis.absences.get(name)
    alone = {"margin_ltm": "a line does not state it", "cost_to_serve_ltm": "none is recorded for this account"}
    return f"{words} ({reason or alone.get(name, 'unknown')})"


def say_profit(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say what an account earns, and whether that keeps what its quadrant promises; None where not even gross margin is known."""
    facts = plan.facts
    if not is_known(facts["profit_known"]) or not _has_traded(facts):
        return None
    return write_paragraph(_say_earned(facts, plan.currency), _say_promise(analysis, plan))


def _has_traded(facts: "pd.Series[float]") -> bool:
    return is_known(facts["revenue_ltm"]) and bool(facts["revenue_ltm"] or facts["cost_to_serve_ltm"] > 0)


def _say_earned(facts: "pd.Series[float]", currency: str) -> str:
    known = is_known(facts["net_profit"])
    share = f", {write_share(facts['profit_share'])} of revenue" if is_known(facts["profit_share"]) else ""
    amount = f"{write_amount(facts['profit_known'], currency)}{share}"
    if known:
        return f"Net account profit of the last twelve months is {amount}."
    missing = name_missing_costs(facts)
    verb = "is" if len(missing) == 1 else "are"
    return f"Net account profit is unknown, for {join_words(missing)} {verb}; at most it is {amount}."


def _say_promise(analysis: Analysis, plan: AccountPlan) -> str:
    placed, facts = plan.score["placed"], plan.facts
    if not is_known(placed):
        return ""
    quadrant = name_quadrant(placed)
    if plan.findings["finding"].isin(QUADRANT_PROMISES).any():
        return f"That breaks the promise of {quadrant}."
    if placed == "star":
        so_far = (
            _say_by_when(analysis, facts) if facts["profit_known"] < 0 else "; it is" if is_known(facts["net_profit"]) else ""
        )
        return f"In {quadrant} it need not be profitable yet{so_far}."
    keeps = placed in ("strategic", "streamline") and is_known(facts["net_profit"])
    return f"That keeps the promise of {quadrant}." if keeps else ""


def _say_by_when(analysis: Analysis, facts: "pd.Series[float]") -> str:
    past = facts["days_past_profitable_by"]
    if not is_known(past):
        return ", but no date is set by which it must earn"
    return f"; it is to earn as from {write_date(pd.Timestamp(analysis.as_of) - pd.Timedelta(days=past))}"


def tabulate_year(plan: AccountPlan) -> Table | None:
    """Put the fiscal year to date, target, gap and forecast in a table; None without target or forecast."""
    rows = {
        "Year to date": ("revenue_ytd", "margin_ytd"),
        "Target to date": ("target_to_date", "margin_target_to_date"),
        "Gap": ("gap_to_target", "margin_gap_to_target"),
        "Target of the year": ("target_year", "margin_target_year"),
        "Forecast of the year": ("forecast_year", "margin_forecast_year"),
    }
    columns = ["Revenue", "Gross margin"]
    shown = pd.DataFrame([[plan.facts[name] for name in names] for names in rows.values()], list(rows), columns)
    shown = shown.loc[:, shown.iloc[1:].notna().any()].dropna(how="all")
    if shown.columns.empty:
        return None
    formats: dict[str, Format] = {"What": TEXT} | dict.fromkeys(shown.columns, in_unit(plan.currency))
    return show_table(shown.rename_axis("What").reset_index(), "The year against target and forecast", formats)


def say_coverage(analysis: Analysis) -> Prose:
    """Say for how many of the accounts that bought each cost is known, and what is compared."""
    facts = analysis.plan_facts
    buyers = facts[facts["revenue_ltm"] > 0]
    if buyers.empty:
        return Prose("No account has revenue in the last twelve months.")
    known = join_words([f"{words} for {buyers[name].notna().sum():,}" for name, words in COSTS.items()])
    compared = choose_profit(facts, analysis.method.playbook)
    by = f"They are compared by {NAMES[compared]}." if compared else "Too little is known to compare what they earn."
    kinds = analysis.records.costs_to_serve.groupby("kind")["account_id"].nunique()
    served = join_words([f"{kind} for {accounts:,}" for kind, accounts in kinds.items()])
    return write_paragraph(
        f"Costs known of {count_of(len(buyers), 'account')} that bought in twelve months: {known}.",
        f"Cost to serve by kind: {served}." if len(kinds) and "cost_to_serve_ltm" not in analysis.absences else "",
        by,
    )


def picture_whale(analysis: Analysis) -> Picture | None:
    """Draw the whale curve over the accounts whose costs are covered; None where too little is known."""
    facts = analysis.plan_facts
    profit = choose_profit(facts, analysis.method.playbook)
    if not profit:
        return None
    ranked = rank_profit(facts, profit)
    words = describe_whale(ranked, currency=analysis.currency, what=NAMES[profit])
    left_out = int((facts[profit].isna() & facts["revenue_ltm"].ne(0)).sum())
    more = f" Left out, a cost unknown: {count_of(left_out, 'account')}." if left_out else ""
    return show_figure(plot_whale(ranked, currency=analysis.currency, what=NAMES[profit]), f"Whale curve. {words}{more}")


def tabulate_promises(analysis: Analysis) -> Table | None:
    """Put what each quadrant promises, and how many accounts break it, in a table; None where that is unknown for all."""
    facts, placed = analysis.plan_facts, analysis.scores["placed"]
    if placed.isna().all() or facts["profit_known"].isna().all():
        return None
    broken = analysis.findings[analysis.findings["finding"].isin(QUADRANT_PROMISES)]
    rows = []
    for quadrant, advice in analysis.method.playbook.quadrants.items():
        own = facts[placed == quadrant]
        profit, breaking = own["net_profit"].dropna(), int(broken["account_id"].isin(own.index).sum())
        rows.append((advice.name, advice.asks, len(own), len(profit), breaking, profit.sum() if len(profit) else None))
    shown = pd.DataFrame(rows, columns=["Quadrant", "asks", "accounts", "covered", "broken", "net_profit"])
    formats = {"Quadrant": TEXT, "asks": TEXT, "accounts": COUNT, "covered": COUNT, "broken": COUNT}
    formats |= {"net_profit": in_unit(analysis.currency)}
    heads = {"asks": "Asks us to", "covered": "Every cost known", "broken": "Break the promise"}
    note = "Net account profit is that of the accounts whose every cost is known; a promise may be seen to be broken before that."
    return show_table(shown, "Promises by quadrant, last twelve months", formats, heads=heads, note=note)


def tabulate_broken_promises(analysis: Analysis) -> Table | Prose:
    """Put the accounts that do not earn what their quadrant promises in a table, most money first."""
    broken = analysis.findings[analysis.findings["finding"].isin(QUADRANT_PROMISES)].set_index("account_id")
    if analysis.plan_facts["profit_known"].isna().all():
        return Prose("What accounts earn is unknown, and so is whether they keep the promise of their quadrant.")
    if broken.empty:
        return Prose("No account is known to break the promise of its quadrant.")
    facts = analysis.plan_facts.loc[broken.index]
    shown = facts[["revenue_ltm", "profit_known", "profit_share"]].assign(
        Account=label_accounts(analysis.names, 40).loc[broken.index],
        Quadrant=analysis.scores.loc[broken.index, "placed"].map({key: each.name for key, each in QUADRANTS.items()}),
        promise=broken["finding"].map(BROKEN),
    )
    money = in_unit(analysis.currency)
    formats = {
        "Account": TEXT,
        "Quadrant": TEXT,
        "promise": TEXT,
        "revenue_ltm": money,
        "profit_known": money,
        "profit_share": SHARE,
    }
    heads = {"promise": "Broken promise", "profit_known": "Left after known costs", "profit_share": "Of revenue"}
    order = shown.rename_axis("account_id").sort_values(["profit_known", "account_id"])
    more = f"{count_of(len(order) - SHOWN, 'more account')} not shown." if len(order) > SHOWN else ""
    rows = order.head(SHOWN)[list(formats)].reset_index(drop=True)
    return show_table(rows, "Broken promises by quadrant", formats, heads=heads, note=more)


BROKEN = {
    "strategic_loses": "to be profitable",
    "star_past_promise": "to earn by its date",
    "streamline_below_hurdle": "to be managed for profitability",
}
"""The promise that each finding says is broken."""
