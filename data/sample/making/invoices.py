"""What was sold, and how late it was paid."""

from datetime import date, timedelta
from itertools import groupby
from math import fsum
from zlib import crc32

import numpy as np

from making.profiles import (
    ACCOUNTS,
    AS_OF,
    EXPORTED,
    MIXES,
    OFFERINGS,
    PROFILES,
    between,
    currency_of,
    draw,
    euro_for_one,
    money,
    month_start,
    on_workday,
    progress,
    yes,
)

SEASON = (0.92, 0.70, 1.05, 1.08, 1.10, 1.30, 0.82, 0.92, 1.06, 0.98, 1.00, 1.07)  # July to June


def make_invoices():
    """Return the invoice lines, oldest first, with invoice and line numbers."""
    lines = [line for account in ACCOUNTS for line in account_lines(account)]
    lines.sort(key=lambda line: (*of_invoice(line), line["offering_id"]))
    for number, ((day, _, is_credit), group) in enumerate(groupby(lines, key=of_invoice), 1):
        bill(f"{'G' if is_credit else 'R'}{day:%y}-{number:05d}", list(group))
    return lines


def of_invoice(line):
    """Return what the lines of one invoice have in common: day, account, and whether it is a credit note."""
    return line["date"], line["account_id"], line["amount"] < 0


def account_lines(account):
    """Return one account's lines; each of its three years sums to the profile's revenue, credit notes in it."""
    rng = draw("invoices", account)
    for year, revenue in enumerate(ACCOUNTS[account]["money"]["revenue"]):
        sales = [sale for offering in OFFERINGS for sale in draw_sales(rng, account, offering, year)]
        sales = spread(sales) if ACCOUNTS[account]["money"].get("steady") else sales
        sales += [credit(rng, sale) for sale in sales if rng.random() < 0.015]
        total = fsum(weight for _, _, weight in sales)
        for day, offering, weight in sales:
            yield make_line(rng, account, day, offering, revenue * 1000 * weight / total)


def draw_sales(rng, account, offering, year):
    """Return (day, offering, weight) of one offering in one year."""
    terms = ACCOUNTS[account]["money"]
    share = MIXES[terms["mix"]].get(offering, 0)
    if not share or not terms["revenue"][year]:
        return []
    months = draw_months(rng, account, OFFERINGS[offering]["lines"], terms["revenue"][year] / 1000)
    gathered = terms.get("gathered", 1) if year == 2 else 1  # months of the last year whose orders come together
    days = [invoice_day(rng, account, 12 * year + month - month % gathered) for month in months]
    first, last = terms.get("first", days and min(days)), terms.get("last", AS_OF)
    weights = [rng.uniform(0.6, 1.4) * share / len(months) for _ in months]
    return [(day, offering, weight) for day, weight in zip(days, weights, strict=True) if first <= day <= last]


def spread(sales):
    """Return `sales` with the same weight in every month that has any."""
    months = {}
    for day, _, weight in sales:
        months[day.month] = months.get(day.month, 0) + weight
    return [(day, offering, weight / months[day.month]) for day, offering, weight in sales]


def draw_months(rng, account, lines, size):
    """Return the months of a year in which an offering is invoiced: contracts by the calendar, the rest by season."""
    if lines in (1, 4):
        every = 12 // lines
        return list(range(crc32(account.encode()) % every, 12, every))
    count = max(1, round(lines * float(np.clip(size**0.5, 0.3, 2.0)) * rng.uniform(0.85, 1.15)))
    return [int(month) for month in rng.choice(12, size=count, p=np.array(SEASON) / fsum(SEASON))]


def invoice_day(rng, account, month):
    """Return one of the two days of the month on which the account is invoiced."""
    return on_workday(month_start(month) + timedelta(days=crc32(account.encode()) % 9 + (14 if rng.random() < 0.5 else 0) + 1))


def credit(rng, sale):
    """Return the credit note for a part of `sale`, two weeks later but in the same July to June."""
    day, offering, weight = sale
    end = date(day.year + (day.month > 6), 6, 30)
    return min(on_workday(day + timedelta(days=12)), end), offering, -weight * rng.uniform(0.1, 0.6)


def make_line(rng, account, day, offering, euro):
    item, currency = OFFERINGS[offering], currency_of(account)
    margin = item["margin"] + ACCOUNTS[account]["money"]["margin"] + rng.normal(0, 0.015)
    amount = round(euro / euro_for_one(currency, day), 2)
    return {
        "account_id": account,
        "date": day,
        "amount": amount,
        "quantity": max(1, round(abs(euro) / item["price"])) * (-1 if euro < 0 else 1),
        "cost": round(amount * (1 - margin), 2),
        "offering_id": offering,
        "currency": currency,
    }


def bill(invoice, lines):
    """Give the lines of one invoice their number and days, paid as late as its account pays."""
    account, day = lines[0]["account_id"], lines[0]["date"]
    rng, terms = draw("payment", f"{account} {day} {invoice[0]}"), ACCOUNTS[account]["money"]
    due = day if invoice.startswith("G") else day + timedelta(days=terms["terms"])
    disputed = invoice.startswith("R") and rng.random() < terms.get("disputes", 0.01)
    late = between(terms["late"], progress(day)) + rng.normal(0, 3.5) + (50 if disputed else 0)
    paid = max(day + timedelta(days=4), due + timedelta(days=round(float(late)) + (15 if invoice.startswith("G") else 0)))
    for number, line in enumerate(lines, 1):
        line |= {
            "invoice_id": invoice,
            "line_id": number,
            "due_date": due,
            "paid_date": paid if paid <= EXPORTED and day not in terms.get("unpaid", []) else "",
            "disputed": yes(disputed),
        }


def spoil(lines):
    """Return the lines as an export has them: an old id, ids nobody knows, slips of the keyboard, a line twice, days to come."""
    rows = [invoice_row(line) for line in lines]
    for row in rows:
        if row["account_id"] == "0011377" and row["date"] < date(2024, 1, 1):
            row["account_id"] = "D-70031"
    rows[1068]["amount"], rows[2772]["amount"] = "12.5O0", "1,284.oo"
    rows[1733]["account_id"] = ""
    rows += [extra_row(*values) for values in PROFILES["extra_lines"]]
    rows.insert(3202, dict(rows[3200]))
    return rows


def invoice_row(line):
    return {
        "account_id": line["account_id"],
        "date": line["date"],
        "amount": money(line["amount"]),
        "quantity": line["quantity"],
        "cost": money(line["cost"]),
        "offering_id": line["offering_id"],
        "invoice_id": line["invoice_id"],
        "line_id": line["line_id"],
        "currency": line["currency"],
        "due_date": line["due_date"],
        "paid_date": line["paid_date"],
        "disputed": line["disputed"],
    }


def extra_row(account, day, amount, offering, invoice):
    due = day + timedelta(days=30)
    return {
        "account_id": account,
        "date": day,
        "amount": money(amount),
        "quantity": 1,
        "cost": money(amount * 0.7),
        "offering_id": offering,
        "invoice_id": invoice,
        "line_id": 1,
        "currency": "EUR",
        "due_date": due,
        "paid_date": due if due <= AS_OF else "",
        "disputed": "no",
    }
