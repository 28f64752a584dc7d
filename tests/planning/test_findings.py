"""Findings by money: what comes first, what is asked, what is counted, what is named."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trying import try_examples

from kamnb.display.portfolio.findings import say_more, say_question
from kamnb.errors import SettingsError
from kamnb.planning import FACT_UNITS, Playbook, choose_questions, find_findings, sum_stakes
from kamnb.planning.amounts import reckon_amount

PLAYBOOK = Playbook.load()


def frame(index=("A",), **values):
    return pd.DataFrame(values, index=pd.Index(list(index), name="account_id"))


def find(facts, place="strategic", playbook=PLAYBOOK, things=None):
    return find_findings(facts, pd.Series(place, index=facts.index), playbook, things)


def own(analysis, account):
    return analysis.findings[analysis.findings["account_id"] == account].reset_index(drop=True)


@pytest.mark.parametrize(
    ("account", "label", "at_stake"),
    [
        ("0011038", "Loses money", 340_308.14),
        ("0012031", "Loses money", 51_718.18),
        ("0011689", "Pays later than before", 214_844.96),
    ],
)
def test_the_sample_leads_with_what_it_loses_and_what_is_overdue(analysis, account, label, at_stake):
    first = own(analysis, account).iloc[0]
    assert (first["label"], round(first["at_stake"], 2)) == (label, at_stake)


def test_it_says_how_late_it_pays_and_how_much_is_overdue(analysis):
    said = say_question(own(analysis, "0011689").iloc[0], analysis.plan_facts.loc["0011689"], "EUR")
    assert said.startswith("Pays 43 days late, 14 days later than it used to") and "EUR 215 k is overdue" in said


def test_no_stake_of_the_sample_is_the_whole_revenue_and_no_rule_names_it_alone(analysis):
    stakes = {stake.amount.strip() for rule in PLAYBOOK.findings.values() for stake in rule.stake}
    assert not stakes & {"revenue_ltm", "target_year"}
    traded = analysis.findings[analysis.findings["finding"] != "silent"]
    revenue = traded["account_id"].map(analysis.indicators["revenue_ltm"])
    assert not (traded["at_stake"].round() == revenue.round()).any()


@try_examples(25)
@given(st.dictionaries(st.sampled_from(sorted(FACT_UNITS)), st.floats(-1e6, 1e6), min_size=1))
def test_money_comes_first_then_urgency_then_the_day(values):
    found = find(frame("AB", **{name: [value, value / 2] for name, value in values.items()}), "star")
    known = found["at_stake"].notna()
    assert known.is_monotonic_decreasing and (found.loc[known, "at_stake"] > 0).all()
    assert found.loc[known, "at_stake"].round(2).is_monotonic_decreasing
    rest = found.loc[~known, ["urgency", "due_in"]].apply(tuple, axis=1)
    assert rest.is_monotonic_increasing


def test_what_is_level_stands_as_in_the_playbook_whatever_the_rules_are_called():
    facts = frame(complaints_open=[1.0], deliveries_late_open=[1.0])
    first, second = find(facts)["finding"]
    swapped = {"zz": PLAYBOOK.findings[first], "aa": PLAYBOOK.findings[second]}
    assert list(find(facts, playbook=PLAYBOOK.model_copy(update={"findings": swapped}))["finding"]) == ["zz", "aa"]


def test_a_margin_that_is_unknown_leaves_the_revenue_and_says_which_it_is():
    facts = frame(ytd_target_attainment=[0.5], gap_to_target=[-200.0], gross_margin=[0.25])
    assert find(facts)[["money", "at_stake"]].values.tolist() == [["target", 50.0]]
    facts = facts.assign(gross_margin=float("nan"))
    assert find(facts)[["money", "at_stake"]].values.tolist() == [["target_revenue", 200.0]]


def test_an_account_of_which_nothing_is_to_be_said_has_no_findings():
    found = find(frame(margin_ltm=[1.0]))
    assert found.empty and {"label", "named", "owner", "due_in"} <= set(found.columns)
    assert choose_questions(found, 3).empty and pd.isna(sum_stakes(found)) and say_more(found, found, "EUR") == ""


def test_a_stake_of_nothing_is_none():
    found = find(frame(drift_is_clear=[1.0], receivables_overdue=[0.0]))
    assert found["at_stake"].isna().all() and found["money"].eq("").all()


def test_missing_margin_is_priced_up_to_the_bound_of_the_rule():
    found = find(frame(gross_margin=[0.04], margin_ltm=[40.0], revenue_ltm=[1000.0]))
    assert dict(zip(found["finding"], found["at_stake"], strict=True)) == {"thin_margin": pytest.approx(60.0)}


def test_one_topic_is_asked_once_and_what_is_hidden_is_counted_once(analysis):
    findings = own(analysis, "0011038")
    asked = choose_questions(findings, 3)
    assert list(findings["label"][asked]) == ["Loses money", "We are overdue", "Open complaint"]
    hidden, shown = findings[~asked], findings[asked]
    assert sum_stakes(findings) == pytest.approx(340_308.14, abs=0.01), "thin margin and late payment are of the same profit"
    assert say_more(hidden, shown, "EUR") == f"And {len(hidden)} more findings."
    valdorena = own(analysis, "0012158")
    asked = choose_questions(valdorena, 3)
    assert say_more(valdorena[~asked], valdorena[asked], "EUR") == "And 13 more findings, EUR 23 k."


def test_up_to_three_things_are_named_and_more_are_counted():
    things = pd.DataFrame({"account_id": "A", "fact": "complaints_open", "thing": list("pqrs"), "owner": None})
    facts = frame(complaints_open=[4.0])
    for number, words in ((1, "p."), (3, "p, q and r."), (4, "p, q, r and 1 more.")):
        row = find(facts, things=things.head(number)).iloc[0]
        assert say_question(row, facts.loc["A"], "EUR").startswith(f"Complaint not resolved: {words}")
    assert say_question(find(facts).iloc[0], facts.loc["A"], "EUR").startswith("Complaint not resolved: 4.")


def test_the_owner_of_the_action_decides_and_one_of_theirs_does_not(analysis):
    assert own(analysis, "0012031").set_index("finding").loc["promises_overdue", "owner"] == "Jana Wiebe"
    assert pd.isna(own(analysis, "0010417").set_index("finding").loc["knock_on", "owner"])


def test_every_count_of_the_sample_that_is_named_has_as_many_things(analysis):
    for _, row in analysis.findings.iterrows():
        for fact, things, more in row["named"]:
            if fact not in ("knock_on_days", "decision_makers"):
                assert len(things) + max(more, 0) == analysis.plan_facts.loc[row["account_id"], fact], (row["account_id"], fact)
    named = analysis.findings["named"].map(len)
    wanted = analysis.findings["sentence"].str.count("{named_")
    assert (named == wanted).all()


@pytest.mark.parametrize("amount", ["revenue_ltm ** 2", "open('x')", "a.b", "a if b else c", "", "True", "a < b", "f'{a}'"])
def test_an_amount_is_arithmetic_and_nothing_else(amount):
    own_file = {"findings": {"silent": {"stake": [{"money": "cash", "amount": amount}]}}}
    with pytest.raises(SettingsError, match="cannot be read"):
        Playbook.load({"playbook.toml": own_file})


def test_money_that_is_not_listed_is_refused():
    own_file = {"findings": {"silent": {"stake": [{"money": "honour", "amount": "revenue_prior"}]}}}
    with pytest.raises(SettingsError, match=r'findings.silent: stake names the money "honour"'):
        Playbook.load({"playbook.toml": own_file})


def test_an_amount_that_divides_by_nothing_is_unknown():
    facts = frame("AB", a=[1.0, 1.0], b=[0.0, 4.0])
    assert reckon_amount("a / b", facts).fillna(-1).tolist() == [-1, 0.25]
    assert reckon_amount("a * unheard_of + 1", facts).isna().all()


def test_new_rules_of_the_sample(analysis):
    hit = analysis.findings.groupby("finding")["account_id"].agg(set)
    assert hit["forecast_above_pace"] == {"0011214"}
    assert "0010523" in hit["subsidiaries_apart"] and len(hit["subsidiaries_apart"]) == 1
    assert {"0011038", "0010526"} <= hit["goal_unserved"] and "0010417" not in hit["goal_unserved"]
    assert {"0011214", "0011745", "0012031", "0012158"} <= hit["rival_ahead"] and "0010417" not in hit["rival_ahead"]
    said = say_question(
        own(analysis, "0010523").set_index("finding").loc["subsidiaries_apart"], analysis.plan_facts.loc["0010523"], "EUR"
    )
    assert "(4), which buy EUR 5,150 k" in said
