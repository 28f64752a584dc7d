"""The sections of the account plan, on the sample."""

from kamnb.display.account import plan as show
from kamnb.display.parts.pictures import Picture

PLACED, UNPLACED, PROVISIONAL = "0010417", "0013402", "0013171"


def test_an_account_in_the_matrix_is_drawn_and_one_without_a_place_is_not(analysis, shown):
    show.show_position(analysis, analysis.plan(PLACED))
    assert [part.alt.split(" ")[0] for part in shown if isinstance(part, Picture)] == ["Portfolio"]
    shown.clear()
    show.show_position(analysis, analysis.plan(UNPLACED))
    assert [part for part in shown if isinstance(part, Picture)] == []


def test_strength_by_the_own_manager_alone_is_called_provisional(analysis, shown):
    show.show_position(analysis, analysis.plan(PROVISIONAL))
    assert "provisional" in repr(shown[1])
    shown.clear()
    show.show_position(analysis, analysis.plan(PLACED))
    assert "provisional" not in repr(shown[1])


def test_a_section_without_anything_to_show_has_no_heading(analysis, shown):
    show.show_agreements(analysis, analysis.plan("0013307"))
    assert shown == []
