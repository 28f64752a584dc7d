"""Eight people at one dashboard: all see the desk, within a modest memory each; the ninth is told that it is full."""

import asyncio
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from browsing import find_browser, isolate, make_workbook, serve

pytest.importorskip("playwright")
if find_browser() is None:
    pytest.skip("no chromium is installed: what is seen in the browser is not tested", allow_module_level=True)

VIEWERS = 8


async def open_desks(address, count):
    """Open the desk in browsers of their own at the same time; return the seconds that each waited, and whether one more may."""
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
        pages = [await (await browser.new_context()).new_page() for _ in range(count + 1)]
        place, _, query = address.partition("?")
        desk = f"{place}voila/render/90_explore_weights.ipynb?{query}"

        async def look(page):
            started = time.monotonic()
            await page.goto(desk, timeout=180_000)
            await page.locator(".kam-account").first.wait_for(timeout=180_000)
            return time.monotonic() - started

        waited = await asyncio.gather(*map(look, pages[:count]))
        answer = await pages[count].goto(desk)
        used = list_memory()
        told = await pages[count].inner_text("body")
        await browser.close()
        return waited, used, (answer.status, told)


def ask_for_desks(address, count):
    """Return the seconds until each of some desks was served whole: browsers of other machines take none of this one's time."""
    place, _, query = address.partition("?")

    def fetch(_):
        started = time.monotonic()
        with urllib.request.urlopen(f"{place}voila/render/90_explore_weights.ipynb?{query}", timeout=180) as answer:
            assert b"widget-view" in answer.read(), "the page stays white"
        return time.monotonic() - started

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(fetch, range(count)))


def list_memory():
    """Return the megabytes of each kernel that it shares with no other process."""
    kernels = [
        process
        for process in psutil.process_iter(["cmdline"])
        if "kamnb-dashboard-" in " ".join(process.info["cmdline"] or []) and "stem" in " ".join(process.parent().cmdline())
    ]
    return [process.memory_full_info().uss / 1e6 for process in kernels]


def wait_until_ready():
    """Wait until the pages that are made before anybody asks have their kernels: eight of the desk, two of the review."""
    until = time.monotonic() + 90
    while len(list_memory()) < VIEWERS + 2:
        assert time.monotonic() < until, "no page stands ready"
        time.sleep(0.5)
    time.sleep(3)  # the last one is still being made


@pytest.mark.soak  # nine browsers draw at once: 60 s of CPU
def test_eight_see_the_desk_at_once_and_the_ninth_is_told_that_it_is_full(tmp_path):
    environment = isolate(tmp_path / "jupyter")
    workbook = make_workbook(tmp_path / "work", environment)
    with serve("dashboard", workbook, environment, "--pages", "9") as address:
        wait_until_ready()
        (alone,) = ask_for_desks(address, 1)
        at_once = ask_for_desks(address, VIEWERS)
    with serve("dashboard", workbook, environment, "--pages", str(VIEWERS)) as address:
        wait_until_ready()
        waited, used, (status, told) = asyncio.run(open_desks(address, VIEWERS))
    print(f"served alone {alone:.1f} s; at once {[round(each, 1) for each in at_once]} s")
    print(f"seen {[round(each, 1) for each in waited]} s; {[round(each) for each in used]} MB")
    assert status == 503 and "All places are taken" in told
    assert len(used) >= VIEWERS and max(used) < 100  # those too of which the page stands ready and nobody has asked for it
