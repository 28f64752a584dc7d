"""The desk on which ratings are given: widgets around a `Rating`."""

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from kamnb.analysis import Analysis, require_texts
from kamnb.desk.controls import (
    Quiet,
    add_look,
    lay_below,
    lay_side_by_side,
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
from kamnb.desk.rating import KINDS, Given, Rating, Scale, begin_rating
from kamnb.display.desk.ratings import say_progress, say_spread, write_scale
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of

ALL = "all accounts"
PAGE = 8
"""Accounts that are rated beside each other where one criterion is rated at a time."""

_NOT = ""  # chosen where nothing is rated

_WAYS = ("one account at a time", "one criterion at a time")


def open_desk(
    analysis: Analysis, data_dir: str, rater: str = "", kind: str = "account_manager", on: date | None = None
) -> widgets.Widget:
    """Return the desk: who rates, what is rated next, the scales, and after one's own rating what others said.

    Parameters
    ----------
    analysis : Analysis
        As `kamnb.analysis.open_analysis` returns it for `data_dir`.
    data_dir : str
    rater : str
        Who rates; it can be given at the desk.
    kind : "account_manager", "colleague" or "customer"
        How the rater knows.
    on : date, optional
        The day of the ratings; today by default, and it can be changed at the desk.
    """
    require_texts(data_dir=data_dir, rater=rater, rater_kind=kind)
    return Desk(analysis, data_dir, rater, kind, on or date.today()).box


class Item:
    """One criterion of one account: the scale, us and a competitor, a comment, and then what others said."""

    def __init__(self, title: str, account: str, scale: Scale, rating: Rating, draft: Callable[["Item"], None]) -> None:
        self.account, self.scale, self._rating = account, scale, rating
        key = f"{account}-{scale.criterion}"
        own = rating.find_own(account, scale.criterion)
        head = f"<h4>{escape(title)}</h4>{write_scale(scale.anchors)}{_say_own(own)}"
        options: list[tuple[str, Any]] = [
            ("not rated now", _NOT),
            *((_name_score(scale, score), score) for score in scale.options),
        ]
        self.us = make_choice(f"us-{key}", "Us", options)
        competitors = rating.list_competitors(account)
        self.who = make_field(f"who-{key}", "Competitor", competitors, next(iter(competitors), ""))
        self.them = make_choice(f"them-{key}", "That competitor", options)
        self.comment = make_text(f"comment-{key}", "Comment")
        self.others = make_page(f"others-{key}")
        for control in (self.us, self.them, self.who, self.comment):
            control.observe(lambda _: draft(self), "value")
        self.show_others()
        rivals = [self.who, self.them] if scale.criterion != "stage" else []
        controls = lay_side_by_side(self.us, *rivals, self.comment, least="24em")
        self.box = lay_below(make_page(f"item-{key}", head), controls, self.others)

    def show_others(self) -> None:
        """Say what others said, once an own rating was given."""
        self.others.value = say_spread(self._rating.read_spread(self.account, self.scale.criterion))._repr_html_()

    def read(self) -> list[Given]:
        """Return what is chosen: of us, and of the competitor."""
        sides: tuple[tuple[str, Any], ...] = (("", self.us.value), (self.who.value.strip(), self.them.value))
        criterion, comment = self.scale.criterion, self.comment.value
        chosen = [side for side in sides if side[1] != _NOT and not (self.is_nameless and side is sides[1])]
        return [Given(self.account, criterion, score, who, comment) for who, score in chosen]

    @property
    def is_nameless(self) -> bool:
        """Whether a competitor is rated that is not named."""
        return self.them.value != _NOT and not self.who.value.strip()

    def clear(self) -> None:
        """Choose nothing."""
        self.us.value = self.them.value = _NOT
        self.comment.value = ""


class Desk:
    """The widgets; what they do is done by `Rating`."""

    def __init__(self, analysis: Analysis, data_dir: str, rater: str, kind: str, on: date) -> None:
        self.analysis, self.data_dir = analysis, data_dir
        self.rating: Rating | None = None
        self.items: dict[tuple[str, str], Item] = {}
        self._quiet = Quiet()
        self.rater = make_text("rater", "Who rates", rater)
        self.kind = make_choice("kind", "Knows as", [(each.replace("_", " "), each) for each in KINDS], kind)
        self.on = make_day("on", "Rated on", on)
        managers = sorted({str(name) for name in analysis.manager_names.dropna()})
        self.whose = make_choice("whose", "Accounts of", [ALL, *managers])
        self.way = make_choice("way", "Rate", list(_WAYS))
        self.subject = make_choice("subject", "Which", [("nothing yet", "")])
        self.progress, self.sheet, self.note = make_page("progress"), lay_below(), make_note("note")
        for control, act in ((self.way, self.choose_way), (self.whose, self.choose_way), (self.subject, self.open_subject)):
            control.observe(lambda _, act=act: None if self._quiet.is_on else act(), "value")
        self.box = self._lay_out()

    def _lay_out(self) -> widgets.Widget:
        who = lay_side_by_side(self.rater, self.kind, self.on, least="22em")
        begin = make_button("begin", "Begin", self.begin, main=True)
        what = lay_side_by_side(self.whose, self.way, self.subject, least="22em")
        acts = [make_button("save", "Save the ratings", self.save, main=True), make_button("next", "Next", self.go_on)]
        box = lay_below(add_look(), who, begin, self.progress, what, self.sheet, widgets.HBox(acts), self.note)
        box.add_class("kam-desk")
        return box

    def begin(self) -> None:
        """Begin to rate as the person named."""
        say(self.note, [])
        with saying(self.note):
            if self.on.value is None:
                say(self.note, "Give the day of the ratings.", "wrong")
                return
            self.rating = begin_rating(self.data_dir, self.analysis, self.rater.value, self.kind.value, self.on.value)
            self.items = {}
            self._begin_with_own()
            if self.on.value > self.analysis.as_of:
                later = f"Ratings of {write_date(self.on.value)} count from that day on; the analysis is as of"
                say(self.note, f"{later} {write_date(self.analysis.as_of)}.")
            self.choose_way()

    def _begin_with_own(self) -> None:
        """Offer an account manager the own accounts first."""
        if self.rating and self.rating.rater in self.whose.options and self.whose.value == ALL:
            with self._quiet:
                self.whose.value = self.rating.rater

    def choose_way(self) -> None:
        """List what can be rated, what is most needed first."""
        if self.rating is None:
            return
        with self._quiet:
            self.subject.options = self._list_subjects(self.rating)
        self.open_subject()

    def _list_subjects(self, rating: Rating) -> list[tuple[str, str]]:
        column = "account_id" if self.way.value == _WAYS[0] else "criterion"
        tasks = self._list_tasks(rating)
        titles = {name: scale.title for name, scale in rating.scales.items()}
        names = label_accounts(self.analysis.names, 40).to_dict() if column == "account_id" else titles
        open_ones = tasks[tasks["state"] != "rated"].groupby(column).size()
        order = tasks.drop_duplicates(column)[column]
        return [(f"{names[key]} ({open_ones.get(key, 0)} open)", str(key)) for key in order] or [("nothing to rate", "")]

    def _list_tasks(self, rating: Rating) -> pd.DataFrame:
        tasks = rating.list_tasks()
        mine = tasks["account_id"].map(self.analysis.manager_names) == self.whose.value
        return tasks if self.whose.value == ALL else tasks.loc[mine]

    def open_subject(self) -> None:
        """Show the items of an account, or of a criterion for the accounts that need it most."""
        rating, subject = self.rating, self.subject.value
        if rating is None:
            return
        tasks, names = self._list_tasks(rating), label_accounts(self.analysis.names, 60)
        if self.way.value == _WAYS[0]:
            shown = [(rating.scales[name].title, subject, rating.scales[name]) for name in rating.scales if subject]
        else:
            accounts = tasks.loc[tasks["criterion"] == subject, "account_id"].head(PAGE)
            shown = [(names[account], account, rating.scales[subject]) for account in accounts]
        self.sheet.children = [self._take_item(*each).box for each in shown]
        self.show_progress()

    def _take_item(self, title: str, account: str, scale: Scale) -> Item:
        assert self.rating is not None
        if (account, scale.criterion) not in self.items:
            self.items[account, scale.criterion] = Item(title, account, scale, self.rating, lambda _: self.show_progress())
        return self.items[account, scale.criterion]

    def show_progress(self) -> None:
        """Say how far the rater is."""
        if self.rating:
            drafts = sum(len(item.read()) for item in self.items.values())
            self.progress.value = say_progress(self.rating.count_states(self._list_tasks(self.rating)), drafts)._repr_html_()

    def save(self) -> None:
        """Save everything that is chosen, also what is not in view."""
        rating = self.rating
        if rating is None:
            say(self.note, "Say who rates and press Begin first.", "wrong")
            return
        nameless = [item for item in self.items.values() if item.is_nameless]
        if nameless:
            names = [self.analysis.names[each.account] for each in nameless]
            say(self.note, [f"{name}: the competitor that is rated is not named" for name in names], "wrong")
            return
        chosen = [item for item in self.items.values() if item.read()]
        with saying(self.note):
            given = [each for item in chosen for each in item.read()]
            path = rating.save(given)
            for item in chosen:
                item.clear()
                item.show_others()
            say(self.note, f"Saved {count_of(len(given), 'rating')} in {path}.")
        self.show_progress()

    def go_on(self) -> None:
        """Go to what is to be rated next."""
        if self.rating is None:
            say(self.note, "Say who rates and press Begin first.", "wrong")
            return
        before = [key for _, key in self.subject.options]
        place = before.index(self.subject.value)
        after = self._list_subjects(self.rating)
        keys = [key for _, key in after]
        following = next((key for key in (*before[place + 1 :], *before[:place]) if key in keys), keys[0])
        with self._quiet:
            self.subject.options = after
            self.subject.value = following
        self.items = {key: item for key, item in self.items.items() if item.read()}
        self.open_subject()


def _name_score(scale: Scale, score: float) -> str:
    words = scale.anchors.get(score, "")
    return f"{score:g} – {words}" if words else f"{score:g}"


def _say_own(own: float | None) -> str:
    return "" if own is None else f"<p>Your last: {own:g}</p>"
