"""A page as a tagged PDF, and many pages as one with contents."""

import logging
import re
from collections.abc import Iterable
from html import escape
from typing import Any

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
    content: bytes = _read(page).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return content


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
    from weasyprint.urls import URLFetcher

    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)  # it tells of every rule that is for screens only
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    return HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=["data"]))
