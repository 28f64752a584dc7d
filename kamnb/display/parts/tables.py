"""Tables that a person can read and a screen reader can follow: caption, scoped heads, units, figures to the right."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from numbers import Real
from typing import Any

import pandas as pd
from pandas.api import types

from kamnb.display.parts import formats as write
from kamnb.display.parts.formats import Format

_LEFT, _RIGHT = "text-align:left", "text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap"
_HEAD_RIGHT = "text-align:right"  # a heading may wrap, of words too: so tables of many columns fit a notebook
# An abbreviation keeps its capitals in a heading made from a column's name.
_ABBREVIATIONS = {"ltm": "LTM", "dso": "DSO", "id": "ID", "kpi": "KPI"}


@dataclass(frozen=True)
class Head:
    """The heading of a column; the unit stands in it once, not in every cell."""

    text: str
    unit: str = ""
    numeric: bool = False
    wraps: bool = True

    def __str__(self) -> str:
        return f"{self.text} ({self.unit})" if self.unit else self.text


@dataclass(frozen=True, repr=False)
class Table:
    """A table ready to show: every cell is text already; the first cell of a row names the row.

    ``values`` holds what is behind the text, a number or a day as YYYY-MM-DD, and is empty where the text is all; the page
    carries it, so that a spreadsheet made from the page has the numbers.
    """

    caption: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    values: tuple[tuple[str, ...], ...] = ()

    def __repr__(self) -> str:
        lines = [tuple(map(str, self.heads)), *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.heads))]
        body = ["  ".join(map(_pad, line, widths, self.heads)).rstrip() for line in lines]
        return "\n".join(
            [
                *([self.caption] if self.caption else []),
                *body,
                *([] if self.rows else ["(none)"]),
                *([self.note] if self.note else []),
            ]
        )

    def _repr_html_(self) -> str:
        """Write the table as HTML; every text is escaped."""
        heads = "".join(
            f'<th scope="col" style="{_HEAD_RIGHT if head.numeric else _LEFT}">{escape(str(head))}</th>' for head in self.heads
        )
        none = f'<tr><td colspan="{len(self.heads)}" style="{_LEFT}">none</td></tr>'
        values = self.values or tuple(("",) * len(row) for row in self.rows)
        body = "\n".join(map(self._write_row, self.rows, values)) or none
        note = f'\n<p class="note">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<div class="kam-table">\n<table>\n{self._write_caption()}'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>{note}\n</div>"
        )

    def _write_caption(self) -> str:
        """Write the caption; a table alone under its heading needs none."""
        return f'<caption style="{_LEFT};caption-side:top">{escape(self.caption)}</caption>\n' if self.caption else ""

    def _write_row(self, row: tuple[str, ...], values: tuple[str, ...]) -> str:
        first = f'<th scope="row"{_carry(values[0])} style="{_align(self.heads[0])};font-weight:normal">{escape(row[0])}</th>'
        cells = zip(self.heads[1:], row[1:], values[1:], strict=True)
        others = (f'<td{_carry(value)} style="{_align(head)}">{escape(cell)}</td>' for head, cell, value in cells)
        return f"<tr>{first}{''.join(others)}</tr>"


def _carry(value: str) -> str:
    return f' data-value="{value}"' if value else ""


def show_table(
    frame: pd.DataFrame,
    caption: str,
    formats: Mapping[str, Format] | None = None,
    *,
    heads: Mapping[str, str] | None = None,
    note: str = "",
) -> Table:
    """Make a table of a frame.

    Parameters
    ----------
    frame : DataFrame
        Shown as it stands. A named index becomes the first column; without a name the
        first column names the rows.
    caption : str
    formats : mapping from column to Format, optional
        How to write a column; without one its type decides.
    heads : mapping from column to heading, optional
        Without one the column's name is the heading: ``revenue_ltm`` is "Revenue LTM".
    note : str, optional
        A line below the table, such as the reason for dashes.

    Returns
    -------
    Table

    Examples
    --------
    >>> from kamnb.display.parts.formats import SHARE, in_money
    >>> frame = pd.DataFrame({"account": ["Nordlicht", "Südwind"], "revenue_ltm": [1234567.8, None], "margin": [0.31, 0.2]})
    >>> show_table(frame, "Revenue", {"revenue_ltm": in_money("EUR"), "margin": SHARE})
    Revenue
    Account    Revenue LTM (EUR)  Margin
    Nordlicht          1,234,568    31 %
    Südwind                    –    20 %
    """
    if frame.index.name is not None:
        frame = frame.reset_index()
    columns = [(str(name), frame[name]) for name in frame.columns]
    chosen = [(formats or {}).get(name, _format_for(column)) for name, column in columns]
    titles = [(heads or {}).get(name, title_column(name)) for name, _ in columns]
    cells = [[form(value) for value in column] for (_, column), form in zip(columns, chosen, strict=True)]
    values = [[_value_of(value, form) for value in column] for (_, column), form in zip(columns, chosen, strict=True)]
    return Table(
        caption,
        tuple(
            Head(title, form.unit, form.numeric, form.wraps and not short)
            for title, form, short in zip(titles, chosen, _find_short(cells), strict=True)
        ),
        tuple(zip(*cells, strict=True)),
        note,
        tuple(zip(*values, strict=True)),
    )


_LINE, _SHORT = 108, 26  # characters of a line of a printed table, and of a cell that should not break


def _find_short(cells: list[list[str]]) -> list[bool]:
    """Say of each column whether its cells stay on one line: the shortest first, as far as the line of a page has room."""
    longest = [max(map(len, column), default=0) for column in cells]
    least = [max((len(word) for cell in column for word in cell.split()), default=0) for column in cells]
    room, short = _LINE - sum(least), [False] * len(cells)
    for place in sorted(range(len(cells)), key=longest.__getitem__):
        room -= longest[place] - least[place]
        short[place] = longest[place] <= _SHORT and room >= 0
    return short


def _value_of(value: Any, form: Format) -> str:
    """Return a number or a day as a spreadsheet would hold it; empty for words, which the text says."""
    if not write.is_known(value):
        return ""
    if form is write.DATE:
        return pd.Timestamp(value).date().isoformat()
    if form.numeric and isinstance(value, Real | Decimal) and not isinstance(value, bool):
        return f"{float(value) * form.scale:.12g}"
    return ""


def title_column(name: str) -> str:
    """Write a column's name as a heading.

    Examples
    --------
    >>> title_column("revenue_ltm"), title_column("Share of wallet")
    ('Revenue LTM', 'Share of wallet')
    """
    words = " ".join(_ABBREVIATIONS.get(word, word) for word in name.split("_"))
    return words[:1].upper() + words[1:]


def _format_for(column: "pd.Series[Any]") -> Format:
    if types.is_bool_dtype(column):
        return write.YES_NO
    if types.is_datetime64_any_dtype(column):
        return write.DATE
    if types.is_integer_dtype(column):
        return write.COUNT
    return write.RATIO if types.is_numeric_dtype(column) else write.TEXT


def _align(head: Head) -> str:
    return _RIGHT if head.numeric else _LEFT if head.wraps else f"{_LEFT};white-space:nowrap"


def _pad(cell: str, width: int, head: Head) -> str:
    return cell.rjust(width) if head.numeric else cell.ljust(width)
