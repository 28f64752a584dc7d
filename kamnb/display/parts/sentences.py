"""Sentences with numbers in them, so that no notebook has a number in its prose."""

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from kamnb.display.parts.formats import (
    is_known,
    spell_days,
    write_amount,
    write_cut,
    write_score,
    write_share,
    write_stage,
)
from kamnb.display.parts.style import QUADRANTS


def stop_once(text: str) -> str:
    """Let a sentence that ends in the name of a company have one full stop.

    Examples
    --------
    >>> stop_once("Too close to call: Quillhaven Cell Therapies Inc.. And 1 more ...")
    'Too close to call: Quillhaven Cell Therapies Inc. And 1 more ...'
    """
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)


class Prose(str):
    """Text that a notebook shows as a paragraph, not as a quoted string; where it has lines, as a list."""

    __slots__ = ()

    def __new__(cls, text: str = "") -> "Prose":
        """Take a text; of two full stops in a row one is left."""
        return super().__new__(cls, stop_once(text))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        lines = self.split("\n")
        if len(lines) == 1:
            return f"<p>{_set(self)}</p>"
        return "<ul>\n" + "\n".join(f"<li>{_set(line)}</li>" for line in lines) + "\n</ul>"


def _set(text: str) -> str:
    """Escape a text; a number stays on one line with its currency or per cent sign."""
    return escape(re.sub(r"(?<=\b[A-Z]{3}) (?=[−\d])|(?<=\d) (?=%)", "\N{NO-BREAK SPACE}", text))


def write_paragraph(*sentences: str) -> Prose:
    """Join sentences to a paragraph; empty ones are left out.

    Examples
    --------
    >>> write_paragraph("Revenue fell.", "", "Two invoices are late.")
    Revenue fell. Two invoices are late.
    """
    return Prose(" ".join(sentence for sentence in sentences if sentence))


def write_list(sentences: Iterable[str], nothing: str = "None.") -> Prose:
    """Put sentences in a list, one a line; say ``nothing`` where there are none.

    Examples
    --------
    >>> write_list([], nothing="No check-point is overdue.")
    No check-point is overdue.
    """
    return Prose("\n".join(" ".join(sentence.split()) for sentence in sentences if sentence) or nothing)


def count_of(number: int, noun: str, plural: str = "") -> str:
    """Count things, with the right plural.

    Examples
    --------
    >>> count_of(1, "account"), count_of(1200, "account"), count_of(0, "opportunity", "opportunities")
    ('1 account', '1,200 accounts', 'no opportunities')
    """
    word = noun if number == 1 else plural or f"{noun}s"
    return f"{number:,} {word}" if number else f"no {word}"


def join_words(words: Sequence[str]) -> str:
    """Join words with commas and "and".

    Examples
    --------
    >>> join_words(["revenue", "margin", "potential"])
    'revenue, margin and potential'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def join_first(words: Sequence[str], most: int) -> str:
    """Join the first words with commas and "and", and tell how many more there are.

    Examples
    --------
    >>> join_first(["Ann", "Bo", "Cy"], 2), join_first(["Ann", "Bo"], 2)
    ('Ann, Bo and 1 more', 'Ann and Bo')
    """
    return join_words([*words[:most], *([f"{len(words) - most} more"] if len(words) > most else [])])


def name_quadrant(quadrant: str) -> str:
    """Name a quadrant in a sentence, where the word alone would name two things.

    Examples
    --------
    >>> name_quadrant("strategic")
    'the Strategic quadrant'
    """
    return f"the {QUADRANTS[quadrant].name} quadrant"


def name_place(placed: Any) -> str:
    """Name the quadrant in which an account is placed, or say that it is not.

    Examples
    --------
    >>> name_place("star"), name_place(None)
    ('Star', 'not placed')
    """
    return QUADRANTS[placed].name if placed in QUADRANTS else "not placed"


def say_position(row: "pd.Series[Any]", *, cut: Mapping[str, float], mode: str = "points") -> Prose:
    """Say where an account stands, on what knowledge, and who put it there.

    Parameters
    ----------
    row : Series
        name (else the Series' own name), attractiveness, strength, quadrant, and where they are
        there attractiveness_known, strength_known, reason, placed, placed_by, placed_reason, caveat.
    cut : mapping with ``attractiveness`` and ``strength``
    mode : "points", "relative" or "stage"

    Examples
    --------
    >>> row = pd.Series({"name": "Nordlicht Pharma", "attractiveness": 7.1, "strength": 3.9, "quadrant": "star",
    ...                  "attractiveness_known": 1.0, "strength_known": 0.82})
    >>> say_position(row, cut={"attractiveness": 5.0, "strength": 5.0})
    Nordlicht Pharma stands in the Star quadrant: attractiveness 7.1, strength 3.9 (of 10, cut 5.0); criteria with 82 % of
    the weight of strength are known.
    """
    name, model, placed = _name(row), row["quadrant"], row.get("placed", row["quadrant"])
    scores = _say_scores(row, cut, mode)
    if not is_known(placed):
        return Prose(f"{name} is not placed: {_reason(row)}; {scores}.")
    known = f"{_say_both_known(row)}{_say_caveat(row)}"
    if is_known(model) and placed == model:
        return Prose(f"{name} stands in {name_quadrant(placed)}: {scores}; {known}.")
    by, why = row.get("placed_by"), row.get("placed_reason")
    person = (f" by {by}" if is_known(by) else " by a person") + (f" ({why})" if is_known(why) else "")
    against = (
        f"the model puts it in {name_quadrant(model)}" if is_known(model) else f"the model does not place it ({_reason(row)})"
    )
    return Prose(f"{name} is placed in {name_quadrant(placed)}{person}; {against}: {scores}; {known}.")


def say_trend(what: str, now: Any, before: Any, *, currency: str, reason: str = "") -> Prose:
    """Say how an amount of the last twelve months stands to the twelve months before.

    Parameters
    ----------
    what : str
        The subject, singular, such as "Revenue".
    now, before : amounts, unknown allowed
    currency : str
    reason : str, optional
        Why an amount is unknown.

    Examples
    --------
    >>> say_trend("Revenue", 1_200_000, 1_500_000, currency="EUR")
    Revenue of the last twelve months is EUR 1,200 k, 20 % less than in the twelve months before (EUR 1,500 k).
    >>> say_trend("Revenue", 1_200_000, None, currency="EUR", reason="the invoices begin in January 2026")
    Revenue of the last twelve months is EUR 1,200 k; the twelve months before are unknown: the invoices begin in January 2026.
    """
    because = f": {reason.rstrip('.')}" if reason else ""
    if not is_known(now):
        return Prose(f"{what} of the last twelve months is unknown{because}.")
    text = f"{what} of the last twelve months is {write_amount(now, currency)}"
    if not is_known(before):
        return Prose(f"{text}; the twelve months before are unknown{because}.")
    return Prose(f"{text}, {_compare(now, before)} the twelve months before ({write_amount(before, currency)}).")


def say_relative_growth(own: Any, customers: Any, reason: str = "") -> Prose:
    """Say whether we grow faster than the customer does: growing slower is losing.

    Examples
    --------
    >>> say_relative_growth(0.08, 0.17)
    Our revenue in the account changed by +8 %, the customer's own business by +17 %: we are losing ground, by 9 percentage
    points.
    """
    if not (is_known(own) and is_known(customers)):
        return say_unknown("growth relative to the customer's own", reason)
    gap = round(own, 4) - round(customers, 4)
    verdict = "we keep pace"
    if points := round(abs(gap) * 100):
        verdict = f"we are {'gaining' if gap > 0 else 'losing'} ground, by {count_of(points, 'percentage point')}"
    changes = f"{write_share(own, sign=True)}, the customer's own business by {write_share(customers, sign=True)}"
    return Prose(f"Our revenue in the account changed by {changes}: {verdict}.")


def say_wallet(low: Any, likely: Any, high: Any, reason: str = "") -> Prose:
    """Say our share of the wallet, with its range, for a wallet is a guess.

    Examples
    --------
    >>> say_wallet(0.25, 0.31, 0.4)
    Our share of the wallet is likely 31 %, between 25 % and 40 %.
    """
    if not is_known(likely):
        return say_unknown("our share of the wallet", reason)
    between = f", between {write_share(low)} and {write_share(high)}" if is_known(low) and is_known(high) and low != high else ""
    return Prose(f"Our share of the wallet is likely {write_share(likely)}{between}.")


def say_unknown(what: str, reason: str = "") -> Prose:
    """Say that something is unknown, and why.

    Examples
    --------
    >>> say_unknown("people reached", "no contacts table")
    People reached is unknown: no contacts table.
    """
    return Prose(_sentence(f"{what} is unknown" + (f": {reason.rstrip('.')}" if reason else "")))


def _name(row: "pd.Series[Any]") -> str:
    name = row.get("name")
    return str(name) if is_known(name) else str(row.name)


def _reason(row: "pd.Series[Any]") -> str:
    reason = row.get("reason")
    return str(reason).rstrip(".") if is_known(reason) and reason else "too little is known"


def _say_scores(row: "pd.Series[Any]", cut: Mapping[str, float], mode: str) -> str:
    attractiveness, strength = (
        write_score(row[axis], cut[axis], decimals) if is_known(row[axis]) else "unknown"
        for axis, decimals in (("attractiveness", 1), ("strength", 2 if mode == "relative" else 1))
    )
    if mode == "stage":
        stage = f"relationship stage {write_stage(row['strength']) if is_known(row['strength']) else 'unknown'}"
        return f"attractiveness {attractiveness} (of 10, cut {write_cut(cut['attractiveness'])}), {stage}"
    if mode == "relative":
        ours = f"strength {strength} of the best competitor's (cut {write_cut(cut['strength'], 2)})"
        return f"attractiveness {attractiveness} (of 10, cut {write_cut(cut['attractiveness'])}), {ours}"
    cuts = sorted({write_cut(cut["attractiveness"]), write_cut(cut["strength"])})
    both = f"cuts {write_cut(cut['attractiveness'])} and {write_cut(cut['strength'])}" if len(cuts) > 1 else f"cut {cuts[0]}"
    return f"attractiveness {attractiveness}, strength {strength} (of 10, {both})"


def _say_both_known(row: "pd.Series[Any]") -> str:
    shares = {axis: row.get(f"{axis}_known") for axis in ("attractiveness", "strength")}
    partly = [_known(share, axis) for axis, share in shares.items() if not (share is not None and share >= 0.995)]
    return " and ".join(partly) or "all criteria are known"


def _say_caveat(row: "pd.Series[Any]") -> str:
    caveat = spell_days(str(row["caveat"])) if is_known(row.get("caveat")) else ""
    return f". {caveat[:1].upper()}{caveat[1:]}" if caveat else ""


def _known(share: Any, axis: str) -> str:
    if not is_known(share):
        return f"how many criteria of {axis} are known was not said"
    return (
        f"criteria with {write_share(share)} of the weight of {axis} are known" if share else f"no criterion of {axis} is known"
    )


def _compare(now: float, before: float) -> str:
    if before <= 0:
        return "against"
    change = now / before - 1
    if abs(change) < 0.005:
        return "as much as in"
    return f"{write_share(abs(change))} {'more' if change > 0 else 'less'} than in"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
