"""Forms in Excel: made, filled (by LibreOffice too), collected; what comes back wrong is said and nothing is lost."""

import json
import os
import re
import shutil
import signal
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from desks import copy_sample
from folders import write_files
from forms import ACCOUNT, BACK, MADE, RIVAL, UNASKED, collect, fill, find_cell, gather, make, notes_of, tell

from kamnb.analysis import open_analysis
from kamnb.cli import cli
from kamnb.data.appending import Stamp, add_entries, read_entries
from kamnb.desk.editing import begin_editing
from kamnb.desk.forms.topics import find_manager
from kamnb.errors import SettingsError


@pytest.fixture(scope="module")
def opened(tmp_path_factory, analysis):
    data = tmp_path_factory.mktemp("forms") / "data"
    copy_sample(data)
    for name in UNASKED:
        (data / f"{name}.csv").unlink()
    return data, analysis


@pytest.fixture
def workbook(opened):
    data, analysis = opened
    for entries in (data / "entries").glob("*.csv"):
        entries.unlink()
    return data, analysis


@pytest.fixture(scope="module")
def blank(opened, tmp_path_factory):
    """The form of a manager as the workbook makes it before any answer: made once, for it is the same for every test."""
    return make(opened, tmp_path_factory.mktemp("blank") / "M01.xlsx").read_bytes()


@pytest.fixture
def form(blank, workbook, tmp_path):
    path = tmp_path / "M01.xlsx"
    path.write_bytes(blank)
    return path


def test_a_form_has_what_is_known_scales_lists_and_no_way_to_break_it(form, workbook):
    book = openpyxl.load_workbook(form)
    assert book.sheetnames == ["Start", "Ratings", "Competitor", "Spend", "Knowledge", "People", "Actions", "_form", "_lists"]
    assert book["_form"].sheet_state == "veryHidden"
    trust = find_cell(book, "Ratings", ACCOUNT, "Trust")
    assert trust.value == 9 and not trust.protection.locked and book["Ratings"].protection.sheet
    assert "10 = shares its plans with us" in book["Ratings"].cell(3, trust.column).value, "the scale stands beside the cells"
    rules = book["Ratings"].data_validations.dataValidation
    assert any(rule.type == "list" and trust.coordinate in rule.sqref for rule in rules)
    assert find_cell(book, "Competitor", ACCOUNT, "Best competitor").value == RIVAL
    accounts = workbook[1].accounts
    assert len(list(book["Ratings"].iter_rows(min_row=4))) == (accounts["account_manager"] == "M01").sum()
    assert book["Ratings"].freeze_panes == "C4" and book["Ratings"].column_dimensions["B"].width > 20


def test_an_untouched_form_changes_nothing(form, workbook):
    collected, files = collect(workbook, form)
    assert collected.changes == collected.conflicts == collected.faults == files == []
    assert not notes_of(collected)


FILLED = (
    ("Ratings", ACCOUNT, "Trust", 4), ("Ratings", ACCOUNT, "Comment", "they went silent"),
    ("Competitor", ACCOUNT, "Trust", 8.5), ("Spend", ACCOUNT, "Likely", 15_000_000),
    ("Knowledge", ACCOUNT, "Strategy", "Sell the Peine site"), ("People", "C041701", "Attitude to us", -2),
    ("Actions", "A0417-2", "Due", datetime(2026, 9, 1)),
)  # fmt: skip


def test_answers_are_appended_where_they_belong(form, workbook):
    collected, files = collect(workbook, fill(form, *FILLED))
    data, before = workbook
    assert len(collected.changes) == 7 and not collected.conflicts
    assert {path.name for path in files} == {f"{name}.csv" for name in ("ratings", "wallet", "insight", "contacts", "actions")}
    told = tell(collected.changes)
    assert "Veltheim Biopharma AG, Trust: 9 -> 4" in told
    assert f"Veltheim Biopharma AG, Trust of {RIVAL}: 6.5 -> 8.5" in told
    ours = next(row for row in read_entries(data, "ratings") if not row["competitor"])
    assert [ours[name] for name in ("score", "rated_on", "rater", "comment", "saved_on", "saved_by", "saved_from")] == [
        "4", "2026-07-03", "Katrin Ahlers", "they went silent", "2026-07-03", "Katrin Ahlers", "M01.xlsx",
    ]  # fmt: skip
    (action,) = read_entries(data, "actions")
    assert (action["due"], action["original_due"], action["title"]) == (
        "2026-09-01",
        "2026-04-30",
        "Agree which samples may skip the second weighing",
    )
    later = open_analysis(str(data), "2026-07-31")
    assert later.facts.loc[ACCOUNT, "trust"] < before.facts.loc[ACCOUNT, "trust"]
    text = later.portfolio.read("insight").query(f"account_id == '{ACCOUNT}' and topic == 'strategy'")["text"].tolist()
    assert "Sell the Peine site" in text


def test_collecting_the_same_form_twice_changes_nothing(form, workbook):
    fill(form, *FILLED, ("Ratings", "0011038", "Still right?", "yes"), ("Knowledge", "0011038", "Still right?", "yes"))
    first, _ = collect(workbook, form)
    assert len(first.changes) > 8
    data = workbook[0]
    before = {path.name: path.read_bytes() for path in (data / "entries").iterdir() if path.suffix == ".csv"}
    for on in (BACK, date(2026, 8, 30)):
        again, files = collect(workbook, form, on=on)
        assert again.changes == again.conflicts == files == [] and not notes_of(again)
    assert {path.name: path.read_bytes() for path in (data / "entries").iterdir() if path.suffix == ".csv"} == before


def test_what_still_holds_is_said_again(form, workbook):
    fill(form, ("Ratings", ACCOUNT, "Still right?", "yes"))
    collect(workbook, form)
    rows = read_entries(workbook[0], "ratings")
    assert {(row["criterion"], row["score"]) for row in rows} >= {("trust", "9"), ("stage", "5")} and len(rows) == 5
    assert {row["rated_on"] for row in rows} == {"2026-07-03"}


def test_two_answers_about_the_same_are_shown_and_neither_is_saved(form, workbook, tmp_path):
    other = fill(form, ("Actions", "A0417-2", "Due", datetime(2026, 10, 1)), save_as=tmp_path / "copy.xlsx")
    fill(form, ("Actions", "A0417-2", "Due", datetime(2026, 9, 1)), ("People", "C041701", "Attitude to us", -2))
    collected, _ = collect(workbook, form, other)
    assert len(collected.changes) == 1
    first, second = tell(collected.conflicts)
    assert "1 September 2026 (copy.xlsx says something else" in first
    assert "1 October 2026 (M01.xlsx says something else" in second
    assert read_entries(workbook[0], "actions") == []
    assert len(collect(workbook, other)[0].changes) == 1


def test_what_someone_saved_since_the_form_was_made_is_a_conflict_unless_accepted(form, workbook):
    data, analysis = workbook
    action = begin_editing(str(data), analysis, MADE).list_rows("actions", ACCOUNT).loc["A0417-2"].to_dict()
    add_entries(data, {"actions": [action | {"due": "2026-08-15", "owner": "Jana Wiebe"}]}, Stamp("Lee", date(2026, 7, 1)))
    fill(form, ("Actions", "A0417-2", "Due", datetime(2026, 9, 1)), ("Actions", "A0417-2", "State", "late again"))
    collected, _ = collect(workbook, form)
    (conflict,) = tell(collected.conflicts)
    assert "15 August 2026 -> 1 September 2026" in conflict and "with 2026-05-29, someone saved another answer" in conflict
    last = read_entries(data, "actions")[-1]
    assert (last["due"], last["status"], last["owner"]) == ("2026-08-15", "late again", "Jana Wiebe"), (
        "what nobody contradicts is saved"
    )
    assert len(collect(workbook, form, accept=True)[0].changes) == 1
    assert read_entries(data, "actions")[-1]["due"] == "2026-09-01"


def test_forms_of_others_are_refused_with_a_reason_and_the_others_are_taken(form, workbook, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "accounts.csv").write_text("account_id,name,account_manager\nA,Alpha,M01\n")
    (tmp_path / "other" / "kamnb.toml").write_text('as_of = "2026-06-30"')
    other = tmp_path / "other"
    make((other, open_analysis(str(other))), tmp_path / "foreign.xlsx")
    old = openpyxl.load_workbook(form)
    old["_form"]["B1"].value = "1"
    old.save(tmp_path / "old.xlsx")
    openpyxl.Workbook().save(tmp_path / "bare.xlsx")
    for name, content in OFFICE.items():
        (tmp_path / name).write_bytes(content)
    fill(form, ("Ratings", ACCOUNT, "Trust", 4))
    files = [tmp_path / name for name in ("foreign.xlsx", "old.xlsx", "bare.xlsx", *OFFICE)]
    collected, _ = collect(workbook, form, *files)
    told = "\n".join([*collected.faults, *collected.notes])
    for words in (
        "foreign.xlsx, is a form of another workbook", "old.xlsx, is a form of version 1", "bare.xlsx, is no form",
        "text.xlsx, cannot be read as an .xlsx file", "form.ods, is a .ods file; open it and save it as an Excel workbook",
        "form.xls, is an Excel file of the old kind", "closed.xlsx, is protected by a password; open it, take the password away",
        "form.pdf, is a PDF", "M01.xlsx: is open in another program", "M02.xlsx: is open in another program",
    ):  # fmt: skip
        assert words in told, told
    assert tell(collected.changes) == ["Veltheim Biopharma AG, Trust: 9 -> 4"], "one that is refused does not hold up another"


OFFICE = {
    "text.xlsx": b"no workbook", "form.ods": b"PK", "form.xls": b"\xd0\xcf\x11\xe0" + b"Workbook",
    "closed.xlsx": b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "form.pdf": b"%PDF",
    "~$M01.xlsx": b"Kim", ".~lock.M02.xlsx#": b",Kim,",
}  # fmt: skip
"""Files that come back with forms, or in place of them."""


def test_a_copy_of_a_workbook_is_another_one_and_a_renamed_folder_is_not(workbook, tmp_path, analysis):
    live, copy = tmp_path / "live", tmp_path / "copy"
    shutil.copytree(workbook[0], live)
    shutil.rmtree(live / "entries")
    form = fill(make((live, analysis), tmp_path / "f.xlsx"), ("Ratings", ACCOUNT, "Trust", 4))
    shutil.copytree(live, copy)
    (fault,) = gather((copy, analysis), form).faults
    assert f"this workbook is a copy of {live}" in fault
    own = fill(make((copy, analysis), tmp_path / "own.xlsx"), ("Ratings", ACCOUNT, "Trust", 4))
    assert gather((copy, analysis), own).changes and "another workbook" in gather((live, analysis), own).faults[0]
    live.rename(tmp_path / "renamed")
    assert collect((tmp_path / "renamed", analysis), form)[1]
    assert "another workbook" in gather((copy, analysis), form).faults[0]


def test_rows_that_were_sorted_and_columns_that_were_moved_are_found(form, workbook):
    book = openpyxl.load_workbook(form)
    sheet = book["Ratings"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    for number, row in enumerate(reversed(rows), 4):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    find_cell(book, "Ratings", ACCOUNT, "Trust").value = 3
    book.save(form)
    assert tell(collect(workbook, form)[0].changes) == ["Veltheim Biopharma AG, Trust: 9 -> 3"]


def test_a_manager_is_found_by_id_or_name_and_others_are_named(workbook):
    _, analysis = workbook
    assert find_manager(analysis, "Katrin Ahlers") == find_manager(analysis, "M01") == ("M01", "Katrin Ahlers")
    with pytest.raises(SettingsError, match=r"M01 \(Katrin Ahlers\)"):
        find_manager(analysis, "M99")


def test_hostile_names_stay_text(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,name,account_manager\n=1+1,=2+2,@M\n")
    (tmp_path / "kamnb.toml").write_text('as_of = "2026-06-30"')
    path = make((tmp_path, open_analysis(str(tmp_path))), tmp_path / "f.xlsx", "@M")
    book = openpyxl.load_workbook(path)
    assert (book["Ratings"]["A4"].value, book["Ratings"]["A4"].data_type, book["Ratings"]["B4"].data_type) == ("=1+1", "s", "s")


def test_the_commands(workbook, tmp_path):
    data, path = str(workbook[0]), tmp_path / "a" / "form.xlsx"
    run = CliRunner().invoke(cli, ["form", data, "--manager", "M01", "-o", str(path), "--on", "2026-06-30"])
    assert run.exit_code == 0 and "for Katrin Ahlers" in run.output, run.output
    assert len((workbook[0] / "entries" / "workbook.id").read_text().split()[0]) == 16
    again = CliRunner().invoke(cli, ["form", data, "--manager", "M01", "-o", str(path)])
    assert "is there already" in str(again.exception)
    assert "ends in .xlsx" in str(CliRunner().invoke(cli, ["form", data, "--manager", "M01", "-o", "form.ods"]).exception)
    fill(path, ("Ratings", ACCOUNT, "Trust", 4))
    dry = CliRunner().invoke(
        cli, ["collect", str(path), data, "--on", "2026-07-03", "--dry-run", "-o", str(tmp_path / "dry.html")]
    )
    assert dry.exit_code == 0 and "Trust: 9 -> 4" in dry.output and "nothing was saved" in dry.output
    assert "To be saved: 1 answer" in (tmp_path / "dry.html").read_text(encoding="utf-8")
    page = tmp_path / "back.html"
    run = CliRunner().invoke(cli, ["collect", str(path), data, "--on", "2026-07-03", "-o", str(page)])
    assert run.exit_code == 0 and "saved 1 answer in" in run.output, run.output
    assert "form of Katrin Ahlers, saved on 3 July 2026" in run.output
    assert "Saved: 1 answer" in page.read_text(encoding="utf-8")
    other = fill(path, ("Ratings", ACCOUNT, "Trust", 5), save_as=tmp_path / "other.xlsx")
    run = CliRunner().invoke(cli, ["collect", str(other), data, "--on", "2026-07-04"])
    assert run.exit_code == 1 and "Trust: 4 -> 5 (since the form was made, with 9, someone saved another answer" in run.output
    run = CliRunner().invoke(cli, ["collect", str(path), data, "--on", "2026-07-04"])
    assert "nothing new in the forms" in run.output


SCRIPT = """
import json, os, sys, time, uno
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException
pipe, source, target, cells = sys.argv[1], sys.argv[2], sys.argv[3], json.loads(sys.argv[4])
local = uno.getComponentContext()
resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
for _ in range(900):  # a busy machine takes its time to start it
    try:
        context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        break
    except Exception:
        time.sleep(0.1)
desktop = context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
def option(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made
book = desktop.loadComponentFromURL(source, "_blank", 0, (option("Hidden", True),))
for sheet, place, value in cells:
    cell = book.Sheets.getByName(sheet).getCellRangeByName(place)
    if isinstance(value, str):
        cell.setFormula(value)
    else:
        cell.setValue(value)
book.storeToURL(target, (option("FilterName", "Calc MS Excel 2007 XML"),))
book.close(True)
try:
    desktop.terminate()
except DisposedException:  # it was gone before it could answer
    pass
os._exit(0)  # the bridge may fall over its own end, when all is stored
"""
PYTHON = Path("/usr/bin/python3")  # Debian's, which its LibreOffice can be spoken to from


def can_fill_in_libreoffice():
    found = shutil.which("soffice") and PYTHON.exists()
    return found and subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def fill_in_libreoffice(tmp_path, path, *cells):
    """Fill cells in LibreOffice itself, and save the file there."""
    book, target, pipe = openpyxl.load_workbook(path), tmp_path / f"filled-{path.name}", f"kamnb{os.getpid()}"
    asked = [(sheet, find_cell(book, sheet, key, title).coordinate, value) for sheet, key, title, value in cells]
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    office = subprocess.Popen(
        ["soffice", home, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        command = [PYTHON, "-c", SCRIPT, pipe, path.as_uri(), target.as_uri(), json.dumps(asked)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        office.wait(timeout=60)
    finally:
        if office.poll() is None:
            os.killpg(office.pid, signal.SIGKILL)
            office.wait()
    return target


@pytest.mark.skipif(
    not can_fill_in_libreoffice(), reason="LibreOffice and python3-uno are not installed: forms are not filled in it"
)
@pytest.mark.thorough  # LibreOffice at work
def test_a_form_is_filled_in_libreoffice_and_collected(form, workbook, tmp_path):
    filled = fill_in_libreoffice(
        tmp_path, form, ("Ratings", ACCOUNT, "Trust", 4.5), ("Ratings", ACCOUNT, "Comment", "they went silent"),
        ("Spend", ACCOUNT, "Likely", 15_000_000), ("Actions", "A0417-2", "Due", "2026-09-01"),
        ("People", "C041701", "Role", "champion"), ("Knowledge", "0011038", "Still right?", "yes"),
    )  # fmt: skip
    collected, _ = collect(workbook, filled, on=date(2027, 1, 4))
    assert not collected.conflicts and not collected.faults
    told = "\n".join(tell(collected.changes))
    for words in ("Trust: 9 -> 4.5", "-> 15000000", "1 September 2026", "champion", "Brüggenthal Molkereien eG, Strategy"):
        assert words in told, told
    assert len(collected.changes) == 5 + 5
    book = openpyxl.load_workbook(filled, data_only=True)
    assert find_cell(book, "Ratings", ACCOUNT, "What changed").value == "Trust; Comment"
    again, files = collect(workbook, filled, on=date(2027, 1, 5))
    assert again.changes == again.conflicts == files == []


def forget_saved_on(path, how):
    """Write the file as programs do that keep no day: without core properties, or with some that name none."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    if how == "no properties":
        parts = {name: content for name, content in parts.items() if not name.startswith("docProps/")}
        parts["[Content_Types].xml"] = re.sub(rb"<Override[^>]*docProps[^>]*/>", b"", parts["[Content_Types].xml"])
        parts["_rels/.rels"] = re.sub(rb"<Relationship [^>]*docProps[^>]*/>", b"", parts["_rels/.rels"])
    else:
        parts["docProps/core.xml"] = re.sub(rb"<dcterms:modified.*?</dcterms:modified>", b"", parts["docProps/core.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


@pytest.mark.parametrize("how", ["no properties", "no day"])
def test_a_form_without_its_day_counts_as_of_the_first_collecting_and_once(form, workbook, how):
    fill(
        form, ("Ratings", ACCOUNT, "Trust", 6), ("Knowledge", ACCOUNT, "Still right?", "yes"), ("Spend", ACCOUNT, "Likely", 15e6)
    )
    forget_saved_on(form, how)
    first, _ = collect(workbook, form)
    assert len(first.changes) > 2 and f"count as of today, {BACK}" in notes_of(first)
    rows = [row for name in ("ratings", "insight", "wallet") for row in read_entries(workbook[0], name)]
    assert {row.get("rated_on") or row.get("confirmed_on") or row.get("stated_on") for row in rows} == {BACK.isoformat()}
    for on in (BACK, date(2026, 7, 19), date(2026, 12, 20)):
        again, files = collect(workbook, form, on=on)
        assert again.changes == again.conflicts == files == []


def test_a_form_saved_after_the_day_of_collecting_counts_as_of_that_day(form, workbook):
    fill(form, ("Ratings", ACCOUNT, "Trust", 6), on=date(2026, 9, 9))
    collect(workbook, form)
    assert read_entries(workbook[0], "ratings")[-1]["rated_on"] == BACK.isoformat()
    assert not collect(workbook, form, on=date(2026, 7, 4))[0].changes


def test_what_a_group_spends_is_asked_without_the_companies_that_state_their_own(tmp_path):
    files = {
        "kamnb.toml": 'reporting_currency = "EUR"\n[accounts]\nlevel = "parent"\n[managers]\n[invoices]\n[wallet]\n',
        "accounts.csv": "account_id,name,parent_id,account_manager\nT,Top,,M\nA,Ann,T,M\nB,Bob,T,M\nS,Solo,,M\n",
        "managers.csv": "manager_id,name\nM,Max Muster\n",
        "invoices.csv": "account_id,date,amount\nA,2026-03-01,500\nS,2026-03-01,5\n",
        "wallet.csv": "account_id,year,likely,stated_on\nA,2026,1000,2026-01-05\nB,2026,3000,2026-02-05\nS,2026,70,2026-02-05\n",
    }
    data = tmp_path / "data"
    write_files(data, **files)
    analysis = open_analysis(str(data), "2026-06-30")
    form = make((data, analysis), tmp_path / "M.xlsx", "M")
    book = openpyxl.load_workbook(form)
    names = {row[0].value: row[1].value for row in book["Spend"].iter_rows(min_row=3) if row[0].value}
    assert (names["T"], names["S"]) == ("Top (without A and B)", "Solo")
    assert find_cell(book, "Spend", "T", "Likely").value is None and find_cell(book, "Spend", "S", "Likely").value == 70
    assert analysis.indicators.loc["T", "accessible_spend"] == 4000
    collect((data, analysis), fill(form, ("Spend", "T", "Likely", 200)))
    assert open_analysis(str(data), "2026-07-31").indicators.loc["T", "accessible_spend"] == 4200
