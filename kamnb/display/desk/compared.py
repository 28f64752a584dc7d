"""Two scoring models beside each other: both matrices, and who stands elsewhere by the second."""

from collections.abc import Sequence
from html import escape

from kamnb.analysis import Scored
from kamnb.display.desk.trial import tabulate_moved
from kamnb.display.matrix.matrix import draw_matrix
from kamnb.scoring.moves import find_moves


def draw_both(first: Scored, second: Scored, names: tuple[str, str], shown: Sequence[str]) -> str:
    """Return both matrices as HTML, side by side where there is room; accounts that differ are named in both.

    Parameters
    ----------
    first, second : Scored
        The same portfolio by two models.
    names : two texts
        What the models are called.
    shown : sequence of str
        The accounts that are drawn.
    """
    moves = find_moves(first.scores.loc[list(shown)], second.scores.loc[list(shown)])
    drawn = "".join(
        f"<figure><figcaption><b>{escape(name)}</b></figcaption>"
        f"{draw_matrix(each, shown, named=set(moves.index), is_still=True)}</figure>"
        for each, name in zip((first, second), names, strict=True)
    )
    mode = second.criteria.strength_mode
    table = tabulate_moved(moves, second.names, mode, names)._repr_html_() if len(moves) else "<p>Nobody stands elsewhere.</p>"
    return f'<div class="kam-both">{drawn}</div>{table}'
