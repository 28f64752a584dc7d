"""What a run of reports is asked for, and what came of it."""

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kamnb.analysis import LAST_REVIEW
from kamnb.places import notebooks_folder
from kamnb.reports.crew import Limits

TEMPLATE = "50_account_plan.ipynb"
CUSTOMER_COPY = "55_customer_copy.ipynb"


@dataclass(frozen=True)
class Order:
    """What a run of reports is to do; ``jobs`` reports are made at the same time, else one for each processor."""

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
    warm: bool = hasattr(os, "fork")

    @property
    def template(self) -> Path:
        """The notebook that is executed for each account."""
        return self.notebook or notebooks_folder() / (CUSTOMER_COPY if self.customer_copy else TEMPLATE)

    @property
    def shows(self) -> str:
        """What the notebook shows of other accounts, as `kamnb.reports.causes.gather_causes` takes it."""
        return "anything" if self.notebook else "customer copy" if self.customer_copy else "plan"


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
    """

    index: Path
    pages: dict[str, Path] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    lacking: dict[str, str] = field(default_factory=dict)

    @property
    def kept(self) -> list[str]:
        """The accounts whose pages were kept."""
        return [account for account in self.pages if account not in self.causes]
