"""What pages are made from, as `kamnb report` finds it."""

from kamnb.analysis import analyse, choose_criteria, compare_with
from kamnb.data.door import open_portfolio
from kamnb.places import data_folder, notebooks_folder
from kamnb.reports.causes import gather_causes

SAMPLE = data_folder() / "sample"
PLAN = notebooks_folder() / "50_account_plan.ipynb"


def analyse_data(data):
    portfolio = open_portfolio(data)
    return compare_with(analyse(portfolio, choose_criteria(portfolio, data).criteria), "")


def list_causes(analysis, shows="plan", settings=None):
    return gather_causes(analysis, list(analysis.accounts.index), PLAN, settings or {}, shows)
