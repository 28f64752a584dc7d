"""``kamnb lab`` and ``kamnb dashboard``: a workbook in the browser."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click


def _serving_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--no-browser", is_flag=True, help="Only print the address."),
        click.option("--port", type=click.IntRange(1, 65535), metavar="N", help="Where it listens; else a port that is free."),
        click.argument("folder", metavar="[DIR]", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)),
    ):
        command = option(command)
    return command


@click.command()
@_serving_options
def lab(folder: Path, port: int | None, no_browser: bool) -> None:
    """Start JupyterLab on a workbook, on this machine only."""
    from kamnb.serving import serve_lab

    serve_lab(folder, port, click.echo, _opener(no_browser))


@click.command()
@_serving_options
@click.option(
    "--host",
    default="",
    metavar="NAME",
    help="An address of this machine to listen at, or the name by which a proxy leads to it.",
)
@click.option(
    "--pages",
    "most",
    type=click.IntRange(1, 500),
    default=16,
    show_default=True,
    metavar="N",
    help="So many viewers at the same time.",
)
@click.option("--edit", is_flag=True, help="Viewers may save, under a name that each gives at the start.")
def dashboard(folder: Path, port: int | None, no_browser: bool, host: str, most: int, edit: bool) -> None:
    """Serve the review and other weights as pages without code.

    With --edit also the pages on which accounts are rated and plans edited.
    """
    from kamnb.serving import Dashboard, serve_dashboard

    serve_dashboard(folder, Dashboard(port, host, most, edit), click.echo, _opener(no_browser))


def _opener(no_browser: bool) -> Callable[[str], object]:
    import webbrowser

    return webbrowser.open if sys.stdout.isatty() and not no_browser else lambda address: None
