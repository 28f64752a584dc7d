"""What accounts earn after every cost, what is known of it, and what quadrants promise."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from portfolios import make_portfolio

from examples import open_example
from kamnb.analysis import analyse
from kamnb.display.portfolio import profit as show
from kamnb.indicators import measure_accounts
from kamnb.places import settings_file
from kamnb.planning import Playbook, explain_costs_to_serve, find_findings, read_plan_tables
from kamnb.planning.profit import (
    choose_profit,
    measure_costs_to_serve,
    measure_profit,
    name_missing_costs,
    rank_profit,
)
from kamnb.scoring import Criteria

DAY = date(2026, 6, 30)
QUARTERS = ("2025-06-30", "2025-09-30", "2025-12-31", "2026-03-31", "2026-06-30")


def sold(account="A", amount=100, cost=60, day="2026-06-30", **more):
    return {"account_id": account, "date": day, "amount": amount, "cost": cost, "paid_date": day, **more}


def served(account="A", amount=5, day="2026-03-31", kind="visits"):
    return {"account_id": account, "date": day, "amount": amount, "kind": kind}


def regular(account="B"):
    """What an account without surprises buys at the end of each quarter and costs; it makes the tables reach over the year."""
    lines = [sold(account, day=f"{year}-{month:02}-28") for year in (2024, 2025, 2026) for month in range(1, 13)]
    return [line for line in lines if line["date"] <= str(DAY)], [served(account, 1, day) for day in QUARTERS]


def profits(folder, *, lines=(), costs=(), as_of=DAY, own=None, **tables):
    """Facts of profit, with another account beside; `costs` None for no table of them."""
    sales, service = regular()
    given = {} if costs is None else {"costs_to_serve": [*costs, *service]}
    portfolio = make_portfolio(folder / "p", as_of, invoices=[*lines, *sales], **given, **tables)
    portfolio = replace(portfolio, own={"playbook.toml": {"profit": own or {}}})
    playbook = Playbook.load(portfolio.own)
    indicators = measure_accounts(portfolio)
    return indicators.join(measure_profit(portfolio, indicators, measure_costs_to_serve(portfolio), playbook))


# Costs and their coverage


def test_net_profit_is_revenue_less_every_cost(tmp_path):
    line = sold(amount=1000, cost=600, day="2026-03-22") | {"paid_date": "2026-06-30"}
    costs = [served(amount=50), served(amount=30, kind="delivery"), served(amount=20, kind="year-end bonus", day="2025-12-31")]
    facts = profits(tmp_path, lines=[line], costs=costs).loc["A"]
    assert facts["cost_to_serve_ltm"] == 100
    assert facts["margin_after_service"] == 300
    assert facts["cost_of_credit"] == pytest.approx(1000 * 100 * 0.08 / 365)
    assert facts["net_profit"] == facts["profit_known"] == pytest.approx(300 - 21.917808)
    assert facts["profit_share"] == pytest.approx(0.278082, abs=1e-6)


def test_costs_are_those_of_the_twelve_months(tmp_path):
    costs = [served(amount=7, day="2025-06-30"), served(amount=5, day="2025-07-01"), served(amount=3, day="2026-07-01")]
    assert profits(tmp_path, lines=[sold()], costs=costs).loc["A", "cost_to_serve_ltm"] == 5


@pytest.mark.parametrize("costs", [[], [served(day="2025-06-30")]])
def test_an_account_without_a_row_has_no_cost_recorded_which_is_not_a_low_cost(tmp_path, costs):
    facts = profits(tmp_path, lines=[sold()], costs=costs)
    assert facts.loc["A", ["cost_to_serve_ltm", "margin_after_service", "net_profit"]].isna().all()
    assert facts.loc["A", "profit_known"] == 40, "at most that"
    assert facts.loc["B", "net_profit"] == pytest.approx(12 * 40 - 4)
    assert name_missing_costs(facts.loc["A"]) == ["cost to serve"]


def test_each_missing_cost_makes_net_profit_unknown_and_is_named(tmp_path):
    no_cost = profits(tmp_path / "1", lines=[sold(cost=None)], costs=[served()]).loc["A"]
    assert no_cost[["net_profit", "profit_known", "profit_share"]].isna().all(), "not even gross margin: nothing is known"
    assert name_missing_costs(no_cost) == ["cost of goods"]
    sales, service = regular()
    unpaid = [line | {"paid_date": None} for line in [sold(), *sales]]
    portfolio = make_portfolio(tmp_path / "2", DAY, invoices=unpaid, costs_to_serve=[served(), *service])
    indicators = measure_accounts(portfolio)
    facts = measure_profit(portfolio, indicators, measure_costs_to_serve(portfolio), Playbook.load()).loc["A"]
    assert pd.isna(facts["net_profit"]) and facts["margin_after_service"] == facts["profit_known"] == 35
    assert name_missing_costs(indicators.loc["A"].combine_first(facts)) == ["cost of credit"]


def coverage(folder, days, as_of=DAY, **own):
    portfolio = make_portfolio(folder / "c", as_of, invoices=[sold()], costs_to_serve=[served(day=day) for day in days])
    return explain_costs_to_serve(portfolio, Playbook.load({"playbook.toml": {"profit": own}}))


@pytest.mark.parametrize(
    ("days", "covers"),
    [
        (QUARTERS, True),
        (QUARTERS[1:], True),  # the first quarter is booked at its end
        (QUARTERS[:-1], True),  # the last quarter is not yet booked, 91 days without a cost as elsewhere
        (["2025-06-30", "2025-09-30", "2025-12-30", "2026-03-30"], True),  # 92 days without a cost, as in summer
        (["2025-06-30", "2025-09-30", "2025-12-30", "2026-03-29"], False),
        (QUARTERS[2:], False),
        (QUARTERS[:-2], False),
        (["2026-06-30"], False),
        (["2025-06-30", "2026-06-30"], True),  # begins before the window
        ([f"2025-{month:02}-28" for month in range(7, 13)] + [f"2026-{month:02}-28" for month in range(1, 7)], True),
        ([f"2025-{month:02}-28" for month in range(8, 13)] + [f"2026-{month:02}-28" for month in range(1, 7)], False),
    ],
)
def test_costs_to_serve_must_reach_over_the_twelve_months(tmp_path, days, covers):
    reason = coverage(tmp_path, days)
    assert (
        reason == ""
        if covers
        else reason.startswith(f"costs_to_serve reach from {days[0]} to {days[-1]}, not over twelve months")
    )


def test_the_slack_is_a_setting(tmp_path):
    assert coverage(tmp_path / "1", QUARTERS[1:], slack_days=91) == ""
    assert coverage(tmp_path / "2", QUARTERS[1:], slack_days=90) != ""


def test_where_costs_do_not_reach_they_are_unknown_for_all_and_it_is_said(tmp_path):
    portfolio = make_portfolio(tmp_path / "p", DAY, invoices=regular()[0], costs_to_serve=[served("B")])
    analysis = analyse(portfolio, Criteria.from_toml(settings_file("criteria.toml").read_text(encoding="utf-8")))
    assert analysis.plan_facts["cost_to_serve_ltm"].isna().all()
    assert "not over twelve months (2025-07-01 to 2026-06-30)" in analysis.absences["cost_to_serve_ltm"]
    assert "not over twelve months" in show.tabulate_profit(analysis, analysis.plan("B")).note


def test_no_table_and_no_row_by_the_day_are_told_apart(tmp_path):
    assert (
        explain_costs_to_serve(make_portfolio(tmp_path / "1", DAY, invoices=[sold()]), Playbook.load())
        == "no costs_to_serve table"
    )
    assert coverage(tmp_path / "2", ["2026-07-31"]) == "no row in costs_to_serve by 2026-06-30"
    assert profits(tmp_path / "3", lines=[sold()], costs=None)["cost_to_serve_ltm"].isna().all()


def test_kinds_are_kept_and_a_cost_without_kind_is_other(tmp_path):
    costs = [served(kind="delivery", amount=2), served(kind="delivery", amount=3), served(kind=None, amount=4)]
    found = measure_costs_to_serve(make_portfolio(tmp_path, DAY, invoices=[sold()], costs_to_serve=costs))
    assert found.values.tolist() == [["A", "delivery", 5], ["A", "other", 4]]


# Promises by quadrant


@pytest.mark.parametrize(
    ("place", "facts", "expected"),
    [
        ("strategic", {"profit_known": -0.01}, {"strategic_loses"}),
        ("strategic", {"profit_known": 0.0}, set()),
        ("strategic", {"profit_known": float("nan")}, set()),
        ("status", {"profit_known": -5.0}, set()),
        ("star", {"profit_known": -5.0, "days_past_profitable_by": 1.0}, {"star_past_promise"}),
        ("star", {"profit_known": -5.0, "days_past_profitable_by": 0.0}, set()),
        ("star", {"profit_known": 5.0, "days_past_profitable_by": 90.0}, set()),
        ("star", {"profit_known": -5.0, "days_past_profitable_by": float("nan")}, set()),
        ("streamline", {"profit_share": 0.0499}, {"streamline_below_hurdle"}),
        ("streamline", {"profit_share": 0.05}, set()),
        ("star", {"profit_share": -0.5}, set()),
        (None, {"profit_known": -5.0, "profit_share": -0.5}, set()),
        ("status", {"forecast_attainment": 0.89}, {"forecast_below_target"}),
        ("status", {"forecast_attainment": 0.90}, set()),
    ],
)
def test_a_promise_is_broken_from_its_limit_on(place, facts, expected):
    frame = pd.DataFrame(facts, index=pd.Index(["A"], name="account_id"))
    assert set(find_findings(frame, pd.Series([place], index=["A"]), Playbook.load())["finding"]) == expected


def test_the_hurdle_is_a_setting():
    frame = pd.DataFrame({"profit_share": [0.08]}, index=pd.Index(["A"], name="account_id"))
    rule = {"when": [{"fact": "profit_share", "below": 0.1}, {"quadrant": ["streamline"]}]}
    own = Playbook.load({"playbook.toml": {"findings": {"streamline_below_hurdle": rule}}})
    assert find_findings(frame, pd.Series("streamline", index=["A"]), own)["finding"].tolist() == ["streamline_below_hurdle"]


def test_the_earliest_promise_counts(tmp_path):
    goal = {"account_id": "A", "title": "earn"}
    objectives = [
        goal | {"objective_id": "1", "profitable_by": "2026-06-20"},
        goal | {"objective_id": "2", "profitable_by": "2027-06-20"},
        goal | {"objective_id": "3", "profitable_by": "2025-06-20", "agreed_on": "2026-07-01"},  # not yet agreed
        {"objective_id": "4", "account_id": "B", "title": "later", "profitable_by": "2026-07-10"},
    ]
    facts = profits(tmp_path, lines=[sold()], objectives=objectives)
    assert facts["days_past_profitable_by"].to_dict() == {"A": 10, "B": -10}


# Targets and forecasts


def aim(period, amount, kind="target", measure="revenue", stated_on="2026-01-01"):
    return {"account_id": "A", "period": period, "amount": amount, "kind": kind, "measure": measure, "stated_on": stated_on}


def test_the_year_stands_beside_target_and_forecast(tmp_path):
    quarters = [aim(f"2026-Q{quarter}", 100) for quarter in (1, 2, 3, 4)]
    margin = [aim("2026", 365, measure="margin"), aim("2026", 300, "forecast", "margin")]
    forecasts = [aim("2026", 390, "forecast"), aim("2026", 350, "forecast", stated_on="2026-06-01"), aim("2026", 999, "budget")]
    lines = [sold(amount=150, cost=50, day="2026-02-28"), sold(amount=20, cost=15, day="2025-12-31")]
    facts = profits(tmp_path, lines=lines, targets=quarters + margin + forecasts).loc["A"]
    assert facts[["revenue_ytd", "target_year", "target_to_date", "gap_to_target"]].tolist() == [150, 400, 200, -50]
    assert facts["forecast_year"] == 350 and facts["forecast_attainment"] == 350 / 400
    assert facts[["margin_ytd", "margin_target_year", "margin_forecast_year"]].tolist() == [100, 365, 300]
    assert facts["margin_target_to_date"] == pytest.approx(181), "181 of 365 days have passed"
    assert facts["margin_gap_to_target"] == pytest.approx(-81)


def test_the_table_of_five_years_agrees_with_the_year(tmp_path):
    rows = [aim(f"2026-Q{quarter}", 100) for quarter in (1, 2, 3, 4)] + [aim("2027", 500), aim("2027-Q1", 9)]
    rows += [aim(f"2025-{month:02}", 10, "forecast") for month in range(1, 13)] + [aim("2028-Q1", 7, "forecast")]
    rows += [aim("2026", 60, measure="margin"), aim("2026", 77, "budget")]
    portfolio = make_portfolio(tmp_path, DAY, invoices=[sold()], targets=rows)
    years = read_plan_tables(portfolio, "A", Playbook.load())["years"].set_index("fiscal_year")
    assert years["target"].dropna().to_dict() == {2026: 400, 2027: 500}
    assert years["forecast"].dropna().to_dict() == {2025: 120}, "one quarter is not the year"
    assert years["margin_target"].dropna().to_dict() == {2026: 60}
    assert measure_accounts(portfolio).loc["A", "target_year"] == years.loc[2026, "target"]


def test_a_year_that_the_table_does_not_cover_is_unknown_and_one_without_invoices_is_zero(tmp_path):
    lines = [sold("B", day="2025-01-31"), sold("B", cost=40), sold("A", amount=10, cost=None, day="2026-02-01")]
    portfolio = make_portfolio(tmp_path, DAY, invoices=lines)
    years = {name: read_plan_tables(portfolio, name, Playbook.load())["years"].set_index("fiscal_year") for name in "AB"}
    assert years["A"]["revenue"].dropna().to_dict() == {2025: 0, 2026: 10}, "2024 is before the table, 2027 ahead"
    assert years["A"]["margin"].dropna().to_dict() == {2025: 0}, "a line does not state its cost"
    assert years["B"]["margin"].dropna().to_dict() == {2025: 40, 2026: 60}
    assert years["A"].loc[2026, "revenue"] == measure_accounts(portfolio).loc["A", "revenue_ytd"]


def test_a_year_that_began_before_the_first_invoice_has_no_figures(tmp_path):
    lines = [sold(day="2025-02-01"), sold()]
    years = read_plan_tables(make_portfolio(tmp_path, DAY, invoices=lines), "A", Playbook.load())["years"]
    assert years["revenue"].notna().tolist() == [False, False, True, False, False]


def test_months_belong_to_the_fiscal_year_in_which_they_lie(tmp_path):
    rows = [aim(f"{2026 if month < 7 else 2025}-{month:02}", 10) for month in range(1, 13)]
    portfolio = replace(make_portfolio(tmp_path, DAY, invoices=[sold()], targets=rows), fiscal_year_start=7)
    years = read_plan_tables(portfolio, "A", Playbook.load())["years"].set_index("label")
    assert years["target"].dropna().to_dict() == {"2025/26": 120}
    assert measure_accounts(portfolio).loc["A", "target_year"] == 120


# What is shown


def test_every_step_of_an_account_adds_up(analysis):
    for account_id in ("0010417", "0011038"):
        table = show.tabulate_profit(analysis, analysis.plan(account_id))
        amounts = {row[0]: float(row[1].replace(",", "").replace("−", "-")) for row in table.rows}
        steps = [amount for what, amount in amounts.items() if what.startswith("less") or what == "Revenue"]
        assert sum(steps) == pytest.approx(amounts["Net account profit"], abs=4)
        assert "less year-end bonus" in amounts and "less cost of credit, 8 % a year" in amounts


def test_who_keeps_and_who_breaks_the_promise_is_said(analysis):
    said = {account_id: show.say_profit(analysis, analysis.plan(account_id)) for account_id in ("0010417", "0011038", "0011745")}
    assert said["0010417"].endswith("25 % of revenue. That keeps the promise of the Strategic quadrant.")
    assert said["0011038"].endswith("−10 % of revenue. That breaks the promise of the Strategic quadrant.")
    assert said["0011745"].endswith("In the Star quadrant it need not be profitable yet; it is.")


def lossy(analysis, **facts):
    """A Star that loses money, its other facts as given."""
    plan = analysis.plan("0011745")
    changed = plan.facts.copy()
    changed[["net_profit", "profit_known", "profit_share"]] = [-100.0, -100.0, -0.1]
    changed.update(pd.Series(facts))
    findings = find_findings(changed.to_frame().T, pd.Series("star", index=[changed.name]), analysis.method.playbook)
    return SimpleNamespace(facts=changed, score=plan.score, findings=findings, currency="EUR", account_id=plan.account_id)


def test_a_star_may_lose_until_its_date(analysis):
    ahead = show.say_profit(analysis, lossy(analysis, days_past_profitable_by=-10.0))
    assert ahead.endswith("it need not be profitable yet; it is to earn as from 10 July 2026.")
    assert show.say_profit(analysis, lossy(analysis, days_past_profitable_by=1.0)).endswith(
        "breaks the promise of the Star quadrant."
    )
    undated = lossy(analysis)
    undated.facts["days_past_profitable_by"] = float("nan")
    assert show.say_profit(analysis, undated).endswith("but no date is set by which it must earn.")


def test_an_unknown_cost_is_said_with_its_reason(analysis):
    plan = analysis.plan("0010088")
    assert "cost to serve (none is recorded for this account)" in show.tabulate_profit(analysis, plan).note
    assert "unknown, for cost to serve is; at most it is EUR 1.3 k" in show.say_profit(analysis, plan)
    plan.facts["cost_of_credit"] = float("nan")
    assert "unknown, for cost to serve and cost of credit are; at most" in show.say_profit(analysis, plan)


def test_kinds_that_others_have_are_told(analysis):
    assert show.tabulate_profit(analysis, analysis.plan("0010119")).note.endswith("and not for it: year-end bonus.")
    assert show.tabulate_profit(analysis, analysis.plan("0010417")).note.endswith("reckoned on net amounts.")


def test_who_neither_bought_nor_cost_anything_has_no_table(analysis):
    plan = analysis.plan("0012518")
    assert show.tabulate_profit(analysis, plan) is None and show.say_profit(analysis, plan) is None


def test_revenue_and_margin_stand_beside_their_targets(analysis):
    table = show.tabulate_year(analysis.plan("0010417"))
    assert [head.text for head in table.heads] == ["What", "Revenue", "Gross margin"]
    assert table.rows[2] == ("Gap", "−777", "−115")
    assert [head.text for head in show.tabulate_year(analysis.plan("0010524")).heads] == ["What", "Revenue"]
    assert show.tabulate_year(analysis.plan("0010088")) is None


def test_the_portfolio_says_what_is_covered_and_who_breaks_promises(analysis):
    assert "cost to serve for 30" in show.say_coverage(analysis) and "year-end bonus for 12" in show.say_coverage(analysis)
    assert show.picture_whale(analysis).alt.startswith("Whale curve. 29 accounts earn EUR ")
    assert [row[4] for row in show.tabulate_promises(analysis).rows] == ["2", "1", "0", "1"]
    assert len(show.tabulate_broken_promises(analysis).rows) == 4


def test_without_any_cost_nothing_is_compared(tmp_path):
    lines = [{"account_id": "A", "date": "2026-06-30", "amount": 10}]
    portfolio = make_portfolio(tmp_path, DAY, invoices=lines)
    analysis = analyse(portfolio, Criteria.from_toml(settings_file("criteria.toml").read_text(encoding="utf-8")))
    plan = analysis.plan("A")
    assert show.tabulate_profit(analysis, plan) is None and show.say_profit(analysis, plan) is None
    assert show.picture_whale(analysis) is None
    assert show.say_coverage(analysis).endswith("Too little is known to compare what they earn.")
    assert show.tabulate_promises(analysis) is None
    assert show.tabulate_broken_promises(analysis).startswith("What accounts earn is unknown")


# Real data


def test_resellers_are_compared_by_gross_margin(real_data):
    """Over all years 324 of 632 buying resellers were sold to below cost; the last twelve months by hand."""
    portfolio = open_example(real_data, "adventureworks")
    indicators = measure_accounts(portfolio)
    profit = measure_profit(portfolio, indicators, measure_costs_to_serve(portfolio), Playbook.load())
    facts = indicators.join(profit)
    assert facts["net_profit"].isna().all() and facts["profit_known"].equals(facts["margin_ltm"])
    assert choose_profit(facts, Playbook.load()) == "margin_ltm"
    ranked = rank_profit(facts, "margin_ltm")
    lines = portfolio.read("invoices")
    recent = lines[lines["date"] > pd.Timestamp(portfolio.as_of) - pd.DateOffset(months=12)].astype(
        {"amount": float, "cost": float}
    )
    margins = (recent["amount"] - recent["cost"]).groupby(recent["account_id"]).sum()
    assert len(ranked) == len(margins)
    assert ranked["cumulative"].iloc[-1] == pytest.approx(margins.sum())
    assert ranked["cumulative"].max() == pytest.approx(margins[margins > 0].sum())
    assert (ranked["profit"] < 0).sum() == (margins.round(6) < 0).sum()
