"""What trying another scoring model shows: who moves, and why an account stands where it stands."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from kamnb.analysis import Analysis
from kamnb.display.account.position import write_evidence
from kamnb.display.matrix.scale import STRENGTHS, Mode
from kamnb.display.parts.formats import POINTS, SHARE, TEXT
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, count_of, name_place, write_paragraph
from kamnb.display.parts.tables import Table, show_table, title_column
from kamnb.planning import take_account
from kamnb.scoring.points import points_of


def say_trial(name: str, file: str, changes: Sequence[str], moves: int, shown: int, accounts: int) -> Prose:
    """Say what is tried and how many accounts it moves.

    Examples
    --------
    >>> say_trial("resellers", "criteria.toml", ["attractiveness.own_growth 30 -> 50", "cut of strength 5 -> 6"], 2, 30, 33)
    2 of 30 accounts shown (33 in all) change their quadrant against the saved model "resellers" (criteria.toml). Tried:
    attractiveness, own growth 30 → 50; cut of strength 5 → 6.
    >>> say_trial("resellers", "criteria.toml", [], 0, 33, 33)
    The saved model "resellers" (criteria.toml) as it is; 33 accounts shown.
    """
    model = f'the saved model "{name}" ({file})'
    of = f"{shown:,} accounts shown ({accounts:,} in all)" if shown != accounts else f"{shown:,} accounts shown"
    if not changes:
        return Prose(f"T{model[1:]} as it is; {of}.")
    verb = "changes its" if moves == 1 else "change their"
    moved = (
        f"{moves:,} of {of} {verb} quadrant against {model}." if moves else f"None of {of} changes its quadrant against {model}."
    )
    return write_paragraph(moved, f"Tried: {'; '.join(map(_spell, changes))}.")


def _spell(change: str) -> str:
    """Write a change of the model for people: its file says attractiveness.own_growth 30 -> 50."""
    return re.sub(r"(?<=[a-z])\.(?=[a-z])", ", ", change).replace("_", " ").replace("->", "→")


def say_marks(scores: pd.DataFrame) -> Prose:
    """Say what marks of the matrix mean that are not there for every account.

    Examples
    --------
    >>> say_marks(pd.DataFrame({"placed": ["star", None], "placed_by": ["Kim", None]}))
    A second outline: placed by a person (1 account). Dashed, beside the matrix: not placed (1 account).
    """
    overruled, absent = int(scores["placed_by"].notna().sum()), int(scores["placed"].isna().sum())
    lines = [f"A second outline: placed by a person ({count_of(overruled, 'account')})."] if overruled else []
    lines += [f"Dashed, beside the matrix: not placed ({count_of(absent, 'account')})."] if absent else []
    return Prose(" ".join(lines))


def tabulate_moved(
    moves: pd.DataFrame, names: "pd.Series[str]", mode: Mode, sides: tuple[str, str] = ("Saved", "tried")
) -> Table:
    """Put the accounts that change their quadrant in a table, by label.

    Parameters
    ----------
    moves : DataFrame
        As `kamnb.scoring.moves.find_moves` returns it.
    names : Series
        Of all accounts.
    mode : "points", "relative" or "stage"
        How strength is measured after.
    sides : two texts
        What stands above the places before and after.
    """
    places = {side: moves[f"placed_{side}"].map(name_place) for side in ("before", "after")}
    shown = pd.DataFrame(
        {
            "Account": label_accounts(names, 40).reindex(moves.index),
            "places": places["before"].str.cat(places["after"], sep=" → "),
            "attractiveness": moves["attractiveness_after"],
            "strength": moves["strength_after"],
        }
    )
    strength = replace(STRENGTHS[mode], unit="")
    formats = {"Account": TEXT, "places": TEXT, "attractiveness": replace(POINTS, unit=""), "strength": strength}
    ordered = shown.sort_values("Account").reset_index(drop=True)
    heads = {"places": " → ".join(sides)}
    return show_table(ordered, f"Who changes quadrant: {count_of(len(moves), 'account')}", formats, heads=heads)


def tabulate_evidence(saved: Analysis, tried: Analysis, account_id: str) -> Table:
    """Put what an account's scores are made of in a table: value, points, weight, and what it adds by both models."""
    facts, score = take_account(tried.facts, account_id), take_account(tried.scores, account_id)
    adds = {name: take_account(each.contributions, account_id) for name, each in (("saved", saved), ("tried", tried))}
    rows = [
        (
            f"{title_column(axis)}: {title_column(each.name).lower()}",
            write_evidence(each, facts[each.name], tried.currency) or "unknown",
            float(points_of([facts[each.name]], each.anchors)[0]),
            each.share,
            adds["tried"][each.name],
            adds["saved"][each.name],
        )
        for axis, each in tried.criteria.listed()
        if each.stands_in == score[f"{axis}_stands_in"]
    ]
    heads = ["Criterion", "Value", "Points", "Weight", "Adds", "Saved model adds"]
    points = replace(POINTS, unit="")
    formats = dict(zip(heads, (TEXT, replace(TEXT, wraps=False), points, SHARE, points, points), strict=True))
    note = "Points from 0 to 10. A dash: unknown; its weight is spread over what is known."
    return show_table(pd.DataFrame(rows, columns=heads), "What its scores are made of", formats, note=note)
