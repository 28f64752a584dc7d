"""The people at a customer, by function and level: whom we know, whom we reach."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kamnb.display.parts.formats import is_known
from kamnb.display.parts.names import draw_name
from kamnb.display.parts.sentences import count_of, join_words
from kamnb.display.parts.style import BLUE, INK, LINE, QUIET, WASH, house_style, open_axes

LEVELS = ("operational", "middle", "senior", "board")
_UNSAID = "not given"


def describe_contact_grid(people: pd.DataFrame) -> str:
    """Say how many people are known and reached, in how many functions, and at which levels nobody is reached.

    Examples
    --------
    >>> people = pd.DataFrame({"function": ["purchasing", "engineering"], "level": ["senior", "middle"], "known": [3, 2],
    ...                        "reached": [2, 0]})
    >>> describe_contact_grid(people)
    'We know 5 people in 2 functions and reach 2 of them. Nobody is reached at these levels: operational, middle and board.'
    """
    if people.empty:
        return "No contacts are known."
    where = count_of(people["function"].fillna(_UNSAID).nunique(), "function")
    text = f"We know {count_of(int(people['known'].sum()), 'person', 'people')} in {where}"
    if not _reach_known(people):
        return f"{text}; how many of them we reach is unknown, for no interactions are recorded."
    reached = people.groupby("level")["reached"].sum().reindex(list(LEVELS)).fillna(0)
    gaps = [level for level in LEVELS if not reached[level]]
    silent = f" Nobody is reached at {'these levels' if len(gaps) > 1 else 'this level'}: {join_words(gaps)}." if gaps else ""
    return f"{text} and reach {int(people['reached'].sum()) or 'none'} of them.{silent}"


MARKS = {"champion": "★", "decision maker": "◆", "opponent": "✕"}
"""The roles that the contact map marks."""
_OURS, _LETTERS = 2, 14
"""Of ours who meet a person, and letters of a name, that a line holds."""


@house_style()
def plot_contact_map(people: pd.DataFrame, *, reach_is_known: bool = True, ax: Axes | None = None) -> Axes:
    """Draw every person in the cell of function and level: filled is reached, hollow is not; beside, who of ours meets them.

    Parameters
    ----------
    people : DataFrame, a row per person
        Columns name, function, level, role (each may be unknown), is_reached, is_silent and met_by (a list of our people, or
        missing).
    reach_is_known : bool
        Whether interactions say who is reached; without, all are drawn alike.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> people = pd.DataFrame({"name": ["Ida Berg"], "function": ["purchasing"], "level": ["senior"], "role": ["champion"],
    ...                        "is_reached": [True], "is_silent": [False], "met_by": [["Kim Lund", "Lou Tamm"]]})
    >>> ax = plot_contact_map(people)
    >>> [text.get_text() for text in ax.texts if text.get_gid() in ("name", "ours")]
    ['I. Berg ★', 'KL LT']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    filled = people.fillna({"function": _UNSAID, "level": _UNSAID})
    functions = sorted(filled["function"].unique(), key=lambda name: (name == _UNSAID, name))
    levels = [*LEVELS, *([_UNSAID] if _UNSAID in set(filled["level"]) else [])]
    depth = [max(_lines(filled, function, level) for level in levels) for function in functions]
    ax = open_axes(0.5 + 0.155 * sum(depth), ax, left=1.2, top=0.26, bottom=0.24)
    top = 0.0
    for function, lines in zip(functions, depth, strict=True):
        for place, level in enumerate(levels):
            cell = filled[(filled["function"] == function) & (filled["level"] == level)]
            _draw_people(ax, place, top, lines, cell, reach_is_known)
        label = draw_name(function, "?")
        ax.text(-0.54, top + lines / 2, label, ha="right", va="center", clip_on=False)
        top += lines
    ax.set_xticks(range(len(levels)), levels)
    ax.set_yticks([])
    ax.set(xlim=(-0.5, len(levels) - 0.5), ylim=(top, 0))
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.annotate(
        _explain_marks(reach_is_known), (0, 0), xycoords="axes fraction", xytext=(0, -6), textcoords="offset points", va="top",
        size=7.5, color=QUIET, linespacing=1.3,
    )  # fmt: skip
    return ax


def describe_contact_map(people: pd.DataFrame, *, reach_is_known: bool = True) -> str:
    """Say how many people are known and reached, who of them speaks for us, decides or is against us, and who is silent.

    Examples
    --------
    >>> people = pd.DataFrame({"name": ["Ida"], "function": ["purchasing"], "level": ["senior"], "role": ["champion"],
    ...                        "is_reached": [True], "is_silent": [False], "met_by": [["Kim"]]})
    >>> describe_contact_map(people)
    'We know 1 person in 1 function and reach 1 of them. Nobody is reached at these levels: operational, middle and board.
    Marked: Ida (champion).'
    """
    grid = people.assign(known=1, reached=people["is_reached"].astype(float) if reach_is_known else float("nan"))
    text = describe_contact_grid(grid[["function", "level", "known", "reached"]])
    named = people[people["role"].isin(list(MARKS))]
    marked = [f"{row['name']} ({row['role']}{', silent' if row['is_silent'] else ''})" for _, row in named.iterrows()]
    return f"{text} Marked: {join_words(marked)}." if marked else text


def _lines(people: pd.DataFrame, function: str, level: str) -> int:
    """Return how many lines a cell needs: one for each person."""
    return max(int(((people["function"] == function) & (people["level"] == level)).sum()), 1)


def _draw_people(ax: Axes, place: int, top: float, lines: int, cell: pd.DataFrame, reach_is_known: bool) -> None:
    ground = WASH if len(cell) else "white"
    ax.add_patch(Rectangle((place - 0.48, top + 0.06), 0.96, lines - 0.12, facecolor=ground, edgecolor=LINE, linewidth=0.6))
    for number, (_, row) in enumerate(cell.iterrows()):
        y = top + 0.5 + number
        reached = bool(row["is_reached"]) or not reach_is_known
        face = BLUE if reached else "white"
        ax.plot([place - 0.43], [y], marker="o", markersize=5.5, color=BLUE, markerfacecolor=face, gid="person")
        ax.text(place - 0.385, y, _name_person(row), size=7.5, va="center", color=INK, gid="name")
        if isinstance(row["met_by"], list):
            ax.text(
                place + 0.46, y, _write_initials(row["met_by"], _OURS), size=7.5, va="center", ha="right", color=QUIET, gid="ours"
            )


def _name_person(row: "pd.Series[Any]") -> str:
    """Write a person's name short, with the mark of the role."""
    words = str(row["name"]).split() if is_known(row.get("name")) else []
    short = f"{words[0][0]}. {words[-1]}" if len(words) > 1 else "".join(words)
    mark = f" {MARKS[row['role']]}" if row["role"] in MARKS else ""
    return f"{draw_name(short, 'no name', _LETTERS)}{mark}"


def _write_initials(names: list[str], most: int) -> str:
    initials = ["".join(word[0] for word in name.split() if word[0].isalpha())[:3].upper() for name in names]
    return " ".join(initials[:most]) + (f" +{len(names) - most}" if len(names) > most else "")


def _explain_marks(reach_is_known: bool) -> str:
    marks = ", ".join(f"{sign} {role}" for role, sign in MARKS.items())
    reach = "Filled: two-way contact in twelve months; grey: who of ours, most often first; "
    return f"{reach if reach_is_known else ''}{marks}."


def _reach_known(people: pd.DataFrame) -> bool:
    return bool(people["reached"].notna().any())
