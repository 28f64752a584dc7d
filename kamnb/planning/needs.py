"""What each fact of a plan rests on, and when: where something of it was lost at the door, the fact of the account is unknown."""

from collections.abc import Mapping

from kamnb.indicators import INDICATORS

_INVOICED = ("invoices",)
_OWED = INDICATORS["receivables_open"].needs
_PAID = ("invoices", "invoices.paid_date", "invoices.due_date")
_ACTIONS = ("actions", "objectives")
_MARGIN = (*INDICATORS["margin_ltm"].needs, "costs_to_serve", "costs_to_serve.amount")
_PROFIT = (*_MARGIN, *INDICATORS["cost_of_credit"].needs)
_REACHED = ("contacts", "interactions")
_OFFERED = ("invoices", "invoices.offering_id", "wallet", "opportunities")

PLAN_NEEDS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("actions_overdue", "customer_actions_overdue", "sideless_actions_overdue"), (*_ACTIONS, "actions.ours")),
    **dict.fromkeys(("check_points_overdue", "check_points_untold"), (*_ACTIONS, "actions.customer_informed_on")),
    "days_to_notice": ("documents",),
    "complaints_open": ("complaints",),
    **dict.fromkeys(("deliveries_promised", "deliveries_late", "late_delivery_share"), ("deliveries",)),
    "goals": ("customer_goals",),
    "insight_topics": ("insight",),
    **dict.fromkeys(("rivals_rated", "criteria_rated", "ratings_stale"), ("ratings", "ratings.rater_kind")),
    "wallet_stale": ("wallet",),
    "overdue_share": (*_OWED, *INDICATORS["receivables_overdue"].needs),
    **dict.fromkeys(
        (
            "payments_recent",
            "payments_before",
            "lateness_recent",
            "lateness_before",
            "drift_days",
            "drift_chance",
            "drift_is_clear",
        ),
        _PAID,
    ),
    **dict.fromkeys(
        ("later_than_usual", "later_share", "later_items", "later_times"),
        (*_OWED, *INDICATORS["receivables_overdue"].needs, *_PAID),
    ),
    "billing_is_lumpy": _INVOICED,
    **dict.fromkeys(("orders_ltm", "orders_usual", "orders_change", "orders_swings", "revenue_swings"), _INVOICED),
    **dict.fromkeys(("pauses", "pause_longest", "is_silent"), _INVOICED),
    "relative_swings": (*_INVOICED, "accounts.own_growth"),
    **dict.fromkeys(("stage_opinion", "stage_gap"), ("ratings",)),
    "cost_to_serve_ltm": ("costs_to_serve",),
    "margin_after_service": _MARGIN,
    **dict.fromkeys(("net_profit", "profit_known", "profit_share"), _PROFIT),
    "days_past_profitable_by": ("objectives", "objectives.profitable_by"),
    "forecast_attainment": ("targets",),
    **dict.fromkeys(
        ("silent_champions", "champions_left", "decision_makers_reached", "contact_concentration", "our_concentration"), _REACHED
    ),
    **dict.fromkeys(("contacts_left", "decision_makers", "opponents"), ("contacts", "contacts.role", "contacts.sentiment")),
    **dict.fromkeys(("stale_topics", "unknown_topics"), ("insight",)),
    **dict.fromkeys(
        ("goals_stale", "goals_without_delivery", "goals_delivered", "goals_unserved", "budget_open"), ("customer_goals",)
    ),
    "revenue_ending": ("documents", *_INVOICED),
    **dict.fromkeys(("rest_forecast", "rest_last_year", "rest_growth", "forecast_swings"), ("targets", *_INVOICED)),
    **dict.fromkeys(("rest_most", "rest_least"), _INVOICED),
    **dict.fromkeys(("rest_to_most", "rest_to_least"), ("targets", *_INVOICED)),
    **dict.fromkeys(("forecast_next", "forecast_change"), ("targets",)),
    **dict.fromkeys(("factors_compared", "rivals_ahead"), ("ratings",)),
    **dict.fromkeys(
        ("documents_overdue", "documents_due", "notices_passed", "contracts_lapsed", "contracts_in_force", "notice_step"),
        ("documents",),
    ),
    "repeated_causes": ("complaints",),
    "deliveries_late_open": ("deliveries",),
    **dict.fromkeys(("white_space_low", "white_space_likely", "white_space_high"), _OFFERED),
    **dict.fromkeys(("white_space_idle", "white_space_idle_share", "offerings_idle"), _OFFERED),
    "deals_serving_goals": ("opportunities", "customer_goals"),
    "revenue_without_offering": ("invoices", "invoices.offering_id"),
    **dict.fromkeys(("actions_open", "actions_unowned", "knock_on_days", "objectives_pushed", "actions_in_circle"), _ACTIONS),
    **dict.fromkeys(("actions_slipped", "days_slipped_most"), (*_ACTIONS, "actions.original_due")),
    **dict.fromkeys(("objectives_open", "objectives_short", "objectives_not_agreed"), ("objectives", "actions")),
    **dict.fromkeys(("objectives_past_due", "objectives_unmeasured", "objectives_planned"), ("objectives", "actions")),
    "decisions_overdue": ("decisions",),
    **dict.fromkeys(("deals_past_due", "pipeline_past_due"), ("opportunities", "opportunities.expected_close")),
    "budget_year": ("targets",),
    **dict.fromkeys(("revenue_last_year", "budget_growth", "budget_rise"), ("targets", "invoices")),
    "effort_hours": ("efforts", "efforts.hours", "efforts.share", "interactions", "interactions.hours"),
}
"""The facts of a plan that rest on tables, each with what it rests on, written as `Indicator.needs` is."""

PLAN_MONTHS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("deliveries_promised", "deliveries_late", "late_delivery_share"), (12, 0)),
    **dict.fromkeys(("orders_ltm", "cost_to_serve_ltm", "margin_after_service", "net_profit"), (12, 0)),
    **dict.fromkeys(("profit_known", "profit_share", "contact_concentration", "our_concentration", "effort_hours"), (12, 0)),
    **dict.fromkeys(
        ("decision_makers_reached", "revenue_without_offering", "white_space_idle", "white_space_idle_share"), (12, 0)
    ),
    **dict.fromkeys(("white_space_low", "white_space_likely", "white_space_high", "offerings_idle"), (12, 0)),
    **dict.fromkeys(("revenue_last_year", "budget_growth", "budget_rise"), (24, 0)),
    **dict.fromkeys(("revenue_swings", "relative_swings", "billing_is_lumpy"), (24, 0)),
    **dict.fromkeys(("orders_usual", "orders_change", "orders_swings", "rest_most", "rest_least"), (36, 0)),
}
"""From how many months before the day, and to how many, the rows lie at which a fact looks; the others look at all."""
