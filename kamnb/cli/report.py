"""``kamnb report``: a planning report for each account."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kamnb.reports.order import Run

from kamnb.cli.options import criteria_option, data_options, format_option, reports_of, tables_of


@click.command()
@data_options
@criteria_option
@click.option("--account", "accounts", multiple=True, metavar="ID", help="Only this account; may be given more than once.")
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the N largest by revenue of the last twelve months.")
@click.option(
    "--where",
    default="",
    metavar="CONDITION",
    help="Only accounts that meet it: columns of scores.csv, as in \"placed == 'star'\".",
)
@click.option(
    "--since",
    default="last review",
    show_default=True,
    metavar="DATE",
    help='Say what changed since this day; "last review" is the day of the last decisions.',
)
@click.option(
    "--customer-copy", is_flag=True, help="The copy for the customer: no score, profit, opinion or internal word is in it."
)
@click.option(
    "--notebook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another notebook with an account_id parameter instead of 50_account_plan.",
)
@format_option("with pdf or pptx also all plans in one")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Reports made at the same time; else one for each processor."
)
@click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Make them on a dask cluster: the address of its scheduler, as tcp://host:8786.",
)
@click.option("--force", is_flag=True, help="Make every page, also where nothing that it is made from is another.")
@click.option(
    "--time-limit",
    type=click.FloatRange(min=1),
    default=600,
    show_default=True,
    metavar="S",
    help="Seconds that one report may take.",
)
@click.option(
    "--memory-limit",
    type=click.FloatRange(min=1),
    default=4000,
    show_default=True,
    metavar="MB",
    help="Resident memory that the cells of one report may take.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write; else reports, or customer_copies, beside the workbook.",
)
def report(
    data: Path,
    root: Path | None,
    as_of: date | None,
    criteria_file: Path | None,
    accounts: tuple[str, ...],
    top: int | None,
    where: str,
    since: str,
    customer_copy: bool,
    notebook: Path | None,
    formats: tuple[str, ...],
    jobs: int | None,
    scheduler: str,
    force: bool,
    time_limit: float,
    memory_limit: float,
    output: Path | None,
) -> None:
    """Write a plan for each key account, or all if none is marked."""
    from kamnb.reports.batch import write_reports
    from kamnb.reports.crew import Limits
    from kamnb.reports.order import Order

    folder = output or reports_of(data, "customer_copies" if customer_copy else "reports")
    limits = Limits(time_limit, memory_limit)
    order = Order(
        tables_of(data), root, as_of, criteria_file, accounts, top, notebook, output=folder, since=since, where=where,
        customer_copy=customer_copy, jobs=jobs, limits=limits, force=force, formats=formats, scheduler=scheduler,
    )  # fmt: skip
    run = write_reports(order, say=click.echo)
    for reason, count in Counter(run.causes.values()).most_common():
        click.echo(f"made {count:,}: {reason}")
    if run.kept:
        click.echo(f"kept {len(run.kept):,}: nothing that they are made from is another; --force makes them all the same")
    tell_portfolio(run)
    for account_id, reason in run.failures.items():
        click.echo(f"failed: {account_id}: {reason}", err=True)
    click.echo(f"{len(run.pages)} of {len(run.pages) + len(run.failures)} reports written; open {run.index}")
    if run.failures or run.portfolio_failures:
        raise SystemExit(1)


def tell_portfolio(run: "Run") -> None:
    """Say what came of the pages of the whole portfolio."""
    made = [file for file in run.portfolio_causes if file in run.portfolio]
    for cause in dict.fromkeys(run.portfolio_causes[file] for file in made):
        click.echo(f"made {', '.join(file for file in made if run.portfolio_causes[file] == cause)}: {cause}")
    for file, reason in run.portfolio_failures.items():
        click.echo(f"failed: {file}: {reason}", err=True)
