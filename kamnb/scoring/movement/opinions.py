"""The mean of raters in between two days: what those think now who rated before, and who joined or left."""

from typing import TYPE_CHECKING

from kamnb.data.portfolio import Portfolio

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Floats = npt.NDArray[np.float64]

_LATEST = """
    SELECT account_id, criterion, rater, coalesce(rater_kind, 'not said') AS rater_kind, rated_on, score,
        concat_ws(chr(31), member_id, coalesce(rater, concat_ws(chr(31), '', rated_on, score, comment))) AS answer
    FROM last_ratings
    WHERE competitor IS NULL
    ORDER BY ALL
"""
_CELL = ["account_id", "criterion", "answer"]


def compare_opinions(before: Portfolio, now: Portfolio) -> "pd.DataFrame":
    """Return the latest rating of us by each rater on two days, side by side; an answer without a rater is one of its own.

    Returns
    -------
    DataFrame
        ``account_id``, ``criterion``, ``rater``, ``rater_kind``, ``rated_on`` (the later), ``score_before``, ``score_now``; NaN
        where the rater had not rated yet, or does no more.
    """
    sides = [_read(portfolio) for portfolio in (before, now)]
    both = sides[0].merge(sides[1], on=[*_CELL, "turn"], how="outer", suffixes=("_before", "_now"))
    for column in ("rater", "rater_kind", "rated_on"):
        both[column] = both[f"{column}_now"].combine_first(both[f"{column}_before"])
    both = both.sort_values([*_CELL, "turn"], ignore_index=True)
    return both[["account_id", "criterion", "rater", "rater_kind", "rated_on", "score_before", "score_now"]]


def _read(portfolio: Portfolio) -> "pd.DataFrame":
    with portfolio.connect("ratings") as connection:
        rows: pd.DataFrame = connection.execute(_LATEST).df()
    rows = rows.astype({"account_id": str, "criterion": str, "answer": str, "score": float})
    return rows.assign(turn=rows.groupby(_CELL).cumcount())


def mix_opinions(opinions: "pd.DataFrame", index: "pd.Index[str]") -> "Floats":
    """Return the mean rating of each account with new opinions, and new raters, taken or not.

    Parameters
    ----------
    opinions : DataFrame
        The rows of one criterion, as `compare_opinions` returns them.
    index : Index
        The accounts.

    Returns
    -------
    array of float, shape (accounts, 2, 2)
        The second place says whether those who rated on both days are taken with what they think now, the third whether the
        raters are those of now. NaN where nobody rated.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"account_id": ["A", "A"], "score_before": [4.0, 8.0], "score_now": [5.0, None]})
    >>> mix_opinions(rows, pd.Index(["A"])).tolist()
    [[[6.0, 4.0], [6.5, 5.0]]]
    """
    import numpy as np

    before, now = opinions["score_before"], opinions["score_now"]
    stays = before.notna() & now.notna()
    mixed: Floats = np.full((len(index), 2, 2), np.nan)
    for opinion, side in enumerate((before, now)):
        for raters, there in enumerate((before, now)):
            score = there.where(~stays, side)
            mixed[:, opinion, raters] = score.groupby(opinions["account_id"]).mean().reindex(index).to_numpy()
    return mixed
