"""The ten boxes: potential, high or not, against the five stages of the relationship."""

import pandas as pd
from matplotlib.axes import Axes

from kamnb.display.parts.formats import STAGES
from kamnb.display.parts.names import label_accounts
from kamnb.display.parts.sentences import count_of
from kamnb.display.parts.style import BLUE, INK, LINE, WASH, house_style, open_axes
from kamnb.display.parts.tables import Table, show_table

ROWS = {True: "high potential", False: "not high"}
NAMED = 6
"""Names written into a box; how many more there are is said."""
_HIGH = 3.0
_LONGEST = 20  # characters that fit in a box


@house_style()
def plot_ten_boxes(accounts: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw potential against stage, each account by its name in its box.

    Parameters
    ----------
    accounts : DataFrame indexed by ``account_id``
        Columns name, stage (1-5) and potential (1-3); accounts without one of the two are not drawn.
    ax : Axes, optional

    Returns
    -------
    Axes

    Examples
    --------
    >>> accounts = pd.DataFrame({"name": ["Nordlicht"], "stage": [3.0], "potential": [3.0]}, index=["A1"])
    >>> ax = plot_ten_boxes(accounts)
    >>> [text.get_text() for text in ax.texts if text.get_gid() == "count"]
    ['1']
    >>> import matplotlib.pyplot as plt; plt.close(ax.figure)
    """
    ax = open_axes(3.3, ax, left=0.85, bottom=0.35, top=0.15)
    boxes = _fill_boxes(accounts)
    for row, is_high in enumerate(ROWS):
        for level in range(1, 6):
            _draw_box(ax, level, 1 - row, boxes[is_high, level])
    ax.set_xlim(0.5, 5.5)
    ax.set_ylim(-0.5, 1.5)
    ax.set_xticks(range(1, 6), STAGES)
    ax.set_yticks([1, 0], list(ROWS.values()))
    ax.tick_params(length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def _draw_box(ax: Axes, level: int, row: int, names: list[str]) -> None:
    ax.fill_between([level - 0.48, level + 0.48], row - 0.47, row + 0.47, color=WASH if names else "white", linewidth=0)
    ax.plot(
        [level - 0.48, level + 0.48, level + 0.48, level - 0.48, level - 0.48],
        [row - 0.47, row - 0.47, row + 0.47, row + 0.47, row - 0.47], color=LINE, linewidth=0.7,
    )  # fmt: skip
    if not names:
        return
    ax.text(level - 0.43, row + 0.42, f"{len(names)}", va="top", fontweight="bold", size=10, color=BLUE, gid="count")
    lines = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…" for name in names[:NAMED]]
    lines += [f"and {len(names) - NAMED} more"] if len(names) > NAMED else []
    ax.text(level - 0.43, row + 0.24, "\n".join(lines), va="top", size=7.5, color=INK, linespacing=1.35, gid="names")


def describe_ten_boxes(accounts: pd.DataFrame) -> str:
    """Say how many accounts stand in which box.

    Examples
    --------
    >>> accounts = pd.DataFrame({"name": ["Nordlicht"], "stage": [3.0], "potential": [3.0]}, index=["A1"])
    >>> describe_ten_boxes(accounts)
    'Potential against relationship stage, 1 account: high potential: 1 at the Cooperative stage.'
    """
    boxes = _fill_boxes(accounts)
    parts = []
    for is_high, words in ROWS.items():
        counts = [
            f"{len(boxes[is_high, level])} at the {STAGES[level - 1]} stage" for level in range(1, 6) if boxes[is_high, level]
        ]
        parts += [f"{words}: {', '.join(counts)}"] if counts else []
    total = sum(map(len, boxes.values()))
    absent = len(accounts) - total
    left = f" Stage or potential unknown: {count_of(absent, 'account')}." if absent else ""
    return f"Potential against relationship stage, {count_of(total, 'account')}: {'; '.join(parts) or 'none'}.{left}"


def tabulate_ten_boxes(accounts: pd.DataFrame) -> Table:
    """Put the numbers of the ten boxes in a table."""
    boxes = _fill_boxes(accounts)
    rows = [[words, *(len(boxes[is_high, level]) for level in range(1, 6))] for is_high, words in ROWS.items()]
    absent = len(accounts) - sum(map(len, boxes.values()))
    note = f"Stage or potential unknown: {count_of(absent, 'account')}." if absent else ""
    return show_table(pd.DataFrame(rows, columns=["Potential", *STAGES]), "Accounts by potential and stage", note=note)


def _fill_boxes(accounts: pd.DataFrame) -> dict[tuple[bool, int], list[str]]:
    known = accounts.dropna(subset=["stage", "potential"])
    labels = label_accounts(accounts["name"], 30)[known.index]
    boxes: dict[tuple[bool, int], list[str]] = {(is_high, level): [] for is_high in ROWS for level in range(1, 6)}
    for account in labels.sort_values().index:
        row = known.loc[account]
        boxes[bool(row["potential"] >= _HIGH), int(row["stage"])].append(str(labels[account]))
    return boxes
