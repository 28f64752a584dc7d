"""What a table needs and a file has in another shape: names in parts, periods as days, ids by a second key, words, constants."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from kamnb.data.proposing.blocks import Block
from kamnb.data.proposing.drafts import Draft, Level, Line
from kamnb.data.proposing.evidence import answer_words, answers_yes, choose_words, is_yesno, key_of, name_fiscal_years
from kamnb.data.proposing.known import Known
from kamnb.data.proposing.names import ENTITY, fold, is_called, is_one_of
from kamnb.data.report import say_count, say_share
from kamnb.data.settings import TableSettings
from kamnb.data.spelled import NAMED
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import TABLES
from kamnb.data.values import fold_blanks, parse_value
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

_NAMED = ("accounts", "offerings", "managers")
_PARTS = ("contacts", "managers")
_SPACED = 0.3
"""Names of which more than this part has a blank are whole ones."""
_NO_ID = "000000000000000AAA"


def complete(draft: Draft, drafts: Mapping[str, Draft], known: Known) -> None:
    """Add to a draft what its table needs and the file has in another shape."""
    _leave_out_deleted(draft)
    _leave_out_void(draft)
    _choose_scenario(draft)
    _say_missing(draft)
    _join_name_parts(draft)
    name_by_key(draft)
    _look_up_ids(draft, drafts, known)
    _take_periods(draft)
    _take_hundredths(draft)
    _translate_words(draft)
    _supply_constants(draft)
    _fill_down(draft, known.connection)


def _leave_out_deleted(draft: Draft) -> None:
    """Leave out rows that the program they are from calls deleted."""
    for name in draft.block.names:
        words = draft.looks[name].profile.words
        gone = [word for word in words if answers_yes(word)]
        if fold(name) in ("is deleted", "deleted") and is_yesno(draft.looks[name].profile) and gone:
            rows = sum(words[word] for word in gone)
            draft.leave_out(name, sorted(gone), "sure", f'{say_count(rows, "row")} deleted by "{name}"')


def _leave_out_void(draft: Draft) -> None:
    """Leave out documents that were cancelled or never sent; it is likely only, for their credit notes may be there too."""
    if draft.table.name != "invoices":
        return
    for name in draft.block.names:
        words = draft.looks[name].profile.words
        void = sorted(word for word in words if is_one_of("void", "words", word))
        if void and len(void) < len(words) and is_one_of("void", "columns", name):
            rows = sum(words[word] for word in void)
            told = f'{say_count(rows, "row")} {" or ".join(void)} by "{name}"; are their credit notes here too?'
            draft.leave_out(name, void, "likely", told)


def _choose_scenario(draft: Draft) -> None:
    """Take the rows of what happened where others are a plan for it."""
    if draft.table.name not in ("invoices", "costs_to_serve"):
        return
    for name in draft.block.names:
        words = draft.looks[name].profile.words
        actual = [word for word in words if is_one_of("scenarios", "actual", word)]
        planned = sorted(word for word in words if is_one_of("scenarios", "planned", word))
        if len(actual) == 1 and planned and len(words) == len(planned) + 1 and is_one_of("scenarios", "columns", name):
            rows = sum(words[word] for word in planned)
            told = f"{rows:,} rows are {' or '.join(planned)}, no {draft.table.name}"
            there = draft.settings["where"].value if "where" in draft.settings else {}
            draft.settings["where"] = Line({**there, name: actual[0]}, "likely", told)


def _say_missing(draft: Draft) -> None:
    """Say what Salesforce writes for an id that is empty."""
    if any(_NO_ID in look.profile.samples for look in draft.looks.values()):
        draft.settings["missing"] = Line(_NO_ID, "sure", "fifteen zeros and AAA are an id that is empty")


def _join_name_parts(draft: Draft) -> None:
    """Take first and last name together where no column has the whole name."""
    parts = [_find_called(draft, part) for part in ("first_name", "last_name")]
    whole = draft.columns.get("name")
    if parts[0] and not parts[1] and whole and whole.value in draft.looks and draft.looks[whole.value].profile.spaced < _SPACED:
        parts[1] = whole.value  # beside a first name, a name of one word is the last one
    if draft.table.name not in _PARTS or not all(parts) or parts[0] == parts[1]:
        return
    if whole and whole.value not in parts and whole.level == "sure":
        return
    first, last = (f"s.{identifier(part)}" for part in parts)
    expression = f"nullif(concat_ws(' ', nullif({first}, ''), nullif({last}, '')), '')"
    level: Level = "sure" if draft.block.rows else "likely"
    draft.derive("name", expression, level, f'"{parts[0]}" and "{parts[1]}" together')


def _find_called(draft: Draft, part: str) -> str:
    """Return the column that is called so, sooner the one that is called just so; empty where there is none."""
    called = [name for name in draft.block.names if is_called(part, name)]
    return min(called, key=lambda name: not is_one_of("columns_of_prices", part, name), default="")


def name_by_key(draft: Draft) -> None:
    """Take the key as the name too where it is no number but words, and no other column names the thing."""
    key = key_of(draft.table)
    if draft.table.name not in _NAMED or not key or "name" in draft.columns or key not in draft.columns:
        return
    look = draft.look(key)
    if (
        look
        and look.profile.lettered > 0.95
        and not look.profile.has_figures
        and fold(look.profile.name).split()[-1] not in ("id", "key")
    ):
        told = f"no other column names the {ENTITY[key]}, and these are words"
        draft.columns["name"] = Line(look.profile.name, "sure" if look.profile.spaced > 0.25 else "likely", told)


def _look_up_ids(draft: Draft, drafts: Mapping[str, Draft], known: Known) -> None:
    """Where ids are those of another column of the file that has the things, look up the key there."""
    for ours, line in list(draft.columns.items()):
        table = "opportunities" if ENTITY.get(ours) == "opportunity" else f"{ENTITY.get(ours, '')}s"
        home = drafts.get(table)
        key = home and home.columns.get(key_of(home.table))
        if not home or not key or home is draft or home.block is draft.block or line.level == "open":
            continue
        if line.value not in draft.block.names or known.share(draft.block, line.value, home.block, key.value) >= 0.5:
            continue
        for other in home.block.names:
            profile = home.looks[other].profile
            if other != key.value and profile.is_key and profile.distinct == profile.filled:
                share = known.share(draft.block, line.value, home.block, other)
                if share >= 0.95 and home.block.is_plain:
                    where = f'"{other}" of {home.block.label}, whose key is "{key.value}"'
                    told = f'{say_share(share)} of the values of "{line.value}" are in {where}'
                    level: Level = "sure" if share == 1 else "likely"
                    draft.join(home.block, (str(line.value), other), told, level)
                    draft.columns[ours] = Line(name_beside(draft, home.block, str(key.value)), level, told)
                    break


def name_beside(draft: Draft, other: Block, column: str) -> str:
    """Return the name that a column of a further file has in the rows it is joined to."""
    has = {fold_blanks(name) for name in draft.block.names}
    return f"{column} ({other.sources[0].label})" if fold_blanks(column) in has else column


def _take_periods(draft: Draft) -> None:
    """Make months of days, and years of fiscal years, where a period is asked."""
    look = draft.look("period")
    if look and (years := name_fiscal_years(look.profile)):
        draft.values["period"] = Line(years, "likely", "each is taken for the year it is called by")
    if not look or not look.writing.days or all(re.fullmatch(r"1111", shape) for shape in look.profile.shapes):
        return
    if (formats := look.writing.days[0]) and formats[0] in NAMED:
        draft.settings["dates"] = Line(formats[0], "sure", f'"{look.profile.name}" reads so')
        return
    column = f"s.{identifier(look.profile.name)}"
    day = f"strptime({column}, {quote(formats[0])})" if formats else f"left({column}, 10)::date"
    draft.derive(
        "period", f"strftime({day}, '%Y-%m')", "sure", f'the months of "{look.profile.name}", {look.profile.samples[0]} and so on'
    )


def _take_hundredths(draft: Draft) -> None:
    """Make fractions of parts of a hundred."""
    for column in draft.table.columns:
        look = draft.look(column.name)
        if look and column.kind == "number" and "fraction" in column.meaning and (look.high or 0) > 1:
            if any("%" in shape for shape in look.profile.shapes):
                continue  # the door reads the sign
            expression = f"try_cast(s.{identifier(look.profile.name)} as double) / 100"
            draft.derive(
                column.name,
                expression,
                "likely",
                f'"{look.profile.name}" goes up to {look.high:g}, so it is in parts of a hundred',
            )


def _translate_words(draft: Draft) -> None:
    for column in draft.table.columns:
        look = draft.look(column.name)
        if not look or column.name == "outcome":
            continue
        found = answer_words(look.profile) if column.kind == "yesno" else {}
        if column.one_of and column.kind == "text":
            spelled = choose_words(column, look.profile)
            found = spelled if any(_plain(word) != _plain(ours) for word, ours in spelled.items()) else {}
        if found:
            draft.values[column.name] = Line(dict(sorted(found.items())), "sure", "the words of the file")


def _plain(word: str) -> str:
    return word.lower().replace("_", " ").replace("-", " ")


def _supply_constants(draft: Draft) -> None:
    """Say by a constant what a file as a whole is."""
    if draft.table.name == "targets":
        _say_targets(draft)
    if draft.table.name == "aliases" and "system" not in draft.columns:
        draft.constants["system"] = Line("other", "likely", "what the other system is called; no column says it")
    if draft.table.name == "open_items" and "listed_on" not in draft.columns:
        days = {day for file in draft.block.files if (day := _day_of(file))}
        titles = {day for title in draft.block.layout.above if (day := _day_of(title))}
        for found, where in ((days, "name"), (titles, "title")):
            if len(found) == 1 and "listed_on" not in draft.constants:
                draft.constants["listed_on"] = Line(found.pop(), "likely", f"the day in the {where} of the file")


def _say_targets(draft: Draft) -> None:
    amount = draft.columns.get("amount")
    spoken = f"{fold(draft.block.spoken)} {fold(amount.value) if amount else ''}"
    if "kind" not in draft.columns:
        kind = next((ours for ours in TABLES["targets"]["kind"].one_of if _says(ours, spoken)), "")
        draft.constants["kind"] = Line(
            kind or "target",
            "sure" if kind else "likely",
            f"{draft.block.label} is called so" if kind else "or forecast, or budget?",
        )
    if "measure" not in draft.columns:
        is_margin = _says("margin", spoken)
        draft.constants["measure"] = Line(
            "margin" if is_margin else "revenue", "likely", "no column says what is counted: revenue or margin?"
        )


def _says(ours: str, spoken: str) -> bool:
    return any(f" {word}" in f" {spoken}" for word in (ours, *map(fold, load_words("choices").get(ours, ()))))


def _day_of(text: str) -> str:
    """Return the one day in the name or the title of a file, as ISO writes it; empty where there is none, or several."""
    iso = re.findall(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?([0-2]\d|3[01])(?!\d)", text)
    spelled = [day[::-1] for day in re.findall(r"(?<!\d)([0-2]\d|3[01])[.](0[1-9]|1[0-2])[.](20\d\d)(?!\d)", text)]
    found = {"-".join(day) for day in (*iso, *spelled)}
    return found.pop() if len(found) == 1 else ""


def _fill_down(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> None:
    """Fill what stands on the first line of a document down to its other lines."""
    account = draft.columns.get("account_id")
    if draft.table.name != "invoices" or not account or account.value not in draft.block.names:
        return
    look = draft.looks[account.value].profile
    if not 0 < look.filled < 0.95 * look.rows:
        return
    names = [ours for ours, line in draft.columns.items() if line.value in draft.block.names]
    cells = {ours: identifier(draft.columns[ours].value) for ours in names}
    blank = f"{cells['account_id']} IS NULL"
    counted = ", ".join(f"count({cell}) FILTER ({blank}), count({cell}) FILTER (NOT {blank})" for cell in cells.values())
    row = connection.execute(
        f"SELECT min(_seq) FILTER (NOT {blank}) < min(_seq) FILTER ({blank}), {counted} FROM {draft.block.view}"
    ).fetchone() or (False,)
    held = [
        ours for ours, below, above in zip(names, row[1::2], row[2::2], strict=True) if not below and above > 0.9 * look.filled
    ]
    if row[0] and {"account_id", "date"} <= {*held} and len(held) < len(names):
        told = f"they are empty together on {look.rows - look.filled:,} rows, below rows that have them"
        draft.settings["fill_down"] = Line(tuple(held), "sure", told)


def last_day(connection: "duckdb.DuckDBPyConnection", draft: Draft, ours: str) -> str:
    """Return the last day of one of our columns, as ISO writes it; empty where there is none."""
    line = draft.columns.get(ours) or draft.constants.get(ours)
    if not line or line.level == "open":
        return ""
    if ours in draft.constants:
        return str(line.value)
    text = draft.derived.get(str(line.value), f"s.{identifier(str(line.value))}")
    dates = draft.settings.get("dates")
    formats = () if not dates else (dates.value,) if isinstance(dates.value, str) else dates.value
    day = parse_value(text, draft.table[ours], TableSettings(dates=formats))
    row = connection.execute(f"SELECT max({day}) FROM {draft.block.view} s").fetchone()
    return row[0].isoformat() if row and row[0] else ""


def last_month(connection: "duckdb.DuckDBPyConnection", draft: Draft) -> str:
    """Return the first day of the last period that was made of days; empty where there is none."""
    text = draft.derived.get("period") or draft.derived.get("period_derived")
    row = connection.execute(f"SELECT max({text}) FROM {draft.block.view} s").fetchone() if text else None
    return f"{row[0]}-01" if row and row[0] else ""
