"""What a run of reports is asked for, and what came of it."""

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kamnb.analysis import LAST_REVIEW
from kamnb.places import notebooks_folder
from kamnb.reports.crew import Limits
from kamnb.reports.portfolio import PAGES, REVIEW, PortfolioPage

TEMPLATE = "50_account_plan.ipynb"
CUSTOMER_COPY = "55_customer_copy.ipynb"


@dataclass(frozen=True)
class Order:
    """What a run of reports is to do; ``jobs`` reports are made at the same time, else one for each processor.

    With ``only_review`` the review of the portfolio is made and no account's report.
    """

    data: Path
    output: Path = field(kw_only=True)
    root: Path | None = None
    as_of: date | None = None
    criteria_file: Path | None = None
    accounts: tuple[str, ...] = ()
    top: int | None = None
    notebook: Path | None = None
    jobs: int | None = None
    since: str = LAST_REVIEW
    customer_copy: bool = False
    where: str = ""
    limits: Limits = field(default_factory=Limits)
    force: bool = False
    formats: tuple[str, ...] = ("html",)
    scheduler: str = ""
    only_review: bool = False
    warm: bool = hasattr(os, "fork")

    @property
    def template(self) -> Path:
        """The notebook that is executed for each account."""
        return self.notebook or notebooks_folder() / (CUSTOMER_COPY if self.customer_copy else TEMPLATE)

    @property
    def shows(self) -> str:
        """What the notebook shows of other accounts, as `kamnb.reports.causes.gather_causes` takes it."""
        return "anything" if self.notebook else "customer copy" if self.customer_copy else "plan"

    @property
    def has_site(self) -> bool:
        """Whether pages of the portfolio stand beside the reports: not beside copies for customers, nor another notebook's."""
        return self.shows == "plan"

    @property
    def pages(self) -> tuple[PortfolioPage, ...]:
        """The pages of the portfolio that are made: all of them, but for a run of a few accounts."""
        if self.only_review:
            return (REVIEW,)
        return PAGES if self.has_site and not self.accounts else ()


@dataclass
class Run:
    """What came of a run.

    Attributes
    ----------
    index : Path
    pages : mapping of account id to page
        In the first format asked for: those that were made, and those that were kept because nothing they are made from changed.
    failures : mapping of account id to reason
    causes : mapping of account id to why its page was made
        Kept pages are not in it.
    seconds : mapping of account id to seconds
        Of pages that were made.
    lacking : mapping of account id to characters
        Those that its PDF shows as boxes, because no font here has them.
    portfolio : mapping of file name to page
        Pages of the portfolio, likewise.
    others : mapping of account id to file names
        Of accounts that were not asked for this time and whose reports are there.
    older, older_pages : set of account ids, of file names
        Those that were not asked for this time, and are no longer of the data, settings and kamnb of now.
    portfolio_failures, portfolio_causes : mapping of file name to reason
        Why such a page failed, and why it was made.
    """

    index: Path
    pages: dict[str, Path] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)
    portfolio: dict[str, Path] = field(default_factory=dict)
    others: dict[str, list[str]] = field(default_factory=dict)
    older: set[str] = field(default_factory=set)
    older_pages: set[str] = field(default_factory=set)
    portfolio_failures: dict[str, str] = field(default_factory=dict)
    portfolio_causes: dict[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> list[str]:
        """The accounts whose pages were kept."""
        return [account for account in self.pages if account not in self.causes]
