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
from kamnb.data.door import open_portfolio
from kamnb.data.portfolio import keep_open
from kamnb.data.report import say_kept
from kamnb.data.saving import write_whole
from kamnb.data.settings import load_settings
from kamnb.errors import SettingsError
from kamnb.indicators import list_accounts
from kamnb.reports.causes import digest_environment, digest_files, digest_package, gather_causes
from kamnb.reports.choice import choose_accounts
from kamnb.reports.crew import Crew
from kamnb.reports.execution import read_kernel, read_parameters
from kamnb.reports.filenames import BOOK, name_files
from kamnb.reports.folder import MADE, find_cause, hold_folder, keep_causes
from kamnb.reports.formats import check_formats
from kamnb.reports.formats.pdf import say_lacking
from kamnb.reports.index import render_index
from kamnb.reports.order import Order, Run
from kamnb.reports.record import render_record
from kamnb.reports.since import gather_standing, read_last_run, say_since
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
    template = Template(order.template.resolve(), read_kernel(order.template), given, order.output.resolve(), order.formats)
    from kamnb.display.parts.losses import list_losses
    from kamnb.display.parts.sentences import count_of

    with _open_folder() as folder, hold_folder(order.output, say), _gather_crew(order, template, folder) as crew, keep_open():
        portfolio = open_portfolio(
            order.data, root=order.root, as_of=order.as_of, set_aside=order.output / "set_aside", folder=folder / "tables"
        )
        if order.accounts:
            require_accounts(order.accounts, list_accounts(portfolio).index)
        chosen = choose_criteria(portfolio, order.data, order.criteria_file)
        analysis = compare_with(analyse(portfolio, chosen.criteria), asked["since"])
        wanted = choose_accounts(analysis, order.accounts, order.top, order.where, say)
        source = portfolio.report.as_of_source if portfolio.report else ""
        say(f"as of {analysis.as_of} ({source}); {count_of(len(wanted), 'report')}")
        for line in (*say_kept(portfolio.report), *list_losses(portfolio, analysis.names)):
            say(line)
        say(chosen.save(order.output))
        run = Run(order.output / "index.html")
        jobs = _list_jobs(order, analysis, wanted, _describe_settings(order, analysis, chosen, given, asked), run)
        if jobs:
            if lack := crew.load(analysis, tuple(asked.values()), jobs[0].account):
                say(lack)
            _make_all(jobs, crew, run, order)
        if boxes := say_lacking(run.lacking, "".join(run.lacking.values())):
            say(boxes)
        if "pdf" in order.formats and len(run.pages) > 1 and not order.customer_copy:
            say(_bind(order, analysis, run))
        _write_records(order, analysis, chosen, run)
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
        "criteria": chosen.text or Path(chosen.source).read_text(encoding="utf-8"),
        "toml": toml.read_text(encoding="utf-8") if toml.is_file() else "",
        "own": sorted((name, str(content)) for name, content in analysis.portfolio.own.items()),
        "as_of": analysis.as_of,
        "since": asked["since"],
        "data": given.get("data_dir", ""),
    }


def _list_jobs(order: Order, analysis: Analysis, wanted: list[str], settings: dict[str, Any], run: Run) -> list[Job]:
    """Return the reports to make; note those that are kept."""
    names = name_files(analysis.accounts.index)
    if order.customer_copy:  # no mix-up with the plan itself, wherever the file is moved to
        names = {account: f"{name}-for-the-customer" for account, name in names.items()}
    causes = gather_causes(analysis, wanted, order.template, settings, order.shows)
    jobs = []
    for account in wanted:
        job = Job(account, names[account], _heads(order, analysis, account), analysis.as_of, causes[account])
        files = job.list_files(order.output, order.formats)
        cause = find_cause(order.output, job.file, job.causes, list(files.values()))
        if cause or order.force:
            run.causes[account] = "asked to make all (--force)" if order.force else cause
            jobs.append(job)
        else:
            run.pages[account] = files[order.formats[0]]
    return jobs


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
                files = asked[done].list_files(order.output, order.formats)
                _note(run, asked[done].account, done.result(), files[order.formats[0]])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            crew.close()
            raise


def _note(run: Run, account: str, outcome: Outcome, page: Path) -> None:
    if outcome.failure:
        run.failures[account] = outcome.failure
    else:
        run.pages[account], run.seconds[account] = page, outcome.seconds
        (page.parent / "failed" / f"{page.stem}.ipynb").unlink(missing_ok=True)  # of an earlier run
    if outcome.lacking:
        run.lacking[account] = outcome.lacking


def _bind(order: Order, analysis: Analysis, run: Run) -> str:
    """Bind all plans into one PDF, unless it is there and none of them is another; say which it is."""
    from kamnb.reports.book import bind_plans

    files = {
        account: page.stem for account, page in sorted(run.pages.items(), key=lambda pair: analysis.names[pair[0]].casefold())
    }
    notebooks = {account: order.output / "notebooks" / f"{file}.ipynb" for account, file in files.items()}
    book = order.output / f"{BOOK}.pdf"
    causes = {"data": digest_files(notebooks.values()), "package": digest_package(), "lock": digest_environment()}
    cause = "asked to" if order.force else find_cause(order.output, BOOK, causes, [book])
    if cause:
        write_whole(book, bind_plans(notebooks, analysis, {account: _heads(order, analysis, account) for account in notebooks}))
        keep_causes(order.output, BOOK, causes, [book])
    return f"all plans in one file: {book}{'' if cause else ' (kept)'}"


def _heads(order: Order, analysis: Analysis, account: str) -> dict[str, str]:
    if order.customer_copy:
        from kamnb.display.account.customer_copy import say_about
    else:
        from kamnb.display.account.plan import say_about

    return {"title": str(analysis.names[account]), "subtitle": say_about(analysis, account)}


def _write_records(order: Order, analysis: Analysis, chosen: ChosenCriteria, run: Run) -> None:
    last = read_last_run(order.output)
    labels = {name: rule.label for name, rule in analysis.method.playbook.findings.items()}
    standing = {} if order.customer_copy else gather_standing(analysis, [*run.pages, *run.failures])
    names = {str(account): name for account, name in analysis.names.items()}
    write_whole(run.index, _render_index(order, analysis, run, say_since(last, run, standing, names, labels)))
    write_whole(order.output / "run.json", render_record(order, analysis, chosen, run.pages, run.failures, standing))
    timings = {account: round(seconds, 3) for account, seconds in sorted(run.seconds.items())}
    told = {account: run.causes.get(account, "kept") for account in sorted([*run.pages, *run.failures])}
    written = json.dumps({"seconds_per_report": timings, "why": told}, indent=2, ensure_ascii=False)
    write_whole(order.output / "timings.json", f"{written}\n")


def _render_index(order: Order, analysis: Analysis, run: Run, since: list[str]) -> str:
    files = {account: [f"{page.stem}.{name}" for name in order.formats] for account, page in run.pages.items()}
    book = f"{BOOK}.pdf" if "pdf" in order.formats and (order.output / f"{BOOK}.pdf").exists() else ""
    return render_index(analysis, files, run.failures, with_scores=not order.customer_copy, book=book, since=since)
