"""Incentives: on which KPIs each manager's hang, and which of them pull against each other."""

from itertools import combinations
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import tables_in
from kamnb.planning.alignment.candidates import read_candidates
from kamnb.planning.alignment.settings import AlignmentSettings

if TYPE_CHECKING:
    import pandas as pd

    from kamnb.planning.alignment.candidates import Candidate

_PROGRESS = """
    SELECT kpi_id, coalesce(account_id, '') AS account_id, date,
        round(value - lag(value) OVER series, 9) * CASE desired WHEN 'up' THEN 1 WHEN 'down' THEN -1 END AS progress
    FROM (SELECT kpi_id, member_id AS account_id, date, avg(value) AS value FROM kpi_values GROUP BY ALL) JOIN kpis USING (kpi_id)
    WINDOW series AS (PARTITION BY kpi_id, account_id ORDER BY date)
    ORDER BY kpi_id, account_id, date
"""

_INCENTIVES = """
    SELECT weights.manager_id, coalesce(managers.name, weights.manager_id) AS manager, weights.kpi_id, kpis.name AS kpi,
        kpis.desired, weight, weight / nullif(sum(weight) OVER (PARTITION BY weights.manager_id), 0) AS share
    FROM kpi_weights AS weights LEFT JOIN managers USING (manager_id) LEFT JOIN kpis USING (kpi_id)
    ORDER BY weights.manager_id, weight DESC, weights.kpi_id
"""


def list_incentives(portfolio: Portfolio) -> "pd.DataFrame":
    """Return what each manager's incentive hangs on.

    Returns
    -------
    DataFrame
        Columns ``manager_id``, ``manager``, ``kpi_id``, ``kpi`` (missing where no such KPI is declared), ``desired``, ``weight``
        and ``share`` (of the manager's weights, a fraction); by manager, the heaviest first.
    """
    with portfolio.connect(*tables_in(_INCENTIVES)) as connection:
        frame: pd.DataFrame = connection.execute(_INCENTIVES).df()
    return frame


def list_pulls(portfolio: Portfolio, settings: AlignmentSettings) -> "pd.DataFrame":
    """Return the pairs of KPIs of one manager, and whether they pull against each other.

    Progress is the change from one value to the next, counted in the desired direction. Two KPIs are compared over the
    changes that they have on the same day, for the same account or both for the whole portfolio, by the rank correlation
    (Spearman 1904) of their progress. Changes do not rise together merely because both series have a trend, as values do.

    Parameters
    ----------
    portfolio : Portfolio
    settings : AlignmentSettings

    Returns
    -------
    DataFrame
        Columns ``manager_id``, ``manager``, ``kpi_id``, ``kpi``, ``other_id``, ``other``, ``share`` and ``other_share``;
        ``declared`` ("excludes": one rules out the other; "needs the opposite": one requires the other, and the two are wanted in
        opposite directions; else empty); ``observations`` (common changes), ``correlation`` (NaN below the least number, or
        where one never changes), and ``verdict``: "pulls", "no sign", "too few" or "no direction".
    """
    import pandas as pd

    incentives = list_incentives(portfolio)
    candidates = read_candidates(portfolio.read("kpis"), settings.benefit)
    progress = _read_progress(portfolio)
    rows = [
        {"manager_id": manager_id, "manager": one["manager"]} | _compare(one, other, candidates, progress, settings)
        for manager_id, own in incentives.groupby("manager_id")
        for one, other in combinations(own.to_dict("records"), 2)
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))


_COLUMNS = (
    "manager_id", "manager", "kpi_id", "kpi", "other_id", "other", "share", "other_share", "declared", "observations",
    "correlation", "verdict",
)  # fmt: skip


def _read_progress(portfolio: Portfolio) -> "pd.DataFrame":
    """Return progress by account and day, a column for each KPI."""
    with portfolio.connect(*tables_in(_PROGRESS)) as connection:
        rows = connection.execute(_PROGRESS).df().dropna(subset=["progress"])
    wide: pd.DataFrame = rows.pivot(index=["account_id", "date"], columns="kpi_id", values="progress")
    return wide


def _compare(
    one: dict[Any, Any], other: dict[Any, Any], candidates: "dict[str, Candidate]", progress: "pd.DataFrame",
    settings: AlignmentSettings,
) -> dict[str, Any]:  # fmt: skip
    rules = settings.incentives
    declared = _find_declared(one, other, candidates)
    observations, correlation = _correlate(one["kpi_id"], other["kpi_id"], progress)
    enough = observations >= rules.least_observations
    if declared or (enough and correlation <= rules.pulls_from):
        verdict = "pulls"
    elif not {one["desired"], other["desired"]} <= {"up", "down"}:
        verdict = "no direction"
    else:
        verdict = "no sign" if enough and correlation == correlation else "too few"
    return {
        "kpi_id": one["kpi_id"], "kpi": one["kpi"], "other_id": other["kpi_id"], "other": other["kpi"], "share": one["share"],
        "other_share": other["share"], "declared": declared, "observations": observations,
        "correlation": correlation if enough else float("nan"), "verdict": verdict,
    }  # fmt: skip


def _find_declared(one: dict[Any, Any], other: dict[Any, Any], candidates: "dict[str, Candidate]") -> str:
    a, b = candidates.get(one["kpi_id"]), candidates.get(other["kpi_id"])
    if a is None or b is None:
        return ""
    if a.excludes_or_is_excluded(b):
        return "excludes"
    needs = b.kpi_id in a.requires or a.kpi_id in b.requires
    return "needs the opposite" if needs and {one["desired"], other["desired"]} == {"up", "down"} else ""


def _correlate(one: str, other: str, progress: "pd.DataFrame") -> tuple[int, float]:
    """Return how many changes the two have in common, and the rank correlation of their progress."""
    if one not in progress or other not in progress:
        return 0, float("nan")
    common = progress[[one, other]].dropna().rank()
    varies = len(common) > 1 and (common.nunique() > 1).all()
    return len(common), float(common[one].corr(common[other])) if varies else float("nan")
