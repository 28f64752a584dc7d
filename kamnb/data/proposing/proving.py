"""The proof of a proposal: the door runs on it, and says what is kept of rows and money."""

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kamnb.data.door import inspect_data
from kamnb.data.portfolio import Portfolio
from kamnb.data.report import DoorReport, say_share
from kamnb.errors import KamError

_KEPT = ("kept", "after_as_of")


@dataclass(frozen=True)
class Proof:
    """What the door made of a proposal.

    Attributes
    ----------
    lines : tuple of str
        Rows and money, for people.
    faults : tuple of str
        What stops the door; empty where the proposal can be used as it is.
    """

    lines: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def prove(text: str, root: Path, once: Collection[str] = ()) -> Proof:
    """Let the door read the files of `root` by the settings in `text`; tables `once` have one row of many."""
    with tempfile.TemporaryDirectory(prefix="kamnb-propose-") as folder:
        settings = Path(folder) / "kamnb.toml"
        settings.write_text(text, encoding="utf-8")
        try:
            report, portfolio = inspect_data(settings, root=root, folder=Path(folder) / "tables")
        except KamError as error:
            return Proof((), tuple(fault.replace(f"{folder}/", "") for fault in error.faults))
        return Proof(tuple(_say(report, portfolio, once)), report.faults)


def _say(report: DoorReport, portfolio: Portfolio | None, once: Collection[str]) -> list[str]:
    lines = [f"as of {report.as_of}, {report.as_of_source}"] if report.as_of else []
    for table in report.tables:
        kept, read = table.count(*_KEPT).rows, table.count().rows
        money_of = {code: table.count(*_KEPT, currency=code).money for code in table.currencies if table.amount}
        sums = [f"{total:,.2f} {code or '(no currency)'}" for code, total in money_of.items()]
        money = f", {table.amount} {' and '.join(sums)}" if sums else ""
        counted = (
            f"{kept:,}, each from the first of its rows, {read:,} in all"
            if table.table in once and kept < read
            else f"{kept:,} of {read:,} rows kept"
        )
        lines.append(f"{table.table}: {counted}{money}")
        lines += _say_years(table.table, table.amount, portfolio)
    masters = any(table.table == "accounts" for table in report.tables)
    if masters and report.reconciliation and report.reconciliation.share is not None:
        lines.append(f"{say_share(report.reconciliation.share, 1)} of the revenue is of accounts that have a row")
    return lines


def _say_years(table: str, amount: str, portfolio: Portfolio | None) -> list[str]:
    if portfolio is None or table != "invoices" or not portfolio.has(table):
        return []
    with portfolio.connect(table) as connection:
        rows = connection.execute(
            f"SELECT year(date), coalesce(currency, ''), sum({amount}) FROM {table} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    shown = ", ".join(f"{year}: {total:,.2f}{f' {code}' if code else ''}" for year, code, total in rows[-8:])
    return [f"  by year: {shown}"] if rows else []
