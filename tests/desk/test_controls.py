"""What controls do when they are pressed in a hurry, and when what they do fails."""

import pytest

from kamnb.desk import controls
from kamnb.desk.controls import act_on, make_button, make_choice


@pytest.fixture
def clock(monkeypatch):
    """A clock that only acts move on, and a hand that is no test's."""
    now = [100.0]
    monkeypatch.setattr(controls, "_QUEUED", 0.2)
    monkeypatch.setattr(controls.time, "monotonic", lambda: now[0])
    return now


def test_a_press_made_while_the_act_was_at_work_is_none(clock):
    saved = []

    def save():
        saved.append(clock[0])
        clock[0] += 2.0

    button = make_button("save", "Save", save)
    button.click()
    button.click()  # which waited for the first to end
    assert len(saved) == 1
    clock[0] += 1.0
    button.click()
    assert len(saved) == 2


@pytest.mark.parametrize("between", ["pressed", "set"])
def test_a_press_after_another_control_acted_is_one_of_its_own(clock, between):
    saved = []

    def save():
        saved.append(clock[0])
        clock[0] += 2.0

    button, other, choice = (
        make_button("save", "Save", save),
        make_button("mine", "Keep mine", list),
        make_choice("pick", "Pick", ["a", "b"]),
    )
    act_on(choice, list)
    button.click()
    if between == "pressed":
        other.click()
    else:
        choice.value = "b"
    button.click()
    assert len(saved) == 2, "however slow the machine is and however quick the hand"


def test_two_quick_presses_of_a_quick_act_are_two(clock):
    steps = []
    button = make_button("undo", "Undo", lambda: steps.append(1))
    button.click()
    button.click()
    assert len(steps) == 2


def test_what_fails_is_seen_beside_the_control_until_it_works_again():
    fails = [True]

    def act():
        if fails[0]:
            raise ZeroDivisionError

    button = make_button("try", "Try", act)
    button.click()  # the widget logs what is raised
    assert "kam-failed" in button._dom_classes and "kam-works" not in button._dom_classes
    fails[0] = False
    button.click()
    assert "kam-failed" not in button._dom_classes
    choice = make_choice("pick", "Pick", ["a", "b"])
    act_on(choice, lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        choice.value = "b"
    assert "kam-failed" in choice._dom_classes
