"""People, outlook and plans of the sample: each awkward case that its README names is in it."""

import pytest
from sample_rows import A_YEAR_AGO, AS_OF, of

# people


def test_account_without_contacts(sample, accounts):
    assert set(accounts.index) - set(sample["contacts"].account_id) == {"0012633"}
    assert set(of(sample["interactions"], "0012633").contact_id) == {""}


def test_contact_who_left(sample):
    gone = sample["contacts"].query("left_on != ''")
    assert (gone.left_on <= AS_OF).all()
    assert list(gone.contact_id[gone.account_id == "0010417"]) == ["C041706"]


@pytest.mark.parametrize("account", ["0011689", "0012158"])
def test_fewer_people_are_met(sample, account):
    met = of(sample["interactions"], account)
    year = (met.date > "2024-06-30").astype(int) + (met.date > A_YEAR_AGO).astype(int)
    people = met.groupby(year).contact_id.nunique()
    assert people[0] >= people[1] > people[2]


def test_raters_disagree(sample):
    ours = of(sample["ratings"], "0012031").query("competitor == '' and criterion != 'stage' and rated_on > '2026'")
    means = ours.score.astype(float).groupby(ours.rater).mean()
    assert len(means) == 3
    assert set(ours.rater_kind) == {"account_manager", "colleague", "customer"}
    assert means.max() - means.min() > 6


def test_competitor_is_rated_higher(sample):
    latest = of(sample["ratings"], "0011214").query("criterion != 'stage' and rated_on > '2026'")
    means = latest.score.astype(float).groupby(latest.competitor).mean()
    assert means["Ritterbach Analytik"] > means[""] + 3


def test_rated_by_own_manager_alone(sample, accounts):
    kinds = sample["ratings"].groupby("account_id").rater_kind.agg(set)
    assert list(kinds.index[kinds.map(lambda found: found == {"account_manager"})]) == ["0013171"]
    assert set(accounts.index) - set(kinds.index) == {"0013204", "0013390", "0013402"}


def test_stage_is_rated_on_its_own_scale(sample):
    stage = sample["ratings"].query("criterion == 'stage'")
    assert set(stage.rater_kind) == {"account_manager"}
    assert set(stage.score) <= {"1", "2", "3", "4", "5"}


def test_manager_without_accounts(sample, accounts):
    assert set(sample["managers"].manager_id) - set(accounts.account_manager) == {"M05"}


def test_effort_is_declared_in_shares(sample):
    efforts = sample["efforts"]
    assert (efforts.hours == "").all()
    assert efforts.share.astype(float).groupby([efforts.manager_id, efforts.period]).sum().between(0.4, 1.0).all()


# outlook and plans


def test_wallets(sample, accounts):
    wallet = sample["wallet"]
    wide = of(wallet, "0011745").query("offering_id == '' and year == '2026'").iloc[0]
    assert float(wide.high) > 2.5 * float(wide.low)
    assert set(accounts.index) - set(wallet.account_id) == {"0013204", "0013390", "0013402"}
    key = wallet[wallet.account_id.isin(accounts.index[accounts.key_account == "yes"])]
    assert (key.low.astype(float) < key.likely.astype(float)).all()
    assert (key.likely.astype(float) < key.high.astype(float)).all()


def test_targets_of_five_years(sample, accounts):
    targets = sample["targets"]
    years = targets.query("kind == 'target' and measure == 'revenue' and account_id != ''")
    for account in accounts.index[accounts.key_account == "yes"]:
        assert {"2024", "2025", "2026", "2027", "2028"} <= set(of(years, account).period)
        assert {f"2026-Q{quarter}" for quarter in range(1, 5)} <= set(of(years, account).period)
    forecast = targets.query("kind == 'forecast'")
    assert set(forecast.period) == {"2026", "2027", "2028"}
    assert forecast.stated_on.nunique() == 2  # stated once more in spring
    assert set(targets.manager_id) == {"", "M01", "M02", "M03", "M04"}


def test_deals(sample):
    deals = sample["opportunities"]
    still_open = deals[deals.outcome == "open"]
    assert set(deals.outcome) == {"open", "won", "lost"}
    assert set(still_open.account_id[still_open.expected_close < AS_OF]) == {"0011214", "0011820", "0012811", "0013281"}
    assert (deals.closed[deals.outcome != "open"] <= AS_OF).all()
    assert ((deals.won_amount != "") == (deals.outcome == "won")).all()


def test_overrides(sample):
    overrides = sample["overrides"].query("what == 'quadrant'").set_index("account_id")
    assert overrides.expires["0012031"] > AS_OF > overrides.expires["0012158"]
    assert (overrides.reason.str.len() > 20).all()


def test_contract_runs_out(sample):
    contracts = sample["documents"].query("kind == 'contract'")
    near = contracts[(contracts.notice_by > AS_OF) & (contracts.notice_by <= "2026-09-30")]
    assert list(near.account_id) == ["0011377"]
    assert set(contracts.account_id[contracts.signed_on == ""]) == {"0011502", "0012811"}


def test_overdue_checkpoints(sample):
    overdue = sample["actions"].query("checkpoint == 'yes' and done_on == '' and due < @AS_OF")
    accounts = {"001" + objective[1:5] for objective in overdue.objective_id}
    assert accounts == {"0010417", "0010523", "0011038", "0011214", "0011502", "0011689", "0011745", "0012031", "0012158"}


def test_deliveries_are_late(sample):
    done = sample["deliveries"].query("delivered_on != ''")
    late = (done.delivered_on > done.promised_on).groupby(done.account_id).mean()
    assert late[["0012031", "0011038"]].min() > 0.10
    assert 0.02 < (done.delivered_on > done.promised_on).mean() < 0.15


def test_complaints_repeat_their_causes(sample):
    causes = sample["complaints"].groupby(["account_id", "cause"]).size()
    assert set(causes[causes >= 3].index.get_level_values("account_id")) == {"0010417", "0011038", "0012031", "0013056"}
    unsolved = sample["complaints"].query("resolved_on == ''")
    assert len(unsolved) > 3
    assert (unsolved.remedy == "").all()


def test_insight_of_key_accounts(sample, accounts):
    topics = sample["insight"].groupby("account_id").topic.nunique()
    key = accounts.index[accounts.key_account == "yes"]
    assert (topics[key].drop("0012158") == 5).all()
    assert sample["insight"].text.is_unique
    stale = sample["insight"].query("confirmed_on < @A_YEAR_AGO")
    assert set(stale.account_id) >= {"0012158", "0010523", "0011038", "0011214", "0011689", "0012031", "0012811"}


def test_last_review(sample):
    last = sample["decisions"].query("decided_on == decided_on.max()")
    assert (last.done_on == "").any()
    assert (last.done_on != "").any()
    assert (last.query("done_on == ''").due < AS_OF).any()


def test_kpis(sample):
    kpis = sample["kpis"].set_index("kpi_id")
    satisfaction = kpis[kpis.choice == "satisfaction"]
    assert set(satisfaction.name) == {"% customers satisfied", "Customer satisfaction index"}
    assert satisfaction.objective_id.nunique() == 1
    assert kpis.desired[kpis.name == "Expenses incurred in account operations"].item() == "down"
    assert kpis.requires["K04"] == "K03"
    assert (kpis.excludes["K04"], kpis.excludes["K05"]) == ("K05", "K04")
    assert float(kpis.yearly_cost["K13"]) > float(kpis.yearly_benefit["K13"])
    assert list(kpis.index[kpis.decision_it_changes == ""]) == ["K08", "K13"]
    programme = sample["objectives"].query("account_id == ''").objective_id
    assert set(programme) - set(kpis.objective_id) == {"ZALL-6"}


def test_incentives_pull_against_each_other(sample):
    weights = sample["kpi_weights"]
    assert {"K01", "K03"} <= set(weights.kpi_id[weights.manager_id == "M01"])
    assert (weights.weight.astype(float).groupby(weights.manager_id).sum() == 1).all()
