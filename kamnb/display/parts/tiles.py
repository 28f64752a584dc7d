"""A few figures that are read at a glance, each with what it is compared with."""

import re
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Tile:
    """A figure: what it is, how much, and beside what."""

    label: str
    value: str
    beside: str = ""


@dataclass(frozen=True, repr=False)
class Tiles:
    """Figures in a row; a table to whoever reads it without its looks.

    Examples
    --------
    >>> Tiles("Where it stands", (Tile("Revenue", "EUR 120 k", "+8 % on the year before"),))
    Where it stands
    Revenue: EUR 120 k (+8 % on the year before)
    """

    caption: str
    tiles: tuple[Tile, ...]

    def __repr__(self) -> str:
        lines = (f"{tile.label}: {tile.value}{f' ({tile.beside})' if tile.beside else ''}" for tile in self.tiles)
        return "\n".join([self.caption, *lines])

    def _repr_html_(self) -> str:
        rows = "\n".join(
            f'<tr><th scope="row">{escape(tile.label)}</th><td class="value">{_hold(tile.value)}</td>'
            f'<td class="beside-it">{_hold(tile.beside)}</td></tr>'
            for tile in self.tiles
        )
        heads = "".join(f'<th scope="col">{head}</th>' for head in ("Figure", "Value", "Beside"))
        return (
            f'<div class="kam-table tiles">\n<table>\n<caption>{escape(self.caption)}</caption>\n'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>\n</div>"
        )


def _hold(text: str) -> str:
    """Escape a text; its currency and unit stay on the line of the number."""
    return escape(re.sub(r" (?=(?:k|M|bn|%)(?!\w))", "\N{NO-BREAK SPACE}", text))
