"""What the door says: rows and money counted, what was set aside and why, what was kept and must be known."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import product
from typing import Any

from kamnb.errors import LONGEST_LINE, clip_lines, clip_text

STATUSES = ("kept", "set_aside", "after_as_of")
"""Where each row read has gone; the counts of the three add up to the rows read."""


_LONGEST = {"value": 200, "column": 200, "what": LONGEST_LINE, "remedy": LONGEST_LINE}
"""Characters of what is said of a value; the rows that were set aside hold all of it."""


@dataclass(frozen=True)
class Remark:
    """Something that was kept and must be known, or the reason why rows were set aside.

    Attributes
    ----------
    table, file, column, value : str
        Where; empty where the remark is about more than that. With `rows` above 1 they name the first.
    row : int or None
        Row of the file, its header counted.
    what : str
        What is so, in words.
    remedy : str
        What to do about it, where there is something to do.
    rows : int
        How many rows it is true of.
    money : tuple of (str, Decimal)
        The sums of their columns of money, each named with its currency; those that are 0 or not known are left out.
    """

    table: str
    what: str
    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""
    remedy: str = ""
    rows: int = 1
    money: tuple[tuple[str, Decimal], ...] = ()

    def __post_init__(self) -> None:
        for name, most in _LONGEST.items():
            object.__setattr__(self, name, clip_text(getattr(self, name), most))

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.file or self.table, f"row {self.row}" if self.row else "", self.column) if part)
        first = f" (first of {self.rows:,})" if self.rows > 1 and self.row else ""
        value = f' "{self.value}"' if self.value else ""
        money = f" ({', '.join(f'{column} {total:,.2f}' for column, total in self.money)})" if self.money else ""
        return f"{place}{first}:{value} {self.what}{'; ' + self.remedy if self.remedy else ''}{money}"

    def to_dict(self) -> dict[str, Any]:
        """Return the remark as plain values, for JSON."""
        told = {key: value for key, value in vars(self).items() if value not in ("", None, ())}
        return told | ({"money": {column: str(total) for column, total in self.money}} if self.money else {})


@dataclass(frozen=True)
class Count:
    """Rows and money of one table in one currency that went one way.

    ``money`` is the sum of the table's amount; ``not_valued`` counts rows whose amount does not read.
    """

    rows: int = 0
    money: Decimal = Decimal(0)
    not_valued: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.rows + other.rows, self.money + other.money, self.not_valued + other.not_valued)


@dataclass(frozen=True)
class TableReport:
    """What became of one table.

    ``counts`` holds a `Count` per (status, currency); the currency is empty for tables without money. ``further`` has the
    sums of the other columns of money by the same.
    """

    table: str
    files: tuple[str, ...]
    amount: str = ""
    counts: Mapping[tuple[str, str], Count] = field(default_factory=dict)
    reasons: tuple[Remark, ...] = ()
    unused: tuple[str, ...] = ()
    further: Mapping[str, Mapping[tuple[str, str], Decimal]] = field(default_factory=dict)

    def count(self, *statuses: str, currency: str | None = None) -> Count:
        """Return rows and money of `statuses` (all of them where none is named)."""
        wanted = statuses or STATUSES
        hits = (count for (status, code), count in self.counts.items() if status in wanted and currency in (None, code))
        return sum(hits, Count())

    @property
    def currencies(self) -> list[str]:
        """Currencies met, sorted."""
        return sorted({code for _, code in self.counts})

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for JSON; money is text so that no cent is lost."""
        rows = {"read": self.count().rows} | {status: self.count(status).rows for status in STATUSES}
        said: dict[str, Any] = {"files": list(self.files), "rows": rows}
        if self.amount:
            said |= {"amount": self.amount, "money": {code: self._money(code) for code in self.currencies}}
        if self.further:
            said["further_money"] = {
                name: {code: {went: str(self.sum_further(name, code, went)) for went in STATUSES} for code in self.currencies}
                for name in self.further
            }
        return said | {"reasons": [reason.to_dict() for reason in self.reasons], "columns_not_used": list(self.unused)}

    def sum_further(self, column: str, currency: str, *statuses: str) -> Decimal:
        """Return the sum of another column of money in a currency, of `statuses` (all of them where none is named)."""
        sums = self.further[column]
        return sum((sums.get((status, currency), Decimal(0)) for status in statuses or STATUSES), Decimal(0))

    def _money(self, code: str) -> dict[str, Any]:
        read = {"read": str(self.count(currency=code).money)}
        parts = {status: str(self.count(status, currency=code).money) for status in STATUSES}
        return read | parts | {"rows_not_valued": self.count(currency=code).not_valued}


@dataclass(frozen=True)
class Reconciliation:
    """How the invoices agree with the master rows and with the controller's totals.

    ``with_master`` and ``revenue`` are kept invoice amounts, the latter in all; ``without_master``
    lists the largest ids without a row in accounts; ``control`` has (period, given, found); ``set_aside`` is the amount of
    invoices that count for no account, for they were set aside; ``remedy`` says how ids without a row would have one.
    """

    revenue: Decimal
    with_master: Decimal
    without_master: tuple[tuple[str, int, Decimal], ...] = ()
    control: tuple[tuple[str, Decimal, Decimal], ...] = ()
    set_aside: Decimal = Decimal(0)
    remedy: str = ""

    @property
    def share(self) -> float | None:
        """Share of revenue read that has a master row, a fraction; None without revenue."""
        read = self.revenue + self.set_aside
        return float(self.with_master / read) if read else None

    def to_dict(self) -> dict[str, Any]:
        """Return the reconciliation as plain values, for JSON."""
        return {
            "revenue": str(self.revenue),
            "share_with_master_row": self.share,
            "set_aside": str(self.set_aside),
            "ids_without_master_row": [
                {"account_id": name, "rows": rows, "revenue": str(money)} for name, rows, money in self.without_master
            ],
            "control": [
                {"period": period, "given": str(given), "found": str(found), "difference": str(found - given)}
                for period, given, found in self.control
            ],
        }


@dataclass(frozen=True)
class DoorReport:
    """Everything that is said before any number is computed.

    Attributes
    ----------
    as_of, as_of_source
        The day, and where it is from.
    currency : str
        The reporting currency; empty where the data name none.
    tables : tuple of TableReport
    faults : tuple of str
        What stops the run; empty when the data can be used.
    remarks : tuple of Remark
        What was kept and must be known.
    reconciliation : Reconciliation or None
        None without invoices.
    is_kept : bool
        Whether the tables were checked before and nothing of them changed since.
    """

    source: str
    as_of: date | None
    as_of_source: str
    currency: str
    tables: tuple[TableReport, ...] = ()
    faults: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    reconciliation: Reconciliation | None = None
    is_kept: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "faults", tuple(map(clip_lines, self.faults)))

    @property
    def has_set_aside(self) -> bool:
        """Whether rows were set aside."""
        return any(table.count("set_aside").rows for table in self.tables)

    def __getitem__(self, table: str) -> TableReport:
        return {report.table: report for report in self.tables}[table]

    def to_dict(self) -> dict[str, Any]:
        """Return the report as plain values, for ``kamnb check --json``."""
        return {
            "source": self.source,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "as_of_source": self.as_of_source,
            "currency": self.currency,
            "good": not self.faults,
            "faults": list(self.faults),
            "tables": {report.table: report.to_dict() for report in self.tables},
            "remarks": [remark.to_dict() for remark in self.remarks],
            "reconciliation": self.reconciliation.to_dict() if self.reconciliation else None,
        }

    def say_remarks(self) -> list[str]:
        """Return what was kept and must be known as lines, what is true of several files once."""
        return [clip_text(line) for line in _join_alike(self.remarks)]

    def say_lines(self) -> list[str]:
        """Return the report as lines of text for a terminal."""
        return [clip_text(line) for line in _say(self)]


def say_kept(report: DoorReport | None) -> list[str]:
    """Say, where it is so, that the tables did not pass the door anew."""
    return ["the tables are as they were when last checked; taken from .kamnb/cache"] if report and report.is_kept else []


def _say(report: DoorReport) -> Iterator[str]:
    if report.as_of:
        yield f"as of {report.as_of} ({report.as_of_source})"
    for table in report.tables:
        yield from _say_table(table)
    if report.reconciliation:
        yield from _say_reconciliation(report.reconciliation, report.currency)
    if report.remarks:
        yield "to know:"
        yield from (f"  {line}" for line in report.say_remarks())


def name_first(names: Sequence[str], most: int) -> str:
    """Return the first names, and how many there are more.

    Examples
    --------
    >>> name_first(["a", "b", "c", "d"], 2)
    'a, b and 2 more'
    """
    shown = most if len(names) > most + 1 else len(names)
    return ", ".join(names[:shown]) + (f" and {len(names) - shown:,} more" if len(names) > shown else "")


def _join_alike(remarks: Sequence[Remark]) -> Iterator[str]:
    """Yield remarks, those that say the same of several places as one, in the order of the first."""
    alike: dict[tuple[Any, ...], list[Remark]] = defaultdict(list)
    for remark in remarks:
        told = (remark.what, remark.remedy, remark.value, remark.column) if remark.row is None else (remark,)
        alike[told].append(remark)
    for first, *others in alike.values():
        files = list(dict.fromkeys(each.file or each.table for each in (first, *others)))
        what = f"{first.what}, in each" if first.what[0].isdigit() else first.what
        yield str(replace(first, file=name_first(files, _NAMED), what=what) if others else first)


_NAMED = 3
"""So many files are named in a remark that is true of more."""


def say_count(number: int, noun: str) -> str:
    """Say how many there are, with the right plural.

    Examples
    --------
    >>> say_count(1, "row"), say_count(1200, "row"), say_count(0, "row")
    ('1 row', '1,200 rows', '0 rows')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def say_share(share: float, decimals: int = 0) -> str:
    """Say a part of a whole in per cent.

    Examples
    --------
    >>> say_share(0.5), say_share(0.9876, 1)
    ('50 %', '98.8 %')
    """
    return f"{100 * share:.{decimals}f} %"


def _say_table(table: TableReport) -> Iterator[str]:
    read, kept, aside, after = (table.count(*status).rows for status in ((), ("kept",), ("set_aside",), ("after_as_of",)))
    went = f"{kept:,} kept + {aside:,} set aside + {after:,} dated later"
    yield f"{table.table} ({', '.join(table.files)}): {say_count(read, 'row')} read = {went}"
    for code in table.currencies if table.amount else ():
        money = [table.count(*status, currency=code) for status in ((), ("kept",), ("set_aside",), ("after_as_of",))]
        unread = f"; {say_count(money[0].not_valued, 'row')} not valued" if money[0].not_valued else ""
        sums = [f"{part.money:,.2f}" for part in money]
        yield f"  {table.amount} {code or '(no currency)'} {sums[0]} = {sums[1]} + {sums[2]} + {sums[3]}{unread}"
    for column, code in product(table.further, table.currencies):
        parts = [table.sum_further(column, code, *status) for status in ((), *((each,) for each in STATUSES))]
        if any(parts):
            sums = [f"{part:,.2f}" for part in parts]
            yield f"  {column} {code or '(no currency)'} {sums[0]} = {sums[1]} + {sums[2]} + {sums[3]}"
    yield from (f"  set aside: {reason}" for reason in table.reasons)
    if table.unused:
        yield f"  columns not used: {name_first(table.unused, 12)}"


def _say_reconciliation(reconciliation: Reconciliation, currency: str) -> Iterator[str]:
    if reconciliation.share is not None:
        aside = f"; {_write_cents(reconciliation.set_aside, currency)} is in rows that were set aside"
        yield f"{say_share(reconciliation.share, 1)} of revenue has a row in accounts{aside if reconciliation.set_aside else ''}"
    if reconciliation.remedy:
        yield f"  {reconciliation.remedy}"
    for name, rows, money in reconciliation.without_master:
        yield f"  no row in accounts: {name}, {say_count(rows, 'invoice row')}, {_write_cents(money, currency)}"
    for period, given, found in reconciliation.control:
        verdict = "agrees to the cent" if given == found else f"differs by {found - given:,.2f}"
        yield f"control {period}: controller {given:,.2f}, invoices {_write_cents(found, currency)}: {verdict}"


def _write_cents(money: Decimal, currency: str) -> str:
    return f"{currency} {money:,.2f}".lstrip()
