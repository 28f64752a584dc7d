"""Pages on the screen of a phone, 320 pixels wide: nothing is cut off, and no table is scrolled sideways to be read."""

from pathlib import Path

import pytest
from browsing import find_browser, open_browser

from kamnb.reports.page import render_page

pytest.importorskip("playwright")
if find_browser() is None:
    pytest.skip("no chromium is installed: what is seen in the browser is not tested", allow_module_level=True)

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
PAGES = (
    "10_portfolio_overview", "15_selection", "40_confidence", "50_account_plan", "55_customer_copy", "60_portfolio_review",
    "70_kpi_alignment", "80_programme",
)  # fmt: skip
WIDE = """() => [...document.querySelectorAll("main, .kam-table, table, td, th")].filter(
    each => each.scrollWidth > each.clientWidth + 1 && !each.closest("thead")).map(each => each.textContent.slice(0, 60))"""


def test_no_page_is_wider_than_a_phone():
    with open_browser(width=320) as page:
        for name in PAGES:
            page.set_content(render_page(NOTEBOOKS / f"{name}.ipynb"))
            assert page.evaluate("() => document.documentElement.scrollWidth") == 320, name
            assert page.evaluate(WIDE) == [], name


def test_each_cell_of_a_decision_stands_behind_its_heading():
    with open_browser(width=320) as page:
        page.set_content(render_page(NOTEBOOKS / "60_portfolio_review.ipynb"))
        row = page.locator(".stacked tbody tr").first
        heads = row.locator("td").evaluate_all("all => all.map(each => each.dataset.head)")
        assert heads == ["Question", "At stake", "Who", "By"]
        places = row.locator("th, td").evaluate_all("all => all.map(each => each.getBoundingClientRect().left)")
        assert len(set(places)) == 1, "one below the other"
