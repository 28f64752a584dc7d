"""Accounts as they could be scored at earlier days, and what came in the twelve months that followed."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from kamnb.analysis.measuring import Measured, measure_all
from kamnb.analysis.method import Method
from kamnb.analysis.opening import ChosenCriteria
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.indicators import measure_accounts, trace_trends
from kamnb.places import settings_file
from kamnb.planning import count_findings
from kamnb.scoring import Criteria, calibrate_criteria, gather_facts, gather_rivals, score_accounts

if TYPE_CHECKING:
    import pandas as pd

_LEAST_PAUSES = 2


@dataclass(frozen=True)
class Backtest:
    """What was known of accounts at earlier days, and what came.

    Attributes
    ----------
    origins : tuple of date
        Days as of which was scored: those over whose year before and after the invoices reach; first to last.
    rows : DataFrame
        A row per account that had bought, and origin: ``account_id``, ``origin``. What was known: ``attractiveness``,
        ``strength`` and ``stage`` by the model of that day, ``findings`` (how many), ``selected`` (1 where selection would have
        taken it), ``hindsight_attractiveness`` and ``hindsight_strength`` by the model of today, ``days_late``, and the baselines
        ``revenue``, ``last_year`` and ``trend``. What came: ``growth``, and ``grew``, ``shrank``, ``left`` and ``paid_later`` (1
        or 0; NaN unknown).
    left_out : tuple of str
        Columns and tables that say not since when they hold, which nothing here rests on.
    dropped : tuple of str
        Criteria of which nothing was known at any origin.
    """

    origins: tuple[date, ...]
    rows: "pd.DataFrame"
    left_out: tuple[str, ...]
    dropped: tuple[str, ...]


def look_back(portfolio: Portfolio, chosen: ChosenCriteria, method: Method) -> Backtest:
    """Score every account as of earlier days, and set beside it what came in the twelve months after each.

    Parameters
    ----------
    portfolio : Portfolio
    chosen : ChosenCriteria
        The model; at each origin its money anchors are calibrated on what was known then.
    method : Method

    Returns
    -------
    Backtest
        Of no origin where invoices do not reach over two years.
    """
    import pandas as pd

    dated, left_out = portfolio.keep_dated()
    template = settings_file("criteria.toml") if chosen.text else Path(chosen.source)
    today = _drop_undated(chosen.criteria)
    parts: list[pd.DataFrame] = []
    origins: list[date] = []
    known: set[str] = set()
    with keep_open():  # what one origin looks back to, another begins with
        for months in sorted(method.horizon.backtest.origins, reverse=True):
            day = step_months(portfolio.as_of, -months)
            if (found := _look_from(dated, day, today, template, method)) is not None:
                rows, named = found
                parts, origins, known = [*parts, rows], [*origins, day], known | named
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["account_id", "origin"])
    dropped = [each.name for _, each in chosen.criteria.listed() if each.name not in known]
    return Backtest(tuple(origins), rows, left_out, tuple(dropped))


def _look_from(
    dated: Portfolio, day: date, today: Criteria, template: Path, method: Method
) -> "tuple[pd.DataFrame, set[str]] | None":
    """Return the rows of an origin, and the criteria known then; None where invoices do not reach over its year."""
    then = dated.at(day)
    indicators = measure_accounts(then)
    if indicators["revenue_ltm"].isna().all():
        return None
    model = _drop_undated(Criteria.from_toml(calibrate_criteria(indicators, template).text))
    scored = measure_all(then, model, method)
    frame = _gather_known(scored).join(_score_again(scored, today).add_prefix("hindsight_"))
    frame = frame.join(_see_after(then, measure_accounts(dated.at(step_months(day, 12))), frame, method))
    bought = frame["revenue"] > 0
    named = {str(name) for name in scored.facts.columns[scored.facts.notna().any()]}
    return frame[bought].rename_axis("account_id").reset_index().assign(origin=day), named


def _score_again(scored: Measured, model: Criteria) -> "pd.DataFrame":
    """Return both scores of the same day by another model."""
    facts = gather_facts(scored.portfolio, scored.indicators, model)
    again = score_accounts(facts, model, gather_rivals(scored.portfolio, model), scored.relationship.accounts)
    return again[["attractiveness", "strength"]]


def step_months(day: date, months: int) -> date:
    """Return the day so many months on; the last of a month stays the last of a month.

    Examples
    --------
    >>> step_months(date(2026, 6, 30), -15).isoformat(), step_months(date(2026, 5, 17), 12).isoformat()
    ('2025-03-31', '2027-05-17')
    """
    import pandas as pd

    stepped = pd.Timestamp(day) + pd.DateOffset(months=months)
    ends = pd.Timestamp(day).is_month_end
    return (stepped + pd.offsets.MonthEnd(0) if ends else stepped).date()


def _drop_undated(model: Criteria) -> Criteria:
    """Return the model without criteria of columns of accounts, the others' shares made whole again."""
    axes = {}
    for axis, listed in model.axes.items():
        kept = tuple(each for each in listed if each.source != "accounts")
        whole = sum(each.share for each in kept if not each.stands_in) or 1.0
        axes[axis] = tuple(each if each.stands_in else replace(each, share=each.share / whole) for each in kept)
    return replace(model, axes=axes)


def _gather_known(scored: Measured) -> "pd.DataFrame":
    """Return what was known of every account at an origin."""
    import numpy as np

    indicators, trends = scored.indicators, trace_trends(scored.portfolio, scored.indicators.index)
    half, before = (trends.revenue.iloc[:, first : first + 6].sum(axis=1) for first in (0, 12))
    return scored.scores[["attractiveness", "strength"]].assign(
        stage=scored.relationship.accounts["stage"],
        findings=count_findings(scored.plan_facts, scored.scores["placed"], scored.method.playbook),
        selected=scored.selection["verdict"].isin(["candidate", "kept"]).astype(float),
        revenue=indicators["revenue_ltm"],
        last_year=indicators["revenue_growth"],
        trend=(half / before.where(before > 0) - 1) if trends.years else np.nan,
        days_late=indicators["days_late"],
    )


def _see_after(then: Portfolio, after: "pd.DataFrame", known: "pd.DataFrame", method: Method) -> "pd.DataFrame":
    """Return what came in the twelve months after an origin; NaN is unknown."""
    settings = method.horizon.backtest
    came = after.reindex(known.index)
    growth = came["revenue_ltm"] / known["revenue"].where(known["revenue"] > 0) - 1
    later = came["days_late"] - known["days_late"]
    pauses = trace_trends(then, known.index).pauses
    longest = pauses["pause_longest"].where(pauses["pauses"] >= _LEAST_PAUSES)
    silent = came["days_since_invoice"]
    events = {
        "grew": (growth.round(9) >= settings.grew).astype(float).where(growth.notna()),
        "shrank": (growth.round(9) <= -settings.shrank).astype(float).where(growth.notna()),
        "left": (silent > longest).astype(float).where(silent.notna() & longest.notna()),
        "paid_later": (later.round(9) >= settings.paid_later).astype(float).where(later.notna()),
    }
    return growth.rename("growth").to_frame().assign(**events)
