"""What a column's name says: words of meaning in several languages, ids as an entity and a word for id."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from kamnb.data.words import load_words

ENTITY = {
    "account_id": "account", "contact_id": "contact", "offering_id": "offering", "manager_id": "manager",
    "opportunity_id": "opportunity", "invoice_id": "invoice", "line_id": "line", "objective_id": "objective",
    "goal_id": "goal", "action_id": "action", "kpi_id": "kpi", "document_id": "document", "account_manager": "manager",
}  # fmt: skip
"""Columns that hold the id of something, and of what."""

OWN_ID = {
    "accounts": "account_id", "contacts": "contact_id", "offerings": "offering_id", "managers": "manager_id",
    "opportunities": "opportunity_id", "invoices": "invoice_id", "objectives": "objective_id", "customer_goals": "goal_id",
    "actions": "action_id", "kpis": "kpi_id", "documents": "document_id",
}  # fmt: skip
"""Which id a row of a table bears; a column that is called an id and nothing else is this one."""

NAMED = 0.4
"""A name that says less than this says nothing."""

NAME_FOR_ID = 0.58
"""What the name of an account is worth as its id, which it is where there is no other."""

WEAK, _WEAK_ENTITY = 0.6, 0.9
"""What a weak hint is worth of a good one; of words for things, that may be other things too."""


@cache
def fold(name: str) -> str:
    """Return a name as words in small letters without accents.

    Examples
    --------
    >>> fold("Fälligkeits_Datum__c"), fold("InvoiceDate"), fold("Deal - ID")
    ('falligkeits datum', 'invoice date', 'deal id')
    """
    text = re.sub(r"__c$", "", name).replace("ß", "ss").replace("IDs", "Ids")
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+|[#№]", plain.lower()))


@cache
def _words(part: str, key: str) -> tuple[tuple[str, float], ...]:
    """Return the folded words of a part of the list, each with what it is worth."""
    found: Any = load_words(part).get(key, ())
    return tuple((fold(word.lstrip("~")), WEAK if word.startswith("~") else 1.0) for word in found)


@cache
def _entities(entity: str) -> dict[str, float]:
    """Return the words for a thing, each with what it is worth; a company may be ours, an order is no invoice yet."""
    return {word: 1.0 if worth == 1.0 else _WEAK_ENTITY for word, worth in _words("entities", entity)}


@cache
def _id_words() -> frozenset[str]:
    return frozenset(word for word, _ in _words("id_words", "words"))


@cache
def score_name(table: str, ours: str, theirs: str) -> float:
    """Return how well a column's name says that it is ours, 0 to 1; 1 where it is called so.

    Examples
    --------
    >>> score_name("invoices", "account_id", "Kundennr."), score_name("invoices", "date", "Due date")
    (1.0, 0.0)
    """
    name = fold(theirs)
    if ours == "account_id" and _is_account_name(name):
        return NAME_FOR_ID
    if not name or any(_holds(name, word) for key in (ours, f"{table}.{ours}") for word, _ in _words("other_meanings", key)):
        return 0.0
    if name == fold(ours):
        return 1.0
    found = _score_meanings(table, ours, name)
    if ours in ENTITY:
        found = max(found, _score_id(table, ours, name))
    bare = _without_entity(table, name)
    if bare and bare != name:
        if ours in ENTITY:
            found = max(found, 0.97 * _score_id(table, ours, bare))
        found = max(found, 0.97 * _score_meanings(table, ours, bare))
    return found


def _score_meanings(table: str, ours: str, name: str) -> float:
    key = f"{table}.{ours}"
    return _score_words(key if _words("meanings", key) else ours, name)


@cache
def _score_words(key: str, name: str) -> float:
    return max((worth * _compare(name, word) for word, worth in _words("meanings", key)), default=0.0)


def _compare(name: str, word: str) -> float:
    """Return 1 for equal names, less the more a name says besides the word; compounds count where the word is long."""
    if word not in name:
        return 1.0 if len(name) <= len(word) and name.replace(" ", "") == word.replace(" ", "") else 0.0
    if name == word:
        return 1.0
    part = len(word) / len(name)
    if f" {word} " in f" {name} ":
        return 0.45 + 0.4 * part
    if len(word) > 4 and (name.startswith(word) or name.endswith(word)):
        return 0.4 + 0.4 * part
    return 0.0


def _holds(name: str, word: str) -> bool:
    return f" {word} " in f" {name} " or (len(word) > 4 and word in name)


def _without_entity(table: str, name: str) -> str:
    """Return a name without the words for what the table's rows are: of "Company name" in accounts, "name"."""
    entity = ENTITY.get(OWN_ID.get(table, ""), "")
    own = {*_entities(entity), *(_entities("line") if table == "invoices" else ())} if entity else set()
    own -= {word for word, worth in _entities(entity).items() if worth < 1 and table == "invoices"}
    return " ".join(word for word in name.split() if word not in own)


def _score_id(table: str, ours: str, name: str) -> float:
    if not _without_ids(name):
        return 0.75 if OWN_ID.get(table) == ours else 0.0
    return _score_entity(ENTITY[ours], name)


@cache
def _is_account_name(name: str) -> bool:
    """Tell whether a name says account and name; where nothing has the id of an account, its name stands for it."""
    account, bare = _entities("account"), _without_entity("accounts", name)
    is_two_words = bare != name and bare in ("name", "nom", "nombre", "наименование")
    return name not in account and (is_two_words or any(name == f"{word}name" for word in account))


@cache
def _without_ids(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _id_words())


@cache
def _score_entity(entity: str, name: str) -> float:
    """Return how well a name says that it is the id of an entity."""
    words, rest = _entities(entity), _without_ids(name)
    has_id = rest != name
    if rest in words:
        return words[rest] * (1.0 if has_id else 0.8)
    if found := _compound(entity).fullmatch(name.replace(" ", "")):
        return words[found[1]]
    held = max((len(word) for word in words if f" {word} " in f" {rest} "), default=0)
    return (0.45 + 0.4 * held / len(rest)) * (1.0 if has_id else 0.6) if held else 0.0


@cache
def _compound(entity: str) -> re.Pattern[str]:
    """Return the pattern of a word for a thing and one for id written together, as in Kundennummer."""
    whole = [word for word in _entities(entity) if len(word) > 3 and " " not in word]
    things = "|".join(sorted(map(re.escape, whole), key=len, reverse=True))
    ids = "|".join(sorted((re.escape(word) for word in _id_words() if len(word) > 1), key=len, reverse=True))
    return re.compile(f"({things})(?:n|en|s|er)?(?:{ids})")


def score_table(table: str, spoken: str) -> float:
    """Return how well the name of a file says which table it is, 0 to 1; -1 where it says that it is another.

    Examples
    --------
    >>> score_table("invoices", "Rechnungen 2026"), score_table("accounts", "Rechnungen 2026")
    (1.0, 0.0)
    """
    every = [word for word in fold(spoken).split() if not word.isdigit()]
    words = [word for word in every if (word, 1.0) not in _words("file_names", "any")]
    name, whole = f" {' '.join(words)} ", f" {' '.join(every)} "
    hits = [len(word.split()) for word, _ in _words("file_names", table) if f" {word} " in name or f" {word} " in whole]
    if any(f" {word} " in name for word, _ in _words("other_files", table)):
        return -1.0
    if not hits:
        return 0.0
    return 1.0 if max(hits) * 2 >= len(words) or name.strip().endswith(tuple(w for w, _ in _words("file_names", table))) else 0.6


def name_entity(theirs: str) -> dict[str, float]:
    """Return of which things a column's name says that it holds the id, with how well."""
    name = fold(theirs)
    scores = {entity: _score_entity(entity, name) for entity in {*ENTITY.values()} if _without_ids(name)}
    return {entity: score for entity, score in scores.items() if score}


def is_called(part: str, theirs: str) -> bool:
    """Tell whether a column is called a price, a tax, net, gross, a first or a last name."""
    name = fold(theirs)
    return any(_holds(name, word) for word, _ in _words("columns_of_prices", part))


def is_id(theirs: str) -> bool:
    """Tell whether a column's name has a word for an id in it."""
    return bool({*fold(theirs).split()} & _id_words())


def is_one_of(part: str, key: str, text: str) -> bool:
    """Tell whether a text is one of the words of a part of the list."""
    return (fold(text), 1.0) in _words(part, key)


def find_sides(names: Sequence[str]) -> tuple[str, str] | None:
    """Return the columns of debits and of credits; None where there are not just these two.

    Examples
    --------
    >>> find_sides(["Konto", "Soll", "Haben"])
    ('Soll', 'Haben')
    """
    debits, credits_ = ([name for name in names if is_one_of("sides", f"{side}_columns", name)] for side in ("debit", "credit"))
    return (debits[0], credits_[0]) if len(debits) == len(credits_) == 1 else None


def says_payment(text: str) -> bool:
    """Tell whether the text of a booking has a word for a payment in it."""
    return any(_holds(fold(text), word) for word, _ in _words("sides", "payments"))


def says_account(theirs: str) -> bool:
    """Tell whether a column's name has a word for an account in it."""
    name = fold(theirs)
    return any(f" {word} " in f" {name} " or name == f"{word}name" for word in _entities("account"))
