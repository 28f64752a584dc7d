"""The portfolio matrix of an analysis: picture, numbers, who is not placed, who was overruled."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis, Scored
from kamnb.display.matrix.chart import chart_matrix
from kamnb.display.matrix.description import describe_quadrant, tabulate_quadrant, tabulate_quadrant_counts
from kamnb.display.matrix.diagram import draw_diagram
from kamnb.display.matrix.quadrant import plot_quadrant
from kamnb.display.matrix.ways import describe_ways, trace_ways
from kamnb.display.parts.formats import TEXT
from kamnb.display.parts.losses import list_losses
from kamnb.display.parts.pictures import Picture, show_figure
from kamnb.display.parts.tables import Table, show_table


def frame_matrix(analysis: Scored, accounts: Sequence[str] | None = None) -> pd.DataFrame:
    """Return what the matrix shows, one row per account: name, scores, place, revenue, share of wallet."""
    frame = analysis.scores.join(analysis.indicators[["revenue_ltm", "share_of_wallet"]])
    frame.insert(0, "name", analysis.names)
    return frame if accounts is None else frame.loc[list(accounts)]


def draw_matrix(analysis: Scored, accounts: Sequence[str] | None = None, **more: Any) -> str:
    """Draw the portfolio matrix as SVG with the model's own cuts, orientation and mode.

    Parameters
    ----------
    analysis : Scored
    accounts : sequence of str, optional
        Only these; all by default.
    **more
        As `kamnb.display.matrix.diagram.draw_diagram` has them: ``before``, ``named``, ``picked``, ``is_still``.
    """
    frame, model = frame_matrix(analysis, accounts), analysis.criteria
    return draw_diagram(
        frame, cut=model.cut, orientation=model.orientation, mode=model.strength_mode, parity=model.parity,
        title=describe_quadrant(frame, mode=model.strength_mode), **more,
    )  # fmt: skip


def add_sureness(frame: pd.DataFrame, analysis: Analysis, asked: Sequence[str]) -> pd.DataFrame:
    """Add how sure the places of accounts are: ``sure``, the part of the dots, and ``agree``, in words; NaN of others."""
    dots, places = analysis.method.confidence.dots.of, analysis.scores["placed"]
    counts = analysis.confidence.count_all(asked)
    known = {account: own.get(str(places[account]), 0) for account, own in counts.items() if own}
    agree = pd.Series({account: f"{count} of {dots}" for account, count in known.items()}, dtype=object)
    return frame.assign(sure=pd.Series(known, dtype=float) / dots, agree=agree)


def picture_matrix(
    analysis: Analysis, accounts: Sequence[str] | None = None, *, highlight: str | None = None, anonymous: bool = False
) -> Picture:
    """Draw the portfolio matrix with the model's own cuts, orientation and mode.

    Parameters
    ----------
    analysis : Analysis
    accounts : sequence of str, optional
        Only these; all by default.
    highlight : str, optional
        The account asked about.
    anonymous : bool
        Name no other account.

    Returns
    -------
    Picture
    """
    scores, model = frame_matrix(analysis, accounts), analysis.criteria
    asked = scores.index.tolist() if highlight is None else [highlight]
    scores, ways = add_sureness(scores, analysis, asked), trace_ways(analysis)
    ax = plot_quadrant(
        scores, cut=model.cut, orientation=model.orientation, mode=model.strength_mode, parity=model.parity, highlight=highlight,
        anonymous=anonymous, dots=analysis.method.confidence.dots, ways=ways,
    )  # fmt: skip
    chart = chart_matrix(
        scores, cut=model.cut, orientation=model.orientation, mode=model.strength_mode, highlight=highlight, anonymous=anonymous
    )
    words = describe_quadrant(scores, highlight=highlight, anonymous=anonymous, mode=model.strength_mode)
    moves = describe_ways(ways, analysis.names, asked) if highlight or not anonymous else ""
    return show_figure(ax, f"{words} {moves}".strip(), chart)


def tabulate_matrix(analysis: Analysis) -> Table:
    """Put the numbers of the matrix in a table."""
    frame = frame_matrix(analysis)
    frame = add_sureness(frame, analysis, frame.index.tolist())
    return tabulate_quadrant(frame, currency=analysis.currency, mode=analysis.criteria.strength_mode)


def tabulate_counts(analysis: Analysis) -> Table:
    """Put accounts and revenue by quadrant in a table, with what could not be read."""
    note = " ".join(list_losses(analysis.portfolio, analysis.currency, analysis.names))
    return tabulate_quadrant_counts(frame_matrix(analysis), currency=analysis.currency, note=note)


def tabulate_quadrants(analysis: Analysis) -> Table:
    """Put what each quadrant asks for in a table."""
    rows = [(each.name, each.asks) for each in analysis.method.playbook.quadrants.values()]
    shown = pd.DataFrame(rows, columns=["Quadrant", "It asks us to"])
    return show_table(shown, "What each quadrant asks for", dict.fromkeys(shown.columns, TEXT))
