"""The folder of a run as a site: the review first, every page leads to the others, and what was not asked for stays."""

import json
import re
import shutil
import subprocess
from html import unescape
from types import SimpleNamespace
from urllib.parse import unquote

import pandas as pd
import pytest
from runs import write_data, write_notebook

from kamnb.reports.batch import write_reports
from kamnb.reports.folder import find_cause, keep_causes, list_files, read_made
from kamnb.reports.links import _name_targets, link_pages
from kamnb.reports.order import Order, Run
from kamnb.reports.portfolio import PAGES, REVIEW


def read_links(path):
    return [unquote(link) for link in re.findall(r'<a [^>]*href="([^"#]+)"', path.read_text(encoding="utf-8"))]


def test_every_link_of_every_page_leads_to_a_file_of_the_folder(printed):
    folder = printed / "sample"
    pages = sorted(folder.glob("*.html"))
    assert {page.stem for page in pages} >= {"index", *(page.file for page in PAGES)} and len(pages) == 20
    for page in pages:
        missing = [link for link in read_links(page) if not link.startswith("http") and not (folder / link).is_file()]
        assert not missing, page.name


def test_pages_lead_to_each_other_and_back(printed):
    folder = printed / "sample"
    plans = [page.stem for page in folder.glob("0*.html")]
    names = ["index", *(page.file for page in PAGES)]
    for page in [*names[1:], *plans]:
        bar = (folder / f"{page}.html").read_text(encoding="utf-8").split('<nav class="links"')[1].split("</nav>")[0]
        assert [name for name in names if f'href="{name}.html"' in bar] == names, page
    assert set(read_links(folder / "index.html")) >= {
        *(f"{page.file}.html" for page in PAGES),
        *(f"{plan}.html" for plan in plans),
    }
    assert {f"{plan}.html" for plan in plans} <= set(read_links(folder / "matrix.html")), "a plan is one click from the matrix"
    assert "0011038.html" in read_links(folder / "review.html")
    assert '<a rel="prev" href="0010417.html">← Account before</a>' in (folder / "0011038.html").read_text(encoding="utf-8")
    assert {"0011038.pdf", "0011038.docx"} <= set(read_links(folder / "0011038.html"))


def test_links_are_no_change_by_hand_and_linking_again_writes_nothing(printed):
    folder = printed / "sample"
    for stem in ("review", "matrix", "0011038"):
        made = read_made(folder, stem)
        assert find_cause(folder, stem, made.made_from, [folder / name for name in made.files]) == ""
    times = {page: page.stat().st_mtime_ns for page in folder.glob("*.html")}
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert list(record["portfolio"]) == [page.file for page in PAGES]
    names = pd.Series({account: account for account in record["accounts"]})
    analysis = SimpleNamespace(names=names, indicators=pd.DataFrame({"revenue_ltm": 1.0}, index=names.index))
    page = folder / "review.html"
    before = page.read_bytes()
    link_pages(folder, analysis, Run(folder / "index.html", portfolio={"review": page}))
    changed = [page.name for page, time in times.items() if page.stat().st_mtime_ns != time]
    assert changed == ["review.html"], "only what leads elsewhere is written"
    page.write_bytes(before)
    keep_causes(folder, "review", read_made(folder, "review").made_from, [folder / n for n in read_made(folder, "review").files])


def test_a_page_that_somebody_changed_is_left_alone(tmp_path):
    page = tmp_path / "review.html"
    page.write_text("<main>made</main>", encoding="utf-8")
    keep_causes(tmp_path, "review", {}, [page])
    page.write_text("<main>edited</main>", encoding="utf-8")
    analysis = SimpleNamespace(names=pd.Series(dtype=object), indicators=pd.DataFrame({"revenue_ltm": []}))
    link_pages(tmp_path, analysis, Run(tmp_path / "index.html", portfolio={"review": page}))
    assert page.read_text(encoding="utf-8") == "<main>edited</main>"


def test_a_format_of_an_earlier_run_is_not_linked(tmp_path):
    for name in ("review.pdf", "review.html"):
        (tmp_path / name).write_text("<main>made</main>", encoding="utf-8")
    assert list_files(tmp_path, "review") == []
    keep_causes(tmp_path, "review", {}, [tmp_path / "review.pdf", tmp_path / "review.html"])
    assert list_files(tmp_path, "review") == ["review.html", "review.pdf"]
    keep_causes(tmp_path, "review", {}, [tmp_path / "review.html"])
    assert list_files(tmp_path, "review") == ["review.html"]


def test_a_name_that_may_be_another_account_s_leads_nowhere():
    names = pd.Series({"1": "Nord", "2": "Nord", "3": "Süd & Co"})
    plans = {account: f"{account}.html" for account in names.index}
    targets = _name_targets(SimpleNamespace(names=names), plans)
    assert "Nord" not in targets and targets["Süd &amp; Co"] == "3.html" and targets["Nord (2)"] == "2.html"


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed: PDF are not read back")
def test_the_review_is_the_first_of_all_plans_in_one(printed):
    command = ["pdftotext", "-l", "2", printed / "sample" / "all_plans.pdf", "-"]
    contents, first = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")[:2]
    assert contents.split("\n\n")[0].startswith("12 account plans") and "Decide now" in first
    assert contents.index("Portfolio review") < contents.index("Aarevik Vaccines ApS")


@pytest.fixture(scope="module")
def partial(tmp_path_factory):
    """A folder of three reports, of which one was then asked for after the data changed."""
    folder = tmp_path_factory.mktemp("partial")
    data, out = write_data(folder, ["Alpha", "Beta", "Gamma"]), folder / "out"
    notebook = write_notebook(folder / "light.ipynb", "account_id")
    write_reports(Order(data, notebook=notebook, output=out), say=lambda _: None)
    with (data / "invoices.csv").open("a") as table:
        table.write("Beta,2026-01-06,12\n")
    run = write_reports(Order(data, notebook=notebook, output=out, accounts=("Beta",)), say=lambda _: None)
    return out, run


def test_a_run_for_one_account_keeps_the_others_in_the_index_and_says_that_they_are_older(partial):
    out, run = partial
    assert list(run.pages) == ["Beta"] and run.others == {"Alpha": ["Alpha.html"], "Gamma": ["Gamma.html"]}
    assert run.older == {"Alpha", "Gamma"}, "such a notebook may show anything of the data"
    text = unescape((out / "index.html").read_text(encoding="utf-8"))
    rows = dict(re.findall(r'<th scope="row" data-key="(\w+)">(.*?)</th>', text))
    assert {name for name, row in rows.items() if "of earlier data" in row} == {"Alpha", "Gamma"} and len(rows) == 3
    assert "No longer asked for" not in text and "New:" not in text
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert list(record["accounts"]) == ["Alpha", "Beta", "Gamma"] and record["portfolio"] == {}


def test_a_report_of_ones_own_notebook_has_no_links(partial):
    out, _ = partial
    assert "<nav" not in (out / "Beta.html").read_text(encoding="utf-8") and not (out / "review.html").exists()


def test_which_pages_of_the_portfolio_a_run_makes(tmp_path):
    def list_pages(**asked):
        return Order(tmp_path, output=tmp_path, **asked).pages

    assert list_pages() == PAGES == list_pages(top=2) and list_pages(only_review=True) == (REVIEW,)
    assert list_pages(accounts=("1",)) == list_pages(customer_copy=True) == list_pages(notebook=tmp_path / "x.ipynb") == ()
