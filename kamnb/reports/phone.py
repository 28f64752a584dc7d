"""Tables on the screen of a phone: a row of many columns is read downwards there, each cell behind its heading."""

import re
from itertools import count

_TABLE = re.compile(
    r'(<div class="kam-table">\s*)<table>((?:(?!</table>).)*?<thead><tr>(.*?)</tr></thead>)(.*?</table>)', re.DOTALL
)
_HEAD = re.compile(r"<th[^>]*>(.*?)</th>", re.DOTALL)
_CELL = re.compile(r"<td(?=[ >])(?! colspan)")
_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_MOST = 3
"""Columns that fit beside each other on a phone, if one of them at least holds numbers."""


def stack_tables(html: str) -> str:
    """Mark tables of more columns than fit on a phone, and give each of their cells the heading that it has there.

    Examples
    --------
    >>> head = "<thead><tr><th>Account</th><th>Question</th><th>Who</th></tr></thead>"
    >>> row = "<tr><th>Nord</th><td>Why?</td><td>Ahlers</td></tr>"
    >>> stack_tables(f'<div class="kam-table"><table>{head}{row}</table></div>').partition("</thead>")[2]
    '<tr><th>Nord</th><td data-head="Question">Why?</td><td data-head="Who">Ahlers</td></tr></table></div>'
    """
    return _TABLE.sub(_stack, html)


def _stack(found: re.Match[str]) -> str:
    begin, top, head, rows = found.groups()
    heads = [re.sub(r"<[^>]*>", "", each).replace('"', "&quot;") for each in _HEAD.findall(head)]
    if len(heads) < _MOST or (len(heads) == _MOST and "text-align:right" in head):
        return found[0]
    return f'{begin}<table class="stacked">{top}{_ROW.sub(lambda row: _name_cells(row[0], heads), rows)}'


def _name_cells(row: str, heads: list[str]) -> str:
    place = count(1)
    return _CELL.sub(lambda _: f'<td data-head="{heads[next(place)]}"', row)
