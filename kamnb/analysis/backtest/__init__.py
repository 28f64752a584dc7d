"""Whether scores of then would have told what came: a back-test against three baselines."""

from kamnb.analysis.backtest.judging import BASELINES, EVENTS, PREDICTORS, judge
from kamnb.analysis.backtest.keeping import open_backtest, recall
from kamnb.analysis.backtest.looking import Backtest, look_back

__all__ = ["BASELINES", "EVENTS", "PREDICTORS", "Backtest", "judge", "look_back", "open_backtest", "recall"]
