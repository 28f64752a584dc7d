"""The law of forms: every cell that differs from what the form was made with is saved, in conflict, refused or noted.

Each is told with its place, and what is saved belongs to whom the row says. Held on a table of what people and programs do to
forms, and on random manglings.
"""

import re
from copy import copy
from datetime import date, datetime
from functools import cached_property

import openpyxl
import pytest
from folders import write_files
from forms import BACK, collect, fill, find_cell, gather, make, notes_of, tell
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from openpyxl.comments import Comment
from trying import try_examples

from kamnb.analysis import open_analysis
from kamnb.data.appending import read_entries
from kamnb.desk.editing import begin_editing
from kamnb.desk.forms import reading
from kamnb.desk.forms.collecting import Collected, read_reply
from kamnb.desk.forms.files import Book

SHEETS = ("Ratings", "Competitor", "Spend", "Knowledge", "People", "Actions")
NAMES = {"0001": "Alpha", "0002": "Beta", "0003": "Gamma", "0004": "Delta", "0005": "Epsilon", "0006": "Zeta"}
CRITERIA = ("product_quality", "service_response", "price_value", "trust")
RIVALS = dict.fromkeys(list(NAMES)[:4], "Rival,0.2")
POINTS = {"0001": 1, "0002": 9, "0003": 4, "0004": 6, "0005": 2, "0006": 8}


def write_tables():
    rate = [f"{key},{name},{(points + place) % 10},2026-01-15,Ann,account_manager," for key, points in POINTS.items()
            for place, name in enumerate(CRITERIA)]  # fmt: skip
    rivals = [f"{key},{name},{points / 2 + 1},2026-01-15,Ann,account_manager,Rival" for key, points in list(POINTS.items())[:4]
              for name in CRITERIA]  # fmt: skip
    return {
        "kamnb.toml": 'as_of = "2026-06-30"\nreporting_currency = "EUR"\n',
        "accounts.csv": "account_id,name,account_manager\n"
        + "".join(f"{key},{name},M1\n" for key, name in NAMES.items())
        + "0007,Eta,M2\n",
        "managers.csv": "manager_id,name\nM1,Ann\nM2,Bob\n",
        "ratings.csv": "account_id,criterion,score,rated_on,rater,rater_kind,competitor\n" + "\n".join([*rate, *rivals]) + "\n",
        "wallet.csv": "account_id,year,likely,low,high,competitor,competitor_share,source,stated_on,currency\n"
        + "".join(
            f"{key},2026,{points * 1000},{points * 900},{points * 1100},{RIVALS.get(key, ',')},press,2026-01-15,EUR\n"
            for key, points in POINTS.items()
        ),
        "insight.csv": "account_id,topic,text,confirmed_on,source\n"
        + "".join(f"{key},strategy,Strategy of {name},2026-01-15,press\n" for key, name in NAMES.items()),
        "contacts.csv": "contact_id,account_id,name,function,level,role,sentiment\n"
        + "".join(f"C{key[-1]}{n},{key},Person {key[-1]}{n},buyer,middle,user,{n}\n" for key in NAMES for n in (1, 2)),
        "objectives.csv": "objective_id,account_id,title\n"
        + "".join(f"Z{key[-1]},{key},Win {name}\n" for key, name in NAMES.items())
        + "Z1b,0001,Keep Alpha\n",
        "actions.csv": "action_id,objective_id,title,owner,due,done_on,status\n"
        + "".join(f"A{key[-1]},Z{key[-1]},Visit {name},Ann,2026-08-0{key[-1]},,\n" for key, name in NAMES.items()),
    }


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    data = tmp_path_factory.mktemp("law") / "data"
    write_files(data, **write_tables())
    return data, open_analysis(str(data))


@pytest.fixture(scope="module")
def editing(workbook):
    """The tables, read once for all forms: nothing is saved here."""
    return begin_editing(str(workbook[0]), workbook[1], BACK)


@pytest.fixture(scope="module")
def blank(workbook, tmp_path_factory):
    """A form as it is made, and its cells."""
    path = make(workbook, tmp_path_factory.mktemp("blank") / "M1.xlsx", "M1")
    return path, list(read_cells(openpyxl.load_workbook(path)))


def put(sheet, key, title, value):
    return lambda book: setattr(find_cell(book, sheet, key, title), "value", value)


def many(*acts):
    return lambda book: [act(book) for act in acts]


def read_rows(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]


def write_rows(sheet, rows):
    for number, row in enumerate(rows, 4):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value


def sort_rows(name, by=1, only=None, last=None):
    """Sort whole rows, or one column alone, as Excel does."""

    def act(book):
        rows = read_rows(book[name])
        known, rest = rows[:last], rows[last:] if last else []
        if only is None:
            write_rows(book[name], [*sorted(known, key=lambda row: str(row[by]), reverse=True), *rest])
        else:
            values = sorted((row[only] for row in known), key=str, reverse=True)
            write_rows(
                book[name], [[*row[:only], value, *row[only + 1 :]] for row, value in zip(known, values, strict=True)] + rest
            )

    return act


def move_column(name, title, to):
    def act(book):
        sheet = book[name]
        column = next(cell.column for cell in sheet[2] if cell.value == title)
        values = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
        sheet.delete_cols(column)
        sheet.insert_cols(to)
        for row, value in enumerate(values, 2):
            sheet.cell(row, to).value = value

    return act


def on_sheet(name, act):
    return lambda book: act(book[name])


def at(place, value):
    sheet, cell = place.split("!")
    return lambda book: setattr(book[sheet][cell], "value", value)


def paste_again(name, number, **changed):
    """Paste a row once more below all others."""

    def act(book):
        sheet = book[name]
        row, last = [cell.value for cell in sheet[number]], sheet.max_row + 1
        for column, value in enumerate(row, 1):
            sheet.cell(last, column).value = changed.get(sheet.cell(2, column).value, value)

    return act


def as_text(name):
    """Write every number of a sheet as text, as some programs do."""

    def act(book):
        for row in book[name].iter_rows(min_row=4):
            for cell in row:
                cell.value = str(cell.value).replace(".", ",") if isinstance(cell.value, int | float) else cell.value

    return act


def rename_sheet(name, new):
    return lambda book: setattr(book[name], "title", new)


def comment(place, text):
    sheet, cell = place.split("!")
    return lambda book: setattr(book[sheet][cell], "comment", Comment(text, "Ann"))


def copy_sheet(name):
    return lambda book: setattr(book.copy_worksheet(book[name]), "title", f"{name} (2)")


NEW_PERSON = many(put("People", "new 1", "Account", "Beta"), put("People", "new 1", "Person", "Nina Neu"))
NEW_ACTION = many(
    put("Actions", "new 1", "Account", "Beta"),
    put("Actions", "new 1", "Action", "Call"),
    put("Actions", "new 1", "Due", "24.12.2026"),
)

MANGLED = {
    # what is saved, and as what
    "a rating": (put("Ratings", "0001", "Trust", 6.5), "saved", "Alpha, Trust: 4 -> 6.5"),
    "a rating with a comma, as text": (put("Ratings", "0001", "Trust", "6,5"), "saved", "Alpha, Trust: 4 -> 6.5"),
    "a rating with blanks around": (put("Ratings", "0001", "Trust", " 6.5 \u00a0"), "saved", "Alpha, Trust: 4 -> 6.5"),
    "thousands with blanks": (put("Spend", "0001", "At most", "1 250 000"), "saved", "Alpha, At most: 1100 -> 1250000"),
    "thousands as in Switzerland": (put("Spend", "0001", "At most", "1'250'000"), "saved", "1100 -> 1250000"),
    "both marks": (put("Spend", "0001", "At most", "1.250.000,50"), "saved", "1100 -> 1250000.5"),
    "a part in per cent": (put("Spend", "0001", "Its part", "30 %"), "saved", "Alpha, Its part: 0.2 -> 0.3"),
    "a part as a number": (put("Spend", "0001", "Its part", 0.35), "saved", "0.2 -> 0.35"),
    "a day as in Germany": (
        put("Actions", "A1", "Due", "24.12.2026"),
        "saved",
        "Visit Alpha: Due: 1 August 2026 -> 24 December 2026",
    ),
    "a day as a serial": (put("Actions", "A1", "Due", 46_380), "saved", "-> 24 December 2026"),
    "a day as a serial in text": (put("Actions", "A1", "Due", "46380"), "saved", "-> 24 December 2026"),
    "a day with its time": (put("Actions", "A1", "Due", "2026-12-24 00:00:00"), "saved", "-> 24 December 2026"),
    "a day in words": (put("Actions", "A1", "Due", "24 December 2026"), "saved", "-> 24 December 2026"),
    "done today": (put("Actions", "A1", "Done on", datetime(2026, 7, 3)), "saved", "Done on: nothing -> 3 July 2026"),
    "yes": (put("Ratings", "0001", "Still right?", "yes"), "saved", "Alpha, Trust: 4, still right"),
    "Ja": (put("Ratings", "0001", "Still right?", "Ja"), "saved", "Alpha, Trust: 4, still right"),
    "a cross": (put("Knowledge", "0001", "Still right?", "x"), "saved", "Strategy: Strategy of Alpha, still right"),
    "TRUE": (put("Spend", "0001", "Still right?", True), "saved", "Alpha, Likely: 1000, still right"),
    "a comment with a rating": (
        many(put("Ratings", "0001", "Trust", 6), put("Ratings", "0001", "Comment", "told so")),
        "saved",
        "Comment: nothing -> told so",
    ),
    "a choice in other letters": (
        put("People", "C11", "Role", "Decision_Maker"),
        "saved",
        "Person 11: Role: user -> decision maker",
    ),
    "a renamed person": (put("People", "C11", "Person", "Ines Maier"), "saved", "Person: Person 11 -> Ines Maier"),
    "another owner": (put("Actions", "A1", "Owner", "Bob"), "saved", "Visit Alpha: Owner: Ann -> Bob"),
    "own words": (put("Actions", "A1", "State", "waits for legal"), "saved", "State: nothing -> waits for legal"),
    "an emptied cell of a person": (put("People", "C11", "Function", None), "saved", "Function: buyer -> nothing"),
    "another competitor": (put("Competitor", "0001", "Best competitor", "Newco"), "saved", "Best competitor: Rival -> Newco"),
    "the same competitor in capitals": (
        many(put("Competitor", "0001", "Best competitor", "RIVAL"), put("Competitor", "0001", "Trust", 3)),
        "saved",
        "Alpha, Trust of Rival: 1.5 -> 3",
    ),
    "a new person": (NEW_PERSON, "saved", "Beta, Nina Neu: Person: nothing -> Nina Neu"),
    "a new person in a row that was added": (at("People!B22", "Beta"), "refused", "People, C22 (a new row, Person): is missing"),
    "a new action for the only objective": (NEW_ACTION, "saved", "Beta, Call: Due: nothing -> 24 December 2026"),
    "whole rows sorted": (
        many(put("Ratings", "0001", "Trust", 6), sort_rows("Ratings", 2, last=6)),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    "columns moved": (
        many(put("Ratings", "0001", "Trust", 6), move_column("Ratings", "Trust", 3)),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    "columns hidden": (
        many(
            put("Ratings", "0001", "Trust", 6), on_sheet("Ratings", lambda s: setattr(s.column_dimensions["F"], "hidden", True))
        ),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    "rows filtered": (
        many(put("Ratings", "0001", "Trust", 6), on_sheet("Ratings", lambda s: setattr(s.row_dimensions[4], "hidden", True))),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    "rows put in above": (
        many(put("Ratings", "0001", "Trust", 6), on_sheet("Ratings", lambda s: s.insert_rows(1, 2))),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    "a row put in between": (
        many(put("Ratings", "0003", "Trust", 6), on_sheet("Ratings", lambda s: s.insert_rows(5))),
        "saved",
        "Gamma, Trust: 7 -> 6",
    ),
    "numbers as text": (many(as_text("Ratings"), put("Ratings", "0001", "Trust", "6")), "saved", "Alpha, Trust: 4 -> 6"),
    "ids without their zeros": (
        many(put("Ratings", "0001", "Trust", 6), *(put("Ratings", key, "Id", int(key)) for key in NAMES)),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    "names with blanks at their ends": (
        many(put("Ratings", "0001", "Trust", 6), put("Ratings", "0001", "Account", " Alpha  ")),
        "saved",
        "Alpha, Trust: 4 -> 6",
    ),
    # what is noted
    "a comment alone": (
        put("Ratings", "0001", "Comment", "told so"),
        "noted",
        "the comment is not saved, for no answer beside it",
    ),
    "a source alone": (put("Knowledge", "0001", "Source", "press"), "noted", "the source is not saved"),
    "a rating emptied": (
        put("Ratings", "0001", "Trust", None),
        "noted",
        "Trust: 4 -> nothing (left empty, so what is known stays",
    ),
    "no": (put("Ratings", "0001", "Still right?", "no"), "noted", "is not right any more, and not what is"),
    "yes to nothing": (put("Competitor", "0005", "Still right?", "yes"), "noted", "nobody is named who could be confirmed"),
    "a competitor that is named alone": (
        put("Competitor", "0005", "Best competitor", "Newco"),
        "noted",
        "nothing beside the name is rated",
    ),
    "a competitor taken away": (
        put("Competitor", "0001", "Best competitor", None),
        "noted",
        "left empty, so what is known stays",
    ),
    "a remark beside": (at("Ratings!Z5", "see mail"), "noted", 'Ratings, Z5: "see mail" is not read'),
    "a remark above": (at("Ratings!F1", "quick!"), "noted", 'Ratings, F1: "quick!" is not read'),
    "a remark on the first sheet": (at("Start!B20", "on leave"), "noted", 'Start, B20: "on leave" is not read'),
    "a column of one's own": (many(at("Ratings!K2", "My view"), at("Ratings!K5", "7")), "noted", 'Ratings, K5: "7" is not read'),
    "another sheet": (lambda b: b.create_sheet("Notes").append(["call them"]), "noted", 'Notes, A1: "call them" is not read'),
    "a sheet copied": (many(copy_sheet("Ratings"), put("Ratings (2)", "0001", "Trust", 3.5)), "noted", "Ratings (2), F4"),
    "a comment hung on a cell": (comment("Ratings!F4", "she left"), "noted", 'Ratings, F4: the comment "she left" is not read'),
    "a row deleted": (on_sheet("People", lambda s: s.delete_rows(4)), "noted", "the row of Alpha, Person 11 is gone"),
    "a row pasted twice": (paste_again("Ratings", 4), "noted", "it repeats row 4"),
    "a row of one's own": (at("Ratings!B40", "Newacc"), "noted", 'Ratings, row 40: not read, it has no id: "Newacc"'),
    "a strange id": (many(at("Ratings!A40", "X9"), at("Ratings!F40", 5)), "noted", "its id X9 is not one that the form had"),
    # what is refused, with its place
    "points for nobody": (
        put("Competitor", "0005", "Trust", 8),
        "refused",
        "(Epsilon, Trust): the competitor that is rated is not named; write the name",
    ),
    "out of bounds": (put("Ratings", "0001", "Trust", 12), "refused", 'Ratings, F4 (Alpha, Trust): "12" is not one of 0, 0.5, 1'),
    "not in halves": (put("Ratings", "0001", "Trust", 6.3), "refused", '"6.3" is not one of 0, 0.5, 1'),
    "a stage of 7": (
        put("Ratings", "0001", "Relationship stage, in your opinion", 7),
        "refused",
        '"7" is not one of 1, 2, 3, 4, 5',
    ),
    "a word for a number": (put("Ratings", "0001", "Trust", "good"), "refused", '"good" is not a number; write it with figures'),
    "TRUE for a number": (put("Ratings", "0001", "Trust", True), "refused", '"TRUE" is not a number'),
    "a day for a number": (
        put("Ratings", "0001", "Trust", datetime(2026, 5, 7)),
        "refused",
        "is a day, which the program may have made",
    ),
    "a number of two meanings": (put("Spend", "0001", "At most", "1.250"), "refused", "can be 1250 or 1.25; write 1250 or 1.25"),
    "likely below low": (
        put("Spend", "0001", "Likely", 5),
        "refused",
        "do not stand in order; write At least <= Likely <= At most",
    ),
    "a part above one": (put("Spend", "0001", "Its part", 30), "refused", 'is not from 0 % to 100 %; write 30 % as "30 %"'),
    "done tomorrow": (put("Actions", "A1", "Done on", datetime(2026, 7, 4)), "refused", "2026-07-04 lies in the future"),
    "a day of two meanings": (put("Actions", "A1", "Due", "03/09/2026"), "refused", "can be 2026-03-09 or 2026-09-03"),
    "soon": (put("Actions", "A1", "Due", "soon"), "refused", '"soon" is not a day; write it as 2026-12-24'),
    "an own word for a choice": (put("People", "C11", "Role", "boss"), "refused", '"boss" is not one of decision maker'),
    "an own word for yes": (
        put("Ratings", "0001", "Still right?", "later"),
        "refused",
        '"later" is not yes; write "yes" or leave it',
    ),
    "a formula without a value": (
        put("Ratings", "0001", "Trust", "=3+4"),
        "refused",
        "Ratings, F4: holds a formula without a value",
    ),
    "an error of Excel": (put("Ratings", "0001", "Trust", "#REF!"), "refused", "Ratings, F4: holds the error #REF!"),
    "a new person nowhere": (
        put("People", "new 1", "Person", "Nina"),
        "refused",
        "(a new row, Account): is missing; write one of Alpha",
    ),
    "a new action of two objectives": (
        many(
            put("Actions", "new 1", "Account", "Alpha"),
            put("Actions", "new 1", "Action", "Call"),
            put("Actions", "new 1", "Due", "2026-12-24"),
        ),
        "refused",
        "(a new row, Objective): is missing; write one of Win Alpha, Keep Alpha",
    ),
    "the ids sorted alone": (
        sort_rows("Ratings", only=0, last=6),
        "refused",
        'the id 0006 belongs to "Zeta", and beside it stands "Alpha", and 5',
    ),
    "the names sorted alone": (sort_rows("Ratings", only=1, last=6), "refused", "a column may have been sorted by itself"),
    "the points sorted alone": (
        sort_rows("Ratings", only=2, last=6),
        "refused",
        "the column Product quality holds what it held, in other rows",
    ),
    "the people sorted alone": (sort_rows("People", only=2, last=12), "refused", "a column may have been sorted by itself"),
    "an account renamed": (
        put("Ratings", "0001", "Account", "Omega"),
        "refused",
        'belongs to "Alpha", and beside it stands "Omega"',
    ),
    "a heading changed": (at("Ratings!F2", "Vertrauen"), "refused", 'Ratings: the heading "Trust" was changed to "Vertrauen"'),
    "a column deleted": (on_sheet("Ratings", lambda s: s.delete_cols(6)), "refused", "the column Trust is gone"),
    "a sheet renamed": (rename_sheet("Ratings", "Bewertung"), "refused", 'lacks the sheet Ratings (is it "Bewertung"?)'),
    "a sheet deleted": (lambda b: b.remove(b["Spend"]), "refused", "lacks the sheet Spend"),
    "cells merged": (on_sheet("People", lambda s: s.merge_cells("D4:D6")), "refused", "People, D4:D6: the cells are merged"),
    "a row pasted with other points": (
        paste_again("Ratings", 4, Trust=9.5),
        "refused",
        "repeats the id of row 4 with another Trust",
    ),
}


def tell_all(collected):
    """Return what came of a form, by what became of it."""
    return {
        "saved": "\n".join(tell(collected.changes)), "conflict": "\n".join(tell(collected.conflicts)),
        "noted": notes_of(collected), "refused": "\n".join(collected.faults),
    }  # fmt: skip


class Unsaved(Book):
    """A workbook that is saved only where its formulas are asked for: saving and loading take longer than all else."""

    @cached_property
    def values(self):
        self.typed.save(self.path)
        return openpyxl.load_workbook(self.path, data_only=True)


@pytest.fixture
def read(blank, editing, monkeypatch, tmp_path_factory):
    """Mangle a form and read it; return its cells and what came of it."""

    def mangle(act):
        book = openpyxl.load_workbook(blank[0])
        act(book)
        path = tmp_path_factory.mktemp("mangled") / "back.xlsx"
        monkeypatch.setattr(reading, "open_book", lambda _: Unsaved(path, book))
        monkeypatch.setattr(reading, "read_saved", lambda _: (BACK, ""))
        return list(read_cells(book)), Collected(editing.home, BACK, editing.seen, [read_reply(path, editing)])

    return mangle


@pytest.mark.parametrize("name", MANGLED)
def test_what_people_do_to_forms(blank, read, name):
    act, becomes, words = MANGLED[name]
    cells, collected = read(act)
    told = tell_all(collected)
    assert words in told[becomes], told
    assert not told["saved"] or not told["refused"], "one bad cell costs its form"
    hold_law(blank[1], cells, collected)
    assert becomes != "saved" or not told["noted"], told


def read_cells(book):
    """Yield every cell: sheet, coordinate, title of its column, id of its row, text."""
    for sheet in book.worksheets:
        top = next((row for row in range(1, 9) if sheet.cell(row, 1).value == "Id"), 2)
        ids = {row: str(sheet.cell(row, 1).value or "") for row in range(top + 1, sheet.max_row + 1)}
        ids = {row: text.rjust(4, "0") if text and sheet.title in SHEETS[:4] else text for row, text in ids.items()}
        for row in sheet.iter_rows():
            for cell in row:
                title = str(sheet.cell(top, cell.column).value or "") if cell.row > top else ""
                text = "" if cell.data_type == "f" and title == "What changed" else write_plain(cell.value)
                if not sheet.title.startswith("_"):
                    yield sheet.title, cell.coordinate, title, ids.get(cell.row, ""), text


def write_plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    text = " ".join(str(value).replace("\u00a0", " ").split()) if value is not None else ""
    try:
        return f"{float(text.replace(',', '.')):g}"
    except ValueError:
        return text


def hold_law(blank, back, collected):
    """Check that every cell that differs is told with its place, and that what is saved is of the account of its row."""
    if collected.faults:  # all of it is refused, and the form is sent back
        assert not collected.changes and not collected.conflicts
        return
    made = {(sheet, key, title): text for sheet, _, title, key, text in blank if key}
    fixed = {text for *_, key, text in blank if not key}
    by_place = {f"{sheet}, {place}": (sheet, key) for sheet, place, _, key, _ in back}
    (reply,) = collected.replies
    told = "\n".join(reply.notes)
    places = {each.place for each in reply.list_outcomes("saved", "said again", "there already", "noted")}
    for sheet, place, title, key, text in back:
        before = made.get((sheet, key, title)) if title != "What changed" else None
        differs = bool(text) and text not in fixed if before is None else text != before
        row = f"{sheet}, row {re.sub('[A-Z]', '', place)}:"
        if differs and f"{sheet}, {place}" not in places and f"{sheet}, {place}:" not in told and row not in told:
            raise AssertionError((sheet, place, text, told))
    for each in reply.saved:
        sheet, key = by_place[each.outcomes[0].place]
        account = each.row.get("account_id") or f"000{each.row['objective_id'][1]}"
        owner = key if sheet in SHEETS[:4] else f"000{key[1]}" if key[0] in "CA" else account
        assert owner == account and each.outcomes[0].account == NAMES[account], (key, each.row)


def test_what_left_changed_hands_or_was_closed_since_is_a_conflict(workbook, blank, tmp_path):
    """The form of a former manager does not replace what the new one says."""
    tables = write_tables()
    tables["accounts.csv"] = tables["accounts.csv"].replace("0002,Beta,M1", "0002,Beta,M2").replace("0003,Gamma,M1\n", "")
    tables["contacts.csv"] = tables["contacts.csv"].replace("C51,0005,Person 51,buyer,middle,user,1\n", "")
    tables["actions.csv"] = tables["actions.csv"].replace("2026-08-04,,", "2026-08-04,2026-06-20,done")
    for name in ("ratings", "wallet", "insight", "contacts", "objectives", "actions"):
        lines = tables[f"{name}.csv"].splitlines(keepends=True)
        tables[f"{name}.csv"] = "".join(line for line in lines if "0003" not in line and "Gamma" not in line)
    data = tmp_path / "later"
    write_files(data, **tables)
    (data / "entries").mkdir()
    identity = (workbook[0] / "entries" / "workbook.id").read_text().split()[0]
    (data / "entries" / "workbook.id").write_text(f"{identity}\n")
    book = openpyxl.load_workbook(blank[0])
    for act in (
        put("Spend", "0002", "At most", 111_111), put("Ratings", "0003", "Trust", 2),
        put("Ratings", "0003", "Still right?", "yes"),
        put("People", "C51", "Role", "champion"), put("Actions", "A4", "Due", "2026-12-24"), put("Ratings", "0001", "Trust", 7),
    ):  # fmt: skip
        act(book)
    book.save(tmp_path / "M1.xlsx")
    path = fill(tmp_path / "M1.xlsx")
    later = (data, open_analysis(str(data)))
    collected, _ = collect(later, path)
    told = "\n".join(tell(collected.conflicts))
    for words in (
        "Beta, At most: 9900 -> 111111 (the account is Bob's now", "Gamma, Trust: 7 -> 2 (the workbook does not have it any more",
        "Epsilon, Person 51: Role: user -> champion (the workbook does not have it any more",
        "Delta, Visit Delta: Due: 4 August 2026 -> 24 December 2026 (done on 2026-06-20",
    ):  # fmt: skip
        assert words in told, told
    assert tell(collected.changes) == ["Alpha, Trust: 4 -> 7"]
    accepted = tell(gather(later, path, accept=True, anew=True).changes)
    assert "Beta, At most: 9900 -> 111111" in accepted and not any("Gamma" in line for line in accepted)


def test_what_is_new_gets_an_id_once(workbook, blank, tmp_path):
    book = openpyxl.load_workbook(blank[0])
    for act in (NEW_PERSON, NEW_ACTION, put("People", "new 2", "Account", "Beta"), put("People", "new 2", "Person", "Otto Neu")):
        act(book)
    book.save(tmp_path / "M1.xlsx")
    path = fill(tmp_path / "M1.xlsx")
    collect(workbook, path)
    people = {row["contact_id"]: row["name"] for row in read_entries(workbook[0], "contacts")}
    assert sorted(people.values()) == ["Nina Neu", "Otto Neu"] and len(people) == 2
    assert [(row["objective_id"], row["due"]) for row in read_entries(workbook[0], "actions")] == [("Z2", "2026-12-24")]
    again, files = collect(workbook, path)
    assert again.changes == again.conflicts == files == []


VALUES = st.sampled_from(
    [
        None,
        0,
        3,
        6.5,
        7.3,
        11,
        -2,
        "7,5",
        "30 %",
        "x",
        "yes",
        "no",
        "Ja",
        True,
        "Newco",
        "Alpha",
        "Person 11",
        "Win Beta",
        "champion",
        "24.12.2026",
        datetime(2026, 7, 1),
        datetime(2027, 7, 1),
        "=1+1",
        "#N/A",
        "some words",
        " ",
        1_250_000,
        "0002",
        "A3",
    ]
)
CHANGES = st.lists(st.tuples(st.sampled_from(SHEETS), st.integers(4, 18), st.integers(2, 9), VALUES), min_size=1, max_size=5)
ORDERS = st.sampled_from([None, *((sheet, column, alone) for sheet in SHEETS for column in (0, 1, 2) for alone in (False, True))])


@try_examples(12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES, order=ORDERS)
def test_the_law_holds_however_a_form_is_mangled(blank, read, changes, order):
    def act(book):
        for sheet, row, column, value in changes:
            book[sheet].cell(row, column).value = copy(value)
        if order:
            sort_rows(order[0], by=order[1], only=order[1] if order[2] else None)(book)

    hold_law(blank[1], *read(act))
