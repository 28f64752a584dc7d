"""Write the sample data: three years of an invented seller of laboratory and process equipment.

ALL PEOPLE AND COMPANIES ARE INVENTED, the seller, its customers and its competitors; any likeness
to real ones is chance. The numbers are drawn from a seeded generator and shaped by ``profiles.toml``
(who buys what, how much, how late it is paid); ``plans.toml`` holds what account managers write.

Run it to write the same files again, byte for byte::

    python data/sample/make_sample.py
"""

import csv
import sys
from pathlib import Path

from making.accounts import make_accounts, make_aliases, make_contacts, make_managers, make_offerings
from making.deals import make_deliveries, make_opportunities, make_wallet
from making.invoices import make_invoices, spoil
from making.money import make_costs, make_open_items, make_targets
from making.opinions import make_efforts, make_interactions, make_ratings
from making.plans import (
    make_actions,
    make_complaints,
    make_decisions,
    make_documents,
    make_goals,
    make_insight,
    make_kpi_values,
    make_kpi_weights,
    make_kpis,
    make_maturity,
    make_objectives,
    make_overrides,
)
from making.profiles import HERE


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
        "maturity": make_maturity(),
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


if __name__ == "__main__":
    main(*sys.argv[1:])
