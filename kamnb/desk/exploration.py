"""What an analyst does when exploring a scoring model: no widget, every step an ordinary function."""

import os
import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from kamnb.analysis import Analysis, Renewal, Scored, open_with_model, score_portfolio
from kamnb.data.appending import Stamp, add_entries
from kamnb.data.settings import load_settings
from kamnb.display.parts.formats import is_known, write_date
from kamnb.display.parts.names import label_accounts
from kamnb.errors import SettingsError
from kamnb.planning import AccountPlan, take_account
from kamnb.scoring import Criteria, add_caveats, contributions, gather_rivals, load_criteria, score_accounts
from kamnb.scoring.moves import find_moves
from kamnb.scoring.overrides import choose_places, place_by_person
from kamnb.scoring.revision import is_model, save_revision
from kamnb.scoring.trial import Trial, begin_trial

FILTERS = ("account_manager", "segment", "region")
"""By what the accounts shown can be narrowed."""


@dataclass(frozen=True)
class Model:
    """A saved scoring model: its text, and the file that it is from."""

    criteria: Criteria
    text: str
    source: str


@dataclass(frozen=True)
class Tried:
    """What a trial gives: every account scored, and what each criterion adds."""

    criteria: Criteria
    scores: pd.DataFrame
    contributions: pd.DataFrame


@dataclass
class Exploration:
    """A portfolio, the saved model, and what is tried in it.

    Attributes
    ----------
    data : Path
        As given: a folder with tables, or a ``kamnb.toml``.
    analysis : Analysis
        By the saved model.
    model : Model
    trial : Trial
    steps : list of Trial
        What was tried before, the latest last: what `undo` goes back to.
    filters : mapping of column to value
        Only accounts with these values are shown.
    picked : str
        The account that is looked at; empty for none.
    """

    data: Path
    analysis: Analysis
    model: Model
    trial: Trial
    steps: list[Trial] = field(default_factory=list)
    filters: Mapping[str, str] = field(default_factory=dict)
    picked: str = ""
    _plan: AccountPlan | None = None

    @property
    def home(self) -> Path:
        """The folder in which models and entries are saved."""
        return load_settings(self.data).home

    @cached_property
    def renewal(self) -> Renewal:
        """What is held of the workbook between one look at it and the next."""
        return Renewal(self.data)

    @cached_property
    def tried(self) -> Tried:
        """The scores that the trial gives."""
        return score_trial(self.analysis, self.trial, *self.read)

    @cached_property
    def read(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Competitors' ratings and the places that persons gave: what scoring needs of the tables, read and chosen once."""
        saved, portfolio = self.analysis, self.analysis.portfolio
        places = choose_places(portfolio.read("overrides"), saved.scores.index, saved.as_of)
        return gather_rivals(portfolio, self.model.criteria), places

    @property
    def plan(self) -> AccountPlan:
        """The plan of the account that is picked, by the saved model, with its scores as tried."""
        if self._plan is None or self._plan.account_id != self.picked:
            self._plan = self.analysis.plan(self.picked)
        return replace(self._plan, score=take_account(self.tried.scores, self.picked))

    @property
    def shown(self) -> "pd.Index[str]":
        """The accounts that pass the filters."""
        keep = pd.Series(True, index=self.analysis.accounts.index)
        for column, value in self.filters.items():
            keep &= self._values(column) == value
        return keep.index[keep]

    @property
    def moves(self) -> pd.DataFrame:
        """Accounts shown that the trial places in another quadrant than the saved model does."""
        return find_moves(self.analysis.scores.loc[self.shown], self.tried.scores.loc[self.shown])

    def list_values(self, column: str) -> list[str]:
        """Return the values by which accounts can be narrowed, sorted; managers by name."""
        return sorted({str(value) for value in self._values(column) if is_known(value)})

    def list_accounts(self) -> list[tuple[str, str]]:
        """Return (label, id) of the accounts shown, by label."""
        labels = label_accounts(self.analysis.names, 44).loc[self.shown]
        return sorted((str(label), str(account)) for account, label in labels.items())

    def try_model(self, trial: Trial) -> None:
        """Take up another trial; what was tried stays, for `undo`.

        Raises
        ------
        SettingsError
            If nothing has weight in it; the trial stays as it was.
        """
        trial.build()
        if trial != self.trial:
            self.steps.append(self.trial)
            self._take(trial)

    def undo(self) -> bool:
        """Go back by one step; say whether there was one."""
        if not self.steps:
            return False
        self._take(self.steps.pop())
        return True

    def reset(self) -> None:
        """Go back to the saved model; that, too, can be undone."""
        self.try_model(begin_trial(self.model.criteria))

    def show_day(self, day: date) -> None:
        """Look at the portfolio as of another day.

        Raises
        ------
        SettingsError
            If nothing is known by which an account could be placed on it; what is shown stays as it was.
        """
        analysis = self.renewal.analyse(self.analysis.portfolio.at(day), self.model.criteria)
        if analysis.scores["placed"].isna().all():
            why = analysis.scores["reason"].mode().tolist()[:1]
            raise SettingsError([f"as of {write_date(day)} no account can be placed", *why], "that day is not shown")
        self._renew(analysis)

    def say_gap(self) -> list[str]:
        """Say that the year until the day that is shown holds no invoice, where it holds none."""
        revenue = self.analysis.indicators["revenue_ltm"]
        return [] if revenue.fillna(0).any() else ["No invoice is of the twelve months until then: places rest on older answers."]

    def list_models(self) -> list[str]:
        """Return the names of the files of the workbook that hold a scoring model."""
        return sorted(path.name for path in self.home.glob("*.toml") if is_model(path))

    @property
    def model_name(self) -> str:
        """The file of the saved model, by its place in the workbook where it lies there."""
        path = Path(self.model.source)
        return path.name if path.parent.resolve() == self.home.resolve() else self.model.source

    def say_command(self, name: str) -> str:
        """Return the command that scores with a model of the workbook: it works as it stands, wherever it is typed."""
        words = ["kamnb", "score", str(self.data.resolve()), "--criteria", str(self.home.resolve() / name)]
        return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)

    def load_model(self, name: str) -> None:
        """Take up a saved model of the workbook; trials begin with it anew."""
        path = self.home / name
        self.model = Model(load_criteria(path), path.read_text(encoding="utf-8"), str(path))
        self._renew(self.renewal.analyse(self.analysis.portfolio, self.model.criteria))
        self.steps.clear()
        self._take(begin_trial(self.model.criteria))

    def compare(self, first: str, second: str) -> tuple[Scored, Scored]:
        """Return every account scored by two saved models of the workbook.

        Raises
        ------
        SettingsError
            If both are the same, or one is not right.
        """
        if first == second:
            raise SettingsError("choose two models that are not the same")
        one, other = (score_portfolio(self.analysis.portfolio, load_criteria(self.home / name)) for name in (first, second))
        return one, other

    def save_model(self, name: str, *, by: str, on: date, why: str, replace: bool = False) -> list[str]:
        """Save what is tried as a criteria file of the workbook; return what changed.

        Raises
        ------
        SettingsError
            As `kamnb.scoring.revision.save_revision` does; also if the name leads out of the workbook.
        """
        if not name.strip() or Path(name).name != name.strip():
            raise SettingsError(f'"{name}" is not the name of a file; give one such as criteria.2026.toml')
        return save_revision(self.home / name.strip(), self.model.text, self.trial, by=by, on=on, why=why, replace=replace)

    def overrule(self, account_id: str, quadrant: str, *, by: str, on: date, reason: str, expires: date | None) -> Path:
        """Save a person's place for an account, and read the portfolio anew.

        Raises
        ------
        DataError, SettingsError
            If who, why or until when is not said; nothing is saved then.
        """
        faults = [] if reason.strip() else ["why the model is overruled is not said"]
        faults += [] if expires else ["until when it holds is not said"]
        faults += ["it would expire before the day that it is stated"] if expires and expires < on else []
        if faults:
            raise SettingsError(faults, "nothing was saved")
        row = {
            "account_id": account_id, "what": "quadrant", "value": quadrant, "by": by.strip(), "reason": reason.strip(),
            "stated_on": on.isoformat(), "expires": str(expires),
        }  # fmt: skip
        self.analysis.require(account_id)
        (path,) = add_entries(self.home, {"overrides": [row]}, Stamp(by, on))
        self._renew(self.renewal.renew(self.analysis.as_of, self.model.criteria))
        return path

    def view(self) -> Analysis:
        """Return the analysis as the trial scores it, for whatever shows an analysis."""
        tried = self.tried
        return replace(self.analysis, criteria=tried.criteria, scores=tried.scores, contributions=tried.contributions)

    def _values(self, column: str) -> "pd.Series[Any]":
        return self.analysis.manager_names if column == "account_manager" else self.analysis.accounts[column].astype(object)

    def _take(self, trial: Trial) -> None:
        self.trial = trial
        self.__dict__.pop("tried", None)

    def _renew(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self._plan, self.picked = None, self.picked if self.picked in analysis.accounts.index else ""
        for name in ("tried", "read"):
            self.__dict__.pop(name, None)


def begin_exploration(data_dir: str, as_of: str = "", criteria_file: str = "") -> Exploration:
    """Open a portfolio with its saved model.

    Parameters
    ----------
    data_dir, as_of, criteria_file
        As `kamnb.analysis.open_analysis` has them.

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> exploration = begin_exploration(str(data_folder() / "sample"))
    >>> exploration.try_model(exploration.trial.set_cut("attractiveness", 6))
    >>> len(exploration.moves) > 0, exploration.undo(), len(exploration.moves)
    (True, True, 0)
    """
    analysis, chosen = open_with_model(data_dir, as_of, criteria_file)
    model = Model(chosen.criteria, chosen.content, chosen.source)
    return Exploration(Path(data_dir), analysis, model, begin_trial(chosen.criteria))


def score_trial(analysis: Analysis, trial: Trial, rivals: pd.DataFrame, places: pd.DataFrame) -> Tried:
    """Score every account by the model that is tried: what a slider's move costs."""
    criteria = trial.build()
    scores = score_accounts(analysis.facts, criteria, rivals, analysis.relationship.accounts)
    placed = add_caveats(place_by_person(scores, places), analysis.provisional, criteria)
    return Tried(criteria, placed, contributions(analysis.facts, criteria, rivals))
