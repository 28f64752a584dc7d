"""How an account pays: days of sales outstanding, drift, open items and the cash to expect."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import (
    COUNT,
    DATE,
    DAYS,
    MONTHS,
    TEXT,
    in_money,
    in_unit,
    is_known,
    spell_days,
    write_amount,
    write_number,
    write_share,
)
from kamnb.display.parts.losses import say_unlisted
from kamnb.display.parts.sentences import Prose, count_of, join_words, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import AccountPlan

SHOWN = 6
"""Open items shown; how many more there are is said."""

STATES = {
    "as usual": "",
    "later than usual": "already later than usual",
    "later than nearly ever": "hardly ever paid so late",
    "disputed": "disputed",
    "credit": "credit note",
    "undated": "no due date",
    "unknown": "no payment to go by",
}
"""What is said of an open item's state."""

UNDATED = {
    "later than nearly ever": "No date: hardly ever paid so late",
    "disputed": "No date: disputed",
    "undated": "No date: no due date",
    "unknown": "No date: no payment to go by",
    "credit": "To set off: credit notes",
}
"""Open money that is expected on no day."""


def say_receivables(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say what an account owes, for how many days of sales, how late it pays and what waiting costs; and from which source."""
    return write_paragraph(*_say_owed(analysis, plan), *_say_paid(analysis, plan)) or None


def _say_owed(analysis: Analysis, plan: AccountPlan) -> Iterator[str]:
    facts, currency = plan.facts, plan.currency
    owed, overdue = facts["receivables_open"], facts["receivables_overdue"]
    told = spell_days(analysis.receivables_source)
    source = f"(from {told})"
    if not is_known(owed):
        if told.endswith("gross") and _items(analysis, plan).empty and not _say_unlisted(analysis, plan):
            yield f"What it owes is unknown: it is not in {told.removesuffix(', gross')}, and not every account is listed there."
        return
    if owed <= 0:
        yield f"It owes nothing {source}." if owed == 0 else f"We owe it {write_amount(-owed, currency)} {source}."
        return
    yield f"Open receivables are {write_amount(owed, currency)}{_say_overdue(owed, overdue, currency)} {source}."
    gross = told.endswith("gross")
    yield from _say_days(analysis, facts, "receivables without VAT, by the invoices that the ledger names" if gross else "net")
    if gross and is_known(facts["revenue_ltm"]) and facts["revenue_ltm"] > 0 and not is_known(facts["dso_simple"]):
        yield (
            "Days of sales outstanding are not given: the ledger is gross, sales are net, and not every line of it can be netted "
            "by an invoice of ours; a VAT rate may be given in indicators.toml ([vat])."
        )


def _say_overdue(owed: float, overdue: float, currency: str) -> str:
    """Say how much of what is owed is overdue; credits may leave less open than is overdue."""
    if not is_known(overdue):
        return ""
    if overdue <= 0:
        return ", none of it overdue"
    amount = write_amount(overdue, currency)
    return f", credits off; {amount} is overdue" if overdue > owed else f", of which {amount} overdue"


def _say_days(analysis: Analysis, facts: "pd.Series[float]", basis: str) -> Iterator[str]:
    names = {"dso_simple": "simple", "dso_countback": "by count-back", "dso_best": "if all were paid when due"}
    known = {name: words for name, words in names.items() if is_known(facts[name])}
    if known:
        late = facts["days_delinquent"]
        delinquent = f"; delinquent {write_number(late)}" if is_known(late) and late >= 0.5 else ""
        days = join_words([f"{write_number(facts[name])} {words}" for name, words in known.items()])
        yield f"Days of sales outstanding ({basis}): {days}{delinquent}."
    bought = facts["months_active"]
    if known and bought < analysis.method.playbook.payment.least_months:
        yield f"They say little here, for it was invoiced in {count_of(int(bought), 'month')} of the twelve."
    if facts["billing_is_lumpy"] == 1 and "dso_countback" in known:
        yield "Count-back is unreliable here, for billing is lumpy."


def _say_paid(analysis: Analysis, plan: AccountPlan) -> Iterator[str]:
    facts, currency = plan.facts, plan.currency
    if is_known(facts["late_share"]):
        days = "less than a day" if facts["days_late"] < 0.5 else write_fact("days_late", facts["days_late"], currency)
        late = f"{write_share(facts['late_share'])} of what it paid in twelve months was late"
        none = "Nothing of what it paid in twelve months was late."
        yield f"{late}; weighted by amount it pays {days} late on average." if facts["late_share"] > 0 else none
    if is_known(facts["cost_of_credit"]) and facts["cost_of_credit"] >= 0.5:
        cost = write_amount(facts["cost_of_credit"], currency)
        yield f"Waiting for its money cost {cost} in twelve months, at {say_rate(analysis)} on net amounts."


def say_rate(analysis: Analysis) -> str:
    """Say what waiting for money costs, in per cent a year."""
    rate = analysis.method.indicators.receivables.credit_rate_per_year
    return f"{write_share(rate, 0 if round(rate * 100, 6).is_integer() else 1)} a year"


def say_drift(analysis: Analysis, plan: AccountPlan) -> Prose | None:
    """Say that an account pays later than it used to, or that too few payments tell; None where nothing changed."""
    facts, asked = plan.facts, analysis.method.playbook.payment
    if not is_known(facts["payments_recent"]):
        return None
    paid, before = (count_of(round(facts[name]), "payment") for name in ("payments_recent", "payments_before"))
    if not is_known(facts["drift_days"]):
        recent = count_of(asked.recent_months, "month")
        return Prose(f"Too few to tell whether it pays later than it used to: {paid} due in the last {recent}, {before} before.")
    if not facts["drift_is_clear"]:
        return None
    now = _say_lateness(facts["lateness_recent"])
    later = write_fact("drift_days", facts["drift_days"], "")
    return Prose(f"It pays {later} later than it used to: of late, {now} on average ({paid}; {before} before).")


def _say_lateness(days: float) -> str:
    if round(days) == 0:
        return "on the due date"
    return f"{write_fact('lateness_recent', abs(days), '')} {'after' if days > 0 else 'before'} the due date"


def tabulate_open_items(analysis: Analysis, plan: AccountPlan, rows: int = SHOWN) -> Table | None:
    """Put the largest open items of an account in a table, with the day on which each is expected to be paid."""
    items = _items(analysis, plan)
    if items.empty:
        return None
    shown = items.head(rows).assign(
        remark=items["state"].map(STATES), days_overdue=items["days_overdue"].where(items["days_overdue"] > 0)
    )
    formats = {"invoice_id": TEXT, "due_date": DATE, "amount": in_money(plan.currency), "days_overdue": DAYS}
    formats |= {"expected_on": DATE, "late_by": DATE, "remark": TEXT}
    filled = {name: form for name, form in formats.items() if (shown[name].notna() & shown[name].ne("")).any()}
    share = write_share(analysis.method.playbook.payment.late_quantile)
    heads = {"invoice_id": "Invoice", "days_overdue": "Overdue", "expected_on": "Expected", "late_by": f"{share} come by"}
    more = f"{count_of(len(items) - rows, 'more item')} not shown." if len(items) > rows else ""
    note = write_paragraph(more, _say_basis(analysis, items), _say_unlisted(analysis, plan))
    return show_table(shown[list(filled)].reset_index(drop=True), "Open items, largest first", filled, heads=heads, note=note)


def _say_basis(analysis: Analysis, items: pd.DataFrame) -> str:
    asked = analysis.method.playbook.payment
    basis = items.dropna(subset=["basis"])
    if basis.empty:
        return "No payment is recorded that would say when it pays."
    payments = f"{count_of(int(basis['payments'].iloc[0]), 'payment')} of {count_of(asked.history_months, 'month')}"
    whose = (
        f"its own {payments}" if basis["basis"].iloc[0] == "own" else f"{payments} by all accounts, for it has too few of its own"
    )
    return f"Expected by the median of {whose}."


def tabulate_expected_cash(analysis: Analysis, plan: AccountPlan | None = None) -> Table | None:
    """Put the cash to expect in a table by month, of one account or of all; what has no date stands below."""
    items = analysis.records.open_items if plan is None else _items(analysis, plan)
    if items.empty:
        return None
    dated = items.dropna(subset=["expected_on"])
    days = dated["expected_on"].dt
    months = dated.groupby([days.year.rename("year"), days.month.rename("month")])["amount"].agg(["sum", "size"]).reset_index()
    rows: list[tuple[Any, ...]] = [
        (f"{MONTHS[month - 1]} {year}", amount, count) for year, month, amount, count in months.itertuples(index=False)
    ]
    for state, words in UNDATED.items():
        amounts = items.loc[items["state"] == state, "amount"]
        rows += [(words, amounts.sum(), len(amounts))] if len(amounts) else []
    rows.append(("Open in all", items["amount"].sum(), len(items)))
    shown = pd.DataFrame(rows, columns=["When", "amount", "items"])
    formats = {"When": TEXT, "amount": in_unit(analysis.currency), "items": COUNT}
    caption = f"Cash to expect (from {spell_days(analysis.receivables_source)})"
    return show_table(shown, caption, formats, note=_say_unlisted(analysis, plan))


def _say_unlisted(analysis: Analysis, plan: AccountPlan | None) -> str:
    source = "open_items" if analysis.receivables_source.endswith("gross") else "invoices"
    return say_unlisted(analysis.losses, plan.account_id if plan else None, source)


def tabulate_disputes(analysis: Analysis, plan: AccountPlan) -> Table | None:
    """Put what an account disputes and has not paid in a table."""
    disputed = _items(analysis, plan).query("state == 'disputed'")
    if disputed.empty:
        return None
    formats = {"invoice_id": TEXT, "due_date": DATE, "amount": in_money(plan.currency)}
    more = f"{count_of(len(disputed) - SHOWN, 'more item')} not shown." if len(disputed) > SHOWN else ""
    more = write_paragraph(more, _say_unlisted(analysis, plan))
    shown = disputed[list(formats)].head(SHOWN).reset_index(drop=True)
    return show_table(shown, "Disputed and not paid", formats, heads={"invoice_id": "Invoice"}, note=more)


def _items(analysis: Analysis, plan: AccountPlan) -> pd.DataFrame:
    return analysis.records.open_items[analysis.records.open_items["account_id"] == plan.account_id]
