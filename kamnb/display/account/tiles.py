"""The six figures of a plan: revenue, year to date, profit, share of wallet, what is overdue, the next contract date."""

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import is_known, write_amount, write_share, write_short_date
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.tiles import Tile, Tiles
from kamnb.planning import AccountPlan

UNKNOWN = "unknown"


def list_tiles(analysis: Analysis, plan: AccountPlan) -> Tiles:
    """Return the six figures of an account with what each is compared with; what is unknown is said to be."""
    return Tiles(
        "Six figures",
        (
            _show_revenue(plan), _show_year(plan), _show_profit(analysis, plan), _show_wallet(plan), _show_overdue(plan),
            _show_contract(plan),
        ),
    )  # fmt: skip


def _show_revenue(plan: AccountPlan) -> Tile:
    facts = plan.facts
    growth = f"{write_share(facts['revenue_growth'], sign=True)} in a year" if is_known(facts["revenue_growth"]) else ""
    theirs = f"; theirs {write_share(facts['own_growth'], sign=True)}" if growth and is_known(facts["own_growth"]) else ""
    return Tile("Revenue, 12 months", _write(facts["revenue_ltm"], plan), f"{growth}{theirs}")


def _show_year(plan: AccountPlan) -> Tile:
    facts = plan.facts
    share = facts["ytd_target_attainment"]
    aimed = f"{write_share(share)} of target to date" if is_known(share) else "no target known"
    return Tile("Year to date", _write(facts["revenue_ytd"], plan), aimed)


def _show_profit(analysis: Analysis, plan: AccountPlan) -> Tile:
    facts = plan.facts
    if not is_known(facts["net_profit"]):
        most = f"at most {_write(facts['profit_known'], plan)}" if is_known(facts["profit_known"]) else ""
        return Tile("Net profit", UNKNOWN, most)
    share = f"{write_share(facts['profit_share'])} of revenue" if is_known(facts["profit_share"]) else ""
    peers = _take_peers(analysis, plan)
    segment = f"; segment {write_share(peers.median())}" if len(peers) else ""
    return Tile("Net profit", _write(facts["net_profit"], plan), f"{share}{segment}")


def _take_peers(analysis: Analysis, plan: AccountPlan) -> "pd.Series[float]":
    """Return the profit shares of the other accounts of the segment, where enough of them are known."""
    known = analysis.plan_facts["profit_share"].where(analysis.plan_facts["net_profit"].notna()).dropna()
    alike: pd.Series[float] = known[analysis.accounts.loc[known.index, "segment"] == plan.account["segment"]].drop(
        plan.account_id, errors="ignore"
    )
    return alike if len(alike) >= analysis.method.playbook.white_space.least_peers else alike.iloc[:0]


def _show_wallet(plan: AccountPlan) -> Tile:
    low, likely, high = (plan.facts[f"share_of_wallet{end}"] for end in ("_low", "", "_high"))
    spread = f"{write_share(low)} to {write_share(high)}" if is_known(low) and is_known(high) and low != high else ""
    return Tile("Share of wallet", write_share(likely) if is_known(likely) else UNKNOWN, spread if is_known(likely) else "")


def _show_overdue(plan: AccountPlan) -> Tile:
    overdue, owed = plan.facts["receivables_overdue"], plan.facts["receivables_open"]
    return Tile("Overdue", _write(overdue, plan), f"of {_write(owed, plan)} open" if is_known(overdue) and is_known(owed) else "")


def _show_contract(plan: AccountPlan) -> Tile:
    days = plan.facts["days_to_notice"]
    if is_known(days):
        day = pd.Timestamp(plan.as_of) + pd.Timedelta(days=int(days))
        return Tile("Notice by", write_short_date(day), f"in {count_of(int(days), 'day')}")
    lapsed = plan.facts["contracts_lapsed"]
    return Tile("Notice by", UNKNOWN, "lapsed" if is_known(lapsed) and lapsed > 0 else "")


def _write(amount: float, plan: AccountPlan) -> str:
    return write_amount(amount, plan.currency) if is_known(amount) else UNKNOWN
