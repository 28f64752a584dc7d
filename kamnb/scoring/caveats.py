"""Caveats: what is to be said wherever an account's place is told."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from kamnb.scoring.criteria import AXES, Criteria
from kamnb.scoring.scores import BY_SALES

if TYPE_CHECKING:
    import pandas as pd

PROVISIONAL = "strength provisional: rated by its own account manager alone"


def add_caveats(scores: "pd.DataFrame", provisional: Collection[str], criteria: Criteria) -> "pd.DataFrame":
    """Add ``caveat``: on what the place of an account rests, in words; missing where there is nothing to say.

    Parameters
    ----------
    scores : DataFrame
        With the columns of `score_accounts` and `apply_overrides`.
    provisional : collection of account ids
        Those that only their own manager rated.
    criteria : Criteria

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"attractiveness_stands_in": [True, True, False], "strength_stands_in": [True, False, False],
    ...                        "attractiveness": 5.0, "strength": 5.0, "placed_by": None}, index=["A", "B", "C"])
    >>> for caveat in add_caveats(scores, ["B"], Criteria())["caveat"]:
    ...     print(caveat)
    judged by our own sales alone
    attractiveness judged by our own sales alone
    None
    """
    import pandas as pd

    rated = criteria.strength_mode != "stage" and any(each.is_compared for each in criteria.axes.get("strength", ()))
    own = scores["strength"].notna() & ~scores["strength_stands_in"].astype(bool)
    provisionally = own & scores.index.isin(list(provisional)) & rated
    shown: list[pd.Series[Any]] = [*(scores[f"{axis}_stands_in"] for axis in AXES), provisionally, scores["placed_by"]]
    shown += [scores["placed_until"]] if "placed_until" in scores else []
    rows = list(zip(*(column.tolist() for column in shown), strict=True))
    said = {row: "; ".join(_say_caveats(*row)) or None for row in {*rows}}  # few are different
    return scores.assign(caveat=pd.Series([said[row] for row in rows], index=scores.index, dtype=object))


def count_caveats(caveats: "pd.Series[Any]") -> dict[str, int]:
    """Count the accounts of each caveat, whoever placed them and until when; the most frequent first.

    Examples
    --------
    >>> import pandas as pd
    >>> said = [BY_SALES, None, "judged by our own sales alone; placed by I. Stern until 2026-12-31"]
    >>> count_caveats(pd.Series(said))
    {'judged by our own sales alone': 2, 'placed by hand': 1}
    """
    said = [part for caveat in caveats.dropna() for part in caveat.split("; ")]
    counts = Counter("placed by hand" if part.startswith("placed by") else part for part in said)
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _say_caveats(attractiveness: bool, strength: bool, provisional: bool, by: Any, until: Any = None) -> Iterator[str]:
    stand_in = [axis for axis, stands_in in zip(AXES, (attractiveness, strength), strict=True) if stands_in]
    if stand_in:
        yield BY_SALES if len(stand_in) == len(AXES) else f"{stand_in[0]} {BY_SALES}"
    if provisional:
        yield PROVISIONAL
    if isinstance(by, str):
        yield f"placed by {by} until {until}"
