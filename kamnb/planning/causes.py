"""Causes that are good news although a score fell by them."""

from typing import TYPE_CHECKING

from kamnb.scoring import Criteria

if TYPE_CHECKING:
    import pandas as pd

_EMPTIED = ("open_pipeline", "weighted_pipeline")
"""Indicators that fall when a deal is won, for it is open no more."""


def tell_wins(parts: "pd.DataFrame", events: "pd.DataFrame", criteria: Criteria) -> "pd.DataFrame":
    """Return the parts of a movement of which a fall is good news named so: where a pipeline lost a deal that was won.

    Examples
    --------
    >>> import pandas as pd
    >>> model = Criteria.from_toml('''
    ... [attractiveness.money]
    ... weight = 100
    ... pipeline = { from = "open_pipeline", weight = 100, anchors = [[0, 0], [1000, 10]] }
    ... ''')
    >>> fell = pd.DataFrame([["A", "attractiveness", "pipeline", -3.0, "data"]],
    ...                     columns=["account_id", "axis", "criterion", "effect", "cause"])
    >>> won = pd.DataFrame({"account_id": ["A"], "event": ["deal won"]})
    >>> tell_wins(fell, won, model)["cause"].item(), tell_wins(fell, won.head(0), model)["cause"].item()
    ('won', 'data')
    """
    emptied = {each.name for _, each in criteria.listed() if each.source == "indicator" and each.measures in _EMPTIED}
    winners = set(events.loc[events["event"] == "deal won", "account_id"])
    is_win = parts["criterion"].isin(emptied) & parts["account_id"].isin(winners) & (parts["effect"] < 0)
    return parts.assign(cause=parts["cause"].mask(is_win & (parts["cause"] == "data"), "won"))
