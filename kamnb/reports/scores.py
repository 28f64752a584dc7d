"""Scores of all accounts as a CSV file."""

import csv
import io
from typing import TYPE_CHECKING, Any

from kamnb.analysis import Scored
from kamnb.display.confidence.words import say_flip
from kamnb.scoring import QUADRANTS

if TYPE_CHECKING:
    import pandas as pd

LEADING = (
    "name",
    "account_manager",
    "attractiveness",
    "strength",
    "attractiveness_known",
    "strength_known",
    "quadrant",
    "placed",
    "caveat",
)
"""The first columns after ``account_id``."""


def render_scores(analysis: Scored) -> str:
    """Return the text of ``scores.csv``: one row per account, its place or the reason, indicators, contributions.

    Text that a spreadsheet would take for a formula gets an apostrophe before it. Unknown is empty.
    """
    return render_csv(gather_scores(analysis).reset_index(), "%.10g")


def gather_scores(analysis: Scored) -> "pd.DataFrame":
    """Return the columns of ``scores.csv``, indexed by ``account_id``."""
    own = analysis.accounts[["name", "account_manager"]].join(analysis.scores)
    own = own.join(analysis.relationship.accounts[["stage", "stage_placed", "disintegrating", "potential"]])
    own = own.join(analysis.selection[["verdict", "fails"]].set_axis(["selection", "selection_rule"], axis=1))
    own = own.join(_gather_confidence(analysis))
    first = own[list(LEADING)].join(own.drop(columns=list(LEADING)))
    parts = analysis.contributions.add_prefix("contribution_")
    return first.join(analysis.indicators).join(parts)


def _gather_confidence(analysis: Scored) -> "pd.DataFrame":
    chances = analysis.confidence.chances
    told = chances[[*QUADRANTS, "placed"]].add_prefix("chance_").assign(too_close=chances["too_close"])
    nearest: list[Any] = [say_flip(analysis, *flip) if flip else None for flip in analysis.confidence.list_nearest()]
    return told.assign(nearest_flip=nearest)


def render_csv(frame: "pd.DataFrame", float_format: str) -> str:
    r"""Return the text of a CSV file: what a spreadsheet would take for a formula is disarmed, and unknown is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> render_csv(pd.DataFrame({"name": ["=A1", None], "score": [2 / 3, float("nan")], "rank": [1, 2]}), "%.3g")
    "name,score,rank\n'=A1,0.667,1\n,,2\n"
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(map(str, frame.columns))
    writer.writerows(zip(*(_write_cells(frame.iloc[:, place], float_format) for place in range(frame.shape[1])), strict=True))
    return file.getvalue()


def _write_cells(column: "pd.Series[Any]", float_format: str) -> list[Any]:
    """Return the cells of a column as text; pandas takes several times as long to write them."""
    from pandas.api import types

    kind = column.dtype
    if column.isna().all():
        return [""] * len(column)
    if types.is_float_dtype(kind) and not types.is_extension_array_dtype(kind):
        return [float_format % value if value == value else "" for value in column.tolist()]
    if types.is_datetime64_any_dtype(kind):  # whether all of them are midnights says how they are written
        return column.to_csv(index=False, header=False, lineterminator="\n").replace('""', "").splitlines()
    cells = column.astype(object).where(column.notna(), "").tolist()
    is_text = types.is_object_dtype(kind) or types.is_string_dtype(kind)
    return [disarm(cell) if isinstance(cell, str) and cell[:1] in _FORMULA else cell for cell in cells] if is_text else cells


_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def disarm(value: Any) -> Any:
    r"""Make formula-like text harmless in a spreadsheet.

    Examples
    --------
    >>> disarm('=HYPERLINK("http://example.org")'), disarm("Acme"), disarm(None)
    ('\'=HYPERLINK("http://example.org")', 'Acme', None)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def enarm(text: str) -> str:
    """Take back what `disarm` did.

    Examples
    --------
    >>> enarm(disarm("-17")), enarm("'s Gravenhage")
    ('-17', "'s Gravenhage")
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
