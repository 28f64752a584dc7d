"""Tables of a portfolio in, facts about its accounts out."""

from functools import partial
from typing import TYPE_CHECKING

from kamnb.data.losses import find_lost, hide_lost
from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators.absences import find_absences
from kamnb.indicators.catalogue import INDICATORS, MONTHS_BACK
from kamnb.indicators.catalogue.declaring import TWO_YEARS
from kamnb.indicators.memory import recall
from kamnb.indicators.queries import has_ledger, keep_results, measured
from kamnb.indicators.settings import IndicatorSettings
from kamnb.indicators.windows import find_indicator_windows, find_windows

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_BY_DAY = ("revenue", "rhythm", "year")
_TRADE = (*_BY_DAY, "ageing", "assortment", "wallet", "netted", "receivables")

_TOPICS = {"trade": _TRADE, "contacts": ("contacts",), "pipeline": ("pipeline",), "agreed": ("agreed",)}
"""The queries of indicators, by what they are measured from: of what is edited most only the small ones are measured anew."""


@answer_once
def measure_accounts(portfolio: Portfolio) -> "pd.DataFrame":
    """Measure every account of a portfolio.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        One row per account, indexed by ``account_id`` in order; one column of floats per indicator, as
        `INDICATORS` declares them. NaN is unknown; `explain_absences` says why where it is so for all.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> indicators = measure_accounts(open_portfolio(data_folder() / "sample"))
    >>> list(indicators.columns) == list(INDICATORS)
    True
    """
    import pandas as pd

    return pd.concat([_recall_topic(portfolio, topic) for topic in _TOPICS], axis=1)[list(INDICATORS)]


def _recall_topic(portfolio: Portfolio, topic: str) -> "pd.DataFrame":
    return recall(portfolio, topic, _TOPICS[topic], partial(_measure_topic, topic))


def _measure_topic(topic: str, portfolio: Portfolio) -> "pd.DataFrame":
    queries = _TOPICS[topic]
    with measured(portfolio, *_views_for(queries), further=queries) as connection:
        if topic == "trade":
            keep_results(connection, "portfolio", "calendar", "days", "months", *_BY_DAY)
            connection.execute("DROP TABLE measured.days")  # by far the largest, and no later query reads it
        keep_results(connection, "portfolio", *queries)
        joins = " ".join(f"LEFT JOIN measured.{query} USING (account_id)" for query in queries)
        columns = f"COLUMNS(lambda name: list_contains({list(INDICATORS)}, name))::DOUBLE"
        frame = _fetch(connection, f"SELECT account_id, {columns} FROM measured.portfolio {joins} ORDER BY account_id")
    frame = frame.set_index("account_id")
    names = [name for name in INDICATORS if name in frame]
    frame[list(find_absences(portfolio, *names))] = float("nan")
    hidden = hide_lost(portfolio, frame, {name: NEEDS[name] for name in names}, find_indicator_windows(portfolio))
    return _keep_ends(portfolio, frame, hidden) if topic == "trade" else hidden


def _views_for(queries: tuple[str, ...]) -> tuple[str, ...]:
    """Return the views that queries name, which are read once and need not be kept."""
    return tuple(view for view, users in _VIEWS.items() if {*users} & {*queries})


_VIEWS = {"open_lines": ("ageing", "netted", "receivables"), "people": ("contacts",)}


def _keep_ends(portfolio: Portfolio, frame: "pd.DataFrame", hidden: "pd.DataFrame") -> "pd.DataFrame":
    """Keep since when an account buys, and when it last did, where every row of it that was lost lies between the two."""
    import pandas as pd

    lost = portfolio.lost.rows
    rows = lost[(lost["of_table"] == "invoices") & lost["of_column"].isin(["", "date"]) & lost["account_id"].notna()]
    if rows.empty:
        return hidden
    days = pd.to_datetime(rows["day"]).groupby(rows["account_id"]).agg(["min", "max", "count", "size"]).reindex(frame.index)
    dated = days["count"] == days["size"]
    today, unsaid = pd.Timestamp(portfolio.as_of), frame.index.isin(find_lost(portfolio, "accounts.customer_since"))
    bought = today - pd.to_timedelta(frame["days_since_invoice"], "D")
    begun = today - pd.to_timedelta((frame["tenure_at_least"] * _YEAR_DAYS).round(), "D")
    kept = hidden.copy()
    for name, is_kept in {
        "days_since_invoice": dated & (days["max"] <= bought),
        "tenure": dated & (days["min"] >= begun) & ~unsaid,
        "tenure_at_least": dated & (days["min"] >= begun) & ~unsaid,
    }.items():
        kept[name] = hidden[name].where(~is_kept, frame[name])
    return kept


_YEAR_DAYS = 365.25
"""Of a year of tenure."""


@answer_once
def measure_bonds(portfolio: Portfolio) -> "pd.DataFrame":
    """Measure what a relationship hangs on, and only that: cheap enough to be done for earlier days too.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Indexed as `measure_accounts`: ``revenue_ltm``, ``people_reached`` and ``share_of_wallet``, as there; all unknown
        where the dates of the invoices do not reach over the twelve months, but for people.
    """
    sales = recall(portfolio, "sales", ("revenue", "wallet"), _measure_sales)
    return sales.join(measure_people(portfolio))


@answer_once
def measure_people(portfolio: Portfolio) -> "pd.DataFrame":
    """Measure of `measure_bonds` what takes no invoices: ``people_reached``."""
    return _recall_topic(portfolio, "contacts")[["people_reached"]]


def _measure_sales(portfolio: Portfolio) -> "pd.DataFrame":
    names = ["revenue_ltm", "share_of_wallet"]
    with measured(portfolio, further=["revenue", "wallet"]) as connection:
        keep_results(connection, "portfolio", "calendar", "days", "months", "revenue", "wallet")
        joins = " ".join(f"LEFT JOIN measured.{topic} USING (account_id)" for topic in ("revenue", "wallet"))
        columns = ", ".join(f"{name}::DOUBLE AS {name}" for name in names)
        frame = _fetch(connection, f"SELECT account_id, {columns} FROM measured.portfolio {joins} ORDER BY account_id")
    absent = find_absences(portfolio, *names, _YEAR_LONG)
    frame[names if _YEAR_LONG in absent else [name for name in names if name in absent]] = float("nan")
    needs = {name: NEEDS[name] for name in names}
    return hide_lost(portfolio, frame.set_index("account_id"), needs, find_indicator_windows(portfolio))


@answer_once
def list_reached(portfolio: Portfolio) -> "pd.DataFrame":
    """Return ``account_id`` and ``contact_id`` of every person with two-way contact in twelve months who has not left."""
    with measured(portfolio, "people") as connection:
        return _fetch(connection, "SELECT account_id, contact_id FROM measured.people WHERE is_reached ORDER BY ALL")


@answer_once
def find_unreached(portfolio: Portfolio) -> set[str]:
    """Return the accounts of which it is not known who was reached, for rows that would tell were lost."""
    return find_lost(portfolio, *NEEDS["people_reached"], window=find_indicator_windows(portfolio)["people_reached"])


@answer_once
def find_untraced(portfolio: Portfolio) -> set[str]:
    """Return the accounts whose revenue of two years is not known month by month, for rows of it were lost."""
    return find_lost(portfolio, "invoices", window=find_windows(portfolio, {"revenue": MONTHS_BACK[TWO_YEARS]})["revenue"])


NEEDS = {name: indicator.needs for name, indicator in INDICATORS.items()}
"""What each indicator rests on."""

_EDITED = {"contacts", "interactions", "opportunities", "objectives", "documents"}

BOUGHT = tuple(name for name, needs in NEEDS.items() if not any(table in need for need in needs for table in _EDITED))
"""The indicators of what is bought and paid: what people enter of plans and contacts changes none of them."""

_YEAR_LONG = "order_regularity"
"""An indicator that needs no more than invoices over twelve months."""


@answer_once
def list_accounts(portfolio: Portfolio) -> "pd.DataFrame":
    """Return the master data of every account; all but the id is missing where an account has none.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Indexed as `measure_accounts`; the columns of the table ``accounts``, further ones too.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> list(list_accounts(open_portfolio(data_folder() / "sample")).columns[:2])
    ['name', 'parent_id']
    """
    with measured(portfolio, further=["portfolio"], tables=["accounts"]) as connection:
        keep_results(connection, "portfolio")
        query = "SELECT * FROM measured.portfolio LEFT JOIN accounts USING (account_id) ORDER BY account_id"
        return _fetch(connection, query).set_index("account_id")


@answer_once
def measure_months(portfolio: Portfolio) -> "pd.DataFrame":
    """Return revenue and cost of every account with an invoice, by calendar month.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Indexed by ``account_id`` and ``month`` (its first day), the last 36 months at most and none before the
        first invoice of the table; the last month ends on the day. ``revenue`` in money, 0 without invoice;
        ``cost`` in money, NaN where a line does not state it. An account with invoice rows of these months that were lost is
        not in it.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> list(measure_months(open_portfolio(data_folder() / "sample")).columns)
    ['revenue', 'cost']
    """
    with measured(portfolio, "series") as connection:
        frame = _fetch(connection, "FROM measured.series ORDER BY account_id, month")
    if not portfolio.has("invoices", "cost"):
        frame["cost"] = float("nan")
    gone = _find_unread(portfolio, (IndicatorSettings.load(portfolio.own).series.series_months, 0))
    return frame[~frame["account_id"].isin(gone)].set_index(["account_id", "month"])


@answer_once
def measure_ageing(portfolio: Portfolio) -> "pd.DataFrame":
    """Return open receivables of every account by days past due.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Indexed as `measure_accounts`; money in ``not_due``, ``d1_30``, ``d31_60``, ``d61_90`` and ``d90_plus``.
        NaN where an open line has no due date, and for all where payment or due dates are not given.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> list(measure_ageing(open_portfolio(data_folder() / "sample")).columns)
    ['not_due', 'd1_30', 'd31_60', 'd61_90', 'd90_plus']
    """
    buckets = "COLUMNS(ageing.* EXCLUDE (account_id))::DOUBLE"
    with measured(portfolio, "portfolio", "open_lines", "ageing") as connection:
        joined = "measured.portfolio LEFT JOIN measured.ageing USING (account_id)"
        frame = _fetch(connection, f"SELECT account_id, {buckets} FROM {joined} ORDER BY account_id").set_index("account_id")
    is_known = "receivables_overdue" not in find_absences(portfolio, "receivables_overdue")
    needs = dict.fromkeys(frame.columns, NEEDS["receivables_overdue"])
    return hide_lost(portfolio, frame, needs) if is_known else frame * float("nan")


@answer_once
def measure_offerings(portfolio: Portfolio) -> "pd.DataFrame":
    """Return what every account bought in two years, by offering; lines that name no offering are not in it.

    Nor is an account with invoice rows that were lost.

    Parameters
    ----------
    portfolio : Portfolio

    Returns
    -------
    DataFrame
        Indexed by ``account_id`` and ``offering_id``: ``name``, ``category``; ``revenue_ltm``, ``revenue_prior``
        and ``margin_ltm`` in money, credit notes off. NaN is unknown, as for the indicators of these names.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> list(measure_offerings(open_portfolio(data_folder() / "sample")).columns)
    ['name', 'category', 'revenue_ltm', 'revenue_prior', 'margin_ltm']
    """
    money = ("revenue_ltm", "revenue_prior", "margin_ltm")
    with measured(portfolio, "offerings", tables=["offerings"]) as connection:
        columns = ", ".join(f"{name}::DOUBLE AS {name}" for name in money)
        joined = "measured.offerings LEFT JOIN offerings USING (offering_id)"
        query = f"SELECT account_id, offering_id, name, category, {columns} FROM {joined} ORDER BY account_id, offering_id"
        frame = _fetch(connection, query)
    frame[list(find_absences(portfolio, *money))] = float("nan")
    gone = _find_unread(portfolio, MONTHS_BACK[TWO_YEARS])
    return frame[~frame["account_id"].isin(gone)].set_index(["account_id", "offering_id"])


def _find_unread(portfolio: Portfolio, months: tuple[int, int]) -> set[str]:
    """Return the accounts that lost invoice rows, or their cost, so many months back."""
    window = find_windows(portfolio, {"invoices": months})["invoices"]
    return find_lost(portfolio, "invoices", "invoices.cost", window=window)


def receivables_source(portfolio: Portfolio) -> str:
    """Say where open receivables are taken from: the ledger, else invoices; empty where neither tells.

    Examples
    --------
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> receivables_source(open_portfolio(data_folder() / "sample")).startswith("the ledger")
    True
    """
    with portfolio.connect("open_items") as connection:
        if has_ledger(portfolio, connection):
            days = [str(day) for (day,) in connection.execute("SELECT DISTINCT listed_on FROM open_items ORDER BY 1").fetchall()]
            return f"the ledger{'s' if len(days) > 1 else ''} of {' and '.join(days)}, gross"
    return "invoices, net of VAT" if portfolio.has("invoices", "paid_date") else ""


def _fetch(connection: "duckdb.DuckDBPyConnection", query: str) -> "pd.DataFrame":
    frame: pd.DataFrame = connection.execute(query).df()
    return frame
