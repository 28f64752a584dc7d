"""Every page that code writes, and how it is brought up to date."""

from pathlib import Path

from kamnb.data.dictionary import describe_tables
from kamnb.indicators import describe_indicators
from writing.commands import describe_commands
from writing.findings import describe_findings
from writing.method import describe_method
from writing.python import describe_python
from writing.settings import describe_settings

ROOT = Path(__file__).parents[2]


def describe_data():
    """Return the page of tables and columns: what people wrote above the first table, then the tables as they are declared."""
    head, first, _ = (ROOT / "data" / "README.md").read_text(encoding="utf-8").partition("## accounts\n")
    return head + describe_tables() if first else ""


PAGES = {
    "data/README.md": describe_data,
    "docs/reference/commands.md": describe_commands,
    "docs/reference/findings.md": describe_findings,
    "docs/reference/indicators.md": describe_indicators,
    "docs/reference/method.md": describe_method,
    "docs/reference/python.md": describe_python,
    "docs/reference/settings.md": describe_settings,
}
"""The pages by their place in the project."""


def write_pages():
    """Write every page."""
    for place, describe in PAGES.items():
        (ROOT / place).write_text(describe(), encoding="utf-8")
