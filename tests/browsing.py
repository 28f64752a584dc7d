"""A real JupyterLab and a real browser, for tests of what an analyst sees; nothing of the machine's own settings is used."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
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
    news = folder / "jupyterlab_settings_dir" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True, exist_ok=True)
    news.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
    return {**kept, **made, "JUPYTER_PREFER_ENV_PATH": "1", "PYTHONWARNINGS": "default"}


@contextmanager
def serve_lab(folder, environment):
    """Serve a folder by JupyterLab on loopback; yield its address with the token."""
    token = secrets.token_hex(16)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        "--port=0",
        "--expose-app-in-browser",
    ]
    options = [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}"]
    with (Path(environment["IPYTHONDIR"]) / "log").open("w+b") as log:
        server = subprocess.Popen([*command, *options], stdout=log, stderr=log, env=environment, cwd=folder)
        try:
            yield f"{_wait_for_address(Path(log.name), server)}lab/tree/{{}}?token={token}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def _wait_for_address(log, server):
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+/", log.read_text(errors="replace"))
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
        browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
        page.strangers = []
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


def run_all(page, address, selector):
    """Open a notebook, run all its cells and wait until the desk is there."""
    page.goto(address)
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(selector, timeout=120_000)
    settle(page)


def settle(page):
    """Wait until nothing moves any more and the kernel has nothing to do."""
    page.wait_for_function(IDLE, timeout=60_000)
    page.wait_for_timeout(300)
