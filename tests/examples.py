"""The public data sets, read with the settings in examples/."""

from pathlib import Path

from kamnb.data.door import open_portfolio

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ROOTS = {
    "adventureworks": "adventureworks_resellers",
    "maven_crm": "maven_crm",
    "ibm_receivables": "ibm_accounts_receivable",
}


def open_example(real_data, name, **options):
    return open_portfolio(EXAMPLES / name, root=real_data / ROOTS[name], **options)
