"""Overrides: a person's place for an account beside the model's, with name, reason and expiry."""

from datetime import date
from typing import TYPE_CHECKING

from kamnb.scoring.quadrant import QUADRANTS

if TYPE_CHECKING:
    import pandas as pd


def apply_overrides(scores: "pd.DataFrame", overrides: "pd.DataFrame", as_of: date) -> "pd.DataFrame":
    """Add the place of every account after overrides.

    The latest override of an account holds from the day it was stated to the day it expires. Two of the
    same day that contradict each other hold neither.

    Parameters
    ----------
    scores : DataFrame
        With ``quadrant``, the model's.
    overrides : DataFrame
        The table of the contract.
    as_of : date

    Returns
    -------
    DataFrame
        `scores` with ``placed``, and where a person overruled ``placed_by`` and ``placed_reason``; ``override_note``
        says of an override that does not hold why.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"quadrant": ["star"]}, index=pd.Index(["A"], name="account_id"))
    >>> row = {"account_id": "A", "what": "quadrant", "value": "Strategic", "by": "Kim", "reason": "new board",
    ...        "stated_on": pd.Timestamp("2026-01-05"), "expires": pd.Timestamp("2026-12-31")}
    >>> apply_overrides(scores, pd.DataFrame([row]), date(2026, 6, 30))[["quadrant", "placed", "placed_by"]].values.tolist()
    [['star', 'strategic', 'Kim']]
    """
    import pandas as pd

    placed = scores.assign(placed=scores["quadrant"], placed_by=None, placed_reason=None, override_note=None)
    mine = overrides[(overrides["what"] == "quadrant") & overrides["account_id"].isin(scores.index)]
    mine = mine[mine["stated_on"] <= pd.Timestamp(as_of)].sort_values(["account_id", "stated_on", "value", "by"])
    for account, rows in mine.groupby("account_id"):
        latest = rows[rows["stated_on"] == rows["stated_on"].max()]
        note = _why_not(latest, as_of)
        if note:
            placed.loc[account, "override_note"] = note
        else:
            row = latest.iloc[-1]
            placed.loc[account, ["placed", "placed_by", "placed_reason"]] = [str(row["value"]).strip().lower(), row["by"], row["reason"]]
    return placed


def _why_not(latest: "pd.DataFrame", as_of: date) -> str:
    row, values = latest.iloc[-1], sorted({str(value).strip().lower() for value in latest["value"]})
    if not set(values) <= set(QUADRANTS):
        return f'an override by {row["by"]} names "{row["value"]}"; it must be one of {", ".join(QUADRANTS)}'
    if row["expires"].date() < as_of:
        return f"an override to the {values[0].title()} quadrant by {row['by']} expired on {row['expires'].date()}"
    if len(values) > 1:
        return f"two overrides of {row['stated_on'].date()} contradict each other: {' and '.join(values)}; neither holds"
    return ""
