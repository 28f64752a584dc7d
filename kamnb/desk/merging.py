"""Two versions of a row, held against what both began with: column by column."""

from dataclasses import dataclass

from kamnb.data.appending import Row


@dataclass(frozen=True)
class Clash:
    """A column of a row that two people changed: what stood there, what the other saved, and what the draft says."""

    table: str
    about: str
    column: str
    before: str
    theirs: str
    mine: str
    by: str


def list_clashing(row: Row, base: Row, saved: Row) -> list[str]:
    """Return the columns that both changed, each otherwise; the day of confirming is no answer of its own.

    Examples
    --------
    >>> list_clashing({"due": "3", "owner": "Kim"}, {"due": "1", "owner": "Lee"}, {"due": "2", "owner": "Lee"})
    ['due']
    """
    both = [column for column in row if row[column] != base[column] != saved[column] and row[column] != saved[column]]
    return [column for column in both if column != "confirmed_on"]


def merge_row(row: Row, base: Row, saved: Row, *, keep_mine: bool) -> Row:
    """Lay what a draft changes over what is saved by now; a column that both changed is the draft's, or the other's.

    Examples
    --------
    >>> merge_row({"due": "3", "owner": "Kim"}, {"due": "1", "owner": "Lee"}, {"due": "2", "owner": "Lee"}, keep_mine=False)
    {'due': '2', 'owner': 'Kim'}
    """
    theirs = [] if keep_mine else list_clashing(row, base, saved)
    return {**saved, **{column: text for column, text in row.items() if text != base[column] and column not in theirs}}
