"""kamnb: a workbook for key account management."""

__version__ = "0.2.0"
