"""One passage through the door: a company's tables are read and checked, entries are added, and what is kept is saved."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kamnb.data.accounts import AccountIds, learn_ids, leave_out_overrides, roll_up
from kamnb.data.cache import ASIDE
from kamnb.data.columns import Mapped, map_columns
from kamnb.data.counts import count_rows, count_unusable, save_set_aside
from kamnb.data.drafting import draft_settings, survey_folder
from kamnb.data.entries import declare_entries, map_entries, merge_entries
from kamnb.data.files import Listed, Source, find_beside
from kamnb.data.ledgers import mark_ledgers, remark_on_listings
from kamnb.data.limits import find_excess
from kamnb.data.losses import save_losses
from kamnb.data.method import read_own_files
from kamnb.data.money import Money, agree_on_money
from kamnb.data.portfolio import Portfolio
from kamnb.data.queries import asks_for_day, query_label, read_raw
from kamnb.data.reading import read_files
from kamnb.data.reconciliation import reconcile
from kamnb.data.remarks import find_strangers, list_references, remark_on, remark_on_scales
from kamnb.data.report import DoorReport, Reconciliation, Remark, TableReport
from kamnb.data.rows import Checked, Saved, check_rows, save_kept, set_aside_merged
from kamnb.data.saving import link_file
from kamnb.data.scales import declare_scaled
from kamnb.data.settings import DataSettings, TableSettings
from kamnb.data.shapes import Beside
from kamnb.data.shaping import reshapes, shape_rows
from kamnb.data.tables import FOUNDING, TABLES
from kamnb.data.values import parse_value

if TYPE_CHECKING:
    import duckdb

Answer = TypeVar("Answer")


@dataclass
class Passing:
    """One passage of a company's tables: what has been read and said so far.

    `take` reads and checks the company's tables, `add_entries` adds what people entered, `finish` saves what is kept. Where that
    is done again for other entries, `keep` is the folder that holds the tables as they were saved before, `answers` are those
    about them, and `versions` says of each table that has entries which ones they are.
    """

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
    day: date | None = None
    day_source: str = ""
    keep: Path | None = None
    answers: dict[Hashable, tuple[Hashable, Any]] = field(default_factory=dict)
    versions: Mapping[str, Hashable] = field(default_factory=dict)

    def take(self, listed: Listed, as_of: date | None) -> None:
        """Read and check the company's tables."""
        self._take_sources(*listed)
        self.day, self.day_source = self._agree_on_day(as_of)
        for name in self.found:
            self._read_table(name, self.day)
        self._check_tables()

    def finish(self) -> tuple[DoorReport, Portfolio | None]:
        """Save what is kept; return what the door says."""
        day = self.day
        self.remarks += self._find_strangers()
        self._miss_tables()
        money = self._agree_on_money(day)
        if "open_items" in self.checked:
            self.remarks += self._remark_on_listings(day, money.currency)
        self.faults += self._find_excess(day, money)
        tables = tuple(self._count(name, day, money) for name in TABLES if name in self.mapped)
        settled = self._reconcile(day, money)
        for name in self.checked:
            self._set_aside(name)
        portfolio = None if self.faults or day is None else self._save(day, money)
        report = DoorReport(
            str(self.settings.source),
            day,
            self.day_source,
            money.currency,
            tables,
            tuple(self.faults),
            tuple(self.remarks),
            settled,
        )
        return report, replace(portfolio, report=report) if portfolio else None

    def _take_sources(self, found: Mapping[str, list[Source]], faults: Iterable[str], remarks: Iterable[Remark]) -> None:
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

    def _agree_on_day(self, as_of: date | None) -> tuple[date | None, str]:
        if as_of:
            return as_of, "as asked"
        if self.settings.as_of:
            return self.settings.as_of, "from kamnb.toml"
        if "invoices" in self.found and not asks_for_day(self._table("invoices")):
            self._read_table("invoices", None)
            if day := self._last_invoice_day():
                return day, "the last invoice date"
        is_read = "invoices" in self.mapped and not self.mapped["invoices"].faults
        if self.found and ("invoices" not in self.found or is_read):
            self.faults.append("as of: no day is given and there is no dated invoice to take it from; give --as-of YYYY-MM-DD")
        return None, "not known"

    def _last_invoice_day(self) -> date | None:
        """Return the last date of invoices that have an account and an amount."""
        mapped, table = self.mapped.get("invoices"), TABLES["invoices"]
        if not mapped or mapped.faults:
            return None
        texts = mapped.texts
        date_, amount = (parse_value(texts[name], table[name], self._table("invoices")) for name in ("date", "amount"))
        sound = f"{texts['account_id']} IS NOT NULL AND {amount} IS NOT NULL"
        row = self.connection.execute(f"SELECT max({date_}) FROM raw_invoices WHERE {sound}").fetchone()
        return row[0] if row else None

    def _read_table(self, name: str, day: date | None) -> None:
        settings, sources = self._table(name), self.found[name]
        if name in self.read or (asks_for_day(settings) and day is None):
            return
        self.read.add(name)
        seconds = self.settings.limits.query_seconds
        reading = read_raw(self.connection, name, sources, settings, self.settings.root, day, self.raw, seconds)
        self.faults += reading.faults
        self.remarks += reading.remarks
        beside = self._read_beside(name, settings)
        if reading.is_read and beside is not None:
            label = query_label(name, sources) if settings.sql else sources[0].label
            faults, remarks = shape_rows(self.connection, name, reading.rows, settings, self.settings.ids, label, beside)
            table = declare_scaled(TABLES[name], self.settings.scales)
            self.mapped[name] = map_columns(self.connection, table, settings, self.settings.ids, label)
            if not reshapes(settings):
                self.mapped[name] = replace(self.mapped[name], typed=reading.typed)
            if faults:
                self.mapped[name] = replace(self.mapped[name], faults=tuple(faults))
            self.faults += self.mapped[name].faults
            self.remarks += remarks

    def _read_beside(self, name: str, settings: TableSettings) -> list[tuple[Beside, str, str]] | None:
        """Read the further files of a table; return how each is joined, its label and its rows; None where one does not read."""
        found = []
        for place, (beside, source) in enumerate(find_beside(self.settings.root, settings)):
            read_as = TableSettings(encoding=beside.encoding, separator=beside.separator, header_row=beside.header_row)
            reading = read_files(self.connection, [source], read_as, self.raw / f"{name}-beside-{place}")
            self.faults += reading.faults
            self.remarks += reading.remarks
            if reading.faults:
                return None
            found.append((beside, source.label, reading.rows))
        return found

    def _check_tables(self) -> None:
        """Check accounts and aliases first: they say how ids are spelled in the others."""
        first = [name for name in self.mapped if name in ("accounts", "aliases")]
        for name in first:
            self._check(name, AccountIds())
        ids = learn_ids(self.connection, self.checked.keys(), self.settings.level)
        self.faults += ids.faults
        self.remarks += ids.remarks
        if ids.merged:
            self.checked["accounts"] = set_aside_merged(self.connection, self.checked["accounts"], ids.merged)
        for name in self.mapped:
            if name not in first:
                self._check(name, ids)
        self.remarks += remark_on_scales(self.connection, self.checked, self.settings.scales)
        self.ids = ids

    def add_entries(self, name: str) -> None:
        """Read and check the entries to a table and add them to its rows; without the table they make it."""
        entries, source = declare_entries(name), self.entries[name]
        reading = read_raw(self.connection, entries.name, [source], TableSettings(), self.raw, None, self.raw)
        self.faults += reading.faults
        if reading.faults or (self.mapped.keys() >= {name} and name not in self.checked):
            return
        self.connection.execute(f"CREATE VIEW raw_{entries.name} AS {reading.rows}")
        mapped = map_entries(self.connection, name, self.settings.ids, source.label)
        self.faults += mapped.faults
        if mapped.faults:
            return
        checked = check_rows(self.connection, mapped, TableSettings(), self.ids)
        self.faults += checked.faults
        self.remarks += remark_on(self.connection, checked)
        self.checked[name] = merge_entries(self.connection, name, checked, self.checked.get(name), self.day)
        self.mapped.setdefault(name, self.checked[name].mapped)

    def _check(self, name: str, ids: AccountIds) -> None:
        if not self.mapped[name].faults:
            checked = self.checked[name] = check_rows(
                self.connection, self.mapped[name], self._table(name), ids, self.settings.scales
            )
            self.faults += checked.faults
            self.remarks += remark_on(self.connection, checked)
            if name == "open_items":
                mark_ledgers(self.connection)

    def _miss_tables(self) -> None:
        """Say which tables have no row that can be used; one of the founding ones must have some."""
        empty = [name for name, checked in self.checked.items() if not checked.kept]
        self.remarks += [
            Remark(name, "no row can be used; the table is taken as not given", file=self.checked[name].label) for name in empty
        ]
        founding = [name for name in FOUNDING if name in self.found]
        if founding and not {*founding} - {*empty}:
            self.faults.append(
                f"{', '.join(founding)}: no row can be used; there must be accounts, invoices, open items or opportunities"
            )

    def _agree_on_money(self, day: date | None) -> Money:
        asked = partial(agree_on_money, self.connection, self.checked, self.settings, day)
        money = self._ask(self._with_money, ("money", day), asked)
        self.faults += money.faults
        self.remarks += money.remarks
        return money

    @property
    def _with_money(self) -> set[str]:
        return {name for name, checked in self.checked.items() if checked.table.money}

    def _remark_on_listings(self, day: date | None, currency: str) -> tuple[Remark, ...]:
        label = self.checked["open_items"].label
        key = ("listings", day, currency)
        return self._ask({"open_items"}, key, lambda: tuple(remark_on_listings(self.connection, label, day, currency)))

    def _find_excess(self, day: date | None, money: Money) -> Iterator[str]:
        for name, checked in self.checked.items():
            asked = partial(find_excess, self.connection, checked, self.settings.limits, money, day)
            yield from self._ask({name} | self._with_money, ("excess", name, day), asked)

    def _reconcile(self, day: date | None, money: Money) -> Reconciliation | None:
        asked = partial(reconcile, self.connection, self.checked, self.settings, money, day)
        settled = self._ask({"accounts"} | self._with_money, ("settled", day), asked)
        spelled = (
            each.remedy
            for each in self.remarks
            if (each.table, each.column) == ("invoices", "account_id") and each.remedy and each.what.startswith("has no row in")
        )
        return replace(settled, remedy=next(spelled, "")) if settled and settled.share != 1 else settled

    def _count(self, name: str, day: date | None, money: Money) -> TableReport:
        files = tuple(source.label for source in self.found.get(name, ())) or (("sql",) if name in self.found else ())
        files += (self.entries[name].label,) if name in self.entries else ()
        if name not in self.checked:
            return count_unusable(self.connection, self.mapped[name], files)
        asked = partial(count_rows, self.connection, self.checked[name], files, day, money.currency)
        return self._ask({name}, ("count", name, day, money.currency), asked)

    def _find_strangers(self) -> Iterator[Remark]:
        for name, column, master in list_references(self.checked):
            asked = partial(find_strangers, self.connection, self.checked[name], column, master, self.settings.ids)
            yield from self._ask({name, master}, ("strangers", name, column), asked)

    def _save(self, day: date, money: Money) -> Portfolio:
        given = {name: checked for name, checked in self.checked.items() if checked.kept}
        if "accounts" in given and self.settings.level == "parent":
            self.remarks += roll_up(self.connection, money.currency, money.rates, day)
            self.remarks += leave_out_overrides(self.connection) if "overrides" in given else []
            accounts = given["accounts"]
            given["accounts"] = replace(accounts, further={**accounts.further, "children": ("text", "children")})
        saved = {name: self._save_table(checked, money.currency) for name, checked in given.items()}
        filled = {name: each.filled for name, each in saved.items()}
        further = {name: kind for name, (kind, _) in given["accounts"].further.items()} if "accounts" in given else {}
        return Portfolio(
            self.work, day, money.currency, filled, money.rates, further,
            left={name: each.left for name, each in saved.items() if each.left},
            fiscal_year_start=self.settings.fiscal_year_start, own=read_own_files(self.settings.home),
            is_lossy=save_losses(self.connection, self.checked, money, day, self.work), home=self.settings.home,
        )  # fmt: skip

    def _save_table(self, checked: Checked, currency: str) -> Saved:
        """Write the kept rows of a table."""
        name, write = checked.table.name, partial(save_kept, self.connection, checked, rolled_up=self.ids.rolled_up)
        if self.keep is None or (name == "accounts" and self.settings.level == "parent"):
            return write(self.work / f"{name}.parquet", currency)
        file = self.keep / f"{name}-in-{currency}.parquet"
        saved = self._ask({name}, ("save", name, currency), partial(write, file, currency))
        link_file(file, self.work / f"{name}.parquet")
        return saved

    def _set_aside(self, name: str) -> None:
        """Write the rows of a table that were set aside, where there are any."""
        place, folder = Path(ASIDE, f"{name}.csv"), self.keep or self.work
        write = partial(save_set_aside, self.connection, self.checked[name], folder / place)
        if self._ask({name}, ("aside", name), write) and self.keep:
            (self.work / ASIDE).mkdir(exist_ok=True)
            link_file(self.keep / place, self.work / place)

    def _ask(self, tables: Set[str], key: Hashable, question: Callable[[], Answer]) -> Answer:
        """Return the answer about some tables; where they have the entries that they had it is the one that was given before."""
        if self.keep is None:
            return question()
        version = tuple(self.versions.get(name) for name in sorted(tables))
        if key not in self.answers or self.answers[key][0] != version:
            self.answers[key] = version, question()
        answer: Answer = self.answers[key][1]
        return answer

    def _table(self, name: str) -> TableSettings:
        return self.settings.tables.get(name, TableSettings())
