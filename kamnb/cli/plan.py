"""``kamnb plan``: versions of the plan, kept and compared."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kamnb.cli.options import data_options, on_option, tables_of

if TYPE_CHECKING:
    from kamnb.data.portfolio import Portfolio

by_option = click.option("--by", required=True, metavar="NAME", help="Who does it.")


@click.group()
def plan() -> None:
    """Keep versions of the plan, and compare them.

    A version is its objectives, actions, decisions and KPIs; all stand in plan_versions/ beside the tables.
    """


@plan.command()
@data_options
@by_option
@on_option
@click.option("--note", default="", help="Why this version is kept.")
def save(data: Path, root: Path | None, as_of: date | None, by: str, on: date | None, note: str) -> None:
    """Keep the plan as a new version, where something changed."""
    from kamnb.planning.versions import FOLDER, find_version, save_plan, take_plan

    home, portfolio = _home(data), _open(data, root, as_of)
    saved = save_plan(home, take_plan(portfolio), by=by, on=on or date.today(), as_of=portfolio.as_of, note=note)
    if saved is None:
        last = find_version(home)
        click.echo(
            f"nothing changed since version {last.number}, saved on {last.saved_on} by {last.saved_by}; nothing was written"
        )
    else:
        click.echo(f"wrote {home / FOLDER / f'{saved.number:04}'}: {', '.join(saved.tables)}, as of {saved.as_of}")


@plan.command(name="list")
@click.argument("data", type=click.Path(exists=True, path_type=Path))
def show(data: Path) -> None:
    """List the versions, and say whether each is as it was saved."""
    from kamnb.display.desk.versions import list_faults, tabulate_versions
    from kamnb.errors import DataError
    from kamnb.planning.versions import check_record, read_versions

    home = _home(data)
    versions, faults = read_versions(home), check_record(home)
    click.echo(tabulate_versions(versions))
    if faults:
        raise DataError(faults, "the record is damaged")
    for line in list_faults(faults, home) if versions else ["no version was saved yet"]:
        click.echo(line)


@plan.command()
@data_options
@click.argument("old", type=click.IntRange(min=1), required=False)
@click.argument("new", type=click.IntRange(min=1), required=False)
@click.option("--account", metavar="ID", help="Only what is about this account.")
def diff(data: Path, root: Path | None, as_of: date | None, old: int | None, new: int | None, account: str | None) -> None:
    """Say what was added, dropped, put off or reached.

    From version OLD to NEW, or to the tables as they are; without OLD, from the version saved last.
    """
    from kamnb.analysis import require_accounts
    from kamnb.display.desk.versions import list_plan_changes, name_version, say_difference
    from kamnb.indicators import list_accounts
    from kamnb.planning.versions import compare_plans, find_version, read_plan, take_plan

    home, portfolio = _home(data), _open(data, root, as_of)
    first = find_version(home, old)
    last = find_version(home, new) if new else None
    changes = compare_plans(read_plan(home, first), read_plan(home, last) if last else take_plan(portfolio))
    if account is not None:
        require_accounts((account,), {*list_accounts(portfolio).index, *changes["account_id"].dropna()})
        changes = changes[changes["account_id"] == account]
    click.echo(say_difference(name_version(first), name_version(last) if last else "the tables as they are", changes))
    if len(changes):
        click.echo(list_plan_changes(changes, list_accounts(portfolio)["name"].dropna()))


@plan.command()
@click.argument("data", type=click.Path(exists=True, path_type=Path))
@click.argument("old")
@click.argument("new")
@by_option
@on_option
@click.option("--reason", required=True, help="Why the name is replaced; it is kept, so leave the name out of it.")
def rename(data: Path, old: str, new: str, by: str, on: date | None, reason: str) -> None:
    """Replace a person's name OLD by NEW in every version.

    That it was done is said in the record, the old name is not.
    """
    from kamnb.planning.versions import FOLDER, replace_name

    home = _home(data)
    places = replace_name(home, old, new, by=by, on=on or date.today(), reason=reason)
    click.echo(f"replaced in {places:,} {'place' if places == 1 else 'places'} of {home / FOLDER}")


def _home(data: Path) -> Path:
    from kamnb.data.settings import load_settings

    return load_settings(tables_of(data)).home


def _open(data: Path, root: Path | None, as_of: date | None) -> "Portfolio":
    from kamnb.data.door import open_portfolio

    return open_portfolio(tables_of(data), root=root, as_of=as_of)
