"""White space: room by offering from stated wallets or accounts alike, chances from our own wins, next offers by goals."""

import pandas as pd
import pytest
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.white_space import say_next_offers, tabulate_white_space
from kamnb.indicators import list_accounts, measure_accounts
from kamnb.planning import load_playbook
from kamnb.planning.white_space import choose_next_offers, find_white_space, sum_white_space
from kamnb.scoring import Criteria

RULES = load_playbook().white_space
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")
OFFERINGS = [{"offering_id": name, "name": f"offer {name}"} for name in "XYZ"]


def sell(account, offering, amount, day="2026-06-01"):
    return {"account_id": account, "offering_id": offering, "amount": amount, "date": day}


def own(offering, likely, low=None, high=None, **more):
    row = {"account_id": "A", "offering_id": offering, "year": 2026, "likely": likely, "low": low, "high": high}
    return row | {"stated_on": "2026-01-01"} | more


def deal(number, offering="X", outcome="open", **more):
    closed = None if outcome == "open" else "2026-01-01"
    row = {"opportunity_id": str(number), "account_id": "A", "offering_id": offering, "outcome": outcome, "closed": closed}
    return row | {"stage": "talks"} | more


def build(folder, accounts=None, rules=RULES, **tables):
    accounts = accounts or [{"account_id": "A", "name": "Alpha", "segment": "lab", "annual_spend": 1000}]
    portfolio = make_portfolio(folder, "2026-06-30", accounts=accounts, offerings=OFFERINGS, **tables)
    indicators = measure_accounts(portfolio)
    found = find_white_space(portfolio, list_accounts(portfolio), indicators, rules)
    return portfolio, found.set_index(["account_id", "offering_id"]), sum_white_space(found, indicators)


def test_room_is_the_stated_wallet_less_what_is_bought_at_each_end(tmp_path):
    wallet = [
        own("X", 100, 60, 150, competitor="R", competitor_share=0.3),
        own("X", 100, 60, 150, competitor="S", competitor_share=0.4),
    ]
    _, found, facts = build(tmp_path, invoices=[sell("A", "X", 80), sell("A", "Y", 5)], wallet=wallet)
    row = found.loc[("A", "X")]
    assert row[["room_low", "room_likely", "room_high"]].tolist() == [0, 20, 70]
    assert row[["basis", "competitor", "competitor_share"]].tolist() == ["wallet", "S", 0.4]
    assert found.loc[("A", "Y"), "room_likely"] != found.loc[("A", "Y"), "room_likely"], "no wallet, nobody alike: unknown"
    assert facts.loc["A", ["white_space_low", "white_space_likely", "white_space_high"]].tolist() == [0, 20, 70]


def peers(amounts, spend=1000):
    accounts = [{"account_id": f"P{n}", "segment": "lab", "annual_spend": spend} for n in range(len(amounts))]
    return accounts, [sell(f"P{n}", "X", amount) for n, amount in enumerate(amounts)]


def test_without_a_wallet_accounts_alike_say_what_could_be_bought(tmp_path):
    """Five buyers of a tenth to a half of their spend: quartiles 20, 30 and 40 per cent of 2,000."""
    others, sold = peers([100, 200, 300, 400, 500])
    accounts = [{"account_id": "A", "segment": "lab", "annual_spend": 2000}, *others]
    _, found, facts = build(tmp_path, accounts, invoices=[*sold, sell("A", "Y", 1)])
    row = found.loc[("A", "X")]
    assert row[["low", "likely", "high"]].tolist() == pytest.approx([400, 600, 800])
    assert (row["basis"], row["alike"]) == ("alike", 5)
    assert facts.loc["A"].isna().all(), "a guess from others is not added up"


def test_too_few_accounts_alike_say_nothing(tmp_path):
    others, sold = peers([100, 200, 300, 400])
    accounts = [{"account_id": "A", "segment": "lab", "annual_spend": 2000}, *others]
    assert pd.isna(build(tmp_path / "1", accounts, invoices=sold)[1].loc[("A", "X"), "likely"])
    fewer = RULES.model_copy(update={"least_peers": 4})
    assert build(tmp_path / "2", accounts, fewer, invoices=sold)[1].loc[("A", "X"), "alike"] == 4


def test_an_account_is_not_compared_with_itself(tmp_path):
    others, sold = peers([100, 200, 300, 400])
    accounts = [{"account_id": "A", "segment": "lab", "annual_spend": 1000}, *others]
    assert pd.isna(build(tmp_path, accounts, invoices=[*sold, sell("A", "X", 500)])[1].loc[("A", "X"), "likely"])


def test_without_spend_the_plain_revenue_of_accounts_alike_counts(tmp_path):
    others, sold = peers([100, 200, 300, 400, 500], spend=None)
    accounts = [{"account_id": "A", "segment": "lab"}, *others]
    assert build(tmp_path, accounts, invoices=sold)[1].loc[("A", "X"), "likely"] == 300


def test_open_deals_stand_beside_the_room_and_are_not_in_it(tmp_path):
    deals = [deal(1, amount=900, probability=0.5), deal(2, amount=100, probability=1.0), deal(3, outcome="won", amount=70)]
    _, found, facts = build(tmp_path, invoices=[sell("A", "X", 80)], wallet=[own("X", 100), own("Y", 50)], opportunities=deals)
    row = found.loc[("A", "X")]
    assert row[["pipeline", "room_likely"]].tolist() == [1000, 20]
    assert (row["chance"], row["chance_basis"]) == (0.55, "declared")
    assert facts.loc["A", "white_space_idle"] == 50, "room with an open deal on it is not idle"
    assert facts.loc["A", "white_space_idle_share"] == pytest.approx(50 / 80)


def test_a_chance_is_from_our_own_wins_of_the_offering_else_of_all_else_unknown(tmp_path):
    decided = [deal(n, "X", "won" if n < 4 else "lost") for n in range(5)] + [deal(9, "Y", "lost")]
    _, found, _ = build(tmp_path / "1", invoices=[sell("A", "X", 1)], opportunities=decided)
    assert found.loc[("A", "X"), ["chance", "chance_basis"]].tolist() == [0.8, "offering"]
    assert found.loc[("A", "Y"), ["chance", "chance_basis"]].tolist() == [pytest.approx(4 / 6), "overall"]
    _, found, _ = build(tmp_path / "2", invoices=[sell("A", "X", 1)], opportunities=decided[:4])
    assert found.loc[("A", "X"), ["chance", "chance_basis"]].isna().all()


def test_what_serves_a_goal_is_offered_first(tmp_path):
    deals = [deal(1, "Y", amount=10)]
    goals = [
        {"goal_id": "1", "account_id": "A", "goal": "grow", "budget": 500, "opportunity_id": "1", "confirmed_on": "2026-01-01"}
    ]
    wallet = [own("X", 900), own("Y", 100), own("Z", 300)]
    portfolio, found, _ = build(tmp_path, invoices=[sell("A", "X", 1)], wallet=wallet, opportunities=deals, customer_goals=goals)
    offers = choose_next_offers(found.reset_index(), 2)
    assert offers["offering_id"].tolist() == ["Y", "X"]
    analysis = analyse(portfolio, MODEL)
    said = str(say_next_offers(analysis, analysis.plan("A")))
    assert 'offer Y (for its goal "grow", budget EUR 500; room likely EUR 100)' in said
    assert "offer X (serves no goal that we know of; room likely EUR 899)" in said
    assert "Open deals stand beside the room" in str(tabulate_white_space(analysis, analysis.plan("A")))


def test_many_offerings_are_shown_by_category(tmp_path):
    accounts = [{"account_id": "A"}]
    many = [{"offering_id": str(n), "name": f"part {n}", "category": "ab"[n % 2]} for n in range(50)]
    portfolio = make_portfolio(
        tmp_path, "2026-06-30", accounts=accounts, offerings=many, invoices=[sell("A", str(n), 1) for n in range(50)]
    )  # fmt: skip
    found = find_white_space(portfolio, list_accounts(portfolio), measure_accounts(portfolio), RULES)
    assert found[["offering", "revenue_ltm"]].values.tolist() == [["a", 25], ["b", 25]]


def test_nothing_is_known_where_no_offerings_are(tmp_path):
    portfolio = make_portfolio(tmp_path, "2026-06-30", invoices=[{"account_id": "A", "date": "2026-06-01", "amount": 5}])
    analysis = analyse(portfolio, MODEL)
    assert tabulate_white_space(analysis, analysis.plan("A")) is None and say_next_offers(analysis, analysis.plan("A")) is None
