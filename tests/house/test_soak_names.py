"""Hostile texts in every table, by seeds: ``make soak``. Each format shows them as texts, and files stay in their folder."""

import csv
import os
import random
import re
from html import escape
from html.parser import HTMLParser

import docx
import openpyxl
import pptx
import pytest
from desks import copy_sample

from kamnb.data.tables import TABLES
from kamnb.reports import formats as module
from kamnb.reports.batch import write_reports
from kamnb.reports.order import Order

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(bool(module._find_lack("pdf")), reason="WeasyPrint or its library Pango is not installed"),
]
SEEDS = [int(seed) for seed in os.environ.get("KAMNB_SEEDS", "1 2 3").split()]
ACCOUNT = "0010417"
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title></textarea><svg/onload=alert(1)>",
    "{{ 7 * 7 }}",
    "{% raise %}",
    "javascript:alert(1)",
    "[link](http://evil.example/)",
    "![x](http://evil.example/x.png)",
    "<a href='http://evil.example'>",
    '=HYPERLINK("http://evil.example";"y")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "@SUM(1)",
    "-2+3",
    "$x^2$",
    "$\\frac{1}{0}$",
    "\\input{/etc/passwd}",
    "`code`",
    "**bold**",
    "# head",
    "<!-- ",
    "]]>",
    "&amp;lt;",
    "&#x3C;b&#x3E;",
    "../../etc/passwd",
    "C:\\con",
    "\u202egnirts",
    "\u200b",
    "\ufeffx",
    "a\u0300" * 40,
    "\U0001f469\u200d\U0001f680",
    "日本語の名前",
    "שלום",
    "م",
    "x" * 900,
    "two\nlines",
    "tab\there",
    "nul",
    "%s %d %n",
    "{0}",
    "\x07bell",
    "",
    "''; DROP TABLE accounts; --",
    "NaN",
    "None",
    "0",
    "\ud7ff",
    "\uffff",
]
FREE = {
    "name",
    "title",
    "goal",
    "project",
    "text",
    "comment",
    "decision",
    "reason",
    "owner",
    "source",
    "remedy",
    "cause",
    "function",
    "competitor",
    "category",
    "direction",
    "process",
    "unit",
    "measure",
    "target",
    "region",
    "segment",
    "line_of_business",
    "country",
    "our_person",
    "our_function",
    "customer_informed_on",
    "decision_it_changes",
    "department",
    "unit_of_measure",
    "rater",
    "by",
}


def poison(draw, folder):
    """Put hostile texts into the free texts of every table, and into the id of one account; return that id."""
    account = draw.choice(HOSTILE[:12]) + "/../0010417"
    for name, table in TABLES.items():
        path = folder / f"{name}.csv"
        if not path.is_file():
            continue
        free = {each.name for each in table.columns if each.kind == "text" and not each.one_of and each.name in FREE}
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *rows = list(csv.reader(file))
        for row in rows:
            for place, column in enumerate(head):
                if row[place] == ACCOUNT:
                    row[place] = account
                elif column in free and row[place]:
                    row[place] = f"{' '.join(draw.sample(HOSTILE, draw.choice([1, 1, 2])))} {draw.randrange(99)}"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return account


class Reader(HTMLParser):
    """Reads a page as a browser does: what would act."""

    def __init__(self):
        super().__init__()
        self.acts = []
        self.script = False

    def handle_starttag(self, tag, attrs):
        self.script = tag == "script"
        self.acts += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        self.acts += [
            f"{tag} {name}={value[:60]}"
            for name, value in attrs
            if name in ("src", "href", "action", "data") and value and re.match(r"(?i)\s*(javascript:|https?:|//)", value)
        ]

    def handle_data(self, data):
        if self.script and "alert(1)" in data and "</script" in data.lower():
            self.acts.append(f"script {data[:80]}")

    def handle_endtag(self, tag):
        self.script = False


def read_html(path):
    reader, text = Reader(), path.read_text(encoding="utf-8")
    reader.feed(text)
    assert not reader.acts, f"{path.name}: {reader.acts[:5]}"
    assert "<script>alert(1)" not in text, path.name
    return text


def require_no_link(part, name):
    found = [each.target_ref for each in part.rels.values() if each.is_external and "evil" in each.target_ref]
    assert not found, f"{name}: {found}"


def read_book(path):
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and not (cell.hyperlink and "evil" in str(cell.hyperlink.target)), (path.name, cell)


@pytest.mark.parametrize("seed", SEEDS)
def test_hostile_texts_are_texts_in_every_format(tmp_path, seed):
    draw, data, output = random.Random(seed), copy_sample(tmp_path / "data"), tmp_path / "out"
    account = poison(draw, data)
    order = Order(data, accounts=(account,), output=output, formats=("html", "pdf", "docx", "xlsx", "pptx"), jobs=1)
    run = write_reports(order, say=lambda line: None)
    assert not run.failures and not run.portfolio_failures and list(run.pages) == [account], f"seed {seed}: {run}"
    files = [path for path in tmp_path.rglob("*") if path.is_file() and data not in path.parents]
    assert all(output in path.parents and len(path.name.encode()) <= 200 for path in files)
    assert all(re.fullmatch(r"\.?[\w.-]+", path.name) for path in files), [path.name for path in files]
    page = run.pages[account].read_text(encoding="utf-8")
    assert any(escape(each) in page for each in HOSTILE[:3]), "hostile texts are on the page, as texts"
    for path in output.glob("*.*"):
        if path.suffix == ".html":
            read_html(path)
        elif path.suffix == ".docx":
            require_no_link(docx.Document(str(path)).part, path.name)
        elif path.suffix == ".pptx":
            for slide in pptx.Presentation(str(path)).slides:
                require_no_link(slide.part, path.name)
        elif path.suffix == ".xlsx":
            read_book(path)
        elif path.suffix == ".pdf":
            content = path.read_bytes()
            assert content.startswith(b"%PDF") and b"evil.example" not in content and b"/JavaScript" not in content, path.name
