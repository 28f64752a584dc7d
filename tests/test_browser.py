"""The desk as an analyst sees it: a real JupyterLab and dashboard, a real browser, mouse and keyboard."""

import re
from datetime import date

import pytest
from browsing import find_browser, isolate, make_workbook, open_browser, run_all, serve, settle

from kamnb.desk.exploration import begin_exploration
from kamnb.scoring import load_criteria

pytest.importorskip("playwright")
if find_browser() is None:
    pytest.skip("no chromium is installed: what is seen in the browser is not tested", allow_module_level=True)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return isolate(tmp_path_factory.mktemp("jupyter"))


@pytest.fixture(scope="module")
def workbook(tmp_path_factory, environment):
    return make_workbook(tmp_path_factory.mktemp("workbook") / "work", environment)


@pytest.fixture(scope="module")
def lab(workbook, environment):
    with serve("lab", workbook, environment) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with open_browser() as page:
        page.set_default_timeout(20_000)
        yield page


@pytest.fixture
def page(browser):
    yield browser
    assert browser.strangers == [], "a request would have left the machine"
    assert browser.faults == [], "the page tells of errors"


@pytest.fixture(scope="module")
def explored(lab, browser):
    """The notebook on weights, run once."""
    run_all(browser, lab, "90_explore_weights", ".kam-account")
    return browser.url


@pytest.fixture
def desk(explored, page):
    """The desk with nothing tried and nothing picked."""
    assert page.url == explored, "tests of another page come after these"
    page.locator(".kam-reset").click()
    page.locator(".kam-picker select").select_option("none")
    page.get_by_role("tab", name="Attractiveness").click()
    until_told(page, "as it is")
    return page


def places(page):
    """Return where the matrix shows each account, in the drawing's own units."""
    script = "nodes => nodes.map(node => [node.dataset.id, [Number(node.dataset.x), Number(node.dataset.y)]])"
    return dict(page.locator(".kam-account").evaluate_all(script))


def until_told(page, words):
    page.locator(".kam-told").get_by_text(re.compile(words)).wait_for()
    settle(page)


def test_weights_are_explored(desk, workbook):
    saved = places(desk)
    handle = desk.locator(".kam-weight-attractiveness-growth .noUi-handle")
    assert handle.get_attribute("aria-label") == "Growth"
    handle.focus()
    for _ in range(40):
        desk.keyboard.press("ArrowRight")
    until_told(desk, "growth 30 → 50")
    expected = begin_exploration(str(workbook / "data"))
    expected.try_model(expected.trial.set_group("attractiveness", "growth", 70))
    assert desk.locator(".kam-moved tbody tr").count() == len(expected.moves) == 1
    assert "Brüggenthal Molkereien eG" in desk.locator(".kam-moved").inner_text()
    assert desk.locator(".kam-arrow").count() == 1 and "Brüggenthal" in desk.locator(".kam-label").first.text_content()
    moved, change = places(desk), expected.tried.scores["attractiveness"] - expected.analysis.scores["attractiveness"]
    (mover,) = expected.moves.index
    per_point = (moved[mover][1] - saved[mover][1]) / change[mover]
    for account, (x, y) in moved.items():
        assert x == pytest.approx(saved[account][0], abs=0.11), "strength did not change"
        assert y == pytest.approx(saved[account][1] + per_point * change[account], abs=0.21), account
    desk.locator(".kam-undo").click()
    until_told(desk, r"growth 30 → [34]\d")
    assert 30 < float(handle.get_attribute("aria-valuenow")) < 70, "keys that follow fast upon each other are one step"
    desk.locator(".kam-reset").click()
    until_told(desk, "as it is")
    assert places(desk) == saved


def test_a_slider_is_dragged(desk):
    slider = desk.locator(".kam-weight-attractiveness-size")
    slider.scroll_into_view_if_needed()
    settle(desk)
    box, track = slider.locator(".noUi-handle").bounding_box(), slider.locator(".noUi-base").bounding_box()
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.mouse.down()
    desk.mouse.move(track["x"] + 0.9 * track["width"], box["y"] + box["height"] / 2, steps=8)
    desk.mouse.up()
    until_told(desk, "Tried: attractiveness.size 45 → (6[0-9]|5[0-9])")
    share = float(slider.locator("xpath=following-sibling::*").inner_text().removesuffix("%"))
    assert 55 < share < 70


def test_an_account_is_picked_by_mouse_and_by_keyboard(desk):
    desk.locator('.kam-account[data-id="0010524"]').click()
    desk.locator(".kam-account h3, h3").get_by_text("Ostermark Polymere GmbH").wait_for()
    assert "What its scores are made of" in desk.locator(".kam-about").inner_text()
    desk.keyboard.press("ArrowRight")
    settle(desk)
    focused = desk.evaluate("document.activeElement.dataset.id")
    assert focused not in ("0010524", None)
    desk.keyboard.press("Enter")
    desk.wait_for_function("document.querySelector('.kam-picker select').selectedOptions[0].text !== 'Ostermark Polymere GmbH'")
    settle(desk)
    assert desk.locator(f'.kam-account[data-id="{focused}"]').get_attribute("aria-pressed") == "true"
    name = desk.locator(f'.kam-account[data-id="{focused}"]').get_attribute("aria-label").split(":")[0]
    assert name in desk.locator(".kam-about").inner_text()
    assert desk.evaluate("document.activeElement.dataset.id") == focused, "what is picked keeps the focus"


def test_a_model_is_saved_and_loaded_back(desk, workbook):
    desk.get_by_role("tab", name="Cuts").click()
    handle = desk.locator(".kam-cut-strength .noUi-handle")
    handle.focus()
    for _ in range(10):
        desk.keyboard.press("ArrowRight")
    until_told(desk, "cut of strength 5 → 6")
    desk.get_by_role("tab", name="Save").click()
    desk.get_by_label("Save as").fill("criteria.stronger.toml")
    desk.get_by_label("Changed by").fill("Kim Vogel")
    desk.locator(".kam-save").click()
    desk.get_by_text("why it is changed is not said").wait_for()
    desk.get_by_label("Why").fill("five is too easily reached")
    desk.keyboard.press("Tab")
    desk.locator(".kam-save").click()
    desk.get_by_text("Saved as").wait_for()
    saved = workbook / "data" / "criteria.stronger.toml"
    assert load_criteria(saved).cut["strength"] == 6 and 'why = "five is too easily reached"' in saved.read_text(encoding="utf-8")
    desk.locator(".kam-reset").click()
    until_told(desk, "as it is")
    desk.get_by_label("Saved models").select_option("criteria.stronger.toml")
    desk.locator(".kam-load").click()
    desk.get_by_text("is now the model that trials are compared with").wait_for()
    desk.get_by_role("tab", name="Cuts").click()
    assert desk.locator(".kam-cut-strength .noUi-handle").get_attribute("aria-valuenow") == "6.0"
    saved.unlink()


def test_a_place_is_given_by_a_person(desk, workbook):
    desk.get_by_label("Account", exact=True).select_option(label="Norrsund Battery Materials AB")
    desk.get_by_role("tab", name="Overrule").click()
    desk.get_by_label("Place it in").select_option("Star")
    desk.get_by_label("Overruled by").fill("Kim Vogel")
    desk.get_by_label("Reason").fill("a new plant in Luleå")
    desk.get_by_label("Until").fill("2027-06-30")
    desk.keyboard.press("Tab")
    desk.locator(".kam-overrule").click()
    desk.get_by_text("Saved in").wait_for(timeout=60_000)
    entries = (workbook / "data" / "entries" / "overrides.csv").read_text(encoding="utf-8")
    assert f"star,Kim Vogel,a new plant in Luleå,{date.today()},2027-06-30" in entries


def test_the_dashboard_shows_no_code_and_answers(workbook, environment, page):
    with serve("dashboard", workbook, environment) as address:
        page.goto(re.sub(r"\?.*", "", address))
        assert page.locator(".kam-account").count() == 0 and "token" in page.content().lower(), "nothing without the token"
        page.goto(address)
        assert page.get_by_role("link").all_inner_texts() == ["Portfolio review", "Explore weights"]
        page.get_by_role("link", name="Portfolio review").click()
        page.locator(".kam-table").first.wait_for(timeout=90_000)
        assert "Gap to target" in page.inner_text("body") and "import" not in page.inner_text("body")
        page.goto(address)
        page.get_by_role("link", name="Explore weights").click()
        page.locator(".kam-account").first.wait_for(timeout=90_000)
        page.locator(".kam-weight-attractiveness-growth .noUi-handle").focus()
        for _ in range(40):
            page.keyboard.press("ArrowRight")
        page.locator(".kam-told").get_by_text(re.compile("growth 30 → 50")).wait_for()
        assert page.locator(".kam-arrow").count() == 1
        assert "open_desk" not in page.content()
