"""The index of a run: a table to sort, links to the pages, the matrix."""

import base64
from collections.abc import Collection, Iterable, Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from kamnb.analysis import Analysis
from kamnb.display.confidence.words import say_sureness
from kamnb.display.parts.formats import CHANGE, COUNT, POINTS, SAID, STAGES, TEXT, Format, in_unit, is_known, write_date
from kamnb.display.parts.sentences import join_first, name_place
from kamnb.reports.page import add_faces


def render_index(
    analysis: Analysis,
    files_of: Mapping[str, Sequence[str]],
    failures: Mapping[str, str],
    *,
    with_scores: bool = True,
    books: Sequence[str] = (),
    since: Sequence[str] = (),
    portfolio: Mapping[tuple[str, bool], Sequence[str]] = MappingProxyType({}),
    portfolio_failures: Mapping[str, str] = MappingProxyType({}),
    older: Collection[str] = (),
) -> str:
    """Return ``index.html``, one file that asks nothing of any other place.

    Parameters
    ----------
    analysis : Analysis
    files_of : mapping of account id to file names
        One for each format; the name of the account leads to the first.
    failures : mapping of account id to reason
    with_scores : bool
        Whether scores, revenue and the matrix are in it; without them it lists names, and nothing that a customer may not read.
    books : sequence of str
        The files that hold all plans.
    since : sequence of str
        What changed since the last run, a sentence each.
    portfolio : mapping of name, and whether it is of earlier data, to file names
        Pages of the portfolio in their order.
    portfolio_failures : mapping of title to reason
        Such pages that failed.
    older : collection of account ids
        Those whose page is of earlier data.
    """
    from jinja2 import Environment

    from kamnb.display.matrix.matrix import picture_matrix
    from kamnb.display.parts.losses import list_losses

    template, css = (
        files("kamnb.reports").joinpath("template", name).read_text(encoding="utf-8") for name in ("run.html.j2", "page.css")
    )
    columns = _columns(analysis) if with_scores else {"name": ("Account", TEXT), "account_manager": ("Account manager", TEXT)}
    forms = columns.values()
    flags = analysis.findings.groupby("account_id")["label"].agg(list).to_dict()
    now = analysis.findings[analysis.findings["urgency"] == 1].groupby("account_id")["label"].agg(list).to_dict()
    cells = {account: _cells(analysis, account, columns, now.get(account, [])) for account in files_of}
    facets = {account: _list_facets(analysis, account, flags.get(account, []), with_scores) for account in files_of}
    picture = picture_matrix(analysis, [*files_of, *failures]) if with_scores and (files_of or failures) else None
    model = f'Scoring model "{analysis.criteria.name}", version {analysis.criteria.version}.' if with_scores else ""
    html = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(template).render(
        css=css, as_of=write_date(analysis.as_of), with_scores=with_scores, **(_PLANS if with_scores else _COPIES),
        currency=in_unit(analysis.currency).unit if with_scores else "", model=model,
        heads=[{"text": f"{text} ({form.unit})" if form.unit else text, "numeric": form.numeric} for text, form in forms],
        rows=[
            {"account": account, "files": _link(files_of[account]), "cells": cells[account], "facets": facets[account],
             "older": account in older}
            for account in (order_accounts(analysis, files_of) if with_scores else _order_by_name(analysis, files_of))
        ],
        filters=_list_filters(facets.values()),
        failures=[
            *((title, "", reason) for title, reason in portfolio_failures.items()),
            *((analysis.names[account], account, reason) for account, reason in sorted(failures.items())),
        ],
        portfolio=[{"name": name, "older": is_older, "files": _link(names)} for (name, is_older), names in portfolio.items()],
        more=any(len(names) > 1 for names in files_of.values()), books=_link(books), since=since,
        lost=list_losses(analysis.portfolio, analysis.currency, analysis.names) if with_scores else [],
        picture=picture, png=base64.b64encode(picture.png).decode("ascii") if picture else "",
    )  # fmt: skip
    return add_faces(html)


_PLANS = {"kind": "Account plans", "noun": "plan", "nouns": "plans"}
_COPIES = {"kind": "Our plans together", "noun": "copy", "nouns": "copies"}

FILTERS = {"quadrant": "Quadrant", "stage": "Stage", "manager": "Account manager", "flag": "Red flag"}
"""By what plans are filtered, and what each is called."""


NAMED = 2
"""Urgent red flags that a row names; of more the number is told."""


def _list_facets(analysis: Analysis, account: str, flags: list[str], with_scores: bool) -> dict[str, list[str]]:
    """Return what an account is filtered by: each may have several values, as flags have, or none."""
    manager = analysis.manager_names.get(account)
    found = {"manager": [str(manager)] if is_known(manager) else []}
    if not with_scores:
        return found
    stage = analysis.relationship.accounts["stage_placed"][account]
    return {
        "quadrant": [name_place(analysis.scores["placed"][account])],
        "stage": [STAGES[int(stage) - 1]] if is_known(stage) else [],
        **found,
        "flag": flags,
    }


def _list_filters(facets: Iterable[Mapping[str, list[str]]]) -> list[dict[str, Any]]:
    """Return the filters that tell plans apart, with what can be chosen."""
    rows, found = list(facets), []
    for key, label in FILTERS.items():
        options = sorted({value for row in rows for value in row.get(key, [])}, key=STAGES.index if key == "stage" else str.lower)
        found += [{"key": key, "label": label, "options": options}] if options else []
    return found


def order_accounts(analysis: Analysis, accounts: Iterable[str]) -> list[str]:
    """Return accounts as the index lists them: the largest first."""
    revenue = analysis.indicators["revenue_ltm"].fillna(0.0)
    return sorted(accounts, key=lambda account: (-revenue[account], account))


def _order_by_name(analysis: Analysis, accounts: Iterable[str]) -> list[str]:
    return sorted(accounts, key=lambda account: (str(analysis.names[account]).casefold(), account))


def _link(names: Sequence[str]) -> list[dict[str, str]]:
    return [{"name": name, "kind": KINDS[name.rpartition(".")[2]]} for name in names]


KINDS = {"html": "page", "pdf": "PDF", "docx": "Word", "xlsx": "Excel", "pptx": "PowerPoint"}
"""What each format is called in a link."""


def _columns(analysis: Analysis) -> dict[str, tuple[str, Format]]:
    return {
        "name": ("Account", TEXT),
        "account_manager": ("Account manager", TEXT),
        "segment": ("Segment", TEXT),
        "quadrant": ("Quadrant", TEXT),
        "sureness": ("Near weightings and ratings that agree", TEXT),
        **({"caveat": ("Caveat", SAID)} if analysis.scores["caveat"].notna().any() else {}),
        "attractiveness": ("Attractiveness", POINTS),
        "strength": ("Strength", POINTS),
        "revenue_ltm": ("Revenue LTM", in_unit(analysis.currency)),
        "revenue_growth": ("Growth", CHANGE),
        "urgent": ("To decide now", COUNT),
        "flags": ("Red flags", TEXT),
    }


def _cells(
    analysis: Analysis, account: str, columns: Mapping[str, tuple[str, Format]], urgent: list[str]
) -> list[dict[str, Any]]:
    master, score, facts = (frame.loc[account] for frame in (analysis.accounts, analysis.scores, analysis.indicators))
    values = {
        "name": analysis.names[account],
        "account_manager": analysis.manager_names.get(account),
        "segment": master["segment"],
        "quadrant": name_place(score["placed"]),
        "sureness": say_sureness(analysis, account) or None,
        "caveat": score["caveat"],
        "attractiveness": score["attractiveness"],
        "strength": score["strength"],
        "revenue_ltm": facts["revenue_ltm"],
        "revenue_growth": facts["revenue_growth"],
        "urgent": len(urgent),
        "flags": join_first([urgent[0], *(f"{label[:1].lower()}{label[1:]}" for label in urgent[1:])], NAMED) if urgent else None,
    }
    return [_cell(name, values[name], form, text) for name, (text, form) in columns.items()]


def _cell(name: str, value: Any, form: Format, head: str) -> dict[str, Any]:
    known = is_known(value)
    key = "" if not known else f"{float(value):.9f}" if form.numeric else str(value)
    return {"name": name, "head": head, "text": form(value), "key": key, "numeric": form.numeric}
