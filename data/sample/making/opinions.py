"""Time spent with accounts, and what people think of us."""

from datetime import date, timedelta

import numpy as np

from making.profiles import ACCOUNTS, PEOPLE, PROFILES, between, draw, manager_name, month_start, on_workday, progress, rival

CRITERIA = {"product_quality": 0.5, "service_response": 0.1, "price_value": -0.8, "trust": 0.3}
HOURS = {"call": 0.5, "mail": 0.25, "video": 1, "visit": 5, "workshop": 8}
RATED = {"account_manager": (5, 20), "colleague": (5, 26), "customer": (4, 14)}  # month and day of each round


def make_interactions(contacts):
    rows = [row for account in ACCOUNTS for row in account_interactions(account, team_of(account, contacts))]
    return sorted(rows, key=lambda row: (row["date"], row["account_id"]))


def team_of(account, contacts):
    return [contact for contact in contacts if contact["account_id"] == account]


def account_interactions(account, team):
    rng, people = draw("interactions", account), ACCOUNTS[account]["people"]
    for month in range(36):
        for _ in range(rng.poisson(between(people["touch"], month / 35))):
            day = on_workday(month_start(month) + timedelta(days=int(rng.integers(0, 26))))
            if people.get("first", day) <= day:
                yield interaction(rng, account, day, team)


def interaction(rng, account, day, team):
    """Return one meeting; where the touch falls, ever fewer people are met."""
    there = [person for person in team if (person["left_on"] or date.max) > day]
    before, now = ACCOUNTS[account]["people"]["touch"]
    reach = max(1, round(len(there) * min(1, between((1, now / before if before else 1), progress(day)))))
    person = there[int(rng.integers(0, reach))] if there else {"contact_id": "", "level": "operational"}
    ours = str(rng.choice(["", "Jana Wiebe", "Emre Sağlam", "Piet Vermaak"], p=[0.55, 0.2, 0.15, 0.1])) or manager_name(account)
    ours = manager_name(account) if ACCOUNTS[account]["people"].get("alone") else ours
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


def make_ratings(contacts):
    rated = [account for account, item in ACCOUNTS.items() if "strength" in item["people"]]
    for account in rated:
        yield from account_ratings(account, team_of(account, contacts))
    for account in rated:
        yield from earlier_ratings(account, team_of(account, contacts))


def earlier_ratings(account, team):
    """Yield how each rater rated us in the spring of 2024, which told of most accounts what came, and of some the contrary."""
    rng = draw("earlier ratings", account)
    for rater, kind, bias in raters(account, team):
        yield from rate(rng, account, date(2024, *RATED[kind]), rater, kind, PROFILES["rated_2024"][account] + bias)


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
    comments = {} if competitor or rated_on.year < 2026 else PROFILES["comments"].get(account, {})
    return {
        "account_id": account,
        "criterion": criterion,
        "score": score,
        "rated_on": rated_on,
        "rater": rater,
        "rater_kind": kind,
        "competitor": competitor,
        "comment": comments.get(criterion, {}).get(kind, ""),
    }
