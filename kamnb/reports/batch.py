"""One notebook for many accounts: pages, an index, and a record of the run."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kamnb.analysis import LAST_REVIEW, Analysis, ChosenCriteria, analyse, choose_criteria, compare_with
from kamnb.data.door import open_portfolio
from kamnb.data.saving import write_whole
from kamnb.errors import SettingsError
from kamnb.places import notebooks_folder
from kamnb.reports.condition import meet_condition
from kamnb.reports.crew import Crew, Limits
from kamnb.reports.execution import read_parameters
from kamnb.reports.filenames import name_files
from kamnb.reports.index import render_index
from kamnb.reports.record import render_record
from kamnb.reports.scores import gather_scores
from kamnb.reports.worker import Job, Outcome, Template

TEMPLATE = "50_account_plan.ipynb"
CUSTOMER_COPY = "55_customer_copy.ipynb"


@dataclass(frozen=True)
class Order:
    """What a run of reports is to do; ``jobs`` reports are made at the same time."""

    data: Path
    root: Path | None = None
    as_of: date | None = None
    criteria_file: Path | None = None
    accounts: tuple[str, ...] = ()
    top: int | None = None
    notebook: Path | None = None
    jobs: int = 2
    output: Path = Path("reports")
    since: str = LAST_REVIEW
    customer_copy: bool = False
    where: str = ""
    limits: Limits = field(default_factory=Limits)
    warm: bool = hasattr(os, "fork")

    @property
    def template(self) -> Path:
        """The notebook that is executed for each account."""
        return self.notebook or notebooks_folder() / (CUSTOMER_COPY if self.customer_copy else TEMPLATE)


@dataclass
class Run:
    """What came of a run: account id -> page, account id -> reason, account id -> seconds."""

    index: Path
    pages: dict[str, Path] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def write_reports(order: Order, say: Callable[[str], object] = print) -> Run:
    """Analyse a portfolio once and write a page for each account asked for.

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
    since = order.since if "since" in parameters else ""
    asked = _ask(order, since)
    template = Template(
        order.template.resolve(), {name: asked[name] for name in parameters if name in asked}, order.output.resolve()
    )
    with _open_folder() as folder, Crew(template, order.limits, folder, warm=order.warm) as crew:
        portfolio = open_portfolio(
            order.data, root=order.root, as_of=order.as_of, set_aside=order.output / "set_aside", folder=folder / "tables"
        )
        chosen = choose_criteria(portfolio, order.data, order.criteria_file)
        analysis = compare_with(analyse(portfolio, chosen.criteria), since)
        wanted = choose_accounts(analysis, order.accounts, order.top, order.where, say)
        say(f"as of {analysis.as_of} ({portfolio.report.as_of_source if portfolio.report else ''}); {len(wanted)} reports")
        say(chosen.save(order.output))
        analysis.save(folder, tuple(asked.values()))
        crew.load(tuple(asked.values()), wanted[0])
        run = Run(order.output / "index.html")
        _make_all(order, analysis, wanted, crew, run)
        _write_records(order, analysis, chosen, run)
    return run


def choose_accounts(
    analysis: Analysis,
    accounts: tuple[str, ...] = (),
    top: int | None = None,
    where: str = "",
    say: Callable[[str], object] = print,
) -> list[str]:
    """Return the accounts to report on: those asked for, those that meet `where`, the `top` by revenue, else the key accounts.

    Where none is marked as key, all of them. `where` is a condition on the columns of ``scores.csv``; how many accounts it
    leaves open, for want of a value, is said.

    Raises
    ------
    SettingsError
        If an account asked for is not in the portfolio (all of those at once), the condition cannot be read, or none meets it.
    """
    unknown = [account for account in accounts if account not in analysis.accounts.index]
    if unknown:
        raise SettingsError([_unknown(analysis, account) for account in unknown])
    every = list(dict.fromkeys(accounts)) or (list(analysis.accounts.index) if where or top else _key_accounts(analysis))
    pool = _filter(analysis, every, where, say) if where else every
    if top is None:
        return pool
    revenue = analysis.indicators["revenue_ltm"].reindex(pool).fillna(0)
    return list(revenue.reset_index().sort_values(["revenue_ltm", "account_id"], ascending=[False, True])["account_id"][:top])


def _filter(analysis: Analysis, accounts: list[str], where: str, say: Callable[[str], object]) -> list[str]:
    met = meet_condition(gather_scores(analysis), where).reindex(accounts)
    still_open = int(met.isna().sum())
    if still_open:
        say(f"left out because a value is unknown: {still_open:,} of {len(accounts):,} accounts")
    chosen = [str(account) for account, holds in met.fillna(False).items() if holds]
    if not chosen:
        raise SettingsError(f'--where "{where}": none of {len(accounts):,} accounts meets it')
    return chosen


def _unknown(analysis: Analysis, account: str) -> str:
    try:
        analysis.require(account)
    except SettingsError as error:
        return str(error)
    return ""


def _key_accounts(analysis: Analysis) -> list[str]:
    key = analysis.accounts["key_account"].astype("boolean").fillna(False)
    return list(analysis.accounts.index[key] if key.any() else analysis.accounts.index)


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


def _make_all(order: Order, analysis: Analysis, wanted: list[str], crew: Crew, run: Run) -> None:
    from tqdm import tqdm

    names = name_files(analysis.accounts.index)
    if order.customer_copy:  # no mix-up with the plan itself, wherever the file is moved to
        names = {account: f"{name}-for-the-customer" for account, name in names.items()}
    (order.output / "notebooks").mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(max_workers=order.jobs) as pool:
        jobs = {
            pool.submit(crew.make, Job(account, names[account], _heads(order, analysis, account))): account for account in wanted
        }
        try:
            for job in tqdm(as_completed(jobs), total=len(jobs), desc="reports", unit="report"):
                _note(run, jobs[job], job.result(), order.output / f"{names[jobs[job]]}.html")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            crew.close()
            raise


def _note(run: Run, account: str, outcome: Outcome, page: Path) -> None:
    if outcome.failure:
        run.failures[account] = outcome.failure
    else:
        run.pages[account], run.seconds[account] = page, outcome.seconds


def _heads(order: Order, analysis: Analysis, account: str) -> dict[str, str]:
    if order.customer_copy:
        from kamnb.display.customer_copy import say_about
    else:
        from kamnb.display.plan import say_about

    return {"title": str(analysis.names[account]), "subtitle": say_about(analysis, account)}


def _write_records(order: Order, analysis: Analysis, chosen: ChosenCriteria, run: Run) -> None:
    write_whole(order.output / "run.json", render_record(order, analysis, chosen, run.pages, run.failures))
    timings = {account: round(seconds, 3) for account, seconds in sorted(run.seconds.items())}
    write_whole(order.output / "timings.json", json.dumps({"seconds_per_report": timings}, indent=2) + "\n")
    write_whole(run.index, _render_index(order, analysis, run))


def _render_index(order: Order, analysis: Analysis, run: Run) -> str:
    pages = {account: page.name for account, page in run.pages.items()}
    return render_index(analysis, pages, run.failures, with_scores=not order.customer_copy)
