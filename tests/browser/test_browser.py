"""The desk as an analyst sees it: a real JupyterLab and dashboard, a real browser, mouse and keyboard."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from browsing import find_browser, isolate, make_workbook, open_browser, run_all, serve, settle
from seeing import find_cut_off, find_serious

from kamnb.desk.exploration import begin_exploration
from kamnb.places import notebooks_folder
from kamnb.scoring import load_criteria

pytest.importorskip("playwright")
if find_browser() is None:
    pytest.skip("no chromium is installed: what is seen in the browser is not tested", allow_module_level=True)

pytestmark = pytest.mark.thorough  # JupyterLab, its kernels and a browser: 80 s of CPU


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
    return dict(page.locator(".kam-account:not(.kam-unplaced)").evaluate_all(script))


def until_told(page, words):
    page.locator(".kam-told").get_by_text(re.compile(words)).wait_for()
    settle(page)


def test_kamnb_lab_opens_a_page_that_leads_to_the_notebooks(lab, page):
    page.goto(lab)
    link = page.locator(".jp-RenderedMarkdown").get_by_role("link", name="90_explore_weights")
    link.wait_for()
    page.wait_for_timeout(1500)
    assert page.locator(".Toastify__toast, .jp-Notification-List").count() == 0, "nobody is asked about news"
    link.click()
    page.get_by_role("heading", name="Explore weights").wait_for()


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
    for width in (1280, 1440):
        desk.set_viewport_size({"width": width, "height": 1000})
        settle(desk)
        over = "table => { const pane = table.closest('.widget-vbox'); return pane.scrollWidth - pane.clientWidth; }"
        assert desk.locator(".kam-moved table").evaluate(over) <= 4, f"who changes quadrant does not scroll at {width}"
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


def test_a_number_typed_beside_a_slider_is_read_with_its_comma_or_refused(desk):
    desk.get_by_role("tab", name="Cuts").click()
    typed = desk.locator(".kam-cut-strength .widget-readout")
    for text in ("5,5", "6 or 7"):
        typed.click()
        desk.keyboard.press("Control+A")
        desk.keyboard.type(text)
        desk.keyboard.press("Enter")
        until_told(desk, "cut of strength 5 → 5.5")
    desk.get_by_text('Cut of strength: "6 or 7" is not a number; write it as in 7.5 or 40').wait_for()


def test_a_slider_is_dragged(desk):
    slider = desk.locator(".kam-weight-attractiveness-size")
    slider.scroll_into_view_if_needed()
    settle(desk)
    box, track = slider.locator(".noUi-handle").bounding_box(), slider.locator(".noUi-base").bounding_box()
    desk.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    desk.mouse.down()
    desk.mouse.move(track["x"] + 0.9 * track["width"], box["y"] + box["height"] / 2, steps=8)
    desk.mouse.up()
    until_told(desk, "Tried: attractiveness, size 45 → (6[0-9]|5[0-9])")
    share = float(slider.locator("xpath=following-sibling::*").inner_text().removesuffix("%"))
    assert 55 < share < 70


def pick_both_ways(page):
    page.locator('.kam-account[data-id="0010524"]').click()
    page.locator(".kam-account h3, h3").get_by_text("Ostermark Polymere GmbH").wait_for()
    assert "What its scores are made of" in page.locator(".kam-about").inner_text()
    page.keyboard.press("ArrowRight")
    settle(page)
    focused = page.evaluate("document.activeElement.dataset.id")
    assert focused not in ("0010524", None)
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.kam-picker select').selectedOptions[0].text !== 'Ostermark Polymere GmbH'")
    settle(page)
    name = page.locator(f'.kam-account[data-id="{focused}"]').get_attribute("aria-label").split(":")[0]
    page.locator(".kam-about").get_by_text(name).first.wait_for()  # a dashboard does not tell when its kernel is done
    page.locator(f'.kam-account[data-id="{focused}"][aria-pressed="true"]').wait_for()
    assert page.evaluate("document.activeElement.dataset.id") == focused, "what is picked keeps the focus"


def save_and_load(page, workbook, *, by_is_given=False):
    page.get_by_role("tab", name="Cuts").click()
    handle = page.locator(".kam-cut-strength .noUi-handle")
    handle.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    until_told(page, "cut of strength 5 → 6")
    page.get_by_role("tab", name="Save").click()
    page.get_by_label("Save as").fill("criteria.stronger.toml")
    if by_is_given:
        assert page.get_by_label("Changed by").input_value() == "Kim Vogel" and page.get_by_label("Changed by").is_disabled()
    else:
        page.get_by_label("Changed by").fill("Kim Vogel")
    page.locator(".kam-save").click()
    page.get_by_text("why it is changed is not said").wait_for()
    page.get_by_label("Why").fill("five is too easily reached")
    page.keyboard.press("Tab")
    page.locator(".kam-save").click()
    page.get_by_text("Saved as").wait_for()
    saved = workbook / "data" / "criteria.stronger.toml"
    assert load_criteria(saved).cut["strength"] == 6 and 'why = "five is too easily reached"' in saved.read_text(encoding="utf-8")
    page.locator(".kam-reset").click()
    until_told(page, "as it is")
    page.get_by_label("Saved models").select_option("criteria.stronger.toml")
    page.locator(".kam-load").click()
    page.get_by_text("is now the model that trials are compared with").wait_for()
    page.get_by_role("tab", name="Cuts").click()
    assert page.locator(".kam-cut-strength .noUi-handle").get_attribute("aria-valuenow") == "6.0"
    saved.unlink()


def test_an_account_is_picked_by_mouse_and_by_keyboard(desk):
    pick_both_ways(desk)


def test_a_model_is_saved_and_loaded_back(desk, workbook):
    save_and_load(desk, workbook)


def test_a_place_is_given_by_a_person(desk, workbook):
    desk.get_by_label("Account", exact=True).select_option(label="Norrsund Battery Materials AB")
    desk.get_by_role("tab", name="Overrule").click()
    desk.get_by_label("Place it in").select_option("Star")
    desk.get_by_label("Overruled by").fill("Kim Vogel")
    desk.get_by_label("Reason").fill("a new plant in Luleå")
    desk.get_by_label("Until", exact=True).fill("2027-06-30")
    desk.keyboard.press("Tab")
    desk.locator(".kam-overrule").click()
    desk.get_by_text("Saved in").wait_for(timeout=60_000)
    entries = (workbook / "data" / "entries" / "overrides.csv").read_text(encoding="utf-8")
    assert f"star,Kim Vogel,a new plant in Luleå,{date.today()},2027-06-30" in entries


def test_on_the_next_day_the_desk_says_what_to_press(desk):
    desk.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    desk.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    desk.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    assert not desk.locator(".kam-asleep").is_visible()
    desk.goto(desk.url.replace("reset", ""))
    desk.locator(".kam-asleep").wait_for()
    assert "press Run All Cells in the menu Run" in desk.locator(".kam-asleep").inner_text()
    lost = desk.get_by_text("model not found")
    assert lost.count() == 0 or lost.evaluate("node => getComputedStyle(node).fontSize") == "0px"
    desk.faults.clear()  # of JupyterLab's own: the model that it did not find


def test_ratings_are_given_and_found_in_the_file(lab, page, workbook):
    run_all(page, lab, "91_rate_accounts", ".kam-begin")
    page.get_by_label("Who rates").fill("Katrin Ahlers")
    page.get_by_label("Rated on").fill("2026-06-30")
    page.locator(".kam-begin").click()
    page.get_by_text(re.compile("of 40 are rated and fresh")).wait_for()
    label = next(text for text in page.locator(".kam-subject option").all_inner_texts() if text.startswith("Veltheim"))
    page.get_by_label("Which").select_option(label=label)
    page.get_by_label(re.compile("^Us of Veltheim.*: Trust$")).select_option(label="7.5")
    page.get_by_text("1 rating is chosen and not saved yet").wait_for()
    assert "10 shares its plans with us" in page.locator(".kam-item-0010417-trust").inner_text(), "the scale is in view"
    others = page.locator(".kam-others-0010417-trust")
    assert others.inner_text().strip() == "", "nobody is led by what others said"
    page.locator(".kam-save").click()
    page.get_by_text("Saved 1 rating by Katrin Ahlers in").wait_for()
    assert others.inner_text().startswith("Others: ")
    entries = (workbook / "data" / "entries" / "ratings.csv").read_text(encoding="utf-8")
    assert "0010417,trust,7.5,2026-06-30,Katrin Ahlers,account_manager" in entries


def test_a_plan_is_edited_and_previewed(lab, page, workbook):
    run_all(page, lab, "92_edit_plan", ".kam-save")
    page.get_by_role("tab", name="Actions").click()
    page.locator(".kam-row-actions select").select_option(label="Agree which samples may skip the second weighing")
    page.locator(".kam-field-actions-due input").fill("2026-09-01")
    page.keyboard.press("Tab")
    page.locator(".kam-keep-actions").click()
    page.locator(".kam-changes").get_by_text("due 29 May 2026 → 1 September 2026").wait_for()
    page.locator(".kam-save").click()
    page.get_by_text("is not a name").wait_for()
    page.locator(".kam-show-preview").click()
    page.get_by_text("The plan as of 2026-06-30, with what is not saved yet").wait_for(timeout=60_000)
    assert "1 Sep 2026" in page.locator(".kam-preview").inner_text()
    assert not (workbook / "data" / "entries" / "actions.csv").exists()
    page.get_by_label("Edited by").fill("Kim Vogel")
    page.keyboard.press("Tab")
    page.locator(".kam-save").click()
    page.get_by_text("Saved 1 row in").wait_for(timeout=60_000)
    assert ",2026-09-01,2026-04-30," in (workbook / "data" / "entries" / "actions.csv").read_text(encoding="utf-8")
    assert "Nothing is changed" in page.locator(".kam-changes").inner_text()


def test_a_folder_of_exports_is_brought(lab, page, workbook):
    exports = workbook / "exports"
    exports.mkdir()
    rows = [f"K-{n % 3};2025-{n:02}-15;{n * 100},50" for n in range(1, 13)]
    (exports / "sales.csv").write_text("\n".join(["Customer No;Invoice date;Net amount", *rows, ""]), encoding="utf-8")
    run_all(page, lab, "93_bring_data", ".kam-propose")
    page.get_by_role("textbox", name="Folder").fill("../exports")
    page.get_by_role("textbox", name="Folder").press("Tab")
    page.locator(".kam-propose").click()
    page.get_by_text("In which currency are totals formed").wait_for(timeout=60_000)
    assert "Customer No" in page.locator(".kam-lines").inner_text()
    page.locator(".kam-answer-0 input").fill("eur")
    page.locator(".kam-answer-0 input").press("Tab")
    page.locator(".kam-answer").click()
    page.get_by_text("No question is left").wait_for(timeout=60_000)
    assert not (exports / "kamnb.toml").exists()
    page.locator(".kam-write").click()
    page.get_by_text("wrote ../exports/kamnb.toml").wait_for()
    page.locator(".kam-check").click()
    page.get_by_text("Checked; next: open 00_data_check").wait_for(timeout=60_000)
    assert "12 rows read = 12 kept" in page.locator(".kam-report").inner_text()
    assert 'reporting_currency = "EUR"  # as answered' in (exports / "kamnb.toml").read_text(encoding="utf-8")


def count_pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def enter_as(page, name):
    page.get_by_label("Who are you").fill(name)
    page.keyboard.press("Tab")
    page.locator(".kam-enter").click()


@pytest.mark.thorough  # a dashboard with its kernels and a browser: 80 s of CPU
def test_the_dashboard_shows_no_code_and_answers(workbook, environment, page):
    with serve("dashboard", workbook, environment, "--edit", "--pages", "3") as address:
        page.goto(re.sub(r"\?.*", "", address))
        assert page.locator(".kam-account").count() == 0 and "token" in page.content().lower(), "nothing without the token"
        assert page.request.get(address, headers={"Host": "kam.example.com"}).status == 403, "only by a name that it has"
        page.goto(address)
        names = ["Portfolio review", "Explore weights", "Rate accounts", "Edit plan"]
        assert page.get_by_role("link").all_inner_texts() == names
        page.get_by_role("link", name="Portfolio review").click()
        page.locator(".kam-table").first.wait_for(timeout=90_000)
        assert "Decide now" in page.inner_text("body") and "import" not in page.inner_text("body")
        page.locator("img").first.wait_for()
        assert all(page.evaluate("() => [...document.images].map((image) => image.alt)")), "pictures are told in words"
        assert find_serious(page) == [] and find_cut_off(page) == {}
        assert count_pages(page.pdf()) > 2, "it is printed whole"
        page.keyboard.press("PageDown")
        page.wait_for_function("() => document.scrollingElement.scrollTop > 300")
        page.goto(address)
        page.get_by_role("link", name="Explore weights").click()
        page.locator(".kam-enter").wait_for(timeout=90_000)
        enter_as(page, "Kim Vogel")
        page.locator(".kam-account").first.wait_for()
        page.locator(".kam-weight-attractiveness-growth .noUi-handle").focus()
        for _ in range(40):
            page.keyboard.press("ArrowRight")
        page.locator(".kam-told").get_by_text(re.compile("growth 30 → 50")).wait_for()
        assert page.locator(".kam-arrow").count() == 1
        page.locator('.kam-account[data-id="0010524"]').click()
        page.locator(".kam-about h3").wait_for()
        assert find_cut_off(page) == {}, "with who changes quadrant, and an account that is picked"
        assert find_serious(page) == []
        assert "open_desk" not in page.content()
        page.locator(".kam-reset").click()
        until_told(page, "as it is")
        pick_both_ways(page)
        save_and_load(page, workbook, by_is_given=True)
        page.goto(address)
        page.get_by_role("link", name="Rate accounts").click()
        page.locator(".kam-enter").wait_for(timeout=90_000)
        enter_as(page, "Kim Vogel")
        page.locator(".kam-begin").click()
        page.locator(".kam-save").wait_for()
        assert find_cut_off(page) == {} and find_serious(page) == []
        page.goto(address)
        page.get_by_role("link", name="Edit plan").click()
        page.locator(".kam-enter").wait_for(timeout=90_000)
        enter_as(page, "Kim Vogel")
        page.get_by_role("tab", name="Actions").click()
        assert page.get_by_label("Edited by").input_value() == "Kim Vogel" and page.get_by_label("Edited by").is_disabled()
        assert find_cut_off(page) == {} and find_serious(page) == []


NOTEBOOKS = sorted(path.stem for path in notebooks_folder().glob("*.ipynb"))
READABLE = """
() => {
  const faults = [];
  const luminance = (rgb) => {
    const linear = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((part) => linear(part / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (r !== undefined && a > 0.9) return [r, g, b];
    }
    return [255, 255, 255];
  };
  for (const output of document.querySelectorAll(".jp-OutputArea-output")) {
    const over = output.scrollWidth - output.clientWidth;
    if (over > 4) faults.push(`wider than its place by ${over}: ${output.innerText.slice(0, 60)}`);
    for (const node of output.querySelectorAll("*")) {
      const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
      if (!own || !node.getClientRects().length || node.closest("svg, option, style, script")) continue;
      const style = getComputedStyle(node), [a, b] = [parse(style.color).slice(0, 3), ground(node)].map(luminance);
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) faults.push(`contrast ${ratio.toFixed(1)}: ${node.textContent.trim().slice(0, 40)}`);
    }
  }
  const controls = ["input", "select", "textarea", "button", ".noUi-handle"].map((kind) => `.kam-desk ${kind}`).join(", ");
  for (const control of document.querySelectorAll(controls)) {
    const named = control.labels?.length || control.getAttribute("aria-label") || control.textContent.trim();
    if (!named) faults.push(`without a label: ${control.outerHTML.slice(0, 80)}`);
  }
  return faults;
}
"""


@pytest.mark.soak
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_reads_well(lab, page, name):
    run_all(page, lab, name, ".jp-OutputArea-output")
    assert page.locator(".jp-OutputArea-error, [data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
        for width in (1280, 1920):
            page.set_viewport_size({"width": width, "height": 1000})
            settle(page)
            assert page.evaluate(READABLE) == [], (theme, width)
    assert find_cut_off(page) == {}
    page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Light'})")
    page.set_viewport_size({"width": 1280, "height": 1000})


@pytest.mark.soak
def test_ten_runs_in_a_row(tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:xdist", "-p", "no:cacheprovider", __file__]
    for number in range(10):
        asked = [*command, f"--basetemp={tmp_path / str(number)}"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
        assert done.returncode == 0, f"run {number + 1}:\n{done.stdout[-3000:]}"
