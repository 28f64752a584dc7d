"""The tables of the data contract, as declared: every name the package uses for a column stands here."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["text", "date", "money", "number", "whole", "yesno", "period", "worth"]


@dataclass(frozen=True)
class Column:
    """One column: its kind, and when it becomes known.

    ``masked_by`` names the date column of the same row before which the value is unknown. A "worth"
    is a number in plain spelling or one of ``one_of``.
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    masked_by: str = ""
    one_of: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Table:
    """One table: its columns, the date from which a row exists, and the key that may not repeat.

    Of the columns in ``either`` each row needs at least one.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    event: str = ""
    key: tuple[str, ...] = ()
    either: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    @property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> tuple[str, ...]:
        """All column names, in the order of the contract."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns a file of this table must have."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def money(self) -> tuple[str, ...]:
        """The columns that hold amounts of money."""
        return tuple(column.name for column in self.columns if column.kind == "money")

    @property
    def has_currency(self) -> bool:
        """Whether rows name their currency; amounts of other tables are in the reporting currency."""
        return "currency" in self.names


def _text(name: str, meaning: str, *, required: bool = False, one_of: tuple[str, ...] = (), masked_by: str = "") -> Column:
    return Column(name, "text", meaning, required, masked_by, one_of)


def _date(name: str, meaning: str, *, required: bool = False, masked: bool = False) -> Column:
    return Column(name, "date", meaning, required, name if masked else "")


def _money(name: str, meaning: str, *, required: bool = False, masked_by: str = "") -> Column:
    return Column(name, "money", meaning, required, masked_by)


def _number(name: str, meaning: str, *, required: bool = False, low: float | None = None, high: float | None = None) -> Column:
    return Column(name, "number", meaning, required, low=low, high=high)


def _yesno(name: str, meaning: str) -> Column:
    return Column(name, "yesno", meaning)


_ACCOUNT = _text("account_id", "the account", required=True)
_CURRENCY = _text("currency", "ISO code of the amounts in this row")
_LEVELS = ("operational", "middle", "senior", "board")

_DECLARED = (
    Table(
        "accounts",
        "the customers, one row each; further columns of the file are kept for criteria",
        (
            _ACCOUNT,
            _text("name", "name of the account"),
            _text("parent_id", "the account it belongs to"),
            _text("line_of_business", "which of our lines of business serves it"),
            _text("segment", "market segment"),
            _text("region", "sales region"),
            _text("country", "country"),
            _text("account_manager", "manager_id of the person answerable"),
            _date("customer_since", "first day as a customer"),
            _yesno("key_account", "is it a key account today"),
            _money("annual_spend", "what the customer buys per year of what we could sell"),
            _number("own_growth", "the customer's own yearly growth, a fraction"),
            _yesno("believes_in_partnership", "does the customer want more than transactions"),
            _CURRENCY,
        ),
        key=("account_id",),
    ),
    Table(
        "aliases",
        "other ids of the same account: ERP sold-to numbers, CRM ids, old names",
        (
            _text("system", "where the other id is used", required=True),
            _text("external_id", "the other id", required=True),
            _ACCOUNT,
        ),
        key=("system", "external_id"),
    ),
    Table(
        "invoices",
        "invoice lines, net of VAT; credit notes negative",
        (
            _ACCOUNT,
            _date("date", "day of the invoice", required=True),
            _money("amount", "net amount, credit notes negative", required=True),
            _number("quantity", "units sold"),
            _money("cost", "cost of the goods sold"),
            _text("offering_id", "what was sold"),
            _text("invoice_id", "the invoice"),
            _text("line_id", "the line of the invoice"),
            _CURRENCY,
            _date("due_date", "day the invoice is due"),
            _date("paid_date", "day the invoice was paid", masked=True),
            _yesno("disputed", "does the customer dispute it"),
        ),
        event="date",
        key=("invoice_id", "line_id"),
    ),
    Table(
        "open_items",
        "the ledger of receivables as printed on a day, gross",
        (
            _ACCOUNT,
            _date("listed_on", "day the whole ledger was printed", required=True),
            _date("due_date", "day the item is due", required=True),
            _money("open_amount", "what is still unpaid, VAT in it, part payments off", required=True),
            _text("invoice_id", "the invoice"),
            _CURRENCY,
        ),
        event="listed_on",
    ),
    Table(
        "costs_to_serve",
        "what serving an account costs besides the goods",
        (
            _ACCOUNT,
            _date("date", "day of the cost", required=True),
            _money("amount", "the cost", required=True),
            _text("kind", "visits, delivery, support, rebate, year-end bonus, ..."),
            _CURRENCY,
        ),
        event="date",
    ),
    Table(
        "targets",
        "targets, forecasts and budgets; rows of one account, period, measure, kind and stated_on add up",
        (
            _text("account_id", "the account (or give manager_id)"),
            _text("manager_id", "the manager (or give account_id)"),
            Column("period", "period", "2026, 2026-Q1 or 2026-03", required=True),
            _text("measure", "what is counted", required=True, one_of=("revenue", "margin")),
            _text("kind", "what it is", required=True, one_of=("target", "forecast", "budget")),
            _money("amount", "the amount for the period", required=True),
            _CURRENCY,
            _date("stated_on", "day it was stated"),
        ),
        event="stated_on",
        either=("account_id", "manager_id"),
    ),
    Table(
        "contacts",
        "people at the customer",
        (
            _text("contact_id", "the person", required=True),
            _ACCOUNT,
            _text("name", "name of the person"),
            _text("function", "purchasing, engineering, ..."),
            _text("level", "rank", one_of=_LEVELS),
            _text(
                "role", "part in decisions", one_of=("decision maker", "influencer", "user", "gatekeeper", "champion", "opponent")
            ),
            _number("sentiment", "attitude to us, -3 to +3", low=-3, high=3),
            _text("owner", "who of us keeps the contact"),
            _date("left_on", "day the person left", masked=True),
        ),
        key=("contact_id",),
    ),
    Table(
        "interactions",
        "meetings, calls and letters",
        (
            _ACCOUNT,
            _date("date", "day", required=True),
            _text("contact_id", "with whom"),
            _text("our_person", "who of us"),
            _text("our_function", "function of our person"),
            _text("our_level", "rank of our person", one_of=_LEVELS),
            _text("channel", "visit, call, mail, ..."),
            _number("hours", "our hours", low=0),
            _text("initiated_by", "who started it", one_of=("us", "customer")),
        ),
        event="date",
    ),
    Table(
        "efforts",
        "time that managers give to accounts",
        (
            _ACCOUNT,
            _text("manager_id", "the manager", required=True),
            Column("period", "period", "2026, 2026-Q1 or 2026-03", required=True),
            _number("hours", "logged hours", low=0),
            _number("share", "declared part of the year, a fraction", low=0, high=1),
        ),
    ),
    Table(
        "opportunities",
        "deals, open and closed",
        (
            _text("opportunity_id", "the deal", required=True),
            _ACCOUNT,
            _date("created", "day it was opened"),
            _text("stage", "stage of the sale", required=True),
            _money("amount", "amount as stated while open"),
            _money("won_amount", "amount when won", masked_by="closed"),
            _number("probability", "chance of winning, a fraction", low=0, high=1),
            _text("offering_id", "what would be sold"),
            _date("expected_close", "when a decision is expected"),
            _date("closed", "day it was decided", masked=True),
            _text("outcome", "how it ended", one_of=("open", "won", "lost"), masked_by="closed"),
            _CURRENCY,
        ),
        event="created",
        key=("opportunity_id",),
    ),
    Table(
        "offerings",
        "what we sell",
        (
            _text("offering_id", "the offering", required=True),
            _text("name", "its name"),
            _text("category", "its category"),
        ),
        key=("offering_id",),
    ),
    Table(
        "wallet",
        "what the customer spends on what we could sell, as a range",
        (
            _ACCOUNT,
            Column("year", "whole", "the year", required=True),
            _money("likely", "likely amount", required=True),
            _money("low", "low end of the range"),
            _money("high", "high end of the range"),
            _text("offering_id", "for one offering only"),
            _text("competitor", "who else supplies it"),
            _number("competitor_share", "the competitor's part, a fraction", low=0, high=1),
            _text("source", "where the number is from"),
            _date("stated_on", "day it was stated"),
            _CURRENCY,
        ),
        event="stated_on",
    ),
    Table(
        "ratings",
        "scores that people give, 0 to 10",
        (
            _ACCOUNT,
            _text("criterion", "what is rated", required=True),
            _number("score", "points, 0 to 10", required=True, low=0, high=10),
            _date("rated_on", "day of the rating", required=True),
            _text("rater", "who rated"),
            _text("rater_kind", "how the rater knows", one_of=("account_manager", "colleague", "customer")),
            _text("competitor", "who is rated; empty is us"),
            _text("comment", "why"),
        ),
        event="rated_on",
    ),
    Table(
        "managers",
        "account managers",
        (
            _text("manager_id", "the manager", required=True),
            _text("name", "name"),
            _text("region", "sales region, or several with commas between"),
            _number("capacity_hours", "working hours per year", low=0),
        ),
        key=("manager_id",),
    ),
    Table(
        "maturity",
        "how mature the programme is, as we assess it ourselves",
        (
            _text("dimension", "a dimension of programme.toml", required=True),
            Column("level", "whole", "level reached, 1 to 5", required=True, low=1, high=5),
            _date("assessed_on", "day of the assessment", required=True),
            _text("assessed_by", "who assessed"),
            _text("comment", "why"),
        ),
        event="assessed_on",
    ),
    Table(
        "insight",
        "what we know of the customer's business",
        (
            _ACCOUNT,
            _text(
                "topic",
                "one of five",
                required=True,
                one_of=("marketplace", "strategy", "customers_wants", "value_added", "profit_source"),
            ),
            _text("text", "what we know", required=True),
            _date("confirmed_on", "day it was last confirmed", required=True),
            _text("source", "who or what says so"),
        ),
        event="confirmed_on",
    ),
    Table(
        "customer_goals",
        "what the customer wants to achieve",
        (
            _text("goal_id", "the goal", required=True),
            _ACCOUNT,
            _text("goal", "in the customer's words", required=True),
            _text("project", "the customer's project"),
            _money("budget", "the customer's budget"),
            Column("year", "whole", "year of the budget"),
            _money("value_delivered", "what we delivered to it"),
            _text("opportunity_id", "our deal that serves it"),
            _text("objective_id", "our objective that serves it"),
            _text("source", "who says so"),
            _date("confirmed_on", "day it was last confirmed"),
        ),
        event="confirmed_on",
        key=("goal_id",),
    ),
    Table(
        "objectives",
        "what we want to achieve, with an account or in the whole programme",
        (
            _text("objective_id", "the objective", required=True),
            _text("account_id", "the account; empty is programme-wide"),
            _text("title", "the objective in words", required=True),
            _text("direction", "strategic direction it serves"),
            _text("process", "business process it serves"),
            _text("unit", "business unit it serves"),
            _text("measure", "how it is measured"),
            _text("target", "value to reach"),
            _date("due", "by when"),
            _date("agreed_on", "day the customer agreed"),
            _date("profitable_by", "day from which the account must earn"),
        ),
        event="agreed_on",
        key=("objective_id",),
    ),
    Table(
        "actions",
        "who does what by when",
        (
            _text("action_id", "the action", required=True),
            _text("objective_id", "the objective it serves", required=True),
            _text("title", "the action in words", required=True),
            _text("owner", "who does it"),
            _yesno("ours", "yes: we owe it; no: the customer does"),
            _date("start", "day it starts"),
            _date("due", "day it is due", required=True),
            _date("original_due", "day it was first due"),
            _text("depends_on", "action ids it waits for"),
            _yesno("checkpoint", "is it a check-point"),
            _date("customer_informed_on", "day the customer was told", masked=True),
            _date("done_on", "day it was done", masked=True),
            _text("status", "as last stated", masked_by="done_on"),
        ),
        key=("action_id",),
    ),
    Table(
        "decisions",
        "what was decided in reviews",
        (
            _text("account_id", "the account; empty is the whole portfolio"),
            _date("decided_on", "day", required=True),
            _text("decision", "in words", required=True),
            _text("owner", "who carries it out"),
            _date("due", "by when"),
            _date("done_on", "day it was done", masked=True),
        ),
        event="decided_on",
    ),
    Table(
        "overrides",
        "where a person overrules the model",
        (
            _ACCOUNT,
            _text("what", "what is overruled", required=True, one_of=("quadrant", "stage")),
            _text("value", "the person's value", required=True),
            _text("by", "who", required=True),
            _text("reason", "why", required=True),
            _date("stated_on", "day", required=True),
            _date("expires", "last day it holds", required=True),
        ),
        event="stated_on",
    ),
    Table(
        "kpis",
        "measures that objectives could have",
        (
            _text("kpi_id", "the KPI", required=True),
            _text("objective_id", "the objective it serves", required=True),
            _text("name", "its name", required=True),
            _text("department", "who measures"),
            _text("unit_of_measure", "%, days, EUR, ..."),
            _money("yearly_cost", "cost of measuring, per year", required=True),
            Column(
                "yearly_benefit", "worth", "money per year, or high, medium, low", required=True, one_of=("high", "medium", "low")
            ),
            _text("decision_it_changes", "which decision depends on it"),
            _text("desired", "which way is good", one_of=("up", "down")),
            _text("choice", "KPIs of one objective with the same choice are alternatives"),
            _text("requires", "KPI ids it needs"),
            _text("excludes", "KPI ids it rules out"),
        ),
        key=("kpi_id",),
    ),
    Table(
        "kpi_weights",
        "on which KPIs a manager's incentive hangs",
        (
            _text("manager_id", "the manager", required=True),
            _text("kpi_id", "the KPI", required=True),
            _number("weight", "its weight", required=True, low=0),
        ),
        key=("manager_id", "kpi_id"),
    ),
    Table(
        "kpi_values",
        "measured values of KPIs",
        (
            _text("kpi_id", "the KPI", required=True),
            _text("account_id", "the account; empty is the whole portfolio"),
            _date("date", "day of the value", required=True),
            _number("value", "the value", required=True),
            _number("target", "the target then"),
        ),
        event="date",
    ),
    Table(
        "documents",
        "contracts, acts and reports",
        (
            _text("document_id", "the document", required=True),
            _ACCOUNT,
            _text("kind", "what it is", one_of=("contract", "act", "report")),
            _date("signed_on", "day it was signed", masked=True),
            _date("due", "day it is due"),
            _date("notice_by", "last day to give notice"),
            _date("expires", "last day it holds"),
        ),
        key=("document_id",),
    ),
    Table(
        "deliveries",
        "what was promised and delivered",
        (
            _ACCOUNT,
            _date("promised_on", "day promised for delivery", required=True),
            _date("delivered_on", "day delivered", masked=True),
            _yesno("complete", "was it complete"),
        ),
    ),
    Table(
        "complaints",
        "complaints and what was done",
        (
            _ACCOUNT,
            _date("opened_on", "day opened", required=True),
            _text("cause", "cause"),
            _text("severity", "severity"),
            _date("resolved_on", "day resolved", masked=True),
            _text("remedy", "what was done", masked_by="resolved_on"),
        ),
        event="opened_on",
    ),
)

TABLES: Mapping[str, Table] = MappingProxyType({table.name: table for table in _DECLARED})
"""Every table of the contract by name, in the order of the contract."""

FOUNDING = ("accounts", "invoices", "open_items", "opportunities")
"""The tables of which one must be there, and whose account ids make up the portfolio."""
