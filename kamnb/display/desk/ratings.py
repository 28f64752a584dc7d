"""What is shown while rating: scales, how far a rater is, and what others said."""

from collections.abc import Mapping
from html import escape

import pandas as pd

from kamnb.display.parts.formats import write_number
from kamnb.display.parts.sentences import Prose, count_of

_KINDS = {"account_manager": "account managers", "colleague": "colleagues", "customer": "the customer", "not said": "others"}


def write_scale(anchors: Mapping[float, str]) -> str:
    """Write what points mean, as HTML; empty where the model does not say.

    Examples
    --------
    >>> write_scale({0.0: "complains", 10.0: "shares its plans"})
    '<p class="kam-scale"><b>0</b> complains · <b>10</b> shares its plans</p>'
    """
    parts = [f"<b>{points:g}</b> {escape(words)}" for points, words in sorted(anchors.items())]
    return f'<p class="kam-scale">{" · ".join(parts)}</p>' if parts else ""


def say_progress(counts: Mapping[str, int], drafts: int) -> Prose:
    """Say how far a rater is.

    Examples
    --------
    >>> say_progress({"unrated": 20, "stale": 4, "rated": 108}, 2)
    108 of 132 are rated and fresh; 20 were never rated, 4 are stale. 2 ratings are chosen and not saved yet.
    """
    total = sum(counts.values())
    text = f"{counts['rated']:,} of {total:,} are rated and fresh;"
    text += f" {counts['unrated']:,} were never rated, {counts['stale']:,} are stale."
    verb = "is" if drafts == 1 else "are"
    return Prose(f"{text} {count_of(drafts, 'rating')} {verb} chosen and not saved yet." if drafts else text)


def say_spread(spread: pd.DataFrame | None) -> Prose:
    """Say what others last said, each kind of rater apart; nothing where that is not to be told yet.

    Examples
    --------
    >>> row = {"rater_kind": "colleague", "raters": 2, "low": 4.0, "mean": 5.5, "high": 7.0}
    >>> say_spread(pd.DataFrame([row]))
    Others: colleagues 5.5 (2, from 4.0 to 7.0).
    """
    if spread is None:
        return Prose("")
    said = [_say_kind(str(row["rater_kind"]), row) for _, row in spread.iterrows()]
    return Prose(f"Others: {'; '.join(said)}." if said else "Nobody else rated this.")


def _say_kind(kind: str, row: "pd.Series[float]") -> str:
    low, high = write_number(row["low"], 1), write_number(row["high"], 1)
    among = f" ({row['raters']:,}, from {low} to {high})" if row["raters"] > 1 else ""
    return f"{_KINDS.get(kind, kind)} {write_number(row['mean'], 1)}{among}"
