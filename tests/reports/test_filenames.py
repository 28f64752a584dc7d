"""Account ids never become unsafe or colliding file names."""

from hypothesis import given
from hypothesis import strategies as st

from kamnb.reports.filenames import name_files

PATHS = ["..", "../../etc/passwd", "a/b", "a\\b", "a:b", "con", "NUL"]
TEXTS = ["", " ", "x" * 300, "Ünal", "Фирма", "=cmd", "A1", "a1", "-rf", "a\nb"]
HOSTILE = PATHS + TEXTS


def test_hostile_ids_become_plain_distinct_names():
    names = name_files(HOSTILE)
    assert len({name.lower() for name in names.values()}) == len(HOSTILE)
    for name in names.values():
        assert name and set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
        assert len(name) <= 72 and not name.startswith("-")
        assert name.lower() not in {"con", "nul"}


def test_a_plain_id_is_its_own_name_whatever_else_is_there():
    assert name_files(["0010417", "x/y"])["0010417"] == "0010417"


@given(st.lists(st.text(max_size=30), max_size=20))
def test_names_never_meet(ids):
    names = name_files(ids)
    assert len({name.lower() for name in names.values()}) == len(set(ids))
