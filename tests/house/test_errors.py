"""A mistake that is explained is shown as its message, wherever a cell is run: IPython asks the error how to show it."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from kamnb.reports.execution import _say_reason


@pytest.mark.parametrize("name", ["DataError", "SettingsError", "ReportError", "KamError"])
def test_a_cell_shows_the_message_and_no_line_of_code(capsys, name):
    cell = f"from kamnb.errors import {name}\nraise {name}(['a.csv: no rows', 'b.csv: not found'], 'nothing was computed')"
    InteractiveShell().run_cell(cell)
    shown = capsys.readouterr().out
    assert shown.strip() == "Error: 2 faults stop the run; nothing was computed.\n  a.csv: no rows\n  b.csv: not found"


def test_any_other_error_keeps_its_traceback(capsys):
    InteractiveShell().run_cell("1 / 0")
    assert "Traceback" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("DataError", "a.csv: no rows", "a.csv: no rows"),
        ("DataError", "2 faults stop the run.\n  a: x\n  b: y", "2 faults stop the run: a: x; b: y"),
        (
            "SettingsError",
            "7 faults stop the run.\n" + "\n".join("abcdefg"),
            "7 faults stop the run: a; b; c; d; e; and 2 more, which the executed notebook has",
        ),
        ("ValueError", "first\nsecond", "first"),
        ("ValueError", "", ""),
    ],
)
def test_the_reason_of_a_failed_report_says_all_faults(name, text, reason):
    assert _say_reason(name, text) == reason
