"""How often each alarm is raised on accounts that are stable, and how often a true change is seen.

A thousand accounts of each process are simulated over six years and looked at on the twelve month ends of the last one, by
the functions and thresholds that the workbook uses. An alarm is false where it is raised on any of these days.
Writes docs/explanation/alarms.md.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from kamnb.indicators import weigh_shortfall
from kamnb.planning.drift import find_drift
from kamnb.planning.playbook import Playbook
from kamnb.planning.trends import find_spans, limit_pause, usual_days, weigh_forecast
from kamnb.scoring.declines import Bonds, find_declines, judge_disintegration
from kamnb.scoring.stages import Stages

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "alarms.md"
ACCOUNTS, MONTHS, YEAR, SEED = 1_000, 72, 12, 20260630
CHANGE = MONTHS - YEAR
LOOKS = range(CHANGE + 1, MONTHS + 1)
SOON = range(CHANGE + 1, CHANGE + 5)
DAYS = 30.4375
"""Of a month. What changes does so at its `CHANGE`; `SOON` are the four month ends after it."""
PLAYBOOK, STAGES = Playbook.load(), Stages.load()
TRADE = ("regular", "6 a year", "24 a year", "100 a year", "24 a year, seasonal")
FORECASTS = ("forecast_above_pace", "forecast_beyond_best", "forecast_nearly_invoiced")
PAYING = ("independent", "payment runs", "AR(0.8)")


def limit_of(finding, fact):
    """Return the bound that the playbook sets for a fact of a finding."""
    found = next(each for each in PLAYBOOK.findings[finding].when if each.fact == fact)
    return next(value for value in (found.below, found.above, found.at_least, found.at_most) if value is not None)


def draw_orders(rng, process, accounts, factor=1.0):
    """Return order days (a month each) of six years; from the change on so many times as often."""
    pace = np.where(np.arange(MONTHS) < CHANGE, 1.0, factor)
    if process == "regular":
        gaps = rng.choice([10, 15, 30, 45, 60], accounts)[:, None]
        reached = np.concatenate([[0.0], np.cumsum(pace * DAYS)])
        return np.diff(np.floor(reached / gaps + rng.random((accounts, 1))), axis=1)
    season = np.ones((accounts, YEAR))
    if "seasonal" in process:
        season = np.exp(rng.normal(0, 0.5, (accounts, YEAR)))
        season /= season.mean(axis=1, keepdims=True)
    return rng.poisson(float(process.split()[0]) / YEAR * np.tile(season, MONTHS // YEAR) * pace).astype(float)


def draw_each(rng, orders):
    """Return the day of every order, NaN where there is none, and a log-normal amount."""
    shape = (*orders.shape, max(int(orders.max()), 1))
    there = np.arange(shape[2]) < orders[..., None]
    days = (np.arange(MONTHS)[None, :, None] + rng.random(shape)) * DAYS
    return np.where(there, days, np.nan), np.where(there, np.exp(rng.normal(0, 0.6, shape)), 0.0)


def look_back(values, end):
    """Return 36 months before a month end, the last one first."""
    return values[:, end - 36 : end][:, ::-1]


def grow(revenue, rate):
    """Return what is bought by accounts that grow by a rate a year."""
    return revenue * (1 + rate) ** (np.arange(MONTHS) / YEAR)


def raise_falls(orders, revenue, growth=0.0):
    """Return which accounts raise below_rhythm, revenue_falls and loses_share on any month end."""
    raised = {name: np.zeros(len(orders), dtype=bool) for name in ("below_rhythm", "revenue_falls", "loses_share")}
    for end in LOOKS:
        days, money = look_back(orders, end), look_back(revenue, end)
        usual = usual_days(days, 2)
        known = usual.sum(axis=1) >= PLAYBOOK.trends.least_orders
        with np.errstate(divide="ignore", invalid="ignore"):
            fewer = days[:, :12].sum(axis=1) / usual.sum(axis=1) - 1
            grown = money[:, :12].sum(axis=1) / money[:, 12:24].sum(axis=1) - 1
        own = weigh_shortfall(money[:, :12], money[:, 12:24])
        behind = weigh_shortfall(money[:, :12], (1 + growth) * money[:, 12:24])
        rhythm = weigh_shortfall(days[:, :12], usual) <= limit_of("below_rhythm", "orders_swings")
        falls = (own <= limit_of("revenue_falls", "revenue_swings")) & (grown < limit_of("revenue_falls", "revenue_growth"))
        share = (behind <= limit_of("loses_share", "relative_swings")) & (own > limit_of("loses_share", "revenue_swings"))
        raised["below_rhythm"] |= known & rhythm & (fewer < limit_of("below_rhythm", "orders_change"))
        raised["revenue_falls"] |= known & falls
        raised["loses_share"] |= known & share & (grown - growth < limit_of("loses_share", "relative_growth"))
    return raised


def raise_forecast(rng, orders, revenue, asked=1.0):
    """Return which accounts raise each alarm of a forecast on any month end of the last year, which is the fiscal one.

    Who forecasts knows what the account bought in the same months of five years, and is off by a tenth.
    """
    expected = revenue[:, :CHANGE].reshape(len(revenue), -1, YEAR).mean(axis=1)
    expected = expected * np.exp(rng.normal(0, 0.1, (len(revenue), 1))) * asked
    hit = {name: np.zeros(len(revenue), dtype=bool) for name in FORECASTS}
    for end in LOOKS[:-1]:
        past, money = end - CHANGE, look_back(revenue, end)
        rest, before = expected[:, past:].sum(axis=1), revenue[:, end - YEAR : CHANGE].sum(axis=1)
        gap = money[:, :past].sum(axis=1) + rest - money[:, :12].sum(axis=1)
        above = weigh_forecast(gap, money[:, :12], money[:, 12:24]) >= limit_of("forecast_above_pace", "forecast_swings")
        known = usual_days(look_back(orders, end), 2).sum(axis=1) >= PLAYBOOK.trends.least_orders
        with np.errstate(divide="ignore", invalid="ignore"):
            grows = (rest / before - 1 > limit_of("forecast_above_pace", "rest_growth")) & (before > 0)
        hit["forecast_above_pace"] |= known & above & grows
        spans = find_spans(money, YEAR - past)
        most, least = spans.max(axis=1), spans.min(axis=1)
        hit["forecast_beyond_best"] |= (most > 0) & (rest >= limit_of("forecast_beyond_best", "rest_to_most") * most)
        hit["forecast_nearly_invoiced"] |= (least > 0) & (rest < limit_of("forecast_nearly_invoiced", "rest_to_least") * least)
    return hit


def raise_silence(days):
    """Return which accounts are silent on any month end, by the pauses of the three years before."""
    ordered = np.sort(days.reshape(len(days), -1), axis=1)
    ordered = ordered[:, : np.isfinite(ordered).sum(axis=1).max()]
    hit = np.zeros(len(days), dtype=bool)
    for end in LOOKS:
        seen = (ordered <= end * DAYS) & (ordered > (end - 36) * DAYS)
        pauses = np.where(seen[:, 1:] & seen[:, :-1], np.diff(ordered, axis=1), 0.0)
        count, last = seen.sum(axis=1) - 1, np.where(seen, ordered, -np.inf).max(axis=1)
        longest, mean = pauses.max(axis=1), pauses.sum(axis=1) / np.maximum(count, 1)
        limit = limit_pause(pd.Series(longest), pd.Series(mean), PLAYBOOK.trends).to_numpy()
        hit |= (end * DAYS - last > limit) & (count >= PLAYBOOK.trends.least_pauses)
    return hit


def draw_lateness(rng, paying, due):
    """Return by how many days the payment of every invoice is late, NaN where there is none."""
    if paying == "payment runs":
        return np.round(np.ceil((due + rng.normal(0, 2, due.shape)) / DAYS) * DAYS - due)
    level, scatter = np.zeros(due.shape[:2]), 8
    if paying == "AR(0.8)":
        scatter, level[:, 0] = 3, rng.normal(0, 8, len(level))
        for month in range(1, MONTHS):
            level[:, month] = 0.8 * level[:, month - 1] + rng.normal(0, 8 * 0.6, len(level))
    return np.round(5 + level[..., None] + rng.normal(0, scatter, due.shape) + 0 * due)


def keep_near(late):
    """Return lateness with what is forgotten counted as near as the workbook counts it, by what was due before the change."""
    before, asked = late[:, :CHANGE].reshape(len(late), -1), PLAYBOOK.payment
    usual = _part_of(before, 0.5)[:, None]
    most = np.maximum(asked.forgotten_scatters * _part_of(np.abs(before - usual), 0.5)[:, None], asked.forgotten_days)
    return np.clip(late, (usual - most)[..., None], (usual + most)[..., None])


def raise_drift(due, late, looks):
    """Return which accounts raise pays_later_than_before on any of the month ends."""
    near, reach, hit = keep_near(late), PLAYBOOK.payment.drift_months, np.zeros(len(due), dtype=bool)
    days, payments = np.nansum(near, axis=2), np.isfinite(near).sum(axis=2).astype(float)
    for end in looks:
        seen = days[:, end - reach : end].copy()  # what is not paid yet is as late as it is by now
        seen[:, -4:] = np.nansum(np.minimum(near[:, end - 4 : end], end * DAYS - due[:, end - 4 : end]), axis=2)
        hit |= find_drift(seen[:, ::-1], payments[:, end - reach : end][:, ::-1], PLAYBOOK.payment).is_clear == 1
    return hit


def raise_owing(due, late, amounts, looks):
    """Return which accounts raise owes_longer_than_usual on any of the month ends; terms are a month."""
    asked, paid = PLAYBOOK.payment, due + late
    before = late[:, CHANGE - asked.history_months : CHANGE].reshape(len(late), -1)
    usual = np.where(np.isfinite(before).sum(axis=1) >= asked.least_payments, _part_of(before, asked.later_part), np.inf)
    behind = due + np.maximum(np.ceil(usual), 0)[:, None, None]
    money, items = _open_at(behind, paid, amounts), _open_at(behind, paid, (amounts > 0) * 1.0)
    owed = _open_at(due - DAYS, paid, amounts)
    hit = np.zeros(len(due), dtype=bool)
    for end in looks:
        most = money[:, end - asked.later_months : end].max(axis=1)
        is_more = money[:, end] >= limit_of("owes_longer_than_usual", "later_times") * most - 1e-9
        is_much = money[:, end] > limit_of("owes_longer_than_usual", "later_share") * owed[:, end]
        hit |= is_more & is_much & (items[:, end].round(6) >= limit_of("owes_longer_than_usual", "later_items"))
    return hit


def _part_of(values, part):
    """Return the day by which such a part of each row lies."""
    ordered, count = np.sort(values, axis=1), np.isfinite(values).sum(axis=1)
    place = part * np.maximum(count - 1, 0)
    low, rows = np.floor(place).astype(int), np.arange(len(values))
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    return ordered[rows, low] + (place - low) * (ordered[rows, high] - ordered[rows, low])


def _open_at(since, until, amounts):
    """Return what is open of amounts at each month end (0 the first one), where each is so from a day to another."""
    there = (amounts > 0) & (until > since)
    rows = np.broadcast_to(np.arange(len(since))[:, None, None], since.shape)[there]
    ends = [np.clip(np.ceil(each[there] / DAYS), 0, MONTHS + 1).astype(int) for each in (since, until)]
    begun, over = (np.bincount(rows * (MONTHS + 2) + end, amounts[there], len(since) * (MONTHS + 2)) for end in ends)
    return np.cumsum((begun - over).reshape(len(since), MONTHS + 2), axis=1)


def raise_disintegrating(rng, revenue, left=1.0, factor=1.0):
    """Return which accounts are coming apart on any month end: eight people met twice a year each, wallets restated by 3 %."""
    accounts, rules = len(revenue), STAGES.disintegrating
    pace = np.where(np.arange(MONTHS) < CHANGE, 2.0, 2.0 * left) / YEAR
    met = rng.poisson(pace, (accounts, 8, MONTHS)) > 0
    money = revenue * np.where(np.arange(MONTHS) < CHANGE, 1.0, factor)
    stated = np.cumprod(1 + rng.normal(0, 0.03, (accounts, MONTHS // YEAR)), axis=1)
    wallet = 3 * revenue[:, :24].sum(axis=1)[:, None] / 2 * stated
    looks = [_bond(met, money, wallet, end) for end in LOOKS]
    index = pd.RangeIndex(accounts * len(looks)).astype(str).rename("account_id")
    people, now, before = (pd.concat([look[part] for look in looks], ignore_index=True).set_index(index) for part in (1, 2, 3))
    periods = [pd.concat([look[0][ago] for look in looks], ignore_index=True).set_index(index) for ago in range(3)]
    found = find_declines(Bonds(periods, people, now, before), pd.Series(0.0, index), rules)
    return (judge_disintegration(found, index, rules).to_numpy() == 1).reshape(len(looks), accounts).any(axis=0)


def _bond(met, money, wallet, end):
    """Return periods, people lost and gained, and revenue by month of a month end, as `Bonds` has them."""
    backs = (end, end - 6, end - 12)
    reached = [met[:, :, back - 12 : back].any(axis=2) for back in backs]
    sums, stated = [money[:, back - 12 : back].sum(axis=1) for back in backs], [wallet[:, (back - 1) // YEAR] for back in backs]
    periods = [
        pd.DataFrame({"people_reached": who.sum(axis=1) * 1.0, "share_of_wallet": bought / spend, "revenue_ltm": bought})
        for who, bought, spend in zip(reached, sums, stated, strict=True)
    ]
    lost, gained = (reached[2] & ~reached[0]).sum(axis=1), (reached[0] & ~reached[2]).sum(axis=1)
    months = look_back(money, end)
    people = pd.DataFrame({"lost": lost * 1.0, "gained": gained * 1.0})
    return periods, people, pd.DataFrame(months[:, :12]), pd.DataFrame(months[:, 12:24])


def measure_rates(seed=SEED, accounts=ACCOUNTS):
    """Return, by alarm and process, the part of stable accounts that raise it in a year and of changed ones that do."""
    rates = {}
    for number, process in enumerate(TRADE):
        rng = np.random.default_rng([seed, number])
        orders, halved = draw_orders(rng, process, accounts), draw_orders(rng, process, accounts, 0.5)
        due, amounts = draw_each(rng, orders)
        raised = _raise_trade(rng, orders, halved, due, amounts.sum(axis=2))
        rates |= {(name, process + told): seen for (name, told), seen in raised.items()}
        for paying in PAYING:
            late = draw_lateness(rng, paying, due)
            changed = due >= CHANGE * DAYS
            drifts = raise_drift(due, late, LOOKS), raise_drift(due, late + 20 * changed, SOON)
            owing = raise_owing(due, late, amounts, LOOKS), raise_owing(due, np.where(changed, 999, late), amounts, SOON)
            rates |= {("pays_later_than_before", f"{process}; {paying}"): drifts}
            rates |= {("owes_longer_than_usual", f"{process}; {paying}"): owing}
        honest, twice, quarter = (raise_forecast(rng, orders, amounts.sum(axis=2), times) for times in (1.0, 2.0, 0.25))
        changed = dict.fromkeys(FORECASTS, twice) | {"forecast_nearly_invoiced": quarter}
        rates |= {(name, process): (honest[name], changed[name][name]) for name in FORECASTS}
    return {key: np.array([each.mean() for each in both]) for key, both in rates.items()}


def _raise_trade(rng, orders, halved, days, revenue):
    """Return by alarm, and what customers do, which stable and which changed accounts raise it."""
    down, half = revenue * np.where(np.arange(MONTHS) < CHANGE, 1, 0.7), draw_each(rng, halved)[1].sum(axis=2)
    stable, fewer, less = raise_falls(orders, revenue), raise_falls(halved, half), raise_falls(orders, down)
    stays = raise_falls(orders, revenue, 0.3)
    raised = {
        ("below_rhythm", ""): (stable["below_rhythm"], fewer["below_rhythm"]),
        ("revenue_falls", ""): (stable["revenue_falls"], less["revenue_falls"]),
        ("loses_share", ""): (stable["loses_share"], stays["loses_share"]),
        ("silent", ""): (raise_silence(days), raise_silence(np.where(days > CHANGE * DAYS, np.nan, days))),
        ("disintegrating", ""): (raise_disintegrating(rng, revenue), raise_disintegrating(rng, revenue, 0.25, 0.7)),
    }
    for rate in (0.2, -0.2):
        with_it, without = (raise_falls(orders, grow(revenue, each), rate)["loses_share"] for each in (rate, rate - 0.3))
        raised["loses_share", f"; customers {rate:+.0%}".replace("%", " %")] = with_it, without
    return raised


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
        "the same against the year before, grown as the customer grew: more than 5 points behind and 3.1 swings, where revenue "
        "does not fall by itself", "order days",
        "the customer grows by 30 % (by 20 %, shrinks by 20 %) and we stay as we are (10 % less, 50 % less), within twelve "
        "months; where it shrinks, that is revenue_falls",
    ),
    "forecast_above_pace": (
        "the forecast asks over 15 % more of the rest of the fiscal year than the same months brought a year before, and the "
        "year would be above the last twelve months by 3.1 swings of a year", "order days",
        "a forecast that asks twice what the account bought in such months over five years; an honest one is off by a tenth",
    ),
    "forecast_beyond_best": (
        "the forecast asks at least 1.25 times as much of the rest of the fiscal year as as many months in a row ever brought, "
        "over up to three years", "the most that they brought",
        "a forecast that asks twice what the account bought in such months over five years; an honest one is off by a tenth",
    ),
    "forecast_nearly_invoiced": (
        "the forecast leaves less than half as much for the rest of the fiscal year as as many months in a row brought at least, "
        "over up to three years, where they always brought something", "the least that they brought",
        "a forecast that leaves a quarter of what the account bought in such months over five years; an honest one is off by a "
        "tenth",
    ),
    "silent": (
        "no order for more than 180 days, and than 2.5 times the longest pause, or the longest and 6 mean ones", "pauses",
        "orders stop, seen within twelve months",
    ),
    "pays_later_than_before": (
        "mean lateness of what was due in four months against all months before, or of two months, up to a month ago, against "
        "those just before: by five days, and so far off as chance makes it once in 400 times, by how far off such months were "
        "before; or a line says nine tenths of nine spans of four months", "payments, both",
        "+20 days in the last four months, seen within them",
    ),
    "owes_longer_than_usual": (
        "at least three invoices, over a third of what is open, and half as much again as at any month end of two years before "
        "is open past the day by which 19 of 20 payments of the account come", "invoices",
        "nothing that falls due is paid any more, seen within four months",
    ),
    "disintegrating": (
        "two of: people lost (3 and none gained, or as rare), revenue behind the customer's growth by 1.4 swings, share of "
        "wallet down by a tenth while the wallet grew by a tenth", "people, order days",
        "people met a quarter as often and revenue -30 %, within twelve months",
    ),
}  # fmt: skip
"""Of each alarm: its rule, what stands beside it on the page, and the change that is to be seen."""

HEAD = """# Alarms, and how often they are wrong

Every alarm is held against the account's own past: a *swing* is how much the months of that account differ by themselves, from
year to year; lateness is held against how far off it was before. Of 1,000 accounts that do not change, simulated by
`benchmarks/alarms.py` (which writes this page), at most 5 % raise an alarm on any of the twelve month ends of a year. Beside it
is how many of 1,000 accounts that do change raise it. Where an account has too few orders or payments, nothing is said: a low
detection is the price of that. The thresholds are in `data/playbook.toml` and `data/stages.toml`. Orders are regular (every 10 to
60 days), or come by chance (so many a year); amounts differ by a factor of two or so; wallets are stated anew by 3 % a year;
lateness scatters by 8 days, or comes of payment runs once a month, or drifts (AR of 0.8 from month to month, by 8 days in all).
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
## What these rules do not see

Six orders a year are too few to tell a fall of a third, or of a half in most cases; nor are twenty days seen there in most. From
24 payments a year on they are, and of regular payers from twelve; of lateness that drifts by itself from month to month (AR), at
24 a year in about half the cases, at 100 in most. Five years of payments were there to go by; with three, drifting lateness hides
twenty days in most cases.

What compares two stated numbers or dates (a deal past its date, a budget above last year, a target missed, a goal that nobody
serves) is a fact and no alarm: it has no rate.
"""


if __name__ == "__main__":
    PAGE.write_text(describe_alarms(measure_rates()), encoding="utf-8")
