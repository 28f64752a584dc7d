"""``kamnb propose``: a kamnb.toml for a folder of files that nobody prepared."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kamnb.cli.options import write_command

if TYPE_CHECKING:
    from kamnb.data.proposing.proposal import Proposal
    from kamnb.data.proposing.questions import Key, Question


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=Path("kamnb.toml"),
    help="The file to write; a name alone stands beside the files.  [default: kamnb.toml]",
)  # fmt: skip
@click.option("--ask", is_flag=True, help="Ask what is open on the terminal, and write the answers into the file.")
def propose(folder: Path, output: Path, ask: bool) -> None:
    """Propose a kamnb.toml for a FOLDER of files as they are.

    It says which CSV, Excel or Parquet file is which table, and which column is what. Every line of it has its reason. What
    is likely only is marked CHECK, what somebody must decide is left out and marked OPEN. A file that is there is never
    overwritten; what a proposal says otherwise is shown.
    """
    if ask and not sys.stdin.isatty():
        raise click.UsageError("--ask asks on a terminal, and here is none; answer in the file, or run it where you can type")
    if not propose_into(folder, output, ask):
        sys.exit(1)


def propose_into(folder: Path, output: Path, ask: bool, *, is_checked: bool = False) -> bool:
    """Write a proposal to `output`, or show what it would say otherwise; return whether nothing is open.

    What to do next is said unless it `is_checked` by who calls.
    """
    from kamnb.data.proposing.answers import read_answers
    from kamnb.data.proposing.proposal import propose_settings
    from kamnb.data.proposing.putting import put_settings

    target = folder / output if output.parent == Path() and not output.is_absolute() else output
    there = target.read_text(encoding="utf-8-sig") if target.exists() else None
    answers = read_answers(target) if there is not None else {}
    proposal = before = propose_settings(folder, answers)
    while ask and proposal.text and proposal.questions and (given := _ask(proposal)):
        answers |= given
        proposal = propose_settings(folder, answers)
    _say(proposal, folder)
    if proposal.text:
        after = "" if is_checked else f"; next: {_say_next(proposal, folder, output, target)}"
        for line in put_settings(target, there, before.text, proposal.text, after):
            click.echo(line)
    return not proposal.is_open


def _say_next(proposal: "Proposal", folder: Path, output: Path, target: Path) -> str:
    """Say what to do now: answer what is open, or look at what is read."""
    beside = target == folder / "kamnb.toml"
    check = write_command("check", folder) if beside else write_command("check", target, root=folder)
    if not proposal.questions:
        return check
    ask = write_command("propose", folder, "--ask", *(() if beside else ("-o", output)))
    return f"answer with {ask}, or in the file; then {check}"


def _say(proposal: "Proposal", folder: Path) -> None:
    for name, draft in proposal.drafts.items() if proposal.text else ():
        click.echo(f"{name}: {', '.join(draft.block.files[:3])}{' ...' if len(draft.block.files) > 3 else ''}")
    for file, why in sorted(proposal.left.items()):
        click.echo(f"not used: {file}: {why}")
    if not proposal.text:
        click.echo(
            "no file is accounts, invoices, open items or opportunities by its columns; say in a kamnb.toml which is, as in "
            f"docs/how_to/map_columns.md; {write_command('check', folder)} shows one to start from"
        )
        return
    levels = [line.level for line in proposal.lines]
    click.echo(
        f"{levels.count('sure')} lines are sure, {levels.count('likely')} likely (CHECK), {levels.count('open')} open (OPEN)"
    )
    for line in proposal.proof.lines:
        click.echo(line)
    for fault in proposal.proof.faults:
        click.echo(f"the door stops: {fault}")
    for number, question in enumerate(proposal.questions, 1):
        click.echo(f"question {number}: {question.text}")
        for choice in question.choices:
            click.echo(f"  - {choice}")


def _ask(proposal: "Proposal") -> "dict[Key, Any]":
    """Ask every question; an empty answer leaves it open."""
    given: dict[Key, Any] = {}
    for question in proposal.questions:
        click.echo(f"\n{question.text}")
        for number, choice in enumerate(question.choices, 1):
            click.echo(f"  {number}  {choice}")
        parse = partial(_parse, question=question)
        answer = click.prompt("", prompt_suffix="> ", default="", show_default=False, value_proc=parse)
        if answer != "":
            given[question.key] = answer
    return given


def _parse(text: str, question: "Question") -> Any:
    from kamnb.data.proposing.questions import read_answer

    try:
        return read_answer(question, text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
