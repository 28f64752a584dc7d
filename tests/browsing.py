"""A real JupyterLab and a real browser, for tests of what an analyst sees; nothing of the machine's own settings is used."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

IDLE = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
CHROMES = ("chromium", "chromium-browser", "google-chrome")


def find_browser():
    return next((found for found in map(shutil.which, CHROMES) if found), None)


def isolate(folder):
    """Return an environment in which Jupyter, IPython and matplotlib keep their files in a folder."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "IPYTHON", "KAMNB"))}
    names = (
        "JUPYTER_CONFIG_DIR",
        "JUPYTER_DATA_DIR",
        "JUPYTER_RUNTIME_DIR",
        "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR",
    )
    made = {name: str(folder / name.lower()) for name in (*names, "IPYTHONDIR")}
    for place in made.values():
        Path(place).mkdir(parents=True, exist_ok=True)
    whole = folder / "jupyterlab_settings_dir" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    whole.parent.mkdir(parents=True, exist_ok=True)
    whole.write_text(json.dumps({"windowingMode": "none"}))  # every cell is in the page, also those out of view
    exposed = {"LabApp": {"expose_app_in_browser": True}}  # so that a test can ask the page whether the kernel is idle
    (Path(made["JUPYTER_CONFIG_DIR"]) / "jupyter_lab_config.json").write_text(json.dumps(exposed))
    return {**kept, **made}


def make_workbook(folder, environment):
    """Make a workbook of the sample as a stranger would."""
    command = [str(Path(sys.executable).with_name("kamnb")), "new", str(folder), "--sample"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return folder


@contextmanager
def serve(command, workbook, environment, *options):
    """Run ``kamnb lab`` or ``kamnb dashboard`` on a workbook; yield its address with the token; it must end cleanly."""
    log = workbook.parent / f"{command}.log"
    with log.open("w+b") as file:
        server = subprocess.Popen(
            [str(Path(sys.executable).with_name("kamnb")), command, str(workbook), *options],
            stdout=file,
            stderr=file,
            env=environment,
        )
        try:
            yield _wait_for_address(log, server)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=120)
    assert server.returncode == 0 and log.read_text().endswith("ended\n"), log.read_text()


def _wait_for_address(log, server):
    for _ in range(900):
        found = re.search(r"http://127\.0\.0\.1:\d+/\S*", log.read_text(errors="replace"))
        if found:
            return found[0]
        assert server.poll() is None, log.read_text(errors="replace")
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace"))


@contextmanager
def open_browser(width=1280, height=1000, dark=False):
    """Open a page of a browser; requests that would leave the machine are refused and listed in ``page.strangers``."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        page.strangers, page.faults = [], []
        page.on("console", lambda told: page.faults.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.route(lambda url: not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", url), _refuse(page))
        try:
            yield page
        finally:
            browser.close()


def _refuse(page):
    def refuse(route):
        page.strangers.append(route.request.url)
        route.abort()

    return refuse


def run_all(page, address, name, selector):
    """Open a notebook, run all its cells and wait until something that it shows is there."""
    place, _, query = address.partition("?")
    page.goto(f"{place.replace('/START.md', '/notebooks')}/{name}.ipynb?reset&{query}")  # not what was open before
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(selector, timeout=120_000)
    settle(page)


def settle(page):
    """Wait until nothing moves any more and the kernel has nothing to do; a dashboard does not tell of its kernel."""
    page.wait_for_function(f"() => !window.jupyterapp?.shell?.currentWidget?.sessionContext || ({IDLE})()", timeout=60_000)
    page.wait_for_timeout(300)
