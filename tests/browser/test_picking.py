"""The matrix on the site of a run: accounts are picked by mouse and by keys, with no server behind the page."""

import pytest
from browsing import find_browser, open_browser
from seeing import find_serious

from kamnb.reports.picking import write_picking

pytest.importorskip("playwright")
if find_browser() is None:
    pytest.skip("no chromium is installed: what is seen in the browser is not tested", allow_module_level=True)


def test_an_account_is_picked_by_mouse_and_by_keys_without_a_server(analysis):
    html = write_picking(analysis, {"0010524": "0010524.html"})
    with open_browser() as page:
        page.set_content(f'<!DOCTYPE html><html lang="en"><title>Matrix</title><main><h2>Matrix</h2>{html}</main></html>')
        told = page.locator(".picked")
        assert "arrow keys and Enter" in told.inner_text()
        page.locator('.kam-account[data-id="0010524"]').click()
        assert "Ostermark Polymere GmbH" in told.inner_text() and "attractiveness 8.4" in told.inner_text()
        assert told.get_by_role("link", name="Its plan").get_attribute("href") == "0010524.html"
        page.keyboard.press("ArrowDown")
        name = page.evaluate("() => document.activeElement.getAttribute('aria-label')").split(":")[0]
        assert name != "Ostermark Polymere GmbH" and "Ostermark Polymere" in told.inner_text(), "moving is not picking yet"
        page.keyboard.press("Enter")
        assert told.inner_text().startswith(name) and told.get_by_role("link").count() == 0, "its plan was not asked for"
        assert page.locator('.kam-account[aria-pressed="true"]').count() == 1
        page.locator(".kam-unplaced").first.click()
        assert "not placed" in told.inner_text()
        assert find_serious(page) == [] and page.faults == [] and page.strangers == []


def test_names_that_look_like_markup_stay_names(analysis, monkeypatch):
    names = analysis.names.copy()
    names.iloc[0] = "</script><b>Nord</b>"
    monkeypatch.setitem(vars(analysis), "names", names)
    html = write_picking(analysis, {})
    assert "</script><b>" not in html and "&lt;/script&gt;" in html and "\\u003c/script>" in html
