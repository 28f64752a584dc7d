"""Deals, wallets and deliveries."""

from datetime import date, timedelta
from math import fsum

from making.profiles import (
    ACCOUNTS,
    AS_OF,
    EXPORTED,
    MIXES,
    OFFERINGS,
    currency_of,
    draw,
    money,
    on_workday,
    rival,
    thousands,
    yes,
)

STAGES = (("qualification", 0.1), ("needs analysis", 0.25), ("proposal", 0.5), ("negotiation", 0.75))
WIDE = {"0011745": 0.45, "0012031": 0.3, "0011502": 0.3}  # how uncertain a wallet is, a fraction; else 0.15


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
        row = deal_row(rng, account, created, stage, amount, close)
        yield row | {"probability": chance, "closed": "", "outcome": "open"}


def closed_deals(account):
    rng, deals = draw("closed deals", account), ACCOUNTS[account]["deals"]
    size = max(20, fsum(ACCOUNTS[account]["money"]["revenue"]) / 3 * 0.12)
    for outcome in ["won"] * deals["won"] + ["lost"] * deals["lost"]:
        closed = AS_OF - timedelta(days=int(rng.integers(10, 1060)))
        amount = round(size * rng.uniform(0.5, 1.6))
        won = thousands(round(amount * rng.uniform(0.85, 1.0))) if outcome == "won" else ""
        created = closed - timedelta(days=int(rng.integers(50, 200)))
        expected = closed + timedelta(days=int(rng.integers(-30, 20)))
        row = deal_row(rng, account, created, outcome, amount, expected)
        yield row | {"won_amount": won, "probability": 1 if outcome == "won" else 0, "closed": closed, "outcome": outcome}


def deal_row(rng, account, created, stage, amount, close):
    mix = MIXES[ACCOUNTS[account]["money"]["mix"]]
    large = [offering for offering in mix if OFFERINGS[offering]["price"] >= 9_000] or list(mix)
    offerings = large if amount > 100 else list(mix)
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
    """Yield the wallet as a range for key accounts (by offering too), as one figure for others; none where nobody rated."""
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


def make_deliveries():
    rows = [row for account in ACCOUNTS for row in account_deliveries(account)]
    return sorted(rows, key=lambda row: (row["promised_on"], row["account_id"]))


def account_deliveries(account):
    """Yield the deliveries of the last eighteen months and the next three weeks, one a day at most."""
    rng, item = draw("deliveries", account), ACCOUNTS[account]
    count = round(30 * (item["money"]["revenue"][2] / 1000) ** 0.7)
    days = {on_workday(AS_OF - timedelta(days=int(number))) for number in rng.integers(-20, 540, count)}
    for promised in sorted(day for day in days if day >= item["money"].get("first", day)):
        late = int(rng.integers(1, 15)) if rng.random() > item["people"]["on_time"] else 0
        delivered = promised + timedelta(days=late)
        yield {
            "account_id": account,
            "promised_on": promised,
            "delivered_on": delivered if delivered <= EXPORTED else "",
            "complete": "" if delivered > EXPORTED else yes(rng.random() < 0.5 + item["people"]["on_time"] / 2),
        }
