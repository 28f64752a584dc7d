"""A page as a tagged PDF, and many pages as one with contents."""

import gc
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.typeface import FAMILY, FILES

_BOOK = """
nav h1 { border-bottom: 2px solid var(--accent); padding-bottom: 0.4rem; margin-bottom: 0.8rem; }
nav ol { list-style: none; padding: 0; }
nav li { margin: 0.25rem 0; }
nav a::after { content: leader('.') target-counter(attr(href), page); color: var(--quiet); }
section { break-before: page; }
section h1 { string-set: plan content(); bookmark-level: 1; }
section h2 { bookmark-level: 2; }
nav h1 { bookmark-level: none; }
@page { @bottom-left { content: string(plan); } }
"""


def render_pdf(page: str) -> bytes:
    """Return a page as PDF/UA-1: A4, tagged, with the page's own words for pictures; the same page gives the same bytes."""
    with _collect_later():
        content: bytes = _read(page).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return content


@contextmanager
def _collect_later() -> Iterator[None]:
    """Let nothing look for garbage meanwhile: all boxes of a document are held until it is written, and there are many."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def hear_lacking() -> Iterator[set[str]]:
    """Collect the characters that no font here has, which a PDF made meanwhile shows as boxes."""
    _EAR.lacking.clear()
    yield _EAR.lacking


class _Ear(logging.Filter):
    """Hears what WeasyPrint says and lets nothing pass: it tells of every rule that is for screens only."""

    def __init__(self) -> None:
        super().__init__()
        self.lacking: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.lacking.add(str(record.args[0]))
        return False


_EAR = _Ear()


def say_lacking(accounts: Iterable[str], lacking: Iterable[str]) -> str:
    """Say whose PDF shows boxes, and what to install; empty if none does.

    Examples
    --------
    >>> say_lacking(["S1", "S2"], "東京")
    'PDF: no font here has the characters of 2 names (S1, S2); install one, e.g. fonts-noto-cjk'
    """
    named = sorted(accounts)
    if not named:
        return ""
    shown = ", ".join(named[:_NAMED]) + (", …" if len(named) > _NAMED else "")
    package = "fonts-noto-cjk" if any(ord(sign) >= _FIRST_CJK for sign in lacking) else "fonts-noto-core"
    return f"PDF: no font here has the characters of {count_of(len(named), 'name')} ({shown}); install one, e.g. {package}"


_NAMED = 10
_FIRST_CJK = 0x2E80


def render_book(title: str, subtitle: str, pages: Iterable[str], css: str, lang: str = "en") -> bytes:
    """Return many pages as one PDF, contents first, each page's title running at its foot.

    Parameters
    ----------
    title, subtitle : str
    pages : iterable of str
        Each as `kamnb.reports.page.render_page` returns it.
    css : str
        The style of the pages.
    lang : str
    """
    sections, entries = [], []
    for number, page in enumerate(pages, start=1):
        main = re.search(r"<main>(.*)</main>", page, flags=re.DOTALL)
        heading = re.search(r"<title>(.*?)</title>", page, flags=re.DOTALL)
        entries.append(f'<li><a href="#plan-{number}">{heading.group(1) if heading else number}</a></li>')
        # an id of one plan must not be that of another
        body = re.sub(r'\sid="[^"]*"', "", main.group(1) if main else page)
        sections.append(f'<section id="plan-{number}">{body}</section>')
    head = f"<h1>{escape(title)}</h1>\n<p class='subtitle'>{escape(subtitle)}</p>"
    html = (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{css}\n{_BOOK}</style></head><body><main><nav>{head}<ol>{''.join(entries)}</ol></nav>{''.join(sections)}</main></body></html>"
    )
    return render_pdf(html)


def _read(page: str) -> Any:
    from weasyprint import HTML

    logging.getLogger("weasyprint").addFilter(_EAR)  # one filter is added once only
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    return HTML(string=_use_files(page), url_fetcher=_fetcher())


def _use_files(page: str) -> str:
    """Take the typeface from its files, whole, instead of the parts that a page holds for browsers."""
    weights = zip(("400", "700"), FILES.values(), strict=True)
    faces = "\n".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; src: url("{file.as_uri()}"); }}'
        for weight, file in weights
    )
    return re.sub("<style>", f"<style>\n{faces}\n", re.sub(r"@font-face \{.*\}\n", "", page), count=1)


def _fetcher() -> Any:
    """Return what fetches for a PDF: what the page itself holds, and the typeface."""
    from weasyprint.urls import URLFetcher

    ours = {file.as_uri() for file in FILES.values()}

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("data:") and url not in ours:
                raise ValueError(f"a page holds what it shows: {url}")
            return super().fetch(url, headers)

    return Fetcher(allowed_protocols=["data", "file"])
