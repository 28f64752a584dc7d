"""Links of a folder of reports: to the index, the pages of the portfolio, the neighbours of a page and its other formats."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from urllib.parse import quote

from kamnb.analysis import Analysis
from kamnb.data.saving import hash_file, write_whole
from kamnb.display.parts.names import label_accounts
from kamnb.reports.folder import keep_causes, list_files, read_made
from kamnb.reports.index import KINDS, order_accounts
from kamnb.reports.order import Run
from kamnb.reports.picking import write_picking
from kamnb.reports.portfolio import MATRIX, PAGES

_BEGIN, _END = "<!-- links -->", "<!-- end of links -->"
_BAR = re.compile(f"\n{_BEGIN}.*?{_END}", re.DOTALL)
_LINKED = re.compile(r'<a class="account" href="[^"]*">([^<]*)</a>')
_CELL = re.compile(r"(<t[hd][^>]*>)([^<>]+)(</t[hd]>)")
_HEADING = re.compile(r'<h2(?: id="([^"]*)")?>(.*?)</h2>', re.DOTALL)
_OWN_PART = re.compile(r'<h2 id="part-\d+">')
_WIDTHS = (24, 30, 32, 40)
"""Characters to which tables shorten the names of accounts."""


def link_pages(output: Path, analysis: Analysis, run: Run) -> None:
    """Put links into all pages of the folder; one that somebody changed is left as it is.

    A page is written only where its links are others than before; what it was made from stays recorded.
    """
    plans = _find_plans(output, run)
    names, targets = _name_targets(analysis, plans), {file: path.name for file, path in run.portfolio.items()}
    for page in (each for each in PAGES if each.file in targets):
        bar = _write_bar(targets, page.file, list_files(output, page.file), {})
        _link(output, page.file, bar, names, write_picking(analysis, plans) if page is MATRIX else "")
    ordered = order_accounts(analysis, plans)
    for place, account in enumerate(ordered):
        around = {"prev": ordered[place - 1] if place else "", "next": ordered[place + 1] if ordered[place + 1 :] else ""}
        near = {rel: plans[each] for rel, each in around.items() if each}
        file = Path(plans[account]).stem
        others = {label: name for label, name in names.items() if name != plans[account]}
        _link(output, file, _write_bar(targets, "", list_files(output, file), near), others)


def _find_plans(output: Path, run: Run) -> dict[str, str]:
    """Return the pages of accounts that are there, by account."""
    asked = {account: f"{path.stem}.html" for account, path in run.pages.items()}
    others = {account: next((name for name in names if name.endswith(".html")), "") for account, names in run.others.items()}
    return {account: name for account, name in {**others, **asked}.items() if name and _is_kept(output, name)}


def _is_kept(output: Path, name: str) -> bool:
    """Say whether a page is one of those that were made last of its account."""
    return name in list_files(output, Path(name).stem)


def _name_targets(analysis: Analysis, plans: Mapping[str, str]) -> dict[str, str]:
    """Return the page of each account by what tables call it; what might be another account leads nowhere."""
    found: dict[str, set[str]] = {}
    for labels in [*(label_accounts(analysis.names, width) for width in _WIDTHS), analysis.names]:
        for account, label in labels.items():
            found.setdefault(escape(str(label)), set()).add(str(account))
    sure = {label: next(iter(accounts)) for label, accounts in found.items() if len(accounts) == 1}
    return {label: plans[account] for label, account in sure.items() if account in plans}


def _link(output: Path, file: str, bar: str, names: Mapping[str, str], more: str = "") -> None:
    path, made = output / f"{file}.html", read_made(output, file)
    if not made or made.files.get(path.name) != hash_file(path):
        return
    before = path.read_text(encoding="utf-8")
    linked = put_links(before, bar, names, more)
    if linked != before:
        write_whole(path, linked)
        keep_causes(output, file, made.made_from, [output / name for name in made.files])


def put_links(html: str, bar: str, names: Mapping[str, str], more: str = "") -> str:
    """Return a page with a bar of links, contents, and links in the cells of tables that hold the name of an account.

    Below the contents stands `more`. Links that were put before are taken out first, so that the same page comes out however
    often it is linked.

    Examples
    --------
    >>> page = put_links('<main><td>Nord</td></main>', "bar", {"Nord": "1.html"})
    >>> page == put_links(page, "bar", {"Nord": "1.html"}), put_links(page, "", {})
    (True, '<main><td>Nord</td></main>')
    """
    plain = _OWN_PART.sub("<h2>", _LINKED.sub(r"\1", _BAR.sub("", html)))
    heads: list[tuple[str, str]] = []
    numbered = _HEADING.sub(lambda found: _number(found, heads), plain) if bar else plain
    linked = _CELL.sub(lambda found: _lead(found, names), numbered)
    return linked.replace("<main>", f"<main>\n{_BEGIN}{bar}{_write_contents(heads)}{more}{_END}", 1) if bar else linked


def _number(found: re.Match[str], heads: list[tuple[str, str]]) -> str:
    """Note a heading for the contents; one without a name gets its number."""
    name = found[1] or f"part-{len(heads) + 1}"
    heads.append((name, re.sub("<[^>]*>|¶", "", found[2])))
    return found[0] if found[1] else f'<h2 id="{name}">{found[2]}</h2>'


def _write_contents(heads: list[tuple[str, str]]) -> str:
    if len(heads) < _LEAST:
        return ""
    entries = "".join(f'<li><a href="#{name}">{head}</a></li>' for name, head in heads)
    return f'\n<details class="contents"><summary>Contents</summary><ol>{entries}</ol></details>\n'


_LEAST = 4
"""Sections from which on a page has contents."""


def _lead(found: re.Match[str], names: Mapping[str, str]) -> str:
    target = names.get(found[2])
    return f'{found[1]}<a class="account" href="{quote(target)}">{found[2]}</a>{found[3]}' if target else found[0]


def _write_bar(targets: Mapping[str, str], here: str, files: list[str], near: Mapping[str, str]) -> str:
    """Write the links of a page: to the index and the portfolio, to the accounts before and after, and to the other formats."""
    parts = [" ".join(_list_portfolio(targets, here))]
    parts += [" ".join(_list_near(near))] if near else []
    kinds = [f'<a href="{quote(name)}">{KINDS[kind]}</a>' for name in files if (kind := name.rpartition(".")[2]) in KINDS]
    also = [kind for kind in kinds if f">{KINDS['html']}<" not in kind]
    parts += [f"Also as {' '.join(also)}"] if also else []
    return f'\n<nav class="links" aria-label="Pages">{"".join(f"<p>{part}</p>" for part in parts)}</nav>\n'


def _list_portfolio(targets: Mapping[str, str], here: str) -> Iterator[str]:
    yield '<a href="index.html">Index</a>'
    for page in PAGES:
        if page.file == here:
            yield f'<a href="{quote(targets[here])}" aria-current="page">{page.link}</a>'
        elif page.file in targets:
            yield f'<a href="{quote(targets[page.file])}">{page.link}</a>'


def _list_near(near: Mapping[str, str]) -> Iterator[str]:
    """Yield the links to the accounts before and after; they are not named, for a plan names no other customer."""
    for rel, words in (("prev", "← Account before"), ("next", "Account after →")):
        if rel in near:
            yield f'<a rel="{rel}" href="{quote(near[rel])}">{words}</a>'
