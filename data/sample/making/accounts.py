"""Who is who: accounts and their other ids, offerings, managers, the people at the accounts."""

from datetime import date

import numpy as np

from making.profiles import ACCOUNTS, OFFERINGS, PROFILES, draw, manager_name, thousands, yes

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
            "left_on": date(2026, 1, 31) if people["contacts"] > 6 and number + 1 == people.get("left", 6) else "",
        }


def draw_names(rng, country, count):
    first, last = (words.split() for words in PROFILES["names"][country])
    pairs = [f"{one} {other}" for one in first for other in last]
    return [pairs[index] for index in rng.permutation(len(pairs))[:count]]
