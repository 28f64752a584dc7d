"""The sample is what its script writes, and each awkward case that its README names is in it."""

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest

from kamnb.data.dictionary import describe_table
from kamnb.data.tables import TABLES

DATA = Path(__file__).parents[2] / "data"
SAMPLE = DATA / "sample"
AS_OF = "2026-06-30"
A_YEAR_AGO = "2025-06-30"


@pytest.fixture(scope="module")
def sample():
    return {name: pd.read_csv(SAMPLE / f"{name}.csv", dtype=str, keep_default_na=False) for name in TABLES}


@pytest.fixture(scope="module")
def accounts(sample):
    return sample["accounts"].set_index("account_id")


@pytest.fixture(scope="module")
def invoices(sample):
    """Lines up to the day that can be used, in euro at the rates of kamnb.toml."""
    lines = sample["invoices"].drop_duplicates(["invoice_id", "line_id"])
    aliases = sample["aliases"].set_index("external_id").account_id
    lines["account_id"] = lines.account_id.map(lambda given: aliases.get(given, given))
    lines = lines[pd.to_numeric(lines.amount, errors="coerce").notna() & (lines.account_id != "") & (lines.date <= AS_OF)].copy()
    rates = [euro(currency, day) for currency, day in zip(lines.currency, lines.date, strict=True)]
    return lines.assign(
        euro=lines.amount.astype(float) * rates, margin=(lines.amount.astype(float) - lines.cost.astype(float)) * rates
    )


def euro(currency, day):
    dated = {
        "EUR": {"2000-01-01": 1.0},
        "CHF": {"2023-01-01": 1.02, "2024-07-01": 1.05, "2025-07-01": 1.07},
        "USD": {"2023-01-01": 0.93, "2024-07-01": 0.92, "2025-07-01": 0.88},
    }[currency]
    return [value for start, value in sorted(dated.items()) if start <= day][-1]


@pytest.fixture(scope="module")
def revenue_ltm(invoices):
    return invoices[invoices.date > A_YEAR_AGO].groupby("account_id").euro.sum()


def of(frame, account):
    return frame[frame.account_id == account]


def open_at_as_of(frame, column):
    return frame[(frame[column] == "") | (frame[column] > AS_OF)]


# the files


def test_script_writes_the_same_bytes(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(SAMPLE)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec = importlib.util.spec_from_file_location("make_sample", SAMPLE / "make_sample.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert written == {path.name: path.read_bytes() for path in SAMPLE.glob("*.csv")}
    assert set(written) == {f"{name}.csv" for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_table_has_the_columns_of_the_contract(sample, name):
    further = ["employees", "sites"] if name == "accounts" else []
    assert sorted(sample[name].columns) == sorted([*TABLES[name].names, *further])


@pytest.mark.parametrize("name", TABLES)
def test_values_are_allowed(sample, name):
    for column in TABLES[name].columns:
        values = sample[name][column.name]
        values = values[values != ""]
        if column.kind == "worth":
            values = values[~values.str.fullmatch(r"[0-9.]+")]
        if column.one_of:
            assert set(values) <= set(column.one_of), column.name
        if column.low is not None and len(values):
            assert values.astype(float).min() >= column.low, column.name
        if column.high is not None and len(values):
            assert values.astype(float).max() <= column.high, column.name
        if column.kind == "date":
            assert values.str.fullmatch(r"\d{4}-\d{2}-\d{2}").all(), column.name


def test_references_hold(sample, accounts):
    for name, frame in sample.items():
        if "account_id" in frame and name != "invoices":
            assert set(frame.account_id) <= {*accounts.index, ""}, name
    pairs = [
        ("customer_goals", "opportunity_id", "opportunities"),
        ("customer_goals", "objective_id", "objectives"),
        ("actions", "objective_id", "objectives"),
        ("interactions", "contact_id", "contacts"),
        ("kpis", "objective_id", "objectives"),
        ("kpi_weights", "kpi_id", "kpis"),
        ("kpi_values", "kpi_id", "kpis"),
        ("efforts", "manager_id", "managers"),
        ("invoices", "offering_id", "offerings"),
    ]
    for table, column, master in pairs:
        assert set(sample[table][column]) <= {*sample[master][TABLES[master].key[0]], ""}, (table, column)


def test_action_waits_for_earlier_actions_of_its_account(sample):
    known = set(sample["actions"].action_id)
    for action, waits in zip(sample["actions"].action_id, sample["actions"].depends_on, strict=True):
        for other in filter(None, waits.split("; ")):
            assert other in known
            assert other.split("-")[0] == action.split("-")[0]
            assert int(other.split("-")[1]) < int(action.split("-")[1]) or action == "A1820-1", "the one circle"


def test_nobody_is_met_after_leaving(sample):
    met = sample["interactions"].merge(sample["contacts"][["contact_id", "left_on"]], on="contact_id")
    assert (met.left_on != "").any()
    assert ((met.left_on == "") | (met.date < met.left_on)).all()


def test_files_are_moderate(sample):
    assert 4_000 <= len(sample["invoices"]) <= 7_000
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if "__pycache__" not in path.parts) < 2_000_000


def test_readme_says_that_everything_is_invented():
    assert "All people and companies here are invented" in (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "ALL PEOPLE AND COMPANIES ARE INVENTED" in (SAMPLE / "make_sample.py").read_text(encoding="utf-8")


def test_readme_names_accounts_as_the_data_do(accounts):
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for account in ("0010417", "0011038", "0011689", "0012518", "0013390", "0012406", "0011502", "0013118", "0012031", "0013171"):
        assert f"{account} {accounts.name[account]}" in text


@pytest.mark.parametrize("name", TABLES)
def test_dictionary_is_up_to_date(name):
    assert describe_table(TABLES[name]) in (DATA / "README.md").read_text(encoding="utf-8")


# the portfolio as a whole


def test_seller_is_of_believable_size(invoices):
    for start, end in (("2023-06-30", "2024-06-30"), ("2024-06-30", A_YEAR_AGO), (A_YEAR_AGO, AS_OF)):
        assert 25e6 < invoices[(invoices.date > start) & (invoices.date <= end)].euro.sum() < 40e6


def test_about_thirty_accounts_of_which_twelve_are_key(accounts):
    assert len(accounts) == 32
    assert (accounts.key_account == "yes").sum() == 12


def test_gross_margins_are_believable(invoices):
    totals = invoices[invoices.account_id != "0010088"].groupby("account_id")[["euro", "margin"]].sum()
    margins = (totals.margin / totals.euro).drop(["0011038", "0013307"])
    assert margins.between(0.20, 0.45).all()


def test_one_account_is_sold_below_cost(invoices):
    totals = of(invoices, "0013307")[["euro", "margin"]].sum()
    assert -0.15 < totals.margin / totals.euro < -0.05


def test_sales_have_a_season(invoices):
    by_month = invoices.groupby(invoices.date.str[5:7]).euro.sum()
    assert by_month["08"] < by_month.mean() < by_month["12"]


def test_one_account_is_thirty_per_cent(revenue_ltm):
    assert revenue_ltm["0010417"] / revenue_ltm.sum() == pytest.approx(0.30, abs=0.01)


def test_parent_has_four_children(accounts):
    children = accounts.index[accounts.parent_id == "0010523"]
    assert list(children) == ["0010524", "0010525", "0010526", "0010527"]


# names and ids


def test_names(accounts):
    assert accounts.name["0010119"] == accounts.name["0013307"]
    assert len(accounts.name["0012406"]) == 75
    assert all(any("\u0400" <= letter <= "\u04ff" for letter in accounts.name[account]) for account in ("0011502", "0013118"))
    assert {"ü", "ö", "ß"} <= set(accounts.name["0011820"])
    assert accounts.index.str.startswith("00").all()


def test_old_id_is_an_alias(sample):
    old = of(sample["invoices"], "D-70031")
    assert len(old) > 20
    assert old.date.max() < "2024-01-01"
    assert list(sample["aliases"].query("external_id == 'D-70031'").account_id) == ["0011377"]


def test_faulty_lines(sample, accounts):
    lines = sample["invoices"]
    assert sorted(lines.amount[pd.to_numeric(lines.amount, errors="coerce").isna()]) == ["1,284.oo", "12.5O0"]
    assert (lines.account_id == "").sum() == 1
    assert lines.duplicated(["invoice_id", "line_id"]).sum() == 1
    strangers = lines.account_id[~lines.account_id.isin([*accounts.index, "", "D-70031"])]
    assert list(strangers) == ["0010088"] * 5


def test_three_invoices_after_the_day(sample):
    later = sample["invoices"][sample["invoices"].date > AS_OF]
    assert list(later.account_id) == ["0010417", "0011820", "0013281"]


def test_other_currencies(sample):
    assert set(sample["invoices"].currency) == {"EUR", "CHF", "USD"}
    assert set(of(sample["invoices"], "0011377").currency) == {"CHF"}
    assert set(of(sample["invoices"], "0011745").currency) == {"USD"}


# buying and paying


def test_credit_notes(invoices):
    credits = invoices[invoices.euro < 0]
    assert credits.invoice_id.str.startswith("G").all()
    assert len(credits) > 40
    assert credits.account_id.nunique() == 22


def test_disputed_invoices(invoices):
    disputed = invoices[invoices.disputed == "yes"]
    assert disputed.groupby("account_id").invoice_id.nunique().idxmax() == "0011038"
    assert disputed.account_id.nunique() > 5
    assert disputed.invoice_id.nunique() < 0.03 * invoices.invoice_id.nunique()


def test_silent_for_a_year(invoices):
    assert "2024-06-30" < of(invoices, "0012518").date.max() <= A_YEAR_AGO


def test_bought_only_last_month(invoices):
    days = of(invoices, "0013390").date
    assert len(days) > 0
    assert days.str.startswith("2026-06").all()


def test_prospect_never_bought(sample):
    assert of(sample["invoices"], "0013402").empty
    assert (of(sample["opportunities"], "0013402").outcome == "open").any()


def test_pays_ever_later(invoices):
    bills = of(invoices, "0011689").query("paid_date != '' and amount.astype('float') > 0").drop_duplicates("invoice_id")
    late = (pd.to_datetime(bills.paid_date) - pd.to_datetime(bills.due_date)).dt.days
    halves = late.groupby(bills.date.str[:4] + (bills.date.str[5:7] > "06").astype(str)).median()
    assert halves.is_monotonic_increasing
    assert halves.iloc[0] < 10 < 45 < halves.iloc[-1]


def test_payments_are_masked_by_the_day(sample):
    paid = sample["invoices"].paid_date
    assert (paid > AS_OF).any()
    assert paid.max() <= "2026-07-10"


def test_open_items_are_the_unpaid_invoices(sample, invoices):
    ledger = sample["open_items"].query("listed_on == @AS_OF")
    unpaid = set(open_at_as_of(invoices, "paid_date").query("account_id != '0010088'").invoice_id)
    assert unpaid <= set(ledger.invoice_id)
    assert len(set(ledger.invoice_id) - unpaid) <= 1  # the line without account
    assert sample["open_items"].listed_on.nunique() == 4


def test_some_invoices_are_paid_in_part(sample, invoices):
    billed = invoices.groupby("invoice_id").amount.agg(lambda amounts: amounts.astype(float).sum())
    ledger = sample["open_items"].assign(net=lambda rows: rows.invoice_id.map(billed))
    part = ledger.open_amount.astype(float) / ledger.net < 0.75
    assert 0 < part.sum() < 0.15 * len(ledger)
    assert "0010417" in set(ledger.account_id[part])


@pytest.mark.parametrize("account", ["0011038", "0012031"])
def test_loses_money_after_cost_to_serve(sample, invoices, account):
    last = of(invoices, account).query("date > @A_YEAR_AGO")
    costs = of(sample["costs_to_serve"], account).query("date > @A_YEAR_AGO and date <= @AS_OF")
    assert 0 < last.margin.sum() < costs.amount.astype(float).sum()


def test_large_loss_has_a_thin_gross_margin(invoices, revenue_ltm):
    last = of(invoices, "0011038").query("date > @A_YEAR_AGO")
    assert 0 < last.margin.sum() / last.euro.sum() < 0.08
    assert revenue_ltm.rank(ascending=False)["0011038"] == 2


def test_others_earn(sample, invoices):
    margin = invoices.groupby("account_id").margin.sum()
    costs = sample["costs_to_serve"].groupby("account_id").amount.agg(lambda amounts: amounts.astype(float).sum())
    lossy = (margin - costs).dropna()
    assert sorted(lossy.index[lossy < 0]) == ["0011038", "0011502", "0012031", "0013307"]


def test_past_its_profitable_by(sample):
    days = of(sample["objectives"], "0012031").profitable_by
    assert (days[days != ""] < AS_OF).any()


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


# what the method makes of it


@pytest.fixture(scope="module")
def analysis():
    from kamnb.analysis import open_analysis

    return open_analysis(str(SAMPLE))


def test_every_finding_of_the_playbook_is_shown(analysis):
    shown = set(analysis.findings.finding)
    assert [name for name in analysis.method.playbook.findings if name not in shown] == []


def test_every_stage_quadrant_and_potential_is_shown(analysis):
    relations = analysis.relationship.accounts
    assert set(relations.stage.dropna()) == {1, 2, 3, 4, 5}
    assert set(relations.potential.dropna()) == {1, 2, 3}
    assert set(analysis.scores.placed.dropna()) == {"strategic", "star", "status", "streamline"}
    assert analysis.scores.placed.isna().any()


def test_every_verdict_of_the_selection_is_shown_and_a_key_account_fails_a_rule(analysis):
    chosen = analysis.selection
    assert set(chosen.verdict) == {"kept", "kept, fails", "candidate", "below", "out"}
    assert chosen.fails[chosen.is_key & chosen.fails.ne("")].to_dict() == {"0012158": "offerings"}


def test_every_state_of_an_open_item_a_decision_and_an_action_is_shown(analysis):
    items = analysis.records.open_items
    assert set(items.state) == {"as usual", "later than usual", "later than nearly ever", "disputed", "credit"}
    assert list(items.account_id[items.state == "later than nearly ever"]) == ["0013012"]
    assert list(items.account_id[items.state == "credit"]) == ["0013056"]
    assert set(analysis.records.decisions.state) == {"done", "done late", "open", "overdue"}


def test_actions_wait_in_a_circle_lack_an_owner_and_push_an_objective(analysis):
    facts = analysis.plan_facts
    assert facts.actions_in_circle["0011820"] == 2 and facts.actions_unowned["0011966"] == 1
    assert facts.objectives_pushed["0012031"] == 1
    assert facts.objectives_past_due["0011689"] == 1 and facts.objectives_short["0011689"] == 1
