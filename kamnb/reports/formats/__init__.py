"""The formats of a report, all made from the same page."""

import importlib
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from kamnb.errors import SettingsError

if TYPE_CHECKING:
    from kamnb.reports.formats.blocks import Block

FORMATS = ("html", "pdf", "docx", "xlsx", "pptx")
"""What a report can be written as."""

_NEEDED = {
    "pdf": ("weasyprint", "pdf"), "docx": ("docx", "office"), "xlsx": ("xlsxwriter", "office"), "pptx": ("pptx", "slides"),
}  # fmt: skip


def check_formats(formats: Sequence[str]) -> None:
    """Refuse formats that there are not, or that cannot be made here, with what to install.

    Raises
    ------
    SettingsError
        With all faults.
    """
    faults = [f'there is no format "{name}"; there are {", ".join(FORMATS)}' for name in formats if name not in FORMATS]
    faults += [fault for name in formats if name in _NEEDED and (fault := _find_lack(name))]
    if faults:
        raise SettingsError(faults)


def _find_lack(name: str) -> str:
    module, extra = _NEEDED[name]
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        return f"{name} needs a package that is not installed: pip install 'kamnb[{extra}]'"
    except OSError:  # WeasyPrint finds its libraries when it is imported
        return f"{name} needs the library Pango, which is not installed: on Debian apt install libpango-1.0-0 libpangoft2-1.0-0"
    return ""


def render_format(name: str, page: str, title: str, day: date, tables: "Sequence[Block]" = ()) -> bytes:
    """Return a page as one of the formats; `day` is what the file says of when it was made; Excel holds `tables` too."""
    if name == "xlsx":
        return _render_excel(page, title, day, tables)
    return _RENDERERS[name](page, title, day)


def _render_pdf(page: str, title: str, day: date) -> bytes:
    from kamnb.reports.formats.pdf import render_pdf

    return render_pdf(page)


def _render_word(page: str, title: str, day: date) -> bytes:
    from kamnb.reports.formats.word import render_word

    return render_word(_read_once(page), title, day)


def _render_excel(page: str, title: str, day: date, tables: "Sequence[Block]") -> bytes:
    from kamnb.reports.formats.excel import render_excel

    return render_excel([*_read_once(page), *tables], title, day)


def _render_slides(page: str, title: str, day: date) -> bytes:
    from kamnb.reports.formats.slides.deck import Deck, render_slides

    return render_slides([Deck(_read_once(page))], title, day)


@lru_cache(maxsize=1)
def _read_once(page: str) -> "tuple[Block, ...]":
    """Return the blocks of a page; formats of one page are made one after the other."""
    from kamnb.reports.formats.blocks import read_blocks

    return tuple(read_blocks(page))


_RENDERERS: dict[str, Callable[[str, str, date], bytes]] = {
    "html": lambda page, *_: page.encode(), "pdf": _render_pdf, "docx": _render_word,
    "pptx": _render_slides,
}  # fmt: skip
