"""Names of companies as they are compared: in plain letters, the legal form apart and never dropped."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from kamnb.data.settings import read_toml
from kamnb.places import settings_file


@cache
def load_part(part: str) -> dict[str, Any]:
    """Return one part of ``matching.toml``."""
    found: dict[str, Any] = read_toml(settings_file("matching.toml"))[part]
    return found


@dataclass(frozen=True)
class Name:
    """A name in plain letters: its words without the legal form, the form (empty where it has none), and its figures."""

    core: str
    form: str

    @property
    def figures(self) -> tuple[str, ...]:
        """The numbers in the name: two branches differ in nothing else."""
        return tuple(re.findall(r"\d+", self.core))


def take_apart(text: str) -> Name:
    """Return a company's name as names are compared.

    Examples
    --------
    >>> take_apart("Müller & Söhne GmbH & Co. KG")
    Name(core='muller and sohne', form='gmbh_co_kg')
    >>> take_apart("ООО «Ромашка»")
    Name(core='romashka', form='ooo')
    """
    from anyascii import anyascii

    spelled = re.sub(r"&|\+", " and ", anyascii(text).lower()).replace("'", "")
    plain = " ".join(re.findall(r"[a-z0-9]+", spelled))
    for spelling, form in _forms():
        if plain.endswith(f" {spelling}"):
            return Name(plain.removesuffix(spelling).strip(), form)
        if plain.startswith(f"{spelling} "):
            return Name(plain.removeprefix(spelling).strip(), form)
    return Name(plain, "")


@cache
def _forms() -> tuple[tuple[str, str], ...]:
    """Return every spelling with its form, the longest first."""
    every = [(spelling, form) for form, spellings in load_part("legal_forms").items() for spelling in spellings]
    return tuple(sorted(every, key=lambda each: (-len(each[0]), each[0])))
