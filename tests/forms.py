"""Forms for tests: made of the sample, filled as a person would, and collected."""

from dataclasses import replace
from datetime import date

import openpyxl
from desks import HELD

from kamnb.data.archives import fix_dates
from kamnb.data.door import open_portfolio
from kamnb.data.identity import take_identity
from kamnb.desk.editing import begin_editing
from kamnb.desk.forms import gather_answers, make_topics, save_answers, write_form
from kamnb.desk.forms.topics import find_manager
from kamnb.desk.rating import begin_rating
from kamnb.display.desk.forms import say_outcome

MADE, BACK = date(2026, 6, 30), date(2026, 7, 3)
UNASKED = ("invoices", "interactions", "costs_to_serve", "deliveries", "open_items")  # no form asks about them: quicker to open
ACCOUNT, RIVAL = "0010417", "Ritterbach Analytik"


def make(workbook, path, manager="M01", on=MADE):
    data, analysis = workbook
    who, editing = find_manager(analysis, manager), begin_editing(str(data), analysis, on)
    topics = make_topics(begin_rating(str(data), analysis, who[1], "account_manager", on), editing, who[0])
    path.write_bytes(write_form(topics, take_identity(data), who, on))
    return path


def find_cell(book, sheet, key, title):
    column = next(cell.column for cell in book[sheet][2] if cell.value == title)
    row = next(cell.row for cell in book[sheet]["A"] if cell.value == key)
    return book[sheet].cell(row, column)


def fill(path, *cells, save_as=None, on=BACK):
    """Fill cells as a person would, and save as Excel would on a day."""
    book = openpyxl.load_workbook(path)
    for sheet, key, title, value in cells:
        find_cell(book, sheet, key, title).value = value
    target = save_as or path
    book.save(target)
    target.write_bytes(fix_dates(target.read_bytes(), saved_on=on))
    return target


def gather(workbook, *paths, accept=False, on=BACK, anew=False):
    """Say what forms would come to; the tables are read anew where something was saved since."""
    data, analysis = workbook
    now = replace(analysis, portfolio=open_portfolio(data, held=HELD)) if anew else analysis
    return gather_answers(paths, str(data), now, on, accept=accept)


def collect(workbook, *paths, accept=False, on=BACK):
    """Collect forms and save what they say."""
    collected = gather(workbook, *paths, accept=accept, on=on, anew=True)
    return collected, save_answers(collected)


def tell(outcomes):
    """Write outcomes as lines, with their accounts."""
    return [f"{each.account}, {say_outcome(each)}" for each in outcomes]


def notes_of(collected):
    """Return everything that is told and not saved."""
    noted = [line for reply in collected.replies for line in (*reply.notes, *tell(reply.noted))]
    return "\n".join([*collected.notes, *noted])
