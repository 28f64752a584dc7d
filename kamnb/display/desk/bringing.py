"""What is shown while a folder of exports is brought: its files, theirs beside ours, and what the door makes of it."""

from collections.abc import Sequence

import pandas as pd

from kamnb.display.parts.sentences import Prose, count_of, write_list
from kamnb.display.parts.tables import Table, show_table

_MARKS = {"open": "OPEN", "likely": "CHECK", "sure": "sure"}


def tabulate_files(files: pd.DataFrame) -> Table:
    """Put the files of a folder in a table, with their columns."""
    heads = {"columns": "Columns, or why it is not read"}
    return show_table(files, "What the folder holds", heads=heads)


def tabulate_lines(lines: pd.DataFrame) -> Table:
    """Put what is proposed in a table: theirs on the left, ours beside it."""
    shown = lines.assign(level=lines["level"].map(_MARKS))
    return show_table(shown, "Their columns and ours, what is doubtful first", heads={"level": "How sure", "why": "Why"})


def list_proof(lines: Sequence[str], faults: Sequence[str]) -> Prose:
    """Say what the door makes of a proposal: rows kept, money, and what stops it."""
    return write_list([*lines, *(f"It stops: {fault}" for fault in faults)], nothing="No file is a table that can be begun with.")


def say_open(levels: Sequence[str], questions: int) -> Prose:
    """Say how much is left to decide.

    Examples
    --------
    >>> say_open(["sure", "sure", "likely", "open"], 1)
    2 columns are sure, 1 likely (CHECK), 1 open (OPEN). 1 question is left.
    """
    told = [levels.count(level) for level in ("sure", "likely", "open")]
    verb = "is" if questions == 1 else "are"
    left = f"{count_of(questions, 'question')} {verb} left" if questions else "No question is left"
    return Prose(f"{count_of(told[0], 'column')} are sure, {told[1]} likely (CHECK), {told[2]} open (OPEN). {left}.")
