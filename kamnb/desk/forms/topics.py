"""What a form asks: a sheet for each topic, its rows with what is known, and to which table each cell belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.data.states import name_state
from kamnb.data.tables import TABLES
from kamnb.desk.editing import Editing
from kamnb.desk.rating import STAGE, Rating
from kamnb.display.parts.sentences import join_words
from kamnb.display.parts.tables import title_column
from kamnb.errors import SettingsError

CONFIRM = "still right"
"""The column in which a person says that what is known still holds."""

RATED, RIVAL, SPEND, KNOWN, PEOPLE, TODO = "Ratings", "Competitor", "Spend", "Knowledge", "People", "Actions"


@dataclass(frozen=True)
class Ask:
    """A column that is filled.

    Attributes
    ----------
    name : str
        Of the column in its topic; unique there.
    title : str
    help : str
        What to write, such as the anchors of a scale; it stands below the title, beside the cells.
    kind : "number", "date", "choice" or "text"
    options : tuple of str
        What may be chosen; numbers too.
    low, high : float or None
        Bounds of a number.
    """

    name: str
    title: str
    help: str = ""
    kind: str = "text"
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Line:
    """A row of a topic: what tells it apart, what it is about, and what is known."""

    key: str
    about: tuple[str, ...]
    known: Mapping[str, str]


@dataclass(frozen=True)
class Topic:
    """A sheet.

    Attributes
    ----------
    name : str
        Of the sheet.
    table : str
        To which its answers belong.
    help : str
    heads : tuple of str
        Titles of the columns that say what a row is about.
    asks : tuple of Ask
    lines : tuple of Line
    """

    name: str
    table: str
    help: str
    heads: tuple[str, ...]
    asks: tuple[Ask, ...]
    lines: tuple[Line, ...]


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
    analysis = rating.analysis
    mine = [str(key) for key in analysis.accounts.index[analysis.accounts["account_manager"] == manager]]
    makers = (_ask_ratings, _ask_rival, _ask_spend, _ask_knowledge, _ask_people, _ask_actions)
    return tuple(maker(rating, editing, mine) for maker in makers)


def _about(analysis: Analysis, account: str, without: Sequence[str] = ()) -> tuple[str, ...]:
    return (f"{analysis.names[account]} (without {join_words(without)})" if without else str(analysis.names[account]),)


def _ask_scores(rating: Rating, *, stage: bool) -> tuple[Ask, ...]:
    return tuple(
        Ask(
            scale.criterion, scale.title, "; ".join(f"{points:g} = {words}" for points, words in sorted(scale.anchors.items())),
            "number", tuple(f"{points:g}" for points in scale.options),
        )
        for scale in rating.scales.values()
        if stage or scale.criterion != STAGE
    )  # fmt: skip


def _ask_ratings(rating: Rating, editing: Editing, accounts: Sequence[str]) -> Topic:
    asks = _ask_scores(rating, stage=True)
    lines = [
        Line(account, _about(rating.analysis, account), {ask.name: _write(rating.find_own(account, ask.name)) for ask in asks})
        for account in accounts
    ]
    comment = Ask("comment", "Comment", "what you rest it on")
    help_ = "How does the customer see us? Points from 0 to 10; your last ones are filled in."
    return Topic(RATED, "ratings", help_, ("Account",), (*asks, comment, _CONFIRMED), tuple(lines))


def _ask_rival(rating: Rating, editing: Editing, accounts: Sequence[str]) -> Topic:
    asks = _ask_scores(rating, stage=False)
    lines = []
    for account in accounts:
        rival = next(iter(rating.list_competitors(account)), "")
        scores = {ask.name: _write(rating.find_own(account, ask.name, rival)) if rival else "" for ask in asks}
        lines.append(Line(account, _about(rating.analysis, account), {"competitor": rival, **scores}))
    who = Ask("competitor", "Best competitor", "by name; empty where there is none")
    help_ = "How does the customer see our best competitor there? The same scales."
    return Topic(RIVAL, "ratings", help_, ("Account",), (who, *asks, _CONFIRMED), tuple(lines))


def _ask_spend(rating: Rating, editing: Editing, accounts: Sequence[str]) -> Topic:
    day = max(editing.on, editing.analysis.as_of)
    wallet, members = _read_wallets(editing.analysis.portfolio.at(day))
    whole = wallet[wallet["offering_id"].isna()].sort_values(["year", "stated_on"], kind="stable")
    last = whole.drop_duplicates("account_id", keep="last").set_index("account_id")
    names = ("likely", "low", "high", "competitor", "competitor_share", "source")
    currency = editing.analysis.currency
    lines = [
        Line(
            account, (*_about(editing.analysis, account, members.get(account, ())), str(day.year)),
            {name: _write(last[name].get(account)) for name in names},
        )
        for account in accounts
    ]  # fmt: skip
    asks = (
        Ask("likely", "Likely", f"what it spends in that year on what we could sell, in {currency or 'money'}", "number", low=0),
        Ask("low", "At least", "low end", "number", low=0),
        Ask("high", "At most", "high end", "number", low=0),
        Ask("competitor", "Largest competitor"),
        Ask("competitor_share", "Its part", "a fraction, 0.3 is 30 %", "number", low=0, high=1),
        Ask("source", "Source", "who or what says so"),
    )
    help_ = "What does the customer spend per year on what we could sell?"
    if members:
        help_ += " Of a group, without those named beside it, whose spend is stated apart and added."
    return Topic(SPEND, "wallet", help_, ("Account", "Year"), (*asks, _CONFIRMED), tuple(lines))


def _read_wallets(portfolio: Portfolio) -> "tuple[pd.DataFrame, dict[str, list[str]]]":
    """Return what is stated of accounts themselves, and the members of each group of which more is stated."""
    with portfolio.connect("wallet") as connection:
        own = connection.execute("SELECT * FROM wallet WHERE member_id = account_id").df()
        others = (
            "SELECT account_id, list(DISTINCT member_id ORDER BY member_id) FROM wallet WHERE member_id <> account_id GROUP BY 1"
        )
        return own, dict(connection.execute(others).fetchall())


def _ask_knowledge(rating: Rating, editing: Editing, accounts: Sequence[str]) -> Topic:
    topics = TABLES["insight"]["topic"].one_of
    lines = []
    for account in accounts:
        known = {row["topic"]: row["text"] for _, row in editing.list_rows("insight", account).iterrows()}
        lines.append(Line(account, _about(editing.analysis, account), {topic: str(known.get(topic, "")) for topic in topics}))
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


def _ask_people(rating: Rating, editing: Editing, accounts: Sequence[str]) -> Topic:
    table, lines = TABLES["contacts"], []
    for account in accounts:
        rows = editing.list_rows("contacts", account)
        for key, row in rows[rows["left_on"] == ""].iterrows():
            known = {name: str(row[name]) for name in ("function", "level", "role", "sentiment", "left_on")}
            lines.append(Line(str(key), (*_about(editing.analysis, account), str(row["name"])), known))
    asks = (
        Ask("function", "Function"),
        Ask("level", "Level", "", "choice", table["level"].one_of),
        Ask("role", "Role", "part in decisions", "choice", table["role"].one_of),
        Ask("sentiment", "Attitude to us", "-3 opposes us, 0 does not care, 3 fights for us", "number", _SENTIMENTS),
        Ask("left_on", "Left on", "the day, where the person is gone", "date"),
    )
    help_ = "Who decides, and what do they think of us?"
    return Topic(PEOPLE, "contacts", help_, ("Account", "Person"), asks, tuple(lines))


def _ask_actions(rating: Rating, editing: Editing, accounts: Sequence[str]) -> Topic:
    lines = []
    for account in accounts:
        for key, row in editing.list_rows("actions", account).iterrows():
            if name_state(str(row["done_on"]), str(row["status"])) == "open":
                about = (*_about(editing.analysis, account), str(row["title"]), str(row["owner"]))
                lines.append(Line(str(key), about, {name: str(row[name]) for name in ("due", "done_on", "status")}))
    asks = (
        Ask("due", "Due", "the day it will be done", "date"),
        Ask("done_on", "Done on", "the day it was done", "date"),
        Ask("status", "State", "in a word"),
    )
    return Topic(
        TODO, "actions", "What is open: is it done, and if not, by when?", ("Account", "Action", "Owner"), asks, tuple(lines)
    )


def _write(value: Any) -> str:
    if value is None or pd.isna(value):
        return ""
    number = isinstance(value, int | float) or hasattr(value, "as_tuple")
    return f"{float(value):.6f}".rstrip("0").rstrip(".") if number else str(value)
