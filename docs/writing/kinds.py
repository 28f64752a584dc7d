"""What a setting may be, in words, by the type that the package declares for it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

WORDS = {str: "text", int: "whole number", float: "number", Decimal: "number", bool: "true or false", date: "day"}
BOUNDS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}


def describe_field(field):
    """Return what a field of a model may hold: its kind and its bounds."""
    bounds = [
        f"{words} {getattr(mark, name):,}" for mark in field.metadata for name, words in BOUNDS.items() if hasattr(mark, name)
    ]
    return ", ".join([describe_kind(field.annotation), *bounds])


def describe_kind(kind):
    """Return a type in words.

    Examples
    --------
    >>> describe_kind(tuple[int, ...]), describe_kind(Literal["a", "b"]), describe_kind(float | None)
    ('list: whole number', '"a" or "b"', 'number')
    """
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return describe_field(FieldInfo.from_annotation(kind))
    if origin is Literal:
        return " or ".join(f'"{part}"' for part in parts)
    if origin in (Union, UnionType):
        return " or ".join(describe_kind(part) for part in parts if part is not NoneType)
    if origin is tuple:
        return f"list: {describe_kind(parts[0])}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"by name: {describe_kind(parts[1])}"
    return "table" if issubclass(kind, BaseModel) else WORDS[kind]
