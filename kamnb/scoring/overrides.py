"""Overrides: a person's place for an account beside the model's, with name, reason and expiry."""

from datetime import date
from typing import TYPE_CHECKING, Any

from kamnb.scoring.quadrant import QUADRANTS

if TYPE_CHECKING:
    import pandas as pd


def apply_overrides(scores: "pd.DataFrame", overrides: "pd.DataFrame", as_of: date) -> "pd.DataFrame":
    """Add the place of every account after overrides.

    An override holds from the day it was stated to the day it expires, both included; of those that hold, the latest
    counts. Two of the same day that contradict each other hold neither.

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
        row, notes = _choose(rows, as_of)
        if row is not None:
            placed.loc[account, ["placed", "placed_by", "placed_reason"]] = [_quadrant(row["value"]), row["by"], row["reason"]]
        if notes:
            placed.loc[account, "override_note"] = "; ".join(notes)
    return placed


def _choose(rows: "pd.DataFrame", as_of: date) -> "tuple[pd.Series[Any] | None, list[str]]":
    """Return the override that holds, if one does, and why others do not."""
    values, expired = rows["value"].map(_quadrant), rows["expires"].dt.date < as_of
    valid = rows[values.isin(QUADRANTS) & ~expired]
    notes = [_say_unknown(row) for _, row in rows[~values.isin(QUADRANTS)].iterrows()]
    notes += [_say_expired(row) for _, row in rows[values.isin(QUADRANTS) & expired].iterrows()]
    if valid.empty:
        return None, notes
    latest = valid[valid["stated_on"] == valid["stated_on"].max()]
    said = sorted(set(latest["value"].map(_quadrant)))
    if len(said) == 1:
        return latest.iloc[-1], notes
    day = latest["stated_on"].iloc[0].date()
    return None, [*notes, f"overrides of {day} contradict each other: {' and '.join(said)}; neither holds"]


def _quadrant(value: object) -> str:
    return str(value).strip().lower()


def _say_unknown(row: "pd.Series[Any]") -> str:
    return f'an override by {row["by"]} names "{row["value"]}"; it must be one of {", ".join(QUADRANTS)}'


def _say_expired(row: "pd.Series[Any]") -> str:
    return f"an override to the {_quadrant(row['value']).title()} quadrant by {row['by']} expired on {row['expires'].date()}"
