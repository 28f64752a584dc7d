"""The review, section by section: what to decide on the first page, on the second what it rests on."""

from collections.abc import Iterator
from typing import Any

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.losses import list_losses
from kamnb.display.parts.sections import Heading, PageEnd, show_section
from kamnb.display.parts.sentences import Prose, count_of
from kamnb.display.portfolio.targets import say_gap, tabulate_gaps
from kamnb.display.review.decide import FULL, list_urgent, say_later, tabulate_first, tabulate_next
from kamnb.display.review.due import list_dates, tabulate_due
from kamnb.display.review.effort import say_quadrants, tabulate_effort
from kamnb.display.review.moved import list_news, say_close, tabulate_moved, title_moved
from kamnb.display.review.tiles import list_tiles
from kamnb.display.review.year import picture_year, say_left_out

TOLD = 2
"""So many sentences tell what could not be read; of the others the number is given."""


def say_about(analysis: Analysis) -> str:
    """Say which review it is: day, accounts, and the day that it is compared with."""
    parts = [f"as of {write_date(analysis.as_of)}", count_of(len(analysis.accounts), "account")]
    parts += [f"last review {write_date(analysis.changes.since)}"] if analysis.changes else []
    return " · ".join(parts)


def show_head(analysis: Analysis) -> None:
    """Show which review it is."""
    show_section("Portfolio review", Prose(say_about(analysis)), level=1)


def show_decisions(analysis: Analysis) -> None:
    """Show six figures, what is to be decided now, and the year."""
    from IPython.display import display

    for part in compose_decisions(analysis):
        display(part)


def compose_decisions(analysis: Analysis) -> Iterator[Any]:
    """Yield what stands on the first page, in its order."""
    yield list_tiles(analysis)
    yield Heading("Decide now")
    yield from (part for part in (tabulate_first(analysis), tabulate_next(analysis), say_later(analysis)) if part is not None)
    lost = list_losses(analysis.portfolio, analysis.currency, analysis.names)
    if lost:
        others = f" {count_of(len(lost) - TOLD, 'more remark')} on data not used: see the data check." if len(lost) > TOLD else ""
        yield Prose(f"{' '.join(lost[:TOLD])}{others}")
    year = picture_year(analysis)
    yield from (Heading("Gap and forecast"), say_gap(analysis), *(part for part in (year, say_left_out(analysis)) if part))
    if analysis.changes and len(list_urgent(analysis)) >= FULL:
        yield PageEnd()


def show_moved(analysis: Analysis) -> None:
    """Show what moved since the last review, and why."""
    show_section(title_moved(analysis), tabulate_moved(analysis), list_news(analysis), say_close(analysis))


def show_managers(analysis: Analysis) -> None:
    """Show how the accounts of each manager stand against target and forecast."""
    show_section("Target by account manager", tabulate_gaps(analysis))


def show_due(analysis: Analysis) -> None:
    """Show promises and notices of the next weeks, and what was decided and not done."""
    show_section("Promises, notices and past decisions", tabulate_due(analysis), list_dates(analysis))


def show_effort(analysis: Analysis) -> None:
    """Show which hours to move."""
    show_section("Effort to move", say_quadrants(analysis), tabulate_effort(analysis))
