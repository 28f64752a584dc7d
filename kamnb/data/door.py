"""The door: files in, a checked portfolio out; everything wrong is said at once."""

import atexit
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.data.accounts import AccountIds, learn_ids, leave_out_overrides, roll_up
from kamnb.data.cache import ASIDE, copy_aside, find_kept
from kamnb.data.columns import Mapped, map_columns
from kamnb.data.counts import count_rows, count_unusable, save_set_aside
from kamnb.data.databases.reading import read_databases
from kamnb.data.drafting import draft_settings, survey_folder
from kamnb.data.engine import open_database
from kamnb.data.entries import declare_entries, find_entries, map_entries, merge_entries
from kamnb.data.files import Listed, Source, find_beside, find_sources
from kamnb.data.handed import take_handed
from kamnb.data.ledgers import mark_ledgers, remark_on_listings
from kamnb.data.limits import find_excess
from kamnb.data.losses import save_losses
from kamnb.data.method import read_own_files
from kamnb.data.money import Money, agree_on_money
from kamnb.data.portfolio import Portfolio
from kamnb.data.queries import asks_for_day, query_label, read_raw
from kamnb.data.reading import read_files, rows_of
from kamnb.data.reconciliation import reconcile
from kamnb.data.remarks import find_strangers, remark_on, remark_on_scales
from kamnb.data.report import DoorReport, Reconciliation, Remark, TableReport
from kamnb.data.rows import Checked, check_rows, save_kept, set_aside_merged
from kamnb.data.scales import declare_scaled
from kamnb.data.settings import DataSettings, TableSettings, load_settings
from kamnb.data.shapes import Beside
from kamnb.data.shaping import shape_rows
from kamnb.data.tables import FOUNDING, TABLES
from kamnb.data.values import parse_value
from kamnb.errors import DataError, SettingsError

if TYPE_CHECKING:
    import duckdb


def open_portfolio(
    data: str | Path,
    *,
    root: str | Path | None = None,
    as_of: date | None = None,
    folder: str | Path | None = None,
    set_aside: str | Path | None = None,
    entries: str | Path | None = None,
    tables: Mapping[str, Any] | None = None,
) -> Portfolio:
    """Read a company's tables and return them as a portfolio.

    Parameters
    ----------
    data : path
        A folder with tables, or a ``kamnb.toml``.
    root : path, optional
        Where relative paths of data point.
    as_of : date, optional
        The day of the analysis; else the settings' ``as_of``, else the last invoice date.
    folder : path, optional
        Where the checked tables are kept as Parquet; a temporary folder by default.
    set_aside : path, optional
        Folder for the rows that were set aside, one CSV per table; not written by default.
    entries : path, optional
        The folder that holds ``entries/``; that of the settings by default. Another one shows a plan before it is saved.
    tables : mapping of table name to rows, optional
        Tables that are handed in instead of read: a reader or table of Arrow, a DataFrame, a cursor of a DB-API connection
        that has run its query, or a pair of a connection and a query.

    Returns
    -------
    Portfolio
        ``portfolio.report`` holds what the door said.

    Raises
    ------
    SettingsError, DataError
        With every fault found; nothing is computed then.

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> portfolio.as_of.isoformat(), portfolio.currency
    ('2026-06-30', 'EUR')
    """
    report, portfolio = inspect_data(
        data, root=root, as_of=as_of, folder=folder, set_aside=set_aside, entries=entries, tables=tables
    )
    if portfolio is None:
        raise DataError(report.faults, "nothing was computed")
    return portfolio


def inspect_data(
    data: str | Path,
    *,
    root: str | Path | None = None,
    as_of: date | None = None,
    folder: str | Path | None = None,
    set_aside: str | Path | None = None,
    entries: str | Path | None = None,
    tables: Mapping[str, Any] | None = None,
) -> tuple[DoorReport, Portfolio | None]:
    """Read as `open_portfolio` does, but return the report even where faults stop the run.

    What passed is kept by content beside the settings, as `kamnb.data.cache` writes it; the same content need not pass again.

    Returns
    -------
    report : DoorReport
    portfolio : Portfolio or None
        None where ``report.faults`` is not empty.
    """
    import duckdb

    settings = load_settings(data, root)
    found = find_entries(Path(entries) if entries else settings.home)
    work = Path(folder).resolve() if folder else _temporary_folder()
    work.mkdir(parents=True, exist_ok=True)
    settings = take_handed(settings, tables, work / "handed") if tables else settings
    settings, told = read_databases(settings)
    kept = None if tables else find_kept(settings, found, as_of)
    if set_aside is not None:
        _refuse_data(Path(set_aside), settings, kept.sources if kept else ())
    if kept and (passed := kept.take(work)):
        _give_aside(work, set_aside)
        return _tell(told, *passed)
    raw = Path(tempfile.mkdtemp(prefix="raw-", dir=work))
    try:
        listed = find_sources(settings)
        files = {source.path for each in listed[0].values() for source in each}
        files |= {source.path for table in settings.tables.values() for _, source in find_beside(settings.root, table)}
        with open_database(raw, files, on_disk=True) as connection:
            report, portfolio = _Door(connection, settings, raw, work, found).pass_through(listed, as_of)
    except duckdb.Error as error:
        raise DataError(f"{settings.source}: the tables cannot be worked on: {str(error).splitlines()[0]}") from error
    finally:
        shutil.rmtree(raw, ignore_errors=True)
    _give_aside(work, set_aside)
    if kept and portfolio:
        kept.save(report, portfolio)
    return _tell(told, report, portfolio)


def _tell(told: list[Remark], report: DoorReport, portfolio: Portfolio | None) -> tuple[DoorReport, Portfolio | None]:
    """Say with the report what is to be known of where tables were had from, which is another each time."""
    report = replace(report, remarks=(*told, *report.remarks))
    return report, replace(portfolio, report=report) if portfolio else None


def _give_aside(work: Path, set_aside: str | Path | None) -> None:
    if set_aside is not None:
        copy_aside(work, Path(set_aside))


def _refuse_data(folder: Path, settings: DataSettings, sources: Iterable[Path]) -> None:
    """Refuse a folder for rows set aside that data are read from."""
    if folder.resolve() in {settings.root.resolve(), *(path.parent.resolve() for path in sources)}:
        raise SettingsError(f"{folder}: holds the data, where nothing is written; give another folder for the rows set aside")


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kamnb-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@dataclass
class _Door:
    """One passage of a company's tables: what has been read and said so far."""

    connection: "duckdb.DuckDBPyConnection"
    settings: DataSettings
    raw: Path
    work: Path
    entries: Mapping[str, Source]
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    found: dict[str, list[Source]] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    mapped: dict[str, Mapped] = field(default_factory=dict)
    checked: dict[str, Checked] = field(default_factory=dict)
    ids: AccountIds = field(default_factory=AccountIds)

    def pass_through(self, listed: Listed, as_of: date | None) -> tuple[DoorReport, Portfolio | None]:
        self.take_sources(*listed)
        day, day_source = self.agree_on_day(as_of)
        for name in self.found:
            self.read_table(name, day)
        self.check_tables()
        for name in self.entries:
            self.add_entries(name, day)
        self.remarks += find_strangers(self.connection, self.checked, self.settings.ids)
        self.miss_tables()
        money = self.agree_on_money(day)
        if "open_items" in self.checked:
            self.remarks += remark_on_listings(self.connection, self.checked["open_items"].label, day, money.currency)
        self.faults += find_excess(self.connection, self.checked, self.settings.limits, money, day)
        tables = tuple(self.count(name, day, money) for name in TABLES if name in self.mapped)
        settled = self.reconcile(day, money)
        save_set_aside(self.connection, self.checked, self.work / ASIDE)
        portfolio = None if self.faults or day is None else self.save(day, money)
        report = DoorReport(
            str(self.settings.source), day, day_source, money.currency, tables, tuple(self.faults), tuple(self.remarks), settled
        )
        return report, replace(portfolio, report=report) if portfolio else None

    def take_sources(self, found: Mapping[str, list[Source]], faults: Iterable[str], remarks: Iterable[Remark]) -> None:
        self.found = {name: found[name] for name in TABLES if name in found}
        self.faults += faults
        self.remarks += remarks
        if not self.settings.names_tables:
            self.remarks += survey_folder(self.settings.root, {source.path for each in found.values() for source in each})
        if not faults and not {*FOUNDING} & {*found}:
            self.faults.append(
                f"{self.settings.root}: holds none of {', '.join(FOUNDING)} (as .csv, .xlsx or .parquet); "
                "one of them must be there, or be named in kamnb.toml"
                + (f"; a kamnb.toml to start from:\n{draft}" if (draft := draft_settings(self.settings.root)) else "")
            )

    def agree_on_day(self, as_of: date | None) -> tuple[date | None, str]:
        if as_of:
            return as_of, "as asked"
        if self.settings.as_of:
            return self.settings.as_of, "from kamnb.toml"
        if "invoices" in self.found and not asks_for_day(self.table("invoices")):
            self.read_table("invoices", None)
            if day := self.last_invoice_day():
                return day, "the last invoice date"
        is_read = "invoices" in self.mapped and not self.mapped["invoices"].faults
        if self.found and ("invoices" not in self.found or is_read):
            self.faults.append("as of: no day is given and there is no dated invoice to take it from; give --as-of YYYY-MM-DD")
        return None, "not known"

    def last_invoice_day(self) -> date | None:
        """Return the last date of invoices that have an account and an amount."""
        mapped, table = self.mapped.get("invoices"), TABLES["invoices"]
        if not mapped or mapped.faults:
            return None
        texts = mapped.texts
        date_, amount = (parse_value(texts[name], table[name], self.table("invoices")) for name in ("date", "amount"))
        sound = f"{texts['account_id']} IS NOT NULL AND {amount} IS NOT NULL"
        row = self.connection.execute(f"SELECT max({date_}) FROM raw_invoices WHERE {sound}").fetchone()
        return row[0] if row else None

    def read_table(self, name: str, day: date | None) -> None:
        settings, sources = self.table(name), self.found[name]
        if name in self.read or (asks_for_day(settings) and day is None):
            return
        self.read.add(name)
        reading = read_raw(self.connection, name, sources, settings, self.settings.root, day, self.raw)
        self.faults += reading.faults
        self.remarks += reading.remarks
        beside = self.read_beside(name, settings)
        if reading.parts and not reading.faults and beside is not None:
            label = query_label(name, sources) if settings.sql else sources[0].label
            faults, remarks = shape_rows(
                self.connection, name, rows_of(*reading.parts), settings, self.settings.ids, label, beside
            )
            table = declare_scaled(TABLES[name], self.settings.scales)
            self.mapped[name] = map_columns(self.connection, table, settings, self.settings.ids, label)
            if faults:
                self.mapped[name] = replace(self.mapped[name], faults=tuple(faults))
            self.faults += self.mapped[name].faults
            self.remarks += remarks

    def read_beside(self, name: str, settings: TableSettings) -> list[tuple[Beside, str, str]] | None:
        """Read the further files of a table; return how each is joined, its label and its rows; None where one does not read."""
        found = []
        for place, (beside, source) in enumerate(find_beside(self.settings.root, settings)):
            read_as = TableSettings(encoding=beside.encoding, separator=beside.separator, header_row=beside.header_row)
            reading = read_files(self.connection, [source], read_as, self.raw / f"{name}-beside-{place}")
            self.faults += reading.faults
            self.remarks += reading.remarks
            if reading.faults:
                return None
            found.append((beside, source.label, rows_of(*reading.parts)))
        return found

    def check_tables(self) -> None:
        """Check accounts and aliases first: they say how ids are spelled in the others."""
        first = [name for name in self.mapped if name in ("accounts", "aliases")]
        for name in first:
            self.check(name, AccountIds())
        ids = learn_ids(self.connection, self.checked.keys(), self.settings.level)
        self.faults += ids.faults
        self.remarks += ids.remarks
        if ids.merged:
            self.checked["accounts"] = set_aside_merged(self.connection, self.checked["accounts"], ids.merged)
        for name in self.mapped:
            if name not in first:
                self.check(name, ids)
        self.remarks += remark_on_scales(self.connection, self.checked, self.settings.scales)
        self.ids = ids

    def add_entries(self, name: str, day: date | None) -> None:
        """Read and check the entries to a table and add them to its rows; without the table they make it."""
        entries, source = declare_entries(name), self.entries[name]
        reading = read_raw(self.connection, entries.name, [source], TableSettings(), self.raw, None, self.raw)
        self.faults += reading.faults
        if reading.faults or (self.mapped.keys() >= {name} and name not in self.checked):
            return
        self.connection.execute(f"CREATE VIEW raw_{entries.name} AS {rows_of(*reading.parts)}")
        mapped = map_entries(self.connection, name, self.settings.ids, source.label)
        self.faults += mapped.faults
        if mapped.faults:
            return
        checked = check_rows(self.connection, mapped, TableSettings(), self.ids)
        self.faults += checked.faults
        self.remarks += remark_on(self.connection, checked)
        self.checked[name] = merge_entries(self.connection, name, checked, self.checked.get(name), day)
        self.mapped.setdefault(name, self.checked[name].mapped)

    def check(self, name: str, ids: AccountIds) -> None:
        if not self.mapped[name].faults:
            checked = self.checked[name] = check_rows(
                self.connection, self.mapped[name], self.table(name), ids, self.settings.scales
            )
            self.faults += checked.faults
            self.remarks += remark_on(self.connection, checked)
            if name == "open_items":
                mark_ledgers(self.connection)

    def miss_tables(self) -> None:
        """Say which tables have no row that can be used; one of the founding ones must have some."""
        empty = [name for name, checked in self.checked.items() if not checked.kept]
        self.remarks += [
            Remark(name, "has no rows that can be used; the table is taken as not given", file=self.checked[name].label)
            for name in empty
        ]
        founding = [name for name in FOUNDING if name in self.found]
        if founding and not {*founding} - {*empty}:
            self.faults.append(
                f"{', '.join(founding)}: no row can be used; there must be accounts, invoices, open items or opportunities"
            )

    def agree_on_money(self, day: date | None) -> Money:
        money = agree_on_money(self.connection, self.checked, self.settings, day)
        self.faults += money.faults
        self.remarks += money.remarks
        return money

    def reconcile(self, day: date | None, money: Money) -> Reconciliation | None:
        settled = reconcile(self.connection, self.checked, self.settings, money, day)
        spelled = (
            each.remedy for each in self.remarks if (each.table, each.column) == ("invoices", "account_id") and each.remedy
        )
        return replace(settled, remedy=next(spelled, "")) if settled and settled.share != 1 else settled

    def count(self, name: str, day: date | None, money: Money) -> TableReport:
        files = tuple(source.label for source in self.found.get(name, ())) or (("sql",) if name in self.found else ())
        files += (self.entries[name].label,) if name in self.entries else ()
        if name not in self.checked:
            return count_unusable(self.connection, self.mapped[name], files)
        return count_rows(self.connection, self.checked[name], files, day, money.currency)

    def save(self, day: date, money: Money) -> Portfolio:
        given = {name: checked for name, checked in self.checked.items() if checked.kept}
        if "accounts" in given and self.settings.level == "parent":
            self.remarks += roll_up(self.connection, money.currency, money.rates, day)
            self.remarks += leave_out_overrides(self.connection) if "overrides" in given else []
            accounts = given["accounts"]
            given["accounts"] = replace(accounts, further={**accounts.further, "children": ("text", "children")})
        filled = {
            name: save_kept(self.connection, checked, self.work, money.currency, rolled_up=self.ids.rolled_up)
            for name, checked in given.items()
        }
        further = {name: kind for name, (kind, _) in given["accounts"].further.items()} if "accounts" in given else {}
        return Portfolio(
            self.work, day, money.currency, filled, money.rates, further,
            fiscal_year_start=self.settings.fiscal_year_start, own=read_own_files(self.settings.home),
            is_lossy=save_losses(self.connection, self.checked, money, day, self.work), home=self.settings.home,
        )  # fmt: skip

    def table(self, name: str) -> TableSettings:
        return self.settings.tables.get(name, TableSettings())
