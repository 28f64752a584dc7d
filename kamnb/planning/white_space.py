"""White space: what each account could buy of what we sell, and what is offered to it."""

from importlib.resources import files
from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio
from kamnb.planning.playbook import WhiteSpace

if TYPE_CHECKING:
    import pandas as pd

WHITE_SPACE_UNITS = {
    "white_space_low": "money",
    "white_space_likely": "money",
    "white_space_high": "money",
    "white_space_idle": "money",
    "white_space_idle_share": "fraction",
}
"""The unit of each column that `sum_white_space` returns."""

ENDS = ("low", "likely", "high")


def find_white_space(
    portfolio: Portfolio, accounts: "pd.DataFrame", indicators: "pd.DataFrame", rules: WhiteSpace
) -> "pd.DataFrame":
    """Return every account's offerings with what it buys now and what it could buy.

    What it could buy of an offering is its stated wallet, else what accounts alike buy: the quartiles of the revenue of those
    of its segment that bought the offering in twelve months, each as a part of its accessible spend where that is known for
    all of them and for the account. Room is what it could buy less what it buys, at least 0. Open deals stand beside it and
    are never added to it. Where we sell more offerings than the rules allow, their categories stand for them.

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
        ``alike`` (how many accounts), ``competitor``, ``competitor_share``, ``pipeline`` (money in open deals, 0: none),
        ``chance`` (a fraction) and ``chance_basis`` ("declared", "offering", "overall" or missing), ``goal`` that an open or
        past deal for the offering serves, and its ``goal_budget``.
    """
    query = files("kamnb.planning").joinpath("sql", "white_space.sql").read_text(encoding="utf-8")
    parameters = {"history_months": rules.history_months, "most_offerings": rules.most_offerings}
    with portfolio.connect() as connection:
        connection.register("portfolio", indicators.index.to_frame(index=False))
        found: pd.DataFrame = connection.execute(query, parameters).df()
    found["segment"] = found["account_id"].map(accounts["segment"])
    found["spend"] = found["account_id"].map(indicators["accessible_spend"])
    found["revenue_ltm"] = found["revenue_ltm"].fillna(0.0) if portfolio.has("invoices", "offering_id") else float("nan")
    found["pipeline"] = found["pipeline"].fillna(0.0) if portfolio.has("opportunities", "offering_id") else float("nan")
    found = _fill_alike(found, rules)
    for end in ENDS:
        found[f"room_{end}"] = (found[end] - found["revenue_ltm"]).clip(lower=0)
    return _state_chances(found, rules)[list(COLUMNS)]


COLUMNS = (
    "account_id", "offering_id", "offering", "revenue_ltm", "low", "likely", "high", "room_low", "room_likely", "room_high",
    "basis", "alike", "competitor", "competitor_share", "pipeline", "chance", "chance_basis", "goal", "goal_budget",
)  # fmt: skip


def _fill_alike(found: "pd.DataFrame", rules: WhiteSpace) -> "pd.DataFrame":
    """Give offerings without a stated wallet what accounts of the same segment buy, where enough of them do."""
    buyers = found[(found["revenue_ltm"] > 0) & found["segment"].notna()]
    parts = buyers.assign(part=buyers["revenue_ltm"] / buyers["spend"].where(buyers["spend"] > 0))
    keys = ["segment", "offering_id"]
    grouped = parts.groupby(keys)
    sums = grouped.agg(alike=("revenue_ltm", "size"), spends=("part", "count"))
    for end, share in zip(ENDS, (0.25, 0.5, 0.75), strict=True):
        sums[f"plain_{end}"] = grouped["revenue_ltm"].quantile(share)
        sums[f"part_{end}"] = grouped["part"].quantile(share)
    joined = found.join(sums, on=keys)
    stated = joined["likely"].notna()
    others = joined["alike"] - (joined["revenue_ltm"] > 0)  # an account is not compared with itself alone
    usable = ~stated & (others >= rules.least_peers)
    scaled = (joined["spends"] == joined["alike"]) & joined["spend"].notna()
    for end in ENDS:
        guess = (joined[f"part_{end}"] * joined["spend"]).where(scaled, joined[f"plain_{end}"])
        joined[end] = joined[end].where(stated, guess.where(usable))
    joined["basis"] = joined["likely"].notna().map({True: "alike", False: None}).where(~stated, "wallet")
    joined["alike"] = others.where(usable)
    return joined


def _state_chances(found: "pd.DataFrame", rules: WhiteSpace) -> "pd.DataFrame":
    """Give the chance that our own win history tells, or that the open deal declares; of nothing else."""
    enough, overall = found["decided"] >= rules.least_decided, found["decided_overall"] >= rules.least_decided
    declared = found["declared_chance"]
    history = (found["won"] / found["decided"]).where(enough, (found["won_overall"] / found["decided_overall"]).where(overall))
    basis = enough.map({True: "offering", False: None}).where(enough | ~overall, "overall")
    return found.assign(chance=declared.where(declared.notna(), history), chance_basis=basis.where(declared.isna(), "declared"))


def sum_white_space(white_space: "pd.DataFrame", indicators: "pd.DataFrame") -> "pd.DataFrame":
    """Add up the room of every account over the offerings whose wallet is stated; a guess from others is not added up.

    Returns
    -------
    DataFrame
        Indexed as `indicators`: ``white_space_low``, ``white_space_likely``, ``white_space_high`` and ``white_space_idle`` (the
        likely room of offerings without an open deal), in money; ``white_space_idle_share`` is that over revenue of twelve
        months (a fraction). NaN where no wallet is stated by offering.
    """
    stated = white_space[white_space["basis"] == "wallet"]
    idle = stated["room_likely"].where(~(stated["pipeline"] > 0), 0.0)
    sums = stated.assign(idle=idle).groupby("account_id")[["room_low", "room_likely", "room_high", "idle"]].sum(min_count=1)
    found = sums.set_axis(list(WHITE_SPACE_UNITS)[:4], axis=1).reindex(indicators.index)
    revenue = indicators["revenue_ltm"]
    return found.assign(white_space_idle_share=found["white_space_idle"] / revenue.where(revenue > 0))


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
        At most so many rows, those with room or with a goal.
    """
    wanted = white_space[(white_space["room_likely"] > 0) | white_space["goal"].notna()]
    order = wanted.assign(serves=wanted["goal"].notna()).sort_values(
        ["serves", "goal_budget", "room_likely", "offering_id"], ascending=[False, False, False, True]
    )
    return order.drop(columns="serves").head(most)
