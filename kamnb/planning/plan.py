"""The plan of one account: its facts, what they call for, and the tables behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kamnb.data.currency import Currency
from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import tables_in
from kamnb.planning.playbook import Playbook

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class AccountPlan:
    """Everything that the plan of one account shows.

    Attributes
    ----------
    account_id, name : str
    as_of : date
    currency : Currency
    account, score, facts : Series
        Master data; scores and place; indicators and promises.
    findings : DataFrame
        What calls for a decision, most urgent first.
    tables : mapping of name to DataFrame
        Goals, actions, people, pipeline and so on; a table that was not given is not there.
    months : DataFrame
        Revenue and cost by month.
    missing : mapping of table name to what it would show
    """

    account_id: str
    name: str
    as_of: date
    currency: Currency
    account: "pd.Series[Any]"
    score: "pd.Series[Any]"
    facts: "pd.Series[float]"
    findings: "pd.DataFrame"
    tables: Mapping[str, "pd.DataFrame"]
    months: "pd.DataFrame"
    missing: Mapping[str, str]


def plan_account(
    portfolio: Portfolio,
    account_id: str,
    accounts: "pd.DataFrame",
    facts: "pd.DataFrame",
    scores: "pd.DataFrame",
    months: "pd.DataFrame",
    findings: "pd.DataFrame",
    tables: Mapping[str, "pd.DataFrame"],
    playbook: Playbook,
    currency: Currency,
) -> AccountPlan:
    """Gather the plan of one account.

    Parameters
    ----------
    portfolio : Portfolio
    account_id : str
        Must be in the index of every frame.
    accounts, facts, scores : DataFrame
        One row per account.
    months : DataFrame
        Indexed by account and month.
    findings : DataFrame
        Those of every account.
    tables : mapping of name to DataFrame
        As `read_plan_tables` returns them for this account.
    playbook : Playbook
    currency : Currency
        With the unit in which the plan writes amounts.

    Returns
    -------
    AccountPlan
    """
    row, score, own_facts = (take_account(frame, account_id) for frame in (accounts, scores, facts))
    name = row["name"] if isinstance(row["name"], str) else account_id
    own = findings[findings["account_id"] == account_id].reset_index(drop=True)
    own_months = months[months.index.get_level_values("account_id") == account_id].droplevel("account_id")
    return AccountPlan(
        account_id, name, portfolio.as_of, currency, row, score, own_facts,
        own, tables, own_months, _missing(portfolio, playbook),
    )  # fmt: skip


def take_account(frame: "pd.DataFrame", account_id: str) -> "pd.Series[Any]":
    """Return the row of one account of a frame indexed by account.

    Examples
    --------
    >>> import pandas as pd
    >>> take_account(pd.DataFrame({"goals": [2, 0]}, index=["A", "B"]), "A").to_dict()
    {'goals': 2}
    """
    return frame.loc[[account_id]].iloc[0]


def read_plan_tables(portfolio: Portfolio, account_id: str, playbook: Playbook) -> dict[str, "pd.DataFrame"]:
    """Return the tables of one account's plan by name, each as its query in ``sql/plan`` says.

    A table whose sources were not given is not in the result; one without rows for this account is empty.
    """
    values = {
        "account_id": account_id,
        "insight_months": playbook.staleness.insight_months,
        "repeat_months": playbook.staleness.repeat_months,
        "repeat_times": playbook.staleness.repeat_times,
        "fiscal_year_start": portfolio.fiscal_year_start,
    }
    wanted = tables_in(" ".join(query for _, query in _queries().values()))
    with portfolio.connect(*wanted) as connection:
        return {
            name: connection.execute(query, {key: value for key, value in values.items() if f"${key}" in query}).df()
            for name, (needs, query) in _queries().items()
            if all(portfolio.has(table) for table in needs)
        }


@cache
def _queries() -> dict[str, tuple[tuple[str, ...], str]]:
    folder = files("kamnb.planning").joinpath("sql", "plan")
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        query = file.read_text(encoding="utf-8")
        first = query.splitlines()[0].removeprefix("-- needs:")
        found[file.name.removesuffix(".sql")] = (tuple(name.strip() for name in first.split(",")), query)
    return found


def _missing(portfolio: Portfolio, playbook: Playbook) -> dict[str, str]:
    return {table: shows for table, shows in playbook.missing.items() if not portfolio.has(table)}
