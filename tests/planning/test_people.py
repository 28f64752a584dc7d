"""The people of a relationship: who is silent, who left, on whom it hangs."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import make_portfolio

from kamnb.analysis import analyse
from kamnb.display.account.people import list_risks, picture_contacts, tabulate_people
from kamnb.indicators import measure_accounts
from kamnb.planning import Playbook
from kamnb.planning.people import list_pairs, list_people, measure_people, weigh_persons
from kamnb.scoring import Criteria

RULES = Playbook.load().people
MODEL = Criteria.from_toml("[attractiveness.a]\nweight = 100\nannual_spend = { weight = 100, anchors = [[0, 0], [9, 10]] }")


def person(contact_id, role="user", function="buying", level="middle", **more):
    return {
        "account_id": "A",
        "contact_id": contact_id,
        "name": contact_id,
        "role": role,
        "function": function,
        "level": level,
    } | more


def talk(contact_id, day="2026-06-01", our_person="Kim", channel="call", **more):
    return {"account_id": "A", "contact_id": contact_id, "date": day, "our_person": our_person, "channel": channel} | more


def measure(folder, contacts, interactions, **tables):
    tables |= {"contacts": contacts} if contacts else {}
    tables |= {"interactions": interactions} if interactions else {}
    portfolio = make_portfolio(
        folder, "2026-06-30", accounts=[{"account_id": "A", "name": "Alpha"}, {"account_id": "B"}], **tables
    )
    people, pairs = list_people(portfolio, RULES), list_pairs(portfolio)
    return portfolio, people, pairs, measure_people(portfolio, measure_accounts(portfolio), people, pairs)


@pytest.mark.parametrize(
    ("role", "day", "silent"),
    [
        ("champion", "2026-01-01", 0),  # 180 days ago
        ("champion", "2025-12-31", 1),  # 181
        ("decision maker", "2025-12-31", 1),
        ("user", "2025-01-01", 0),
        ("champion", None, 1),
    ],
)
def test_a_champion_is_silent_after_so_many_days_without_contact(tmp_path, role, day, silent):
    talks = [talk("x", "2026-06-01")] + ([talk("1", day)] if day else [])
    *_, facts = measure(tmp_path, [person("1", role), person("x")], talks)
    assert facts.loc["A", "silent_champions"] == silent


def test_who_left_is_not_silent_and_counts_for_twelve_months(tmp_path):
    contacts = [
        person("1", "champion", left_on="2025-07-01"),
        person("2", "champion", left_on="2025-06-30"),  # twelve months ago: no longer
        person("3", "user", left_on="2026-01-01"),
        person("4"),
    ]
    *_, facts = measure(tmp_path, contacts, [talk("4", channel="mail")])
    assert facts.loc["A", ["silent_champions", "contacts_left", "champions_left"]].tolist() == [0, 2, 1]


def test_a_champion_whose_function_is_reached_is_followed(tmp_path):
    contacts = [
        person("1", "champion", "buying", left_on="2026-01-01"),
        person("2", function="buying"),
        person("3", function="IT"),
    ]
    *_, facts = measure(tmp_path / "1", contacts, [talk("2")])
    assert facts.loc["A", "champions_left"] == 0
    *_, facts = measure(tmp_path / "2", contacts, [talk("3")])
    assert facts.loc["A", "champions_left"] == 1


def test_decision_makers_and_opponents_are_counted(tmp_path):
    contacts = [person("1", "decision maker"), person("2", "decision maker"), person("3", "opponent")]
    *_, facts = measure(tmp_path, contacts, [talk("1"), talk("2", channel="mail")])
    assert facts.loc["A", ["decision_makers", "decision_makers_reached", "opponents"]].tolist() == [2, 1, 1]
    assert facts.loc["B", "decision_makers"] == 0


def test_concentration_is_the_largest_share_of_the_contacts_of_twelve_months(tmp_path):
    talks = [talk("1"), talk("1", our_person="Lou"), talk("1"), talk("2"), talk("2", "2025-06-30")]
    *_, facts = measure(tmp_path, [person("1"), person("2")], talks)
    assert facts.loc["A", ["contact_concentration", "our_concentration"]].tolist() == [0.75, 0.75]
    assert facts.loc["B", ["contact_concentration", "our_concentration"]].isna().all()


def test_what_no_table_tells_is_unknown(tmp_path):
    *_, facts = measure(tmp_path / "1", [], [])
    assert facts.isna().all(axis=None)
    bare = [{key: value for key, value in person("1").items() if key != "role"}]
    *_, facts = measure(tmp_path / "2", bare, [{"account_id": "A", "date": "2026-06-01", "channel": "call"}])
    known = facts.columns[facts.loc["A"].notna()].tolist()
    assert known == [], "no role, nobody left, and contacts name nobody"


def test_without_this_person_what_is_left_is_counted_anew(tmp_path):
    """Kim alone speaks with 1; with 2 both sides wrote, but only Kim began, and Lou was written to."""
    talks = [
        talk("1"),
        talk("2", channel="mail", initiated_by="us"),
        talk("2", channel="mail", our_person="Lou", initiated_by="customer"),
        talk("3", our_person="Lou"),
    ]
    contacts = [person("1", function="a"), person("2", function="b"), person("3", function="c")]
    _, people, pairs, _ = measure(tmp_path, contacts, talks)
    weighed = weigh_persons(people, pairs).set_index(["side", "person"])
    assert weighed.loc[("ours", "Kim"), ["people_reached", "functions_reached", "lost", "share"]].tolist() == [1, 1, 2, 0.5]
    assert weighed.loc[("ours", "Lou"), ["people_reached", "lost"]].tolist() == [1, 2]
    assert weighed.loc[("theirs", "2"), ["people_reached", "functions_reached", "lost"]].tolist() == [2, 2, 1]


PAIRS = st.lists(st.tuples(st.sampled_from("123"), st.sampled_from(["Kim", "Lou", None]), st.booleans()), min_size=1, max_size=9)


@given(PAIRS)
def test_nobody_less_ever_reaches_more(rows):
    pairs = pd.DataFrame(rows, columns=["contact_id", "our_person", "spoke"]).drop_duplicates(["contact_id", "our_person"])
    pairs = pairs.assign(account_id="A", interactions=1, we_began=False, they_began=False)
    spoke = pairs.groupby("contact_id")["spoke"].any()
    people = pd.DataFrame({"account_id": "A", "contact_id": spoke.index, "function": spoke.index, "is_reached": spoke.to_numpy()})
    weighed = weigh_persons(people, pairs)
    assert (weighed["lost"] >= 0).all() and weighed["share"].between(0, 1).all()
    assert (weighed["people_reached"] + weighed["lost"] == spoke.sum()).all()


def test_the_page_names_the_silent_the_gone_and_who_carries_it(tmp_path):
    contacts = [person("Ida", "champion", "IT"), person("Ole", "champion", "buying", left_on="2026-01-01"), person("Ewa")]
    portfolio, *_ = measure(tmp_path, contacts, [talk("Ewa"), talk("Ida", "2025-01-01")])
    analysis = analyse(portfolio, MODEL)
    plan = analysis.plan("A")
    told = str(list_risks(analysis, plan))
    assert "Silent: Ida (champion, IT), last contact 1 January 2025." in told
    assert "Left on 1 January 2026: Ole (champion, buying); in buying we reach 1 person." in told
    assert "without Ewa of theirs nobody, and 100 % less contact" in told
    assert "Marked: Ida (champion, silent)." in str(picture_contacts(analysis, plan))
    assert "left 1 Jan 2026" in str(tabulate_people(analysis, plan))
    assert picture_contacts(analysis, analysis.plan("B")) is None and list_risks(analysis, analysis.plan("B")) is None
    assert {"champion_silent"} <= set(analysis.findings["finding"])


@pytest.mark.parametrize("count", [1, 6, 40])
def test_a_map_of_many_people_with_long_and_foreign_names_is_drawn(tmp_path, count):
    contacts = [
        person(f"Ёлка Très-Long Nom numéro {n}", "user", f"Функция {n % 7} der Verwaltung", "board") for n in range(count)
    ]
    portfolio, *_ = measure(tmp_path, contacts, [talk(contacts[0]["contact_id"])])
    analysis = analyse(portfolio, MODEL)
    picture = picture_contacts(analysis, analysis.plan("A"))
    assert f"We know {count} " in picture.alt and picture.width < 800


def say_risks(folder, **tables):
    accounts = [{"account_id": "A", "name": "Alpha"}, {"account_id": "B"}]
    analysis = analyse(make_portfolio(folder, "2026-06-30", accounts=accounts, **tables), MODEL)
    return str(list_risks(analysis, analysis.plan("A")))


def test_without_interactions_nobody_is_called_reached_or_silent(tmp_path):
    assert say_risks(tmp_path, contacts=[person("1", "champion")]) == (
        "Whom we reach, and on whom the relationship hangs, is unknown: no interactions with people are recorded."
    )


def test_an_account_of_which_nobody_is_reached_is_not_called_quiet(tmp_path):
    said = say_risks(tmp_path, contacts=[person("1")], interactions=[talk("9") | {"account_id": "B"}])
    assert said == "Nobody of theirs had two-way contact with us in twelve months."
