"""The record of a run: what went in, by which versions, and what came out."""

import hashlib
import json
import platform
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kamnb.analysis import Analysis, ChosenCriteria
from kamnb.data.files import find_sources
from kamnb.data.saving import hash_file
from kamnb.data.settings import load_settings
from kamnb.reports.order import Order, Run
from kamnb.reports.portfolio import PAGES

PACKAGES = ("kamnb", "pandas", "numpy", "duckdb", "matplotlib", "papermill", "nbclient", "nbconvert", "ipykernel")
"""Packages whose versions a run depends on."""


def render_record(
    order: Order,
    analysis: Analysis,
    chosen: ChosenCriteria,
    run: Run,
    standing: Mapping[str, Any],
) -> str:
    """Return ``run.json``: inputs with their SHA-256, versions, parameters, per account its page or error, and its standing.

    It holds no times, so that the same run gives the same bytes.
    """
    inputs = {_place(path, order): hash_file(path) for path in sorted(set(_inputs(order)))}
    if chosen.text:
        inputs["criteria (calibrated)"] = hashlib.sha256(chosen.text.encode()).hexdigest()
    record: dict[str, Any] = {
        "inputs": dict(sorted(inputs.items())),
        "versions": {"python": platform.python_version()} | {name: version(name) for name in PACKAGES},
        "parameters": {
            "data": str(order.data),
            "root": str(order.root) if order.root else None,
            "as_of": analysis.as_of.isoformat(),
            "criteria": chosen.source,
            "notebook": order.template.name,
            "accounts": list(order.accounts),
            "top": order.top,
            "formats": list(order.formats),
            "since": analysis.changes.since.isoformat() if analysis.changes else None,
        },
        "portfolio": {page.file: _tell_page(run, page.file) for page in PAGES if _tell_page(run, page.file)},
        "accounts": {account: _tell_account(run, account) for account in sorted([*run.pages, *run.failures, *run.others])},
        "standing": dict(standing),
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _tell_page(run: Run, file: str) -> dict[str, str]:
    if file in run.portfolio_failures:
        return {"error": run.portfolio_failures[file]}
    return {"page": run.portfolio[file].name} if file in run.portfolio else {}


def _tell_account(run: Run, account: str) -> dict[str, str]:
    if account in run.failures:
        return {"error": run.failures[account]}
    return {"page": run.pages[account].name if account in run.pages else run.others[account][0]}


def _inputs(order: Order) -> Iterator[Path]:
    settings = load_settings(order.data, order.root)
    found, *_ = find_sources(settings)
    yield from (source.path for sources in found.values() for source in sources)
    for table in settings.tables.values():
        named = (settings.root / name for name in re.findall(r"'([^']+)'", table.sql))
        yield from (path for path in named if path.is_file())
    toml = settings.home / "kamnb.toml" if settings.source.is_dir() else settings.source
    criteria = order.criteria_file or settings.criteria or settings.home / "criteria.toml"
    yield from (path for path in (toml, criteria, order.template) if path.is_file())


def _place(path: Path, order: Order) -> str:
    """Name a file by its way from the data, so that the record is the same wherever the workbook lies."""
    for top in (order.root, order.data if order.data.is_dir() else order.data.parent):
        if top and path.resolve().is_relative_to(top.resolve()):
            return path.resolve().relative_to(top.resolve()).as_posix()
    return path.name
