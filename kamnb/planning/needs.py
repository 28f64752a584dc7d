"""What each fact of a plan rests on: where something of it was lost at the door, the fact of that account is unknown."""

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
    "late_delivery_share": ("deliveries",),
    "goals": ("customer_goals",),
    "insight_topics": ("insight",),
    **dict.fromkeys(("rivals_rated", "criteria_rated", "ratings_stale"), ("ratings", "ratings.rater_kind")),
    "wallet_stale": ("wallet",),
    "overdue_share": (*_OWED, *INDICATORS["receivables_overdue"].needs),
    **dict.fromkeys(
        ("payments_recent", "payments_before", "lateness_recent", "lateness_before", "drift_days", "drift_p", "drift_is_clear"),
        _PAID,
    ),
    **dict.fromkeys(("later_than_usual", "later_share"), (*_OWED, *INDICATORS["receivables_overdue"].needs, *_PAID)),
    "billing_is_lumpy": _INVOICED,
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
    "effort_hours": ("efforts", "efforts.hours", "efforts.share", "interactions", "interactions.hours"),
}
"""The facts of a plan that rest on tables, each with what it rests on, written as `Indicator.needs` is."""
