"""The indicators once more, account by account in plain Python, written from their definitions and not from the queries."""

import math
import re
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd

NAN = float("nan")
TWO_WAY = {
    "meeting", "visit", "call", "phone", "phone call", "video", "video call", "workshop", "review", "lunch",
    "dinner", "trade fair",
}  # fmt: skip
DATES = {
    "date", "due_date", "paid_date", "listed_on", "customer_since", "created", "closed", "stated_on", "left_on", "expected_close",
    "due", "agreed_on", "signed_on", "expires", "notice_by",
}  # fmt: skip


def months_before(day, months):
    """The same day `months` earlier, the month's last where there is no such day."""
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def months_between(day, end):
    """Whole months of the calendar from a day to a later one, and the part of the next that has gone by."""
    after = lambda months: (pd.Timestamp(day) + pd.DateOffset(months=months)).date()  # noqa: E731
    whole = next(months for months in range(1, 10_000) if after(months) > end) - 1
    return whole + (end - after(whole)).days / (after(whole + 1) - after(whole)).days


def month_edge(day, months):
    """Where a month ends, counted back from the day; at the end of the month if the day is, but the window of a year is exact."""
    before = pd.Timestamp(months_before(day, months))
    ends_month = pd.Timestamp(day).is_month_end and months % 12
    return (before + pd.offsets.MonthEnd(0)).date() if ends_month else before.date()


def oracle(as_of, fiscal_year_start=1, **tables):
    seen = {name: see(pd.DataFrame(rows), name, as_of) for name, rows in tables.items()}
    accounts = sorted({key for name in ("accounts", "invoices", "open_items", "opportunities") for key in ids(seen.get(name))})
    facts = {account: measure(account, seen, tables, as_of, fiscal_year_start) for account in accounts}
    return pd.DataFrame.from_dict(facts, orient="index").rename_axis("account_id").astype(float)


def ids(frame):
    return set() if frame is None or frame.empty else set(frame["account_id"].dropna())


def see(frame, name, as_of):
    """The rows that were there on the day, with what was not yet known taken out."""
    frame = frame.copy()
    for column in DATES & set(frame):
        frame[column] = [None if pd.isna(value) else pd.Timestamp(value).date() for value in frame[column]]
    event = {"invoices": "date", "interactions": "date", "open_items": "listed_on", "wallet": "stated_on"}
    event |= {"targets": "stated_on", "opportunities": "created", "objectives": "agreed_on"}
    if event.get(name) in frame:
        frame = frame[[day is None or day <= as_of for day in frame[event[name]]]]
    if name == "open_items" and len(frame):
        frame = frame[frame["listed_on"] == max(frame["listed_on"])]
    for column, others in {"paid_date": (), "left_on": (), "signed_on": (), "closed": ("outcome", "won_amount")}.items():
        if column in frame:
            later = np.array([day is not None and day > as_of for day in frame[column]], dtype=bool)
            for other in {column, *others} & set(frame):
                frame[other] = frame[other].astype(object)
                frame.loc[later, other] = None
    return frame.astype(object).where(frame.notna(), None)


def given(read, seen, table, *columns):
    if table not in read or seen[table] is None or len(seen[table]) == 0:
        return False
    frame = pd.DataFrame(read[table])
    return all(column in frame and frame[column].notna().any() for column in columns)


def rows_of(seen, table, account):
    frame = seen.get(table)
    if frame is None or len(frame) == 0:
        return []
    return [row for row in frame.to_dict("records") if row.get("account_id") == account]


def covered(invoices, start, as_of):
    """Days without an invoice at either end are forgiven up to the widest gap of the table, 31 at most."""
    days = sorted({row["date"] for row in invoices})
    slack = min(max([(b - a).days for a, b in pairwise(days)], default=0), 31)
    return (days[0] - start).days <= slack and (as_of - days[-1]).days <= slack


def divide(a, b):
    return a / b if b > 0 else NAN


def measure(account, seen, read, as_of, fiscal_year_start):
    year_ago, two_ago = months_before(as_of, 12), months_before(as_of, 24)
    fiscal = date(as_of.year - (as_of.month < fiscal_year_start), fiscal_year_start, 1)
    has = lambda table, *columns: given(read, seen, table, *columns)  # noqa: E731
    every = seen["invoices"].to_dict("records") if has("invoices") else []
    reaches = lambda start: bool(every) and covered(every, start, as_of)  # noqa: E731
    some = bool(every) and max(row["date"] for row in every) > year_ago
    year, two_years, to_date = (reaches(day) for day in (year_ago + timedelta(1), two_ago + timedelta(1), fiscal))
    lines = rows_of(seen, "invoices", account)
    ltm = [row for row in lines if row["date"] > year_ago]
    prior = [row for row in lines if two_ago < row["date"] <= year_ago]
    total = lambda some_lines: float(sum(row["amount"] for row in some_lines))  # noqa: E731
    facts = {}

    master = (rows_of(seen, "accounts", account) or [{}])[0]
    known = lambda value: NAN if value is None else value  # noqa: E731
    wallet = wallet_of(rows_of(seen, "wallet", account), as_of)[1] if has("wallet") else NAN
    spend = known(master.get("annual_spend"))
    facts["accessible_spend"] = wallet if math.isnan(spend) else spend
    facts["annual_spend"], facts["own_growth"] = known(master.get("annual_spend")), known(master.get("own_growth"))
    facts["revenue_ltm"] = total(ltm) if some else NAN
    facts["revenue_prior"] = total(prior) if two_years else NAN
    facts["revenue_growth"] = divide(total(ltm), total(prior)) - 1 if two_years else NAN
    facts["relative_growth"] = facts["revenue_growth"] - facts["own_growth"]

    edges = [month_edge(as_of, month) for month in range(25)]
    within = lambda month: [row for row in lines if edges[month + 1] < row["date"] <= edges[month]]  # noqa: E731
    monthly = np.array([total(within(month)) for month in range(24)])
    facts["revenue_volatility"] = divide(monthly.std(), monthly.mean()) if two_years else NAN
    active = [any(row["amount"] > 0 for row in within(month)) for month in range(12)]
    facts["months_active"] = sum(active) if some else NAN
    facts["quarters_active"] = sum(any(active[first : first + 3]) for first in (0, 3, 6, 9)) if some else NAN

    days = sorted({row["date"] for row in lines if row["amount"] > 0})
    before = [day for day in days if day <= year_ago]
    reach = (year_ago - before[0]).days if before else 0
    enough = len(before) >= 4 and year
    usual = round((len(before) - 1) * (as_of - year_ago).days / reach, 6) if enough else NAN
    facts["order_regularity"] = min(1, (len(days) - len(before)) / max(math.floor(usual), 1)) if enough else NAN
    since = master.get("customer_since")
    stated = since if since and since <= as_of else None
    since = stated or (days[0] if days else None)
    told = since and (has("accounts", "customer_since") or every)
    facts["tenure_at_least"] = (as_of - since).days / 365.25 if told else NAN
    begins_with_it = not stated and days and (days[0] - min(row["date"] for row in every)).days <= 45
    facts["tenure"] = NAN if begins_with_it else facts["tenure_at_least"]
    facts["days_since_invoice"] = (as_of - days[-1]).days if days and some else NAN

    costs = [row.get("cost") for row in ltm]
    margin = total(ltm) - sum(costs) if has("invoices", "cost") and some and None not in costs else NAN
    facts["gross_margin"], facts["margin_ltm"] = divide(margin, total(ltm)), margin
    offered = {}
    for row in ltm:
        if row.get("offering_id") is not None:
            offered[row["offering_id"]] = offered.get(row["offering_id"], 0) + row["amount"]
    bought = [round(amount, 6) for amount in offered.values() if round(amount, 6) > 0]
    with_offerings = has("invoices", "offering_id") and some
    unnamed = not bought and round(total(ltm), 6) > 0
    facts["offerings_bought"] = len(bought) if with_offerings and not unnamed else NAN
    facts["offering_concentration"] = sum((amount / sum(bought)) ** 2 for amount in bought) if with_offerings and bought else NAN

    low, likely, high = wallet_of(rows_of(seen, "wallet", account), as_of)
    for name, size, column in (("", likely, "likely"), ("_low", high, "high"), ("_high", low, "low")):
        facts[f"share_of_wallet{name}"] = divide(total(ltm), size) if has("wallet", column) and some else NAN

    rivals = rivals_of(rows_of(seen, "wallet", account), as_of)
    told = not any(math.isnan(sold) for sold in rivals.values())
    ranked = has("wallet", "competitor", "competitor_share", "likely") and some and rivals and told
    facts["supplier_rank"] = 1 + sum(sold > total(ltm) for sold in rivals.values()) if ranked else NAN
    facts |= binding(account, seen, has, as_of)

    facts |= owing(account, seen, read, has, lines, monthly, total(ltm), as_of, year_ago, year)
    facts |= touching(account, seen, has, as_of, year_ago)
    facts |= selling(account, seen, has, as_of)

    ytd = total([row for row in lines if row["date"] >= fiscal])
    stated = rows_of(seen, "targets", account)
    whole, so_far = targets_of(stated, fiscal, as_of)
    margin_whole, margin_so_far = targets_of(stated, fiscal, as_of, measure="margin")
    spent = [row.get("cost") for row in lines if row["date"] >= fiscal]
    earned = ytd - sum(spent) if has("invoices", "cost") and to_date and None not in spent else NAN
    known = has("targets", "account_id")
    facts["revenue_ytd"], facts["margin_ytd"] = ytd if to_date else NAN, earned
    facts["target_year"], facts["target_to_date"] = (whole, so_far) if known else (NAN, NAN)
    facts["gap_to_target"] = facts["revenue_ytd"] - facts["target_to_date"]
    facts["ytd_target_attainment"] = divide(ytd, so_far) if to_date and known else NAN
    facts["forecast_year"] = targets_of(stated, fiscal, as_of, kind="forecast")[0] if known else NAN
    facts["margin_target_year"], facts["margin_target_to_date"] = (margin_whole, margin_so_far) if known else (NAN, NAN)
    facts["margin_gap_to_target"] = earned - facts["margin_target_to_date"]
    facts["margin_forecast_year"] = targets_of(stated, fiscal, as_of, "margin", "forecast")[0] if known else NAN
    return facts


def wallet_of(rows, as_of):
    rows = [row for row in rows if row["year"] <= as_of.year]
    rows = [row for row in rows if row["year"] == max(each["year"] for each in rows)]
    parts = {}
    for row in rows:
        parts.setdefault(row.get("offering_id"), []).append(row)
    if None in parts:
        parts = {None: parts[None]}
    ends = []
    for part in parts.values():
        newest = max(row.get("stated_on") or date.min for row in part)
        part = [row for row in part if (row.get("stated_on") or date.min) == newest]
        ends.append(
            [max((row.get(end) for row in part if row.get(end) is not None), default=NAN) for end in ("low", "likely", "high")]
        )
    return [sum(column) for column in zip(*ends, strict=True)] or [NAN] * 3


def rivals_of(rows, as_of):
    rows = [row for row in rows if row["year"] <= as_of.year]
    rows = [row for row in rows if row["year"] == max(each["year"] for each in rows)]
    sold = {}
    told = [row for row in rows if row.get("competitor") is not None and row.get("competitor_share") is not None]
    latest = {row.get("offering_id"): date.min for row in rows}
    for row in rows:
        latest[row.get("offering_id")] = max(latest[row.get("offering_id")], row.get("stated_on") or date.min)
    told = [row for row in told if (row.get("stated_on") or date.min) == latest[row.get("offering_id")]]
    whole = [row for row in told if row.get("offering_id") is None]
    for row in whole or told:
        likely = NAN if row["likely"] is None else row["likely"]
        sold[row["competitor"]] = sold.get(row["competitor"], 0) + likely * row["competitor_share"]
    return sold


def binding(account, seen, has, as_of):
    facts = {"forward_months": NAN, "joint_objectives": NAN}
    if has("documents", "kind", "signed_on") and (has("documents", "expires") or has("documents", "notice_by")):
        signed = [row for row in rows_of(seen, "documents", account) if row.get("kind") == "contract" and row.get("signed_on")]
        ends = [row.get("expires") or row.get("notice_by") for row in signed if row["signed_on"] <= as_of]
        facts["forward_months"] = max([months_between(as_of, end) for end in ends if end and end >= as_of], default=0)
    if has("objectives", "agreed_on", "due"):
        agreed = [row for row in rows_of(seen, "objectives", account) if row.get("agreed_on")]
        facts["joint_objectives"] = sum((row.get("due") or as_of) >= as_of for row in agreed)
    return facts


def disputing(account, seen, has, lines, absent):
    bills = {row.get("invoice_id") for row in lines if row.get("disputed")} - {None}
    if has("open_items", "invoice_id") and any(seen["open_items"]["invoice_id"].notna()):
        return (
            NAN
            if absent
            else sum(row["open_amount"] for row in rows_of(seen, "open_items", account) if row["invoice_id"] in bills)
        )
    if not has("invoices", "paid_date"):
        return NAN
    unpaid = [row for row in lines if row["paid_date"] is None]
    return sum(row["amount"] for row in unpaid if row.get("disputed") or row.get("invoice_id") in bills)


def owing(account, seen, read, has, lines, monthly, revenue, as_of, year_ago, year):
    absent = False
    if has("open_items"):
        mine = rows_of(seen, "open_items", account)
        absent = not mine and not lists_all(read["open_items"], seen["open_items"], as_of)
        unpaid = [(row["open_amount"], due_of(row, "open_amount", as_of)) for row in mine]
    elif has("invoices", "paid_date"):
        unpaid = [(row["amount"], due_of(row, "amount", as_of)) for row in lines if row["paid_date"] is None]
    else:
        unpaid = None
    facts = dict.fromkeys(
        ["receivables_open", "receivables_overdue", "days_late", "late_share", "dso_simple", "dso_countback", "dso_best",
         "days_delinquent", "disputed_open", "cost_of_credit"], NAN,
    )  # fmt: skip
    if has("invoices", "disputed"):
        facts["disputed_open"] = disputing(account, seen, has, lines, absent)
    if has("invoices", "paid_date") and year:
        open_days = [max(((row["paid_date"] or as_of) - max(row["date"], year_ago)).days, 0) for row in lines]
        facts["cost_of_credit"] = sum(row["amount"] * days for row, days in zip(lines, open_days, strict=True)) * 0.08 / 365
    if unpaid is not None and not absent:
        owed = round(sum(amount for amount, _ in unpaid), 6)
        facts["receivables_open"] = owed
        if (has("open_items", "due_date") or has("invoices", "due_date")) and all(due for _, due in unpaid):
            facts["receivables_overdue"] = sum(amount for amount, due in unpaid if due < as_of)
        if year:
            late, bare = facts["receivables_overdue"], owed
            if has("open_items"):
                nets = net_of(mine, lines)
                bare = round(sum(nets), 6)
                overdue = sum(net for net, (_, due) in zip(nets, unpaid, strict=True) if due and due < as_of)
                late = NAN if math.isnan(late) else overdue
            facts["dso_simple"] = divide(max(bare, 0) * 365, revenue)
            facts["dso_countback"] = NAN if math.isnan(bare) else count_back(max(bare, 0), monthly)
            facts["dso_best"] = divide(max(round(bare - late, 6), 0) * 365, revenue) if not math.isnan(bare - late) else NAN
            facts["dso_simple"] = NAN if math.isnan(bare) else facts["dso_simple"]
            facts["days_delinquent"] = facts["dso_simple"] - facts["dso_best"]
    if has("invoices", "paid_date") and has("invoices", "due_date"):
        paid = [
            (row["amount"], max(0, (row["paid_date"] - row["due_date"]).days))
            for row in lines
            if row["amount"] > 0 and row["paid_date"] and row["paid_date"] > year_ago and row.get("due_date")
        ]
        amount = sum(amount for amount, _ in paid)
        facts["days_late"] = divide(sum(amount * late for amount, late in paid), amount)
        facts["late_share"] = divide(sum(amount for amount, late in paid if late), amount)
    return facts


def due_of(row, amount, as_of):
    """A credit without due date is not due."""
    return row.get("due_date") or (as_of if row[amount] < 0 else None)


def lists_all(read, latest, as_of):
    """A listing of one row proves nothing of accounts that are not in it, nor one in which nothing of earlier ones stands."""
    if len(latest) < 2:
        return False
    item = lambda row: (row["account_id"], row.get("invoice_id") or row.get("due_date") or row["open_amount"])  # noqa: E731
    every = [row for row in see(pd.DataFrame(read), "listings", as_of).to_dict("records") if row["listed_on"] <= as_of]
    earlier = {item(row) for row in every if row["listed_on"] < max(each["listed_on"] for each in every)}
    return not earlier or bool(earlier & {item(row) for row in latest.to_dict("records")})


def net_of(items, lines):
    """Each line of the ledger without VAT: by the invoice that it names, at the rate by which most lines exceed theirs."""
    sold = {}
    for line in lines:
        if line.get("invoice_id") is not None:
            sold[line["invoice_id"]] = sold.get(line["invoice_id"], 0) + float(line["amount"])
    ratios = {}
    for row in items:
        net = sold.get(row.get("invoice_id"), 0)
        ratio = row["open_amount"] / net if net else 0
        if 0.999 <= ratio <= 1.5:
            ratios[round(ratio, 3)] = ratios.get(round(ratio, 3), 0) + 1
    own = max(ratios, key=lambda ratio: (ratios[ratio], ratio), default=NAN)
    found = []
    for row in items:
        net = sold.get(row.get("invoice_id"), 0)
        share = row["open_amount"] / (net * own) if net else NAN
        found.append(net * (1 if share >= 0.999 else share))
    return found


def count_back(balance, monthly):
    if balance == 0:
        return 0
    gone = 0.0
    for month, sales in enumerate(monthly):
        if round(gone + sales, 6) >= balance:
            return 30 * (month + (balance - gone) / sales)
        gone += sales
    return NAN


def touching(account, seen, has, as_of, year_ago):
    facts = {}
    mine = rows_of(seen, "interactions", account)
    facts["interactions_ltm"] = sum(row["date"] > year_ago for row in mine) if has("interactions") else NAN
    facts["days_since_interaction"] = (
        min(((as_of - row["date"]).days for row in mine), default=NAN) if has("interactions") else NAN
    )
    meetings = seen["interactions"].to_dict("records") if has("interactions") else []
    reached, pairs = [], set()
    for person in rows_of(seen, "contacts", account):
        if person.get("left_on") is not None:
            continue
        met = [row for row in meetings if row.get("contact_id") == person["contact_id"] and row["date"] > year_ago]
        spoken = any((row.get("channel") or "").strip().lower() in TWO_WAY for row in met)
        if spoken or {"us", "customer"} <= {row.get("initiated_by") for row in met}:
            reached.append(person)
        if person.get("level") in ("senior", "board"):
            pairs |= {
                (row.get("our_person") or "", person["contact_id"]) for row in met if row.get("our_level") in ("senior", "board")
            }
    can_reach = (
        has("contacts")
        and has("interactions", "contact_id")
        and (has("interactions", "channel") or has("interactions", "initiated_by"))
    )
    facts["people_reached"] = len(reached) if can_reach else NAN
    for name, column in (("functions_reached", "function"), ("levels_reached", "level")):
        found = len({person.get(column) for person in reached} - {None})
        unknown = reached and not found
        facts[name] = found if can_reach and has("contacts", column) and not unknown else NAN
    can_pair = has("contacts", "level") and has("interactions", "contact_id", "our_level")
    board = sum(person.get("level") == "board" for person in reached)
    no_level = reached and not any(person.get("level") for person in reached)
    facts["board_reached"] = board if can_reach and has("contacts", "level") and not no_level else NAN
    facts["executive_pairs"] = len(pairs) if can_pair else NAN
    return facts


def selling(account, seen, has, as_of):
    deals = rows_of(seen, "opportunities", account)
    still = [row for row in deals if row.get("outcome") == "open" or (row.get("outcome") is None and row.get("closed") is None)]
    stated = [row["amount"] for row in still if row.get("amount") is not None]
    both = [row["amount"] * row["probability"] for row in still if None not in (row.get("amount"), row.get("probability"))]
    after = months_before(as_of, 24)
    ended = [row["outcome"] for row in deals if row.get("closed") and row["closed"] > after and row["outcome"] in ("won", "lost")]
    with_amount, with_chance = has("opportunities", "amount"), has("opportunities", "amount", "probability")
    return {
        "open_pipeline": (sum(stated) if stated or not still else NAN) if with_amount else NAN,
        "weighted_pipeline": (sum(both) if both or not still else NAN) if with_chance else NAN,
        "win_rate": divide(ended.count("won"), len(ended)) if has("opportunities", "outcome", "closed") else NAN,
    }


def targets_of(rows, fiscal, as_of, measure="revenue", kind="target"):
    rows = [row for row in rows if row["measure"] == measure and row["kind"] == kind]
    stated = {}
    for period in {row["period"] for row in rows}:
        same = [row for row in rows if row["period"] == period]
        newest = max(row.get("stated_on") or date.min for row in same)
        stated[period] = sum(row["amount"] for row in same if (row.get("stated_on") or date.min) == newest)
    starts = [(pd.Timestamp(fiscal) + pd.DateOffset(months=month)).date() for month in range(13)]
    grains = {
        12: {str(fiscal.year): 0},
        3: {f"{fiscal.year}-Q{quarter + 1}": 3 * quarter for quarter in range(4)},
        1: {f"{starts[month]:%Y-%m}": month for month in range(12)},
    }
    whole, so_far = [], []
    for length, periods in grains.items():
        begun = {period: month for period, month in periods.items() if starts[month] <= as_of}
        if periods.keys() <= stated.keys():
            whole.append(sum(stated[period] for period in periods))
        if begun.keys() <= stated.keys():
            so_far.append(
                sum(stated[period] * passed(starts[month], starts[month + length], as_of) for period, month in begun.items())
            )
    assert all(re.fullmatch(r"\d{4}(-Q[1-4]|-\d\d)?", period) for period in stated)
    return (whole or [NAN])[0], (so_far or [NAN])[-1]


def passed(start, end, as_of):
    return min(1, ((as_of - start).days + 1) / (end - start).days)
