"""Invoices against the master rows and against the controller's totals."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from kamnb.data.money import Money
from kamnb.data.rates import converted
from kamnb.data.report import Reconciliation
from kamnb.data.rows import Checked
from kamnb.data.settings import DataSettings
from kamnb.data.sql import quote

if TYPE_CHECKING:
    import duckdb

CENT = Decimal("0.01")

LARGEST = 10
"""How many ids without a master row are listed."""


def reconcile(
    connection: "duckdb.DuckDBPyConnection",
    checked: Mapping[str, Checked],
    settings: DataSettings,
    money: Money,
    day: date | None,
) -> Reconciliation | None:
    """Compare invoice amounts with master rows and the controller's totals, in the reporting currency.

    Revenue is that of kept rows; a controller's total is compared with rows after as_of as well,
    for it covers its whole period. Years are fiscal years, named by the year in which they begin.
    """
    if "invoices" not in checked or money.faults or day is None:
        return None
    amount = converted("amount", "date", money.currency, money.rates, day)
    rows = f"SELECT * REPLACE (coalesce(currency, {quote(money.currency)}) AS currency) FROM t_invoices WHERE _why"
    sound = f"SELECT account_id, date, {amount} AS amount FROM ({rows} IS NULL)"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW sound AS {sound}")
    lost = f"{rows} IN ('missing', 'unread')"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW kept AS SELECT account_id, amount FROM sound WHERE date <= DATE '{day}'")
    revenue = _sum(connection, "SELECT sum(amount) FROM kept")
    control = _control(connection, settings)
    aside = _sum(connection, f"SELECT sum({amount}) FROM ({lost}) WHERE date IS NULL OR date <= DATE '{day}'")
    if "accounts" not in checked:
        return Reconciliation(revenue, Decimal(0), (), control, aside)
    known = "SELECT account_id FROM t_accounts WHERE _why IS NULL"
    largest = connection.execute(
        f"SELECT account_id, count(*), sum(amount) FROM kept WHERE account_id NOT IN ({known}) "
        f"GROUP BY account_id ORDER BY 3 DESC, 1 LIMIT {LARGEST}"
    ).fetchall()
    with_master = _sum(connection, f"SELECT sum(amount) FROM kept WHERE account_id IN ({known})")
    return Reconciliation(revenue, with_master, tuple(largest), control, aside)


def _control(connection: "duckdb.DuckDBPyConnection", settings: DataSettings) -> tuple[tuple[str, Decimal, Decimal], ...]:
    """Return (period, given, found); what is found is rounded to the cent, once."""
    query = f"SELECT sum(amount) FROM sound WHERE {_in_period(settings.fiscal_year_start)}"
    found = {period: _sum(connection, query, {"period": period}) for period in settings.control}
    return tuple(
        (period, given, found[period].quantize(CENT, ROUND_HALF_UP)) for period, given in sorted(settings.control.items())
    )


def _in_period(year_start: int) -> str:
    fiscal = f"date - to_months({year_start - 1})"
    return (
        f"CASE WHEN contains($period, 'Q') THEN year({fiscal}) || '-Q' || quarter({fiscal}) "
        f"WHEN length($period) = 4 THEN year({fiscal})::VARCHAR ELSE strftime(date, '%Y-%m') END = $period"
    )


def _sum(connection: "duckdb.DuckDBPyConnection", query: str, parameters: dict[str, str] | None = None) -> Decimal:
    (total,) = connection.execute(query, parameters or {}).fetchone() or (None,)
    return Decimal(total or 0)
