"""Objectives: agreed or not, measured against their target, and the three that lead the plan."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.data.tables import tables_in

if TYPE_CHECKING:
    import pandas as pd

OBJECTIVE_UNITS = {
    "objectives_open": "count",
    "objectives_not_agreed": "count",
    "objectives_past_due": "count",
    "objectives_unmeasured": "count",
    "objectives_short": "count",
    "objectives_planned": "fraction",
}
"""The unit of each column that `measure_objectives` returns."""

_QUERY = """
    WITH measured AS (
        SELECT kpis.objective_id, kpi_id, kpis.name AS kpi, unit_of_measure, desired, kpi_values.account_id, value,
            kpi_values.target AS kpi_target, kpi_values.date AS measured_on,
            CASE desired WHEN 'up' THEN value >= kpi_target WHEN 'down' THEN value <= kpi_target END AS is_reached
        FROM kpis JOIN kpi_values USING (kpi_id)
        QUALIFY row_number() OVER (
            PARTITION BY kpi_id, kpi_values.account_id, kpi_values.member_id ORDER BY kpi_values.date DESC, value
        ) = 1
    ),
    -- Of several KPIs the one that is short of its target is told; of one KPI, the account's own value before the portfolio's.
    own AS (
        SELECT objectives.objective_id, measured.* EXCLUDE (objective_id, account_id)
        FROM objectives JOIN measured USING (objective_id)
        WHERE measured.account_id IS NULL OR measured.account_id = objectives.account_id
        QUALIFY row_number() OVER (
            PARTITION BY objectives.objective_id, kpi_id ORDER BY measured.account_id IS NULL, is_reached NULLS LAST, value
        ) = 1
    ),
    latest AS (
        SELECT *
        FROM own
        QUALIFY row_number() OVER (PARTITION BY objective_id ORDER BY is_reached NULLS LAST, measured_on DESC, kpi, kpi_id) = 1
    ),
    steps AS (
        SELECT objective_id, count(*) AS actions,
            count(*) FILTER (action_state(done_on, status) = 'done') AS actions_done
        FROM actions
        WHERE action_state(done_on, status) <> 'cancelled'
        GROUP BY objective_id
    ),
    goals AS (
        SELECT objective_id, arg_max(goal, (coalesce(budget, 0), goal_id)) AS goal, max(budget)::DOUBLE AS goal_budget
        FROM customer_goals
        WHERE objective_id IS NOT NULL
        GROUP BY objective_id
    )
    SELECT objectives.* EXCLUDE (member_id), actions, actions_done, goal, goal_budget, latest.* EXCLUDE (objective_id, kpi_id),
        actions IS NOT NULL AND actions = actions_done AND is_reached IS DISTINCT FROM false AS is_done
    FROM objectives
    LEFT JOIN steps USING (objective_id)
    LEFT JOIN goals USING (objective_id)
    LEFT JOIN latest USING (objective_id)
    WHERE objectives.account_id IS NOT NULL
    ORDER BY objectives.account_id, objectives.due NULLS LAST, objective_id
"""


@answer_once
def list_objectives(portfolio: Portfolio) -> "pd.DataFrame":
    """Return every objective of every account with what stands behind it.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        The columns of ``objectives`` by account and due date, with ``actions`` and ``actions_done`` (counts, cancelled ones
        aside), ``goal`` of the customer that it serves and its ``goal_budget``, the latest value of a KPI that serves it
        (``kpi``, ``value``, ``kpi_target``, ``measured_on``, ``desired``; one of the account's own before one of the whole
        portfolio; of several KPIs one that is short of its target), ``is_reached`` (that value reaches its target; missing
        where the target or the desired way is), ``is_done`` (all its actions are done, and the value is not short of its
        target) and ``is_past_due``.
    """
    import pandas as pd

    with portfolio.connect(*tables_in(_QUERY)) as connection:
        found: pd.DataFrame = connection.execute(_QUERY).df()
    late = found["due"] < pd.Timestamp(portfolio.as_of)
    return found.assign(is_done=found["is_done"].fillna(False).astype(bool), is_past_due=late)


@answer_once
def measure_objectives(portfolio: Portfolio, indicators: "pd.DataFrame", objectives: "pd.DataFrame") -> "pd.DataFrame":
    """Count the objectives of every account that are open.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: objectives open; of these not agreed, past due, without measure or target, and short of
        their target though all their actions are done; ``objectives_planned``, the share that has a measure, a target and a
        date (a fraction, NaN where none is open). NaN where the table was not given.
    """
    still = objectives[~objectives["is_done"]]
    unmeasured = still["measure"].isna() | still["target"].isna()
    marks = still.assign(
        objectives_open=1.0,
        objectives_not_agreed=still["agreed_on"].isna().astype(float),
        objectives_past_due=still["is_past_due"].astype(float),
        objectives_unmeasured=unmeasured.astype(float),
        objectives_short=(still["actions"] == still["actions_done"]).astype(float),
        objectives_planned=(~unmeasured & still["due"].notna()).astype(float),
    )
    counts = list(OBJECTIVE_UNITS)
    found = marks.groupby("account_id")[counts].sum().reindex(indicators.index)
    found = found.fillna(0.0) if portfolio.has("objectives") else found
    planned = found["objectives_planned"] / found["objectives_open"].where(found["objectives_open"] > 0)
    return found.assign(objectives_planned=planned)


def choose_initiatives(objectives: "pd.DataFrame", most: int) -> "pd.DataFrame":
    """Return the objectives of one account that lead its plan.

    Agreed ones come first, then those that serve a goal of the customer, by its budget, then the one that is due first.

    Parameters
    ----------
    objectives : DataFrame
        Of one account, as `list_objectives` returns them.
    most : int
        How many at most; three keep a plan readable.

    Returns
    -------
    DataFrame
        Rows of `objectives` that are not done.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"objective_id": ["1", "2"], "agreed_on": [pd.NaT, pd.Timestamp("2026-01-01")], "is_done": False,
    ...                      "goal": ["grow", None], "goal_budget": [9.0, None], "due": pd.Timestamp("2026-12-31")})
    >>> choose_initiatives(rows, 3)["objective_id"].tolist()
    ['2', '1']
    """
    still = objectives[~objectives["is_done"].astype(bool)]
    ranks = still[["due", "objective_id"]].assign(
        unagreed=still["agreed_on"].isna(), aimless=still["goal"].isna(), worth=-still["goal_budget"].fillna(0.0)
    )
    order = ranks.sort_values(["unagreed", "aimless", "worth", "due", "objective_id"]).index
    return still.loc[order].head(most)
