"""What changed since the run before, for the index."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kamnb.analysis import Analysis
from kamnb.analysis.restating import Told, move_since
from kamnb.display.parts.formats import is_known, write_date, write_number
from kamnb.display.parts.sentences import count_of, join_first, name_place, stop_once
from kamnb.display.parts.tables import title_column
from kamnb.display.portfolio.movement import count_decimals, say_parts
from kamnb.planning import take_account
from kamnb.reports.order import Run
from kamnb.scoring import AXES

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
    last: Mapping[str, Any],
    run: Run,
    standing: Standing,
    names: Mapping[str, str],
    labels: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] = MappingProxyType({}),
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
    reasons : mapping of account id to words, optional
        Why scores moved, as `find_reasons` returns them.
    """
    before = last.get("accounts")
    if not isinstance(before, dict):
        return []
    day = last.get("parameters", {}).get("as_of")
    said = [*_say_pages(before, run, names), *_say_moves(last.get("standing") or {}, standing, names, labels or {}, reasons)]
    return [f"Since the last run, as of {write_date(day)}", *(map(stop_once, said) if said else ["Nothing changed."])]


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


def find_reasons(told: Told | None, analysis: Analysis) -> dict[str, str]:
    """Say of every account whose scores moved since they were told last by how much, and by which parts; the largest first."""
    if told is None or told.day > analysis.as_of:
        return {}
    movement, found = move_since(told, analysis), []
    for account in map(str, analysis.scores.index.intersection(told.scores.index)):
        words, size = [], 0.0
        for axis in AXES:
            before, now = (take_account(side, account)[axis] for side in (told.scores, analysis.scores))
            decimals = count_decimals(analysis, axis)
            if is_known(before) and is_known(now) and abs(now - before) >= analysis.method.playbook.changes.least_points:
                parts = say_parts(movement.take_parts(account, axis), before, now, decimals)
                words.append(f"{axis} {write_number(before, decimals)} to {write_number(now, decimals)}: {parts}")
                size = max(size, abs(now - before))
        if words:
            found.append((-round(size, 9), account, "; ".join(words)))
    return {account: words for _, account, words in sorted(found)}


def _say_moves(
    before: Mapping[str, Any], now: Standing, names: Mapping[str, str], labels: Mapping[str, str], reasons: Mapping[str, str]
) -> Iterator[str]:
    both = [account for account in now if account in before]
    moved = {account for account in both if before[account].get("placed") != now[account].get("placed")}
    for account in both:
        if account in moved:
            was, then = (name_place(each[account].get("placed")) for each in (before, now))
            yield f"{names[account]} moved from {was} to {then}{f' ({reasons[account]})' if account in reasons else ''}."
    for account in [account for account in reasons if account in both and account not in moved][:_NAMED]:
        yield f"{names[account]}, {reasons[account]}."
    for account in both:
        old, new = (set(each[account].get("flags", [])) for each in (before, now))
        if new - old:
            yield f"{names[account]}, new red flags: {join_first(_titles(new - old, labels), _NAMED)}."
        if old - new:
            yield f"{names[account]}, red flags gone: {join_first(_titles(old - new, labels), _NAMED)}."


def _titles(flags: set[str], labels: Mapping[str, str]) -> list[str]:
    said = (labels.get(flag) or title_column(flag) for flag in sorted(flags))
    return [f"{label[:1].lower()}{label[1:]}" for label in said]
