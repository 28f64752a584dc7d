"""Bills and how they were paid, for tests of payment."""

from dataclasses import replace
from datetime import date, timedelta

from portfolios import make_portfolio

from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook
from kamnb.planning.receivables import list_open_items, measure_payment

DAY = date(2026, 6, 30)


def bill(number, day, late=None, account="A", amount=100, terms=30, **more):
    """One invoice line, paid so many days after its due date; not paid where `late` is None."""
    due = date.fromisoformat(str(day)) + timedelta(days=terms)
    paid = None if late is None else str(due + timedelta(days=late))
    row = {"account_id": account, "date": str(day), "amount": amount, "invoice_id": str(number), "due_date": str(due)}
    return row | {"paid_date": paid} | more


def bills(lates, last_due, account="A", **more):
    """Invoices due a week apart, the last on `last_due`, each paid so many days late."""
    dues = [last_due - timedelta(days=7 * place + 30) for place in range(len(lates))]
    return [bill(f"{account}{due}", due, late, account, **more) for due, late in zip(dues, lates, strict=True)]


def payments(folder, own=None, as_of=DAY, **tables):
    """Open items and facts of payment."""
    portfolio = replace(make_portfolio(folder / "p", as_of, **tables), own={"playbook.toml": {"payment": own or {}}})
    playbook = Playbook.load(portfolio.own)
    items = list_open_items(portfolio, playbook)
    return items, measure_payment(portfolio, measure_accounts(portfolio), items, playbook)
