"""One run of plans on paper, where nothing but the project's own fonts is known, and as a site.

As many sheets everywhere, none all but empty; every page leads to the others. They are one file, so that one process makes them.
"""

import json
import re
import shutil
import subprocess
from html import unescape
from types import SimpleNamespace
from typing import NamedTuple
from urllib.parse import unquote

import pandas as pd
import pytest
from internal import find_internal
from runs import write_data, write_notebook

from kamnb.places import data_folder
from kamnb.reports.batch import write_reports
from kamnb.reports.folder import find_cause, keep_causes, read_made
from kamnb.reports.formats.pdf import hear_lacking, render_pdf, say_lacking
from kamnb.reports.links import link_pages, put_links
from kamnb.reports.order import Order, Run
from kamnb.reports.portfolio import PAGES
from kamnb.reports.sheets import keep_end_together

needs_poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed: PDF are not read back")
pytestmark = pytest.mark.thorough  # 20 plans in three formats: a fifth of all that the tests cost
docx = pytest.importorskip("docx")

FOOT = 40
"""Points at the foot of a sheet, where the page's number stands."""
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


class Sheet(NamedTuple):
    filled: float
    left: float
    right: float
    words: list[str]


def read_sheets(pdf):
    text = subprocess.run(["pdftotext", "-bbox", pdf, "-"], capture_output=True, check=True).stdout.decode(errors="replace")
    return [_read_sheet(part) for part in text.split("<page ")[1:]]


def _read_sheet(part):
    width, height = (float(re.search(rf'{side}="([\d.]+)"', part)[1]) for side in ("width", "height"))
    words = [(*map(float, found[:4]), unescape(found[4])) for found in _WORD.findall(part)]
    body = [word for word in words if word[3] < height - FOOT]
    filled = max((word[3] for word in body), default=0) / height
    return Sheet(filled, min(word[0] for word in words), width - max(word[2] for word in words), [word[4] for word in words])


def plans(folder, ending):
    return [
        path
        for path in sorted(folder.glob(f"*/*.{ending}"))
        if path.parent.name != "word" and path.stem not in ("index", "all_plans")
    ]


@needs_poppler
def test_every_plan_has_one_to_four_sheets_none_all_but_empty_nothing_cut_off(printed):
    assert len(plans(printed, "pdf")) >= 14
    for pdf in plans(printed, "pdf"):
        sheets = read_sheets(pdf)
        filled = [round(sheet.filled, 2) for sheet in sheets]
        assert 1 <= len(sheets) <= 4 and min(filled) >= 0.2, (pdf.name, filled)
        assert min(min(sheet.left, sheet.right) for sheet in sheets) > 25, pdf.name


@pytest.mark.parametrize("name", ["resellers", "crm"])
def test_three_plans_of_each_public_data_set(printed, name, real_data):
    record = json.loads((printed / name / "run.json").read_text(encoding="utf-8"))
    pages = [entry["page"] for entry in record["accounts"].values()]
    index = (printed / name / "index.html").read_text(encoding="utf-8")
    assert len(pages) == 3 and all(f'href="{page}"' in index for page in pages)
    assert not [page for page in pages if "Traceback" in (printed / name / page).read_text(encoding="utf-8")]


def test_a_plan_names_no_other_customer(printed):
    names = pd.read_csv(data_folder() / "sample" / "accounts.csv", dtype=str).set_index("account_id")["name"]
    parents = pd.read_csv(data_folder() / "sample" / "accounts.csv", dtype=str).set_index("account_id")["parent_id"]
    for account in (page.stem for page in plans(printed, "html") if page.stem in names.index):
        text, own = unescape((printed / "sample" / f"{account}.html").read_text(encoding="utf-8")), names[account]
        group = parents[account] if isinstance(parents[account], str) else account
        family = {group, account, *names.index[(parents == account) | (parents == group)]}
        others = set(names.drop(list(family & set(names.index))).dropna()) - {own}
        assert own in text and [name for name in others if name in text and name not in own] == [], account


def test_copies_lie_apart_from_plans_and_say_what_they_are(printed):
    pages = sorted((printed / "customer").glob("*.html"))
    assert [page.name.endswith("-for-the-customer.html") for page in pages] == [True, True, False]
    for page in pages:
        text = re.sub(r"<(style|script).*?</\1>|<!--.*?-->|<[^>]+>", " ", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert find_internal(text) == [], page


@needs_poppler
def test_the_review_has_two_sheets_and_one_where_hardly_anything_is_known(printed):
    sheets = {place.parent.name: read_sheets(place) for place in printed.glob("*/review.pdf")}
    assert len(sheets["sample"]) == 2 and all(len(of) == 1 for name, of in sheets.items() if name != "sample")
    words = [
        [word for word in sheet.words if re.search(r"[^\W\d_]", word) and word not in ("EUR", "k")] for sheet in sheets["sample"]
    ]
    assert max(map(len, words)) < 430, "with the words in figures"


@needs_poppler
def test_word_has_as_many_sheets_as_the_pdf_and_breaks_no_word(printed, words_printed):
    for document in plans(printed, "docx"):
        sheets = read_sheets(words_printed / f"{document.parent.name}-{document.stem}.pdf")
        assert len(sheets) == len(read_sheets(document.with_suffix(".pdf"))), document.name
        assert min(sheet.filled for sheet in sheets) >= 0.2, document.name
        shown = {word for sheet in sheets for word in sheet.words}
        written = {word for cell in docx.Document(document).element.body.iter("{*}tc") for word in _own_words(cell)}
        assert not {word for word in written - shown if word.isalpha()}, document.name


def _own_words(cell):
    return "".join(text.text or "" for text in cell.iter("{*}t")).split() if not list(cell.iter("{*}tbl")) else []


@needs_poppler
@pytest.mark.skipif(not shutil.which("chromium"), reason="chromium is not installed: a browser's print is not tried")
def test_a_browser_prints_as_many_sheets(printed, tmp_path):
    for page in [
        plans(printed, "html")[0],
        printed / "sample" / "review.html",
        max(plans(printed, "pdf"), key=lambda pdf: pdf.stat().st_size).with_suffix(".html"),
    ]:
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        target = tmp_path / "page.pdf"
        asked = [*command, "--no-pdf-header-footer", f"--print-to-pdf={target}", page.as_uri()]
        subprocess.run(asked, capture_output=True, check=True, timeout=120)
        sheets = read_sheets(target)
        assert len(sheets) == len(read_sheets(page.with_suffix(".pdf"))) and min(sheet.filled for sheet in sheets) >= 0.2


@needs_poppler
def test_only_the_typeface_of_the_project_is_used_and_other_fonts_beside_it_change_nothing(printed, monkeypatch):
    page = plans(printed, "html")[0]
    fonts = subprocess.run(["pdffonts", page.with_suffix(".pdf")], capture_output=True, text=True, check=True).stdout
    assert {line.split()[0].split("+")[-1] for line in fonts.splitlines()[2:]} <= {"Kamnb-Sans", "Kamnb-Sans-Bold"}
    monkeypatch.delenv("FONTCONFIG_FILE")
    assert render_pdf(put_links(page.read_text(encoding="utf-8"), "", {})) == page.with_suffix(".pdf").read_bytes()


def test_a_pdf_tells_which_characters_no_font_has(only_our_fonts, capfd):
    pytest.importorskip("weasyprint")
    with hear_lacking() as heard:
        render_pdf('<html lang="en"><style></style><title>t</title><body><h1>東京 Łódź Київ\u202f5\u2009%</h1></body></html>')
        assert heard == set("東京")
    assert say_lacking(["S2", "S1"], heard or "東京").startswith("PDF: no font here has the characters of 2 names (S1, S2)")
    assert capfd.readouterr() == ("", "")


def test_sections_at_the_end_stay_together_as_far_as_they_fill_a_fifth_of_a_sheet():
    sections = [f"<h2>{number}</h2><p>{'word ' * 100}</p>" for number in range(9)]
    html = keep_end_together(f"<main>{''.join(sections)}<footer>foot</footer></main>")
    kept = html[html.index('<div class="together">') : html.index("</div><footer>")]
    assert 2 < kept.count("<h2") < 6 and html.count("<h2") == 9


def test_a_run_says_whose_characters_no_font_here_has(tmp_path, only_our_fonts):
    data = write_data(tmp_path, ["東京商会", "Ромашка", "Ωμέγα", "Łódź Öl"])
    notebook = write_notebook(tmp_path / "light.ipynb", "account_id")
    said = []
    run = write_reports(Order(data, notebook=notebook, output=tmp_path / "out", formats=("pdf",)), say=said.append)
    assert not run.failures
    assert [line for line in said if line.startswith("PDF:")] == [
        "PDF: no font here has the characters of 1 name (東京商会); install one, e.g. fonts-noto-cjk"
    ]


def read_links(path):
    return [unquote(link) for link in re.findall(r'<a [^>]*href="([^"#]+)"', path.read_text(encoding="utf-8"))]


def test_every_link_of_every_page_leads_to_a_file_of_the_folder(printed):
    folder = printed / "sample"
    pages = sorted(folder.glob("*.html"))
    assert {page.stem for page in pages} >= {"index", *(page.file for page in PAGES)} and len(pages) == 20
    for page in pages:
        missing = [link for link in read_links(page) if not link.startswith("http") and not (folder / link).is_file()]
        assert not missing, page.name


def test_pages_lead_to_each_other_and_back(printed):
    folder = printed / "sample"
    plans = [page.stem for page in folder.glob("0*.html")]
    names = ["index", *(page.file for page in PAGES)]
    for page in [*names[1:], *plans]:
        bar = (folder / f"{page}.html").read_text(encoding="utf-8").split('<nav class="links"')[1].split("</nav>")[0]
        assert [name for name in names if f'href="{name}.html"' in bar] == names, page
    assert set(read_links(folder / "index.html")) >= {
        *(f"{page.file}.html" for page in PAGES),
        *(f"{plan}.html" for plan in plans),
    }
    assert {f"{plan}.html" for plan in plans} <= set(read_links(folder / "matrix.html")), "a plan is one click from the matrix"
    assert "0011038.html" in read_links(folder / "review.html")
    assert '<a rel="prev" href="0010417.html">← Account before</a>' in (folder / "0011038.html").read_text(encoding="utf-8")
    assert {"0011038.pdf", "0011038.docx"} <= set(read_links(folder / "0011038.html"))


def test_links_are_no_change_by_hand_and_linking_again_writes_nothing(printed):
    folder = printed / "sample"
    for stem in ("review", "matrix", "0011038"):
        made = read_made(folder, stem)
        assert find_cause(folder, stem, made.made_from, [folder / name for name in made.files]) == ""
    times = {page: page.stat().st_mtime_ns for page in folder.glob("*.html")}
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert list(record["portfolio"]) == [page.file for page in PAGES]
    names = pd.Series({account: account for account in record["accounts"]})
    analysis = SimpleNamespace(names=names, indicators=pd.DataFrame({"revenue_ltm": 1.0}, index=names.index))
    page = folder / "review.html"
    before = page.read_bytes()
    link_pages(folder, analysis, Run(folder / "index.html", portfolio={"review": page}))
    changed = [page.name for page, time in times.items() if page.stat().st_mtime_ns != time]
    assert changed == ["review.html"], "only what leads elsewhere is written"
    page.write_bytes(before)
    keep_causes(folder, "review", read_made(folder, "review").made_from, [folder / n for n in read_made(folder, "review").files])


@needs_poppler
def test_the_review_is_the_first_of_all_plans_in_one(printed):
    command = ["pdftotext", "-l", "2", printed / "sample" / "all_plans.pdf", "-"]
    contents, first = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\f")[:2]
    assert contents.split("\n\n")[0].startswith("12 account plans") and "Decide now" in first
    assert contents.index("Portfolio review") < contents.index("Aarevik Vaccines ApS")
