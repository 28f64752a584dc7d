"""The files of the method: every setting with the packaged value, what it may be, and what the file says of it."""

import typing
from collections.abc import Mapping

import tomlkit
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from tomlkit.items import AoT, Table

from kamnb.analysis import Method
from kamnb.places import settings_file
from writing.kinds import describe_field
from writing.tables import write_table

HEAD = """# The files of the method

Every number and sentence of the method that you may change. The package holds these files in `data/`; a file of the same
name beside your data says only what differs. A value that is no table, a list too, replaces the packaged one. What is
unknown or out of bounds stops the run, with its place and the closest name. [Findings](findings.md) of `playbook.toml` and
[the scoring model](criteria.md) have pages of their own.

This page is written from the files, and from what the package lets stand in them.
"""
LEFT_OUT = {"findings"}
LONGEST = 60
"""Characters of a value that are shown."""


def describe_method():
    """Return the page of all files of the method."""
    return "\n".join([HEAD, *(describe_file(model) for model in typing.get_type_hints(Method).values())])


def describe_file(model):
    """Return the section of one file: what its head says, and a table of its settings."""
    content = tomlkit.parse(settings_file(model.file).read_text(encoding="utf-8"))
    items = [(key, item) for key, item in list_items(content) if key not in LEFT_OUT]
    table = write_table(("setting", "packaged", "may be", "the file says"), list_settings(items, model))
    return f"## {model.file}\n\n{read_head(content)} [The file, with all remarks](../../data/{model.file}).\n\n{table}\n"


def list_items(container):
    """Return the keys and values of a container, each with its remark."""
    return [(key.key, item) for key, item in container.body if key is not None]


def read_head(content):
    """Return the remark at the top of a file as running text."""
    lines = []
    for key, item in content.body:
        if key is not None or not item.as_string().startswith("#"):
            break
        lines.append(item.as_string().strip("# \n"))
    return " ".join(lines)


def list_settings(items, kind, path=""):
    """Yield a row for each setting of a table, those of the tables within too."""
    for key, item in items:
        field = inner_field(kind, key)
        if isinstance(item, Table):
            yield from list_settings(list_items(item.value), field.annotation, f"{path}{key}.")
        else:
            yield f"`{path}{key}`", f"`{show_value(item)}`", describe_field(field), read_remark(item)


def inner_field(kind, key):
    """Return what is declared for a key of a model, or of a mapping."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind.model_fields[key]
    assert issubclass(typing.get_origin(kind), Mapping)
    return FieldInfo.from_annotation(typing.get_args(kind)[1])


def show_value(item):
    """Return a value as the file has it, on one line and not too long."""
    if isinstance(item, AoT):
        return f"{len(item)} tables"
    text = " ".join(line.split("#")[0].strip() for line in item.as_string().splitlines())
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"


def read_remark(item):
    """Return what the file says beside a value."""
    return "" if isinstance(item, AoT) else item.trivia.comment.strip("# ")
