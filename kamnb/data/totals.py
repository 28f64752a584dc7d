"""Rows that are sums of other rows: totals, subtotals and headings of groups, as reports print them.

Arithmetic decides and words are hints. A row is set aside where it is called a total and is the sum of rows above it, of all
rows, or of the rows of the account it names; and where it has no number and is the sum of the accounts below its account.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from kamnb.data.columns import Mapped
from kamnb.data.holding import hold_rows
from kamnb.data.report import Remark
from kamnb.data.sql import identifier
from kamnb.data.words import load_words

if TYPE_CHECKING:
    import duckdb

_TABLES = ("accounts", "invoices", "open_items", "costs_to_serve", "targets", "opportunities", "wallet")
_NEAR = 0.005
"""Printed sums are rounded."""
_MANY = 2000
"""So many rows called totals are compared with each other; more are no totals."""
_NAMED = 5


def set_aside_totals(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, amount: str, masters: bool) -> list[Remark]:
    """Set aside the rows of ``t_<table>`` that are totals of others, and say which; `masters` says that accounts were checked."""
    name = mapped.table.name
    if name not in _TABLES or not amount or "account_id" not in mapped.texts:
        return []
    known, number = masters and name != "accounts", "invoice_id" if "invoice_id" in mapped.texts else ""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE labels AS SELECT DISTINCT {_LABEL} AS label FROM t_{name}")
    called = _find_called(connection, mapped, amount, known)
    bare = number and connection.execute(f"SELECT 1 FROM t_{name} WHERE {number} IS NULL LIMIT 1").fetchone()
    if called > _MANY or not (called or bare):
        return []
    _list_kin(connection, known)
    if not called and not _has_groups(connection):
        return []
    wide = mapped.settings.unpivot
    part = f" || coalesce({wide.into}::VARCHAR, '')" if wide else ""  # each column that was made rows has a sum of its own
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE lines AS SELECT _seq, _file AS file, _file{part} AS _file, _row, label, "
        f"{amount} AS amount, {number or 'NULL'} IS NULL AS bare, _seq IN (SELECT _seq FROM called) AS is_called "
        f"FROM (SELECT *, {_LABEL} AS label FROM t_{name}) WHERE {amount} IS NOT NULL"
    )
    _find_groups(connection, bool(number))
    _find_sums(connection)
    return list(_set_aside(connection, mapped, amount))


def is_total(label: str) -> bool:
    """Tell whether a word calls something a total.

    Examples
    --------
    >>> is_total("Total 2026"), is_total("Summe"), is_total("Jan 2026")
    (True, True, False)
    """
    words = load_words("totals")
    return _name_total(label, words["words"], words["linking"]) is not None


_LABEL = "coalesce(_given_id, account_id)"


def _list_kin(connection: "duckdb.DuckDBPyConnection", known: bool) -> None:
    """Make ``kin``: for every account as the table spells it, the names whose total its rows may be in."""
    of_accounts = [
        f"SELECT label, lower({column}) AS n FROM labels JOIN t_accounts ON label = account_id"
        for column in ("parent_id", "name")
    ]
    above = "lower(trim(regexp_extract(label, '^([^:/\\\\>|]+?)\\s*[:/\\\\>|]', 1)))"
    ways = ["SELECT label, lower(label) AS n FROM labels", f"SELECT label, {above} FROM labels", *(of_accounts if known else [])]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE kin AS SELECT DISTINCT label, n FROM ({' UNION ALL '.join(ways)}) WHERE n <> ''"
    )


def _has_groups(connection: "duckdb.DuckDBPyConnection") -> bool:
    query = "SELECT 1 FROM kin JOIN labels ON n = lower(labels.label) AND kin.label <> labels.label LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _find_called(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, amount: str, known: bool) -> int:
    """Make ``called``: the rows that a word calls a total, and of whom (empty: of all above); return how many there are."""
    name = mapped.table.name
    _list_words(connection, known)
    number = "invoice_id" if "invoice_id" in mapped.texts else "NULL"
    found = [f"SELECT _seq, label, n FROM t_{name} JOIN called_so ON label = {_LABEL} WHERE {number} IS NULL"]
    others = [each.name for each in mapped.table.columns if each.kind == "text" and each.name in mapped.texts]
    within = [f"{identifier(column)} IN (FROM total_words)" for column in others if column != "account_id"]
    found += [f"SELECT _seq, {_LABEL}, '' FROM t_{name} WHERE {' OR '.join(within)}"] if within else []
    bad = f"SELECT _seq FROM t_{name} WHERE _why IS NOT NULL"
    if connection.execute(f"{bad} LIMIT 1").fetchone():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE bad AS SELECT * FROM raw_{name} WHERE _seq IN ({bad})")
        cells = " OR ".join(f"trim({identifier(column)}) IN (FROM total_words)" for column in mapped.raw)
        found.append(f"SELECT _seq, 'the total line', '' FROM bad WHERE {cells}")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE called AS SELECT _seq, any_value(label) AS label, max(n) AS n FROM "
        f" ({' UNION ALL '.join(found)}) JOIN (SELECT _seq FROM t_{name} WHERE {amount} IS NOT NULL) USING (_seq) GROUP BY _seq"
    )
    (rows,) = connection.execute("SELECT count(*) FROM called").fetchone() or (0,)
    return int(rows)


def _list_words(connection: "duckdb.DuckDBPyConnection", known: bool) -> None:
    """Make ``total_words``, as cells hold them, and ``called_so``: the labels that a word calls a total, and of whom."""
    words, linking = load_words("totals")["words"], load_words("totals")["linking"]
    spelled = {
        way for word in words for each in (word, f"{word}:") for way in (each, each.upper(), each.capitalize(), each.title())
    }
    ends = {end for word in words for end in (word.split()[0], word.split()[-1])}
    if not connection.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'word_ends'").fetchone():
        for table, column in (("total_words", spelled), ("word_ends", ends)):
            connection.execute(f"CREATE TEMP TABLE {table} AS SELECT unnest($words) AS word", {"words": sorted(column)})
    plain = "trim(translate(lower(label), ':.*=-', ''))"
    listed = "AND label NOT IN (SELECT account_id FROM t_accounts WHERE _why IS NULL)" if known else ""
    near = connection.execute(
        f"SELECT label FROM labels WHERE (split_part({plain}, ' ', 1) IN (FROM word_ends) "
        f"OR split_part({plain}, ' ', -1) IN (FROM word_ends)) {listed}"
    ).fetchall()
    named = {label: of for (label,) in near if (of := _name_total(label, words, linking)) is not None}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE called_so AS SELECT unnest($labels) AS label, unnest($names) AS n",
        {"labels": list(named), "names": list(named.values())},
    )


def _name_total(label: str, words: list[str], linking: list[str]) -> str | None:
    """Return whose total a label says it is, in small letters; empty where of all, None where it is none."""
    any_word, any_link = "|".join(map(re.escape, sorted(words, key=len, reverse=True))), "|".join(linking)
    if re.fullmatch(rf"\W*(?:{any_word})\W*", label, re.IGNORECASE):
        return ""
    before = rf"(?:{any_word})[\s:.-]+(?:(?:{any_link})\s+)?(.+)|(.+?)[\s:.-]+(?:{any_word})\s*:?"
    found = re.fullmatch(before, label, re.IGNORECASE)
    return (found[1] or found[2]).lower() if found else None


def _find_groups(connection: "duckdb.DuckDBPyConnection", numbered: bool) -> None:
    """Make ``sums`` with the rows without a number that are the sum of the accounts below theirs, two rows of them at least."""
    connection.execute("CREATE OR REPLACE TEMP TABLE sums (_seq BIGINT, label VARCHAR, rows BIGINT, first BIGINT, last BIGINT)")
    if numbered:
        connection.execute(
            "INSERT INTO sums WITH below AS (SELECT _file, n, sum(amount) AS total, count(*) AS rows, min(_row) AS first, "
            "max(_row) AS last FROM lines JOIN kin USING (label) WHERE NOT is_called AND NOT (bare AND lower(label) = n) "
            "GROUP BY ALL HAVING count(*) > 1 AND bool_or(lower(label) <> n)) "
            "SELECT _seq, label, rows, first, last FROM lines JOIN below ON below._file = lines._file AND n = lower(label) "
            f"WHERE bare AND NOT is_called AND abs(amount - total) <= {_NEAR}"
        )


def _find_sums(connection: "duckdb.DuckDBPyConnection") -> None:
    """Add to ``sums`` the rows called totals that are the sum of the account they name, with or without a heading of its own."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE named AS WITH own AS (SELECT c._seq, c.label, c.n, t._file, t.amount "
        "FROM called c JOIN lines t USING (_seq) WHERE c.n <> '') "
        "SELECT own._seq, own.label, n, own.amount, own._file, sum(d.amount) AS total, count(*) AS rows, min(_row) AS first, "
        "max(_row) AS last, min(d._seq) FILTER (d.bare AND lower(d.label) = n AND d.amount = own.amount) AS heading "
        "FROM own JOIN kin USING (n) JOIN lines d ON d.label = kin.label AND d._file = own._file "
        "WHERE NOT d.is_called AND d._seq NOT IN (SELECT _seq FROM sums) GROUP BY ALL"
    )
    heads = f"abs(total - 2 * amount) <= {_NEAR} AND rows > 2 AND heading IS NOT NULL"
    connection.execute(f"INSERT INTO sums SELECT _seq, label, rows, first, last FROM named WHERE abs(total - amount) <= {_NEAR}")
    connection.execute(f"INSERT INTO sums SELECT heading, n, rows - 1, first, last FROM named WHERE {heads}")
    connection.execute(f"INSERT INTO sums SELECT _seq, label, rows - 1, first, last FROM named WHERE {heads}")
    _find_running(connection)


def _find_running(connection: "duckdb.DuckDBPyConnection") -> None:
    """Add to ``sums`` the rows called totals of nobody: the sum of all rows, or of those since any total before."""
    connection.execute(
        "INSERT INTO sums WITH marks AS "
        "  (SELECT t._seq, t._file, t.amount, c.label, c.n FROM called c JOIN lines t USING (_seq)), "
        "details AS (SELECT * FROM lines WHERE NOT is_called AND _seq NOT IN (SELECT _seq FROM sums)), "
        "blocks AS (SELECT m._seq, sum(d.amount) AS total, count(*) AS rows, min(d._row) AS first, max(d._row) AS last "
        "  FROM details d ASOF JOIN marks m ON d._file = m._file AND d._seq <= m._seq GROUP BY m._seq), "
        "running AS (SELECT marks.*, first, last, "
        "  sum(coalesce(total, 0)) OVER above AS total, sum(coalesce(rows, 0)) OVER above AS rows, "
        "  coalesce(total, 0) AS own, coalesce(rows, 0) AS own_rows FROM marks LEFT JOIN blocks USING (_seq) "
        "  WINDOW above AS (PARTITION BY _file ORDER BY marks._seq)), "
        "whole AS (SELECT _file, sum(amount) AS total, count(*) AS rows, min(_row) AS first, max(_row) AS last "
        "  FROM details GROUP BY _file) "
        "SELECT c._seq, any_value(c.label), max(c.rows - b.rows + b.own_rows), min(b.first), max(c.last) "
        "FROM running c JOIN running b ON b._file = c._file AND b._seq <= c._seq WHERE c.n = '' "
        f" AND c.rows - b.rows + b.own_rows > 0 AND abs(c.amount - (c.total - b.total + b.own)) <= {_NEAR} GROUP BY c._seq "
        "UNION ALL SELECT m._seq, m.label, rows, first, last FROM marks m JOIN whole USING (_file) "
        f"WHERE n = '' AND abs(m.amount - total) <= {_NEAR}"
    )


def _set_aside(connection: "duckdb.DuckDBPyConnection", mapped: Mapped, amount: str) -> Iterator[Remark]:
    """Set aside what ``sums`` has; say it, and of what is only called a total that it stays."""
    name = mapped.table.name
    if connection.execute("SELECT 1 FROM sums LIMIT 1").fetchone():
        hold_rows(connection, name)
        connection.execute(
            f"UPDATE t_{name} SET _why = 'total', _column = 'account_id', _value = label "
            f"FROM (SELECT _seq, any_value(label) AS label FROM sums GROUP BY _seq) AS found WHERE t_{name}._seq = found._seq"
        )
    shown = (
        "SELECT file, _row, s.label, amount, s.rows, first, last FROM (SELECT _seq, any_value(label) AS label, "
        "arg_min(rows, first) AS rows, min(first) AS first, arg_min(last, first) AS last FROM sums GROUP BY _seq) s "
        f"JOIN lines USING (_seq) ORDER BY _seq LIMIT {_NAMED}"
    )
    for file, row, label, money, rows, first, last in connection.execute(shown).fetchall():
        what = f"{money:,.2f} is the sum of {rows:,} rows between rows {first} and {last}: a total line, set aside"
        yield Remark(name, what, file, row, amount, label)
    left = connection.execute(
        "SELECT file, _row, c.label, amount FROM called c JOIN lines USING (_seq) WHERE _seq NOT IN (SELECT _seq FROM sums) "
        f"AND (c.n = '' OR c.n IN (SELECT n FROM kin WHERE lower(label) <> lower(c.label))) ORDER BY _seq LIMIT {_NAMED}"
    ).fetchall()
    for file, row, label, money in left:
        what = f"is called a total, and its {money:,.2f} is no sum of other rows; kept: is it an account?"
        remedy = f'if not, leave it out by where.account_id = {{ not = "{label}" }}'
        yield Remark(name, what, file, row, "account_id", label, remedy)
