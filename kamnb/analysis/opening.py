"""From a workbook's place to its analysis: its data, its scoring model, the day, and the day to compare with."""

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from kamnb.analysis.composition import Analysis, analyse
from kamnb.analysis.kept import SAVED, load_analysis
from kamnb.analysis.method import load_method
from kamnb.analysis.parameters import require_texts
from kamnb.data.door import inspect_data, open_portfolio
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.data.report import DoorReport, Remark
from kamnb.data.saving import write_whole
from kamnb.data.settings import load_settings
from kamnb.errors import SettingsError
from kamnb.indicators import measure_accounts
from kamnb.places import settings_file
from kamnb.planning import since_last_review
from kamnb.scoring import Calibration, Criteria, calibrate_criteria, find_short_scales, load_criteria, propose_size

LAST_REVIEW = "last review"
"""Stands for the day of the last decisions, wherever an earlier day may be given."""


def open_analysis(data_dir: str, as_of: str = "", criteria_file: str = "", since: str = "") -> Analysis:
    """Read a workbook's tables and analyse them: what every notebook begins with.

    Parameters
    ----------
    data_dir : str
        A folder with tables, or a ``kamnb.toml``.
    as_of : str
        Day of the analysis as YYYY-MM-DD; empty for that of kamnb.toml or the last invoice.
    criteria_file : str
        The scoring model; empty for that of the workbook.
    since : str
        An earlier day, YYYY-MM-DD, to say what changed; ``last review`` for the day of the last decisions; empty for none.

    Returns
    -------
    Analysis

    Raises
    ------
    SettingsError, DataError
        If a parameter is not text, or the data or the settings cannot be used.

    Examples
    --------
    >>> from kamnb.places import data_folder
    >>> len(open_analysis(str(data_folder() / "sample")).accounts) > 0
    True
    """
    require_texts(data_dir=data_dir, as_of=as_of, criteria_file=criteria_file, since=since)
    asked = (str(data_dir), as_of, str(criteria_file), since)
    if SAVED in os.environ and (found := load_analysis(Path(os.environ[SAVED]), asked)):
        return found
    portfolio = open_portfolio(data_dir, as_of=read_day(as_of))
    with keep_open():
        return compare_with(analyse(portfolio, choose_criteria(portfolio, data_dir, criteria_file or None).criteria), since)


@dataclass(frozen=True)
class ChosenCriteria:
    """A scoring model and where it is from; ``text`` is empty unless it was calibrated just now, ``left`` where all of it was."""

    criteria: Criteria
    source: str
    text: str = ""
    left: str = ""

    @property
    def content(self) -> str:
        """The model as TOML."""
        return self.text or Path(self.source).read_text(encoding="utf-8")

    def save(self, folder: Path) -> str:
        """Save a model that was calibrated just now to `folder`; return the sentence that says what was taken."""
        if not self.text:
            return f"scoring model: {self.source}"
        target = folder / "criteria.toml"
        if target.exists() and target.read_text(encoding="utf-8") != self.text:
            target = folder / "criteria.calibrated.toml"
        write_whole(target, self.text)
        return f"scoring model: {self.source}, saved as {target}" + (f"\n{self.left}" if self.left else "")


def open_with_model(data_dir: str, as_of: str, criteria_file: str) -> tuple[Analysis, ChosenCriteria]:
    """Read a workbook's tables and analyse them; return with the analysis the model that it is by, as it was found.

    Where the analysis was saved for this process it is taken instead, as `open_analysis` does.
    """
    require_texts(data_dir=data_dir, as_of=as_of, criteria_file=criteria_file)
    asked = (str(data_dir), as_of, str(criteria_file), "")
    if SAVED in os.environ and (found := load_analysis(Path(os.environ[SAVED]), asked)):
        return found, choose_criteria(found.portfolio, data_dir, criteria_file or None)
    portfolio = open_portfolio(data_dir, as_of=read_day(as_of))
    with keep_open():
        chosen = choose_criteria(portfolio, data_dir, criteria_file or None)
        return analyse(portfolio, chosen.criteria), chosen


def choose_criteria(portfolio: Portfolio, data: str | Path, criteria_file: str | Path | None = None) -> ChosenCriteria:
    """Return the model asked for, else that of kamnb.toml, else DATA/criteria.toml, else one calibrated on the portfolio.

    Raises
    ------
    SettingsError
        If the model's file is not there or not right.
    """
    path = Path(criteria_file) if criteria_file else _own_model(data)
    if path:
        if not path.is_file():
            raise SettingsError(f"{path}: no such file; it is named as the scoring model")
        return ChosenCriteria(load_criteria(path), str(path))
    found = calibrate_model(portfolio)
    return ChosenCriteria(Criteria.from_toml(found.text), found.source, found.text, found.say_left())


def _own_model(data: str | Path) -> Path | None:
    """Return the file of the workbook's own model, where it has one."""
    settings = load_settings(data)
    beside = settings.home / "criteria.toml"
    return settings.criteria or (beside if beside.exists() else None)


def calibrate_size(portfolio: Portfolio) -> float:
    """Return the size to ask of a key account in this portfolio, an amount of money; NaN where no revenue is known."""
    return propose_size(measure_accounts(portfolio), load_method(portfolio.own).selection.rules)


def calibrate_model(portfolio: Portfolio) -> Calibration:
    """Return the packaged model with money anchors that fit this portfolio, and which of them do not."""
    return calibrate_criteria(measure_accounts(portfolio), settings_file("criteria.toml"))


def compare_with(analysis: Analysis, since: str) -> Analysis:
    """Return the analysis with what changed since a day; as it is where none is asked for, or no review is recorded.

    Raises
    ------
    SettingsError
        If `since` is neither a day before that of the analysis nor ``last review``.
    """
    if since == LAST_REVIEW:
        day = since_last_review(analysis.portfolio)
    else:
        day = read_day(since, f'since "{since}" is neither a day, as YYYY-MM-DD, nor "{LAST_REVIEW}"')
    return analysis.since(day) if day else analysis


def check_workbook(data_dir: str, as_of: str = "", root: str | None = None, set_aside: str | None = None) -> DoorReport:
    """Read a workbook's tables and its settings of the method, and return what the door says, faults included.

    Parameters
    ----------
    data_dir, as_of : str
        As for `open_analysis`.
    root, set_aside : str, optional
        As for `kamnb.data.door.open_portfolio`.
    """
    require_texts(data_dir=data_dir, as_of=as_of)
    report, portfolio = inspect_data(data_dir, root=root, as_of=read_day(as_of), set_aside=set_aside)
    try:
        load_method(portfolio.own if portfolio else {})
    except SettingsError as error:
        return replace(report, faults=(*report.faults, *error.faults))
    return replace(report, remarks=(*report.remarks, *_doubt_scales(portfolio, data_dir))) if portfolio else report


def _doubt_scales(portfolio: Portfolio, data: str) -> list[Remark]:
    """Doubt scales of ratings by the workbook's own model; what is wrong with the model is said by those who score with it."""
    try:
        criteria = load_criteria(_own_model(data) or settings_file("criteria.toml"))
    except SettingsError:
        return []
    return find_short_scales(portfolio, criteria) if portfolio.has("ratings") else []


def read_day(text: str, fault: str = "") -> date | None:
    """Return the day that a parameter names, None where it is empty; raise a SettingsError, saying `fault`, where it is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsError(fault or f'as_of "{text}" is not a day; write it as YYYY-MM-DD') from None
