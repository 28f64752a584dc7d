"""``kamnb table``: further tables of a workbook, to fill."""

from pathlib import Path

import click

from kamnb.cli.options import tables_of


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", metavar="[NAME]...", nargs=-1)
def table(folder: Path, names: tuple[str, ...]) -> None:
    """Add empty tables with their heads to a workbook.

    Without a NAME say which there are that it does not have.
    """
    from kamnb.data.settings import load_settings
    from kamnb.data.tables import TABLES
    from kamnb.reports.tables import add_tables, list_absent

    data = tables_of(folder)
    if not names:
        for name in list_absent(data):
            click.echo(f"{name:<16}{TABLES[name].meaning}")
        return
    settings = load_settings(data)
    for path in add_tables(data, names):
        own = settings.tables.get(path.stem)
        unread = settings.names_tables and not (own and (own.file or own.sql))
        hint = f'; kamnb.toml names the tables that are read, so add: [{path.stem}] file = "{path.name}"' if unread else ""
        click.echo(f"wrote {path}{hint}")
