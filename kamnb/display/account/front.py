"""The first page of a plan: what is read standing, three minutes before the customer arrives."""

from collections.abc import Iterator
from typing import Any

from kamnb.analysis import Analysis
from kamnb.display.account.profit_steps import picture_steps
from kamnb.display.account.promises import last_day, picture_promises, say_others
from kamnb.display.account.questions import tabulate_questions
from kamnb.display.account.running_year import picture_year
from kamnb.display.account.serving import tabulate_serving
from kamnb.display.account.small_lines import picture_lines
from kamnb.display.account.story import say_head, say_story
from kamnb.display.account.tiles import list_tiles
from kamnb.display.parts.formats import write_date
from kamnb.display.parts.losses import say_account_losses
from kamnb.display.parts.pictures import show_figure
from kamnb.display.parts.sections import Heading, PageEnd
from kamnb.display.parts.sentences import Prose
from kamnb.display.portfolio.months import describe_months, plot_months
from kamnb.planning import AccountPlan


def show_front(analysis: Analysis, plan: AccountPlan) -> None:
    """Show the first page: head, six figures, the story, what to decide, the year, goals and promises."""
    from IPython.display import display

    for part in compose_front(analysis, plan):
        display(part)


def compose_front(analysis: Analysis, plan: AccountPlan) -> Iterator[Any]:
    """Yield what stands on the first page, in its order; every format is made from this."""
    lost = say_account_losses(analysis.losses, plan.account_id)
    yield say_head(analysis, plan)
    if lost:
        yield Prose(lost)
    yield list_tiles(analysis, plan)
    yield say_story(analysis, plan)
    yield Heading("Decide")
    yield tabulate_questions(analysis, plan)
    steps = picture_steps(plan)
    yield Heading("The year, and what twelve months left" if steps else "The year")
    yield picture_year(analysis, plan, beside=steps is not None) or Prose("Revenue of the year is unknown.")
    if steps:
        yield steps
    if len(plan.months):
        yield show_figure(plot_months(plan.months, currency=plan.currency), describe_months(plan.months, currency=plan.currency))
    lines = picture_lines(analysis, plan)
    if lines:
        yield lines
    yield Heading("Their goals, our initiatives")
    yield tabulate_serving(analysis, plan)
    yield Heading(f"Promises to {write_date(last_day(analysis))}")
    yield picture_promises(analysis, plan)
    others = say_others(analysis, plan)
    if others:
        yield others
    yield PageEnd()
