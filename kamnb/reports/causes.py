"""What a report is made from, as digests: a page is made again when one of them is another, and the cause is told."""

import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.analysis import Analysis
from kamnb.data.sql import identifier
from kamnb.data.tables import TABLES
from kamnb.display.account.group import list_parts, name_parent
from kamnb.display.account.position import COMPARED
from kamnb.display.matrix.matrix import frame_matrix
from kamnb.places import data_folder

if TYPE_CHECKING:
    import pandas as pd

Causes = dict[str, str]
"""Cause -> digest."""

Digests = tuple[dict[str, str], str]
"""All rows of each account as a digest, and one of all that belongs to no account."""

CAUSES = {
    "notebook": "the notebook changed",
    "settings": "settings or parameters changed",
    "package": "kamnb changed",
    "lock": "Python or installed packages changed",
    "rows": "its rows changed",
    "portfolio": "facts of the portfolio that it shows changed",
    "lists": "lists that all accounts share changed",
    "data": "the data changed",
}
"""Each cause in words, in the order in which it is told."""

_CODE = (".py", ".sql", ".j2", ".css", ".toml", ".json")


def gather_causes(
    analysis: Analysis,
    accounts: Iterable[str],
    template: Path,
    settings: Mapping[str, Any],
    shows: str,
    found: Digests | None = None,
) -> dict[str, Causes]:
    """Return for each account what its report is made from.

    Parameters
    ----------
    analysis : Analysis
    accounts : iterable of str
    template : Path
        The notebook.
    settings : mapping
        Settings and parameters; what JSON can hold.
    shows : "plan", "customer copy" or "anything"
        What the notebook shows of other accounts: their places in the matrix and the numbers they are compared by, nothing, or
        whatever there is. A notebook that may show anything is made again whenever anything in the data is another.
    found : Digests, optional
        As `digest_rows` returns them, where that was done already.
    """
    common = _digest_common(template, settings)
    rows, lists = found = found or digest_rows(analysis)
    if shows == "anything":
        return {account: common | {"data": _digest_data(found)} for account in accounts}
    others = _digest_others(analysis) if shows == "plan" else {}
    return {
        account: common | {"rows": rows.get(account, ""), "lists": lists} | ({"portfolio": others[account]} if others else {})
        for account in accounts
    }


def gather_page_causes(templates: Iterable[Path], settings: Mapping[str, Any], found: Digests) -> dict[Path, Causes]:
    """Return for each notebook of the whole portfolio what its page is made from: anything in the data."""
    data = _digest_data(found)
    return {template: _digest_common(template, settings) | {"data": data} for template in templates}


def _digest_common(template: Path, settings: Mapping[str, Any]) -> Causes:
    return {
        "notebook": _digest(template.read_bytes()),
        "settings": _digest(json.dumps(settings, sort_keys=True, default=str)),
        "package": digest_package(),
        "lock": digest_environment(),
    }


def _digest_data(found: Digests) -> str:
    rows, lists = found
    return _digest(json.dumps([lists, sorted(rows.items())]))


def name_causes(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Say which causes are another.

    Examples
    --------
    >>> name_causes({"rows": "a", "lock": "b"}, {"rows": "c", "lock": "b"})
    ['its rows changed']
    """
    return [said for name, said in CAUSES.items() if before.get(name) != now.get(name)]


def _digest(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:32]


def digest_files(paths: Iterable[Path]) -> str:
    """Return one digest of files, their names and contents."""
    return _digest("".join(f"{path.name} {_digest(path.read_bytes())}\n" for path in paths))


@cache
def digest_package() -> str:
    """Return one digest of the code, queries, styles and settings of the package."""
    homes = (Path(__file__).parents[1], data_folder())
    files = (path for home in homes for path in sorted(home.rglob("*")) if path.suffix in _CODE and "sample" not in path.parts)
    return digest_files(files)


@cache
def digest_environment() -> str:
    """Return one digest of Python's version and those of all packages that are installed."""
    installed = sorted({f"{each.name}=={each.version}" for each in distributions()})
    return _digest("\n".join([platform.python_version(), platform.machine(), *installed]))


def _digest_others(analysis: Analysis) -> dict[str, str]:
    """Digest what a plan shows of other accounts: the matrix, the accounts that it is compared with, and its group."""
    matrix = _digest("".join(_hash_rows(frame_matrix(analysis))))
    facts = analysis.indicators[[*COMPARED, "revenue_ltm"]]
    segments = analysis.accounts["segment"].astype(object).fillna("")
    everyone = "".join(_hash_rows(facts))
    by_segment = {segment: _digest("".join(_hash_rows(rows))) for segment, rows in facts.groupby(segments)}
    small = facts["revenue_ltm"].gt(0).groupby(segments).sum() < analysis.method.playbook.white_space.least_peers
    return {
        str(account): _digest(
            matrix
            + (everyone if small[segment] else by_segment[segment])
            + _tell_group(analysis, str(account))
            + _tell_times(analysis, str(account))
        )
        for account, segment in segments.items()
    }


def _tell_times(analysis: Analysis, account: str) -> str:
    """Return what the plan of an account shows of earlier quarters and of the months ahead, which hang on other accounts too."""
    frames = analysis.forecast.spreads, analysis.forecast.sums, analysis.ahead
    ahead = [frame.loc[[account]].to_numpy().tolist() if account in frame.index else [] for frame in frames]
    return f"{analysis.history.take(account).to_numpy().tolist()}{ahead}"


def _tell_group(analysis: Analysis, account: str) -> str:
    """Return what the plan of an account shows of its group."""
    return "\n".join(map(repr, [name_parent(analysis, account), *list_parts(analysis, account)]))


def digest_rows(analysis: Analysis) -> Digests:
    """Digest all rows of each account, read and computed; and all that belongs to no account."""
    rows: dict[str, list[str]] = {str(account): [] for account in analysis.accounts.index}
    lists = [json.dumps([sorted(analysis.portfolio.filled), sorted(analysis.absences.items()), analysis.currency])]
    for name, found in _read_tables(analysis):
        lists += [f"{name} {found}"] if isinstance(found, str) else []
        for account, digest in found.items() if isinstance(found, dict) else ():
            rows.setdefault(account, []).append(f"{name} {digest}")
    for name, frame in _find_frames(analysis, "analysis"):
        accounts = _accounts_of(frame)
        hashed = _hash_rows(frame)
        if accounts is None:
            lists.append(f"{name} {_digest(''.join(hashed))}")
            continue
        for account, digest in zip(accounts, hashed, strict=True):
            rows.setdefault(account, []).append(f"{name} {digest}")
    return {account: _digest("\n".join(parts)) for account, parts in rows.items()}, _digest("\n".join(lists))


def _read_tables(analysis: Analysis) -> Iterator[tuple[str, str | dict[str, str]]]:
    """Yield for each table a digest of its rows in their order, by account where it has accounts."""
    portfolio = analysis.portfolio
    with portfolio.connect() as connection:
        for name in sorted(portfolio.filled):
            columns = [identifier(column.name) for column in TABLES[name].columns]
            columns += [identifier(column) for column in portfolio.further] if name == "accounts" else []
            row = f"hash({', '.join(columns)})"
            has_account = any(column.name == "account_id" for column in TABLES[name].columns)
            key = "coalesce(account_id, '')" if has_account else "''"
            numbered = f"SELECT {key} AS account, {row} AS hashed, row_number() OVER () AS place FROM {identifier(name)}"
            query = f"SELECT account, md5(string_agg(hashed::VARCHAR, ',' ORDER BY place)) FROM ({numbered}) GROUP BY account"
            found = dict(connection.execute(query).fetchall())
            yield name, found if has_account else found.get("", "")


def _find_frames(thing: Any, name: str) -> "Iterator[tuple[str, pd.DataFrame]]":
    import pandas as pd

    if isinstance(thing, pd.DataFrame):
        yield name, thing
    elif is_dataclass(thing) and name not in ("analysis.portfolio", "analysis.criteria", "analysis.method"):
        for field in fields(thing):
            yield from _find_frames(getattr(thing, field.name), f"{name}.{field.name}")


def _accounts_of(frame: "pd.DataFrame") -> list[str] | None:
    if "account_id" in frame.index.names:
        return [str(account) for account in frame.index.get_level_values("account_id")]
    return [str(account) for account in frame["account_id"]] if "account_id" in frame else None


def _hash_rows(frame: "pd.DataFrame") -> list[str]:
    """Return a digest of each row, its place among the columns of the index included."""
    import pandas as pd

    plain = frame.copy().reset_index()  # the copy is in one piece; frames built column by column are slow to widen
    plain = plain.astype(
        {name: str for name, kind in plain.dtypes.items() if kind == "object" or isinstance(kind, pd.CategoricalDtype)}
    )
    return [f"{number:016x}" for number in pd.util.hash_pandas_object(plain, index=False)]
