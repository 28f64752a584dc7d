"""Accounts reported one level up: what holds of the latest, the largest or one row holds for each member, then adds up."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from kamnb.indicators import measure_accounts
from kamnb.planning.alignment import AlignmentSettings, measure_progress
from kamnb.planning.customer import measure_customer
from kamnb.planning.plan import read_plan_tables
from kamnb.planning.playbook import Playbook
from kamnb.planning.white_space import find_white_space, sum_white_space
from kamnb.scoring import Stages, rate_accounts, relate_accounts
from kamnb.scoring.criteria import Criteria
from tests.folders import pass_door

PARENT = '[accounts]\nlevel = "parent"\n'
FAMILY = "account_id,name,parent_id,account_manager\nT,Top,,M\nA,A,T,M\nB,B,T,M\n"


def open_group(folder, accounts=FAMILY, **tables):
    toml = PARENT + "".join(f"[{name}]\n" for name in tables)
    report, portfolio = pass_door(folder, toml, as_of=date(2026, 6, 30), accounts=accounts, **tables)
    assert not report.faults, report.faults
    return report, portfolio


SOLD = "account_id,date,amount,offering_id\nA,2026-03-01,500,P\nB,2026-04-01,500,P\nA,2024-01-01,1,P\nB,2024-07-01,1,P\n"


def test_wallets_of_two_children_add_up_whatever_the_year_and_the_day_of_each(tmp_path):
    wallet = (
        "account_id,year,likely,low,high,offering_id,stated_on,competitor,competitor_share\n"
        "A,2026,1000,900,1100,P,2026-01-05,R,0.4\nA,2025,7000,,,P,2025-01-05,R,0.4\nB,2025,1000,900,1100,P,2026-02-09,R,0.4\n"
    )
    _, portfolio = open_group(tmp_path, invoices=SOLD, wallet=wallet)
    indicators = measure_accounts(portfolio)
    assert list(indicators.index) == ["T"]
    told = indicators.loc["T", ["share_of_wallet", "share_of_wallet_high", "accessible_spend", "supplier_rank"]]
    assert told.tolist() == pytest.approx([0.5, 1000 / 1800, 2000, 1])
    accounts = pd.DataFrame({"segment": [None]}, index=["T"])
    space = sum_white_space(portfolio, find_white_space(portfolio, accounts, indicators, Playbook.load().white_space), indicators)
    assert space.loc["T", ["white_space_low", "white_space_likely", "white_space_high"]].tolist() == [800.0, 1000.0, 1200.0]


def test_targets_stated_on_different_days_and_for_different_periods_add_up(tmp_path):
    months = "".join(f"B,2026-{month:02d},revenue,target,100,2025-12-01\n" for month in range(1, 13))
    targets = (
        "account_id,period,measure,kind,amount,stated_on\nA,2026,revenue,target,9000,2025-06-01\n"
        f"A,2026,revenue,target,2400,2025-11-01\n{months}"
    )
    _, portfolio = open_group(tmp_path, invoices=SOLD, targets=targets)
    found = measure_accounts(portfolio).loc["T"]
    assert found["target_year"] == 3600
    assert found["target_to_date"] == pytest.approx(600 + 2400 * 181 / 365)
    years = read_plan_tables(portfolio, "T", Playbook.load())["years"].set_index("fiscal_year")
    assert years.loc[2026, "target"] == 3600


RATED = (
    "account_id,criterion,score,rated_on,rater,rater_kind\nA,trust,8,2026-05-01,Kim,account_manager\n"
    "A,trust,2,2026-01-01,Kim,account_manager\nB,trust,4,2025-02-01,Kim,account_manager\n"
    "A,stage,2,2026-05-01,Kim,account_manager\nB,stage,4,2025-02-01,Kim,account_manager\n"
)


def test_a_rater_of_two_children_gave_two_ratings_and_a_manager_two_opinions(tmp_path):
    _, portfolio = open_group(tmp_path, invoices=SOLD, ratings=RATED)
    assert rate_accounts(portfolio).loc[("T", ""), "trust"] == 6
    indicators = measure_accounts(portfolio)
    accounts = pd.DataFrame({"believes_in_partnership": [None]}, index=["T"])
    found = relate_accounts(portfolio, accounts, indicators, Criteria(), Stages.load())
    assert found.accounts.loc["T", "stage_opinion"] == 3


def test_a_kpi_that_two_children_measure_is_two_series_and_not_one_that_swings(tmp_path):
    kpis = "kpi_id,objective_id,name,yearly_cost,yearly_benefit,desired\nK,O,on time,1,high,up\n"
    values = "".join(
        f"K,{child},2026-0{month}-{day},{value},90\n"
        for child, day, value in (("A", 10, 80), ("B", 20, 40)) for month in (1, 2, 3, 4)
    )  # fmt: skip
    values = f"kpi_id,account_id,date,value,target\n{values}K,,2026-05-01,60,90\n"
    _, portfolio = open_group(tmp_path, invoices=SOLD, kpis=kpis, kpi_values=values)
    progress = measure_progress(portfolio, AlignmentSettings.load().trend).set_index("account_id")
    assert progress.loc[["A", "B"], "value"].tolist() == [80, 40]
    assert progress.loc[["A", "B"], "trend"].tolist() == ["level", "level"] and progress["observations"].sum() == 9


def test_an_override_of_a_child_is_not_one_of_the_group(tmp_path):
    rows = "account_id,what,value,by,reason,stated_on,expires\nA,quadrant,Star,Kim,new,2026-01-01,2026-12-31\n"
    report, portfolio = open_group(tmp_path, invoices=SOLD, overrides=rows)
    assert portfolio.read("overrides").empty
    assert "those of children do not hold for their group: A" in "\n".join(map(str, report.remarks))
    report, portfolio = open_group(tmp_path / "2", invoices=SOLD, overrides=rows.replace("\nA,", "\nT,"))
    assert list(portfolio.read("overrides")["account_id"]) == ["T"]


def test_each_company_of_a_group_is_known_by_its_own_latest_statement_and_contract(tmp_path):
    insight = (
        "account_id,topic,text,confirmed_on,source\nA,strategy,old,2026-01-01,x\nA,strategy,cheaper,2026-02-01,x\n"
        "B,strategy,abroad,2026-03-01,y\nB,marketplace,shrinks,2026-03-01,y\n"
    )
    documents = (
        "document_id,account_id,kind,signed_on,expires\n1,A,contract,2024-01-01,2026-03-31\n2,B,contract,2024-01-01,2028-03-31\n"
    )
    _, portfolio = open_group(tmp_path, invoices=SOLD, insight=insight, documents=documents)
    told = read_plan_tables(portfolio, "T", Playbook.load())["insight"].set_index("topic")["text"]
    assert told.to_dict() == {"marketplace": "shrinks", "strategy": "B: abroad; A: cheaper"}
    facts = measure_customer(portfolio, measure_accounts(portfolio), Playbook.load())
    assert facts.loc["T", ["contracts_lapsed", "contracts_in_force"]].tolist() == [1, 1]


def test_what_was_saved_of_one_child_replaces_nothing_of_another(tmp_path):
    (tmp_path / "entries").mkdir(parents=True)
    saved = "account_id,year,likely,stated_on,saved_on,saved_by,saved_from\nB,2026,30,2026-01-05,2026-02-01,Kim,desk\n"
    (tmp_path / "entries" / "wallet.csv").write_text(saved)
    wallet = "account_id,year,likely,stated_on\nA,2026,1000,2026-01-05\nB,2026,7,2026-01-05\n"
    _, portfolio = open_group(tmp_path, invoices=SOLD, wallet=wallet)
    assert measure_accounts(portfolio).loc["T", "accessible_spend"] == 1030


# --- Rolling the tables up by hand, by the rules, then reading them, gives the same. ---

MONEY = ["likely", "low", "high"]


def draw_families(rng):
    """Draw families of up to four companies, some of them grandchildren, with sales, wallets, targets and ratings in disorder."""
    ids = [f"{top}{child}" for top in "KLMNOPQR" for child in range(rng.integers(1, 5))]
    parents = {each: "" if each[1] == "0" else each[0] + str(rng.integers(0, int(each[1]))) for each in ids}
    days = pd.date_range("2024-07-01", "2026-06-30")
    sales = pd.DataFrame({"account_id": rng.choice(ids, 600), "date": rng.choice(days, 600)})
    sales = sales.assign(amount=rng.integers(-50, 500, 600), offering_id=rng.choice(["P", "Q", ""], 600))
    wallet = pd.DataFrame({"account_id": rng.choice(ids, 150), "year": rng.choice([2024, 2025, 2026], 150)})
    wallet["offering_id"], wallet["likely"] = rng.choice(["P", "Q", ""], 150), rng.integers(100, 9000, 150)
    wallet = wallet.assign(low=wallet["likely"] // 2, high=wallet["likely"] * 2, stated_on=rng.choice(days, 150))
    targets = pd.DataFrame({"account_id": rng.choice(ids, 200), "period": rng.choice(["2026", "2026-Q1", "2026-Q2"], 200)})
    targets = targets.assign(measure="revenue", kind=rng.choice(["target", "forecast"], 200), amount=rng.integers(1, 900, 200))
    targets["stated_on"] = rng.choice(days[:20], 200)
    ratings = pd.DataFrame({"account_id": rng.choice(ids, 150), "criterion": "trust", "score": rng.integers(0, 11, 150)})
    ratings = ratings.assign(rater=rng.choice(["Kim", "Lee"], 150), rated_on=rng.permutation(days)[:150])
    spend = [float(rng.integers(1, 90)) for _ in ids]
    accounts = pd.DataFrame({"account_id": ids, "parent_id": [parents[each] for each in ids], "annual_spend": spend})
    return {"accounts": accounts, "invoices": sales, "wallet": wallet, "targets": targets, "ratings": ratings}


def roll_up_by_hand(tables):
    """Apply each rule to every company and add up over its family."""
    top = tables["accounts"].set_index("account_id").index.to_series().str[0] + "0"
    accounts = tables["accounts"].assign(account_id=top.to_numpy(), parent_id="")
    accounts = accounts.groupby("account_id", as_index=False).agg({"parent_id": "first", "annual_spend": "sum"})
    wallet = tables["wallet"]
    wallet = wallet[wallet["year"] == wallet.groupby("account_id")["year"].transform("max")]
    last = wallet.groupby(["account_id", "offering_id"])["stated_on"].transform("max")
    wallet = wallet[wallet["stated_on"] == last].groupby(["account_id", "offering_id"], as_index=False)[MONEY].max()
    whole = wallet.groupby("account_id")["offering_id"].transform(lambda each: (each == "").any())
    wallet = wallet[(wallet["offering_id"] == "") | ~whole]
    wallet = wallet.assign(account_id=wallet["account_id"].map(top)).groupby("account_id", as_index=False)[MONEY].sum()
    targets, about = tables["targets"], ["account_id", "period", "kind"]
    targets = targets[targets["stated_on"] == targets.groupby(about)["stated_on"].transform("max")]
    targets = targets.assign(account_id=targets["account_id"].map(top))
    year = targets[targets["period"] == "2026"].groupby(about, as_index=False)["amount"].sum()  # nobody states four quarters
    year = (
        year.assign(account_id=year["account_id"].map(top))
        .groupby(["account_id", "period", "kind"], as_index=False)["amount"]
        .sum()
    )
    rated = tables["ratings"].sort_values("rated_on").drop_duplicates(["account_id", "rater"], keep="last")
    rated = rated.assign(rater=rated["account_id"] + rated["rater"], account_id=rated["account_id"].map(top))
    sold = tables["invoices"].assign(account_id=tables["invoices"]["account_id"].map(top))
    return {
        "accounts": accounts, "invoices": sold, "wallet": wallet.assign(year=2026, offering_id="", stated_on="2026-01-01"),
        "targets": year.assign(measure="revenue", stated_on="2026-01-01"), "ratings": rated,
    }  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_rolling_the_tables_up_by_hand_and_then_reading_them_gives_the_same(tmp_path, seed):
    tables = draw_families(np.random.default_rng(seed))
    written = {name: frame.to_csv(index=False) for name, frame in tables.items()}
    by_hand = {name: frame.to_csv(index=False) for name, frame in roll_up_by_hand(tables).items()}
    accounts, also = written.pop("accounts"), by_hand.pop("accounts")
    _, portfolio = open_group(tmp_path / "read", accounts, **written)
    _, beside = open_group(tmp_path / "hand", also, **by_hand)
    found, expected = measure_accounts(portfolio), measure_accounts(beside)
    to_date = [name for name in found if name.endswith("to_date") or "gap" in name or "attainment" in name]  # hang on quarters
    pd.testing.assert_frame_equal(found.drop(columns=to_date), expected.drop(columns=to_date), rtol=1e-9)
    pd.testing.assert_frame_equal(rate_accounts(portfolio), rate_accounts(beside))
