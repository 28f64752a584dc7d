"""Rating accounts without a browser: what comes first, blind first, and what is saved."""

import shutil
from datetime import date

import pytest
from desks import control, copy_sample

from kamnb.analysis import open_analysis
from kamnb.data.appending import Stamp, add_entries, read_entries
from kamnb.data.door import open_portfolio
from kamnb.desk.rate import Desk
from kamnb.desk.rating import Given, begin_rating
from kamnb.errors import DataError, SettingsError

DAY = date(2026, 6, 30)
ACCOUNT, RIVAL = "0010417", "Ritterbach Analytik"


@pytest.fixture(scope="module")
def opened(tmp_path_factory, analysis):
    data = tmp_path_factory.mktemp("rate") / "data"
    copy_sample(data)
    return data, analysis


@pytest.fixture
def workbook(opened):
    data, analysis = opened
    shutil.rmtree(data / "entries", ignore_errors=True)
    return str(data), analysis


def rate(workbook, rater="Jana Wiebe", kind="colleague", on=DAY):
    return begin_rating(*workbook, rater, kind, on)


def test_what_was_never_rated_comes_first_then_what_is_stale(workbook):
    rating = rate(workbook, on=date(2027, 6, 30))
    rating.save([Given(ACCOUNT, "trust", 8)])
    tasks = rating.list_tasks()
    assert list(dict.fromkeys(tasks["state"])) == ["unrated", "stale", "rated"]
    unrated = tasks[tasks["state"] == "unrated"]
    assert len(unrated) == 20 and unrated["score"].isna().all()
    first = tasks.head(4)
    assert first["account_id"].nunique() == 1 and list(first["criterion"]) == [
        "product_quality",
        "service_response",
        "price_value",
        "trust",
    ]
    new = rate(workbook, "Somebody New").count_states()
    assert new == {"unrated": 33 * 4, "stale": 0, "rated": 0}


def test_only_account_managers_say_the_stage(workbook):
    assert "stage" not in rate(workbook).scales
    scale = rate(workbook, "Katrin Ahlers", "account_manager").scales["stage"]
    assert scale.options == (1, 2, 3, 4, 5) and scale.anchors[5] == "Strategic"


def test_what_others_said_is_told_after_ones_own_rating_only(workbook):
    rating = rate(workbook)
    assert rating.read_spread(ACCOUNT, "trust") is None
    rating.save([Given(ACCOUNT, "trust", 4.5)])
    spread = rating.read_spread(ACCOUNT, "trust").set_index("rater_kind")
    assert spread.loc["account_manager", ["low", "mean", "high"]].tolist() == [9.0, 9.0, 9.0]
    assert rating.read_spread(ACCOUNT, "price_value") is None
    assert rating.find_own(ACCOUNT, "trust") == 4.5


def test_a_competitor_beside_us_does_not_open_what_others_said(workbook):
    rating = rate(workbook)
    assert RIVAL in rating.list_competitors(ACCOUNT)
    rating.save([Given(ACCOUNT, "trust", 6, RIVAL, "told so")])
    assert rating.read_spread(ACCOUNT, "trust") is None and rating.find_own(ACCOUNT, "trust", RIVAL) == 6


def test_ratings_are_appended_and_count(workbook):
    data, analysis = workbook
    rating = rate(workbook)
    rating.save([Given(ACCOUNT, "trust", 2), Given(ACCOUNT, "trust", 9, RIVAL, "=1+1")])
    rating.save([Given(ACCOUNT, "trust", 3)])
    saved = read_entries(rating.home, "ratings")
    assert [(row["score"], row["competitor"], row["saved_by"]) for row in saved] == [
        ("2", "", "Jana Wiebe"), ("9", RIVAL, "Jana Wiebe"), ("3", "", "Jana Wiebe"),
    ]  # fmt: skip
    after = open_analysis(data)
    assert after.facts.loc[ACCOUNT, "trust"] < analysis.facts.loc[ACCOUNT, "trust"]
    read = open_portfolio(data).read("ratings")
    mine = read[(read["rater"] == "Jana Wiebe") & (read["rated_on"].dt.date == DAY) & read["competitor"].isna()]
    assert mine[["account_id", "score"]].to_numpy().tolist() == [[ACCOUNT, 3.0]]


def test_nonsense_is_refused_whole(workbook):
    rating = rate(workbook)
    for wrong, said in (
        ([], "nothing is rated yet"),
        ([Given("0099999", "trust", 5)], "no such account: 0099999"),
    ):
        with pytest.raises(SettingsError, match=said):
            rating.save(wrong)
    with pytest.raises(DataError, match='"11" is not a number between 0 and 10'):
        rating.save([Given(ACCOUNT, "trust", 5), Given(ACCOUNT, "trust", 11)])
    assert read_entries(rating.home, "ratings") == []
    with pytest.raises(SettingsError) as refused:
        rate(workbook, " ", "a friend")
    assert len(refused.value.faults) == 2


def test_what_another_saves_meanwhile_is_seen(workbook):
    rating = rate(workbook)
    rating.save([Given(ACCOUNT, "trust", 5)])
    row = {
        "account_id": ACCOUNT,
        "criterion": "trust",
        "score": "1",
        "rated_on": str(DAY),
        "rater": "Lee",
        "rater_kind": "colleague",
    }
    add_entries(rating.home, {"ratings": [row]}, Stamp("Lee", DAY))
    rating.save([Given(ACCOUNT, "trust", 6)])
    spread = rating.read_spread(ACCOUNT, "trust").set_index("rater_kind")
    assert spread.loc["colleague", ["raters", "low", "high"]].tolist() == [1, 1.0, 1.0]


def begin(workbook, rater="Katrin Ahlers", kind="account_manager", on=DAY):
    data, analysis = workbook
    desk = Desk(analysis, data, rater, kind, on)
    control(desk, "begin").click()
    return desk


def test_a_sitting_at_the_desk(workbook):
    desk = begin(workbook)
    assert "of 40 are rated and fresh" in desk.progress.value, "the progress is that of the own accounts"
    assert control(desk, "whose").value == "Katrin Ahlers", "an account manager begins with the own accounts"
    account = desk.subject.value
    assert f"kam-us-{account}-trust" in control(desk, f"us-{account}-trust")._dom_classes
    assert "shares its plans with us" in control(desk, f"item-{account}-trust").value
    control(desk, f"us-{account}-trust").value = 7.5
    assert "1 rating is chosen and not saved yet" in desk.progress.value
    assert control(desk, f"others-{account}-trust").value == "<p></p>"
    control(desk, "save").click()
    assert "Saved 1 rating by Katrin Ahlers in" in desk.note.value and "not saved yet" not in desk.progress.value
    assert control(desk, f"others-{account}-trust").value != "<p></p>"
    assert control(desk, f"us-{account}-trust").value == "", "what was saved is not chosen any more"
    control(desk, "next").click()
    assert desk.subject.value != account


def test_one_criterion_for_the_accounts_that_need_it_most(workbook):
    desk = begin(workbook, "Jana Wiebe", "colleague")
    control(desk, "way").value = "one criterion at a time"
    control(desk, "subject").value = "trust"
    assert len(desk.sheet.children) == 8
    first = (
        begin_rating(*workbook, "Jana Wiebe", "colleague", DAY).list_tasks().query("criterion == 'trust'")["account_id"].iloc[0]
    )
    assert control(desk, f"us-{first}-trust")


def test_what_is_chosen_stays_when_one_looks_elsewhere(workbook):
    desk = begin(workbook)
    account = desk.subject.value
    control(desk, f"us-{account}-trust").value = 4.0
    desk.subject.value = desk.subject.options[1][1]
    desk.subject.value = account
    assert control(desk, f"us-{account}-trust").value == 4.0
    desk.subject.value = desk.subject.options[1][1]
    control(desk, "save").click()
    assert [row["account_id"] for row in read_entries(desk.rating.home, "ratings")] == [account]


def test_what_is_chosen_is_there_again_after_a_reload_and_only_for_who_chose_it(workbook):
    desk = begin(workbook)
    account = desk.subject.value
    control(desk, f"us-{account}-trust").value = 4.0
    control(desk, f"comment-{account}-trust").value = "half a"
    assert control(begin(workbook, "Jana Wiebe", "colleague"), "progress").value.count("not saved yet") == 0
    again = begin(workbook)
    assert "here again: 1 rating" in again.note.value
    again.subject.value = account
    assert control(again, f"us-{account}-trust").value == 4.0 and control(again, f"comment-{account}-trust").value == "half a"
    control(again, "save").click()
    assert [row["comment"] for row in read_entries(again.rating.home, "ratings")] == ["half a"]
    assert not list((again.rating.home / "entries" / "drafts").glob("*.json"))


def test_who_is_named_at_save_is_who_rated_and_a_second_begin_asks(workbook):
    desk = begin(workbook)
    account = desk.subject.value
    control(desk, f"us-{account}-trust").value = 4.0
    control(desk, "rater").value = "Emre Sağlam"
    control(desk, "begin").click()
    assert "Press Begin once more to begin as Emre Sağlam, or save first" in desk.note.value
    assert control(desk, f"us-{account}-trust").value == 4.0, "it is only asked"
    control(desk, "save").click()
    assert [row["rater"] for row in read_entries(desk.rating.home, "ratings")] == ["Emre Sağlam"]


def test_a_heading_always_says_of_whom_and_what(workbook):
    desk = begin(workbook)
    account = desk.subject.value
    head = control(desk, f"item-{account}-trust").value
    assert f"<h4>{workbook[1].names[account]}" in head and ": Trust</h4>" in head
    control(desk, f"us-{account}-trust").value = 4.0
    control(desk, "way").value = "one criterion at a time"
    control(desk, "subject").value = "trust"
    assert all(": Trust" in item.box.children[0].value for key, item in desk.items.items() if key[1] == "trust")


def test_a_competitor_without_a_name_and_nobody_as_rater_are_told(workbook):
    desk = begin(workbook)
    account = desk.subject.value
    control(desk, f"who-{account}-trust").value = ""
    control(desk, f"them-{account}-trust").value = 4.0
    control(desk, "save").click()
    assert "the competitor that is rated is not named" in desk.note.value
    data, analysis = workbook
    nobody = Desk(analysis, data, "", "colleague", DAY)
    for button in ("save", "next"):
        control(nobody, button).click()
        assert "press Begin first" in nobody.note.value
    control(nobody, "begin").click()
    assert "who rates is not said" in nobody.note.value


def test_ratings_after_the_day_of_the_analysis_say_so(workbook):
    desk = begin(workbook, on=date(2026, 11, 25))
    assert "count from that day on; the analysis is as of 30 June 2026" in desk.note.value


def test_a_workbook_without_ratings_can_begin_with_them(tmp_path):
    (tmp_path / "accounts.csv").write_text("account_id,name\nA,Alpha\n")
    (tmp_path / "kamnb.toml").write_text('as_of = "2026-06-30"')
    rating = begin_rating(str(tmp_path), open_analysis(str(tmp_path)), "Kim", "colleague", DAY)
    assert rating.count_states() == {"unrated": 4, "stale": 0, "rated": 0}
    rating.save([Given("A", "trust", 8)])
    assert rating.count_states()["rated"] == 1 and rating.read_spread("A", "trust").empty
    assert open_analysis(str(tmp_path)).facts.loc["A", "trust"] == 8
