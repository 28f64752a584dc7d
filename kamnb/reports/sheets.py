"""A page on sheets of paper: what stands side by side, and an end that is never all but alone on the last sheet."""

import re

from kamnb.data.currency import UNITS

_LEAST = 190.0
"""Points that are kept together at least, of the 780 of a sheet."""
_MOST = 560.0
_LINE, _ROW, _HEAD, _LETTERS = 11.0, 10.3, 20.0, 125
_WIDE = re.compile(r"<table.*?</table>|<[^>]*>", re.DOTALL)


_TWO_FIGURES = re.compile(
    r'(<figure class="half">(?:(?!</figure>).)*</figure>)\s*(<figure class="half">(?:(?!</figure>).)*</figure>)', re.DOTALL
)
_TABLE_AND_FIGURE = re.compile(
    r'(<div class="kam-table">(?:(?!<div|</div>).)*</div>)\s*(<figure class="half">(?:(?!</figure>).)*</figure>)', re.DOTALL
)


def keep_units(html: str) -> str:
    """Keep the unit of a heading on one line with its currency.

    Examples
    --------
    >>> keep_units("<th>Invoiced (EUR k)</th>").replace("\N{NO-BREAK SPACE}", "_")
    '<th>Invoiced (EUR_k)</th>'
    """
    return _UNIT.sub("\N{NO-BREAK SPACE}", html)


_UNIT = re.compile(rf"(?<=\([A-Z]{{3}}) (?=(?:{'|'.join(filter(None, UNITS.values()))})\)</th>)")


def pair_figures(html: str) -> str:
    """Put a figure of half the width beside the table that it follows, or beside the other of its kind.

    Examples
    --------
    >>> pair_figures('<div class="kam-table">1</div><figure class="half">2</figure><p>3</p>')
    '<div class="beside"><div><div class="kam-table">1</div></div><div><figure class="half">2</figure></div></div><p>3</p>'
    """
    html = _TWO_FIGURES.sub(r'<div class="beside figures"><div>\1</div><div>\2</div></div>', html)
    return _TABLE_AND_FIGURE.sub(r'<div class="beside"><div>\1</div><div>\2</div></div>', html)


def keep_end_together(html: str) -> str:
    """Put the last sections of a page, as many as fill a quarter of a sheet, into a part that no end of a sheet divides.

    Examples
    --------
    >>> page = keep_end_together("<main><h2>A</h2><p>a</p>" + "<h2>B</h2><p>b</p>" * 9 + "</main>")
    >>> page.startswith('<main><h2>A</h2><p>a</p><h2>B</h2>'), page.endswith("<p>b</p></div></main>")
    (True, True)
    """
    start, end = html.find("<main>"), html.rfind("<footer>")
    end = end if end >= 0 else html.rfind("</main>")
    for found in reversed([each.start() for each in re.finditer("<h2", html[: max(end, 0)])]):
        part = html[found:end]
        if found < start or part.count("<div") != part.count("</div"):
            continue
        height = estimate_height(part)
        if height > _MOST:
            break
        if height >= _LEAST:
            return f'{html[:found]}<div class="together">{part}</div>{html[end:]}'
    return html


def estimate_height(html: str) -> float:
    """Return about how many points a part of a page takes in print.

    Examples
    --------
    >>> estimate_height("<h2>A</h2><p>a</p><table><tr><td>1</td></tr></table>")
    41.3
    """
    pictures = sum(0.75 * int(height) for height in re.findall(r'<img [^>]*height="(\d+)"', html))
    texts = [_WIDE.sub("", text) for text in re.split("</(?:p|li|h2|h3)>", html)]
    lines = sum(-(-len(text.strip()) // _LETTERS) for text in texts)
    heads = html.count("<h2") + html.count("<caption")
    return pictures + _ROW * html.count("<tr") + (_HEAD - _LINE) * heads + _LINE * lines
