"""What the sample starts from, and the small words that all its tables share."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from zlib import crc32

import numpy as np

HERE = Path(__file__).parents[1]
PROFILES = tomllib.loads((HERE / "profiles.toml").read_text(encoding="utf-8"))
PLANS = tomllib.loads((HERE / "plans.toml").read_text(encoding="utf-8"))
RATES = tomllib.loads((HERE / "kamnb.toml").read_text(encoding="utf-8"))["rates"]
ACCOUNTS, OFFERINGS, MIXES, PEOPLE = (PROFILES[name] for name in ("accounts", "offerings", "mixes", "people"))
MANAGERS = {manager["id"]: manager for manager in PROFILES["managers"]}
AS_OF, EXPORTED = PROFILES["as_of"], PROFILES["exported"]
RIVALS = {"Laboratory": "Ritterbach Analytik", "Process": "Kvistgård Process"}


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
