"""One currency for all totals: which it is, and the dated rates that lead to it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from kamnb.data.rates import Rates
from kamnb.data.report import Remark
from kamnb.data.rows import Checked
from kamnb.data.settings import DataSettings
from kamnb.data.sql import identifier
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Money:
    """The reporting currency (empty where none is named), rates to it, and what is to be said of it."""

    currency: str
    rates: Rates
    faults: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


class _Met(NamedTuple):
    """A currency in one table: the first day on which amounts are in it, and the first row."""

    start: date | None
    table: str
    file: str
    row: int

    @property
    def place(self) -> str:
        return f"{self.file}, row {self.row}, currency"


def agree_on_money(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], settings: DataSettings, day: date | None
) -> Money:
    """Find the currency that totals are formed in; faults say which amounts cannot be converted to it."""
    met = _find_currencies(connection, checked, day)
    codes = sorted(code for code in met if re.fullmatch("[A-Z]{3}", code))
    faults = [
        f'{met[code].place}: "{code}" is not a currency code such as EUR; map it by values.currency of [{met[code].table}]'
        for code in sorted(met.keys() - {*codes})
    ]
    reporting = settings.reporting_currency or (codes[0] if len(codes) == 1 else "")
    faults += _unused_faults(connection, checked, reporting)
    remarks = tuple(_unnamed(connection, checked, reporting))
    if len(codes) > 1 and not reporting:
        where = "; ".join(f"{code} in {met[code].place}" for code in codes)
        return Money("", {}, (*faults, f"currency: there are several ({where}); give reporting_currency and [rates]"), remarks)
    rates = {code: settings.rates.get(code, {}) for code in codes if code != reporting}
    return Money(reporting, rates, (*faults, *_unrated(rates, met, reporting)), remarks)


def _find_currencies(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], day: date | None
) -> dict[str, _Met]:
    met: dict[str, _Met] = {}
    for name, item in checked.items():
        for code, start, file, row in _currencies(connection, item, day):
            known = met.get(code)
            if known is None or (start and known.start and start < known.start):
                met[code] = _Met(start, name, file, row)
    return met


def _currencies(
    connection: "duckdb.DuckDBPyConnection", item: Checked, day: date | None
) -> list[tuple[str, date | None, str, int]]:
    if not (item.table.has_currency and item.table.money):
        return []
    event = f"coalesce({item.table.event}, $day::DATE)" if item.table.event else "$day::DATE"
    return connection.execute(
        f"SELECT currency, min({event}), arg_min(_file, _seq), arg_min(_row, _seq) FROM t_{item.table.name} "
        f"WHERE {_valued(item)} AND currency IS NOT NULL GROUP BY currency ORDER BY currency",
        {"day": day},
    ).fetchall()


def _valued(item: Checked) -> str:
    return f"_why IS NULL AND ({' OR '.join(f'{column} IS NOT NULL' for column in item.table.money)})"


def _unrated(rates: Rates, met: Mapping[str, _Met], reporting: str) -> Iterator[str]:
    for code, dated in rates.items():
        start, place = met[code].start, met[code].place
        if not dated:
            needed = f'[rates] {code} = {{ "{start or "2025-01-01"}" = ... }}'
            yield f"{place}: {code} cannot be converted to {reporting}; give {needed}"
        elif start and min(dated) > start:
            yield f"{place}: {code} is met on {start}, but its first rate is from {min(dated)}; add an earlier one to [rates]"


def _unnamed(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], reporting: str) -> Iterator[Remark]:
    what = (
        f"amounts without a currency are taken as {reporting}"
        if reporting
        else "amounts name no currency; give reporting_currency"
    )
    for item in checked.values():
        if item.table.money:
            unnamed = " AND currency IS NULL" if item.table.has_currency else ""
            query = f"SELECT count(*) FROM t_{item.table.name} WHERE {_valued(item)}{unnamed}"
            (rows,) = connection.execute(query).fetchone() or (0,)
            if rows:
                told = next(
                    (_say_unused(item, column, codes) for column, codes in find_unused_currencies(connection, item)), what
                )
                yield Remark(item.table.name, told, file=item.label, column="currency", rows=rows)


def _say_unused(item: Checked, column: str, codes: list[str]) -> str:
    add = f'add columns.currency = "{column}" to [{item.table.name}]'
    return f"{column} holds {', '.join(codes)} and is not used: {add}, or say by constants.currency what it is"


def _unused_faults(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], reporting: str) -> Iterator[str]:
    """Yield a fault for each table with several currencies, or another than the reporting one, in a column that is not used."""
    for item in checked.values():
        for column, codes in find_unused_currencies(connection, item):
            if len(codes) > 1 or (reporting and codes != [reporting]):
                yield f"{item.label}: {_say_unused(item, column, codes)}"


def find_unused_currencies(connection: "duckdb.DuckDBPyConnection", item: Checked) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns that are called a currency, hold nothing but its codes and are not used, with the codes."""
    given = item.mapped
    if not (item.table.has_currency and item.table.money) or "currency" in given.texts:
        return
    words = load_words("currency")
    for column in (*given.unused, *given.further):
        if column in given.raw and any(word in column.lower() for word in words["words"]):
            cells = f"SELECT DISTINCT upper(trim({identifier(column)})) AS code FROM raw_{item.table.name}"
            codes = [code for (code,) in connection.execute(f"{cells} ORDER BY code LIMIT 200").fetchall() if code]
            if codes and {*codes} <= {*words["codes"]}:
                yield column, codes
