"""The commands, as the package declares them."""

import inspect

import click

from kamnb.cli import cli
from writing.tables import write_table

HEAD = """# Commands

DATA is a folder with tables, a workbook made by `kamnb new`, or a `kamnb.toml`. This page is written from the commands
themselves, of which `kamnb COMMAND --help` says the same.

## Exit codes

| code | meaning |
|---|---|
| 0 | all was done, and nothing of the next line is so |
| 1 | a fault in the data, the settings or a file, said with its place and remedy; or it was stopped by Ctrl-C |
| 1 of `report`, `review` | some pages could not be made; the others are |
| 1 of `propose`, `new --from` | something is open, which somebody must decide |
| 1 of `scorecard` | something is wrong, or could not be checked |
| 1 of `verify` | a notebook says something else than it did |
| 2 | wrong usage: an option that is unknown, a path that is not there, options that exclude each other |

## Where it writes

Without `-o`, `report`, `review`, `score` and `kpis` write to `reports/` beside the workbook (`mine/reports`; for a
`kamnb.toml`, beside that), and `report --customer-copy` to `customer_copies/` there. Rows that were set aside are written
to `set_aside/` within. `check`, `why`, `history`, `backtest` and `programme` then only print.
Nothing is written into the folder one happens to stand in.
"""


def describe_commands():
    """Return the page of all commands: how each is called, what it does, what it takes."""
    return "\n".join([HEAD, *describe_group(cli, click.Context(cli, info_name="kamnb"))])


def describe_group(group, context):
    """Yield the section of each command of a group, those of the groups within too."""
    for name, command in group.commands.items():
        inner = click.Context(command, info_name=name, parent=context)
        yield describe_command(command, inner)
        if isinstance(command, click.Group):
            yield from describe_group(command, inner)


def describe_command(command, context):
    """Return the section of one command."""
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = [param.get_help_record(context) for param in command.get_params(context) if isinstance(param, click.Option)]
    rows = [(f"`{names}`", text) for names, text in options if "--help" not in names]
    table = ["", write_table(("option", "meaning"), rows)] if rows else []
    said = inspect.cleandoc(command.help)
    return "\n".join([f"## {context.command_path}", "", f"    {usage}", "", said, *table, ""])
