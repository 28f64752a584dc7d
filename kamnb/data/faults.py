"""Faults of settings, in words for the person who writes the file."""

from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from kamnb.data.tables import TABLES

T = TypeVar("T", bound=BaseModel)


def parse_model(model: type[T], value: Any, where: tuple[str, ...] = ()) -> tuple[T, list[str]]:
    """Build a model of settings from what TOML says; return also its faults, in words for the person who writes the file."""
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return model.model_construct(), [_fault(model, fault, where) for fault in error.errors()]


_SAID = {
    "string_type": "must be text, in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "tuple_type": "must be text, or a list of texts",
    "dict_type": "must be a table, as in { name = value }",
    "model_type": "must be a table, as in { name = value }",
    "string_pattern_mismatch": "must be an ISO code such as EUR",
    "string_too_long": "must be one character",
    "string_too_short": "must be one character",
}
"""Pydantic's kinds of errors, in words for the person who writes the file."""


def _fault(model: type[BaseModel], fault: Any, where: tuple[str, ...]) -> str:
    parts = [str(part) for part in fault["loc"] if part != "[key]"]
    place = ".".join([*where, *parts])
    if fault["type"] == "extra_forbidden":
        known = _known(model, parts[:-1]) | (set() if where or parts[:-1] else set(TABLES))
        return f"{place}: unknown setting{name_closest(parts[-1], known)}"
    said = _SAID.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    shown = "" if isinstance(fault["input"], dict) else f" (it is {fault['input']!r})"
    if parts[:1] == ["rates"] and fault["type"] == "dict_type":
        shown += '; a rate holds from a day on, as in USD = { "2025-01-01" = 0.96 }'
    return f"{f'{place}: ' if place else ''}{said[0].lower()}{said[1:]}{shown}"


def _known(model: type[BaseModel], inner: list[str]) -> set[str]:
    """Return the settings that may stand where the path `inner` of a model leads."""
    for part in inner:
        if part not in model.model_fields:
            continue  # a key of a mapping, or a place in a list: its content follows
        kinds = (model.model_fields[part].annotation, *get_args(model.model_fields[part].annotation))
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return set(model.model_fields)


def name_closest(word: str, known: set[str]) -> str:
    """Return the end of a message on an unknown word: the known one that is meant, or all of them.

    Examples
    --------
    >>> name_closest("as_off", {"as_of", "root"})
    '; did you mean "as_of"?'
    """
    close = get_close_matches(word, sorted(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else f"; known are {', '.join(sorted(known))}"
