"""What changed since the run before, for the index."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kamnb.analysis import Analysis
from kamnb.display.parts.formats import is_known, write_date
from kamnb.display.parts.sentences import count_of, join_first, name_place
from kamnb.display.parts.tables import title_column
from kamnb.reports.order import Run

_NAMED = 6
Standing = dict[str, dict[str, Any]]
"""Per account where it is placed, and its red flags."""


def gather_standing(analysis: Analysis, accounts: list[str]) -> Standing:
    """Return what of each account the next run will compare with."""
    flags = analysis.findings.groupby("account_id")["finding"].agg(sorted).to_dict()
    placed = analysis.scores["placed"]
    return {
        account: {"placed": placed[account] if is_known(placed[account]) else None, "flags": flags.get(account, [])}
        for account in sorted(accounts)
    }


def read_last_run(output: Path) -> dict[str, Any]:
    """Return ``run.json`` of the run before; empty if there was none, or it cannot be read."""
    try:
        record = json.loads((output / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def say_since(
    last: Mapping[str, Any], run: Run, standing: Standing, names: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> list[str]:
    """Say what changed since the run before: a heading, then a sentence each; nothing if there was no such run.

    Parameters
    ----------
    last : mapping
        As `read_last_run` returns it.
    run : Run
    standing : Standing
        Of this run.
    names : mapping of account id to name
        Accounts that are gone are told by their ids.
    labels : mapping of finding to label, optional
        A finding that is no longer in the playbook is told by its name.
    """
    before = last.get("accounts")
    if not isinstance(before, dict):
        return []
    day = last.get("parameters", {}).get("as_of")
    said = [*_say_pages(before, run, names), *_say_moves(last.get("standing") or {}, standing, names, labels or {})]
    return [f"Since the last run, as of {write_date(day)}", *(said or ["Nothing changed."])]


def _say_pages(before: Mapping[str, Any], run: Run, names: Mapping[str, str]) -> Iterator[str]:
    asked = [*run.pages, *run.failures, *run.others]
    new = [names[account] for account in asked if account not in before]
    gone = [str(names.get(account, account)) for account in before if account not in asked]
    failed = {account for account, result in before.items() if "error" in result}
    mended = [names[account] for account in run.pages if account in failed]
    broken = [names[account] for account in run.failures if account in before and account not in failed]
    for what, whom in (("New", new), ("No longer asked for", gone), ("Failed then, made now", mended), ("Failed now", broken)):
        if whom:
            yield f"{what}: {join_first(whom, _NAMED)}."
    causes: dict[str, list[str]] = {}
    for account, cause in run.causes.items():
        if account in run.pages and account in before and account not in failed:
            causes.setdefault(cause, []).append(names[account])
    for cause, whom in sorted(causes.items()):
        yield f"{count_of(len(whom), 'plan')} made anew, because {cause}: {join_first(whom, _NAMED)}."


def _say_moves(before: Mapping[str, Any], now: Standing, names: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[str]:
    both = [account for account in now if account in before]
    for account in both:
        was, then = (name_place(each[account].get("placed")) for each in (before, now))
        if was != then:
            yield f"{names[account]} moved from {was} to {then}."
    for account in both:
        old, new = (set(each[account].get("flags", [])) for each in (before, now))
        if new - old:
            yield f"{names[account]}, new red flags: {join_first(_titles(new - old, labels), _NAMED)}."
        if old - new:
            yield f"{names[account]}, red flags gone: {join_first(_titles(old - new, labels), _NAMED)}."


def _titles(flags: set[str], labels: Mapping[str, str]) -> list[str]:
    said = (labels.get(flag) or title_column(flag) for flag in sorted(flags))
    return [f"{label[:1].lower()}{label[1:]}" for label in said]
