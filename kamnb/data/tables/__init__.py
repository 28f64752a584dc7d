"""The tables of the data contract, as declared: every name the package uses for a column stands here."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from kamnb.data.tables.customers import CUSTOMERS
from kamnb.data.tables.declaring import SQL_TYPES, Column, Kind, Table
from kamnb.data.tables.knowledge import KNOWLEDGE
from kamnb.data.tables.kpis import KPIS
from kamnb.data.tables.market import MARKET
from kamnb.data.tables.people import PEOPLE
from kamnb.data.tables.plan import PLAN
from kamnb.data.tables.promises import PROMISES
from kamnb.data.tables.sales import SALES

__all__ = ["FOUNDING", "SQL_TYPES", "TABLES", "Column", "Kind", "Table", "tables_in"]

_DECLARED = (*CUSTOMERS, *SALES, *PEOPLE, *MARKET, *KNOWLEDGE, *PLAN, *KPIS, *PROMISES)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
"""Every table of the contract by name, in the order of the contract."""

FOUNDING = ("accounts", "invoices", "open_items", "opportunities")
"""The tables of which one must be there, and whose account ids make up the portfolio."""


def tables_in(query: str) -> tuple[str, ...]:
    """Return the tables of the contract that a query may read: those whose names are words of it.

    Examples
    --------
    >>> tables_in("SELECT account_id FROM ratings JOIN accounts USING (account_id)")
    ('accounts', 'ratings')
    """
    words = set(re.findall(r"\w+", query))
    return tuple(name for name in TABLES if name in words)
