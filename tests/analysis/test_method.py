"""The method of a workbook: one file for each part, all of them read, all their faults said at once."""

from typing import get_type_hints

import pytest

from kamnb.analysis import Method, load_method
from kamnb.data.method import METHOD_FILES
from kamnb.errors import SettingsError
from kamnb.places import settings_file


def test_every_part_has_a_file_that_is_read_beside_the_data():
    assert sorted(part.file for part in get_type_hints(Method).values()) == sorted(METHOD_FILES)
    assert all(settings_file(name).is_file() for name in METHOD_FILES)


def test_what_a_file_of_the_workbook_says_replaces_that_alone():
    usual, own = load_method({}), load_method({"selection.toml": {"rules": {"offerings": 7}}})
    assert own.selection.rules.offerings == 7
    assert own.selection.rules.of_quarters == usual.selection.rules.of_quarters and own.playbook == usual.playbook


def test_faults_of_all_files_are_said_at_once():
    own = {name: {"no_such_word": 1} for name in METHOD_FILES}
    with pytest.raises(SettingsError) as caught:
        load_method(own)
    assert sorted(fault.split(": ")[0] for fault in caught.value.faults) == sorted(METHOD_FILES)
