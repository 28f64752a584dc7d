"""The desk as it is seen in JupyterLab, for the README: ``python docs/pictures/shoot.py`` (needs chromium)."""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
from browsing import isolate, make_workbook, open_browser, run_all, serve, settle  # noqa: E402

with tempfile.TemporaryDirectory() as name:
    environment = isolate(Path(name) / "jupyter")
    workbook = make_workbook(Path(name) / "work", environment)
    with serve("lab", workbook, environment) as address, open_browser(1440, 1500) as page:
        run_all(page, address, "90_explore_weights", ".kam-account")
        page.locator(".kam-weight-attractiveness-growth .noUi-handle").focus()
        for _ in range(40):
            page.keyboard.press("ArrowRight")
        page.locator(".kam-told").get_by_text("growth 30 → 50").wait_for()
        page.locator('.kam-account[data-id="0010525"]').click()
        page.get_by_role("heading", name="Ostermark Katalyse GmbH").wait_for()
        settle(page)
        page.locator(".kam-desk").first.screenshot(path=HERE / "desk.png")
