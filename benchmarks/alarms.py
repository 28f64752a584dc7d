"""How often each alarm is raised on accounts that are stable, and how often a true change is seen: writes docs/alarms.md.

A thousand accounts of each process are simulated over five years and looked at on the twelve month ends of the last one, by
the functions and thresholds that the workbook uses. An alarm is false where it is raised on any of these days.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kamnb.indicators import weigh_shortfall
from kamnb.planning.playbook import Playbook
from kamnb.planning.receivables import weigh_spans
from kamnb.planning.trends import limit_pause, usual_days
from kamnb.scoring.declines import Bonds, find_declines, judge_disintegration
from kamnb.scoring.stages import Stages

PAGE = Path(__file__).parents[1] / "docs" / "alarms.md"
ACCOUNTS, MONTHS, YEAR, SEED = 1_000, 60, 12, 20260630
LOOKS = range(MONTHS - YEAR + 1, MONTHS + 1)
CHANGE = MONTHS - YEAR
PLAYBOOK, STAGES = Playbook.load(), Stages.load()
TRADE = ("regular", "6 a year", "24 a year", "100 a year", "24 a year, seasonal")
PAYING = ("independent", "payment runs", "AR(0.8)")


def limit_of(finding, fact):
    """Return the bound that the playbook sets for a fact of a finding."""
    found = next(each for each in PLAYBOOK.findings[finding].when if each.fact == fact)
    return next(value for value in (found.below, found.above, found.at_least, found.at_most) if value is not None)


def draw_orders(rng, process, accounts, factor=1.0):
    """Return order days (a month each) of five years; from the change on so many times as often."""
    pace = np.where(np.arange(MONTHS) < CHANGE, 1.0, factor)
    if process == "regular":
        gaps = rng.choice([10, 15, 30, 45, 60], accounts)[:, None]
        reached = np.concatenate([[0.0], np.cumsum(pace * 30.4375)])
        return np.diff(np.floor(reached / gaps + rng.random((accounts, 1))), axis=1)
    season = np.ones((accounts, YEAR))
    if "seasonal" in process:
        season = np.exp(rng.normal(0, 0.5, (accounts, YEAR)))
        season /= season.mean(axis=1, keepdims=True)
    return rng.poisson(float(process.split()[0]) / YEAR * np.tile(season, MONTHS // YEAR) * pace).astype(float)


def draw_revenue(rng, orders):
    """Return revenue a month: orders of log-normal amounts."""
    amounts = np.exp(rng.normal(0, 0.6, (*orders.shape, int(orders.max()))))
    return (amounts * (np.arange(amounts.shape[2]) < orders[..., None])).sum(axis=2)


def look_back(values, end):
    """Return 36 months before a month end, the last one first."""
    return values[:, end - 36 : end][:, ::-1]


def raise_falls(orders, revenue, end, growth=0.0):
    """Return which accounts raise below_rhythm, revenue_falls and loses_share on a month end."""
    days, money = look_back(orders, end), look_back(revenue, end)
    usual = usual_days(days, 2)
    known = usual.sum(axis=1) >= PLAYBOOK.trends.least_orders
    with np.errstate(divide="ignore", invalid="ignore"):
        fewer = days[:, :12].sum(axis=1) / usual.sum(axis=1) - 1
        grown = money[:, :12].sum(axis=1) / money[:, 12:24].sum(axis=1) - 1
    own = weigh_shortfall(money[:, :12], money[:, 12:24])
    behind = weigh_shortfall(money[:, :12], (1 + growth) * money[:, 12:24])
    falls = (own <= limit_of("revenue_falls", "revenue_swings")) & (grown < limit_of("revenue_falls", "revenue_growth"))
    rhythm = weigh_shortfall(days[:, :12], usual) <= limit_of("below_rhythm", "orders_swings")
    share = (behind <= limit_of("loses_share", "relative_swings")) & (own > limit_of("loses_share", "revenue_swings"))
    return {
        "below_rhythm": known & rhythm & (fewer < limit_of("below_rhythm", "orders_change")),
        "revenue_falls": known & falls,
        "loses_share": known & share & (grown - growth < limit_of("loses_share", "relative_growth")),
    }


def raise_silence(rng, process, accounts, stops=False):
    """Return which accounts are silent on any month end of the last year, where all go on ordering or all stop before it."""
    rate = 12.0 if process == "regular" else float(process.split()[0])
    gaps = np.full((accounts, 900), 365 / rate) if process == "regular" else rng.exponential(365 / rate, (accounts, 900))
    days = np.cumsum(gaps, axis=1) * 1.0 - rng.random((accounts, 1)) * 365 / rate
    days = np.where(days > (CHANGE * 30.4375 if stops else np.inf), np.inf, days)
    hit = np.zeros(accounts, dtype=bool)
    for end in LOOKS:
        seen = (days <= end * 30.4375) & (days > (end - 36) * 30.4375)
        pauses = np.where(seen[:, 1:] & seen[:, :-1], np.diff(np.where(np.isinf(days), 0, days), axis=1), np.nan)
        count, last = np.isfinite(pauses).sum(axis=1), np.where(seen, days, -np.inf).max(axis=1)
        longest, mean = np.nan_to_num(pauses, nan=0).max(axis=1), np.nansum(pauses, axis=1) / np.maximum(count, 1)
        limit = limit_pause(pd.Series(longest), pd.Series(mean), PLAYBOOK.trends).to_numpy()
        hit |= (end * 30.4375 - last > limit) & (count >= PLAYBOOK.trends.least_pauses)
    return hit.mean()


def draw_lateness(rng, paying, invoices):
    """Return due days (of a 30.4375-day month) and days late of every invoice, NaN where there is none."""
    shape = (*invoices.shape, max(int(invoices.max()), 1))
    there = np.arange(shape[2]) < invoices[..., None]
    due = np.arange(MONTHS)[None, :, None] * 30.4375 + rng.random(shape) * 30.4375
    if paying == "payment runs":
        late = np.ceil((due + rng.normal(0, 2, shape)) / 30.4375) * 30.4375 - due
    else:
        level = np.zeros(invoices.shape)
        if paying == "AR(0.8)":
            level[:, 0] = rng.normal(0, 8, len(level))
            for month in range(1, MONTHS):
                level[:, month] = 0.8 * level[:, month - 1] + rng.normal(0, 8 * 0.6, len(level))
        late = 5 + level[..., None] + rng.normal(0, 3 if level.any() else 8, shape)
    return np.where(there, due, np.nan), np.where(there, np.round(late), np.nan)


def raise_drift(due, late, looks):
    """Return which accounts raise pays_later_than_before on any of the month ends."""
    asked, hit = PLAYBOOK.payment, np.zeros(len(due), dtype=bool)
    months, kept = asked.recent_months, {}
    for end in looks:
        spans = [end - months * number for number in range(asked.spans + 1)]
        medians = [_median_span(due, late, until, end if until == end else 10_000, kept) for until in spans]
        lateness, payments = (np.stack(each, axis=1) for each in zip(*medians, strict=True))
        days, swings = weigh_spans(lateness, payments, asked)
        hit |= (swings >= asked.swings) & (days >= asked.least_drift)
    return hit


def _median_span(due, late, until, seen, kept):
    """Medians and counts of what was due in a span; what is not paid by `seen`, a month end, is as late as it is by then."""
    if (until, seen) not in kept:
        window = slice(until - PLAYBOOK.payment.recent_months, until)
        days = np.minimum(late[:, window], np.maximum(seen * 30.4375 - due[:, window], 0)).reshape(len(due), -1)
        ordered, count = np.sort(days, axis=1), np.isfinite(days).sum(axis=1)
        last, rows = np.maximum(count - 1, 0), np.arange(len(due))
        kept[until, seen] = ((ordered[rows, last // 2] + ordered[rows, (last + 1) // 2]) / 2, count)
    return kept[until, seen]


def raise_disintegrating(rng, revenue, left=1.0, factor=1.0):
    """Return which accounts are coming apart on any month end: eight people met twice a year each, wallets restated by 3 %."""
    accounts, rules = len(revenue), STAGES.disintegrating
    pace = np.where(np.arange(MONTHS) < CHANGE, 2.0, 2.0 * left) / YEAR
    met = rng.poisson(pace, (accounts, 8, MONTHS)) > 0
    money = revenue * np.where(np.arange(MONTHS) < CHANGE, 1.0, factor)
    wallet = (
        3 * revenue[:, :24].sum(axis=1)[:, None] / 2 * np.cumprod(1 + rng.normal(0, 0.03, (accounts, MONTHS // YEAR)), axis=1)
    )
    index, hit = pd.Index([str(number) for number in range(accounts)], name="account_id"), np.zeros(accounts, dtype=bool)
    for end in LOOKS:
        reached = [met[:, :, back - 12 : back].any(axis=2) for back in (end, end - 6, end - 12)]
        sums = [money[:, back - 12 : back].sum(axis=1) for back in (end, end - 6, end - 12)]
        stated = [wallet[:, (back - 1) // YEAR] for back in (end, end - 6, end - 12)]
        periods = [
            pd.DataFrame(
                {"people_reached": who.sum(axis=1) * 1.0, "share_of_wallet": bought / spend, "revenue_ltm": bought}, index
            )
            for who, bought, spend in zip(reached, sums, stated, strict=True)
        ]
        lost, gained = (reached[2] & ~reached[0]).sum(axis=1), (reached[0] & ~reached[2]).sum(axis=1)
        months = look_back(money, end)
        now, before = (pd.DataFrame(months[:, first : first + 12], index) for first in (0, 12))
        bonds = Bonds(periods, pd.DataFrame({"lost": lost * 1.0, "gained": gained * 1.0}, index), now, before)
        found = find_declines(bonds, pd.Series(0.0, index), rules)
        hit |= judge_disintegration(found, index, rules).to_numpy() == 1
    return hit.mean()


def measure_rates(seed=SEED, accounts=ACCOUNTS):
    """Return, by alarm and process, the part of stable accounts that raise it in a year and of changed ones that do."""
    rates = {}
    for number, process in enumerate(TRADE):
        rng = np.random.default_rng([seed, number])
        orders, halved = draw_orders(rng, process, accounts), draw_orders(rng, process, accounts, 0.5)
        revenue, half = draw_revenue(rng, orders), draw_revenue(rng, halved)
        down = revenue * np.where(np.arange(MONTHS) < CHANGE, 1, 0.7)
        hits = {name: np.zeros((3, accounts), dtype=bool) for name in ("below_rhythm", "revenue_falls", "loses_share")}
        for end in LOOKS:
            for row, given in enumerate(((orders, revenue), (halved, half), (orders, down))):
                for name, raised in raise_falls(*given, end).items():
                    hits[name][row] |= raised
            hits["loses_share"][2] |= raise_falls(orders, revenue, end, 0.3)["loses_share"]
        rates |= {("below_rhythm", process): hits["below_rhythm"][[0, 1]].mean(axis=1)}
        rates |= {(name, process): hits[name][[0, 2]].mean(axis=1) for name in ("revenue_falls", "loses_share")}
        apart = raise_disintegrating(rng, revenue), raise_disintegrating(rng, revenue, 0.25, 0.7)
        rates |= {("disintegrating", process): np.array(apart)}
        if "seasonal" not in process:
            stops = raise_silence(rng, process, accounts), raise_silence(rng, process, accounts, stops=True)
            rates |= {("silent", process): np.array(stops)}
        for paying in PAYING:
            due, late = draw_lateness(rng, paying, orders)
            later = late + 20 * (due >= CHANGE * 30.4375)
            seen = raise_drift(due, late, LOOKS), raise_drift(due, later, range(CHANGE + 1, CHANGE + 5))
            rates |= {("pays_later_than_before", f"{process}; {paying}"): np.array([each.mean() for each in seen])}
    return rates


RULES = {
    "below_rhythm": (
        "order days of twelve months against those of the two years before, month by month: down by more than 25 % and by 3.3 "
        "swings of the months", "order days, both", "half as many orders, within twelve months",
    ),
    "revenue_falls": (
        "revenue of twelve months against the twelve before, month by month: down by more than 10 % and by 3.1 swings",
        "order days", "revenue -30 %, within twelve months",
    ),
    "loses_share": (
        "the same against the year before, grown as the customer grew: more than 5 points behind and 3.1 swings",
        "order days", "the customer grows by 30 % and we stay as we are, within twelve months",
    ),
    "silent": (
        "no order for more than 180 days, and than 2.5 times the longest pause, or the longest and 6 mean ones", "pauses",
        "orders stop, seen within twelve months",
    ),
    "pays_later_than_before": (
        "median lateness of what was due in four months against eight spans of four months before: by five days, 3.7 swings of "
        "the spans, and later than in any of them", "payments, both", "+20 days in the last four months, seen within them",
    ),
    "disintegrating": (
        "two of: people lost (3 and none gained, or as rare), revenue behind the customer's growth by 1.4 swings, share of "
        "wallet down by a tenth while the wallet grew by a tenth", "people, order days",
        "people met a quarter as often and revenue -30 %, within twelve months",
    ),
}  # fmt: skip
"""Of each alarm: its rule, what stands beside it on the page, and the change that is to be seen."""

HEAD = """# Alarms, and how often they are wrong

Every alarm is held against the account's own past: a *swing* is how much the months (or spans of months) of that account differ
by themselves, from year to year. Of 1,000 accounts that do not change, simulated by `benchmarks/alarms.py` (which writes this
page), at most 5 % raise an alarm on any of the twelve month ends of a year. Beside it is how many of 1,000 accounts that do
change raise it. Where an account has too few orders or payments, nothing is said: a low detection is the price of that. The
thresholds are in `data/playbook.toml` and `data/stages.toml`. Orders are regular, or come by chance (so many a year); amounts
differ by a factor of two or so; lateness scatters by 8 days, or comes of payment runs once a month, or drifts (AR of 0.8 from
month to month).
"""


def describe_alarms(rates):
    """Return the page as Markdown."""
    parts = [HEAD]
    for name, (rule, beside, change) in RULES.items():
        rows = [f"| {process} | {false:.1%} | {seen:.0%} |" for (alarm, process), (false, seen) in rates.items() if alarm == name]
        parts.append(f"## `{name}`\n\nRule: {rule}.\nBeside it on the page: {beside}. The change: {change}.\n")
        parts.append("\n".join(["| accounts | false alarms a year | change seen |", "|---|---:|---:|", *rows]) + "\n")
    return "\n".join(parts) + TAIL


TAIL = """
## `owes_longer_than_usual`

Rule: at least three invoices, over a fifth of what is open, and three times as much money as at any month end of two years before
is open past the day by which the account usually pays. Beside it on the page: invoices.

## What these rules do not see

Six orders a year are too few to tell a fall of a third, or of a half in most cases. Lateness that drifts by itself from month to
month hides twenty days in most cases. Lateness that has gone one way for years is told by its line, not by its scatter.
"""


if __name__ == "__main__":
    PAGE.write_text(describe_alarms(measure_rates()), encoding="utf-8")
