"""Invoices against the master rows and against the controller's totals."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from kamnb.data.money import Money
from kamnb.data.portfolio import converted
from kamnb.data.report import Reconciliation
from kamnb.data.rows import Checked
from kamnb.data.settings import DataSettings

if TYPE_CHECKING:
    import duckdb

LARGEST = 10
"""How many ids without a master row are listed."""


def reconcile(
    connection: "duckdb.DuckDBPyConnection", checked: Mapping[str, Checked], settings: DataSettings, money: Money, day: date | None
) -> Reconciliation | None:
    """Compare kept invoice amounts with master rows and the controller's totals, in the reporting currency."""
    if "invoices" not in checked or money.faults or day is None:
        return None
    amount = converted("amount", "date", money.currency, money.rates, day)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW kept AS SELECT account_id, date, {amount} AS amount FROM "
        f"(SELECT * REPLACE (coalesce(currency, '{money.currency}') AS currency) FROM t_invoices WHERE _why IS NULL)"
    )
    revenue = _sum(connection, "SELECT sum(amount) FROM kept")
    known = "SELECT account_id FROM t_accounts WHERE _why IS NULL"
    if "accounts" not in checked:
        return Reconciliation(revenue, Decimal(0), (), _control(connection, settings.control))
    largest = connection.execute(
        f"SELECT account_id, count(*), sum(amount) FROM kept WHERE account_id NOT IN ({known}) "
        f"GROUP BY account_id ORDER BY 3 DESC, 1 LIMIT {LARGEST}"
    ).fetchall()
    with_master = _sum(connection, f"SELECT sum(amount) FROM kept WHERE account_id IN ({known})")
    return Reconciliation(revenue, with_master, tuple(largest), _control(connection, settings.control))


def _control(connection: "duckdb.DuckDBPyConnection", control: Mapping[str, Decimal]) -> tuple[tuple[str, Decimal, Decimal], ...]:
    spelled = "CASE length($period) WHEN 4 THEN strftime(date, '%Y') WHEN 7 THEN CASE WHEN $period LIKE '%Q%' "
    spelled += "THEN year(date) || '-Q' || quarter(date) ELSE strftime(date, '%Y-%m') END END"
    query = f"SELECT sum(amount) FROM kept WHERE {spelled} = $period"
    return tuple((period, given, _sum(connection, query, {"period": period})) for period, given in sorted(control.items()))


def _sum(connection: "duckdb.DuckDBPyConnection", query: str, parameters: dict[str, str] | None = None) -> Decimal:
    (total,) = connection.execute(query, parameters or {}).fetchone() or (None,)
    return Decimal(total or 0)
