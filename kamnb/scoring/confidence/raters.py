"""How far raters of one thing are apart, and what that says of a mean of few of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kamnb.data.portfolio import Portfolio, answer_once
from kamnb.scoring.criteria import Criteria, Criterion
from kamnb.scoring.points import points_of

if TYPE_CHECKING:
    import pandas as pd

_LATEST = """
    SELECT account_id, coalesce(competitor, '') AS competitor, criterion, score::DOUBLE AS score
    FROM last_ratings ORDER BY ALL
"""


@answer_once
def read_ratings(portfolio: Portfolio) -> "pd.DataFrame":
    """Return the latest rating of each rater: ``account_id``, ``competitor`` (empty is us), ``criterion`` and ``score``."""
    with portfolio.connect("ratings") as connection:
        rows: pd.DataFrame = connection.execute(_LATEST).df()
    return rows.astype({"account_id": str, "competitor": str, "criterion": str, "score": float})


def measure_spreads(ratings: "pd.DataFrame", criteria: Criteria, default: float) -> "pd.DataFrame":
    r"""Return by how many points one rater differs from another, for each rated criterion, of us and of competitors.

    Pooled over what several rated: :math:`s^2 = \sum_i \sum_r (x_{ir} - \bar x_i)^2 / \sum_i (n_i - 1)`. Where nothing has two
    raters, or all of the few agree to the point, it is the default: one opinion is never sure.

    Parameters
    ----------
    ratings : DataFrame
        As `read_ratings` returns them.
    criteria : Criteria
    default : float
        Points.

    Returns
    -------
    DataFrame
        Indexed by criterion (its name in the model): ``ours``, ``theirs`` in points, and ``pooled``, the accounts with several
        raters of us; 0 says that ``ours`` is the default.

    Examples
    --------
    >>> import pandas as pd
    >>> model = Criteria.from_toml('strength.view = { weight = 100, trust = { from = "ratings", weight = 100 } }')
    >>> rows = [("A", "", "trust", 6.0), ("A", "", "trust", 8.0), ("B", "", "trust", 5.0)]
    >>> ratings = pd.DataFrame(rows, columns=["account_id", "competitor", "criterion", "score"])
    >>> measure_spreads(ratings, model, 1.5).round(3).to_dict("index")
    {'trust': {'ours': 1.414, 'theirs': 1.5, 'pooled': 1}}
    """
    import pandas as pd

    rows = []
    for each in list_rated(criteria):
        points = ratings.loc[ratings["criterion"] == each.measures, ["account_id", "competitor", "score"]]
        points = points.assign(score=points_of(points["score"].to_numpy(), each.anchors))
        cells = points.groupby(["competitor", "account_id"])["score"].agg(["count", "var"]).reset_index("competitor")
        cells = cells[cells["count"] > 1]
        (ours, pooled), (theirs, _) = (_pool(cells[(cells["competitor"] == "") == us], default) for us in (True, False))
        rows.append((each.name, ours, theirs, pooled))
    return pd.DataFrame(rows, columns=["criterion", "ours", "theirs", "pooled"]).set_index("criterion")


def list_rated(criteria: Criteria) -> list[Criterion]:
    """Return the rated criteria of the model."""
    return [each for _, each in criteria.listed() if each.source == "ratings"]


def count_raters(ratings: "pd.DataFrame", listed: Sequence[Criterion], keys: "pd.MultiIndex") -> "pd.DataFrame":
    """Return how many rated each rated criterion of an account and competitor; 0 where nobody did.

    Parameters
    ----------
    ratings : DataFrame
    listed : sequence of Criterion
    keys : MultiIndex of account and competitor

    Returns
    -------
    DataFrame, a row for each key, a column for each rated criterion
    """
    import pandas as pd

    counts: Any = ratings.groupby(["criterion", "account_id", "competitor"]).size()
    named = {each.name: each.measures for each in listed if each.source == "ratings"}
    measured = set(counts.index.get_level_values(0))
    found = {
        name: counts.loc[rated].reindex(keys).fillna(0).to_numpy(dtype=float) if rated in measured else 0.0
        for name, rated in named.items()
    }
    return pd.DataFrame(found, index=keys)


def _pool(several: "pd.DataFrame", default: float) -> tuple[float, int]:
    freedom = float((several["count"] - 1).sum())
    spread = float(((several["count"] - 1) * several["var"]).sum() / freedom) ** 0.5 if freedom else 0.0
    return (spread, len(several)) if spread > 0 else (default, 0)
