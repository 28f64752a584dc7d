"""Tables of databases, read into files: all of one moment, and of large ones only what is new."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from kamnb.data.databases.addresses import OFFLINE
from kamnb.data.databases.copies import Copy, Kept, Part, keep, load_kept, make_room, take_over
from kamnb.data.databases.servers import Query, Server, connect, find_days, list_zoned, say_fault, trim_query
from kamnb.data.report import Remark, say_count
from kamnb.data.saving import hash_file
from kamnb.data.settings import DataSettings, TableSettings
from kamnb.errors import DataError, SettingsError


def read_databases(settings: DataSettings) -> tuple[DataSettings, list[Remark]]:
    """Read the tables that databases hold; return the settings by which they are files, and what is to be known.

    Raises
    ------
    SettingsError, DataError
        Where a server cannot be asked or does not understand a query; what was read before stays as it was.
    """
    asked = {name: table for name, table in settings.tables.items() if table.is_from_database}
    if not asked:
        return settings, []
    kept = load_kept(settings.home)
    if os.environ.get(OFFLINE):
        _require_kept(kept, asked)
        remarks = [
            Remark(name, f"{_say_origin(kept.copies[name])}, kept; {OFFLINE} is set, no server was asked") for name in asked
        ]
    else:
        kept, remarks = _ask(settings.home, kept, asked)
    files = {name: _as_files(table, kept, kept.copies[name]) for name, table in asked.items()}
    return replace(settings, tables={**settings.tables, **files}), remarks


def _require_kept(kept: Kept, asked: Mapping[str, TableSettings]) -> None:
    lost = [name for name in asked if not kept.is_whole(name)]
    if lost:
        raise DataError(f"{', '.join(lost)}: {OFFLINE} is set, but nothing that was read from the database is kept; take it out")
    stale = [name for name, table in asked.items() if kept.copies[name].sql != trim_query(table.sql)]
    if stale:
        raise DataError(f"{', '.join(stale)}: {OFFLINE} is set, but what is kept was read by another query; take it out")


def _as_files(table: TableSettings, kept: Kept, copy: Copy) -> TableSettings:
    paths = tuple(str(kept.find(part).resolve()) for part in copy.parts)
    as_file = {"file": paths, "encoding": "utf-8", "separator": ",", "header_row": (1,)}
    return table.model_copy(update=as_file | {"sql": "", "database": "", "uri_env": "", "since": ""})


def _ask(home: Path, kept: Kept, asked: Mapping[str, TableSettings]) -> tuple[Kept, list[Remark]]:
    copies: dict[str, Copy] = {}
    remarks: list[Remark] = []
    faults: list[str] = []
    for name, table in asked.items():
        if not table.address:
            raise SettingsError(f"{name}.uri_env: the environment has no {table.uri_env}, which holds the address")
    with make_room(home) as made:
        ordered = sorted(asked, key=lambda name: asked[name].address)
        for address, group in groupby(ordered, key=lambda name: asked[name].address):
            names = list(group)
            with connect(address, names, _say_kept(kept, names)) as server:
                for name in names:
                    faults += _try_table(_Table(name, asked[name], server, kept, made), copies, remarks)
        if faults:
            raise DataError(faults, "nothing was computed")
        return keep(home, made, copies), remarks


def _say_kept(kept: Kept, names: list[str]) -> str:
    """Say what can be done while the server cannot be asked."""
    if not all(name in kept.copies for name in names):
        return "; nothing of it was kept"
    return f"; what was read at {kept.copies[names[0]].moment} is kept, and {OFFLINE}=1 computes from it"


def _try_table(table: "_Table", copies: dict[str, Copy], remarks: list[Remark]) -> Iterator[str]:
    """Read one table; yield its fault, where what is asked for is wrong, so that the others' are heard too."""
    import psycopg

    try:
        with table.server.connection.transaction():
            copies[table.name] = table.read()
        remarks += table.remarks
    except psycopg.OperationalError as error:
        if not isinstance(error, psycopg.errors.QueryCanceled):
            raise
        told = f"took longer on the server than timeout = {table.settings.timeout} seconds"
        yield f"{table.name}.sql: {told}; give more, or ask for less"
    except (psycopg.Error, ValueError) as error:
        renamed = isinstance(error, psycopg.errors.UndefinedColumn | psycopg.errors.UndefinedTable)
        remedy = "; was it renamed? Say in sql what it is called now" if renamed else ""
        yield f"{table.name}.sql: {say_fault(error, table.server.secrets)}{remedy}"


@dataclass
class _Table:
    """One table that is being read."""

    name: str
    settings: TableSettings
    server: Server
    kept: Kept
    made: Path

    def __post_init__(self) -> None:
        self.remarks: list[Remark] = []

    def read(self) -> Copy:
        self.server.connection.execute(f"SET LOCAL statement_timeout = '{self.settings.timeout}s'".encode())
        query = self.server.understand(self.settings.sql)
        since = self.settings.columns.get(self.settings.since, self.settings.since)
        days = find_days(query, since) if since else ""
        copy = Copy(
            self.server.place, query.sql, query.columns, since, self.settings.decimal, self.server.moment,
            zoned=tuple(list_zoned(query)),
        )  # fmt: skip
        old = self.kept.copies.get(self.name)
        changed = _say_change(old, copy) if old else ""
        if changed and (days or "type" in changed):
            self.remarks.append(Remark(self.name, f"{changed}; all of it was read again"))
        if days:
            copy = self.go_on(copy, query, days, old if not changed and self.kept.is_whole(self.name) else None)
        else:
            copy = replace(copy, parts=(self.fetch(query, "true", ""),))
        self.remarks.insert(0, Remark(self.name, _say_origin(copy)))
        for column in copy.zoned:
            if column in self.settings.columns.values() or column in self.settings.columns or not self.settings.columns:
                self.remarks.append(
                    Remark(
                        self.name, "is a time with its zone: its day is that of UTC", column=column,
                        remedy=f"for the day of a place write {column} AT TIME ZONE 'Europe/Berlin' in sql",
                    )
                )  # fmt: skip
        return copy

    def go_on(self, copy: Copy, query: Query, days: str, old: Copy | None) -> Copy:
        """Take what is settled from what is kept, where the server still says the same of it, and read the rest."""
        settled, bound = self.take_settled(query, days, old) if old and old.bound else ((), "")
        latest = self.server.latest(query, days)
        newer = max(_first_of_month(latest, self.settings.read_again), bound) if latest else bound
        if newer > bound:
            between = f"{days} < '{newer}'" + (f" AND {days} >= '{bound}'" if bound else "")
            settled = (*settled, self.fetch(query, between, f"before-{newer}", settles=True))
        rest = f"{days} >= '{newer}' OR {days} IS NULL" if newer else "true"
        return replace(copy, bound=newer, parts=(*settled, self.fetch(query, rest, f"from-{newer}" if newer else "")))

    def take_settled(self, query: Query, days: str, old: Copy) -> tuple[tuple[Part, ...], str]:
        """Return the parts that need not be read again, and the day before which they are."""
        if self.server.weigh(query, f"{days} < '{old.bound}'") != old.weigh_settled():
            self.remarks.append(Remark(self.name, f"rows before {old.bound} are others than were kept; all of it was read again"))
            return (), ""
        for part in old.settled:
            take_over(self.kept, part, self.made)
        return old.settled, old.bound

    def fetch(self, query: Query, where: str, what: str, *, settles: bool = False) -> Part:
        file = self.made / (f"{self.name}-{what}.csv" if what else f"{self.name}.csv")
        rows = self.server.copy(query, where, self.settings.decimal, file)
        total = ""
        if settles:
            counted, total = self.server.weigh(query, where)
            if counted != rows:
                raise ValueError(f"gave {rows:,} rows, and {counted:,} when asked again; a query must give the same each time")
        return Part(file.name, rows, hash_file(file), total)


def _first_of_month(latest: date, days: int) -> str:
    try:
        return (latest - timedelta(days)).replace(day=1).isoformat()
    except OverflowError:  # a day before the first of the calendar
        return ""


def _say_change(old: Copy, new: Copy) -> str:
    """Say why what is kept cannot be gone on with; empty where it can."""
    if (old.place, old.sql, old.since, old.decimal) != (new.place, new.sql, new.since, new.decimal):
        return "is asked for otherwise than before"
    kinds = dict(old.columns)
    changed = [f"{name} was {kinds[name]} and is {kind}" for name, kind in new.columns if kinds.get(name, kind) != kind]
    if changed:
        return f"a column has changed its type on the server: {', '.join(changed)}"
    return "" if old.columns == new.columns else "has other columns than before"


def _say_origin(copy: Copy) -> str:
    return f"{say_count(copy.rows, 'row')} read from {copy.place} at {copy.moment}"
