"""How sure a place is, in words: counts of twenty, and the change that flips it."""

from math import ceil, floor, log10
from typing import Any

from kamnb.analysis import Analysis, Scored
from kamnb.data.currency import unit_of
from kamnb.display.parts.facts import write_fact
from kamnb.display.parts.formats import find_decimals, is_known, write_amount, write_number, write_share
from kamnb.display.parts.sentences import join_words
from kamnb.indicators import INDICATORS
from kamnb.scoring import Criterion
from kamnb.scoring.confidence import Flip
from kamnb.scoring.criteria import say_name

_DIGITS = 3
"""Digits of a value that flips a place; it is rounded to the side on which it does."""
_UP = ("at least", "above")


def say_count(analysis: Analysis, account_id: str) -> str:
    """Say how many of twenty weightings and ratings near yours lead to which quadrant, as in "14 of 20 Star, 6 Strategic".

    Empty where the account is not placed.
    """
    counts = analysis.confidence.count(account_id)
    words = [f"{number} {name.title()}" for name, number in counts.items()]
    first = next(iter(counts), "")
    return ", ".join([f"{counts[first]} of {analysis.method.confidence.dots.of} {first.title()}", *words[1:]]) if counts else ""


def say_sureness(analysis: Analysis, account_id: str) -> str:
    """Say how sure the place of an account is, as it follows the name of the quadrant; empty where it is not placed.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> sample = open_analysis(str(data_folder() / "sample"))
    >>> say_sureness(sample, "0010524"), say_sureness(sample, "0010417"), say_sureness(sample, "0013390")
    ('14 of 20: too close to call against Strategic', '20 of 20', '')
    """
    confidence, row = analysis.confidence, analysis.scores.loc[account_id]
    if not is_known(row["quadrant"]) or not is_known(row["placed"]):
        return ""
    counts, dots = confidence.count(account_id), confidence.settings.dots.of
    placed, model = str(row["placed"]), str(row["quadrant"])
    said = f"{counts.get(placed, 0)} of {dots}"
    other = next((name for name in counts if name != placed), "")
    if placed != model:
        return f"{said}; the model says {model.title()}, with {counts.get(model, 0)}"
    return f"{said}: too close to call against {other.title()}" if confidence.is_close(account_id) and other else said


def explain_place(analysis: Analysis, account_id: str) -> str:
    """Say in a sentence how many weightings and ratings near yours lead where, and the smallest change; empty if not placed.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> explain_place(open_analysis(str(data_folder() / "sample")), "0010417")
    'Of 20 weightings and ratings near yours 20 lead to Strategic.'
    """
    counts = analysis.confidence.count(account_id)
    if not counts:
        return ""
    (first, number), *others = counts.items()
    verb = "leads" if number == 1 else "lead"
    words = join_words([f"{number} {verb} to {first.title()}", *(f"{count} to {name.title()}" for name, count in others)])
    close = ": too close to call" if analysis.confidence.is_close(account_id) else ""
    nearest = say_nearest(analysis, account_id)
    change = f" {nearest}." if nearest and (close or others) else ""
    return f"Of {analysis.method.confidence.dots.of} weightings and ratings near yours {words}{close}.{change}"


def say_nearest(analysis: Scored, account_id: str) -> str:
    """Say the smallest change that alone moves an account to another quadrant; empty where none does.

    Examples
    --------
    >>> from kamnb.analysis import open_analysis
    >>> from kamnb.places import data_folder
    >>> sample = open_analysis(str(data_folder() / "sample"))
    >>> say_nearest(sample, "0011820")
    'Strategic if annual spend were at least EUR 2,410 k (now EUR 2,200 k)'
    """
    nearest = analysis.confidence.find_nearest(account_id)
    return say_flip(analysis, *nearest) if nearest else ""


def say_flip(analysis: Scored, to: str, flip: Flip) -> str:
    """Say one change that moves an account, and where to."""
    name = name_criterion(analysis, flip.criterion)
    if flip.kind == "weight":
        weight = round_across(100 * flip.needed, flip.side, 0)
        return f"{to.title()} if {name} weighed {weight:g} instead of {_write_weight(flip.now)}"
    criterion = find_criterion(analysis, flip.criterion)
    side, value = _round_value(criterion, flip, analysis.currency)
    needed, now = (_write_value(criterion, each, analysis.currency) for each in (value, flip.now))
    return f"{to.title()} if {name} were {side} {needed} (now {now})"


def find_criterion(analysis: Scored, name: str) -> Criterion:
    """Return a criterion of the model by its name."""
    return analysis.criteria.named[name]


def name_criterion(analysis: Scored, name: str) -> str:
    """Name a criterion in a sentence: what it measures, whatever its axis."""
    return say_name(find_criterion(analysis, name).measures)


def round_across(value: float, side: str, decimals: int) -> float:
    """Round to the side on which a bound still holds.

    Examples
    --------
    >>> round_across(23.2, "at least", 0), round_across(23.8, "at most", 0), round_across(0.12345, "below", 3)
    (24, 23, 0.123)
    """
    scale = 10**decimals
    turned = ceil if side in _UP else floor
    rounded = turned(round(value * scale, 6))
    return rounded / scale if decimals > 0 else int(rounded / scale)


def _round_value(criterion: Criterion, flip: Flip, currency: str) -> tuple[str, float]:
    """Round a value to the side on which it flips; of what is counted say the next whole number."""
    if _unit(criterion) == "count":
        whole = {"above": floor(flip.needed) + 1, "at least": ceil(flip.needed), "below": ceil(flip.needed) - 1}
        return "at least" if flip.side in _UP else "at most", whole.get(flip.side, floor(flip.needed))
    if flip.needed == 0:
        return flip.side, 0.0
    decimals = 1 if criterion.source == "ratings" else _DIGITS - 1 - floor(log10(abs(flip.needed)))
    if _unit(criterion) != "money":
        return flip.side, float(round_across(flip.needed, flip.side, decimals))
    unit = unit_of(currency)
    decimals = min(decimals + round(log10(unit)), find_decimals(flip.needed, unit))  # what would be written no more is no bound
    return flip.side, float(round_across(flip.needed / unit, flip.side, decimals)) * unit


def _write_value(criterion: Criterion, value: Any, currency: str) -> str:
    unit = _unit(criterion)
    if unit == "money":
        return write_amount(value, currency)
    if unit == "fraction":
        return write_share(value, 1, sign="growth" in criterion.measures)
    if criterion.source != "indicator":
        return f"{round(value, 3):,.10g}"
    if unit in ("days", "years", "months", "quarters"):
        return f"{write_number(value, 1).removesuffix('.0')} {unit}"
    return write_fact(criterion.measures, value, currency)


def _write_weight(share: float) -> str:
    return write_number(100 * share, 1).removesuffix(".0")


def _unit(criterion: Criterion) -> str:
    if criterion.source == "ratings":
        return "points"
    indicator = INDICATORS.get(criterion.measures)
    return indicator.unit if indicator else ""
