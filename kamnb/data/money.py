"""One currency for all totals: which it is, and the dated rates that lead to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Rates
from kamnb.data.report import Remark
from kamnb.data.rows import Checked
from kamnb.data.settings import DataSettings

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Money:
    """The reporting currency (empty where none is named), rates to it, and what is to be said of it."""

    currency: str
    rates: Rates
    faults: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def agree_on_money(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], settings: DataSettings, day: date | None
) -> Money:
    """Find the currency that totals are formed in; faults say which amounts cannot be converted to it."""
    met = _met(connection, checked, day)
    reporting = settings.reporting_currency or (next(iter(met)) if len(met) == 1 else "")
    remarks = tuple(_unnamed(connection, checked, reporting))
    if len(met) > 1 and not reporting:
        label = next(iter(met.values()))[1]
        fault = f"{label}, currency: {' and '.join(sorted(met))} are mixed; give reporting_currency and [rates]"
        return Money("", {}, (fault,), remarks)
    rates = {code: settings.rates.get(code, {}) for code in sorted(met) if code != reporting}
    return Money(reporting, rates, tuple(_unrated(rates, met, reporting)), remarks)


def _met(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], day: date | None
) -> dict[str, tuple[date | None, str]]:
    """Return each currency met with its first day and the file of that."""
    met: dict[str, tuple[date | None, str]] = {}
    for item in checked.values():
        for code, start in _currencies(connection, item, day) if item.table.has_currency else ():
            known = met.get(code, (None, ""))[0]
            if code not in met or (start and known and start < known):
                met[code] = (start, item.label)
    return met


def _currencies(connection: "duckdb.DuckDBPyConnection", item: Checked, day: date | None) -> list[tuple[str, date | None]]:
    event = f"min(coalesce({item.table.event}, $day))" if item.table.event else "$day"
    return connection.execute(
        f"SELECT currency, {event}::DATE FROM t_{item.table.name} WHERE {_valued(item)} AND currency IS NOT NULL "
        "GROUP BY currency ORDER BY currency",
        {"day": day},
    ).fetchall()


def _valued(item: Checked) -> str:
    return f"_why IS NULL AND ({' OR '.join(f'{column} IS NOT NULL' for column in item.table.money)})"


def _unrated(rates: Rates, met: Mapping[str, tuple[date | None, str]], reporting: str) -> Iterator[str]:
    for code, dated in rates.items():
        start, label = met[code]
        if not dated:
            yield f'{label}, currency: {code} cannot be converted to {reporting}; give [rates] {code} = {{ "{start or "2025-01-01"}" = ... }}'
        elif start and min(dated) > start:
            yield f"{label}, currency: {code} is met on {start}, but its first rate is from {min(dated)}; add an earlier one to [rates]"


def _unnamed(connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], reporting: str) -> Iterator[Remark]:
    what = f"amounts without a currency are taken as {reporting}" if reporting else "amounts name no currency; give reporting_currency"
    for item in checked.values():
        if item.table.has_currency:
            query = f"SELECT count(*) FROM t_{item.table.name} WHERE {_valued(item)} AND currency IS NULL"
            (rows,) = connection.execute(query).fetchone() or (0,)
            if rows:
                yield Remark(item.table.name, what, file=item.label, column="currency", rows=rows)
