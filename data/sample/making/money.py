"""What follows from the invoices: the ledger, the cost to serve, targets."""

from datetime import date, timedelta
from itertools import groupby
from math import fsum  # the same on every Python; sum() rounds otherwise from 3.12 on
from zlib import crc32

from making.profiles import ACCOUNTS, AS_OF, MANAGERS, draw, euro_for_one, manager_of, money, month_start

VAT = {"DE": 1.19}  # abroad the customer owes it
SERVE = {"visits": 0.3, "delivery": 0.34, "support": 0.26, "rebate": 0.1}  # parts of the cost to serve


def make_open_items(lines):
    """Yield what was unpaid at the end of each of the last four quarters, VAT in it."""
    for listed in (date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), AS_OF):
        unpaid = [line for line in lines if line["date"] <= listed and (line["paid_date"] or date.max) > listed]
        for invoice, group in groupby(unpaid, key=lambda line: line["invoice_id"]):
            yield open_item(listed, invoice, list(group))


def open_item(listed, invoice, lines):
    account = lines[0]["account_id"]
    gross = fsum(line["amount"] for line in lines) * VAT.get(ACCOUNTS[account]["facts"]["country"], 1.0)
    part = 0.5 if crc32(invoice.encode()) % 25 == 0 else 1.0  # some have been paid in part
    return {
        "account_id": account,
        "listed_on": listed,
        "due_date": lines[0]["due_date"],
        "open_amount": money(gross * part),
        "invoice_id": invoice,
        "currency": lines[0]["currency"],
        "company": "",
    }


def make_costs(lines):
    """Yield the cost to serve by quarter, and the bonus at the end of the year."""
    for account, item in ACCOUNTS.items():
        rng = draw("costs", account)
        for start in range(0, 36, 3):
            end = month_start(start + 3) - timedelta(days=1)
            sales = revenue_between(lines, account, month_start(start), end)
            for kind, part in SERVE.items():
                cost = sales * item["money"]["serve"] * part * rng.uniform(0.8, 1.2)
                if cost >= 50:
                    yield cost_row(account, end, cost, kind)
        for year in (2023, 2024, 2025):
            if item["facts"].get("key"):
                bonus = 0.01 * revenue_between(lines, account, date(year, 1, 1), date(year, 12, 31))
                yield cost_row(account, date(year, 12, 31), bonus, "year-end bonus")


def cost_row(account, day, cost, kind):
    return {"account_id": account, "date": day, "amount": money(cost), "kind": kind, "currency": "EUR"}


def revenue_between(lines, account, start, end):
    """Return an account's revenue from `start` to `end` in euro."""
    hits = [line for line in lines if line["account_id"] == account and start <= line["date"] <= end]
    return fsum(line["amount"] * euro_for_one(line["currency"], line["date"]) for line in hits)


def make_targets(lines):
    """Yield targets and forecasts for 2024 to 2028 by account, quarters of 2026 for key accounts, and years by manager."""
    targets = {(account, year): target for account in ACCOUNTS for year, target in plan_years(lines, account)}
    for (account, year), target in targets.items():
        yield from account_targets(account, year, target)
        if year == 2026 and ACCOUNTS[account]["facts"].get("key"):
            yield from quarter_targets(account, target)
    for manager in MANAGERS:
        for year in range(2024, 2029):
            total = fsum(target for (account, of), target in targets.items() if of == year and manager_of(account) == manager)
            if total:
                yield target_row("", manager, year, "revenue", "target", total * 1.03, date(min(year, 2026) - 1, 12, 1))


def plan_years(lines, account):
    """Yield (year, target): the revenue of the year before and what the account's growth makes of it."""
    item = ACCOUNTS[account]
    growth = 1 + max(0.02, min(0.3, item["facts"]["own_growth"]))
    base = item["money"]["revenue"][0] * 1000
    for year in range(2024, 2029):
        yield year, base * growth * draw("targets", f"{account} {year}").uniform(0.95, 1.06)
        base = revenue_between(lines, account, date(year, 1, 1), date(year, 12, 31)) if year < 2026 else base * growth
        if year >= 2025:  # where there was next to nothing, a twentieth of the wallet is hoped for
            base = max(base, item["facts"]["spend"] * 50)


def account_targets(account, year, target):
    stated, margin = date(min(year, 2026) - 1, 11, 15), ACCOUNTS[account]["money"]["margin"]
    if target:
        yield target_row(account, "", year, "revenue", "target", target, stated)
    for stated_on in (stated, date(2026, 4, 15)) if year >= 2026 else ():
        hope = draw("forecast", f"{account} {year} {stated_on}").uniform(0.9, 1.04)
        hope *= ACCOUNTS[account]["money"].get("forecast", 1)
        yield target_row(account, "", year, "revenue", "forecast", target * hope, stated_on)
    if year == 2026 and "budget" in ACCOUNTS[account]["money"]:
        yield target_row(account, "", year, "revenue", "budget", target * ACCOUNTS[account]["money"]["budget"], stated)
    if year >= 2025 and ACCOUNTS[account]["facts"].get("key"):
        yield target_row(account, "", year, "margin", "target", target * max(0.12, 0.33 + margin), stated)


def quarter_targets(account, target):
    for quarter, part in enumerate((0.25, 0.28, 0.21, 0.26), 1):
        yield target_row(account, "", f"2026-Q{quarter}", "revenue", "target", target * part, date(2025, 11, 15))


def target_row(account, manager, period, measure, kind, amount, stated):
    return {
        "account_id": account,
        "manager_id": manager,
        "period": period,
        "measure": measure,
        "kind": kind,
        "amount": money(round(amount, -3)),
        "currency": "EUR",
        "stated_on": stated,
    }
