"""``kamnb verify``: executed notebooks run again, and what changed."""

from pathlib import Path

import click

from kamnb.data.report import say_count


@click.command()
@click.argument("notebooks", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--tolerance", type=click.FloatRange(min=0), default=1e-9, show_default=True, metavar="SHARE",
    help="Numbers are the same if they differ by no more than this share of the larger.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=600, show_default=True, metavar="S", help="Seconds that a cell may take."
)
@click.option("--update", is_flag=True, help="Write the new outputs into the notebooks: what changed is accepted.")
def verify(notebooks: tuple[Path, ...], tolerance: float, timeout: float, update: bool) -> None:
    """Run executed NOTEBOOKS again and show what changed.

    Tables are compared by cell, texts by line, pictures by their words and dots. Without NOTEBOOKS, those of the folder
    notebooks, else of this folder. Exit code 1 says that something changed.
    """
    from kamnb.reports.verification.verdict import verify_notebooks

    paths = _find(notebooks)
    verdicts = verify_notebooks(paths, tolerance=tolerance, timeout=timeout, update=update)
    for path, verdict in zip(paths, verdicts, strict=True):
        changed = sum(not line.startswith("    ") for line in verdict.changes)
        state = (
            f"{changed} {'change' if changed == 1 else 'changes'}{' accepted' if verdict.updated else ''}"
            if changed
            else "the same"
        )
        click.echo(f"{path}: {say_count(verdict.cells, 'cell')}, {state}")
        for line in verdict.changes:
            click.echo(f"  {line}")
        if update and changed and not verdict.updated:
            click.echo("  not accepted, for cells fail")
    if any(verdict.changes and not verdict.updated for verdict in verdicts):
        raise SystemExit(1)


def _find(notebooks: tuple[Path, ...]) -> list[Path]:
    folder = Path("notebooks") if Path("notebooks").is_dir() else Path()
    return [path for each in notebooks or (folder,) for path in (_list_notebooks(each) if each.is_dir() else [each])]


def _list_notebooks(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        raise click.UsageError(f"there is no notebook in {folder.resolve()}; name one")
    return found
