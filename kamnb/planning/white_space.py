"""White space: what each account could buy of what we sell, and what is offered to it."""

from typing import TYPE_CHECKING, Any

from kamnb.data.losses import find_lost
from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.indicators import find_windows
from kamnb.planning.playbook import WhiteSpace
from kamnb.planning.queries import fetch_query

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

WHITE_SPACE_UNITS = {
    "white_space_low": "money",
    "white_space_likely": "money",
    "white_space_high": "money",
    "white_space_idle": "money",
    "white_space_idle_share": "fraction",
    "offerings_idle": "count",
    "deals_serving_goals": "count",
    "revenue_without_offering": "money",
}
"""The unit of each column that `sum_white_space` returns."""

ENDS = ("low", "likely", "high")


@answer_once
def find_white_space(
    portfolio: Portfolio, accounts: "pd.DataFrame", indicators: "pd.DataFrame", rules: WhiteSpace
) -> "pd.DataFrame":
    """Return every account's offerings with what it buys now and what it could buy.

    What it could buy of an offering is its stated wallet, else what accounts alike buy: the quartiles of the revenue of the
    others of its segment that bought the offering in twelve months, each as a part of its accessible spend where that is known
    for all of them and for the account. Room is what it could buy less what it buys, at least 0. Open deals stand beside it
    and are never added to it. A chance is what an open deal declares, else our wins among the deals decided for the offering,
    else for its category, else for all, the first of which there are enough. Where we sell more offerings than the rules
    allow, their categories stand for them.

    Parameters
    ----------
    portfolio : Portfolio
    accounts : DataFrame
        Master data.
    indicators : DataFrame
        Indexed alike.
    rules : WhiteSpace

    Returns
    -------
    DataFrame
        ``account_id``, ``offering_id``, ``offering``, ``revenue_ltm`` (0: not bought), ``low``, ``likely``, ``high`` and
        ``room_low``, ``room_likely``, ``room_high`` (money; NaN unknown), ``basis`` ("wallet", "alike" or missing),
        ``alike`` (how many other accounts), ``competitor``, ``competitor_share``, ``open_deals`` (how many) and ``pipeline``
        (the money that they state; NaN where they state none), ``chance`` (a fraction) and ``chance_basis`` ("declared",
        "offering", "category", "overall" or missing), ``goal`` that an open or past deal for the offering serves (that of the
        largest budget), its ``goal_budget``, and how many such ``goals`` there are.
    """
    parameters = {"history_months": rules.history_months, "most_offerings": rules.most_offerings}
    found = fetch_query(portfolio, "white_space", parameters, indicators.index)
    found["segment"] = found["account_id"].map(accounts["segment"])
    found["spend"] = found["account_id"].map(indicators["accessible_spend"])
    found["revenue_ltm"] = found["revenue_ltm"].fillna(0.0) if portfolio.has("invoices", "offering_id") else float("nan")
    found["open_deals"] = (
        found["open_deals"].astype(float).fillna(0.0) if portfolio.has("opportunities", "offering_id") else float("nan")
    )
    found["pipeline"] = found["pipeline"].mask(found["open_deals"] == 0, 0.0)
    _hide_lost(portfolio, found)
    found = _fill_alike(found, rules)
    for end in ENDS:
        found[f"room_{end}"] = (found[end] - found["revenue_ltm"].clip(lower=0)).clip(lower=0)
    return _state_chances(found, rules)[list(COLUMNS)]


def _hide_lost(portfolio: Portfolio, found: "pd.DataFrame") -> None:
    """Make unknown what rests on rows that were lost of the same account."""
    window = find_windows(portfolio, {"revenue_ltm": (12, 0)})["revenue_ltm"]
    for table, columns in _RESTS.items():
        found.loc[found["account_id"].isin(find_lost(portfolio, table, window=window)), columns] = float("nan")


_RESTS = {"invoices": ["revenue_ltm"], "opportunities": ["open_deals", "pipeline"], "wallet": ["low", "likely", "high"]}
"""The columns that rest on each table."""


COLUMNS = (
    "account_id", "offering_id", "offering", "revenue_ltm", "low", "likely", "high", "room_low", "room_likely", "room_high",
    "basis", "alike", "competitor", "competitor_share", "open_deals", "pipeline",
    "chance", "chance_basis", "goal", "goal_budget", "goals",
)  # fmt: skip


def _fill_alike(found: "pd.DataFrame", rules: WhiteSpace) -> "pd.DataFrame":
    """Give offerings without a stated wallet what other accounts of the segment buy, where enough of them do."""
    compared = _compare_segments(found)
    stated, usable = found["likely"].notna(), found["likely"].isna() & (compared["alike"] >= rules.least_peers)
    scaled = compared["spends"] & found["spend"].notna()
    for end in ENDS:
        guess = (compared[f"part_{end}"] * found["spend"]).where(scaled, compared[f"money_{end}"])
        found[end] = found[end].where(stated, guess.where(usable))
    basis = usable.map({True: "alike", False: None}).where(~stated, "wallet")
    return found.assign(basis=basis, alike=compared["alike"].where(usable))


def _compare_segments(found: "pd.DataFrame") -> "pd.DataFrame":
    """Return of each row what the other accounts of its segment buy of the offering: how many, and the quartiles.

    Of those that state a spend, all or not (``spends``), the quartiles are of parts of it too.
    """
    import numpy as np
    import pandas as pd

    bought = found["revenue_ltm"].where(found["revenue_ltm"] > 0)
    values = {
        "money": bought.to_numpy(dtype=float),
        "part": (bought / found["spend"].where(found["spend"] > 0)).to_numpy(dtype=float),
    }
    buys = ~np.isnan(values["money"])
    quartiles = {f"{what}_{end}": np.full(len(found), np.nan) for what in values for end in ENDS}
    alike, spends = np.zeros(len(found)), np.zeros(len(found), dtype=bool)
    for rows in found.groupby(["segment", "offering_id"]).indices.values():
        own = buys[rows]
        if not own.any():
            continue
        alike[rows], spends[rows] = own.sum() - own, (np.isnan(values["part"][rows]) != own).all()
        for what, known in values.items():
            for end, share in zip(ENDS, (0.25, 0.5, 0.75), strict=True):
                quartiles[f"{what}_{end}"][rows] = quantile_of_others(known[rows], share)
    return pd.DataFrame({"alike": alike, "spends": spends, **quartiles}, index=found.index)


def quantile_of_others(values: "np.ndarray[Any, Any]", share: float) -> "np.ndarray[Any, Any]":
    """Return for each value the quantile of all the others that are known, between neighbours by their distance.

    Examples
    --------
    >>> import numpy as np
    >>> quantile_of_others(np.array([1.0, 2.0, 9.0, np.nan]), 0.5).tolist()
    [5.5, 5.0, 1.5, 2.0]
    """
    import numpy as np

    known = np.sort(values[~np.isnan(values)])
    rank = np.where(np.isnan(values), len(known), np.searchsorted(known, values))
    others = len(known) - (rank < len(known))
    place = share * np.maximum(others - 1, 0)
    low, padded = np.floor(place).astype(int), np.append(known, [np.nan, np.nan])
    high = np.minimum(low + 1, np.maximum(others - 1, 0))
    below, above = padded[low + (rank <= low)], padded[high + (rank <= high)]
    return np.where(others > 0, below + (above - below) * (place - low), np.nan)


def _state_chances(found: "pd.DataFrame", rules: WhiteSpace) -> "pd.DataFrame":
    """Give the chance that the open deal declares, else that our own wins tell; of nothing else."""
    chance = found["declared_chance"].astype(float)
    basis = chance.notna().map({True: "declared", False: None}).astype(object)
    for name in ("offering", "category", "overall"):
        decided, won = (found[f"{what}_{name}"].astype(float) for what in ("decided", "won"))
        told = chance.isna() & (decided >= rules.least_decided)
        chance = chance.where(~told, won / decided)
        basis = basis.where(~told, name)
    return found.assign(chance=chance, chance_basis=basis)


@answer_once
def sum_white_space(portfolio: Portfolio, white_space: "pd.DataFrame", indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Add up the room of every account over the offerings whose wallet is stated; a guess from others is not added up.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: ``white_space_low``, ``white_space_likely``, ``white_space_high``, in money, each NaN where one
        of the wallets does not state it; ``white_space_idle``, the likely room of offerings without an open deal, how many
        those are (``offerings_idle``), and ``white_space_idle_share``, that room over revenue of twelve months (a fraction);
        ``deals_serving_goals``, open deals that serve a goal of the customer; ``revenue_without_offering``, money that
        no row of the white space holds. NaN is unknown.
    """
    stated = white_space[white_space["basis"] == "wallet"]
    idle = (stated["open_deals"] == 0).astype(float).where(stated["open_deals"].notna())
    marks = stated.assign(white_space_idle=stated["room_likely"] * idle, offerings_idle=(stated["room_likely"] > 0) * idle)
    ends = {f"white_space_{end}": stated[f"room_{end}"].groupby(stated["account_id"]).agg(_sum_known) for end in ENDS}
    idles = marks.groupby("account_id")[["white_space_idle", "offerings_idle"]].sum(min_count=1)
    found = idles.assign(**ends).reindex(index=indicators.index, columns=list(WHITE_SPACE_UNITS))
    revenue = indicators["revenue_ltm"]
    named = white_space["revenue_ltm"].groupby(white_space["account_id"]).agg(_sum_known)
    return found.assign(
        white_space_idle_share=found["white_space_idle"] / revenue.where(revenue > 0),
        deals_serving_goals=_count_serving(portfolio, indicators),
        revenue_without_offering=(revenue - named).round(2),
    )


_SERVING = """
    SELECT account_id, count(*) AS deals
    FROM opportunities
    WHERE deal_state(outcome, closed) = 'open' AND opportunity_id IN (SELECT opportunity_id FROM customer_goals)
    GROUP BY account_id
"""


def _count_serving(portfolio: Portfolio, indicators: "pd.DataFrame") -> "pd.Series[float]":
    """Count the open deals that serve a goal of the customer; unknown where goals are never linked to deals."""
    with portfolio.connect("customer_goals", "opportunities") as connection:
        serving: pd.DataFrame = connection.execute(_SERVING).df()
    found = serving.set_index("account_id")["deals"].astype(float).reindex(indicators.index)
    linked = portfolio.has("customer_goals", "opportunity_id") and portfolio.has("opportunities")
    return found.fillna(0.0) if linked else found


def _sum_known(amounts: "pd.Series[float]") -> float:
    """Add up amounts that are all known; the sum is unknown where one is."""
    return float(amounts.sum(skipna=False))


def choose_next_offers(white_space: "pd.DataFrame", most: int) -> "pd.DataFrame":
    """Return one account's next offers: those that serve a goal of the customer first, by its budget; then by likely room.

    Parameters
    ----------
    white_space : DataFrame
        The rows of one account.
    most : int

    Returns
    -------
    DataFrame
        At most so many rows: those with room, and those that serve a goal and have an open deal, or nobody knows their room.
    """
    hoped = white_space["goal"].notna() & (white_space["room_likely"].isna() | (white_space["open_deals"] > 0))
    wanted = white_space[(white_space["room_likely"] > 0) | hoped]
    order = wanted.assign(serves=wanted["goal"].notna()).sort_values(
        ["serves", "goal_budget", "room_likely", "offering_id"], ascending=[False, False, False, True]
    )
    return order.drop(columns="serves").head(most)
