"""The index of a run: searched and filtered in the page, by a browser where one is found."""

import re
import shutil
import subprocess
from urllib.parse import quote

import pytest

from kamnb.reports.index import render_index
from kamnb.reports.order import Run
from kamnb.reports.since import say_since

BROWSER = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), "")
needs_browser = pytest.mark.skipif(
    not BROWSER, reason="no chromium is installed: filters of the index are not tried in a browser"
)


@pytest.fixture(scope="module")
def index(analysis, tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "index.html"
    pages = {account: [f"{account}.html", f"{account}.pdf"] for account in analysis.accounts.index}
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
    text = render_index(analysis, {"0010417": ["a.html"]}, {}, with_scores=False)
    assert re.findall(r'<select name="(\w+)">', text) == ["manager"] and "data-quadrant" not in text and "data-flag" not in text


def test_the_index_leads_to_every_format_and_to_all_plans_in_one(analysis):
    text = render_index(analysis, {"0010417": ["a.html", "a.docx"]}, {}, books=["all_plans.pdf"])
    assert [text.count(f'href="{name}"') for name in ("a.html", "a.docx", "all_plans.pdf")] == [1, 1, 1]


def test_the_index_leads_to_the_portfolio_and_says_what_is_of_earlier_data_or_failed(analysis):
    text = render_index(
        analysis, {"0010417": ["a.html"], "0010523": ["b.html"]}, {}, older={"0010523"},
        portfolio_failures={"Programme": "it broke"},
        portfolio={("Review", False): ["review.html", "review.pdf"], ("Matrix", True): ["matrix.html"]},
    )  # fmt: skip
    nav = text[text.index('<nav class="portfolio"') : text.index("</nav>")]
    assert re.findall('href="(.*?)"', nav) == ["review.html", "review.pdf", "matrix.html"] and nav.count("of earlier data") == 1
    assert re.search(r'href="b\.html">[^<]*</a> <span class="older">of earlier data</span>', text)
    assert "<li>Programme: it broke</li>" in text and "1 failed" in text


def test_a_row_names_its_urgent_red_flags(analysis):
    text = render_index(analysis, {"0011038": ["a.html"], "0010417": ["b.html"]}, {})
    told = re.findall(r'class="flags">(.*?)</td>', text)
    assert told == ["–", "Loses money, we are overdue and 1 more"]


def test_what_changed_since_the_last_run_is_told(analysis, tmp_path):
    page = tmp_path / "x.html"
    run = Run(
        page, {"A": page, "B": page, "D": page}, {"C": "it broke"}, {"A": "its rows changed", "C": "x", "D": "not made yet"}
    )
    last = {
        "parameters": {"as_of": "2026-03-31"},
        "accounts": {"A": {"page": "a"}, "B": {"error": "e"}, "C": {"page": "c"}, "gone": {"page": "g"}},
        "standing": {"A": {"placed": "star", "flags": ["gap", "old"]}, "B": {"placed": None, "flags": []}},
    }
    standing = {
        "A": {"placed": "strategic", "flags": ["gap", "quiet_customer", "strategic_loses"]}, "B": {"placed": None, "flags": []},
        "D": {"placed": "star", "flags": []},
    }  # fmt: skip
    assert say_since(last, run, standing, {name: f"Customer {name}" for name in "ABCD"}, {"strategic_loses": "Loses money"}) == [
        "Since the last run, as of 31 March 2026",
        "New: Customer D.",
        "No longer asked for: gone.",
        "Failed then, made now: Customer B.",
        "Failed now: Customer C.",
        "1 plan made anew, because its rows changed: Customer A.",
        "Customer A moved from Star to Strategic.",
        "Customer A, new red flags: quiet customer and loses money.",
        "Customer A, red flags gone: old.",
    ]
    assert say_since({}, run, standing, {}) == []
    text = render_index(analysis, {"0010417": ["a.html"]}, {}, since=["Since then", "Müller <moved>."])
    assert "<h2>Since then</h2>" in text and "<li>Müller &lt;moved&gt;.</li>" in text


def test_a_run_that_changes_nothing_says_so(analysis, tmp_path):
    run = Run(tmp_path / "i", {"A": tmp_path / "a"})
    standing = {"A": {"placed": "star", "flags": ["gap"]}}
    last = {"parameters": {"as_of": "2026-03-31"}, "accounts": {"A": {"page": "a"}}, "standing": standing}
    assert say_since(last, run, standing, {"A": "A"}) == ["Since the last run, as of 31 March 2026", "Nothing changed."]


def show(index, **asked):
    """Return the accounts that a browser shows with these filters in the address, and what the page says of their number."""
    address = f"{index.as_uri()}#{'&'.join(f'{name}={quote(value)}' for name, value in asked.items())}"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    done = subprocess.run([BROWSER, *flags, "--dump-dom", address], capture_output=True, text=True, timeout=60, check=True)
    rows = re.findall(r'<tr data-account="(\w+)"([^>]*)>', done.stdout)
    return {account for account, rest in rows if "hidden" not in rest}, re.search(r'aria-live="polite">(.*?)<', done.stdout)[1]


@pytest.mark.thorough  # a browser at work for 20 s
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
    assert show(index, search="LAKOWSKA")[0] == {"0013056"} == show(index, search="łąkowska")[0], "neither accents nor case count"
    assert show(index, search="koros")[0] == {"0011689"}
    assert show(index, search="nobody of this name") == (set(), "0 of 33 shown")
    assert len(show(index)[0]) == 33
