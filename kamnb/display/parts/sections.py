"""Sections of a page: a heading and what stands under it, or nothing at all."""

from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True, repr=False)
class Heading:
    """A heading whose text comes from the data; `level` as in HTML; in print it may begin a page."""

    text: str
    level: int = 2
    starts_page: bool = False

    def __repr__(self) -> str:
        return f"{'#' * self.level} {self.text}"

    def _repr_html_(self) -> str:
        page = ' class="starts-page"' if self.starts_page else ""
        return f"<h{self.level}{page}>{escape(self.text)}</h{self.level}>"


@dataclass(frozen=True, repr=False)
class Aside:
    """A quiet block: what is missing, and where things are from."""

    title: str
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "\n".join([self.title, *self.lines])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
        style = "background:#f2f3f4;color:#333;padding:0.6em 1em;margin:0.8em 0"
        return f'<div class="aside" style="{style}"><strong>{escape(self.title)}</strong><ul style="columns:2">{items}</ul></div>'


def show_section(title: str, *parts: Any, level: int = 2, starts_page: bool = False) -> None:
    """Show a heading and its parts, each an output of its own; nothing where no part is there.

    Parameters
    ----------
    title : str
    parts : objects to show, or None
        Tables, pictures, paragraphs; None is passed over.
    level : int
        Level of the heading.
    starts_page : bool
        Whether it begins a new page in print.
    """
    from IPython.display import display

    present = [part for part in parts if part is not None]
    for part in [Heading(title, level, starts_page), *present] if present else []:
        display(part)
