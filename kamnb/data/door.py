"""The door: files in, a checked portfolio out; everything wrong is said at once."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.data.accounts import AccountIds, learn_ids, roll_up
from kamnb.data.columns import Mapped, map_columns
from kamnb.data.files import Reading, Source, find_sources, quote
from kamnb.data.money import Money, agree_on_money
from kamnb.data.portfolio import Portfolio
from kamnb.data.queries import asks_for_day, read_raw
from kamnb.data.reconciliation import reconcile
from kamnb.data.report import DoorReport, Remark, TableReport
from kamnb.data.rows import Checked, check_rows, count_rows, find_strangers, save_kept, save_set_aside
from kamnb.data.settings import DataSettings, TableSettings, load_settings
from kamnb.data.tables import FOUNDING, TABLES
from kamnb.data.values import parse_value
from kamnb.errors import DataError

if TYPE_CHECKING:
    import duckdb


def open_portfolio(
    data: str | Path,
    *,
    root: str | Path | None = None,
    as_of: date | None = None,
    folder: str | Path | None = None,
    set_aside: str | Path | None = None,
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
    report, portfolio = inspect_data(data, root=root, as_of=as_of, folder=folder, set_aside=set_aside)
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
) -> tuple[DoorReport, Portfolio | None]:
    """Read as `open_portfolio` does, but return the report even where faults stop the run.

    Returns
    -------
    report : DoorReport
    portfolio : Portfolio or None
        None where ``report.faults`` is not empty.
    """
    import duckdb

    settings = load_settings(data, root)
    work = Path(folder) if folder else _temporary_folder()
    work.mkdir(parents=True, exist_ok=True)
    raw = Path(tempfile.mkdtemp(prefix="raw-", dir=work))
    try:
        with duckdb.connect(str(raw / "door.duckdb")) as connection:
            return _Door(connection, settings, raw, work).pass_through(as_of, set_aside)
    finally:
        shutil.rmtree(raw, ignore_errors=True)


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
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    readings: dict[str, Reading] = field(default_factory=dict)
    mapped: dict[str, Mapped] = field(default_factory=dict)
    checked: dict[str, Checked] = field(default_factory=dict)

    def pass_through(self, as_of: date | None, set_aside: str | Path | None) -> tuple[DoorReport, Portfolio | None]:
        found = self.find()
        day, day_source = self.agree_on_day(found, as_of)
        for name in found:
            self.read(name, found[name], day)
        self.check_all()
        self.remarks += find_strangers(self.connection, self.checked)
        money = self.agree_on_money(day)
        tables = tuple(self.tell(name, found[name], day, money) for name in found if name in self.checked)
        if set_aside is not None:
            save_set_aside(self.connection, self.checked, self.readings, self.raw, Path(set_aside))
        settled = reconcile(self.connection, self.checked, self.settings, money, day)
        portfolio = None if self.faults or day is None else self.save(day, money)
        report = DoorReport(
            str(self.settings.source), day, day_source, money.currency, tables, tuple(self.faults), tuple(self.remarks), settled
        )
        return report, replace(portfolio, report=report) if portfolio else None

    def find(self) -> dict[str, list[Source]]:
        found, faults, remarks = find_sources(self.settings)
        self.faults += faults
        self.remarks += remarks
        if not faults and not set(FOUNDING) & set(found):
            self.faults.append(
                f"{self.settings.root}: holds none of {', '.join(FOUNDING)} (as .csv, .xlsx or .parquet); "
                "one of them must be there, or be named in kamnb.toml"
            )
        return {name: found[name] for name in TABLES if name in found}

    def agree_on_day(self, found: dict[str, list[Source]], as_of: date | None) -> tuple[date | None, str]:
        if as_of:
            return as_of, "as asked"
        if self.settings.as_of:
            return self.settings.as_of, "from kamnb.toml"
        if "invoices" in found and not asks_for_day(self.table("invoices")):
            self.read("invoices", found["invoices"], None)
            if day := self.last_invoice_day():
                return day, "the last invoice date"
        if not self.faults:
            self.faults.append("as of: no day is given and there are no dated invoices to take it from; give --as-of YYYY-MM-DD")
        return None, "not known"

    def last_invoice_day(self) -> date | None:
        mapped = self.mapped.get("invoices")
        if not mapped or "date" not in mapped.texts:
            return None
        value = parse_value(mapped.texts["date"], TABLES["invoices"]["date"], self.table("invoices"))
        day = self.connection.execute(f"SELECT max({value}) FROM read_parquet({quote(str(self.path('invoices')))})").fetchone()
        return day[0] if day else None

    def read(self, name: str, sources: list[Source], day: date | None) -> None:
        if name in self.readings:
            return
        settings = self.table(name)
        if asks_for_day(settings) and day is None:
            self.readings[name] = Reading()
            return
        reading = self.readings[name] = read_raw(name, sources, settings, self.settings.root, day, self.path(name))
        self.faults += reading.faults
        self.remarks += reading.remarks
        if not reading.faults:
            label = sources[0].label if sources and not settings.sql else name
            mapped = map_columns(self.connection, name, self.path(name), settings, self.settings.ids, label)
            self.faults += mapped.faults
            self.mapped[name] = mapped

    def check_all(self) -> None:
        ids = AccountIds()
        for name in sorted(self.mapped, key=lambda name: name not in ("accounts", "aliases")):
            if not self.mapped[name].faults:
                self.check(name, ids)
            if name in ("accounts", "aliases"):
                ids = learn_ids(self.connection, set(self.checked), self.settings.level)
        self.faults += ids.faults
        self.remarks += ids.remarks

    def check(self, name: str, ids: AccountIds) -> None:
        checked = check_rows(self.connection, self.mapped[name], self.table(name), self.path(name), ids)
        self.checked[name] = checked
        self.faults += checked.faults
        self.remarks += checked.remarks

    def agree_on_money(self, day: date | None) -> Money:
        money = agree_on_money(self.connection, self.checked, self.settings, day)
        self.faults += money.faults
        self.remarks += money.remarks
        return money

    def save(self, day: date, money: Money) -> Portfolio:
        if "accounts" in self.checked and self.settings.level == "parent":
            self.remarks += roll_up(self.connection, money.currency)
            accounts = self.checked["accounts"]
            self.checked["accounts"] = replace(accounts, further={**accounts.further, "children": ("text", "children")})
        given = [name for name, checked in self.checked.items() if self.has_rows(name, checked)]
        filled = {name: save_kept(self.connection, self.checked[name], self.work, money.currency) for name in given}
        further = {name: kind for name, (kind, _) in self.checked["accounts"].further.items()} if "accounts" in given else {}
        return Portfolio(
            self.work, day, money.currency, filled, money.rates, further, fiscal_year_start=self.settings.fiscal_year_start
        )

    def has_rows(self, name: str, checked: Checked) -> bool:
        (rows,) = self.connection.execute(f"SELECT count(*) FROM t_{name}").fetchone() or (0,)
        if not rows:
            self.remarks.append(Remark(name, "has no rows; the table is taken as not given", file=checked.label))
        return bool(rows)

    def tell(self, name: str, sources: list[Source], day: date | None, money: Money) -> TableReport:
        files = tuple(source.label for source in sources) or ("sql",)
        unused = self.mapped[name].unused
        return count_rows(self.connection, self.checked[name], self.readings[name], files, unused, day, money.currency)

    def table(self, name: str) -> TableSettings:
        return self.settings.tables.get(name, TableSettings())

    def path(self, name: str) -> Path:
        return self.raw / f"{name}.parquet"

