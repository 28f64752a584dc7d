"""Deals: how they ended, when, and for how much; exports have one close date and one amount for open and closed ones alike."""

from typing import TYPE_CHECKING

from kamnb.data.proposing.drafts import Draft, Line
from kamnb.data.proposing.evidence import choose_outcomes, is_yesno
from kamnb.data.proposing.names import fold
from kamnb.data.sql import identifier, quote

if TYPE_CHECKING:
    import duckdb


def complete_deals(draft: Draft, connection: "duckdb.DuckDBPyConnection") -> None:
    """Say of each deal whether it is open, and take its day and its money for what they are of an open or a closed one."""
    won, lost = _say_outcome(draft)
    if not won:
        return
    decided = f"({won} or {lost})"
    _split(
        draft,
        connection,
        decided,
        decided,
        ("closed", "expected_close"),
        "the day of the decision once a deal is closed, until then the day it is expected",
    )
    _split(
        draft,
        connection,
        decided,
        won,
        ("won_amount", "amount"),
        "what a deal was won for once it is closed, until then what is asked",
    )


def _say_outcome(draft: Draft) -> tuple[str, str]:
    """Fill the outcome from its own column, from flags, or from the stage; return the conditions of won and of lost."""
    flags = {
        fold(name): name
        for name in draft.block.names
        if fold(name) in ("is won", "is closed") and is_yesno(draft.looks[name].profile)
    }
    if len(flags) == 2:
        won, closed = (f"lower(s.{identifier(flags[flag])}) in ('1', 'true', 'yes')" for flag in ("is won", "is closed"))
        draft.derive(
            "outcome", f"case when {won} then 'won' when {closed} then 'lost' else 'open' end", "sure", "by IsClosed and IsWon"
        )
        return won, f"({closed} and not {won})"
    look = draft.look("outcome") or draft.look("stage")
    found = choose_outcomes(look.profile) if look else {}
    if not look or not found:
        if "outcome" in draft.columns and not (look and {word.lower() for word in look.profile.words} == {"open"}):
            draft.columns.pop("outcome")
        return "", ""
    renamed = {word for word, ours in found.items() if word.lower() != ours}
    others = [word for word in look.profile.words if word not in found and word.lower() != "open"]
    told = f"{', '.join(f'{word} is {ours}' for word, ours in sorted(found.items()))}; all else is open"
    is_stage = "outcome" not in draft.columns
    draft.columns["outcome"] = Line(look.profile.name, "sure", told)
    if renamed or others:
        draft.values["outcome"] = Line(
            {**dict(sorted(found.items())), "*": "open"}, "sure", "all else is open" if is_stage else told
        )
    cell = f"coalesce(s.{identifier(look.profile.name)}, '?')"
    words_of = {which: [word for word, ours in sorted(found.items()) if ours == which] for which in ("won", "lost")}
    won, lost = (f"{cell} in ({', '.join(map(quote, words or ['']))})" for words in words_of.values())
    return won, lost


def _split(
    draft: Draft, connection: "duckdb.DuckDBPyConnection", decided: str, ended: str, pair: tuple[str, str], told: str
) -> None:
    """Give one column to `pair`: what holds for deals that ended so, and what for open ones.

    A column that only closed deals have is the first of them alone, one that has a partner is left as it is.
    """
    first, second = pair
    have = [ours for ours in pair if ours in draft.columns and draft.columns[ours].level != "open"]
    if len(have) != 1 or not (look := draft.look(have[0])):
        return
    column = f"s.{identifier(look.profile.name)}"
    row = connection.execute(
        f"SELECT count({column}) FILTER (NOT {decided}), count({column}) FILTER ({decided}), count(*) FILTER ({decided}) "
        f"FROM {draft.block.view} s"
    ).fetchone()
    if not row:
        return
    of_open, of_closed, closed = row
    line = draft.columns.pop(have[0])
    if not of_open and of_closed:
        draft.columns[first] = Line(line.value, line.level, f"{line.reason}; only closed deals have it")
    elif of_open and closed and not of_closed:
        draft.columns[second] = Line(line.value, line.level, f"{line.reason}; only open deals have it")
    else:
        draft.derive(first, f"case when {ended} then {column} end", line.level, f'"{look.profile.name}": {told}')
        draft.derive(second, f"case when not {decided} then {column} end", line.level, "the same column, of open deals")
