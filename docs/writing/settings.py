"""The settings of ``kamnb.toml``, from the docstrings beside their declarations."""

from functools import cache

import tomlkit
from pydantic import BaseModel
from sphinx.pycode import ModuleAnalyzer

from kamnb.data.databases.addresses import FromDatabase
from kamnb.data.settings import Ids, SettingsFile, TableSettings, list_presets
from writing.kinds import describe_field
from writing.tables import write_table

HEAD = f"""# kamnb.toml

`kamnb.toml` stands beside the data, or anywhere with `--root`. Everything is optional. Tables are found by their file names
(`accounts.csv`, `invoices.xlsx`, ...); a section without `file` or `sql` says how such a table is read. Once any section
names a `file` or `sql`, only tables with a section are read. Paths of data are relative to the file or to `--root`, paths
of settings to the file.

A setting that is unknown, of the wrong kind or in contradiction with another stops the run with its place, its value and
the closest name; nothing is computed then. `kamnb propose` writes this file for a folder that has none ([how to bring your
data](../how_to/bring_data.md)).

Presets: {", ".join(f"`{name}`" for name in list_presets())}. This page is written from `kamnb/data/settings.py`.
"""


def describe_settings():
    """Return the page of all settings of ``kamnb.toml``."""
    tables = "Under `[accounts]`, `[invoices]`, ...:\n\n"
    asked = "[Read tables from a database](../how_to/read_a_database.md).\n\n"
    parts = [
        f"## Of the workbook\n\n{tabulate(SettingsFile)}",
        f"## Of each table\n\n{tables}{tabulate(TableSettings, without=FromDatabase)}",
        f"## Of a table from a database\n\n{asked}{tabulate(FromDatabase)}",
        f"## Of ids\n\nUnder `[accounts]`:\n\n{tabulate(Ids, 'ids.')}",
    ]
    return "\n".join([HEAD, "\n\n".join(parts), ""])


def tabulate(model, path="", without=BaseModel):
    """Return the table of the settings of a model, but for those that it has of another."""
    return write_table(("setting", "default", "may be", "meaning"), list_settings(model, path, without))


def list_settings(model, path, without=BaseModel):
    """Yield a row for each setting of a model, those of the models within too."""
    for name, field in model.model_fields.items():
        if name in without.model_fields:
            continue
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from list_settings(inner, f"{path}{name}.")
        else:
            yield f"`{path}{name}`", show_default(field.default), describe_field(field), read_meanings()[model.__name__, name]


def show_default(value):
    """Return a default as TOML has it; nothing where there is none."""
    return "" if value in (None, "", (), {}) else f"`{tomlkit.item(value).as_string()}`"


@cache
def read_meanings():
    """Return what stands beside each declared setting, by model and name."""
    modules = ("kamnb.data.settings", "kamnb.data.databases.addresses")
    docs = [ModuleAnalyzer.for_module(module).find_attr_docs() for module in modules]
    return {place: " ".join(lines).strip() for each in docs for place, lines in each.items()}
