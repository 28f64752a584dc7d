"""All pages of a plan and of the portfolio, with their pictures: amounts in one unit, and written to the same precision."""

import json
import re
from datetime import date, timedelta
from functools import partial
from html import unescape
from pathlib import Path

import pytest
from matplotlib.text import Text
from portfolios import make_portfolio
from undrawn import leave_blank

from examples import EXAMPLES, ROOTS
from kamnb.analysis import analyse, choose_criteria
from kamnb.data.currency import UNITS
from kamnb.data.door import open_portfolio
from kamnb.display.account import front
from kamnb.display.account.plan import show_plan
from kamnb.display.parts.pictures import Picture
from kamnb.display.review import paper
from kamnb.places import settings_file
from kamnb.scoring import Criteria

CODE = "(?:EUR|USD)"
HEAD = re.compile(rf"\({CODE}(?P<unit> [A-Za-z]+)?\)")
AMOUNT = re.compile(rf"(?:{CODE} (?P<named>−?[\d,]+(?:\.\d+)?)|(?<![\w.,])(?P<bare>−?[\d,]+(?:\.\d+)?))(?P<unit> (?:k|M|bn)\b)?")
INVOICES = re.compile(r"(?s)<table.*?</table>")
"""Tables of single invoices are looked up as they are, to the euro."""

THOROUGHLY = partial(pytest.param, marks=pytest.mark.thorough)  # whole plans are put together: 5 s of CPU each


@pytest.fixture
def drawn(monkeypatch, undrawn):
    """What pictures have written on them, as they are made."""
    words = []

    def note(figure):
        for ax in figure.axes:
            ax.get_xticklabels(), ax.get_yticklabels()  # are written when they are asked for
        words.extend(text.get_text() for text in figure.findobj(Text) if text.get_visible())

    leave_blank(monkeypatch, note)
    return words


def read(parts, drawn):
    return "\n".join([part.alt if isinstance(part, Picture) else strip(part._repr_html_()) for part in parts] + drawn)


def strip(html):
    kept = INVOICES.sub(lambda table: "" if ">Invoice</th>" in table[0] else table[0], html)
    return unescape(re.sub("<[^>]*>", "\n", kept))


def check(text, unit, told=()):
    """Every amount is in the unit, none has it left out; whole from ten on, with a decimal below. What people wrote stays."""
    for words in told:
        text = text.replace(words, "")
    assert {(each["unit"] or "").strip() for each in HEAD.finditer(text)} <= {unit}
    found = [each for each in AMOUNT.finditer(text.replace("\N{NO-BREAK SPACE}", " ")) if each["named"] or each["unit"]]
    for each in found:
        number = (each["named"] or each["bare"]).replace("−", "-").replace(",", "")
        assert (each["unit"] or "").strip() == unit or number == "0", each[0]
        assert "." not in number or (unit and abs(float(number)) < 10), each[0]
    return found


def test_the_sample(reviewed, drawn, shown):
    for account in ("0011038", "0012031", str(reviewed.indicators["revenue_ltm"].astype(float).idxmin())):
        show_plan(reviewed, reviewed.plan(account))
        assert len(check(read(shown, drawn), "k")) > 20
        shown.clear()
        drawn.clear()
    assert len(check(read(paper.compose_decisions(reviewed), drawn), "k")) > 20


@pytest.mark.parametrize(
    ("name", "accounts"), [THOROUGHLY("adventureworks", ("546", "85")), ("maven_crm", ("Kan-code", "Condax"))]
)
def test_public_data(real_data, drawn, shown, name, accounts):
    portfolio = open_portfolio(EXAMPLES / name, root=real_data / ROOTS[name])
    analysis = analyse(portfolio, choose_criteria(portfolio, EXAMPLES / name).criteria)
    for account in accounts:
        show_plan(analysis, analysis.plan(account))
    assert len(check(read(shown, drawn), "k")) > 3


NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
TOLD = ("EUR 1.4 million", "EUR 600,000", "EUR 500,000", "EUR 350,000", "EUR 320,000", "EUR 50,000")
"""Words of goals, check-points and decisions in the sample."""


@pytest.mark.parametrize("name", sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")))
def test_stored_pages(name):
    if name[:2] in ("00", "55", "70", "93"):
        pytest.skip("reconciliations, KPIs, the customer's own figures and files before they are read are told to the euro")
    cells = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    data = [output["data"] for cell in cells for output in cell.get("outputs", []) if "data" in output]
    check("\n".join(strip("".join(each.get("text/html", ""))) for each in data), "k", TOLD)


@pytest.mark.parametrize(("scale", "unit"), [(0.013, 1.0), THOROUGHLY(7.7, 1e3), THOROUGHLY(1.3e6, 1e6)])
def test_accounts_of_any_size(tmp_path, drawn, scale, unit):
    """The largest account says in which unit all are written, also those a thousand times smaller, losses and credits."""
    days = [date(2024, 1, 15) + timedelta(days=30 * number) for number in range(30)]
    lines = [
        {"account_id": name, "date": day.isoformat(), "amount": amount * scale * (1 + number % 3), "cost": amount * scale * 2.5,
         "due_date": day.isoformat(), "paid_date": None if number % 4 else day.isoformat()}
        for name, amount in (("A", 7_410), ("B", 7.3), ("C", -312))
        for number, day in enumerate(days)
    ]  # fmt: skip
    targets = [
        {"account_id": "A", "period": "2026", "measure": "revenue", "kind": kind, "amount": amount * scale}
        for kind, amount in (("target", 2.2e5), ("forecast", 1.9e5))
    ]
    accounts = [{"account_id": name, "name": f"Firm {name}"} for name in "ABC"]
    model = Criteria.from_toml(settings_file("criteria.toml").read_text(encoding="utf-8"))
    analysis = analyse(make_portfolio(tmp_path, "2026-06-30", accounts=accounts, invoices=lines, targets=targets), model)
    for account in "ABC":
        assert len(check(read(front.compose_front(analysis, analysis.plan(account)), drawn), UNITS[unit])) > 4
        drawn.clear()
    assert check(read(paper.compose_decisions(analysis), drawn), UNITS[unit])
