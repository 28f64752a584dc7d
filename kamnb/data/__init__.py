"""The door: a company's files in, a checked :class:`Portfolio` out."""

from kamnb.data.portfolio import Portfolio
from kamnb.data.report import DoorReport, Remark, TableReport
from kamnb.data.tables import FOUNDING, TABLES, Column, Table

__all__ = ["FOUNDING", "TABLES", "Column", "DoorReport", "Portfolio", "Remark", "Table", "TableReport"]
