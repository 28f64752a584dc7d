"""Why revenue and margin of twelve months are others than on an earlier day: price, volume, mix, currency, what came and went."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio
from kamnb.data.rates import converted
from kamnb.data.report import say_share
from kamnb.indicators import INDICATORS, explain_absences
from kamnb.planning.price_volume_mix import EFFECTS, Sold, round_to_cents, split_change
from kamnb.planning.queries import read_query

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("revenue", "margin")
_HEAD = ["account_id", "measure", "before", "now", *EFFECTS, "reason"]
Lines = Sequence[Any]


def compare_trade(portfolio: Portfolio, since: date, known: "pd.Series[bool]", most_uncounted: float) -> "pd.DataFrame":
    """Split the change of revenue, and of margin, of twelve months since an earlier day.

    What fell out of the twelve months is held against what came in: the days since then against the same days a year before,
    or, over more than a year, both twelve months. So the parts sum to the change of ``revenue_ltm``. Currency is what rates
    did, line by line; all else is at the earlier rates. Lines without quantity or offering, and returns, are ``other``.

    Parameters
    ----------
    portfolio : Portfolio
        As of the later day.
    since : date
    known : Series of bool
        Whether the revenue of an account is known on both days.
    most_uncounted : float
        The share of revenue that may lack a quantity or an offering; of more nothing is split, and the reason is given.

    Returns
    -------
    DataFrame
        ``account_id``, ``measure`` ("revenue" or "margin"), ``before``, ``now`` (of the days compared), the columns of
        `kamnb.planning.price_volume_mix.EFFECTS`, Decimal amounts in the reporting currency, and ``reason``: why nothing is
        split, else missing. An account without an invoice in either window has no row.

    Examples
    --------
    >>> import pandas as pd
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> trade = compare_trade(portfolio, date(2026, 3, 31), pd.Series(True, portfolio.read("accounts")["account_id"]), 0.05)
    >>> row = trade.iloc[0]
    >>> row["now"] - row["before"] == sum(row[list(EFFECTS)])
    True
    """
    import pandas as pd

    gap = next((found for day in (since, portfolio.as_of) if (found := _find_gap(portfolio.at(day)))), "")
    rows: list[list[Any]] = []
    for account, lines in _read(portfolio, since).groupby("account_id"):
        if account in known.index:
            listed = list(lines.itertuples(index=False))
            reason = gap or _refuse(listed, bool(known[account]), most_uncounted)
            rows += [_split(str(account), measure, listed, reason) for measure in MEASURES]
    return pd.DataFrame(rows, columns=_HEAD).astype({"reason": object})


def _find_gap(portfolio: Portfolio) -> str:
    """Say that invoices do not reach over the twelve months; empty where they do."""
    absences = explain_absences(portfolio)
    spans = [name for name, each in INDICATORS.items() if each.covers == "twelve months" and each.needs == ("invoices",)]
    return next((absences[name] for name in spans if name in absences), "")


def _read(portfolio: Portfolio, since: date) -> "pd.DataFrame":
    import pandas as pd

    rates = {
        name: converted("1::DECIMAL(18,8)", day, portfolio.currency, portfolio.rates, portfolio.as_of)
        for name, day in (("rate", "date"), ("earlier_rate", "earlier"))
    }
    query = read_query("traded").format(**rates)
    with portfolio.connect("invoices") as connection:
        found = connection.execute(query, {"since": since})
        names = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    return pd.DataFrame(rows, columns=names, dtype=object)


def _refuse(lines: Lines, is_known: bool, most: float) -> str:
    if not is_known:
        return "revenue is unknown on one of the days"
    for is_now in (False, True):
        sizes = [(line.size, line.is_counted) for line in lines if line.is_now == is_now]
        whole, counted = sum(size for size, _ in sizes), sum(size for size, counts in sizes if counts)
        if whole and 1 - counted / whole > Decimal(str(most)):
            share = say_share(1 - counted / whole)
            return f"quantity or offering is missing for {share} of revenue, more than {100 * most:g} %"
    return ""


def _split(account: str, measure: str, lines: Lines, reason: str) -> list[Any]:
    is_margin = measure == "margin"
    if is_margin and not reason and not all(line.has_cost for line in lines):
        reason = "the cost of some lines is missing"
    if reason:
        sides = [sum(((line.amount) for line in lines if line.is_now == side), Decimal(0)) for side in (False, True)]
        shown = [None, None] if is_margin else [round(side, 2) for side in sides]
        return [account, measure, *shown, *(None,) * len(EFFECTS), reason]
    ends = [sum((_worth(line, is_margin) for line in lines if line.is_now == side), Fraction(0)) for side in (False, True)]
    currency = sum((_worth(line, is_margin) * (1 - _turn(line)) for line in lines), Fraction(0))
    sales = [_sum_sales([line for line in lines if line.is_sale and line.is_now == side], is_margin) for side in (False, True)]
    parts = split_change(sales[0], sales[1])
    other = ends[1] - ends[0] - currency - sum(parts.values(), Fraction(0))
    cents = round_to_cents({**parts, "currency": currency, "other": other})
    before = round_to_cents({"before": ends[0]})["before"]
    return [account, measure, before, before + sum(cents.values(), Decimal(0)), *(cents[name] for name in EFFECTS), None]


def _worth(line: Any, is_margin: bool) -> Fraction:
    return Fraction(line.amount) - (Fraction(line.cost) if is_margin else 0)


def _turn(line: Any) -> Fraction:
    """Return by what an amount of the later window is multiplied to be at the earlier rate."""
    return Fraction(line.earlier_rate) / Fraction(line.rate) if line.is_now else Fraction(1)


def _sum_sales(lines: Lines, is_margin: bool) -> dict[str, Sold]:
    """Add up what was sold of each offering, at the earlier rates."""
    totals: dict[str, list[Fraction]] = {}
    for line in lines:
        sums = totals.setdefault(line.offering_id, [Fraction(0)] * 3)
        worth = (Fraction(line.amount) * _turn(line), Fraction(line.cost) * _turn(line) if is_margin else Fraction(0))
        totals[line.offering_id] = [have + more for have, more in zip(sums, (Fraction(line.quantity), *worth), strict=True)]
    return {name: Sold(*sums) for name, sums in totals.items()}
