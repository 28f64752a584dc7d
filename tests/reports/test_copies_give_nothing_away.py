"""Customers' copies of messy random data: in no format, file name or property is a word that is not the customer's to read."""

import base64
import io
import random
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta

import numpy as np
import pytest
from internal import find_internal
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.data.settings import load_settings
from kamnb.display.account import customer_copy as show
from kamnb.errors import SettingsError
from kamnb.reports.filenames import name_copies
from kamnb.reports.formats import render_format
from kamnb.reports.index import render_index
from kamnb.reports.letterhead import read_letterhead
from kamnb.reports.page import render_page
from kamnb.scoring import Criteria

pytest.importorskip("docx")
pytest.importorskip("pptx")
pytest.importorskip("weasyprint")
needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed: PDF are not read back")
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")
DAY = date(2026, 6, 30)
STALE = date(2024, 1, 1)
ACCOUNTS = ("Secret-K1", "Secret-K2", "Secret-K3", "Secret-K4")
NAMES = dict(zip(ACCOUNTS, ("Nord & Co <Ünal>", "Łódź / Øst", "nord & co <Ünal>", "Βήτα"), strict=True))


class Mess:
    """Random tables: a text that the customer may read begins with "open", every other with "Secret"."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.number = 0
        self.told = {account: set() for account in ACCOUNTS}
        self.objectives = [self._objective(place) for place in range(24)]
        self.goals = [self._goal(place) for place in range(40)]
        self.actions = [self._action(place) for place in range(60)]

    def secret(self):
        self.number += 1
        return self.random.choice([f"Secret{self.number}", f"Secret{self.number} <b>&\n", None])

    def told_to(self, account, says):
        self.number += 1
        word = f"{'open' if says else 'Secret'}{self.number}"
        if says:
            self.told[account].add(word)
        return f"{word}{self.random.choice(['', ' <i>Ünal</i>', '  & 5 %'])}"

    def day(self, first=900, last=-200):
        return DAY - timedelta(days=self.random.randint(last, first))

    def _objective(self, place):
        account, agreed = self.random.choice([*ACCOUNTS, None]), self.random.choice([self.day(900, 0), None])
        is_told = bool(account and agreed)
        return {
            "objective_id": f"Secret-Z{place}", "account_id": account, "title": self.told_to(account, is_told),
            "measure": self.told_to(account, is_told), "target": self.told_to(account, is_told),
            "due": self.day(), "agreed_on": agreed,
            "direction": self.secret(), "process": self.secret(), "unit": self.secret(), "profitable_by": self.day(),
        }  # fmt: skip

    def _goal(self, place):
        account, served = self.random.choice(ACCOUNTS), self.random.choice([*self.objectives, None])
        shared, confirmed = self.random.choice([True, False, None, None]), self.random.choice([self.day(200, 0), STALE, None])
        agreed = bool(served and served["account_id"] == account and served["agreed_on"])
        is_told = (agreed if shared is None else shared) and confirmed != STALE
        return {
            "goal_id": f"Secret-G{place}", "account_id": account, "goal": self.told_to(account, is_told),
            "project": self.told_to(account, is_told), "shared": shared, "confirmed_on": confirmed,
            "objective_id": served["objective_id"] if served else self.secret(), "source": self.secret(), "year": 2098,
            "budget": self.random.choice([98_765_432, None]), "opportunity_id": self.secret(),
        }  # fmt: skip

    def _action(self, place):
        served, checkpoint = self.random.choice(self.objectives), self.random.random() < 0.3
        informed = self.random.choice([self.day(200, 1), None])
        done = self.random.choice([None, None, DAY - timedelta(days=90), DAY - timedelta(days=500)])
        status = self.random.choice(["open", "cancelled"]) if not done else "done"
        account = served["account_id"]
        is_told = bool(account and served["agreed_on"]) and not (checkpoint and not informed) and status != "cancelled"
        is_told = is_told and not (done and done < DAY - timedelta(days=365))
        return {
            "action_id": f"Secret-A{place}", "objective_id": served["objective_id"], "title": self.told_to(account, is_told),
            "owner": self.told_to(account, is_told), "ours": self.random.choice([True, False, None]), "start": self.day(),
            "due": self.day(), "original_due": self.day(), "checkpoint": checkpoint, "customer_informed_on": informed,
            "done_on": done, "status": status, "depends_on": self.random.choice([f"Secret-A{self.random.randrange(60)}", None]),
        }  # fmt: skip

    def portfolio(self, folder):
        accounts = [
            {"account_id": account, "name": name, "segment": "Secret segment", "annual_spend": 9e7, "region": "Secret region"}
            for account, name in NAMES.items()
        ]
        every = [{"account_id": account} for account in ACCOUNTS]
        return make_portfolio(
            folder, DAY, accounts=accounts, objectives=self.objectives, customer_goals=self.goals, actions=self.actions,
            insight=[{**row, "topic": "strategy", "text": "Secret plan", "confirmed_on": DAY} for row in every],
            decisions=[{**row, "decided_on": DAY, "decision": "Secret step", "owner": "Secret"} for row in every],
            complaints=[{**row, "opened_on": DAY, "cause": "Secret cause", "remedy": "Secret"} for row in every],
            contacts=[{**row, "contact_id": f"Secret{row}", "name": "Secret person", "role": "champion"} for row in every],
            ratings=[{**row, "criterion": "Secret", "score": 9, "rated_on": DAY, "competitor": "Secret AG"} for row in every],
            opportunities=[{**row, "opportunity_id": f"Secret{row}", "stage": "Secret", "amount": 98_765_432} for row in every],
            deliveries=[{**row, "promised_on": DAY, "delivered_on": DAY} for row in every],
        )  # fmt: skip


@pytest.fixture(scope="module", params=range(3))
def copies(request, tmp_path_factory):
    """Return the mess, its analysis, and the page of each customer's copy."""
    mess = Mess(request.param)
    analysis = analyse(mess.portfolio(tmp_path_factory.mktemp("mess")), MODEL)
    return mess, analysis, {account: write_page(analysis, account) for account in ACCOUNTS}


def write_page(analysis, account):
    parts, plan = [], analysis.plan(account)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("IPython.display.display", parts.append)
        show.show_goals(analysis, plan)
        show.show_objectives(analysis, plan)
        show.show_actions(analysis, plan)
        show.show_deliveries(plan)
    cells = [new_markdown_cell("# Our plan together"), new_code_cell("", outputs=[_put_out(part) for part in parts])]
    about = show.say_about(analysis, account)
    return render_page(new_notebook(cells=cells), str(analysis.names[account]), subtitle=about, seller="Hallbeck")


def _put_out(part):
    if hasattr(part, "_repr_mimebundle_"):
        data, metadata = part._repr_mimebundle_()
        return new_output("display_data", data, metadata=metadata)
    return new_output("display_data", {"text/html": part._repr_html_()})


def read_html(page):
    return re.sub(r'base64,[^")]*', "", page)


def read_archive(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [archive.read(name).decode("utf-8", "ignore") for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        own = [text for name, text in zip(archive.namelist(), texts, strict=False) if "styles" not in name]
        return "\n".join([*archive.namelist(), *own])


def read_pdf(content):
    text = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True).stdout.decode()
    return text + subprocess.run(["pdfinfo", "-"], input=content, capture_output=True, check=True).stdout.decode()


def find_secrets(text):
    return [*re.findall(r"Secret[\w-]*", text), *re.findall(r"98,?765,?432|\b2098\b", text)]


def test_a_copy_tells_all_that_is_the_customer_s_and_nothing_else(copies):
    mess, _, pages = copies
    assert min(len(words) for words in mess.told.values()) > 3 and sum("open" in page for page in pages.values()) == 4
    for account, page in pages.items():
        assert find_secrets(read_html(page)) == [], account
        said = set(re.findall(r"\bopen\d+", read_html(page)))
        assert said <= mess.told[account] and "98" not in re.findall(r"data-value=\"(\d+)\"", page)
        titles = {row["title"].split()[0] for row in mess.actions} | {row["goal"].split()[0] for row in mess.goals}
        titles |= {row["title"].split()[0] for row in mess.objectives}
        assert mess.told[account] & titles <= said, account


@needs_poppler
def test_word_pdf_excel_and_powerpoint_hold_no_more_than_the_page_not_even_in_their_properties(copies):
    for account, page in copies[2].items():
        title = NAMES[account]
        read = {"docx": read_archive, "xlsx": read_archive, "pptx": read_archive, "pdf": read_pdf}
        for kind, reader in read.items():
            text = reader(render_format(kind, page, title, DAY))
            assert "open" in text and find_secrets(text) == [], (kind, account)


def test_file_names_and_the_index_are_the_customer_s_to_see(copies):
    _, analysis, _ = copies
    names = name_copies(analysis.names)
    assert len({name.lower() for name in names.values()}) == 4 and all(
        name.endswith("-for-the-customer") for name in names.values()
    )
    assert names["Secret-K4"] == "Βήτα-for-the-customer"
    files = {account: [f"{name}.html", f"{name}.docx"] for account, name in names.items()}
    index = render_index(analysis, files, {"Secret-K2": "Secret reason"}, with_scores=False)
    text = re.sub(r'@font-face.*|base64,[^")]*|margin[-a-z]*:', "", " ".join([*names.values(), index]))
    assert find_secrets(text) == [] and find_internal(text) == [] and "why is in run.json" in text
    order = [text.index(f'href="{start}') for start in ("nord", "Nord", "%C5%81", "%CE%92")]
    assert sorted(order[:2]) < [order[2]] < [order[3]], "by name, not by size"


def write_settings(folder, house):
    (folder / "kamnb.toml").write_text(f"[house]\n{house}\n", encoding="utf-8")
    (folder / "accounts.csv").write_text("account_id\nA\n", encoding="utf-8")
    return load_settings(folder)


@pytest.mark.parametrize("kind", ["png", "jpg"])
def test_the_seller_s_name_and_logo_head_the_copy_in_word_too(tmp_path, kind):
    import docx
    from matplotlib.image import imsave

    red = np.full((20, 40, 3), (200, 30, 30), dtype=np.uint8)
    imsave(tmp_path / f"logo.{kind}", red, format=kind, metadata={"Author": "Secret"} if kind == "png" else None)
    head = read_letterhead(write_settings(tmp_path, f'name = "Hallbeck & Söhne"\nlogo = "logo.{kind}"'))
    assert head["logo_width"] == "80" and b"Secret" not in base64.b64decode(head["logo"])
    page = render_page(new_notebook(cells=[new_markdown_cell("# Our plan together")]), "Nord", **head)
    assert page.index("Hallbeck &amp; Söhne") < page.index("<h1>") and page.count("data:image/png") == 1
    document = docx.Document(io.BytesIO(render_format("docx", page, "Nord", DAY)))
    assert len(document.inline_shapes) == 1 and "Hallbeck & Söhne" in [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize(
    ("house", "said"),
    [
        ('logo = "none.png"', "none.png is not there; give the place of a PNG or JPEG"),
        ('logo = "accounts.csv"', "accounts.csv is no picture that can be read"),
        ('logo = "broken.png"', "broken.png is no picture that can be read"),
        ('logo = "broken.jpg"', "broken.jpg is no picture that can be read"),
        ("name = 5", "house.name: must be text, in quotes"),
        ('logos = "a.png"', 'house.logos: unknown setting; did you mean "logo"?'),
    ],
)
def test_a_letterhead_that_cannot_be_used_is_refused(tmp_path, house, said):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 40)
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    with pytest.raises(SettingsError, match=re.escape(said)):
        read_letterhead(write_settings(tmp_path, house))
