"""Six figures of the portfolio, each with what it is compared with."""

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import is_known, write_amount, write_share
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.tiles import Tile, Tiles
from kamnb.display.portfolio.targets import take_aimed
from kamnb.display.review.decide import list_urgent

UNKNOWN = "unknown"


def list_tiles(analysis: Analysis) -> Tiles:
    """Return revenue, year to date, forecast, what is overdue, decisions and late promises; what is unknown is said to be."""
    return Tiles(
        "Six figures",
        (
            _show_revenue(analysis), _show_year(analysis), _show_forecast(analysis), _show_overdue(analysis),
            _show_decisions(analysis), _show_promises(analysis),
        ),
    )  # fmt: skip


def _show_revenue(analysis: Analysis) -> Tile:
    facts = analysis.plan_facts[["revenue_ltm", "revenue_prior"]]
    both = facts.dropna().sum()
    growth = both["revenue_ltm"] / both["revenue_prior"] - 1 if both["revenue_prior"] > 0 else float("nan")
    beside = f"{write_share(growth, sign=True)} in a year" if is_known(growth) else "the year before is unknown"
    return Tile("Revenue, 12 months", _write(facts["revenue_ltm"].sum(min_count=1), analysis), beside)


def _show_year(analysis: Analysis) -> Tile:
    aimed = take_aimed(analysis)
    if aimed.empty:
        return Tile("Year to date", _write(analysis.plan_facts["revenue_ytd"].sum(min_count=1), analysis), "no target known")
    done = aimed["revenue_ytd"].sum()
    return Tile("Year to date", _write(done, analysis), f"{write_share(done / aimed['target_to_date'].sum())} of target to date")


def _show_forecast(analysis: Analysis) -> Tile:
    aimed = take_aimed(analysis)
    known = aimed[aimed["forecast_year"].notna() & (aimed["target_year"] > 0)]
    if known.empty:
        return Tile("Forecast of the year", UNKNOWN, "no forecast known")
    share = write_share(known["forecast_year"].sum() / known["target_year"].sum())
    of = "" if len(known) == len(aimed) else f"; {count_of(len(aimed) - len(known), 'account')} without"
    return Tile("Forecast of the year", _write(known["forecast_year"].sum(), analysis), f"{share} of target{of}")


def _show_overdue(analysis: Analysis) -> Tile:
    owed = analysis.plan_facts[["receivables_overdue", "receivables_open"]].sum(min_count=1)
    share = owed["receivables_overdue"] / owed["receivables_open"] if owed["receivables_open"] > 0 else float("nan")
    beside = f"{write_share(share)} of what is open" if is_known(share) else ""
    return Tile("Overdue", _write(owed["receivables_overdue"], analysis), beside)


def _show_decisions(analysis: Analysis) -> Tile:
    urgent = len(list_urgent(analysis))
    later = analysis.findings["account_id"].nunique() - urgent
    return Tile("To decide now", count_of(urgent, "account"), f"{later} more later" if later else "")


def _show_promises(analysis: Analysis) -> Tile:
    late = analysis.plan_facts[["actions_overdue", "customer_actions_overdue", "sideless_actions_overdue"]].sum(min_count=1)
    if not is_known(late["actions_overdue"]):
        return Tile("Late promises", UNKNOWN, "no actions recorded")
    unsaid = f", {late['sideless_actions_overdue']:.0f} unassigned" if late["sideless_actions_overdue"] > 0 else ""
    beside = f"{late['customer_actions_overdue']:.0f} of theirs{unsaid}" if is_known(late["customer_actions_overdue"]) else ""
    return Tile("Late promises", f"{late['actions_overdue']:.0f} of ours", beside)


def _write(amount: float, analysis: Analysis) -> str:
    return write_amount(amount, analysis.currency) if is_known(amount) else UNKNOWN
