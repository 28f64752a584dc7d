"""Write the sample data: three years of an invented seller of laboratory and process equipment.

ALL PEOPLE AND COMPANIES ARE INVENTED, the seller, its customers and its competitors; any likeness
to real ones is chance. The numbers are drawn from a seeded generator and shaped by ``profiles.toml``
(who buys what, how much, how late it is paid); ``plans.toml`` holds what account managers write.

Run it to write the same files again, byte for byte::

    python data/sample/make_sample.py
"""

import csv
import sys
import tomllib
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from zlib import crc32

import numpy as np

HERE = Path(__file__).parent
PROFILES = tomllib.loads((HERE / "profiles.toml").read_text(encoding="utf-8"))
PLANS = tomllib.loads((HERE / "plans.toml").read_text(encoding="utf-8"))
RATES = tomllib.loads((HERE / "kamnb.toml").read_text(encoding="utf-8"))["rates"]
ACCOUNTS, OFFERINGS, MIXES, PEOPLE = (PROFILES[name] for name in ("accounts", "offerings", "mixes", "people"))
MANAGERS = {manager["id"]: manager for manager in PROFILES["managers"]}
AS_OF, EXPORTED = PROFILES["as_of"], PROFILES["exported"]
SEASON = (0.92, 0.70, 1.05, 1.08, 1.10, 1.30, 0.82, 0.92, 1.06, 0.98, 1.00, 1.07)  # July to June
VAT = {"DE": 1.19}  # abroad the customer owes it
RIVALS = {"Laboratory": "Ritterbach Analytik", "Process": "Kvistgård Process"}
CRITERIA = {"product_quality": 0.5, "service_response": 0.1, "price_value": -0.8, "trust": 0.3}
SERVE = {"visits": 0.3, "delivery": 0.34, "support": 0.26, "rebate": 0.1}  # parts of the cost to serve
HOURS = {"call": 0.5, "mail": 0.25, "video": 1, "visit": 5, "workshop": 8}
STAGES = (("qualification", 0.1), ("needs analysis", 0.25), ("proposal", 0.5), ("negotiation", 0.75))
WIDE = {"0011745": 0.45, "0012031": 0.3, "0011502": 0.3}  # how uncertain a wallet is, a fraction; else 0.15
RATED = {"account_manager": (5, 20), "colleague": (5, 26), "customer": (4, 14)}  # month and day of each round
FUNCTIONS = (
    ("purchasing", "operational", "gatekeeper"),
    ("laboratory", "middle", "user"),
    ("quality", "middle", "influencer"),
    ("production", "middle", "user"),
    ("engineering", "operational", "influencer"),
    ("purchasing", "senior", "decision maker"),
    ("management", "board", "decision maker"),
    ("finance", "senior", "gatekeeper"),
    ("quality", "senior", "champion"),
    ("production", "operational", "user"),
    ("IT", "middle", "gatekeeper"),
    ("laboratory", "operational", "user"),
    ("engineering", "senior", "opponent"),
)


def main(folder=HERE):
    """Write every table as CSV into `folder`."""
    for name, rows in make_tables().items():
        write_table(Path(folder) / f"{name}.csv", rows)


def make_tables():
    """Return every table of the data contract as a list of rows."""
    lines, contacts = make_invoices(), make_contacts()
    tables = {
        "accounts": make_accounts(),
        "aliases": make_aliases(),
        "invoices": spoil(lines),
        "open_items": make_open_items(lines),
        "costs_to_serve": make_costs(lines),
        "targets": make_targets(lines),
        "contacts": contacts,
        "interactions": make_interactions(contacts),
        "efforts": make_efforts(),
        "opportunities": make_opportunities(),
        "offerings": make_offerings(),
        "wallet": make_wallet(),
        "ratings": make_ratings(contacts),
        "managers": make_managers(),
        "insight": make_insight(),
        "customer_goals": make_goals(),
        "objectives": make_objectives(),
        "actions": make_actions(),
        "decisions": make_decisions(),
        "overrides": make_overrides(),
        "kpis": make_kpis(),
        "kpi_weights": make_kpi_weights(),
        "kpi_values": make_kpi_values(),
        "documents": make_documents(),
        "deliveries": make_deliveries(),
        "complaints": make_complaints(),
    }
    return {name: list(rows) for name, rows in tables.items()}


def write_table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def draw(table, account=""):
    """Return a generator of its own for each table and account, so that a change in one leaves the others alone."""
    return np.random.default_rng([PROFILES["seed"], crc32(f"{table} {account}".encode())])


def yes(value):
    return "yes" if value else "no"


def money(amount):
    return f"{amount:.2f}"


def thousands(amount):
    return "" if amount == "" else money(amount * 1000)


def month_start(count):
    """Return the first day of the month `count` months after July 2023."""
    return date(2023 + (6 + count) // 12, (6 + count) % 12 + 1, 1)


def progress(day):
    """Return how far `day` is on the way through the three years, 0 to 1."""
    return (day - month_start(0)).days / (AS_OF - month_start(0)).days


def between(pair, share):
    return pair[0] + (pair[1] - pair[0]) * share


def on_workday(day):
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def manager_of(account):
    return ACCOUNTS[account]["facts"]["manager"]


def manager_name(account):
    return MANAGERS[manager_of(account)]["name"]


def rival(account):
    return RIVALS[ACCOUNTS[account]["facts"]["business"]]


def currency_of(account):
    return ACCOUNTS[account]["facts"].get("currency", "EUR")


def euro_for_one(currency, day):
    return 1.0 if currency == "EUR" else [euro for start, euro in RATES[currency].items() if start <= day.isoformat()][-1]


def make_accounts():
    for account, item in ACCOUNTS.items():
        facts = item["facts"]
        yield {
            "account_id": account,
            "name": item["name"],
            "parent_id": facts.get("parent", ""),
            "line_of_business": facts["business"],
            "segment": facts["segment"],
            "region": facts["region"],
            "country": facts["country"],
            "account_manager": facts["manager"],
            "customer_since": facts["since"],
            "key_account": yes(facts.get("key")),
            "annual_spend": thousands(facts["spend"]),
            "own_growth": facts["own_growth"],
            "believes_in_partnership": yes(facts["partnership"]) if "partnership" in facts else "",
            "currency": "EUR",
            "employees": facts["employees"],
            "sites": facts["sites"],
        }


def make_aliases():
    for system, external, account in PROFILES["aliases"]:
        yield {"system": system, "external_id": external, "account_id": account}


def make_offerings():
    for offering, item in OFFERINGS.items():
        yield {"offering_id": offering, "name": item["name"], "category": item["category"]}


def make_managers():
    for manager in PROFILES["managers"]:
        yield {
            "manager_id": manager["id"],
            "name": manager["name"],
            "region": manager["region"],
            "capacity_hours": manager["hours"],
        }


def make_contacts():
    """Return the people at the accounts; of each larger team one has left."""
    return [contact for account in ACCOUNTS for contact in make_team(account)]


def make_team(account):
    rng, people = draw("contacts", account), ACCOUNTS[account]["people"]
    names = draw_names(rng, ACCOUNTS[account]["facts"]["country"], people["contacts"])
    for number, name in enumerate(names):
        function, level, role = FUNCTIONS[number % len(FUNCTIONS)]
        mood = round((people.get("strength", 5) - 5) * 0.7 + rng.normal(0, 0.8)) - (3 if role == "opponent" else 0)
        yield {
            "contact_id": f"C{account[3:]}{number + 1:02d}",
            "account_id": account,
            "name": name,
            "function": function,
            "level": level,
            "role": role,
            "sentiment": int(np.clip(mood, -3, 3)),
            "owner": {"board": "Ulrike Conradi", "operational": "Jana Wiebe"}.get(level, manager_name(account)),
            "left_on": date(2026, 1, 31) if people["contacts"] > 6 and number == 5 else "",
        }


def draw_names(rng, country, count):
    first, last = (words.split() for words in PROFILES["names"][country])
    pairs = [f"{one} {other}" for one in first for other in last]
    return [pairs[index] for index in rng.permutation(len(pairs))[:count]]


def make_invoices():
    """Return the invoice lines, oldest first, with invoice and line numbers."""
    lines = [line for account in ACCOUNTS for line in account_lines(account)]
    lines.sort(key=lambda line: (line["date"], line["account_id"], line["amount"] < 0, line["offering_id"]))
    for number, (key, group) in enumerate(
        groupby(lines, key=lambda line: (line["date"], line["account_id"], line["amount"] < 0)), 1
    ):
        bill(f"{'G' if key[2] else 'R'}{key[0]:%y}-{number:05d}", list(group))
    return lines


def account_lines(account):
    """Return one account's lines; each of its three years sums to the profile's revenue, credit notes in it."""
    rng = draw("invoices", account)
    for year, revenue in enumerate(ACCOUNTS[account]["money"]["revenue"]):
        sales = [sale for offering in OFFERINGS for sale in draw_sales(rng, account, offering, year)]
        sales += [credit(rng, sale) for sale in sales if rng.random() < 0.015]
        total = sum(weight for _, _, weight in sales)
        for day, offering, weight in sales:
            yield make_line(rng, account, day, offering, revenue * 1000 * weight / total)


def draw_sales(rng, account, offering, year):
    """Return (day, offering, weight) of one offering in one year."""
    terms = ACCOUNTS[account]["money"]
    share = MIXES[terms["mix"]].get(offering, 0)
    if not share or not terms["revenue"][year]:
        return []
    months = draw_months(rng, account, OFFERINGS[offering]["lines"], terms["revenue"][year] / 1000)
    days = [invoice_day(rng, account, 12 * year + month) for month in months]
    first, last = terms.get("first", days and min(days)), terms.get("last", AS_OF)
    weights = [rng.uniform(0.6, 1.4) * share / len(months) for _ in months]
    return [(day, offering, weight) for day, weight in zip(days, weights, strict=True) if first <= day <= last]


def draw_months(rng, account, lines, size):
    """Return the months of a year in which an offering is invoiced: contracts by the calendar, the rest by season."""
    if lines in (1, 4):
        every = 12 // lines
        return list(range(crc32(account.encode()) % every, 12, every))
    count = max(1, round(lines * float(np.clip(size**0.5, 0.3, 2.0)) * rng.uniform(0.85, 1.15)))
    return [int(month) for month in rng.choice(12, size=count, p=np.array(SEASON) / sum(SEASON))]


def invoice_day(rng, account, month):
    """Return one of the two days of the month on which the account is invoiced."""
    return on_workday(month_start(month) + timedelta(days=crc32(account.encode()) % 9 + (14 if rng.random() < 0.5 else 0) + 1))


def credit(rng, sale):
    day, offering, weight = sale
    return (
        min(on_workday(day + timedelta(days=12)), date(day.year + (day.month > 6), 6, 30)),
        offering,
        -weight * rng.uniform(0.1, 0.6),
    )


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
    rng, terms = draw("payment", invoice), ACCOUNTS[account]["money"]
    due = day if invoice.startswith("G") else day + timedelta(days=terms["terms"])
    disputed = invoice.startswith("R") and rng.random() < 0.012
    late = between(terms["late"], progress(day)) + rng.normal(0, 3.5) + (50 if disputed else 0)
    paid = max(day + timedelta(days=4), due + timedelta(days=round(float(late)) + (15 if invoice.startswith("G") else 0)))
    for number, line in enumerate(lines, 1):
        line |= {
            "invoice_id": invoice,
            "line_id": number,
            "due_date": due,
            "paid_date": paid if paid <= EXPORTED else "",
            "disputed": yes(disputed),
        }


def spoil(lines):
    """Return the lines as an export has them: an old id, ids nobody knows, slips of the keyboard, a line twice, days to come."""
    rows = [invoice_row(line) for line in lines]
    for row in rows:
        if row["account_id"] == "0011377" and row["date"] < date(2024, 1, 1):
            row["account_id"] = "D-70031"
    rows[911]["amount"], rows[2750]["amount"] = "12.5O0", "1,284.oo"
    rows[1733]["account_id"] = ""
    rows += [extra_row(rows[0], *values) for values in PROFILES["extra_lines"]]
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


def extra_row(row, account, day, amount, offering, invoice):
    paid = "" if day > AS_OF else day + timedelta(days=30)
    values = {
        "account_id": account,
        "date": day,
        "amount": money(amount),
        "quantity": 1,
        "cost": money(amount * 0.7),
        "offering_id": offering,
    }
    return (
        row
        | values
        | {
            "invoice_id": invoice,
            "line_id": 1,
            "currency": "EUR",
            "due_date": day + timedelta(days=30),
            "paid_date": paid,
            "disputed": "no",
        }
    )


def make_open_items(lines):
    """Yield what was unpaid at the end of each of the last four quarters, VAT in it."""
    for listed in (date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), AS_OF):
        open_lines = [
            line for line in lines if line["date"] <= listed and (line["paid_date"] == "" or line["paid_date"] > listed)
        ]
        for invoice, group in groupby(open_lines, key=lambda line: line["invoice_id"]):
            yield open_item(listed, invoice, list(group))


def open_item(listed, invoice, lines):
    account = lines[0]["account_id"]
    gross = sum(line["amount"] for line in lines) * VAT.get(ACCOUNTS[account]["facts"]["country"], 1.0)
    part = 0.5 if crc32(invoice.encode()) % 25 == 0 else 1.0  # some have been paid in part
    return {
        "account_id": account,
        "listed_on": listed,
        "due_date": lines[0]["due_date"],
        "open_amount": money(gross * part),
        "invoice_id": invoice,
        "currency": lines[0]["currency"],
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
    return sum(line["amount"] * euro_for_one(line["currency"], line["date"]) for line in hits)


def make_targets(lines):
    """Yield targets and forecasts for 2024 to 2028 by account, quarters of 2026 for key accounts, and years by manager."""
    targets = {(account, year): target for account in ACCOUNTS for year, target in plan_years(lines, account)}
    for (account, year), target in targets.items():
        yield from account_targets(account, year, target)
        if year == 2026 and ACCOUNTS[account]["facts"].get("key"):
            yield from quarter_targets(account, target)
    for manager in MANAGERS:
        for year in range(2024, 2029):
            total = sum(target for (account, of), target in targets.items() if of == year and manager_of(account) == manager)
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
        base = (
            max(base, item["facts"]["spend"] * 50) if year >= 2025 else base
        )  # a twentieth of the wallet, where there was nothing


def account_targets(account, year, target):
    stated, margin = date(min(year, 2026) - 1, 11, 15), ACCOUNTS[account]["money"]["margin"]
    if target:
        yield target_row(account, "", year, "revenue", "target", target, stated)
    for stated_on in (stated, date(2026, 4, 15)) if year >= 2026 else ():
        hope = draw("forecast", f"{account} {year} {stated_on}").uniform(0.9, 1.04)
        yield target_row(account, "", year, "revenue", "forecast", target * hope, stated_on)
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


def make_interactions(contacts):
    rows = [
        row for account in ACCOUNTS for row in account_interactions(account, [c for c in contacts if c["account_id"] == account])
    ]
    return sorted(rows, key=lambda row: (row["date"], row["account_id"]))


def account_interactions(account, team):
    rng, people = draw("interactions", account), ACCOUNTS[account]["people"]
    for month in range(36):
        for _ in range(rng.poisson(between(people["touch"], month / 35))):
            day = on_workday(month_start(month) + timedelta(days=int(rng.integers(0, 26))))
            if people.get("first", day) <= day:
                yield interaction(rng, account, day, team)


def interaction(rng, account, day, team):
    """Return one meeting; where the touch falls, ever fewer people are met."""
    there = [person for person in team if person["left_on"] == "" or person["left_on"] > day]
    before, now = ACCOUNTS[account]["people"]["touch"]
    reach = max(1, round(len(there) * min(1, between((1, now / before if before else 1), progress(day)))))
    person = there[int(rng.integers(0, reach))] if there else {"contact_id": "", "level": "operational"}
    ours = str(rng.choice(["", "Jana Wiebe", "Emre Sağlam", "Piet Vermaak"], p=[0.55, 0.2, 0.15, 0.1])) or manager_name(account)
    ours = "Ulrike Conradi" if person["level"] == "board" else ours
    function, level = PEOPLE.get(ours, ("account management", "senior"))
    channel = str(rng.choice(["call", "mail", "video", "visit", "workshop"], p=[0.34, 0.22, 0.18, 0.22, 0.04]))
    strength = ACCOUNTS[account]["people"].get("strength", 5)
    return {
        "account_id": account,
        "date": day,
        "contact_id": person["contact_id"],
        "our_person": ours,
        "our_function": function,
        "our_level": level,
        "channel": channel,
        "hours": HOURS[channel],
        "initiated_by": "customer" if rng.random() < 0.05 + strength * 0.045 else "us",
    }


def make_efforts():
    """Yield the part of the year that managers declare for their accounts; they log no hours."""
    for year in (2024, 2025, 2026):
        for account, item in ACCOUNTS.items():
            if item["people"]["effort"] and str(item["facts"]["since"] or item["people"]["first"])[:4] <= str(year):
                yield {
                    "account_id": account,
                    "manager_id": item["facts"]["manager"],
                    "period": year,
                    "hours": "",
                    "share": f"{item['people']['effort'] * (0.9 if year < 2026 else 1):.3f}",
                }


def make_opportunities():
    for account in ACCOUNTS:
        deals = [*open_deals(account), *closed_deals(account)]
        for number, deal in enumerate(deals, 1):
            yield {"opportunity_id": deal_id(account, number), "account_id": account} | deal | {"currency": currency_of(account)}


def deal_id(account, number):
    return f"D{account[3:]}-{number:02d}" if number else ""


def open_deals(account):
    rng, deals = draw("open deals", account), ACCOUNTS[account]["deals"]
    for number, amount in enumerate(deals["pipeline"]):
        stage, chance = STAGES[int(rng.integers(0, len(STAGES)))]
        stale = number >= len(deals["pipeline"]) - deals.get("stale", 0)
        created = AS_OF - timedelta(days=int(rng.integers(60, 240)) + (200 if stale else 0))
        close = AS_OF + timedelta(days=-int(rng.integers(20, 90)) if stale else int(rng.integers(25, 260)))
        yield deal_row(rng, account, created, stage, amount, close) | {
            "won_amount": "",
            "probability": chance,
            "closed": "",
            "outcome": "open",
        }


def closed_deals(account):
    rng, deals = draw("closed deals", account), ACCOUNTS[account]["deals"]
    size = max(20, sum(ACCOUNTS[account]["money"]["revenue"]) / 3 * 0.12)
    for outcome in ["won"] * deals["won"] + ["lost"] * deals["lost"]:
        closed = AS_OF - timedelta(days=int(rng.integers(10, 1060)))
        amount = round(size * rng.uniform(0.5, 1.6))
        won = thousands(round(amount * rng.uniform(0.85, 1.0))) if outcome == "won" else ""
        row = deal_row(
            rng,
            account,
            closed - timedelta(days=int(rng.integers(50, 200))),
            outcome,
            amount,
            closed + timedelta(days=int(rng.integers(-30, 20))),
        )
        yield row | {"won_amount": won, "probability": 1 if outcome == "won" else 0, "closed": closed, "outcome": outcome}


def deal_row(rng, account, created, stage, amount, close):
    offerings = list(MIXES[ACCOUNTS[account]["money"]["mix"]])
    return {
        "created": created,
        "stage": stage,
        "amount": thousands(amount),
        "won_amount": "",
        "probability": "",
        "offering_id": offerings[int(rng.integers(0, len(offerings)))],
        "expected_close": close,
    }


def make_wallet():
    """Yield the wallet as a range for key accounts (by offering too), as one figure for others, for two of them not at all."""
    for account, item in ACCOUNTS.items():
        spend = item["facts"]["spend"]
        for year, factor in ((2025, 1 / (1 + item["facts"]["own_growth"])), (2026, 1.0)):
            if "strength" in item["people"]:
                yield wallet_row(account, year, spend * factor)
        if item["facts"].get("key"):
            for offering, share in MIXES[item["money"]["mix"]].items():
                yield wallet_row(account, 2026, spend * share, offering)


def wallet_row(account, year, likely, offering=""):
    item = ACCOUNTS[account]
    spread = WIDE.get(account, 0.15) if item["facts"].get("key") else 0
    ours = item["money"]["revenue"][2] / item["facts"]["spend"]
    return {
        "account_id": account,
        "year": year,
        "likely": money(round(likely * 1000, -3)),
        "low": money(round(likely * 1000 * (1 - spread), -3)) if spread else "",
        "high": money(round(likely * 1000 * (1 + 1.3 * spread), -3)) if spread else "",
        "offering_id": offering,
        "competitor": rival(account),
        "competitor_share": f"{(1 - ours) * 0.6:.2f}",
        "source": "talk with their purchasing" if spread else "estimate by the account manager",
        "stated_on": date(year, 2, 16),
        "currency": "EUR",
    }


def make_ratings(contacts):
    for account, item in ACCOUNTS.items():
        if "strength" in item["people"]:
            yield from account_ratings(account, [contact for contact in contacts if contact["account_id"] == account])


def account_ratings(account, team):
    """Yield two rounds of ratings of us by each rater, this year's of the competitor, and the manager's opinion of the stage."""
    people, deals, rng = ACCOUNTS[account]["people"], ACCOUNTS[account]["deals"], draw("ratings", account)
    for year in (2025, 2026):
        for rater, kind, bias in raters(account, team):
            rated_on = date(year, *RATED[kind])
            yield from rate(rng, account, rated_on, rater, kind, people["strength"] + bias - (0.2 if year == 2025 else 0))
            if "rival" in deals and year == 2026:
                yield from rate(rng, account, rated_on, rater, kind, deals["rival"] + bias / 2, rival(account))
        yield rating_row(account, "stage", people["stage"], date(year, 5, 20), manager_name(account), "account_manager")


def raters(account, team):
    """Return who rates us (name, kind) and how much kinder than the mean."""
    group = ACCOUNTS[account]["people"]["raters"]
    manager, colleague, customer = (3.6, -2.9, -1.4) if group == "apart" else (0.4, -0.1, -0.3)
    said = [(manager_name(account), "account_manager", manager)]
    if group != "own manager":
        said.append(("Jana Wiebe", "colleague", colleague))
    if group in ("all", "apart"):
        said.append((team[1]["name"], "customer", customer))
    return said


def rate(rng, account, rated_on, rater, kind, level, competitor=""):
    for criterion, offset in CRITERIA.items():
        score = float(np.clip(round(2 * (level + (0 if competitor else offset) + rng.normal(0, 0.35))) / 2, 0, 10))
        yield rating_row(account, criterion, score, rated_on, rater, kind, competitor)


def rating_row(account, criterion, score, rated_on, rater, kind, competitor=""):
    comment = (
        PROFILES["comments"].get(account, {}).get(criterion, {}).get(kind, "") if rated_on.year == 2026 and not competitor else ""
    )
    return {
        "account_id": account,
        "criterion": criterion,
        "score": score,
        "rated_on": rated_on,
        "rater": rater,
        "rater_kind": kind,
        "competitor": competitor,
        "comment": comment,
    }


def planned(what):
    """Yield (account, number, item) of a list in the plans, numbered from 1."""
    for account, plan in PLANS["plans"].items():
        for number, item in enumerate(plan.get(what, []), 1):
            yield account, number, item


def objective_id(account, number):
    return f"Z{account[3:] if account else 'ALL'}-{number}" if number else ""


def action_id(account, number):
    return f"A{account[3:]}-{number}"


def make_insight():
    for account, _, (topic, confirmed, text, source) in planned("insight"):
        yield {"account_id": account, "topic": topic, "text": text, "confirmed_on": confirmed, "source": source}


def make_goals():
    for account, number, goal in planned("goals"):
        yield {
            "goal_id": f"G{account[3:]}-{number}",
            "account_id": account,
            "goal": goal["goal"],
            "project": goal.get("project", ""),
            "budget": thousands(goal.get("budget", "")),
            "year": goal["year"],
            "value_delivered": thousands(goal.get("delivered", "")),
            "opportunity_id": deal_id(account, goal.get("deal")),
            "objective_id": objective_id(account, goal.get("objective")),
            "source": goal["source"],
            "confirmed_on": goal["confirmed"],
        }


def make_objectives():
    ours = [("", number, item) for number, item in enumerate(PLANS["programme"], 1)]
    for account, number, item in [*ours, *planned("objectives")]:
        yield {
            "objective_id": objective_id(account, number),
            "account_id": account,
            "title": item["title"],
            "direction": item["direction"],
            "process": item["process"],
            "unit": item["unit"],
            "measure": item["measure"],
            "target": item["target"],
            "due": item["due"],
            "agreed_on": item.get("agreed", ""),
            "profitable_by": item.get("profitable_by", ""),
        }


def make_actions():
    for account, number, item in planned("actions"):
        yield {
            "action_id": action_id(account, number),
            "objective_id": objective_id(account, item["objective"]),
            "title": item["title"],
            "owner": item["owner"],
            "ours": yes(item["ours"]),
            "start": item["start"],
            "due": item["due"],
            "original_due": item.get("original", item["due"]),
            "depends_on": "; ".join(action_id(account, other) for other in item.get("after", [])),
            "checkpoint": yes(item.get("checkpoint")),
            "customer_informed_on": item.get("informed", ""),
            "done_on": item.get("done", ""),
            "status": item["status"],
        }


def make_decisions():
    for decided_on, rows in PLANS["decisions"].items():
        for account, decision, owner, due, done in rows:
            yield {
                "account_id": account,
                "decided_on": decided_on,
                "decision": decision,
                "owner": owner,
                "due": due,
                "done_on": done,
            }


def make_overrides():
    for item in PLANS["overrides"]:
        yield {
            "account_id": item["account"],
            "what": item["what"],
            "value": item["value"],
            "by": item["by"],
            "reason": item["reason"],
            "stated_on": item["stated"],
            "expires": item["expires"],
        }


def make_kpis():
    for kpi, item in PLANS["kpis"].items():
        yield {
            "kpi_id": kpi,
            "objective_id": objective_id("", item["objective"]),
            "name": item["name"],
            "department": item["department"],
            "unit_of_measure": item["unit"],
            "yearly_cost": money(item["cost"]),
            "yearly_benefit": item["benefit"],
            "decision_it_changes": item["decision"],
            "desired": item["desired"],
            "choice": item.get("choice", ""),
            "requires": item.get("requires", ""),
            "excludes": item.get("excludes", ""),
        }


def make_kpi_weights():
    for manager, weights in PLANS["kpi_weights"].items():
        for kpi, weight in weights.items():
            yield {"manager_id": manager, "kpi_id": kpi, "weight": weight}


def make_kpi_values():
    """Yield the values of the last eight quarters; they are of the whole portfolio."""
    for kpi, item in PLANS["kpis"].items():
        for quarter, value in enumerate(item.get("values", [])):
            end = month_start(12 + 3 * (quarter + 1)) - timedelta(days=1)
            yield {"kpi_id": kpi, "account_id": "", "date": end, "value": value, "target": item["target"]}


def make_documents():
    for account, number, (kind, signed, day, *expires) in planned("documents"):
        runs = kind == "contract" and signed
        yield {
            "document_id": f"V{account[3:]}-{number}",
            "account_id": account,
            "kind": kind,
            "signed_on": signed,
            "due": "" if runs else day,
            "notice_by": day if runs else "",
            "expires": expires[0] if expires else "",
        }


def make_deliveries():
    rows = [row for account in ACCOUNTS for row in account_deliveries(account)]
    return sorted(rows, key=lambda row: (row["promised_on"], row["account_id"]))


def account_deliveries(account):
    """Yield the deliveries of the last eighteen months."""
    rng, item = draw("deliveries", account), ACCOUNTS[account]
    for _ in range(round(12 * (item["money"]["revenue"][2] / 1000) ** 0.7)):
        promised = on_workday(AS_OF - timedelta(days=int(rng.integers(-20, 540))))
        late = int(rng.integers(1, 15)) if rng.random() > item["people"]["on_time"] else 0
        delivered = promised + timedelta(days=late)
        yield {
            "account_id": account,
            "promised_on": max(promised, item["money"].get("first", promised)),
            "delivered_on": delivered if delivered <= EXPORTED else "",
            "complete": "" if delivered > EXPORTED else yes(rng.random() < 0.5 + item["people"]["on_time"] / 2),
        }


def make_complaints():
    for account, _, (opened, cause, severity, days, remedy) in planned("complaints"):
        yield {
            "account_id": account,
            "opened_on": opened,
            "cause": cause,
            "severity": severity,
            "resolved_on": opened + timedelta(days=days) if days else "",
            "remedy": remedy,
        }


if __name__ == "__main__":
    main(*sys.argv[1:])
