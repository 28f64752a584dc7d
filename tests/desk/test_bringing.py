"""Bringing a folder of exports without a browser: what is proposed, answered, written and checked."""

import pytest
from desks import control
from folders import lines_of, write_files

from kamnb.desk.bring import Desk
from kamnb.desk.bringing import begin_bringing
from kamnb.display.desk.bringing import tabulate_lines
from kamnb.errors import SettingsError

SALES = lines_of(
    "Customer No;Invoice date;Product revenue;Factored revenue",
    *(f"K-{n % 3};2025-{n:02}-15;{n * 100},50;{n * 40},25" for n in range(1, 13)),
)
CUSTOMERS = lines_of("Customer No;Customer name", *(f"K-{n};Firm {n}" for n in range(3)))


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path / "exports", **{"sales": SALES, "customers": CUSTOMERS, "survey.sav": b"1"})


@pytest.fixture
def desk(folder):
    desk = Desk(str(folder))
    control(desk, "propose").click()
    return desk


def test_the_files_of_a_folder_are_listed_and_what_is_not_read(folder):
    files = begin_bringing(folder).list_files().set_index("file")
    assert files.loc["sales.csv", "rows"] == 12
    assert files.loc["customers.csv", "columns"] == "Customer No, Customer name"
    assert "not read" in files.loc["survey.sav", "columns"]
    with pytest.raises(SettingsError, match="no such folder"):
        begin_bringing(folder / "nowhere")
    with pytest.raises(SettingsError, match="no such folder"):
        begin_bringing(" ")


def test_theirs_stand_beside_ours_and_what_is_doubtful_comes_first(folder):
    lines = begin_bringing(folder).list_lines()
    found = lines.set_index("ours")
    assert found.loc["invoices.account_id", ["theirs", "file", "level"]].tolist() == ["Customer No", "sales.csv", "sure"]
    order = [("open", "likely", "sure").index(level) for level in lines["level"]]
    assert order == sorted(order) and order[0] == 0
    assert "OPEN" in str(tabulate_lines(lines))


def test_an_answer_is_taken_and_changes_what_is_proposed(folder):
    begun = begin_bringing(folder)
    assert begun.proposal.is_open
    typed = {question.key: str(question.choices[0].value) if question.choices else "eur" for question in begun.proposal.questions}
    assert ("", "reporting_currency") in typed
    done = begun.answer(typed)
    assert not done.proposal.questions and not done.proposal.is_open, done.proposal.text
    assert begun.answer(dict.fromkeys(typed, "")).proposal.questions == begun.proposal.questions
    with pytest.raises(SettingsError, match="give an ISO code such as EUR"):
        begun.answer({("", "reporting_currency"): "euros"})
    assert not (folder / "kamnb.toml").exists()
    assert done.save() == [f"wrote {folder / 'kamnb.toml'}"]
    report = done.check()
    assert not report.faults and report["invoices"].count("kept").rows == 12
    again = begin_bringing(folder)
    assert not again.proposal.is_open
    assert again.save() == [f"{folder / 'kamnb.toml'} is there and says just this"]


def test_what_a_person_wrote_is_never_overwritten(folder, desk):
    own = 'reporting_currency = "CHF"\n[invoices]\nfile = "sales.csv"\n'
    (folder / "kamnb.toml").write_text(own)
    control(desk, "propose").click()
    control(desk, "write").click()
    assert "stays as it is" in control(desk, "note").value
    assert (folder / "kamnb.toml").read_text() == own


def test_the_desk_proposes_asks_writes_and_checks(folder, desk):
    asked = list(desk.bringing.proposal.questions)
    assert control(desk, "question-0").value == f"<p>{asked[0].text}</p>".replace('"', "&quot;")
    assert "survey.sav" in control(desk, "files").value and "Customer No" in control(desk, "lines").value
    control(desk, "check").click()
    assert "is not written yet" in control(desk, "note").value
    for place, question in enumerate(asked):
        control(desk, f"answer-{place}").value = str(question.choices[0].value) if question.choices else "EUR"
    control(desk, "answer").click()
    assert "The answers are taken" in control(desk, "note").value
    assert "No question is left" in control(desk, "proof").value and "12 of 12 rows kept" in control(desk, "proof").value
    control(desk, "write").click()
    control(desk, "check").click()
    assert "12 rows read = 12 kept" in control(desk, "report").value
    assert "open 00_data_check" in control(desk, "note").value


def test_a_folder_that_is_not_there_is_said_and_nothing_of_the_one_before_stays(desk):
    control(desk, "folder").value = "nowhere"
    control(desk, "propose").click()
    assert "nowhere: no such folder" in control(desk, "note").value
    assert desk.after.children == () and desk.bringing is None
    desk.answer(), desk.save(), desk.check()


def test_a_folder_without_tables_writes_nothing(tmp_path):
    desk = Desk(str(write_files(tmp_path, data="x1,x2\n1,2\n")))
    control(desk, "propose").click()
    control(desk, "write").click()
    assert "no file is accounts, invoices" in control(desk, "note").value
    assert not (tmp_path / "kamnb.toml").exists()


def test_what_was_proposed_is_shown_at_once_and_the_folder_is_not_read_again(folder, monkeypatch):
    begun = begin_bringing(folder)
    monkeypatch.setattr("kamnb.desk.bringing.propose_settings", None)
    desk = Desk(str(folder), begun)
    assert "sales.csv" in desk.files.value and "Customer No" in desk.lines.value and desk.after.children
