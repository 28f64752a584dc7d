"""The index of a run: searched and filtered in the page, by a browser where one is found."""

import re
import shutil
import subprocess
from urllib.parse import quote

import pytest

from kamnb.analysis import open_analysis
from kamnb.places import data_folder
from kamnb.reports.index import render_index

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")
needs_browser = pytest.mark.skipif(
    not BROWSER, reason="no chromium is installed: filters of the index are not tried in a browser"
)


@pytest.fixture(scope="module")
def analysis():
    return open_analysis(str(data_folder() / "sample"))


@pytest.fixture(scope="module")
def index(analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "index.html"
    pages = {account: f"{account}.html" for account in analysis.accounts.index}
    path.write_text(render_index(analysis, pages, {}), encoding="utf-8")
    return path


def test_filters_offer_what_there_is(index, analysis):
    text = index.read_text(encoding="utf-8")
    offered = {
        name: re.findall("<option>(.*?)</option>", options)
        for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', text, flags=re.DOTALL)
    }
    assert offered["quadrant"] == ["not placed", "Star", "Status", "Strategic", "Streamline"]
    assert offered["stage"] == ["Exploratory", "Tactical", "Cooperative", "Interdependent", "Strategic"]
    assert len(offered["manager"]) == 4 and len(offered["flag"]) == analysis.findings["finding"].nunique()
    assert text.count("<label>") == 5, "each control has its label"


def test_the_index_of_customer_copies_filters_by_manager_only(analysis):
    text = render_index(analysis, {"0010417": "a.html"}, {}, with_scores=False)
    assert re.findall(r'<select name="(\w+)">', text) == ["manager"] and "data-quadrant" not in text and "data-flag" not in text


def show(index, **asked):
    """Return the accounts that a browser shows with these filters in the address, and what the page says of their number."""
    address = f"{index.as_uri()}#{'&'.join(f'{name}={quote(value)}' for name, value in asked.items())}"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    done = subprocess.run([BROWSER, *flags, "--dump-dom", address], capture_output=True, text=True, timeout=60, check=True)
    rows = re.findall(r'<tr data-account="(\w+)"([^>]*)>', done.stdout)
    return {account for account, rest in rows if "hidden" not in rest}, re.search(r'aria-live="polite">(.*?)<', done.stdout)[1]


@needs_browser
def test_a_browser_shows_the_plans_that_meet_every_filter(index, analysis):
    placed, managers = analysis.scores["placed"], analysis.manager_names
    stars = set(placed.index[placed == "star"])
    assert show(index, quadrant="Star") == (stars, f"{len(stars)} of 33 shown")
    both = stars & set(managers.index[managers == "Henrik Solberg"])
    assert show(index, quadrant="Star", manager="Henrik Solberg")[0] == both != stars
    silent = set(analysis.findings.query("finding == 'silent'")["account_id"])
    assert show(index, flag="Silent")[0] == silent
    assert show(index, stage="Strategic")[0] == {"0011966"}
    assert show(index, search="petersen")[0] == {"0010119", "0013307"}
    assert show(index, search="0010119")[0] == {"0010119"}
    assert show(index, search="nobody of this name") == (set(), "0 of 33 shown")
    assert len(show(index)[0]) == 33
