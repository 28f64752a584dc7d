"""Rows of a file brought into the shape of a table, as kamnb.toml says: one row for each thing, the others counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatch
from functools import reduce
from typing import TYPE_CHECKING

from kamnb.data.filling import fill_down
from kamnb.data.report import Remark, say_count
from kamnb.data.settings import Ids, TableSettings
from kamnb.data.shapes import Beside, Choice, Unpivot
from kamnb.data.spellings import clean_id
from kamnb.data.sql import identifier, quote
from kamnb.data.tables import TABLES
from kamnb.data.totals import is_total
from kamnb.data.typed import PLACE
from kamnb.data.values import clean_text, fold_blanks, is_filled

if TYPE_CHECKING:
    import duckdb


@dataclass
class Shaping:
    """Rows on their way to ``raw_<table>``: the query they are had by, its columns, what is wrong and what is to be known."""

    connection: "duckdb.DuckDBPyConnection"
    name: str
    label: str
    settings: TableSettings
    rows: str
    faults: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def columns(self) -> list[str]:
        """The columns of the rows, without those of their place."""
        query = f"DESCRIBE SELECT * EXCLUDE ({', '.join(PLACE)}) FROM ({self.rows})"
        return [column for column, *_ in self.connection.execute(query).fetchall()]

    def find(self, named: str, setting: str) -> str:
        """Return the column that a setting names, ours or theirs; where there is none it is a fault, and empty."""
        columns = self.columns
        theirs = {fold_blanks(column): column for column in columns}
        found = theirs.get(fold_blanks(self.settings.columns.get(named, named)), "")
        if not found:
            close = get_close_matches(named, columns, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else f"; it has {', '.join(columns[:30])}"
            self.faults.append(f'{self.label}, header: {setting} names "{named}", which is no column of it{hint}')
        return found

    def count(self, query: str) -> tuple[int, ...]:
        """Return the numbers of a query's one row."""
        return tuple(int(number or 0) for number in self.connection.execute(query).fetchone() or ())

    def say(self, what: str, column: str = "", rows: int = 1, remedy: str = "") -> None:
        """Add something to be known of the rows."""
        self.remarks.append(Remark(self.name, what, file=self.label, column=column, rows=rows, remedy=remedy))


def shape_rows(
    connection: "duckdb.DuckDBPyConnection",
    name: str,
    rows: str,
    settings: TableSettings,
    ids: Ids,
    label: str,
    beside: Sequence[tuple[Beside, str, str]],
) -> tuple[list[str], list[Remark]]:
    """Make ``raw_<name>`` of a query's rows; return faults of the settings, and what is to be known.

    Rows that ``where`` leaves out are in ``out_<name>``, with ``_column`` and ``_value`` by which they were.
    """
    shaping = Shaping(connection, name, label, settings, rows)
    if settings.fill_down:
        _fill(shaping)
    for place, (further, file, theirs) in enumerate(beside):
        _join(shaping, further, file, theirs, ids, place)
    if settings.unpivot:
        _unpivot(shaping, settings.unpivot)
    for named, separator in settings.lists.items():
        _take_apart(shaping, named, separator)
    _choose(shaping)
    return shaping.faults, shaping.remarks


def reshapes(settings: TableSettings) -> bool:
    """Tell whether ``raw_<name>`` has other rows or cells than the file."""
    return bool(settings.fill_down or settings.beside or settings.unpivot or settings.lists or settings.where)


def _fill(shaping: Shaping) -> None:
    found = [shaping.find(named, "fill_down") for named in shaping.settings.fill_down]
    shaping.rows = fill_down(shaping.rows, shaping.columns, [column for column in found if column], shaping.settings)


def _join(shaping: Shaping, beside: Beside, file: str, theirs: str, ids: Ids, place: int) -> None:
    """Add to each row the columns of the row of a further file that has the same text in the column they have in common."""
    own = Shaping(shaping.connection, shaping.name, file, TableSettings(), theirs)
    key, other = shaping.find(beside.on[0], "beside.on"), own.find(beside.on[-1], "beside.on")
    shaping.faults += own.faults
    if not key or not other:
        return
    has, table = {fold_blanks(column) for column in shaping.columns}, f"beside_{shaping.name}_{place}"
    names = {column: f"{column} ({file})" if fold_blanks(column) in has else column for column in own.columns if column != other}
    mine, text = (clean_id(clean_text(column, shaping.settings, ""), ids) for column in (key, other))
    cells = "".join(f", {identifier(column)} AS {identifier(name)}" for column, name in names.items())
    shaping.connection.execute(
        f"CREATE TABLE {table} AS SELECT {text} AS _on{cells}, _fault, "
        f"row_number() OVER (PARTITION BY {text} ORDER BY _seq) AS _nth FROM ({theirs}) ORDER BY _seq"
    )
    joined = f"FROM ({shaping.rows}) rows LEFT JOIN (SELECT * FROM {table} WHERE _nth = 1 AND _on IS NOT NULL) ON _on = {mine}"
    counted = f"SELECT count(*) FILTER (_on IS NULL AND _fault IS NULL AND {mine} IS NOT NULL) FROM (SELECT rows.*, _on {joined})"
    known = f"SELECT {mine} FROM ({shaping.rows}) WHERE {mine} IS NOT NULL"
    lone, unused, again, broken = shaping.count(
        f"SELECT ({counted}), count(*) FILTER (_on NOT IN ({known})), count(*) FILTER (_nth > 1 AND _on IS NOT NULL), "
        f"count(_fault) FROM {table}"
    )
    told = {
        f"{say_count(lone, 'row')} without a row in {file}": lone,
        f"{say_count(unused, 'row')} of {file} without one here": unused,
        f"{say_count(again, 'row')} of {file} with the {beside.on[-1]} of an earlier one, which counts": again,
        f"{say_count(broken, 'line')} of {file} that cannot be read as rows": broken,
    }
    if said := "; ".join(what for what, rows in told.items() if rows):
        shaping.say(said, beside.on[0], max(told.values()))
    listed = "".join(f", {identifier(name)}" for name in names.values())
    shaping.rows = f"SELECT rows.*{listed} {joined}"


def _unpivot(shaping: Shaping, unpivot: Unpivot) -> None:
    """Make a row of each filled cell of the columns, or of each group of them that has one."""
    columns = shaping.columns
    wide, totals = _find_wide(shaping, unpivot, columns)
    groups = _group(shaping, unpivot, wide)
    spare = [column for column in columns if column not in {*wide, *totals}]
    taken = {fold_blanks(column) for column in spare} & {*map(fold_blanks, (unpivot.into, *unpivot.values))}
    shaping.faults += [f'{shaping.label}, header: unpivot makes "{name}", which is a column already' for name in sorted(taken)]
    if not groups or taken:
        return
    names = {ours: identifier(ours) for ours in (unpivot.into, *unpivot.values)}
    cells = ", ".join(
        "{'place': " + str(place) + f", {names[unpivot.into]}: {quote(head)}, "
        + ", ".join(f"{names[ours]}: {identifier(group[ours]) if ours in group else 'NULL'}" for ours in unpivot.values) + "}"
        for place, (head, group) in enumerate(groups.items())
    )  # fmt: skip
    kept = ", ".join(["_file", "_row", "_fault", "_line", *map(identifier, spare)])
    filled = " OR ".join(is_filled(ours) for ours in unpivot.values)
    any_filled = " OR ".join(is_filled(column) for column in columns)
    wide_rows = f"({shaping.rows})"
    one = f"SELECT _seq, {kept}, unnest(CASE WHEN _fault IS NULL THEN [{cells}] ELSE [{cells}][:1] END) AS cell FROM {wide_rows}"
    parts = ", ".join(f"cell.{column} AS {column}" for column in names.values())
    shaping.connection.execute(
        f"CREATE TABLE long_{shaping.name} AS SELECT row_number() OVER (ORDER BY _seq, place) AS _seq, * EXCLUDE (_seq, place) "
        f"FROM (SELECT _seq, {kept}, cell.place AS place, {parts} FROM ({one})) WHERE {filled} OR _fault IS NOT NULL ORDER BY 1"
    )
    (rows,) = shaping.count(f"SELECT count(*) FROM {wide_rows} WHERE _fault IS NULL AND ({any_filled})")
    (long,) = shaping.count(f"SELECT count(*) FROM long_{shaping.name} WHERE _fault IS NULL")
    blank = rows * len(groups) - long
    told = f'{say_count(rows, "row")} of {len(wide)} columns from "{wide[0]}" to "{wide[-1]}" came to {say_count(long, "row")}'
    shaping.say(told + (f"; {say_count(blank, 'blank cell')} made none" if blank else ""), unpivot.into, long)
    if totals:
        listed = ", ".join(f'"{column}"' for column in totals)
        shaping.say(f"{listed} among them is called a total and was passed over", unpivot.into)
    shaping.rows = f"SELECT * FROM long_{shaping.name}"


def _find_wide(shaping: Shaping, unpivot: Unpivot, columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the columns that are values, in the order of the file, and those between them that are called totals."""
    found: set[str] = set()
    named: set[str] = set()
    for each in unpivot.columns:
        first, between, last = each.partition("..")
        if between:
            ends = [shaping.find(end.strip(), "unpivot.columns") if end.strip() else columns[-1] for end in (first, last)]
            if all(ends):
                begin, end = sorted(columns.index(end) for end in ends)
                found |= {*columns[begin : end + 1]}
        elif "*" in each:
            like = {column for column in columns if fnmatch(column.lower(), each.lower())}
            found |= like
            shaping.faults += [] if like else [f'{shaping.label}, header: unpivot.columns "{each}" fits no column']
        elif column := shaping.find(each, "unpivot.columns"):
            found, named = found | {column}, named | {column}
    totals = [column for column in columns if column in found - named and is_total(column)]
    return [column for column in columns if column in found and column not in totals], totals


def _group(shaping: Shaping, unpivot: Unpivot, wide: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return for each text that goes into ``into`` the column of each value."""
    if isinstance(unpivot.value, str):
        return {column: {unpivot.value: column} for column in wide}
    groups: dict[str, dict[str, str]] = {}
    for column in wide:
        ends = {ours: end for ours, end in unpivot.value.items() if fold_blanks(column).endswith(fold_blanks(end))}
        if not ends:
            known = ", ".join(f'"{end}"' for end in unpivot.value.values())
            shaping.faults.append(
                f'{shaping.label}, header: unpivot.columns has "{column}", whose name does not end with {known}'
            )
            continue
        ours = max(ends, key=lambda each: len(ends[each]))
        groups.setdefault(column[: len(column) - len(ends[ours])].rstrip(" -_/,:|"), {})[ours] = column
    return groups


def _take_apart(shaping: Shaping, named: str, separator: str) -> None:
    """Make a row of each text of a list that a cell holds; numbers stand with the first, for else they would add up."""
    column = shaping.find(named, "lists")
    if not column:
        return
    cell = identifier(column)
    texts = f"list_filter(list_transform(string_split({cell}, {quote(separator)}), lambda t: trim(t)), lambda t: t <> '')"
    many = f"CASE WHEN len({texts}) > 0 THEN {texts} ELSE [{cell}] END"
    table = f"apart_{shaping.name}_{len(shaping.remarks)}"
    theirs = {fold_blanks(each): each for each in shaping.columns}
    numbers = [each.name for each in TABLES[shaping.name].columns if each.kind in ("money", "number")]
    sums = [ours for ours in numbers if fold_blanks(shaping.settings.columns.get(ours, ours)) in theirs]
    once = [identifier(theirs[fold_blanks(shaping.settings.columns.get(ours, ours))]) for ours in sums]
    replaced = ", ".join([f"CASE WHEN place = 1 THEN {each} ELSE '0' END AS {each}" for each in once] or [f"{cell} AS {cell}"])
    shaping.connection.execute(
        f"CREATE TABLE {table} AS SELECT row_number() OVER (ORDER BY _seq, place) AS _seq, * EXCLUDE (_seq, place) FROM "
        f"(SELECT * REPLACE ({replaced}) FROM (SELECT * REPLACE (unnest({many}) AS {cell}), "
        f"generate_subscripts({many}, 1) AS place FROM ({shaping.rows}))) ORDER BY 1"
    )
    before, after = shaping.count(f"SELECT (SELECT count(*) FROM ({shaping.rows})), (SELECT count(*) FROM {table})")
    if after > before:
        told = f"; {', '.join(sums)} stand with the first of them" if sums else ""
        shaping.say(
            f"lists in {say_count(before, 'row')} came to {say_count(after, 'row')}, one for each text{told}", column, after
        )
    shaping.rows = f"SELECT * FROM {table}"


def _choose(shaping: Shaping) -> None:
    """Make ``raw_<name>`` of the rows that ``where`` takes, and ``out_<name>`` of the others."""
    found = {shaping.find(named, "where"): choice for named, choice in shaping.settings.where.items()}
    choices = {column: choice for column, choice in found.items() if column}
    name, settings = shaping.name, shaping.settings
    if not settings.where:
        kind = "TABLE" if settings.fill_down or settings.beside else "VIEW"
        shaping.connection.execute(f"CREATE {kind} raw_{name} AS {shaping.rows}")
        return
    out = {column: _left_out(clean_text(column, settings, ""), choice) for column, choice in choices.items()}
    is_row = " OR ".join(is_filled(column) for column in shaping.columns)
    first = list(out.items()) or [(next(iter(shaping.columns)), "false")]
    by = " ".join(f"WHEN {is_out} THEN {quote(column)}" for column, is_out in first)
    value = " ".join(f"WHEN {is_out} THEN coalesce({identifier(column)}, '')" for column, is_out in first)
    shaping.connection.execute(
        f"CREATE TABLE chosen_{name} AS SELECT *, CASE WHEN _fault IS NULL AND ({is_row}) THEN CASE {by} END END AS _column, "
        f"CASE {value} END AS _value FROM ({shaping.rows}) ORDER BY _seq; "
        f"CREATE VIEW raw_{name} AS SELECT * EXCLUDE (_column, _value) FROM chosen_{name} WHERE _column IS NULL; "
        f"CREATE TABLE out_{name} AS SELECT * FROM chosen_{name} WHERE _column IS NOT NULL"
    )
    shaping.remarks += _unmatched(shaping, choices)


def _left_out(text: str, choice: Choice) -> str:
    """Return the expression of whether a row is left out by the text of a column."""
    fits = " OR ".join(_fits(f"coalesce({text}, '')", option) for option in choice.only or choice.but_not)
    return f"NOT ({fits})" if choice.only else f"({fits})"


def _fits(text: str, option: str) -> str:
    """Compare as states are compared: without case and blanks at the ends; ``*`` stands for any text."""
    wanted = option.strip().lower()
    if "*" not in wanted:
        return f"lower({text}) = {quote(wanted)}"
    escaped = reduce(lambda told, mark: told.replace(mark, f"!{mark}"), ("!", "%", "_"), wanted)
    return f"lower({text}) LIKE {quote(escaped.replace('*', '%'))} ESCAPE '!'"


def _unmatched(shaping: Shaping, choices: Mapping[str, Choice]) -> Iterator[Remark]:
    """Say which options no row has: a word that is spelled otherwise leaves out too much, or nothing."""
    for column, choice in choices.items():
        text = f"coalesce({clean_text(column, shaping.settings, '')}, '')"
        for option in choice.only or choice.but_not:
            (rows,) = shaping.count(f"SELECT count(*) FROM chosen_{shaping.name} WHERE {_fits(text, option)}")
            if not rows:
                yield Remark(shaping.name, f'where names "{option}", which no row has', file=shaping.label, column=column)
