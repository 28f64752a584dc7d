"""The findings of the playbook: when each applies, what it says, what is to be decided, and which money hangs on it."""

from kamnb.planning import FACT_UNITS, INDICATORS, Playbook
from writing.tables import write_table

HEAD = """# Findings

A finding is a fact that calls for a decision. It applies where all of its conditions do; what is unknown meets none. In its
sentence `{fact}` stands for the value, `{named_fact}` for the things that it counts. Urgency 1 is now, 2 this quarter, 3
this year. Findings are ranked by the money that hangs on them; those without money come after them, by urgency and date.

They are rules of [playbook.toml](../../data/playbook.toml), which you may change, add to and take from. This page is
written from it. How often those that are alarms are wrong has [a page of its own](../explanation/alarms.md).
"""
SIGNS = {"below": "<", "above": ">", "at_least": "≥", "at_most": "≤"}


def describe_findings():
    """Return the page of all findings, and of the facts that they may name."""
    playbook = Playbook.load()
    return "\n".join([HEAD, *(describe_rule(rule, playbook.money) for rule in playbook.findings.items()), describe_facts()])


def describe_rule(named, money):
    """Return the section of one rule."""
    name, rule = named
    rows = [
        ("urgency", rule.urgency),
        ("applies where", " and ".join(map(write_condition, rule.when))),
        ("says", rule.sentence),
        ("to be decided", rule.decision),
        ("at stake", "; else ".join(f"{money.get(stake.money, 'money')}: `{stake.amount}`" for stake in rule.stake)),
        ("asked once with others on", rule.topic),
        ("due in", f"`{rule.due}`" if rule.due else ""),
        ("decided by the owner of", f"`{rule.owner}`" if rule.owner else ""),
    ]
    return f"## {rule.label}\n\n{write_table((f'`{name}`', ''), [row for row in rows if row[1]])}\n"


def write_condition(condition):
    """Return a condition as it is read."""
    if condition.quadrant:
        return f"placed {' or '.join(condition.quadrant)}"
    bounds = {name: getattr(condition, name) for name in SIGNS}
    return f"`{condition.fact}` " + " and ".join(
        f"{SIGNS[name]} {bound:g}" for name, bound in bounds.items() if bound is not None
    )


def describe_facts():
    """Return the facts that a rule may name besides the indicators, with their units."""
    rows = [(f"`{name}`", unit) for name, unit in sorted(FACT_UNITS.items()) if name not in INDICATORS]
    head = "What a rule may name besides the [indicators](indicators.md)."
    return f"## Facts\n\n{head}\n\n{write_table(('fact', 'unit'), rows)}\n"
