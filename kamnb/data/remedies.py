"""What to write in kamnb.toml where texts do not read: settings are tried on them, and the one that reads them is named."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from kamnb.data.engine import open_database
from kamnb.data.numbers import LAKH, plain_text
from kamnb.data.settings import TableSettings
from kamnb.data.tables import Column
from kamnb.data.values import parse_value
from kamnb.data.words import load_words

_NO_YEAR = ("%d.%m.", "%d.%m", "%d/%m", "%m/%d", "%d %b", "month", "quarter")
"""How days without a year are written."""
_MOST = 3
"""Ways of writing days that are named."""
_SCALES = (20, 100, 1000)
"""Where scales end that go beyond ten."""


def find_remedy(column: Column, texts: Sequence[str], settings: TableSettings) -> str:
    """Return what to do where a column's texts do not read."""
    if column.kind == "date":
        return _remedy_days(column, texts, settings)
    if column.one_of or column.kind == "yesno":
        return f"map it by values.{column.name}"
    if column.kind == "period":
        return _remedy_periods(column, texts, settings)
    return _remedy_numbers(column, texts, settings)


def _remedy_days(column: Column, texts: Sequence[str], settings: TableSettings) -> str:
    formats = load_words("days")["formats"]
    ways = [settings.model_copy(update={"dates": (form,)}) for form in formats]
    best = [form for form, _ in _find_best(column, texts, dict(zip(formats, ways, strict=True)))]
    if best or settings.year:
        told = [f"dates = {_written((*settings.dates, form))}" for form in best[:_MOST]] or ['dates = "%d.%m.%Y"']
        return f"say how days are written, as in {' or '.join(told)}"
    ways = [settings.model_copy(update={"dates": (form,), "year": 2026}) for form in _NO_YEAR]
    bare = [form for form, _ in _find_best(column, texts, dict(zip(_NO_YEAR, ways, strict=True)))]
    told = [f"dates = {_written((*settings.dates, form))}" for form in bare[:_MOST]]
    if told:
        return f"say how days are written and of which year they are, as in {' or '.join(told)} and year = 2026"
    return 'say how days are written, as in dates = "%d.%m.%Y"'


def _remedy_periods(column: Column, texts: Sequence[str], settings: TableSettings) -> str:
    forms = ("month", "quarter")
    ways = [settings.model_copy(update={"dates": (form,)}) for form in forms]
    best = [form for form, _ in _find_best(column, texts, dict(zip(forms, ways, strict=True)))]
    if best:
        return f"say how periods are written, as in {' or '.join(f'dates = {_written((form,))}' for form in best)}"
    text = texts[0] if texts else ""
    year = re.search(r"(?<!\d)(20)?(\d\d)(?!\d)", text)
    ours = f"20{year[2]}" if year else "2026"
    return f"say which period it is, as in values.{column.name} = {{ {_written(text)} = {_written(ours)} }}"


def _remedy_numbers(column: Column, texts: Sequence[str], settings: TableSettings) -> str:
    figureless = next((text for text in texts if not re.search(r"\d", text)), None)
    if figureless is not None and len(texts) == 1:
        return f'map it by values.{column.name}, or write missing = "{figureless}" where it means nothing'
    ways = {_changes(settings, way): way for way in _ways(texts, settings)}
    best = _find_best(column, texts, {told: way for told, way in ways.items() if told})
    fewest = min((told.count(" = ") for told, _ in best), default=0)
    by_value = {value: told for told, value in reversed(best) if told.count(" = ") == fewest}
    if len(by_value) == 1:
        return f"set {next(iter(by_value.values()))} if numbers are written so"
    if by_value:
        return "set " + " or ".join(f"{told} (it is then {float(value):.12g})" for value, told in sorted(by_value.items()))
    if column.name == "score" and (ends := _find_scale(texts)):
        return f'say between which numbers its scale lies, as in [scales] "*" = {list(ends)}, or by criterion'
    if column.high == 1 and _find_scale(texts):
        theirs = settings.columns.get(column.name, column.name)
        made = f'select *, try_cast("{theirs}" as double) / 100 as part from source'
        return f"write it as a fraction or with a percent sign, or take it so by sql = '{made}'"
    text = _written(texts[0] if texts else "")
    return f'write it so, or make it unknown by values.{column.name} = {{ {text} = "" }}'


def _find_scale(texts: Sequence[str]) -> tuple[int, int] | None:
    """Return a scale on which all numbers lie, from 0; None where one is no number or beyond any scale."""
    numbers = [float(text.replace(",", ".")) for text in texts if re.fullmatch(r"\d+([.,]\d+)?", text.strip())]
    end = next((end for end in _SCALES if numbers and max(numbers) <= end), None)
    return (0, end) if end and len(numbers) == len(texts) else None


def _ways(texts: Sequence[str], settings: TableSettings) -> Iterator[TableSettings]:
    """Yield settings by which numbers such as these may be written."""
    words = dict.fromkeys(word for text in texts for word in re.findall(r"[^\d\s.,'()+-]+\.?", plain_text(text)))
    signs = (*settings.currency_sign, *[word for word in words if set(word) - _LIKE_DIGITS][:5])
    for decimal, thousands, sign in product(
        dict.fromkeys([settings.decimal, ".", ","]),
        dict.fromkeys([settings.thousands, "", " ", ",", ".", "'", LAKH]),
        dict.fromkeys([settings.currency_sign, signs]),
    ):
        if decimal != ("," if thousands == LAKH else thousands):
            yield settings.model_copy(update={"decimal": decimal, "thousands": thousands, "currency_sign": sign})


_LIKE_DIGITS = set("oOlI")  # typed for a digit, they are no sign of a currency


def _changes(settings: TableSettings, way: TableSettings) -> str:
    names = ("decimal", "thousands", "currency_sign")
    return ", ".join(
        f"{name} = {_written(getattr(way, name))}" for name in names if getattr(way, name) != getattr(settings, name)
    )


def _written(value: Any) -> str:
    """Return text or a list of texts as TOML has it."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return _written(value[0]) if len(value) == 1 else f"[{', '.join(map(_written, value))}]"


def _find_best(column: Column, texts: Sequence[str], ways: dict[str, TableSettings]) -> list[tuple[str, Any]]:
    """Return the ways that read the most texts, each with the first value it gives."""
    if not ways or not texts:
        return []
    rows = _read_texts(", ".join(parse_value("text", column, way) for way in ways.values()), tuple(texts))
    counts = [sum(value is not None for value in each) for each in zip(*rows, strict=True)]
    firsts = [next((value for value in each if value is not None), None) for each in zip(*rows, strict=True)]
    most = max(counts)
    return [(told, first) for told, first, count in zip(ways, firsts, counts, strict=True) if count == most > 0]


@lru_cache(maxsize=50)
def _read_texts(values: str, texts: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Return what texts come to by each of some expressions; these are many and long, and what did not read is asked of again."""
    with open_database(Path(), ()) as connection:
        return connection.execute(f"SELECT {values} FROM (SELECT unnest($texts) AS text)", {"texts": texts}).fetchall()
