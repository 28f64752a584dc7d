"""Write a part of the sample as an ERP and a CRM would export it, for the tutorial: other names, other spellings, no settings.

Run it with the folder to write into: ``python data/sample/export_sample.py exports``.
"""

import csv
import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
ERP = {"delimiter": ";"}, "%d.%m.%Y", ","
CRM = {"delimiter": ","}, "%Y-%m-%d", "."
EXPORTS = {
    "Customers.csv": ("accounts", ERP, {
        "account_id": "Customer No", "name": "Customer Name", "parent_id": "Parent Customer", "segment": "Industry",
        "region": "Sales Region", "country": "Country", "account_manager": "Account Manager", "customer_since": "Customer Since",
        "key_account": "Key Account", "annual_spend": "Annual Spend", "own_growth": "Customer Growth", "currency": "Currency",
    }),
    "Invoice lines.csv": ("invoices", ERP, {
        "invoice_id": "Invoice No", "line_id": "Line", "account_id": "Customer No", "date": "Invoice Date",
        "due_date": "Due Date", "paid_date": "Payment Date", "offering_id": "Product Code", "quantity": "Quantity",
        "amount": "Net Amount", "cost": "COGS", "currency": "Currency",
    }),
    "Products.csv": ("offerings", ERP, {"offering_id": "Product Code", "name": "Product Name", "category": "Product Group"}),
    "Contacts.csv": ("contacts", CRM, {
        "contact_id": "Contact ID", "account_id": "Account Number", "name": "Full Name", "function": "Department",
        "level": "Level", "role": "Buying Role", "left_on": "Date Left",
    }),
    "Activities.csv": ("interactions", CRM, {
        "date": "Activity Date", "account_id": "Account Number", "contact_id": "Contact ID", "our_person": "Our Contact",
        "channel": "Activity Type", "hours": "Hours",
    }),
    "Opportunities.csv": ("opportunities", CRM, {
        "opportunity_id": "Opportunity ID", "account_id": "Account Number", "created": "Created Date", "stage": "Stage",
        "amount": "Amount", "won_amount": "Won Amount", "probability": "Probability", "expected_close": "Expected Close Date",
        "closed": "Close Date", "outcome": "Outcome", "offering_id": "Product Code", "currency": "Currency",
    }),
    "Survey 2026.csv": ("ratings", CRM, {
        "account_id": "Account Number", "criterion": "Question", "score": "Score", "rated_on": "Rating Date",
        "rater": "Respondent", "rater_kind": "Rater Type", "competitor": "Competitor",
    }),
    "Targets.csv": ("targets", CRM, {
        "account_id": "Account Number", "manager_id": "Sales Rep ID", "period": "Period", "measure": "Measure", "kind": "Kind",
        "amount": "Target Amount", "currency": "Currency", "stated_on": "Stated On",
    }),
}  # fmt: skip
"""By file: the table it is, how it is written, and theirs for each column of ours that it has."""


def export_tables(folder):
    """Write the files into a folder, which is made."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    for name, (table, (dialect, dates, decimal), columns) in EXPORTS.items():
        with (HERE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            rows = [[spell(row[ours], dates, decimal) for ours in columns] for row in csv.DictReader(file)]
        with (Path(folder) / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, **dialect).writerows([columns.values(), *rows])


def spell(text, dates, decimal):
    """Spell a cell as that system does: its days, its decimal mark."""
    try:
        return date.fromisoformat(text).strftime(dates)
    except ValueError:
        whole, mark, part = text.partition(".")
        return f"{whole}{decimal}{part}" if mark and f"{whole}{part}".lstrip("-").isdigit() else text


if __name__ == "__main__":
    export_tables(sys.argv[1])
