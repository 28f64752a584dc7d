"""The desk on which weights are explored: widgets around an `Exploration`."""

from collections.abc import Iterator
from datetime import date
from html import escape

import ipywidgets as widgets

from kamnb.desk.controls import (
    Quiet,
    act_on,
    add_look,
    lay_below,
    lay_in_row,
    lay_side_by_side,
    make_button,
    make_choice,
    make_note,
    make_page,
    say,
    saying,
)
from kamnb.desk.drafts import list_people
from kamnb.desk.exploration import Exploration
from kamnb.desk.idle import do_when_idle
from kamnb.desk.matrix import can_pick, make_matrix
from kamnb.desk.panes import Change, Comparing, Cuts, Filters, Overruling, Saving, Weights
from kamnb.desk.showing import Shown
from kamnb.desk.visit import ALONE, Visit, receive
from kamnb.display.account.plan import say_about
from kamnb.display.account.summary import say_summary
from kamnb.display.confidence.words import explain_place
from kamnb.display.desk.compared import draw_both
from kamnb.display.desk.trial import say_marks, say_trial, tabulate_evidence, tabulate_moved
from kamnb.display.matrix.matrix import draw_matrix
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.tables import title_column
from kamnb.scoring.revision import list_changes


def open_desk(exploration: Exploration, on: date | None = None) -> Shown:
    """Return the desk: weights, cuts and filters, the matrix, who moves, and the account that is picked.

    Parameters
    ----------
    exploration : Exploration
        As `kamnb.desk.exploration.begin_exploration` returns it.
    on : date, optional
        The day on which what is saved is stamped; today by default.
    """

    def make_desk(visit: Visit) -> widgets.Widget:
        desk = Desk(exploration, on or date.today(), visit)
        if visit.may_save:
            shown = exploration.analysis
            do_when_idle(lambda: exploration.renewal.renew(shown.as_of, shown.criteria))  # so that what is saved is seen at once
        return desk.box

    return Shown(receive(list_people(exploration.analysis), make_desk))


class Desk:
    """The widgets; what they do is done by `Exploration` and shown by `kamnb.display`."""

    def __init__(self, exploration: Exploration, on: date, visit: Visit = ALONE) -> None:
        self.exploration, self.on, self.visit = exploration, on, visit
        self._quiet = Quiet()
        self.note, pages = make_note("note"), map(make_page, ("told", "moved", "about", "marks", "compared"))
        self.told, self.moved, self.account, self.marks, self.compared = pages
        self.matrix = make_matrix(self.pick, self.refuse)
        self.picker = make_choice("picker", "Account", [("none", "")])
        act_on(self.picker, self.pick, self._quiet)
        self.filters = Filters(exploration, self.narrow, self.show_day)
        self.saving = Saving(exploration, on, self.save, self.load)
        self.overruling = Overruling(self.overrule)
        for field in (self.saving.by, self.overruling.by):
            visit.name(field)
        self.comparing = Comparing(exploration.list_models(), self.compare)
        self.tabs = widgets.Tab(layout=widgets.Layout(width="100%"))
        self.fill_tabs()
        self.box = self._lay_out()
        self.show()

    def _lay_out(self) -> widgets.Widget:
        undo, reset = make_button("undo", "Undo", self.undo), make_button("reset", "Back to the saved model", self.reset)
        left = lay_below(self.tabs, lay_in_row(undo, reset), self.note, self.moved)
        middle = lay_below(self.told, self.matrix, self.marks, self.picker)
        box = lay_below(add_look(), lay_side_by_side(left, middle, self.account, least="27em"), self.compared)
        box.add_class("kam-desk")
        return box

    def fill_tabs(self) -> None:
        """Make the controls of the model anew: another one has other groups and criteria."""
        axes, trial = self.exploration.model.criteria.axes, self.exploration.trial
        weights = {title_column(axis): Weights(axis, listed, trial, self.try_it) for axis, listed in axes.items()}
        cuts = Cuts(trial, self.try_it)
        self.model_panes: list[Weights | Cuts] = [*weights.values(), cuts]
        boxes = {name: pane.box for name, pane in weights.items()}
        boxes |= {"Cuts": cuts.box, "Show": self.filters.box}
        boxes |= {"Save": self.saving.box} if self.visit.may_save else {}
        boxes |= {"Compare": self.comparing.box}
        boxes |= {"Overrule": self.overruling.box} if self.visit.may_save else {}
        self.tabs.children, self.tabs.titles = list(boxes.values()), list(boxes)

    def try_it(self, change: Change) -> None:
        """Take up what a control asks for and show it; where it cannot be, say so and set the control back."""
        if self._quiet.is_on:
            return
        say(self.note, [])
        with saying(self.note):
            self.exploration.try_model(change(self.exploration.trial))
        self.show()

    def refuse(self, text: str, name: str) -> None:
        """Say of what was typed beside a slider that it is no number."""
        say(self.note, f'{name}: "{text}" is not a number; write it as in 7.5 or 40', "wrong")

    def pick(self, account: str) -> None:
        """Look at an account, or at none."""
        if not self._quiet.is_on and account != self.exploration.picked:
            self.exploration.picked = account
            self.show()

    def undo(self) -> None:
        """Go back by one step."""
        say(self.note, [] if self.exploration.undo() else "There is nothing to undo.")
        self.show()

    def reset(self) -> None:
        """Go back to the saved model."""
        say(self.note, [])
        self.exploration.reset()
        self.show()

    def narrow(self) -> None:
        """Show the accounts that the filters let through."""
        self.exploration.filters = self.filters.chosen
        if self.exploration.picked not in self.exploration.shown:
            self.exploration.picked = ""
        self.show()

    def show_day(self) -> None:
        """Look at the portfolio as of another day."""
        day = self.filters.day.value
        if day is None:
            say(self.note, "Give a day to look at.", "wrong")
            return
        with saying(self.note):
            self.exploration.show_day(day)
            say(self.note, [f"As of {write_date(day)}.", *self.exploration.say_gap()])
        self.show()

    def save(self) -> None:
        """Save what is tried as a file of its own."""
        form, name = self.saving, self.saving.name.value
        with saying(self.note):
            changes = self.exploration.save_model(
                name, by=form.by.value, on=self.on, why=form.why.value, replace=form.replaces.value
            )
            form.model.options, form.replaces.value = self.exploration.list_models(), False
            form.model.value = name.strip()
            self.comparing.offer(self.exploration.list_models())
            use = [
                f"To score with it: {self.exploration.say_command(name.strip())}",
                f"or in kamnb.toml: {write_setting(name.strip())}",
            ]
            say(self.note, [f"Saved as {self.exploration.home / name.strip()}: {'; '.join(changes)}.", *use])

    def load(self) -> None:
        """Take up a model that was saved."""
        name = self.saving.model.value
        if name is None:
            say(self.note, "No model is saved in this workbook yet.", "wrong")
            return
        with saying(self.note):
            self.exploration.load_model(name)
            self.fill_tabs()
            say(self.note, f"{name} is now the model that trials are compared with.")
        self.show()

    def compare(self) -> None:
        """Show two saved models beside each other, and who stands elsewhere by the second."""
        names = self.comparing.first.value, self.comparing.second.value
        if None in names:
            say(self.note, "No model is saved in this workbook yet.", "wrong")
            return
        say(self.note, [])
        with saying(self.note):
            self.compared.value = draw_both(*self.exploration.compare(*names), names, list(self.exploration.shown))
            say(self.note, f"{names[0]} and {names[1]} stand beside each other below the desk.")

    def overrule(self) -> None:
        """Save a person's place for the account that is picked."""
        form, account = self.overruling, self.exploration.picked
        if not account:
            say(self.note, "Pick an account first, in the matrix or in the list below it.", "wrong")
            return
        with saying(self.note):
            path = self.exploration.overrule(
                account, form.place.value, by=form.by.value, on=self.on, reason=form.reason.value, expires=form.expires.value
            )
            as_of = self.exploration.analysis.as_of
            counts = f" It counts from {self.on} on; what is shown is as of {as_of}." if self.on > as_of else ""
            say(self.note, f"Saved in {path}.{counts}")
        self.show()

    def show(self) -> None:
        """Bring everything that is shown in line with the exploration."""
        self._set_controls()
        exploration = self.exploration
        tried, shown, moves = exploration.tried, list(exploration.shown), exploration.moves
        model, saved = tried.criteria, exploration.analysis
        before = saved.scores if model.strength_mode == saved.criteria.strength_mode else None
        self.matrix.svg = draw_matrix(exploration.view(), shown, before=before, named=set(moves.index), picked=exploration.picked)
        self.marks.value = say_marks(tried.scores.loc[shown])._repr_html_()
        told = say_trial(
            model.name, exploration.model_name, list_changes(exploration.trial), len(moves), len(shown), len(tried.scores)
        )
        self.told.value = told._repr_html_()
        self.moved.value = tabulate_moved(moves, saved.names, model.strength_mode)._repr_html_() if len(moves) else ""
        self.account.value = "".join(self._describe_account()) if exploration.picked else _ask_to_pick()

    def _describe_account(self) -> Iterator[str]:
        view, account, plan = self.exploration.view(), self.exploration.picked, self.exploration.plan
        yield f"<h3>{escape(plan.name)}</h3><p>{escape(say_about(view, account))}</p>"
        if len(view.confidence.count(account)) == 1:  # of others the summary says it
            yield f"<p>{escape(explain_place(view, account))}</p>"
        yield from (part._repr_html_() for part in say_summary(view, plan) if part is not None)
        yield tabulate_evidence(self.exploration.analysis, view, account)._repr_html_()

    def _set_controls(self) -> None:
        """Set every control to what the exploration holds, without acting."""
        with self._quiet:
            for pane in self.model_panes:
                pane.set(self.exploration.trial)
            accounts = (("none", ""), *self.exploration.list_accounts())
            if accounts != self.picker.options:
                self.picker.options = accounts
            self.picker.value = self.exploration.picked
            if can_pick():
                self.matrix.picked = self.exploration.picked


def write_setting(name: str) -> str:
    """Write the setting of kamnb.toml that names a scoring model, as TOML has it.

    Examples
    --------
    >>> write_setting("our criteria.toml")
    'scoring.criteria = "our criteria.toml"'
    """
    import tomlkit

    return f"scoring.criteria = {tomlkit.item(name).as_string()}"


def _ask_to_pick() -> str:
    in_matrix = "in the matrix (a click, or Tab, arrow keys and Enter) or " if can_pick() else ""
    return f"<p>Pick an account {in_matrix}in the list to see what its scores are made of and what its plan says.</p>"
