"""Values of KPIs against their targets, with trend."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import tables_in
from kamnb.planning.alignment.settings import Trend

if TYPE_CHECKING:
    import pandas as pd

_VALUES = """
    WITH series AS (
        -- of a group each member's values are a series of their own: what one measured is not what another had before
        SELECT kpi_id, member_id AS account_id, date, avg(value) AS value, last(target ORDER BY target) AS target
        FROM kpi_values GROUP BY ALL
    ),
    numbered AS (
        SELECT *, row_number() OVER newest AS place, count(*) OVER (PARTITION BY kpi_id, account_id) AS observations
        FROM series WINDOW newest AS (PARTITION BY kpi_id, account_id ORDER BY date DESC)
    ),
    compared AS (
        SELECT kpi_id, account_id, any_value(observations) AS observations,
            max(value) FILTER (place = 1) AS value, max(date) AS date, max(target) FILTER (place = 1) AS target,
            max(value) FILTER (place = least(observations, $periods + 1)) AS earlier,
            min(date) FILTER (place = least(observations, $periods + 1)) AS earlier_date
        FROM numbered GROUP BY kpi_id, account_id
    )
    SELECT kpi_id, kpis.name AS kpi, kpis.objective_id, kpis.unit_of_measure, kpis.desired, account_id, observations,
        date, value, target, earlier, earlier_date,
        CASE kpis.desired WHEN 'up' THEN 1 WHEN 'down' THEN -1 END AS way,
        (value - target) * way >= 0 AS is_met,
        CASE WHEN observations >= $least_values THEN round(value - earlier, 9) END AS change,
        CASE sign(change * way) WHEN 1 THEN 'better' WHEN 0 THEN 'level' WHEN -1 THEN 'worse' END AS trend
    FROM compared LEFT JOIN kpis USING (kpi_id)
    ORDER BY kpi_id, account_id NULLS FIRST
"""


def measure_progress(portfolio: Portfolio, trend: Trend) -> "pd.DataFrame":
    """Return the last value of each KPI, its target, and where it is going.

    Parameters
    ----------
    portfolio : Portfolio
    trend : Trend

    Returns
    -------
    DataFrame
        One row per KPI and account that was measured (missing: the whole portfolio): ``kpi_id``, ``kpi``, ``objective_id``,
        ``unit_of_measure``, ``desired``, ``account_id``, ``observations``; ``date``, ``value`` and ``target`` of the last value;
        ``earlier`` and ``earlier_date``, the value that it is compared with; ``is_met`` (missing without a target or a
        direction); ``change``,
        missing below the least number of values; ``trend`` ("better", "worse", "level", missing where it is not told).
    """
    with portfolio.connect(*tables_in(_VALUES)) as connection:
        frame: pd.DataFrame = connection.execute(_VALUES, {"periods": trend.periods, "least_values": trend.least_values}).df()
    return frame.drop(columns="way")
