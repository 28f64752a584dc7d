"""``kamnb propose``: a kamnb.toml for a folder of files that nobody prepared."""

import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

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
    """Propose a kamnb.toml for a FOLDER of CSV, Excel or Parquet files: which file is which table, which column is what.

    Every line of it has its reason. What is likely only is marked CHECK, what somebody must decide is left out and marked OPEN.
    A file that is there is never overwritten; what a proposal says otherwise is shown.
    """
    target = folder / output if output.parent == Path() and not output.is_absolute() else output
    if ask and not sys.stdin.isatty():
        raise click.UsageError("--ask asks on a terminal, and here is none; answer in the file, or run it where you can type")
    if not propose_into(folder, target, ask):
        sys.exit(1)


def propose_into(folder: Path, target: Path, ask: bool) -> bool:
    """Write a proposal to `target`, or show what it would say otherwise; return whether nothing is open."""
    from kamnb.data.proposing.answers import read_answers
    from kamnb.data.proposing.proposal import propose_settings

    there = target.read_text(encoding="utf-8-sig") if target.exists() else None
    answers = read_answers(target) if there is not None else {}
    proposal = before = propose_settings(folder, answers)
    while ask and proposal.text and proposal.questions and (given := _ask(proposal)):
        answers |= given
        proposal = propose_settings(folder, answers)
    _say(proposal)
    if proposal.text:
        _put(folder, target, there, before.text, proposal.text)
    return not proposal.is_open


def _put(folder: Path, target: Path, there: str | None, before: str, text: str) -> None:
    """Write the proposal where no work of a person is lost by it, else show what it says otherwise."""
    from kamnb.data.proposing.answers import say_differences
    from kamnb.data.saving import write_whole

    told = f"kamnb check {folder}" if target == folder / "kamnb.toml" else f"kamnb check {target} --root {folder}"
    if there is None or (there == before and text != before):
        write_whole(target, text)
        click.echo(f"wrote {target}; next: {told}")
    elif there == text:
        click.echo(f"{target} is there and says just this; next: {told}")
    else:
        click.echo(f"{target} is there and stays as it is; a proposal would say otherwise:")
        for line in say_differences(there, text) or ["nothing but reasons"]:
            click.echo(f"  {line}")


def _say(proposal: "Proposal") -> None:
    for name, draft in proposal.drafts.items() if proposal.text else ():
        click.echo(f"{name}: {', '.join(draft.block.files[:3])}{' ...' if len(draft.block.files) > 3 else ''}")
    for file, why in sorted(proposal.left.items()):
        click.echo(f"not used: {file}: {why}")
    if not proposal.text:
        click.echo("no file is accounts, invoices, open items or opportunities by its columns; say it in a kamnb.toml")
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
    """Return the value that a typed answer stands for."""
    plain = text.strip()
    if not plain:
        return ""
    if question.choices:
        if plain.isdigit() and 1 <= int(plain) <= len(question.choices):
            return question.choices[int(plain) - 1].value
        hit = next((choice.value for choice in question.choices if str(choice.value).lower() == plain.lower()), None)
        if hit is None:
            raise click.UsageError(f"give a number from 1 to {len(question.choices)}, or nothing to leave it open")
        return hit
    if question.key[1] == "reporting_currency":
        if not (len(plain) == 3 and plain.isascii() and plain.isalpha()):
            raise click.UsageError("give an ISO code such as EUR, or nothing to leave it open")
        return plain.upper()
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        raise click.UsageError(f"give {question.form or 'a day as YYYY-MM-DD'}, or nothing to leave it open") from None
