"""Who visits a desk: on one's own machine, on a dashboard to read, and to edit under the name of the start."""

from datetime import date

import pytest
from desks import control, copy_sample

from kamnb.desk.exploration import Exploration, Model
from kamnb.desk.explore import Desk
from kamnb.desk.visit import ALONE, VISIT, Visit, find_visit, receive
from kamnb.scoring.trial import begin_trial


class Held:
    """A box, as tests of desks look into one."""

    def __init__(self, box):
        self.box = box


@pytest.fixture
def exploration(tmp_path, analysis):
    data = copy_sample(tmp_path / "data")
    text = (data / "criteria.toml").read_text(encoding="utf-8")
    return Exploration(
        data, analysis, Model(analysis.criteria, text, str(data / "criteria.toml")), begin_trial(analysis.criteria)
    )


def test_who_reads_sees_no_way_to_save_and_may_explore(exploration):
    titles = {visit.way: list(Desk(exploration, date(2026, 6, 30), visit).tabs.titles) for visit in (ALONE, Visit("read"))}
    assert {"Save", "Overrule"} <= set(titles[""]) and set(titles[""]) - set(titles["read"]) == {"Save", "Overrule"}


def test_who_edits_says_a_name_at_the_start_and_keeps_it(exploration, monkeypatch):
    monkeypatch.setenv(VISIT, "edit")
    door = receive(["Katrin Ahlers"], lambda visit: Desk(exploration, date(2026, 6, 30), visit).box)
    control(Held(door), "enter").click()
    assert "Say who you are" in control(Held(door), "visitor-note").value
    control(Held(door), "visitor").value = "  Kim   Vogel "
    control(Held(door), "enter").click()
    fields = [control(Held(door), name) for name in ("by", "over-by")]
    assert [(field.value, field.disabled) for field in fields] == [("Kim Vogel", True)] * 2


def test_alone_there_is_no_door(monkeypatch):
    monkeypatch.delenv(VISIT, raising=False)
    assert receive([], lambda visit: visit) == ALONE == find_visit()
    monkeypatch.setenv(VISIT, "read")
    assert receive([], lambda visit: visit) == Visit("read") and not find_visit().may_save
