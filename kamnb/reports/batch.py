"""One notebook for many accounts: pages, an index, and a record of the run."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kamnb.analysis import Analysis, ChosenCriteria, analyse, choose_criteria, compare_with, require_accounts
from kamnb.analysis.restating import Told
from kamnb.data.door import open_portfolio
from kamnb.data.portfolio import keep_open
from kamnb.data.report import say_kept
from kamnb.data.saving import write_whole
from kamnb.data.settings import load_settings
from kamnb.errors import ReportError, SettingsError
from kamnb.indicators import list_accounts
from kamnb.reports.causes import digest_environment, digest_files, digest_package
from kamnb.reports.choice import choose_accounts
from kamnb.reports.crew import Crew
from kamnb.reports.execution import read_kernel, read_parameters
from kamnb.reports.filenames import BOOK
from kamnb.reports.folder import MADE, find_cause, hold_folder, keep_causes, list_files, require_folder
from kamnb.reports.formats import check_formats
from kamnb.reports.formats.pdf import say_lacking
from kamnb.reports.index import render_index
from kamnb.reports.jobs import head_account, head_page, list_jobs
from kamnb.reports.letterhead import read_letterhead
from kamnb.reports.links import link_pages
from kamnb.reports.order import Order, Run
from kamnb.reports.portfolio import MATRIX, PAGES, REVIEW
from kamnb.reports.record import render_record
from kamnb.reports.since import find_reasons, gather_standing, read_last_run, say_since
from kamnb.reports.snapshots import FOLDER, keep_snapshot, read_snapshots
from kamnb.reports.worker import Job, Outcome, Template

if TYPE_CHECKING:
    from kamnb.reports.cluster import ClusterCrew


def write_reports(order: Order, say: Callable[[str], object] = print) -> Run:
    """Analyse a portfolio once and write a page for each account asked for, where it is not there already.

    Parameters
    ----------
    order : Order
    say : callable
        Takes the sentences that an analyst should read on the way.

    Returns
    -------
    Run
        An account that failed is in ``failures`` with its reason and costs no other its page.

    Raises
    ------
    SettingsError, DataError
        If nothing can be made at all.
    """
    parameters = _known_parameters(order.template)
    asked = _ask(order, order.since if "since" in parameters else "")
    given = {name: asked[name] for name in parameters if name in asked}
    check_formats(order.formats)
    letterhead = read_letterhead(load_settings(order.data, order.root)) if order.customer_copy else {}
    template = Template(order.template.resolve(), read_kernel(order.template), given, order.output.resolve(), order.formats)
    from kamnb.display.parts.losses import list_losses
    from kamnb.display.parts.sentences import count_of

    with _open_folder() as folder, hold_folder(order.output, say), _gather_crew(order, template, folder) as crew, keep_open():
        told = [] if order.customer_copy else read_snapshots(order.output / FOLDER)
        portfolio = open_portfolio(
            order.data, root=order.root, as_of=order.as_of, set_aside=order.output / "set_aside", folder=folder / "tables"
        )
        if order.accounts:
            require_accounts(order.accounts, list_accounts(portfolio).index)
        chosen = choose_criteria(portfolio, order.data, order.criteria_file)
        analysis = compare_with(analyse(portfolio, chosen.criteria), asked["since"])
        wanted = [] if order.only_review else choose_accounts(analysis, order.accounts, order.top, order.where, say)
        source = portfolio.report.as_of_source if portfolio.report else ""
        what = "the review" if order.only_review else count_of(len(wanted), "report")
        say(f"as of {analysis.as_of} ({source}); {what}")
        for line in (*say_kept(portfolio.report), *list_losses(portfolio, analysis.currency, analysis.names)):
            say(line)
        say(chosen.save(order.output))
        if order.shows == "plan":
            _ = analysis.history, analysis.ahead  # and the forecast: computed once for the run, and sent with the analysis
        run = Run(order.output / "index.html")
        settings = _describe_settings(order, analysis, chosen, given, asked) | {"letterhead": letterhead}
        jobs = list_jobs(order, analysis, wanted, settings, asked, run)
        if jobs:
            rehearsed = next((job.account for job in jobs if job.account), "")
            if lack := crew.load(analysis, tuple(asked.values()), rehearsed):
                say(lack)
            _make_all(jobs, crew, run, order)
        if boxes := say_lacking(run.lacking, "".join(run.lacking.values())):
            say(boxes)
        if len(run.pages) > 1 and not order.customer_copy:
            for line in _bind(order, analysis, run):
                say(line)
        if order.has_site:
            link_pages(order.output, analysis, run)
        _write_records(order, analysis, chosen, run, told[-1] if told else None)
    return run


def _known_parameters(template: Path) -> list[str]:
    known = read_parameters(template)
    if "account_id" not in known:
        raise SettingsError(f'{template.name} has no parameter "account_id"; it has {", ".join(known) or "none"}')
    return known


def _ask(order: Order, since: str) -> dict[str, str]:
    """Return the parameters by which notebooks ask for the analysis of this run."""
    criteria_file = str(order.criteria_file.resolve()) if order.criteria_file else ""
    return {
        "data_dir": str(order.data.resolve()),
        "as_of": str(order.as_of or ""),
        "criteria_file": criteria_file,
        "since": since,
    }


@contextmanager
def _open_folder() -> Iterator[Path]:
    """Make a folder for what a run needs while it lasts."""
    folder = Path(tempfile.mkdtemp(prefix="kamnb-run-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _describe_settings(
    order: Order, analysis: Analysis, chosen: ChosenCriteria, given: dict[str, str], asked: dict[str, str]
) -> dict[str, Any]:
    """Return what is the same for all reports and is neither notebook nor data."""
    settings = load_settings(order.data, order.root)
    toml = settings.source if settings.source.is_file() else settings.home / "kamnb.toml"
    return {
        "criteria": chosen.content,
        "toml": toml.read_text(encoding="utf-8") if toml.is_file() else "",
        "own": sorted((name, str(content)) for name, content in analysis.portfolio.own.items()),
        "as_of": analysis.as_of,
        "since": asked["since"],
        "data": given.get("data_dir", ""),
    }


def _gather_crew(order: Order, template: Template, folder: Path) -> "Crew | ClusterCrew":
    if not order.scheduler:
        crew = Crew(template, order.limits, folder, warm=order.warm)
        if order.force or not (order.output / MADE).is_dir():  # else there may be nothing to make
            crew.begin()
        return crew
    from kamnb.reports.cluster import ClusterCrew

    return ClusterCrew(order.scheduler, template, order.limits, warm=order.warm)


def _make_all(jobs: list[Job], crew: "Crew | ClusterCrew", run: Run, order: Order) -> None:
    from tqdm import tqdm

    (order.output / "notebooks").mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=order.jobs or crew.hands) as pool:
        asked = {pool.submit(crew.make, job): job for job in jobs}
        try:
            for done in tqdm(as_completed(asked), total=len(asked), desc="reports", unit="report"):
                outcome = done.result()
                require_folder(order.output)
                if outcome.has_no_room:
                    raise ReportError(f"{order.output}: {_FULL}")
                _note(run, asked[done], outcome, order.output)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            crew.close()
            raise


_FULL = "no room is left on the disk; make room and run again: what was made stays, and is not made anew"


def _note(run: Run, job: Job, outcome: Outcome, output: Path) -> None:
    page = job.list_files(output)[job.formats[0]]
    if not job.account:
        if outcome.failure:
            run.portfolio_failures[job.file] = outcome.failure
        else:
            run.portfolio[job.file] = page
    elif outcome.failure:
        run.failures[job.account] = outcome.failure
    else:
        run.pages[job.account], run.seconds[job.account] = page, outcome.seconds
    if outcome.lacking:
        run.lacking[job.account or job.file] = outcome.lacking


def _bind(order: Order, analysis: Analysis, run: Run) -> Iterator[str]:
    """Bind the review and all plans into one file of each format, where none is there or one of them is another; say which."""
    from kamnb.reports.book import BOUND, bind_plans, bind_slides

    books = {name: order.output / f"{BOOK}.{name}" for name in BOUND if name in order.formats}
    if not books:
        return
    files = {account: page.stem for account, page in run.pages.items()}
    files |= {account: Path(names[0]).stem for account, names in run.others.items()}
    ordered = sorted(files, key=lambda account: (analysis.names[account].casefold(), account))
    heads = {files[account]: head_account(order, analysis, account) for account in ordered}
    heads |= {page.file: head_page(page, analysis) for page in (REVIEW, MATRIX) if page.file in run.portfolio}
    kept = {file: path for file in heads if (path := order.output / "notebooks" / f"{file}.ipynb").is_file()}
    plans, first, overview = (
        [(kept[file], heads[file]) for file in wanted if file in kept]
        for wanted in ([files[account] for account in ordered], [REVIEW.file], [MATRIX.file])
    )
    causes = {"data": digest_files(list(kept.values()))}
    causes |= {"package": digest_package(), "lock": digest_environment()}
    cause = "asked to" if order.force else find_cause(order.output, BOOK, causes, list(books.values()))
    if cause and "pdf" in books:
        write_whole(books["pdf"], bind_plans(first, plans, analysis))
    if cause and "pptx" in books:
        write_whole(books["pptx"], bind_slides(first, overview, plans, analysis))
    if cause:
        keep_causes(order.output, BOOK, causes, list(books.values()))
    yield from (f"all plans in one file: {book}{'' if cause else ' (kept)'}" for book in books.values())


def _write_records(order: Order, analysis: Analysis, chosen: ChosenCriteria, run: Run, told: Told | None) -> None:
    last = read_last_run(order.output)
    labels = {name: rule.label for name, rule in analysis.method.playbook.findings.items()}
    standing = {} if order.customer_copy else gather_standing(analysis, [*run.pages, *run.failures, *run.others])
    names = {str(account): name for account, name in analysis.names.items()}
    reasons = find_reasons(told, analysis)
    write_whole(run.index, _render_index(order, analysis, run, say_since(last, run, standing, names, labels, reasons)))
    write_whole(order.output / "run.json", render_record(order, analysis, chosen, run, standing))
    timings = {account: round(seconds, 3) for account, seconds in sorted(run.seconds.items())}
    causes = {account: run.causes.get(account, "kept") for account in sorted([*run.pages, *run.failures])}
    written = json.dumps({"seconds_per_report": timings, "why": causes}, indent=2, ensure_ascii=False)
    write_whole(order.output / "timings.json", f"{written}\n")
    if not order.customer_copy:
        keep_snapshot(analysis, chosen, order.output / FOLDER)


def _render_index(order: Order, analysis: Analysis, run: Run, since: list[str]) -> str:
    files = {account: [f"{page.stem}.{name}" for name in order.formats] for account, page in run.pages.items()}
    books = [name for name in list_files(order.output, BOOK) if name.rpartition(".")[2] in order.formats]
    pages = {page: list_files(order.output, page.file) for page in PAGES if page.file in run.portfolio}
    failures = {page: run.portfolio_failures[page.file] for page in PAGES if page.file in run.portfolio_failures}
    return render_index(
        analysis, files | run.others, run.failures, with_scores=not order.customer_copy, books=books, since=since,
        portfolio={(page.link, page.file in run.older_pages): names for page, names in pages.items()},
        portfolio_failures={page.title: reason for page, reason in failures.items()}, older=run.older,
    )  # fmt: skip
