"""Days as people write them: the SQL expressions by which a text becomes a day, or a period."""

from collections.abc import Iterable, Sequence

from kamnb.data.spelled import NAMED, has_year
from kamnb.data.sql import quote
from kamnb.data.words import load_words

ISO_DAY = r"^\d{4}-\d{2}-\d{2}([T ]\d.*)?$"
_CLOCK = r"[ T]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[APap][Mm])?( ?(Z|UTC|[+-]\d{2}:?\d{2}))?$"


_NO_DAYS = "('infinity', '-infinity', 'epoch')"
"""What DuckDB takes for a day in any format."""


def parse_day(text: str, formats: Sequence[str], year: int | None) -> str:
    """Return the expression of a day: each format is tried on the text and on the text without its time.

    A day as ISO writes it is always read; of a month or a quarter it names the last day. A year of two figures where four are
    declared would be one of the first century; that format did not read. A format without a year takes `year`.
    """
    named = {form: _last_day(text, form, year) for form in formats if form in NAMED}
    tries = [each for form in formats for each in ([named[form]] if form in named else _parsed(text, form, year))]
    if "month" not in formats and not any(form.startswith("%Y-%d") for form in formats):
        tries.append(f"CASE WHEN regexp_matches({text}, {quote(ISO_DAY)}) THEN TRY_CAST(left({text}, 10) AS DATE) END")
    return f"coalesce({', '.join(map(not_too_early, tries))})" if len(tries) > 1 else not_too_early(tries[0])


def parse_period(text: str, formats: Sequence[str], year: int | None) -> str:
    """Return the expression of a period (2026, 2026-Q1 or 2026-03); months and quarters as `formats` names them are read."""
    plain = f"CASE WHEN regexp_matches(upper({text}), {quote(PERIOD)}) THEN upper({text}) END"
    spelled = {
        "month": "strftime({day}, '%Y-%m')",
        "quarter": "year({day}) || '-Q' || quarter({day})",
    }
    tries = [spelled[form].format(day=_last_day(text, form, year)) for form in formats if form in spelled]
    return f"coalesce({', '.join([plain, *tries])})" if tries else plain


PERIOD = r"^\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?$"


def not_too_early(day: str) -> str:
    """Return the expression of a day that is none of the first millennium."""
    return f"nullif(greatest({day}, {_FIRST}), {_FIRST})"


def within_days(day: str) -> str:
    """Return the expression of a day that has four figures of a year, and is none of the first millennium."""
    return f"CASE WHEN {day} > {_FIRST} AND {day} <= DATE '9999-12-31' THEN {day} END"


_FIRST = "DATE '1000-01-01'"
"""Neither this day nor one before it is taken."""


def _parsed(text: str, form: str, year: int | None) -> list[str]:
    parts = [text, f"CASE WHEN contains({text}, ':') THEN regexp_replace({text}, {quote(_CLOCK)}, '') END"]
    if not has_year(form):
        parts, form = [f"{part} || ' {year}'" for part in parts[:1]], f"{form} %Y"
    days = [f"CAST(TRY_STRPTIME({part}, {quote(form)}) AS DATE)" for part in parts]
    return [f"CASE WHEN lower({text}) NOT IN {_NO_DAYS} THEN {day} END" for day in days]


def _last_day(text: str, form: str, year: int | None) -> str:
    """Return the expression of the day that a text names in one of the `NAMED` ways; NULL where it does not."""
    if form == "serial":
        number = f"TRY_CAST(floor(TRY_CAST({text} AS DOUBLE)) AS INTEGER)"
        return f"CASE WHEN {number} BETWEEN 20000 AND 80000 THEN DATE '1899-12-30' + {number} END"
    low = f"lower({text})"
    ways = _months(low, year) if form == "month" else _quarters(low, year)
    cases = " ".join(f"WHEN {shape} THEN last_day(TRY_CAST({first} AS DATE))" for shape, first in ways)
    return f"CASE {cases} END"


def _months(low: str, year: int | None) -> Iterable[tuple[str, str]]:
    """Yield the shapes a month is written in, each with the expression of its first day."""
    word = f"{_numbered(load_words('months')['names'])}[regexp_extract({low}, '(\\pL+)', 1)]"
    yield _is(low, ISO_DAY), f"left({low}, 10)"
    first, last = (f"regexp_extract({low}, '{shape}', 1)" for shape in (r"^(\d{1,2})", r"(\d{1,2})$"))
    yield _is(low, r"^\d{4}(?:[-/. m]+(?:0?[1-9]|1[0-2])|0[1-9]|1[0-2])$"), _first(f"left({low}, 4)", last)
    yield _is(low, r"^(?:0?[1-9]|1[0-2])[-/. ]+\d{4}$"), _first(f"right({low}, 4)", first)
    yield _is(low, r"^\pL+\.?[-/ .,']*\d{4}$"), _first(f"right({low}, 4)", word)
    yield _is(low, r"^\pL+\.?[-/ .,']*\d{2}$"), _first(f"'20' || right({low}, 2)", word)
    yield _is(low, r"^\d{4}[-/ .,]*\pL+\.?$"), _first(f"left({low}, 4)", word)
    if year:
        yield _is(low, r"^\pL+\.?$"), _first(f"'{year}'", word)
        yield _is(low, r"^(0?[1-9]|1[0-2])\.?$"), _first(f"'{year}'", f"rtrim({low}, '.')")


def _quarters(low: str, year: int | None) -> Iterable[tuple[str, str]]:
    """Yield the shapes a quarter is written in, each with the expression of the first day of its last month."""
    words = f"(?:{'|'.join(load_words('months')['quarters'])})"
    number = f"regexp_extract({low}, '(?:^|\\D)([1-4])(?:\\D|$)', 1)"
    month = f"CASE {number} WHEN '1' THEN 3 WHEN '2' THEN 6 WHEN '3' THEN 9 WHEN '4' THEN 12 END"
    for shape in (rf"^\d{{4}}[-/ .]*{words}\.?\s*[1-4]$", rf"^\d{{4}}[-/ .]*[1-4]\.?\s*{words}\.?$"):
        yield _is(low, shape), _first(f"left({low}, 4)", month)
    for shape in (rf"^{words}\.?\s*[1-4][-/ .,']+", rf"^[1-4]\.?\s*{words}\.?[-/ .,']*"):
        yield _is(low, rf"{shape}\d{{4}}$"), _first(f"right({low}, 4)", month)
        yield _is(low, rf"{shape}\d{{2}}$"), _first(f"'20' || right({low}, 2)", month)
    if year:
        yield _is(low, rf"^(?:{words}\.?\s*[1-4]|[1-4]\.?\s*{words}\.?)$"), _first(f"'{year}'", month)


def _is(text: str, shape: str) -> str:
    return f"regexp_matches({text}, {quote(shape)})"


def _first(year: str, month: str) -> str:
    return f"{year} || '-' || {month} || '-01'"


def _numbered(names: Sequence[Sequence[str]]) -> str:
    """Return the map from a name to its number; of a CASE, DuckDB would look for the name once for each that there is."""
    numbers = {word: number for number, words in reversed([*enumerate(names, 1)]) for word in words}
    return f"MAP {{{', '.join(f'{quote(word)}: {number}' for word, number in numbers.items())}}}"
