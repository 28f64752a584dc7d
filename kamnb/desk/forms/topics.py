"""What a form asks: for each topic its questions, and of each account, person and action what is known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.data.states import name_state
from kamnb.data.tables import TABLES
from kamnb.desk.editing import Editing
from kamnb.desk.forms.questions import CONFIRM, KNOWN, PEOPLE, RATED, RIVAL, SPEND, TODO, Ask, Line, Topic
from kamnb.desk.rating import STAGE, Rating
from kamnb.desk.spelling import write_number
from kamnb.display.parts.sentences import join_words
from kamnb.display.parts.tables import title_column
from kamnb.errors import SettingsError

_CONFIRMED = Ask(CONFIRM, "Still right?", "yes, where you changed nothing and it still holds", "choice", ("yes",))


def find_manager(analysis: Analysis, asked: str) -> tuple[str, str]:
    """Return (id, name) of a manager, asked for by either.

    Raises
    ------
    SettingsError
        If there is no such manager, or no account of that manager.
    """
    both = pd.DataFrame({"id": analysis.accounts["account_manager"], "name": analysis.manager_names}).dropna()
    named = {str(key): str(name) for key, name in both.itertuples(index=False, name=None)}
    hits = [(key, name) for key, name in named.items() if asked in (key, name)]
    if len(hits) != 1:
        known = "; ".join(f"{key} ({name})" for key, name in sorted(named.items())) or "none"
        raise SettingsError(f'manager "{asked}" has no accounts here; managers with accounts are: {known}')
    return hits[0]


@keep_open()
def make_topics(rating: Rating, editing: Editing, manager: str) -> tuple[Topic, ...]:
    """Return what a manager is asked.

    Parameters
    ----------
    rating : Rating
        By that manager.
    editing : Editing
    manager : str
        The manager's id.
    """
    accounts = rating.analysis.accounts
    mine = [str(key) for key in accounts.index[accounts["account_manager"] == manager]]
    return tuple(keep_lines(topic) for topic in make_all_topics(rating, editing, manager, mine, {}))


def keep_lines(topic: Topic) -> Topic:
    """Return the topic without what nobody is asked about any more."""
    return replace(topic, lines=tuple(line for line in topic.lines if not line.closed))


@keep_open()
def make_all_topics(
    rating: Rating, editing: Editing, manager: str, accounts: Sequence[str], rivals: Mapping[str, str]
) -> tuple[Topic, ...]:
    """Return what is known now of some accounts, whoever manages them, with what is closed.

    Parameters
    ----------
    rating : Rating
        By the manager who is asked.
    editing : Editing
    manager : str
        That manager's id: of an account of another manager nobody is asked.
    accounts : sequence of str
        Those that there are not are left out.
    rivals : mapping of account to competitor
        Whose ratings are looked at; the first known one by default.
    """
    managers = rating.analysis.accounts["account_manager"]
    there = [account for account in accounts if account in managers.index]
    about = _About(rating, editing, _tell_apart(rating.analysis.names), {
        account: "" if managers[account] == manager else _say_manager(rating.analysis, account) for account in there
    })  # fmt: skip
    makers = (_ask_ratings, partial(_ask_rival, rivals=rivals), _ask_spend, _ask_knowledge, _ask_people, _ask_actions)
    return tuple(maker(about) for maker in makers)


def _tell_apart(names: "pd.Series[str]") -> "pd.Series[str]":
    """Return the names, with the ids of those that are alike."""
    return names.where(~names.duplicated(keep=False), names + " (" + names.index.astype(str) + ")")


def _say_manager(analysis: Analysis, account: str) -> str:
    manager = analysis.manager_names.get(account)
    return f"the account is {manager}'s now" if isinstance(manager, str) else "the account has no manager now"


@dataclass(frozen=True)
class _About:
    """What the questions are about: the tables, and for each account its name and why it is not asked about."""

    rating: Rating
    editing: Editing
    labels: "pd.Series[str]"
    closed: Mapping[str, str]

    @property
    def accounts(self) -> list[str]:
        return [account for account, why in self.closed.items() if not why]

    def draw(self, account: str, known: Mapping[str, str], *more: str, key: str = "", closed: str = "", name: str = "") -> Line:
        """Return a row."""
        why = self.closed[account] or closed
        return Line(key or account, account, (name or str(self.labels[account]), *more), known, why)


def _ask_scores(rating: Rating, *, stage: bool) -> tuple[Ask, ...]:
    return tuple(
        Ask(
            scale.criterion, scale.title, "\n".join(f"{points:g} = {words}" for points, words in sorted(scale.anchors.items())),
            "number", tuple(f"{points:g}" for points in scale.options),
        )
        for scale in rating.scales.values()
        if stage or scale.criterion != STAGE
    )  # fmt: skip


def _ask_ratings(about: _About) -> Topic:
    asks = _ask_scores(about.rating, stage=True)
    lines = [
        about.draw(account, {ask.name: _write(about.rating.find_own(account, ask.name)) for ask in asks})
        for account in about.closed
    ]  # fmt: skip
    help_ = "How does the customer see us? Points from 0 to 10; your last ones are filled in."
    return Topic(RATED, "ratings", help_, ("Account",), (*asks, _COMMENT, _CONFIRMED), tuple(lines))


_COMMENT = Ask("comment", "Comment", "what you rest it on")


def _ask_rival(about: _About, rivals: Mapping[str, str]) -> Topic:
    rating = about.rating
    asks, lines = _ask_scores(rating, stage=False), []
    for account in about.closed:
        rival = rivals.get(account) or next(iter(rating.list_competitors(account)), "")
        scores = {ask.name: _write(rating.find_own(account, ask.name, rival)) if rival else "" for ask in asks}
        lines.append(about.draw(account, {"competitor": rival, **scores}))
    who = Ask("competitor", "Best competitor", "by name; empty where there is none")
    help_ = "How does the customer see our best competitor there? The same scales."
    return Topic(RIVAL, "ratings", help_, ("Account",), (who, *asks, _CONFIRMED), tuple(lines))


def _ask_spend(about: _About) -> Topic:
    editing = about.editing
    day = max(editing.on, editing.analysis.as_of)
    wallet, members = _read_wallets(editing.analysis.portfolio.at(day))
    whole = wallet[wallet["offering_id"].isna()].sort_values(["year", "stated_on"], kind="stable")
    last = whole.drop_duplicates("account_id", keep="last").set_index("account_id")
    names = ("likely", "low", "high", "competitor", "competitor_share", "source")
    currency = editing.analysis.currency
    lines = [
        about.draw(
            account, {name: _write(last[name].get(account)) for name in names}, str(day.year),
            name=_without(str(about.labels[account]), members.get(account, ())),
        )
        for account in about.closed
    ]  # fmt: skip
    asks = (
        Ask("likely", "Likely", f"what it spends in that year on what we could sell, in {currency or 'money'}", "number", low=0),
        Ask("low", "At least", "low end, not above what is likely", "number", low=0),
        Ask("high", "At most", "high end, not below what is likely", "number", low=0),
        Ask("competitor", "Largest competitor"),
        Ask("competitor_share", "Its part", "of that spend, such as 30 %", "part", low=0, high=1),
        Ask("source", "Source", "who or what says so"),
    )
    help_ = "What does the customer spend per year on what we could sell?"
    if members:
        help_ += " Of a group, without those named beside it, whose spend is stated apart and added."
    order = ("low", "likely", "high")
    return Topic(SPEND, "wallet", help_, ("Account", "Year"), (*asks, _CONFIRMED), tuple(lines), order=order)


def _without(name: str, members: Sequence[str]) -> str:
    return f"{name} (without {join_words(members)})" if members else name


def _read_wallets(portfolio: Portfolio) -> "tuple[pd.DataFrame, dict[str, list[str]]]":
    """Return what is stated of accounts themselves, and the members of each group of which more is stated."""
    with portfolio.connect("wallet") as connection:
        own = connection.execute("SELECT * FROM wallet WHERE member_id = account_id").df()
        others = (
            "SELECT account_id, list(DISTINCT member_id ORDER BY member_id) FROM wallet WHERE member_id <> account_id GROUP BY 1"
        )
        return own, dict(connection.execute(others).fetchall())


def _ask_knowledge(about: _About) -> Topic:
    topics = TABLES["insight"]["topic"].one_of
    lines = []
    for account in about.closed:
        known = {row["topic"]: row["text"] for _, row in about.editing.list_rows("insight", account).iterrows()}
        lines.append(about.draw(account, {topic: str(known.get(topic, "")) for topic in topics}))
    asks = tuple(Ask(topic, title_column(topic), _QUESTIONS[topic]) for topic in topics)
    source = Ask("source", "Source", "who or what says so")
    help_ = "What do we know of the customer's business? A sentence or two each."
    return Topic(KNOWN, "insight", help_, ("Account",), (*asks, source, _CONFIRMED), tuple(lines))


_SENTIMENTS = tuple(str(number) for number in range(-3, 4))

_QUESTIONS = {
    "marketplace": "what happens in its market",
    "strategy": "what it wants to become",
    "customers_wants": "what its own customers want",
    "value_added": "what it adds for them",
    "profit_source": "what it earns with",
}


def _ask_people(about: _About) -> Topic:
    table, lines = TABLES["contacts"], []
    asks = (
        Ask("name", "Person"),
        Ask("function", "Function"),
        Ask("level", "Level", "", "choice", table["level"].one_of),
        Ask("role", "Role", "part in decisions", "choice", table["role"].one_of),
        Ask("sentiment", "Attitude to us", "-3 opposes us\n0 does not care\n3 fights for us", "number", _SENTIMENTS),
        Ask("left_on", "Left on", "the day, where the person is gone", "date"),
    )
    for account in about.closed:
        for key, row in about.editing.list_rows("contacts", account).iterrows():
            known = {ask.name: str(row[ask.name]) for ask in asks}
            lines.append(about.draw(account, known, key=str(key), closed=f"left on {row['left_on']}" if row["left_on"] else ""))
    help_ = "Who decides, and what do they think of us? Write people we do not know yet in the empty rows at the end."
    choices = {"Account": tuple(str(about.labels[account]) for account in about.accounts)}
    return Topic(PEOPLE, "contacts", help_, ("Account",), asks, tuple(lines), choices, named="name")


def _ask_actions(about: _About) -> Topic:
    editing, lines = about.editing, []
    objectives: list[str] = []
    asks = (
        Ask("title", "Action"),
        Ask("owner", "Owner", "who does it"),
        Ask("due", "Due", "the day it will be done", "date"),
        Ask("done_on", "Done on", "the day it was done", "date", is_past=True),
        Ask("status", "State", "in a word"),
    )
    for account in about.closed:
        served = {str(key): str(row["title"]) for key, row in editing.list_rows("objectives", account).iterrows()}
        objectives += [] if about.closed[account] else served.values()
        for key, row in editing.list_rows("actions", account).iterrows():
            state = name_state(str(row["done_on"]), str(row["status"]))
            since = f"on {row['done_on']}" if row["done_on"] else "since"
            closed = "" if state == "open" else f"{state} {since}"
            known = {ask.name: str(row[ask.name]) for ask in asks}
            lines.append(about.draw(account, known, served[row["objective_id"]], key=str(key), closed=closed))
    help_ = "What is open: is it done, and if not, by when? Write what else was agreed in the empty rows at the end."
    labels = tuple(str(about.labels[account]) for account in about.accounts)
    choices = {"Account": labels, "Objective": tuple(dict.fromkeys(objectives))}
    return Topic(TODO, "actions", help_, ("Account", "Objective"), asks, tuple(lines), choices, named="title")


def _write(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    number = isinstance(value, int | float) or hasattr(value, "as_tuple")
    return write_number(float(value)) if number else str(value)
