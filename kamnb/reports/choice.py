"""Which accounts a run makes reports for."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kamnb.analysis import Analysis
from kamnb.errors import SettingsError
from kamnb.reports.condition import meet_condition
from kamnb.reports.scores import gather_scores

if TYPE_CHECKING:
    import pandas as pd


def choose_accounts(
    analysis: Analysis,
    accounts: tuple[str, ...] = (),
    top: int | None = None,
    where: str = "",
    say: Callable[[str], object] = print,
) -> list[str]:
    """Return the accounts to report on: those asked for, those that meet `where`, the `top` by revenue, else the key accounts.

    Where none is marked as key, all of them. `where` is a condition on the columns of ``scores.csv``; how many accounts it
    leaves open, for want of a value, is said. That there are the accounts asked for is known before.

    Raises
    ------
    SettingsError
        If the condition cannot be read, or no account meets it.
    """
    every = list(dict.fromkeys(accounts)) or (list(analysis.accounts.index) if where or top else _key_accounts(analysis))
    pool = _filter(analysis, every, where, say) if where else every
    if top is None:
        return pool
    revenue = _require_revenue(analysis.indicators["revenue_ltm"].reindex(pool).rename_axis("account_id"), top, say)
    return list(revenue.reset_index().sort_values(["revenue_ltm", "account_id"], ascending=[False, True])["account_id"][:top])


def _require_revenue(revenue: "pd.Series[float]", top: int, say: Callable[[str], object]) -> "pd.Series[float]":
    """Return the revenue that is known, and say how many accounts have none that is."""
    known = revenue.dropna()
    if known.empty:
        raise SettingsError(
            f"--top {top}: no revenue of the last twelve months is known, so --top cannot choose; "
            "name accounts with --account, or give a condition with --where"
        )
    if len(known) < len(revenue):
        say(f"--top chooses among {len(known):,} accounts; of {len(revenue) - len(known):,} the revenue is unknown")
    return known


def _filter(analysis: Analysis, accounts: list[str], where: str, say: Callable[[str], object]) -> list[str]:
    met = meet_condition(gather_scores(analysis), where).reindex(accounts)
    still_open = int(met.isna().sum())
    if still_open:
        say(f"left out because a value is unknown: {still_open:,} of {len(accounts):,} accounts")
    chosen = [str(account) for account, holds in met.fillna(False).items() if holds]
    if not chosen:
        raise SettingsError(f'--where "{where}": none of {len(accounts):,} accounts meets it')
    return chosen


def _key_accounts(analysis: Analysis) -> list[str]:
    key = analysis.accounts["key_account"].astype("boolean").fillna(False)
    return list(analysis.accounts.index[key] if key.any() else analysis.accounts.index)
