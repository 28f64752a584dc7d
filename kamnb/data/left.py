"""Tables whose rows are left in a file as it came: sound in every cell, each column of ours a column of theirs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kamnb.data.settings import TableSettings
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import SQL_TYPES, Column, Table
from kamnb.data.typed import fit_value, known_cell, spell_cell
from kamnb.data.values import parse_value


@dataclass(frozen=True)
class Left:
    """How the columns of a table are had from the file in which its rows are left.

    It is no SQL, for it is kept beside a workbook: what is handed on must not say what is run.

    Attributes
    ----------
    columns : mapping of our column to (name in the file, kind)
    decimal : str
        The decimal mark of numbers that are read as text.
    turned : frozenset of str
        The columns whose values above 0 are below it where the amount is.
    currency : str
        That of rows which name none; empty where it is not known.
    """

    columns: Mapping[str, tuple[str, str]]
    decimal: str = "."
    turned: frozenset[str] = frozenset()
    currency: str = ""

    def values(self, table: Table) -> Iterator[str]:
        """Yield the expressions of all columns of the table, each with its name.

        Examples
        --------
        >>> from kamnb.data.tables import TABLES
        >>> next(Left({"account_id": ("Customer", "VARCHAR")}).values(TABLES["invoices"]))
        '"Customer"::VARCHAR AS "account_id"'
        """
        for column in table.columns:
            value = self._value(column)
            if column.name in self.turned:
                amount = self._value(table["amount"])
                value = f"(CASE WHEN {amount} < 0 AND {value} > 0 THEN -{value} ELSE {value} END)"
            if column.name == "currency" and self.currency:
                value = f"coalesce({value}, {quote(self.currency)})"
            yield f"{value}::{SQL_TYPES[column.kind]} AS {identifier(column.name)}"

    def _value(self, column: Column) -> str:
        if column.name not in self.columns:
            return "NULL"
        name, kind = self.columns[column.name]
        if column.kind == "text" or (column.kind == "yesno" and kind == "VARCHAR"):
            return parse_value(spell_cell(name, kind, self.decimal), column, TableSettings())
        return fit_value(known_cell(name, kind), kind, column, TableSettings(), known=True)
