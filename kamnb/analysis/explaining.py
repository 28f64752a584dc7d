"""Why every account is scored otherwise than on an earlier day, or by an earlier model, with the rows that did it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kamnb.analysis.measuring import Scored, measure_scores
from kamnb.analysis.method import load_method
from kamnb.data.portfolio import Portfolio, keep_open
from kamnb.errors import SettingsError
from kamnb.planning.causes import tell_wins
from kamnb.planning.changes import read_events
from kamnb.planning.evidence import list_evidence
from kamnb.planning.trade import compare_trade
from kamnb.scoring import Criteria
from kamnb.scoring.movement import Movement, find_movement

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Explained:
    """Two scorings of a portfolio, and why the one is not the other.

    Attributes
    ----------
    before, now : Scored
    movement : Movement
        The parts of every change of a score, and the tests that moved a stage.
    evidence : DataFrame
        The rows that did it, as `kamnb.planning.evidence.list_evidence` returns them.
    trade : DataFrame
        The changes of revenue and margin, as `kamnb.planning.trade.compare_trade` returns them.
    """

    before: Scored
    now: Scored
    movement: Movement
    evidence: "pd.DataFrame"
    trade: "pd.DataFrame"

    @property
    def since(self) -> date:
        """The earlier day."""
        return self.before.as_of


def explain_since(portfolio: Portfolio, criteria: Criteria, day: date, criteria_before: Criteria | None = None) -> Explained:
    """Say why accounts are scored otherwise than on an earlier day.

    Parameters
    ----------
    portfolio : Portfolio
    criteria : Criteria
    day : date
    criteria_before : Criteria, optional
        The model of then, where it was another; `day` may then be that of the portfolio, to compare two models alone.

    Returns
    -------
    Explained

    Raises
    ------
    SettingsError
        If `day` is not before the day of the portfolio.

    Examples
    --------
    >>> from kamnb.analysis import choose_criteria
    >>> from kamnb.data.door import open_portfolio
    >>> from kamnb.places import data_folder
    >>> portfolio = open_portfolio(data_folder() / "sample")
    >>> model = choose_criteria(portfolio, data_folder() / "sample").criteria
    >>> found = explain_since(portfolio, model, date(2026, 4, 23))
    >>> parts = found.movement.parts[found.movement.parts["account_id"] == "0011689"]
    >>> parts.loc[parts["is_needed"], "criterion"].tolist()
    ['weighted_pipeline']
    """
    if day > portfolio.as_of or (day == portfolio.as_of and criteria_before is None):
        raise SettingsError(f"since {day}: must be before the day of the analysis, {portfolio.as_of}")
    method = load_method(portfolio.own)
    with keep_open():
        before = measure_scores(portfolio.at(day), criteria_before or criteria, method)
        now = measure_scores(portfolio, criteria, method)
        events, found = read_events(portfolio, day), find_movement(before.side, now.side)
        movement = replace(found, parts=tell_wins(found.parts, events, criteria))
        known = [side.indicators["revenue_ltm"].notna().reindex(now.accounts.index, fill_value=False) for side in (before, now)]
        return Explained(
            before,
            now,
            movement,
            list_evidence(before.portfolio, portfolio, movement, criteria, events),
            compare_trade(portfolio, day, known[0] & known[1], method.playbook.changes.most_uncounted),
        )
