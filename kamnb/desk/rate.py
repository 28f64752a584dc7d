"""The desk on which ratings are given: widgets around a `Rating`."""

from collections.abc import Callable
from datetime import date
from functools import partial
from html import escape
from typing import Any

import ipywidgets as widgets
import pandas as pd

from kamnb.analysis import Analysis, require_texts
from kamnb.desk.controls import (
    Quiet,
    act_on,
    add_look,
    lay_below,
    lay_in_row,
    lay_side_by_side,
    make_button,
    make_choice,
    make_day,
    make_field,
    make_note,
    make_page,
    make_text,
    name_fully,
    say,
    saying,
)
from kamnb.desk.drafts import Shelf, list_people
from kamnb.desk.rating import KINDS, Given, Rating, Scale, begin_rating
from kamnb.desk.showing import Shown
from kamnb.desk.visit import Visit, receive
from kamnb.display.desk.ratings import say_progress, say_spread, write_scale
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of

ALL = "all accounts"
PAGE = 8
"""Accounts that are rated beside each other where one criterion is rated at a time."""

_NOT = ""  # chosen where nothing is rated

_WAYS = ("one account at a time", "one criterion at a time")


def open_desk(analysis: Analysis, data_dir: str, rater: str = "", kind: str = "account_manager", on: date | None = None) -> Shown:
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

    def make_desk(visit: Visit) -> widgets.Widget:
        desk = Desk(analysis, data_dir, visit.by or rater, kind, on or date.today())
        visit.name(desk.rater)
        return desk.box

    return Shown(receive(list_people(analysis), make_desk))


Chosen = dict[str, Any]
"""What is chosen of a criterion of an account and not saved: of us, of a competitor and who that is, and the comment."""


class Item:
    """One criterion of one account: the scale, us and a competitor, a comment, and then what others said."""

    def __init__(
        self, title: str, account: str, scale: Scale, rating: Rating, chosen: Chosen, draft: Callable[["Item"], None]
    ) -> None:
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
        for control in (self.us, self.who, self.them, self.comment):
            name_fully(control, f"of {title}")
        self._set(chosen)
        for control in (self.us, self.them, self.who, self.comment):
            act_on(control, lambda _: draft(self))
        self.show_others()
        rivals = [self.who, self.them] if scale.criterion != "stage" else []
        controls = lay_side_by_side(self.us, *rivals, self.comment, least="24em")
        self.box = lay_below(make_page(f"item-{key}", head), controls, self.others)

    def show_others(self) -> None:
        """Say what others said, once an own rating was given."""
        self.others.value = say_spread(self._rating.read_spread(self.account, self.scale.criterion))._repr_html_()

    @property
    def chosen(self) -> Chosen:
        """What is chosen; empty where nothing is."""
        found = {"us": self.us.value, "them": self.them.value, "comment": self.comment.value}
        return {**found, "who": self.who.value.strip()} if any(value != _NOT for value in found.values()) else {}

    def clear(self) -> None:
        """Choose nothing."""
        self.us.value = self.them.value = _NOT
        self.comment.value = ""

    def _set(self, chosen: Chosen) -> None:
        """Choose what was chosen before; a score that the scale does not have any more is left out."""
        for control, name in ((self.us, "us"), (self.them, "them")):
            if chosen.get(name, _NOT) in self.scale.options:
                control.value = chosen[name]
        self.who.value, self.comment.value = chosen.get("who", self.who.value), chosen.get("comment", "")


class Desk:
    """The widgets; what they do is done by `Rating`."""

    def __init__(self, analysis: Analysis, data_dir: str, rater: str, kind: str, on: date) -> None:
        self.analysis, self.data_dir = analysis, data_dir
        self.rating: Rating | None = None
        self.items: dict[tuple[str, str], Item] = {}
        self.chosen: dict[tuple[str, str], Chosen] = {}
        self._quiet, self._is_asked = Quiet(), False
        self.rater = make_field("rater", "Who rates", list_people(analysis), rater)
        self.kind = make_choice("kind", "Knows as", [(each.replace("_", " "), each) for each in KINDS], kind)
        self.on = make_day("on", "Rated on", on)
        managers = sorted({str(name) for name in analysis.manager_names.dropna()})
        self.whose = make_choice("whose", "Accounts of", [ALL, *managers])
        self.way = make_choice("way", "Rate", list(_WAYS))
        self.subject = make_choice("subject", "Which", [("nothing yet", "")])
        self.progress, self.sheet, self.note = make_page("progress"), lay_below(), make_note("note")
        for control, act in ((self.way, self.choose_way), (self.whose, self.choose_way), (self.subject, self.open_subject)):
            act_on(control, partial(_act, act), self._quiet)
        self.box = self._lay_out()

    def _lay_out(self) -> widgets.Widget:
        who = lay_side_by_side(self.rater, self.kind, self.on, least="22em")
        begin = make_button("begin", "Begin", self.begin, main=True)
        what = lay_side_by_side(self.whose, self.way, self.subject, least="22em")
        acts = [make_button("save", "Save the ratings", self.save, main=True), make_button("next", "Next", self.go_on)]
        box = lay_below(add_look(), who, begin, self.progress, what, self.sheet, lay_in_row(*acts), self.note)
        box.add_class("kam-desk")
        return box

    def begin(self) -> None:
        """Begin to rate as the person named."""
        say(self.note, [])
        with saying(self.note):
            rating = self._name_rater()
            if rating is None or self._asks_first(rating):
                return
            self.rating, self.items, self.chosen = rating, {}, self._read_drafts(rating)
            self._begin_with_own()
            self._say_begun(rating)
            self.choose_way()

    def _name_rater(self) -> Rating | None:
        """Return a rating by the person who is named now, on the day that is given now."""
        if self.on.value is None:
            say(self.note, "Give the day of the ratings.", "wrong")
            return None
        return begin_rating(self.data_dir, self.analysis, self.rater.value, self.kind.value, self.on.value)

    def _asks_first(self, rating: Rating) -> bool:
        """Ask before another beginning where something is chosen: it stays a draft of who chose it."""
        if self.rating is None or not self.chosen or self._is_asked:
            self._is_asked = False
            return False
        self._is_asked = True
        before = self.rating.rater
        kept = f"{count_of(len(self.chosen), 'rating')} of {before} not saved yet, kept for when {before} begins again."
        say(self.note, f"{kept} Press Begin once more to begin as {rating.rater}, or save first.", "wrong")
        return True

    def _say_begun(self, rating: Rating) -> None:
        lines = [f"Chosen before and not saved, here again: {count_of(len(self.chosen), 'rating')}."] if self.chosen else []
        if rating.on > self.analysis.as_of:
            later = f"Ratings of {write_date(rating.on)} count from that day on; the analysis is as of"
            lines.append(f"{later} {write_date(self.analysis.as_of)}.")
        say(self.note, lines)

    def _read_drafts(self, rating: Rating) -> dict[tuple[str, str], Chosen]:
        """Return what the rater chose before and did not save, of what can be rated now."""
        kept = Shelf(rating.home, "ratings").read(rating.rater)
        there = self.analysis.accounts.index
        return {
            (each["account"], each["criterion"]): each["chosen"]
            for each in kept
            if each["account"] in there and each["criterion"] in rating.scales
        }

    def _keep_drafts(self, rating: Rating) -> None:
        kept = [{"account": account, "criterion": name, "chosen": chosen} for (account, name), chosen in self.chosen.items()]
        Shelf(rating.home, "ratings").write(rating.rater, kept)

    def draft(self, item: Item) -> None:
        """Keep what is chosen, on disk too: nothing is lost where the page is loaded anew."""
        if self.rating is None or self._quiet.is_on:
            return
        self.chosen.pop((item.account, item.scale.criterion), None)
        if item.chosen:
            self.chosen[item.account, item.scale.criterion] = item.chosen
        with saying(self.note):
            self._keep_drafts(self.rating)
        self.show_progress()

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
        tasks = self._list_tasks(rating)
        if self.way.value == _WAYS[0]:
            shown = [(subject, rating.scales[name]) for name in rating.scales if subject]
        else:
            accounts = tasks.loc[tasks["criterion"] == subject, "account_id"].head(PAGE)
            shown = [(account, rating.scales[subject]) for account in accounts]
        self.sheet.children = [self._take_item(*each).box for each in shown]
        self.show_progress()

    def _take_item(self, account: str, scale: Scale) -> Item:
        assert self.rating is not None
        place = (account, scale.criterion)
        if place not in self.items:
            title = f"{label_accounts(self.analysis.names, 60)[account]}: {scale.title}"
            self.items[place] = Item(title, account, scale, self.rating, self.chosen.get(place, {}), self.draft)
        return self.items[place]

    def show_progress(self) -> None:
        """Say how far the rater is."""
        if self.rating:
            drafts = sum(len(_list_given(place, chosen)) for place, chosen in self.chosen.items())
            self.progress.value = say_progress(self.rating.count_states(self._list_tasks(self.rating)), drafts)._repr_html_()

    def save(self) -> None:
        """Save everything that is chosen, also what is not in view."""
        begun = self.rating
        if begun is None:
            say(self.note, "Say who rates and press Begin first.", "wrong")
            return
        nameless = [account for (account, _), chosen in self.chosen.items() if chosen["them"] != _NOT and not chosen["who"]]
        if nameless:
            names = [self.analysis.names[account] for account in nameless]
            say(self.note, [f"{name}: the competitor that is rated is not named" for name in names], "wrong")
            return
        with saying(self.note):
            now = self._name_rater()
            if now is None:
                return
            given = [each for place, chosen in self.chosen.items() for each in _list_given(place, chosen)]
            is_same = (now.rater, now.kind, now.on) == (begun.rater, begun.kind, begun.on)
            rating = begun if is_same else now  # who rates counts when it is saved
            path = rating.save(given)
            self.rating, self._is_asked = rating, False
            self._clear(begun)
            say(self.note, f"Saved {count_of(len(given), 'rating')} by {now.rater} in {path}.")
        self.show_progress()

    def _clear(self, begun: Rating) -> None:
        """Choose nothing any more, and show what others said of what was rated."""
        self.chosen = {place: chosen for place, chosen in self.chosen.items() if not _list_given(place, chosen)}
        self._keep_drafts(begun)
        if self.rating is not None and self.rating is not begun:
            self.items = {}
            self.choose_way()
        with self._quiet:
            for place, item in self.items.items():
                if place not in self.chosen:
                    item.clear()
                    item.show_others()

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
        self.items = {key: item for key, item in self.items.items() if key in self.chosen}
        self.open_subject()


def _act(act: Callable[[], None], _: object) -> None:
    act()


def _list_given(place: tuple[str, str], chosen: Chosen) -> list[Given]:
    """Return the ratings that are chosen: of us, and of the competitor; a comment alone is none."""
    sides = (("", chosen["us"]), (chosen["who"], chosen["them"]))
    return [Given(*place, score, who, chosen["comment"]) for who, score in sides if score != _NOT]


def _name_score(scale: Scale, score: float) -> str:
    words = scale.anchors.get(score, "")
    return f"{score:g} – {words}" if words else f"{score:g}"


def _say_own(own: float | None) -> str:
    return "" if own is None else f"<p>Your last: {own:g}</p>"
