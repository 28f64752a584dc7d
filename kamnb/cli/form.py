"""``kamnb form`` and ``kamnb collect``: account managers answer in Excel."""

from datetime import date
from pathlib import Path

import click

from kamnb.cli.options import on_option, tables_of


@click.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--manager", required=True, metavar="M", help="The account manager, by id or name.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The .xlsx to write.")
@click.option("--replace", is_flag=True, help="Replace a file of that name.")
@on_option
def form(data: Path, manager: str, output: Path, replace: bool, on: date | None) -> None:
    """Write a form in Excel for an account manager: ratings, competitor, spend, knowledge, people and open actions."""
    from kamnb.analysis import open_analysis
    from kamnb.data.saving import write_whole
    from kamnb.desk.editing import begin_editing
    from kamnb.desk.forms import identify_workbook, keep_identity, make_topics, write_form
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
    identity = identify_workbook(editing.home, analysis)
    write_whole(output, write_form(topics, identity, who, day))
    keep_identity(editing.home, identity)
    asked = ", ".join(f"{topic.name} {len(topic.lines)}" for topic in topics)
    click.echo(f"wrote {output} for {who[1]}: rows to fill: {asked}")


@click.command()
@click.argument("forms", metavar="FILE...", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.option("--accept", is_flag=True, help="Where someone saved another answer since the form was made, the form counts.")
@on_option
def collect(forms: tuple[Path, ...], data: Path, accept: bool, on: date | None) -> None:
    """Take forms back: check them, show what changed and where answers differ, and append what nobody contradicts."""
    from kamnb.analysis import open_analysis
    from kamnb.desk.forms import collect_forms

    tables = str(tables_of(data))
    collected = collect_forms(forms, tables, open_analysis(tables), on or date.today(), accept=accept)
    for line in collected.changes:
        click.echo(f"  {line}")
    for line in collected.notes:
        click.echo(f"  {line}")
    if collected.conflicts:
        click.echo("not saved, because answers differ; collect one of them with --accept, or settle it in 91 or 92:")
        for line in collected.conflicts:
            click.echo(f"  {line}")
    if collected.files:
        answers = "answer" if len(collected.changes) == 1 else "answers"
        click.echo(f"saved {len(collected.changes):,} {answers} in {', '.join(str(path) for path in collected.files)}")
    else:
        click.echo("nothing new in the forms; nothing was written")
