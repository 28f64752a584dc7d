"""The first page of a plan and of the review, with their pictures: amounts in one unit, and written to the same precision."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.data.currency import UNITS
from kamnb.display.account import front
from kamnb.display.parts.pictures import Picture
from kamnb.display.review import paper
from kamnb.places import settings_file
from kamnb.scoring import Criteria

AMOUNT = re.compile(r"(?:EUR (?P<named>−?[\d,]+(?:\.\d+)?)|(?<![\w.,])(?P<bare>−?[\d,]+(?:\.\d+)?))(?P<unit> (?:k|M|bn)\b)?")


@pytest.fixture
def drawn(monkeypatch):
    """What pictures have written on them, as they are made."""
    words, save = [], Figure.savefig

    def note(figure, *arguments, **options):
        words.extend(text.get_text() for text in figure.findobj(Text) if text.get_visible())
        return save(figure, *arguments, **options)

    monkeypatch.setattr(Figure, "savefig", note)
    return words


def read(parts, drawn):
    html = "\n".join(part.alt if isinstance(part, Picture) else re.sub("<[^>]*>", "\n", part._repr_html_()) for part in parts)
    return f"{unescape(html)}\n" + "\n".join(drawn)


def check(text, unit):
    """Every amount is in the unit, none has it left out; whole from ten on, with a decimal below."""
    found = [each for each in AMOUNT.finditer(text.replace("\N{NO-BREAK SPACE}", " ")) if each["named"] or each["unit"]]
    for each in found:
        number = (each["named"] or each["bare"]).replace("−", "-").replace(",", "")
        assert (each["unit"] or "").strip() == unit or number == "0", each[0]
        assert "." not in number or (unit and abs(float(number)) < 10), each[0]
    return found


def test_the_sample(reviewed, drawn):
    for account in ("0011038", "0012031", str(reviewed.indicators["revenue_ltm"].astype(float).idxmin())):
        assert len(check(read(front.compose_front(reviewed, reviewed.plan(account)), drawn), "k")) > 8
        drawn.clear()
    assert len(check(read(paper.compose_decisions(reviewed), drawn), "k")) > 20


@pytest.mark.parametrize(("scale", "unit"), [(0.013, 1.0), (7.7, 1e3), (1.3e6, 1e6)])
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
