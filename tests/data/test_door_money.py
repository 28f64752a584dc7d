"""Families and money at the door: children are added to their parent, amounts to the reporting currency."""

from datetime import date
from decimal import Decimal

import pytest
from folders import ask, check_law, lines_of, pass_door, told

DAY = date(2026, 6, 30)


# Roll-up

FAMILY = lines_of(
    "account_id,parent_id,name,annual_spend,currency",
    "T,,Top,100,EUR",
    "C,T,Child,10,EUR",
    "G,C,Grandchild,1,EUR",
    "O,,Other,5,EUR",
    "X,nowhere,Stray,7,EUR",
    "S,S,Self,3,EUR",
)
SALES = lines_of(
    "account_id,date,amount,currency",
    "T,2025-01-01,1,EUR",
    "C,2025-01-01,2,EUR",
    "G,2025-01-01,4,EUR",
    "O,2025-01-01,8,EUR",
    "X,2025-01-01,16,EUR",
    "g,2025-01-01,32,EUR",
)


def test_accounts_are_reported_as_they_stand(tmp_path):
    report, portfolio = pass_door(tmp_path, accounts=FAMILY, invoices=SALES)
    assert ask(portfolio, "SELECT count(*), sum(annual_spend)::INT FROM accounts") == [(6, 126)]
    assert "adds up" not in told(report)


def test_children_are_added_to_their_top_parent_everywhere_and_listed(tmp_path):
    toml = '[accounts]\nlevel = "parent"\n[invoices]\n[aliases]\n[contacts]'
    files = {
        "accounts": FAMILY,
        "invoices": SALES,
        "aliases": "system,external_id,account_id\nerp,g,G\n",
        "contacts": "contact_id,account_id\n1,G\n",
    }
    report, portfolio = pass_door(tmp_path, toml, **files)
    assert ask(portfolio, "SELECT account_id, name, annual_spend::INT, children FROM accounts") == [
        ("T", "Top", 111, "C, G"),
        ("O", "Other", 5, None),
        ("X", "Stray", 7, None),
        ("S", "Self", 3, None),
    ]
    assert portfolio.further == {"children": "text"}
    assert ask(portfolio, "SELECT account_id, sum(amount)::INT FROM invoices GROUP BY 1 ORDER BY 1") == [
        ("O", 8),
        ("T", 39),
        ("X", 16),
    ]
    assert ask(portfolio, "SELECT account_id FROM contacts") == [("T",)]
    assert "accounts, parent_id: adds up T and its children C, G" in told(report)
    assert 'accounts.csv, row 6, parent_id: "nowhere" has no row in accounts' in told(report)
    assert check_law(report)["accounts"] == 6


@pytest.mark.parametrize("level", ["account", "parent"])
def test_a_ring_of_parents_stops_only_where_it_matters(tmp_path, level):
    toml = f'[accounts]\nlevel = "{level}"'
    report, _ = pass_door(tmp_path, toml, as_of=DAY, accounts="account_id,parent_id\nA,C\nB,A\nC,B\nD,A\nE,\n")
    ring = "A -> C -> B -> A is a ring; one of them must have no parent"
    assert (ring in "\n".join(report.faults)) == (level == "parent")
    assert (ring in told(report)) == (level == "account")


def test_money_of_a_family_in_several_currencies_adds_up_in_the_reporting_one(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2020-01-01" = 0.5 }\n[accounts]\nlevel = "parent"'
    accounts = "account_id,parent_id,annual_spend,currency\nT,,100,EUR\nC,T,10,USD\nU,,8,USD\nV,U,2,USD\n"
    _, portfolio = pass_door(tmp_path, toml, as_of=DAY, accounts=accounts)
    assert ask(portfolio, "SELECT account_id, annual_spend::DOUBLE FROM accounts") == [("T", 105.0), ("U", 5.0)]


# Money


def test_one_currency_needs_no_rates_and_is_the_reporting_one(tmp_path):
    report, portfolio = pass_door(tmp_path, invoices=SALES.replace("EUR", "chf"))
    assert (report.currency, portfolio.currency, report.faults) == ("CHF", "CHF", ())


def test_currencies_mixed_without_a_reporting_one_stop_with_what_to_give(tmp_path):
    report, _ = pass_door(tmp_path, invoices=SALES.replace("8,EUR", "8,USD"))
    assert report.faults == (
        "currency: there are several (EUR in invoices.csv, row 2, currency; USD in invoices.csv, row 5, currency); "
        "give reporting_currency and [rates]",
    )
    assert report["invoices"].count(currency="USD").money == 8


def test_what_is_no_currency_stops(tmp_path):
    report, _ = pass_door(tmp_path, 'reporting_currency = "EUR"', invoices=SALES.replace("8,EUR", "8,Euro"))
    assert report.faults == (
        'invoices.csv, row 5, currency: "EURO" is not a currency code such as EUR; map it by values.currency of [invoices]',
    )


def test_a_rate_holds_from_its_day_until_the_next(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = 0.96, "2025-07-01" = 0.92 }'
    days = ("2025-01-01", "2025-06-30", "2025-07-01", "2026-01-01")
    invoices = (
        "account_id,date,amount,currency\n"
        + "".join(f"A,{day},100,USD\n" for day in days)
        + "A,2024-01-01,7,EUR\nA,2024-01-01,1,\n"
    )
    report, portfolio = pass_door(tmp_path, toml, invoices=invoices)
    assert [float(amount) for (amount,) in ask(portfolio, "SELECT amount FROM invoices")] == [96, 96, 92, 92, 7, 1]
    assert report["invoices"].currencies == ["EUR", "USD"]
    assert "invoices.csv, currency: amounts without a currency are taken as EUR" in told(report)


def test_an_amount_before_the_first_rate_stops(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-02" = 0.96 }'
    report, _ = pass_door(tmp_path, toml, invoices="account_id,date,amount,currency\nA,2025-01-01,1,USD\n")
    assert report.faults == (
        "invoices.csv, row 2, currency: USD is met on 2025-01-01, but its first rate is from 2025-01-02; "
        "add an earlier one to [rates]",
    )


def test_lines_are_not_rounded_before_they_are_summed(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = 0.333333 }'
    invoices = "account_id,date,amount,currency\n" + "A,2025-01-01,0.01,USD\n" * 300
    _, portfolio = pass_door(tmp_path, toml, invoices=invoices)
    assert ask(portfolio, "SELECT round(sum(amount), 2) FROM invoices") == [(Decimal("1.00"),)]


def test_money_of_tables_without_a_currency_is_in_the_reporting_one(tmp_path):
    toml = 'reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = 0.5 }'
    kpis = "kpi_id,objective_id,name,yearly_cost,yearly_benefit\n1,O,a,10,low\n"
    goals = "goal_id,account_id,goal,budget\n1,A,g,20\n"
    report, portfolio = pass_door(
        tmp_path, toml, invoices="account_id,date,amount,currency\nA,2025-01-01,8,USD\n", kpis=kpis, customer_goals=goals
    )
    assert ask(
        portfolio,
        "SELECT sum(amount)::INT, (SELECT yearly_cost FROM kpis)::INT, (SELECT budget FROM customer_goals)::INT FROM invoices",
    ) == [(4, 10, 20)]
    assert report["kpis"].to_dict()["money"]["EUR"]["kept"] == "10.000000"


def test_the_amount_told_of_opportunities_is_the_one_that_is_given(tmp_path):
    won = "opportunity_id,account_id,stage,amount,won_amount,outcome,closed\n1,A,done,,50,won,2025-01-01\n2,A,open,,,,\n"
    report, _ = pass_door(tmp_path / "won", as_of=DAY, opportunities=won)
    assert (report["opportunities"].amount, report["opportunities"].count().money) == ("won_amount", 50)
    report, _ = pass_door(tmp_path / "both", as_of=DAY, opportunities=won.replace("A,open,", "A,open,7"))
    assert (report["opportunities"].amount, report["opportunities"].count().money) == ("amount", 7)
