"""How much an account could buy."""

from kamnb.indicators.catalogue.declaring import STATED, Indicator

POTENTIAL = (
    Indicator(
        "annual_spend",
        "what the customer buys per year of what we could sell",
        "as given in the master data",
        "money", "up", STATED, ("accounts.annual_spend",), "not given: unknown",
    ),
    Indicator(
        "accessible_spend",
        "what it spends per year on what we could sell: it says how large its potential is",
        "annual_spend, else the likely wallet of share_of_wallet",
        "money", "up", STATED, ("accounts.annual_spend or wallet",), "neither given: unknown",
    ),
    Indicator(
        "own_growth",
        "the customer's own yearly growth",
        "as given in the master data",
        "fraction", "up", STATED, ("accounts.own_growth",), "not given: unknown",
    ),
)  # fmt: skip
