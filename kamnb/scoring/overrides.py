"""Overrides: a person's place for an account beside the model's, with name, reason and expiry."""

from collections.abc import Mapping
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
        `scores` with ``placed``, and where a person overruled ``placed_by``, ``placed_reason`` and ``placed_until`` (a day);
        ``override_note`` says of an override that does not hold why.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"quadrant": ["star"]}, index=pd.Index(["A"], name="account_id"))
    >>> row = {"account_id": "A", "what": "quadrant", "value": "Strategic", "by": "Kim", "reason": "new board",
    ...        "stated_on": pd.Timestamp("2026-01-05"), "expires": pd.Timestamp("2026-12-31")}
    >>> apply_overrides(scores, pd.DataFrame([row]), date(2026, 6, 30))[["quadrant", "placed", "placed_by"]].values.tolist()
    [['star', 'strategic', 'Kim']]
    """
    return place_by_person(scores, choose_places(overrides, scores.index, as_of))


def choose_places(overrides: "pd.DataFrame", index: "pd.Index[str]", as_of: date) -> "pd.DataFrame":
    """Return the place that a person gave each account, as `choose_overrides` does: the same whatever the model says."""
    return choose_overrides(overrides, "quadrant", {name: name for name in QUADRANTS}, index, as_of)


def place_by_person(scores: "pd.DataFrame", chosen: "pd.DataFrame") -> "pd.DataFrame":
    """Add the place of every account after overrides that were chosen by `choose_places`; see `apply_overrides`."""
    placed = scores.assign(placed=chosen["value"].fillna(scores["quadrant"]).where(lambda place: place.notna(), None))
    return placed.assign(
        placed_by=chosen["by"], placed_reason=chosen["reason"], placed_until=chosen["until"], override_note=chosen["note"]
    )


def choose_overrides(
    overrides: "pd.DataFrame", what: str, values: Mapping[str, Any], index: "pd.Index[str]", as_of: date
) -> "pd.DataFrame":
    """Return the override of each account that holds, if one does.

    Parameters
    ----------
    overrides : DataFrame
        The table of the contract.
    what : "quadrant" or "stage"
    values : mapping of a value as a person writes it, in small letters, to what it means
    index : Index
        The accounts.
    as_of : date

    Returns
    -------
    DataFrame, indexed by `index`
        ``value``, ``by``, ``reason``, ``until`` (a day), and ``note``: why others do not hold; missing where there is none.
    """
    import pandas as pd

    chosen = pd.DataFrame(None, index=index, columns=["value", "by", "reason", "until", "note"], dtype=object)
    mine = overrides[(overrides["what"] == what) & overrides["account_id"].isin(index)]
    mine = mine[mine["stated_on"] <= pd.Timestamp(as_of)].sort_values(["account_id", "stated_on", "value", "by"])
    for account, rows in mine.groupby("account_id"):
        row, notes = _choose(rows, what, values, as_of)
        if row is not None:
            stated = [values[_word(row["value"])], row["by"], row["reason"], row["expires"].date()]
            chosen.loc[account, ["value", "by", "reason", "until"]] = stated
        if notes:
            chosen.loc[account, "note"] = "; ".join(notes)
    return chosen


def _choose(rows: "pd.DataFrame", what: str, names: Mapping[str, Any], as_of: date) -> "tuple[pd.Series[Any] | None, list[str]]":
    """Return the override that holds, if one does, and why others do not."""
    values, expired = rows["value"].map(_word), rows["expires"].dt.date < as_of
    known = values.isin(list(names))
    notes = [_say_unknown(row, names) for _, row in rows[~known].iterrows()]
    notes += [_say_expired(row, what) for _, row in rows[known & expired].iterrows()]
    valid = rows[known & ~expired]
    if valid.empty:
        return None, notes
    latest = valid[valid["stated_on"] == valid["stated_on"].max()]
    said = sorted(set(latest["value"].map(_word)))
    if len({names[each] for each in said}) == 1:
        return latest.iloc[-1], notes
    day = latest["stated_on"].iloc[0].date()
    return None, [*notes, f"overrides of {day} contradict each other: {' and '.join(said)}; neither holds"]


def _word(value: object) -> str:
    return str(value).strip().lower()


def _say_unknown(row: "pd.Series[Any]", names: Mapping[str, Any]) -> str:
    return f'an override by {row["by"]} names "{row["value"]}"; it must be one of {", ".join(names)}'


def _say_expired(row: "pd.Series[Any]", what: str) -> str:
    return f"an override to the {_word(row['value']).title()} {what} by {row['by']} expired on {row['expires'].date()}"
