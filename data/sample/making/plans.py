"""What the account managers wrote, put into tables."""

from datetime import timedelta

from making.deals import deal_id
from making.profiles import PLANS, money, month_start, thousands, yes


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
            "shared": yes(goal["shared"]) if "shared" in goal else "",
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
            "ours": yes(item["ours"]) if "ours" in item else "",
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
            "objective_id": objective_id(item.get("account", ""), item["objective"]),
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
    """Yield the values of the last eight quarters, of the whole portfolio where no account is named."""
    for kpi, item in PLANS["kpis"].items():
        for quarter, value in enumerate(item.get("values", [])):
            end = month_start(12 + 3 * (quarter + 1)) - timedelta(days=1)
            yield {"kpi_id": kpi, "account_id": item.get("account", ""), "date": end, "value": value, "target": item["target"]}


def make_maturity():
    for item in PLANS["maturity"]:
        for dimension, level in item["levels"].items():
            yield {
                "dimension": dimension,
                "level": level,
                "assessed_on": item["day"],
                "assessed_by": item["by"],
                "comment": item.get("why", {}).get(dimension, ""),
            }


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
