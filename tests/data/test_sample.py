"""The sample is what its script writes, and each awkward case that its README names is in it."""

import importlib.util
import sys

import pandas as pd
import pytest
from sample_rows import A_YEAR_AGO, AS_OF, SAMPLE, of

from kamnb.data.tables import TABLES


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
    shipped = (path for path in SAMPLE.rglob("*") if not {"__pycache__", ".kamnb"} & set(path.parts))
    assert sum(path.stat().st_size for path in shipped) < 2_000_000


def test_readme_says_that_everything_is_invented():
    assert "All people and companies here are invented" in (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "ALL PEOPLE AND COMPANIES ARE INVENTED" in (SAMPLE / "make_sample.py").read_text(encoding="utf-8")


def test_readme_names_accounts_as_the_data_do(accounts):
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    for account in ("0010417", "0011038", "0011689", "0012518", "0013390", "0012406", "0011502", "0013118", "0012031", "0013171"):
        assert f"{account} {accounts.name[account]}" in text


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


# what the method makes of it


@pytest.mark.parametrize(
    ("finding", "account"),
    [
        ("revenue_falls", "0012158"), ("disintegrating", "0012158"), ("below_rhythm", "0013171"),
        ("owes_longer_than_usual", "0011745"), ("budget_asks_growth", "0011966"), ("actions_without_side", "0011502"),
    ],
)  # fmt: skip
def test_each_alarm_has_a_case(analysis, finding, account):
    findings = analysis.findings
    assert list(findings.account_id[findings.finding == finding]) == [account]


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
    assert set(items.account_id[items.state == "later than nearly ever"]) == {"0011745", "0013012"}
    assert list(items.account_id[items.state == "credit"]) == ["0013056"]
    assert set(analysis.records.decisions.state) == {"done", "done late", "open", "overdue"}


def test_actions_wait_in_a_circle_lack_an_owner_and_push_an_objective(analysis):
    facts = analysis.plan_facts
    assert facts.actions_in_circle["0011820"] == 2 and facts.actions_unowned["0011966"] == 1
    assert facts.objectives_pushed["0012031"] == 1
    assert facts.objectives_past_due["0011689"] == 1 and facts.objectives_short["0011689"] == 1
