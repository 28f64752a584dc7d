"""How sure the places are: who is too close to call, what would change or settle it, what all share, how raters agree."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.confidence.dots import describe_dots, plot_dots
from kamnb.display.confidence.words import find_criterion, name_criterion, say_count, say_nearest
from kamnb.display.parts.formats import COUNT, POINTS, TEXT, Format, in_unit, is_known, write_number
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.sentences import Prose, count_of, join_first, join_words, name_place, write_list, write_paragraph
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.scoring import AXES

_NAMED = 4
_SURE = "Every place is shared by at least {least} of {dots} weightings and ratings near yours."


def say_doubts(analysis: Analysis) -> Prose:
    """Say how many places are too close to call, what the counts are of, and what is taken as uncertain."""
    settings, chances = analysis.method.confidence, analysis.confidence.chances
    placed, close, dots = int(chances["quadrant"].notna().sum()), len(find_close(analysis)), settings.dots.of
    doubts = {
        f"weights (one of 25 lies between {_write_band(settings.concentration)} in 19 of 20 cases)": settings.weights,
        "raters": settings.raters,
        "values that are unknown": settings.missing,
        "wallets of which a range is stated": settings.ranges,
    }
    on = [name for name, is_on in doubts.items() if is_on]
    return write_paragraph(
        f"Of {count_of(placed, 'placed account')}, {close} {'is' if close == 1 else 'are'} too close to call: fewer than "
        f"{round(settings.too_close * dots)} of {dots} weightings and ratings near yours share the place.",
        "That is the share of the weightings and ratings near yours, not the chance of being right.",
        f"Taken as uncertain: {join_words(on)}." if on else "Nothing is taken as uncertain, so every place is sure.",
    )


def _write_band(concentration: float) -> str:
    """Say within what a weight of 25 lies in 19 of 20 cases: within 1.96 standard deviations of its Beta distribution."""
    away = 1.96 * (0.25 * 0.75 / (concentration + 1)) ** 0.5
    return f"{write_number(100 * max(0.25 - away, 0))} and {write_number(100 * (0.25 + away))}"


def find_close(analysis: Analysis) -> list[str]:
    """Return the accounts too close to call, the most revenue of twelve months first."""
    close = analysis.confidence.chances["too_close"].fillna(False).astype(bool)
    money = analysis.indicators["revenue_ltm"][close].rename_axis("account_id").reset_index()
    return [str(account) for account in money.sort_values(["revenue_ltm", "account_id"], ascending=[False, True])["account_id"]]


def picture_close(analysis: Analysis) -> Picture | Prose:
    """Draw twenty dots for each account too close to call, the most revenue first."""
    close, settings = find_close(analysis), analysis.method.confidence
    if not close:
        return Prose(_SURE.format(least=round(settings.too_close * settings.dots.of), dots=settings.dots.of))
    labels = label_accounts(analysis.names, 32)
    counts = {account: analysis.confidence.count(account) for account in close}
    return show_figure(plot_dots(labels, counts), describe_dots(labels, counts, settings.dots.of))


def tabulate_close(analysis: Analysis) -> Table | Prose:
    """Put the accounts too close to call in a table: the counts, the smallest change that flips each, what would settle it."""
    close = find_close(analysis)
    if not close:
        return Prose("No account is too close to call.")
    labels, scores = label_accounts(analysis.names, 40), analysis.scores
    rows = [
        (
            labels[account],
            name_place(scores["placed"][account]),
            say_count(analysis, account),
            say_nearest(analysis, account),
            say_lesson(analysis, account),
            analysis.indicators["revenue_ltm"][account],
        )
        for account in close
    ]
    names = [
        "Account",
        "Placed",
        "Of the weightings and ratings near yours",
        "Smallest change that flips it",
        "What would settle it",
    ]
    formats = dict.fromkeys(names, TEXT) | {"revenue_ltm": in_unit(analysis.currency)}
    shown = pd.DataFrame(rows, columns=list(formats))
    return show_table(shown, "Too close to call, the most revenue first", formats)


def say_lesson(analysis: Analysis, account_id: str) -> str:
    """Say what knowledge would settle a place most, and how many of twenty it would then have on average."""
    dots, lessons = analysis.method.confidence.dots, analysis.confidence.lessons(account_id)
    best: Any = lessons.iloc[0] if len(lessons) else None
    if best is None or dots.count(best["sure_then"]) <= dots.count(best["sure_now"]):
        return "no single fact: agree on the weights"
    name = name_criterion(analysis, best["criterion"])
    what = {"unknown": f"{name}, which is unknown", "few raters": f"more raters of {name}", "a range": "a firmer wallet"}
    return f"{what[best['why']]}: then {dots.count(best['sure_then'])} of {dots.of} on average"


def list_shared(analysis: Analysis) -> Prose:
    """Say what all accounts share: who moves with each cut half a point higher, or lower."""
    step, labels = analysis.method.confidence.cut_step, label_accounts(analysis.names, 30)
    return write_list([_say_cut(analysis, axis, sign * step, labels) for axis in AXES for sign in (1, -1)])


def _say_cut(analysis: Analysis, axis: str, step: float, labels: "pd.Series[str]") -> str:
    relative = axis == "strength" and analysis.criteria.strength_mode == "relative"
    step = step / 10 if relative else step
    moved = analysis.confidence.move_cut(axis, step)
    cut = write_number(analysis.criteria.cut[axis] + step, 2 if relative else 1)
    who: Sequence[str] = labels[moved].tolist()
    verb = "move" if len(moved) > 1 else "moves"
    named = f": {join_first(who, _NAMED)}" if len(moved) else ""
    return (
        f"With a cut of {cut} for {axis} {count_of(len(moved), 'account') if len(moved) else 'no account'} {verb}{named}".rstrip(
            "."
        )
        + "."
    )


def tabulate_agreement(analysis: Analysis) -> Table | Prose:
    """Put how far raters of us agree in a table, by criterion."""
    confidence = analysis.confidence
    if confidence.spreads.empty:
        return Prose("The model has no rated criterion.")
    rows = []
    for name, spread in confidence.spreads.iterrows():
        alpha, several = confidence.agreement[find_criterion(analysis, str(name)).measures]
        rows.append((title_column(str(name)), several, spread["ours"], alpha, _judge_agreement(alpha)))
    columns = ["Criterion", "Accounts with several raters", "One rater differs by", "Agreement", "In words"]
    formats = {"Criterion": TEXT, "Accounts with several raters": COUNT, "One rater differs by": POINTS}
    formats |= {"Agreement": Format(lambda value: write_number(value, 2)), "In words": TEXT}
    default = (confidence.spreads["pooled"] == 0).any()
    assumed = f"Where no account has several raters, {write_number(confidence.settings.rater_error, 1)} points are assumed. "
    note = f"{assumed if default else ''}Agreement is Krippendorff’s alpha: 1 is full, 0 what chance would give."
    return show_table(pd.DataFrame(rows, columns=columns), "How far raters agree on us", formats, note=note)


def _judge_agreement(alpha: float) -> str:
    """Krippendorff's own bounds: from 0.800 on to rely on, from 0.667 on for tentative conclusions."""
    if not is_known(alpha):
        return "cannot be told"
    return "to rely on" if alpha >= 0.8 else "tentative" if alpha >= 2 / 3 else "too little: talk about what the points mean"


def tabulate_bounds(analysis: Analysis) -> Table | Prose:
    """Put the accounts whose place hangs on what is unknown in a table: their scores if all of it were at 0, and at 10 points."""
    bounds, cut = analysis.confidence.bounds, analysis.criteria.cut
    crosses = [(bounds[f"{axis}_low"].round(9) < cut[axis]) & (bounds[f"{axis}_high"].round(9) >= cut[axis]) for axis in AXES]
    open_ = bounds[(crosses[0] | crosses[1]) & analysis.scores["quadrant"].notna()]
    if open_.empty:
        return Prose(
            "No place hangs on what is unknown: with all of it at 0 points, or at 10, every placed account stands where it does."
        )
    labels = label_accounts(analysis.names, 40)
    shown = open_[[f"{axis}_{end}" for axis in AXES for end in ("low", "high")]].copy()
    shown.insert(0, "Account", labels.reindex(shown.index))
    heads = {
        f"{axis}_{end}": f"{axis.title()}, unknown at {points}" for axis in AXES for end, points in (("low", 0), ("high", 10))
    }
    formats = {"Account": TEXT} | dict.fromkeys(heads, POINTS)
    ordered = shown.rename_axis("account_id").sort_index().reset_index(drop=True)
    return show_table(ordered, "Places that hang on what is unknown", formats, heads=heads)
