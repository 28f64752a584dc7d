"""The folder of a run as a site: what is left alone in it; that its pages lead to each other is tried in test_pages_in_print."""

import json
import re
from html import unescape
from types import SimpleNamespace

import pandas as pd
import pytest
from runs import write_data, write_notebook

from kamnb.reports.batch import write_reports
from kamnb.reports.folder import keep_causes, list_files
from kamnb.reports.links import _name_targets, link_pages
from kamnb.reports.order import Order, Run
from kamnb.reports.portfolio import PAGES, REVIEW


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
