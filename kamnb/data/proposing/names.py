"""What a column's name says: words of meaning in several languages, ids as an entity and a word for id."""

import re
import unicodedata
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

WEAK = 0.6
"""What a weak hint is worth of a good one."""


def fold(name: str) -> str:
    """Return a name as words in small letters without accents.

    Examples
    --------
    >>> fold("Fälligkeits_Datum__c"), fold("InvoiceDate"), fold("Deal - ID")
    ('falligkeits datum', 'invoice date', 'deal id')
    """
    text = re.sub(r"__c$", "", name).replace("ß", "ss")
    text = re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[^\W_]+|[#№]", plain.lower()))


@cache
def _words(part: str, key: str) -> tuple[tuple[str, float], ...]:
    """Return the folded words of a part of the list, each with what it is worth."""
    found: Any = load_words(part).get(key, ())
    return tuple((fold(word.lstrip("~")), WEAK if word.startswith("~") else 1.0) for word in found)


@cache
def _entities(entity: str) -> frozenset[str]:
    return frozenset(word for word, _ in _words("entities", entity))


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
    if not name or any(_holds(name, word) for key in (ours, f"{table}.{ours}") for word, _ in _words("other_meanings", key)):
        return 0.0
    if name == fold(ours):
        return 1.0
    found = max((worth * _compare(name, word) for word, worth in _meanings(table, ours)), default=0.0)
    if ours in ENTITY:
        found = max(found, _score_id(table, ours, name))
    bare = _without_entity(table, name)
    if bare and bare != name:
        found = max(found, *(0.97 * worth * _compare(bare, word) for word, worth in _meanings(table, ours)), 0.0)
    return found


def _meanings(table: str, ours: str) -> tuple[tuple[str, float], ...]:
    return _words("meanings", f"{table}.{ours}") or _words("meanings", ours)


def _compare(name: str, word: str) -> float:
    """Return 1 for equal names, less the more a name says besides the word; compounds count where the word is long."""
    if name == word or name.replace(" ", "") == word.replace(" ", ""):
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
    return " ".join(word for word in name.split() if word not in _entities(entity)) if entity else name


def _score_id(table: str, ours: str, name: str) -> float:
    entity, words = _entities(ENTITY[ours]), name.split()
    ids = [word for word in words if word in _id_words()]
    rest = " ".join(word for word in words if word not in _id_words())
    if not rest:
        return 0.75 if ids and OWN_ID.get(table) == ours else 0.0
    if rest in entity:
        return 1.0 if ids else 0.8
    if _is_compound(name.replace(" ", ""), entity):
        return 1.0
    held = max((len(word) for word in entity if f" {word} " in f" {rest} "), default=0)
    return (0.45 + 0.4 * held / len(rest)) * (1.0 if ids else 0.6) if held else 0.0


def _is_compound(name: str, entity: frozenset[str]) -> bool:
    """Tell whether a name is a word for the thing and one for id written together, as in Kundennummer."""
    ends = [word for word in _id_words() if len(word) > 1]
    return any(
        len(word) > 3 and name.startswith(word) and re.fullmatch(r"(n|en|s|er)?", name[len(word) : -len(end)])
        for word in entity
        for end in ends
        if name.endswith(end) and len(name) >= len(word) + len(end)
    )


def score_table(table: str, spoken: str) -> float:
    """Return how well the name of a file says which table it is, 0 to 1.

    Examples
    --------
    >>> score_table("invoices", "Rechnungen 2026"), score_table("accounts", "Rechnungen 2026")
    (1.0, 0.0)
    """
    words = [word for word in fold(spoken).split() if not word.isdigit()]
    name = f" {' '.join(words)} "
    hits = [len(word.split()) for word, _ in _words("file_names", table) if f" {word} " in name]
    if not hits:
        return 0.0
    return 1.0 if max(hits) * 2 >= len(words) or name.strip().endswith(tuple(w for w, _ in _words("file_names", table))) else 0.6


def name_entity(theirs: str) -> dict[str, float]:
    """Return of which things a column's name says that it holds the id, with how well."""
    return {entity: score for ours, entity in ENTITY.items() if (score := _score_id("", ours, fold(theirs)))}


def is_called(part: str, theirs: str) -> bool:
    """Tell whether a column is called a price, a tax, net, gross, a first or a last name."""
    name = fold(theirs)
    return any(f" {word} " in f" {name} " for word, _ in _words("columns_of_prices", part))


def is_id(theirs: str) -> bool:
    """Tell whether a column's name has a word for an id in it."""
    return bool({*fold(theirs).split()} & _id_words())
