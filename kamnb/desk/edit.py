"""The desk on which plans are edited: widgets around an `Editing`."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from kamnb.analysis import Analysis, require_texts
from kamnb.data.appending import Row
from kamnb.data.tables import TABLES, Column
from kamnb.desk.controls import (
    Quiet,
    act_on,
    add_look,
    lay_below,
    lay_in_row,
    lay_side_by_side,
    make_area,
    make_button,
    make_choice,
    make_day,
    make_field,
    make_note,
    make_page,
    make_text,
    say,
    saying,
)
from kamnb.desk.drafts import list_people
from kamnb.desk.editing import Editing, begin_editing
from kamnb.desk.fields import FIELDS, KEYS, TITLES
from kamnb.desk.idle import do_when_idle
from kamnb.desk.preview import render_plan
from kamnb.desk.showing import Shown
from kamnb.desk.visit import Visit, receive
from kamnb.display.desk.edits import THINGS, list_edits, name_rows, tabulate_clashes, tabulate_rows
from kamnb.display.parts.names import label_accounts, shorten
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.tables import title_column

NEW = ""
"""The key of a row that is new."""

_LONG = ("goal", "title", "text", "decision")
_REFERENCES = {("actions", "objective_id"): "objectives", ("customer_goals", "objective_id"): "objectives"}


def open_desk(analysis: Analysis, data_dir: str, account_id: str = "", by: str = "", on: date | None = None) -> Shown:
    """Return the desk: the tables of an account's plan, what would be saved, and the plan page as it would be.

    Parameters
    ----------
    analysis : Analysis
        As `kamnb.analysis.open_analysis` returns it for `data_dir`.
    data_dir : str
    account_id : str
        The account to begin with; the first one by default.
    by : str
        Who edits; it can be given at the desk.
    on : date, optional
        The day of what is saved; today by default.
    """
    require_texts(data_dir=data_dir, account_id=account_id, edited_by=by)

    def make_desk(visit: Visit) -> widgets.Widget:
        editing = begin_editing(data_dir, analysis, on or date.today())
        desk = Desk(editing, account_id, visit.by or by)
        do_when_idle(lambda: editing.renewal.renew(analysis.as_of, analysis.criteria))  # so that what is saved is seen at once
        visit.name(desk.by)
        return desk.box

    return Shown(receive(list_people(analysis), make_desk))


class Sheet:
    """One table of the plan: its rows, and the fields of the row that is edited."""

    def __init__(self, table: str, acts: Mapping[str, Callable[[], None]], told: Callable[[], None]) -> None:
        self.table, self._quiet, self._told = table, Quiet(), told
        self.rows = make_page(f"rows-{table}")
        self.row = make_choice(f"row-{table}", THINGS[table], [("new", NEW)])
        act_on(self.row, lambda _: self.fill(), self._quiet)
        self.fields = {column: _make_field(table, TABLES[table][column]) for column in FIELDS[table]}
        for field in self.fields.values():
            act_on(field, lambda _: self.type_row(), self._quiet)
        labels = {"keep": "Keep the change", "drop": "Take it back", "strike": "Strike it out"}
        buttons = [make_button(f"{name}-{table}", label, acts[name]) for name, label in labels.items()]
        controls = lay_side_by_side(*self.fields.values(), least="24em")
        self.box = lay_below(self.rows, self.row, controls, lay_in_row(*buttons))

    def show(self, editing: Editing, account: str, key: str = NEW) -> None:
        """Show the rows of an account, and one of them in the fields."""
        self._editing, self._account = editing, account
        self._known = editing.list_rows(self.table, account)
        drafts, struck = ([name for table, name in kept if table == self.table] for kept in (editing.drafts, editing.struck))
        self.rows.value = tabulate_rows(self._known, self.table, drafts, struck)._repr_html_()
        titles = [(shorten(f"{row[TITLES[self.table]]}", 60), str(name)) for name, row in self._known.iterrows()]
        with self._quiet:
            self.row.options = [("new", NEW), *_tell_apart(titles)]
            self.row.value = key if key in self._known.index else NEW
        self.fill()

    def fill(self) -> None:
        """Put the chosen row in the fields, with what was typed in it and not looked at yet."""
        row = {**self.take_row(), **self._editing.typed.get((self.table, self._account, self.row.value), {})}
        with self._quiet:
            self._set_fields(row)

    def type_row(self) -> None:
        """Keep what stands in the fields as a draft, right or not."""
        self._editing.type_row(self.table, self._account, self.row.value, self.read_fields())
        self._told()

    def _set_fields(self, row: Row) -> None:
        for column, field in self.fields.items():
            if (self.table, column) in _REFERENCES:
                rows = self._editing.list_rows(_REFERENCES[self.table, column], self._account)
                field.options = [("none", ""), *((shorten(str(each["title"]), 60), str(name)) for name, each in rows.iterrows())]
            field.disabled = self.row.value != NEW and column in KEYS.get(self.table, ())
            _set_field(field, row[column])

    def take_row(self) -> Row:
        """Return the chosen row as it is saved or drafted, or a new one."""
        if self.row.value == NEW:
            return self._editing.begin_row(self.table, self._account)
        return {str(column): str(value) for column, value in self._known.loc[self.row.value].items()}

    def read_fields(self) -> dict[str, str]:
        """Return what stands in the fields, as text."""
        return {column: _read_field(field) for column, field in self.fields.items()}


class Desk:
    """The widgets; what they do is done by `Editing`."""

    def __init__(self, editing: Editing, account: str, by: str) -> None:
        self.editing = editing
        labels = label_accounts(editing.analysis.names, 44)
        options = sorted((str(label), str(key)) for key, label in labels.items())
        self.account = make_choice("account-edited", "Account", options, account or editing.analysis.first_account)
        act_on(self.account, lambda _: self.show())
        self.by = make_field("edited-by", "Edited by", list_people(editing.analysis), by)
        act_on(self.by, lambda _: self.sit_down())
        acts = {"keep": self.keep, "drop": self.drop, "strike": self.strike}
        self.sheets = {
            table: Sheet(table, {name: partial(act, table) for name, act in acts.items()}, self.show_changes) for table in FIELDS
        }
        self.tabs = widgets.Tab([sheet.box for sheet in self.sheets.values()], layout=widgets.Layout(width="100%"))
        self.tabs.titles = [name_rows(table) for table in self.sheets]
        self.changes, self.note, self.page = make_page("changes"), make_note("note"), make_page("preview")
        self.clashes, self.settle = make_page("clashes"), lay_in_row()
        self.box = self._lay_out()
        self.sit_down()

    def _lay_out(self) -> widgets.Widget:
        acts = [
            make_button("save", "Save the changes", self.save, main=True), make_button("discard", "Discard all", self.discard),
            make_button("show-preview", "Preview the plan page", self.preview),
        ]  # fmt: skip
        self.settle.children = [
            make_button("keep-mine", "Load anew, keep mine", partial(self.load_anew, keep_mine=True)),
            make_button("take-theirs", "Load anew, take theirs", partial(self.load_anew, keep_mine=False)),
        ]
        head = lay_side_by_side(self.account, self.by, least="24em")
        box = lay_below(
            add_look(), head, self.tabs, self.changes, lay_in_row(*acts), self.note, self.clashes, self.settle, self.page
        )
        box.add_class("kam-desk")
        return box

    def show(self, table: str = "", key: str = NEW) -> None:
        """Bring everything that is shown in line with the editing."""
        for name, sheet in self.sheets.items():
            sheet.show(self.editing, self.account.value, key if name == table else NEW)
        self.show_changes()
        self.show_clashes()

    def show_changes(self) -> None:
        """List what would be saved, and what was typed and is looked at when it is."""
        edits = self.editing.list_changes()
        head = f"<p><b>What would be saved: {count_of(len(edits), 'change')}</b></p>" if edits else ""
        rows = [f"{THINGS[table]} of {self.editing.analysis.names[account]}" for table, account, _ in self.editing.typed]
        typed = f"<p>Typed, and checked when it is saved: {escape(', '.join(rows))}.</p>" if rows else ""
        self.changes.value = head + (list_edits(edits)._repr_html_() if edits or not typed else "") + typed

    def show_clashes(self) -> None:
        """Show both versions of what two people changed, side by side."""
        clashes = self.editing.find_clashes()
        self.clashes.value = tabulate_clashes(clashes)._repr_html_() if clashes else ""
        self.settle.layout.display = "flex" if clashes else "none"

    def sit_down(self) -> None:
        """Take up what the person named left."""
        with saying(self.note):
            self.editing.sit_down(self.by.value)
            count = self.editing.count + len(self.editing.typed)
            say(self.note, f"Not saved yet, and here again: {count_of(count, 'row')}." if count else [])
        self.show()

    def load_anew(self, *, keep_mine: bool) -> None:
        """Read what others saved; of what both changed keep the own version, or take theirs."""
        with saying(self.note):
            self.editing.load_anew(keep_mine=keep_mine)
            say(self.note, "What others saved is loaded; your changes are laid over it. Look at them, then save.")
        self.show()

    def keep(self, table: str) -> None:
        """Take what stands in the fields of a sheet as a draft."""
        sheet = self.sheets[table]
        say(self.note, [])
        with saying(self.note):
            key = self.editing.draft(table, sheet.take_row(), sheet.read_fields())
            self.editing.typed.pop((table, self.account.value, sheet.row.value), None)
            self.editing.keep_drafts()
            self.show(table, key)

    def drop(self, table: str) -> None:
        """Take the draft of the chosen row back."""
        self.editing.typed.pop((table, self.account.value, self.sheets[table].row.value), None)
        self.editing.drop(table, self.sheets[table].row.value)
        self.show()

    def strike(self, table: str) -> None:
        """Strike the chosen row out when the changes are saved."""
        sheet = self.sheets[table]
        if sheet.row.value == NEW:
            say(self.note, "Choose the row that is to be struck out.", "wrong")
            return
        say(self.note, [])
        with saying(self.note):
            self.editing.strike(table, sheet.row.value)
            say(self.note, "It is struck out when the changes are saved, and kept in its file, marked. Take it back undoes that.")
        self.show(table, sheet.row.value)

    def discard(self) -> None:
        """Forget all drafts."""
        typed = {(table, key) for table, _, key in self.editing.typed}
        count = len({*self.editing.drafts, *self.editing.struck} | typed)
        say(self.note, f"Forgot {count_of(count, 'changed row')}.")
        self.editing.discard()
        self.show()

    def save(self) -> None:
        """Save all drafts."""
        with saying(self.note):
            self.editing.take_typed()
            count = self.editing.count
            paths = self.editing.save(self.by.value)
            self.show()
            say(self.note, f"Saved {count_of(count, 'row')} in {', '.join(str(path) for path in paths)}.")
        self.show_changes()
        self.show_clashes()

    def preview(self) -> None:
        """Show the plan page as it would be."""
        say(self.note, "Reading the tables with the changes ...")
        with saying(self.note):
            self.editing.take_typed()
            analysis = self.editing.preview()
            with self.editing.renewal.remember():
                self.page.value = f'<div class="kam-page">{render_plan(analysis, self.account.value)}</div>'
            say(self.note, f"The plan as of {analysis.as_of}, with what is not saved yet.")


def _make_field(table: str, column: Column) -> Any:
    name, label = f"field-{table}-{column.name}", title_column(column.name) + (" *" if column.required else "")
    if column.kind == "date":
        return make_day(name, label)
    if (table, column.name) in _REFERENCES:
        return make_choice(name, label, [("none", "")])
    if column.one_of or column.kind == "yesno":
        return make_choice(name, label, ["", *(column.one_of or ("yes", "no"))])
    return (make_area if column.name in _LONG else make_text)(name, label, hint=column.meaning)


def _set_field(field: Any, text: str) -> None:
    if isinstance(field, widgets.DatePicker):
        field.value = pd.Timestamp(text).date() if text else None
        return
    if isinstance(field, widgets.Dropdown):
        values = [option[1] if isinstance(option, tuple) else option for option in field.options]
        if text not in values:
            field.options = [*field.options, (text, text) if isinstance(field.options[0], tuple) else text]
    field.value = text


def _read_field(field: Any) -> str:
    return "" if field.value is None else str(field.value)


def _tell_apart(titles: list[tuple[str, str]]) -> list[tuple[str, str]]:
    names = [title for title, _ in titles]
    return [(f"{title} ({key})" if names.count(title) > 1 or not title else title, key) for title, key in titles]
