"""Where a table of a database is had from, as ``kamnb.toml`` says it; never with a password."""

import os
import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

SCHEMES = ("postgresql", "postgres")

OFFLINE = "KAMNB_OFFLINE"
"""Environment variable: where it is set, no server is asked, and what was read before is taken."""

_OF_FILES = ("file", "encoding", "separator", "header_row", "cells")


class FromDatabase(BaseModel):
    """The settings of a table that a PostgreSQL server holds; its ``sql`` is then run there, in the server's language."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    database: str = ""
    """The address of a PostgreSQL server, `"postgresql://?service=kam"` or `"postgresql://host/name"`, without a password:
    that is in `~/.pgpass`, a service file or the environment, as libpq has it. `sql` is then run there."""
    uri_env: str = ""
    """Instead of `database`: the name of the environment variable that holds the address."""
    since: str = ""
    """The column of days (ours or theirs) by which only what is new is read next time; else all is read each time."""
    read_again: Annotated[int, Field(ge=0)] = 45
    """So many days before the latest are read again with what is new; what is older is compared with what was kept."""
    timeout: Annotated[int, Field(ge=1)] = 600
    """Seconds that a query may take on the server."""

    @property
    def is_from_database(self) -> bool:
        """Whether a server is asked for the table."""
        return bool(self.database or self.uri_env)

    @property
    def address(self) -> str:
        """The address to connect to; empty where the environment does not have it."""
        return self.database or os.environ.get(self.uri_env, "")


def find_address_faults(table: str, settings: FromDatabase, sql: str) -> Iterator[str]:
    """Yield what is wrong with where a table is had from; an address is never repeated, for it may hold a password."""
    if not settings.is_from_database:
        if settings.since:
            yield f"{table}.since: is of tables from a database; give database too, or take it out"
        return
    if settings.database and settings.uri_env:
        yield f"{table}: the database is given both by database and by uri_env; keep one"
    if settings.database and settings.database.partition("://")[0] not in SCHEMES:
        yield (
            f'{table}.database: must begin with "postgresql://"; a table of another system is handed in from Python, '
            "see how_to/read_a_database"
        )
    elif holds_password(settings.database):
        yield (
            f"{table}.database: holds a password, which stays out of kamnb.toml; keep it in ~/.pgpass or a service file, or the "
            'whole address in an environment variable that uri_env = "..." names'
        )
    if not sql.strip():
        yield f'{table}.sql: is missing; say what the database is asked for, as in sql = "SELECT * FROM {table}"'
    if "$as_of" in sql:
        yield f"{table}.sql: $as_of is not for a database; rows after the day of the analysis are left out anyway"
    if files := [name for name in _OF_FILES if getattr(settings, name)]:
        yield f"{table}: {', '.join(files)} and a database contradict each other; keep one"


def holds_password(address: str) -> bool:
    """Tell whether an address has a password in it.

    Examples
    --------
    >>> holds_password("postgresql://ann:secret@db/kam"), holds_password("postgresql://ann@db/kam?service=kam")
    (True, False)
    """
    before = address.partition("://")[2].rpartition("@")[0]  # as wide as can be: a password may have any mark in it
    return ":" in before or bool(re.search(r"[?&](ssl)?password=", address, flags=re.IGNORECASE))


def redact(text: str, *secrets: str) -> str:
    """Return a text without passwords: those that are known, and whatever stands where one would.

    Examples
    --------
    >>> redact('"postgresql://ann:secret@db" and s3cr3t', "s3cr3t")
    '"postgresql://ann:***@db" and ***'
    """
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    text = re.sub(r"(://[^\s:/@]*):\S*@", r"\1:***@", text)
    return re.sub(r"(password\s*=\s*)('[^']*'|[^\s&\"']+)", r"\1***", text, flags=re.IGNORECASE)
