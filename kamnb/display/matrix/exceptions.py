"""Who has no place in the matrix, and who was given another by a person."""

from typing import Any

import pandas as pd

from kamnb.analysis import Analysis, Scored
from kamnb.display.parts.formats import is_known, spell_days
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import Prose, join_words, name_quadrant, write_list


def list_unplaced(analysis: Scored) -> Prose:
    """Say of accounts that are not placed why; those with the same reason together."""
    absent = analysis.scores[analysis.scores["placed"].isna()]
    labels = label_accounts(analysis.names, 40)
    lines = [f"{_few(labels[ids])}: {reason}" for reason, ids in absent.groupby("reason", sort=True).groups.items()]
    return write_list(lines, nothing="Every account is placed in the matrix.")


def list_overrides(analysis: Analysis) -> Prose:
    """Say where a person overruled the model, who, and why; also of overrides that do not hold."""
    moved = analysis.scores[analysis.scores["placed_by"].notna()]
    lines = [_say_override(analysis.names[str(key)], row) for key, row in moved.iterrows()]
    noted = analysis.scores["override_note"].dropna()
    lines += [f"{analysis.names[str(key)]}: {spell_days(note)}." for key, note in noted.items()]
    return write_list(lines, nothing="Nobody overruled the model.")


def _few(labels: "pd.Series[str]") -> str:
    names = list(labels)
    return join_words(names) if len(names) <= 5 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _say_override(name: str, row: "pd.Series[Any]") -> str:
    model = f"the model says {name_quadrant(row['quadrant'])}" if is_known(row["quadrant"]) else "the model does not place it"
    return f"{name} is placed in {name_quadrant(row['placed'])} by {row['placed_by']} ({row['placed_reason']}); {model}."
