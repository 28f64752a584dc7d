"""White space: room by offering from stated wallets or accounts alike, chances from our own wins, next offers by goals."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.white_space import say_next_offers, tabulate_white_space
from kamnb.indicators import list_accounts, measure_accounts
from kamnb.planning import Playbook
from kamnb.planning.white_space import choose_next_offers, find_white_space, quantile_of_others, sum_white_space
from kamnb.scoring import Criteria

RULES = Playbook.load().white_space
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
    return portfolio, found.set_index(["account_id", "offering_id"]), sum_white_space(portfolio, found, indicators)


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
    assert facts.loc["A"].drop("revenue_without_offering").isna().all(), "a guess from others is not added up"


def test_the_others_alone_say_what_an_account_that_buys_could_buy(tmp_path):
    """P5 buys for 900 itself; the other five buy for 100 to 500 of 1,000: 200, 300 and 400."""
    accounts, sold = peers([100, 200, 300, 400, 500, 900])
    _, found, _ = build(tmp_path, accounts, invoices=sold)
    row = found.loc[("P5", "X")]
    assert row[["low", "likely", "high"]].tolist() == pytest.approx([200, 300, 400]) and row["alike"] == 5
    assert row[["room_low", "room_likely", "room_high"]].tolist() == [0, 0, 0], "it buys more already"
    assert found.loc[("P0", "X"), "likely"] == pytest.approx(400), "of 200, 300, 400, 500 and 900"


@given(st.lists(st.one_of(st.floats(0, 1e6), st.just(float("nan")), st.sampled_from([1.0, 2.0])), max_size=12), st.floats(0, 1))
def test_a_quantile_of_others_is_numpys_without_the_value_itself(values, share):
    found = quantile_of_others(np.array(values, dtype=float), share)
    for place, value in enumerate(values):
        rest = [each for other, each in enumerate(values) if each == each and (other != place or value != value)]
        assert found[place] == pytest.approx(np.quantile(rest, share)) if rest else np.isnan(found[place])


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


def test_an_end_of_the_range_that_one_wallet_lacks_is_unknown(tmp_path):
    _, _, facts = build(tmp_path, invoices=[sell("A", "X", 80)], wallet=[own("X", 100), own("Y", 50, 40, 60)])
    assert facts.loc["A", "white_space_likely"] == 70
    assert facts.loc["A", ["white_space_low", "white_space_high"]].isna().all(), "20 to ? and 40 to 60"


def test_the_latest_year_and_statement_of_a_wallet_counts(tmp_path):
    wallet = [
        own("X", 500) | {"year": 2025, "stated_on": "2025-01-01"}, own("X", 100), own("X", 120) | {"stated_on": "2026-03-01"},
        own("X", 900) | {"year": 2027, "stated_on": "2026-03-01"},
    ]  # fmt: skip
    assert build(tmp_path, invoices=[sell("A", "X", 20)], wallet=wallet)[1].loc[("A", "X"), "room_likely"] == 100


def test_a_credit_note_beyond_sales_makes_no_room(tmp_path):
    _, found, _ = build(tmp_path, invoices=[sell("A", "X", 20), sell("A", "X", -50)], wallet=[own("X", 100)])
    assert found.loc[("A", "X"), ["revenue_ltm", "room_likely"]].tolist() == [-30, 100]


def test_revenue_that_names_no_offering_is_told(tmp_path):
    invoices = [sell("A", "X", 20), sell("A", None, 15), sell("A", "X", 99, "2025-06-01")]
    portfolio, _, facts = build(tmp_path, invoices=invoices, wallet=[own("X", 100)])
    assert facts.loc["A", "revenue_without_offering"] == 15
    analysis = analyse(portfolio, MODEL)
    assert "EUR 15 of what it buys names no offering" in str(tabulate_white_space(analysis, analysis.plan("A")))


def test_without_offerings_on_invoices_revenue_and_room_are_unknown(tmp_path):
    _, found, facts = build(tmp_path, invoices=[sell("A", None, 20)], wallet=[own("X", 100)])
    assert found.loc[("A", "X"), ["revenue_ltm", "room_likely"]].isna().all() and found.loc[("A", "X"), "likely"] == 100
    assert facts.loc["A", ["white_space_likely", "white_space_idle", "revenue_without_offering"]].isna().all()


def test_an_open_deal_without_an_amount_is_still_an_open_deal(tmp_path):
    deals = [deal(1, "X", probability=0.3), deal(2, "Y", amount=0, probability=0.5)]
    _, found, facts = build(tmp_path, invoices=[sell("A", "X", 80)], wallet=[own("X", 100), own("Y", 50)], opportunities=deals)
    assert found.loc[("A", "X"), "open_deals"] == 1 and pd.isna(found.loc[("A", "X"), "pipeline"])
    assert found.loc[("A", "X"), ["chance", "chance_basis"]].tolist() == [0.3, "declared"]
    assert found.loc[("A", "Y"), ["pipeline", "chance"]].tolist() == [0, 0.5]
    assert facts.loc["A", ["white_space_idle", "offerings_idle"]].tolist() == [0, 0]


def test_without_a_table_of_deals_nothing_is_called_idle(tmp_path):
    _, found, facts = build(tmp_path, invoices=[sell("A", "X", 80)], wallet=[own("X", 100)])
    assert found.loc[("A", "X"), ["open_deals", "pipeline"]].isna().all()
    assert facts.loc["A", ["white_space_idle", "white_space_idle_share", "offerings_idle", "deals_serving_goals"]].isna().all()
    assert facts.loc["A", "white_space_likely"] == 20


def test_open_deals_stand_beside_the_room_and_are_not_in_it(tmp_path):
    deals = [deal(1, amount=900, probability=0.5), deal(2, amount=100, probability=1.0), deal(3, outcome="won", amount=70)]
    _, found, facts = build(tmp_path, invoices=[sell("A", "X", 80)], wallet=[own("X", 100), own("Y", 50)], opportunities=deals)
    row = found.loc[("A", "X")]
    assert row[["pipeline", "room_likely"]].tolist() == [1000, 20]
    assert (row["chance"], row["chance_basis"]) == (0.55, "declared")
    assert facts.loc["A", ["white_space_idle", "offerings_idle"]].tolist() == [50, 1], "room with a deal on it is not idle"
    assert facts.loc["A", "white_space_idle_share"] == pytest.approx(50 / 80)


def test_a_chance_is_from_our_own_wins_of_the_offering_else_of_all_else_unknown(tmp_path):
    decided = [deal(n, "X", "won" if n < 4 else "lost") for n in range(5)] + [deal(9, "Y", "lost")]
    _, found, _ = build(tmp_path / "1", invoices=[sell("A", "X", 1)], opportunities=decided)
    assert found.loc[("A", "X"), ["chance", "chance_basis"]].tolist() == [0.8, "offering"]
    assert found.loc[("A", "Y"), ["chance", "chance_basis"]].tolist() == [pytest.approx(4 / 6), "overall"]
    _, found, _ = build(tmp_path / "2", invoices=[sell("A", "X", 1)], opportunities=decided[:4])
    assert found.loc[("A", "X"), ["chance", "chance_basis"]].isna().all()


def test_a_chance_may_be_from_the_wins_of_the_category(tmp_path):
    """X has 4 decided deals and Y has 1, both of category k: 3 of 5 won. Z, of no category, falls back on all 5."""
    offerings = [{"offering_id": "X", "category": "k"}, {"offering_id": "Y", "category": "k"}, {"offering_id": "Z"}]
    decided = [deal(n, "X", "won" if n < 3 else "lost") for n in range(4)] + [deal(9, "Y", "lost")]
    old = [deal(f"old {n}", "Z", "won") | {"closed": "2024-06-30"} for n in range(9)]
    portfolio = make_portfolio(
        tmp_path, "2026-06-30", accounts=[{"account_id": "A"}], offerings=offerings, opportunities=decided + old,
        invoices=[sell("A", "X", 1)],
    )  # fmt: skip
    found = find_white_space(portfolio, list_accounts(portfolio), measure_accounts(portfolio), RULES).set_index("offering_id")
    assert found["chance"].tolist() == pytest.approx([0.6, 0.6, 0.6]), "deals decided 24 months ago are history no more"
    assert found["chance_basis"].tolist() == ["category", "category", "overall"]


def goal(number, budget, deal_id):
    row = {"goal_id": str(number), "account_id": "A", "goal": f"goal {number}", "budget": budget, "opportunity_id": deal_id}
    return row | {"confirmed_on": "2026-01-01"}


def test_an_offer_without_room_is_no_next_offer_unless_a_deal_is_open_on_it(tmp_path):
    """X is bought in full and its deal is won; the wallet of Z has no room, yet a deal for a goal is open on it."""
    deals = [deal(1, "X", "won", won_amount=5), deal(2, "Z", amount=10)]
    wallet = [own("X", 80), own("Y", 50), own("Z", 0)]
    goals = [goal(1, 100, "1"), goal(2, 50, "2")]
    _, found, facts = build(tmp_path, invoices=[sell("A", "X", 80)], wallet=wallet, opportunities=deals, customer_goals=goals)
    assert choose_next_offers(found.reset_index(), 9)["offering_id"].tolist() == ["Z", "Y"]
    assert facts.loc["A", "deals_serving_goals"] == 1, "a deal that is won is not open"


def test_an_offer_that_serves_several_goals_names_that_of_the_largest_budget(tmp_path):
    deals, goals = [deal(1, "X", amount=9), deal(2, "X", amount=9)], [goal(1, 100, "1"), goal(2, 300, "2")]
    portfolio, found, _ = build(
        tmp_path, invoices=[sell("A", "X", 8)], wallet=[own("X", 80)], opportunities=deals, customer_goals=goals
    )
    assert found.loc[("A", "X"), ["goal", "goal_budget", "goals"]].tolist() == ["goal 2", 300, 2]
    analysis = analyse(portfolio, MODEL)
    assert 'for its goal "goal 2", budget EUR 300 and 1 more goal' in str(say_next_offers(analysis, analysis.plan("A")))
    assert "goal 2 (and 1 more)" in str(tabulate_white_space(analysis, analysis.plan("A")))


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


def test_offers_that_serve_no_goal_are_said_to_do_so_once(tmp_path):
    portfolio, _, _ = build(tmp_path, invoices=[sell("A", "X", 1)], wallet=[own("X", 91), own("Y", 50)])
    analysis = analyse(portfolio, MODEL)
    assert str(say_next_offers(analysis, analysis.plan("A"))).endswith(
        "Next offers: offer X (room likely EUR 90); offer Y (room likely EUR 50). "
        "None of them serves a goal of the customer that we know of."
    )


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
