"""What the door said, as tables and sentences for the data check."""

import pandas as pd

from kamnb.data.report import STATUSES, DoorReport
from kamnb.display.parts.formats import COUNT, TEXT, Format, write_date, write_money, write_share
from kamnb.display.parts.sentences import Prose, count_of, write_list, write_paragraph
from kamnb.display.parts.tables import Table, show_table
from kamnb.planning import Playbook

_CENTS = Format(lambda value: f"{value:,.2f}".replace("-", "\u2212"))


def say_verdict(report: DoorReport) -> Prose:
    """Say whether the data can be analysed, as of which day, and how much was set aside."""
    if report.faults:
        return write_list([f"{count_of(len(report.faults), 'fault')} stop the run; nothing can be computed.", *report.faults])
    read = sum(table.count().rows for table in report.tables)
    aside = sum(table.count("set_aside").rows for table in report.tables)
    day = f"As of {write_date(report.as_of)} ({report.as_of_source})."
    return write_paragraph(
        "This data can be analysed.",
        day,
        f"{count_of(len(report.tables), 'table')} with {read:,} rows were read; {aside:,} rows were set aside.",
    )


def tabulate_rows(report: DoorReport) -> Table:
    """Put the rows of every table in a table: read = kept + set aside + dated later."""
    rows = [
        {"table": table.table, "file": ", ".join(table.files), "read": table.count().rows}
        | {name: table.count(name).rows for name in STATUSES}
        for table in report.tables
    ]
    shown = pd.DataFrame(rows, columns=["table", "file", "read", *STATUSES])
    formats = {"table": TEXT, "file": TEXT, "read": COUNT} | dict.fromkeys(STATUSES, COUNT)
    return show_table(shown, "Rows read = kept + set aside + dated later", formats)


def tabulate_money(report: DoorReport) -> Table:
    """Put the money of every table and currency in a table, to the cent."""
    rows = [
        {"table": table.table, "amount": table.amount, "currency": code or "none named", "read": table.count(currency=code).money}
        | {name: table.count(name, currency=code).money for name in STATUSES}
        | {"not_valued": table.count(currency=code).not_valued}
        for table in report.tables
        if table.amount
        for code in table.currencies
    ]
    shown = pd.DataFrame(rows, columns=["table", "amount", "currency", "read", *STATUSES, "not_valued"])
    formats = (
        {"table": TEXT, "amount": TEXT, "currency": TEXT} | dict.fromkeys(["read", *STATUSES], _CENTS) | {"not_valued": COUNT}
    )
    return show_table(shown, "Money read = kept + set aside + dated later", formats, heads={"not_valued": "Rows not valued"})


def list_set_aside(report: DoorReport) -> Prose:
    """Say which rows were set aside and why."""
    return write_list([str(reason) for table in report.tables for reason in table.reasons], nothing="No row was set aside.")


def list_remarks(report: DoorReport) -> Prose:
    """Say what was kept and must be known."""
    return write_list(report.say_remarks(), nothing="There is nothing else to know.")


def list_reconciled(report: DoorReport) -> Prose:
    """Say how the invoices agree with the master rows and with the controller's totals."""
    settled = report.reconciliation
    if settled is None or settled.share is None:
        return Prose("There are no invoices to reconcile.")
    lines = [f"{write_share(settled.share, 2)} of revenue has a row in accounts."]
    lines += [
        f"No row in accounts: {name}, {write_money(money, report.currency)} in {count_of(rows, 'row')}."
        for name, rows, money in settled.without_master
    ]
    lines += [_say_control(period, given, found, report.currency) for period, given, found in settled.control]
    return write_list(lines)


def _say_control(period: str, given: object, found: object, currency: str) -> str:
    differs = f"{found - given:,.2f}"  # type: ignore[operator]
    verdict = "they agree to the cent" if given == found else f"they differ by {differs}"
    return f"Controller's revenue of {period}: {currency} {given:,.2f}; invoices: {found:,.2f}; {verdict}."


def list_absent_tables(report: DoorReport) -> Prose:
    """Say which tables are not given, and what each would show."""
    given = {table.table for table in report.tables if table.count().rows}
    lines = [
        f"No {table.replace('_', ' ')}: {shows} cannot be shown."
        for table, shows in Playbook.load().missing.items()
        if table not in given
    ]
    return write_list(lines, nothing="Every table that the plan uses is given.")
