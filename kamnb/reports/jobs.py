"""What a run has to make: reports of accounts and pages of the portfolio, and what of both is there already."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kamnb.analysis import Analysis
from kamnb.reports.account_tables import gather_review_tables, gather_tables
from kamnb.reports.causes import Digests, digest_rows, gather_causes, gather_page_causes, name_causes
from kamnb.reports.execution import read_parameters
from kamnb.reports.filenames import name_copies, name_files
from kamnb.reports.folder import find_cause, forget_failure, list_files, read_made
from kamnb.reports.order import Order, Run
from kamnb.reports.portfolio import PAGES, REVIEW, PortfolioPage
from kamnb.reports.worker import Job

FORCED = "asked to make all (--force)"
Settings = Mapping[str, Any]


def list_jobs(
    order: Order, analysis: Analysis, wanted: Iterable[str], settings: Settings, asked: Mapping[str, str], run: Run
) -> list[Job]:
    """Return what to make, pages of the portfolio first; note in `run` what is kept, and what is there and was not asked for.

    Parameters
    ----------
    order : Order
    analysis : Analysis
    wanted : iterable of account ids
    settings : mapping
        What is the same for all reports and is neither notebook nor data.
    asked : mapping
        The parameters by which notebooks ask for the analysis of this run.
    run : Run
    """
    found = digest_rows(analysis)
    pages = _list_pages(order, analysis, settings, asked, run, found) if order.has_site else []
    return [*pages, *_list_accounts(order, analysis, list(wanted), settings, asked, run, found)]


def _list_pages(
    order: Order, analysis: Analysis, settings: Settings, asked: Mapping[str, str], run: Run, found: Digests
) -> list[Job]:
    causes = gather_page_causes([page.template for page in PAGES], settings, found)
    jobs = []
    for page in PAGES:
        if page.needs and not analysis.portfolio.has(page.needs):
            continue
        job = Job(
            "", page.file, head_page(page, analysis), analysis.as_of, causes[page.template],
            _choose_parameters(page.template, asked), page.choose_formats(order.formats), page.notebook,
        )  # fmt: skip
        html = job.list_files(order.output)["html"]
        if page in order.pages:
            if reason := _find_reason(order, job):
                run.portfolio_causes[page.file] = reason
                in_full = page == REVIEW and "xlsx" in job.formats
                jobs.append(replace(job, tables=gather_review_tables(analysis)) if in_full else job)
            else:
                run.portfolio[page.file] = html
        elif (made := read_made(order.output, page.file)) and html.is_file():
            run.portfolio[page.file] = html
            run.older_pages |= {page.file} if name_causes(made.made_from, job.causes) else set()
    return jobs


def _choose_parameters(notebook: Path, asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in read_parameters(notebook) if name in asked}


def _find_reason(order: Order, job: Job) -> str:
    """Say why a report is to be made; empty if it is kept."""
    if order.force:
        return FORCED
    reason = find_cause(order.output, job.file, job.causes, list(job.list_files(order.output).values()))
    if not reason:
        forget_failure(order.output, job.file)  # left where a run was killed before its page was noted
    return reason


def head_page(page: PortfolioPage, analysis: Analysis) -> dict[str, str]:
    """Return title and subtitle of a page of the portfolio."""
    from kamnb.display.review.paper import say_about

    return {"title": page.title, "subtitle": say_about(analysis)}


def _list_accounts(
    order: Order,
    analysis: Analysis,
    wanted: list[str],
    settings: Settings,
    asked: Mapping[str, str],
    run: Run,
    found: Digests,
) -> list[Job]:
    names = name_copies(analysis.names) if order.customer_copy else name_files(analysis.accounts.index)
    known = _choose_parameters(order.template, asked)
    causes = gather_causes(analysis, analysis.accounts.index, order.template, settings, order.shows, found)
    jobs, in_full = [], order.has_site and "xlsx" in order.formats
    for account in wanted:
        parameters = {**known, "account_id": account}
        heads = head_account(order, analysis, account) | settings.get("letterhead", {})
        job = Job(account, names[account], heads, analysis.as_of, causes[account], parameters, order.formats)
        if reason := _find_reason(order, job):
            run.causes[account] = reason
            jobs.append(replace(job, tables=gather_tables(analysis, account)) if in_full else job)
        else:
            run.pages[account] = job.list_files(order.output)[order.formats[0]]
    _note_others(order, {account: name for account, name in names.items() if account not in set(wanted)}, causes, run)
    return jobs


def _note_others(order: Order, names: Mapping[str, str], causes: Mapping[str, Mapping[str, str]], run: Run) -> None:
    """Note the accounts that were not asked for and whose reports are in the folder, and those that are of earlier data."""
    for account, name in names.items():
        made, files = read_made(order.output, name), list_files(order.output, name)
        if made and files:
            run.others[account] = files
            run.older |= {account} if name_causes(made.made_from, causes[account]) else set()


def head_account(order: Order, analysis: Analysis, account: str) -> dict[str, str]:
    """Return title and subtitle of the report of an account."""
    if order.customer_copy:
        from kamnb.display.account.customer_copy import say_about
    else:
        from kamnb.display.account.plan import say_about

    return {"title": str(analysis.names[account]), "subtitle": say_about(analysis, account)}
