"""``kamnb form`` and ``kamnb collect``: account managers answer in Excel."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kamnb.cli.options import on_option, tables_of

if TYPE_CHECKING:
    from kamnb.desk.forms.collecting import Collected, Reply


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--manager", required=True, metavar="M", help="The account manager, by id or name.")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The Excel file (.xlsx) to write."
)
@click.option("--replace", is_flag=True, help="Replace a file of that name.")
@on_option
def form(data: Path, manager: str, output: Path, replace: bool, on: date | None) -> None:
    """Write a form in Excel for an account manager to fill in.

    It asks for ratings, the competitor, spend, what we know, people and open actions.
    """
    from kamnb.analysis import open_analysis
    from kamnb.data.identity import take_identity
    from kamnb.data.saving import write_whole
    from kamnb.desk.editing import begin_editing
    from kamnb.desk.forms import make_topics, write_form
    from kamnb.desk.forms.topics import find_manager
    from kamnb.desk.rating import begin_rating
    from kamnb.errors import SettingsError

    if output.suffix.lower() != ".xlsx":
        raise SettingsError(f"{output}: a form is an Excel workbook; give a name that ends in .xlsx")
    if output.exists() and not replace:
        raise SettingsError(f"{output}: is there already, perhaps with answers; give another name, or --replace")
    tables, day = str(tables_of(data)), on or date.today()
    analysis = open_analysis(tables)
    who = find_manager(analysis, manager)
    editing = begin_editing(tables, analysis, day)
    topics = make_topics(begin_rating(tables, analysis, who[1], "account_manager", day), editing, who[0])
    write_whole(output, write_form(topics, take_identity(editing.home), who, day))
    asked = ", ".join(f"{topic.name} {len(topic.lines)}" for topic in topics)
    click.echo(f"wrote {output} for {who[1]}: rows to fill: {asked}")


@click.command()
@click.argument("forms", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--accept", is_flag=True, help="Where another answer stands against a form's, or the account changed hands, the form counts."
)
@click.option("--dry-run", is_flag=True, help="Only show what would be saved.")
@click.option("--yes", is_flag=True, help="Save without asking; where nobody can be asked that is so anyway.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="A page (.html) to send back: what came of each form."
)
@on_option
def collect(
    forms: tuple[Path, ...], data: Path, accept: bool, dry_run: bool, yes: bool, output: Path | None, on: date | None
) -> None:
    """Take filled forms back, and save what nobody contradicts.

    Each answer is shown with what stood there before.

    A form with a cell that cannot be read is refused as a whole, the others are taken. Ends with 1 where a form is refused or
    answers differ.
    """
    from kamnb.analysis import open_analysis
    from kamnb.desk.forms import gather_answers, save_answers
    from kamnb.errors import SettingsError

    if output and output.suffix.lower() != ".html":
        raise SettingsError(f"{output}: the page is HTML; give a name that ends in .html")
    tables = str(tables_of(data))
    collected = gather_answers(forms, tables, open_analysis(tables), on or date.today(), accept=accept)
    for line in collected.notes:
        click.echo(line)
    for reply in collected.replies:
        _tell(reply)
    is_saved = bool(collected.changes) and not dry_run and _may_save(collected, yes)
    if collected.changes and not is_saved:
        click.echo("nothing was saved")
    elif is_saved:
        files = save_answers(collected)
        answers = "answer" if len(collected.changes) == 1 else "answers"
        click.echo(f"saved {len(collected.changes):,} {answers} in {', '.join(str(path) for path in files)}")
    else:
        click.echo("nothing new in the forms; nothing was written")
    if output:
        _write_page(collected, output, is_saved=is_saved)
    if collected.faults or collected.conflicts:
        sys.exit(1)


def _may_save(collected: "Collected", yes: bool) -> bool:
    """Whether to save: a person at a terminal is asked."""
    if yes or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return True
    return click.confirm(f"save {len(collected.changes):,} of these?", default=True)


def _tell(reply: "Reply") -> None:
    """Print what came of a form."""
    from kamnb.display.desk.forms import list_outcomes

    click.echo(_name(reply))
    if reply.faults:
        click.echo("  refused, nothing of it is saved; put these right and collect it again:")
    parts = ((reply.faults, ""), (list_outcomes(reply.changes), ""), (list_outcomes(reply.noted), "not saved:"))
    conflict = (
        "not saved, for another answer stands against it; collect it with --accept, or settle it in the notebooks 91 or 92:"
    )
    for lines, head in (*parts, (list_outcomes(reply.conflicts), conflict), (reply.notes, "")):
        told = list(lines)
        for line in [head] * bool(head and told):
            click.echo(f"  {line}")
        for line in told:
            click.echo(f"    {line}")


def _name(reply: "Reply") -> str:
    from kamnb.display.desk.forms import say_who

    form = reply.form
    return say_who(reply.path, form.name, form.filled_on, form.saved_by, is_dated=form.is_dated) if form else reply.path.name


def _write_page(collected: "Collected", output: Path, *, is_saved: bool) -> None:
    from kamnb.data.saving import write_whole
    from kamnb.display.desk.forms import show_reply
    from kamnb.reports.parts import render_parts

    parts = [part for reply in collected.replies for part in show_reply(reply, _name(reply), is_saved=is_saved)]
    write_whole(output, render_parts(parts, "What came of the forms", subtitle=f"Collected on {collected.on:%Y-%m-%d}"))
    click.echo(f"wrote {output}")
