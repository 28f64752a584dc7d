"""Measures of objectives."""

from kamnb.data.tables.declaring import Column, Table, day, money, number, text

KPIS = (
    Table(
        "kpis",
        "measures that objectives could have",
        (
            text("kpi_id", "the KPI", required=True),
            text("objective_id", "the objective it serves", required=True),
            text("name", "its name", required=True),
            text("department", "who measures"),
            text("unit_of_measure", "%, days, EUR, ..."),
            money("yearly_cost", "cost of measuring, per year", required=True),
            Column(
                "yearly_benefit", "worth", "money per year, or high, medium, low", required=True, one_of=("high", "medium", "low")
            ),
            text("decision_it_changes", "which decision depends on it"),
            text("desired", "which way is good", one_of=("up", "down")),
            text("choice", "KPIs of one objective with the same choice are alternatives"),
            text("requires", "KPI ids it needs"),
            text("excludes", "KPI ids it rules out"),
        ),
        key=("kpi_id",),
    ),
    Table(
        "kpi_weights",
        "on which KPIs a manager's incentive hangs",
        (
            text("manager_id", "the manager", required=True),
            text("kpi_id", "the KPI", required=True),
            number("weight", "its weight", required=True, low=0),
        ),
        key=("manager_id", "kpi_id"),
    ),
    Table(
        "kpi_values",
        "measured values of KPIs",
        (
            text("kpi_id", "the KPI", required=True),
            text("account_id", "the account; empty is the whole portfolio"),
            day("date", "day of the value", required=True),
            number("value", "the value", required=True),
            number("target", "the target then"),
        ),
        event="date",
    ),
)
