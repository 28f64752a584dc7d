"""The documentation builds as a site in a bare environment, without a warning; its links lead somewhere, nothing is fetched."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.thorough  # the whole documentation is built: 25 s of CPU


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder / "home"), "LANG": "C", "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-c",
        "docs",
        "-W",
        "--keep-going",
        "-q",
        ".",
        folder / "html",
        "-d",
        folder / "trees",
    ]
    done = subprocess.run(command, cwd=ROOT, env=bare, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site):
    return {path: html.parse(path).getroot() for path in sorted(site.rglob("*.html"))}


def list_links(page):
    """Return (element, where it leads) of all that a page leads to or shows."""
    return [(element, place) for element, name, place, _ in page.iterlinks() if name in ("href", "src", "srcset", "data")]


def test_every_link_leads_to_a_page_and_a_place_in_it(pages, site):
    known = {path: {*page.xpath("//@id"), *page.xpath("//a/@name"), ""} for path, page in pages.items()}
    lost = []
    for path, page in pages.items():
        for _, place in list_links(page):
            parts = urlsplit(place)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or unquote(parts.fragment) not in known.get(target, {parts.fragment}):
                lost.append(f"{path.relative_to(site)}: {place}")
    assert lost == []


def test_nothing_is_fetched_from_another_host(pages, site):
    fetched = {
        place for page in pages.values() for element, place in list_links(page)
        if element.tag != "a" and urlsplit(place).scheme in ("http", "https")
    }  # fmt: skip
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    fetched |= set(re.findall(r"(?:url\(|@import )[\"']?(https?:[^)\"']+)", styles))
    assert fetched == set()


def test_the_start_page_leads_to_every_section(pages, site):
    start = pages[site / "index.html"]
    (first,) = [place for _, place in list_links(start)]
    listed = {place for _, place in list_links(pages[site / first])}
    assert {"how_to/README.html", "reference/README.html", "explanation/README.html", "gallery.html"} <= listed


def test_figures_of_the_notebooks_have_their_words(pages, site):
    figures = pages[site / "docs" / "gallery.html"].xpath("//article//img")
    assert len(figures) > 15 and all(len(figure.get("alt")) > 20 for figure in figures)
