"""Sections of a page: a heading and what stands under it, or nothing at all."""

from dataclasses import dataclass
from html import escape
from typing import Any


@dataclass(frozen=True, repr=False)
class Heading:
    """A heading whose text comes from the data; `level` as in HTML."""

    text: str
    level: int = 2

    def __repr__(self) -> str:
        return f"{'#' * self.level} {self.text}"

    def _repr_html_(self) -> str:
        return f"<h{self.level}>{escape(self.text)}</h{self.level}>"


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


@dataclass(frozen=True, repr=False)
class Beside:
    """Two narrow tables side by side, where a page has the width; one below the other elsewhere."""

    parts: tuple[Any, Any]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.parts))

    def _repr_html_(self) -> str:
        return f'<div class="beside">{"".join(f"<div>{part._repr_html_()}</div>" for part in self.parts)}</div>'


@dataclass(frozen=True, repr=False)
class Stack:
    """Tables one below the other, where they stand beside another."""

    parts: tuple[Any, ...]

    def __repr__(self) -> str:
        return "\n\n".join(map(repr, self.parts))

    def _repr_html_(self) -> str:
        return "".join(part._repr_html_() for part in self.parts)


def stack(*parts: Any) -> Any:
    """Stack tables, or return the only one that there is, or None."""
    present = tuple(part for part in parts if part is not None)
    return Stack(present) if len(present) > 1 else next(iter(present), None)


def place_beside(first: Any, second: Any) -> Any:
    """Place two tables side by side, or return the only one that there is, or None."""
    present = [part for part in (first, second) if part is not None]
    return Beside((first, second)) if len(present) == 2 else next(iter(present), None)


def show_section(title: str, *parts: Any, level: int = 2) -> None:
    """Show a heading and its parts, each an output of its own; nothing where no part is there.

    Parameters
    ----------
    title : str
    parts : objects to show, or None
        Tables, pictures, paragraphs; None is passed over.
    level : int
        Level of the heading.
    """
    from IPython.display import display

    present = [part for part in parts if part is not None]
    for part in [Heading(title, level), *present] if present else []:
        display(part)


@dataclass(frozen=True, repr=False)
class PageEnd:
    """Where a page of paper ends, whatever room is left on it."""

    def __repr__(self) -> str:
        return "-" * 20

    def _repr_html_(self) -> str:
        return '<div class="page-end"></div>'
