"""Account ids never become unsafe or colliding file names."""

import re
import unicodedata

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
        assert re.fullmatch(r"[\w-]+", name)
        assert len(name.encode()) <= 140 and not name.startswith("-")
        assert name.lower() not in {"con", "nul"}


def test_a_plain_id_is_its_own_name_whatever_else_is_there():
    assert name_files(["0010417", "x/y"])["0010417"] == "0010417"


@given(st.lists(st.text(max_size=30), max_size=20))
def test_names_never_meet(ids):
    names = name_files(ids)
    assert len({unicodedata.normalize("NFC", name).casefold() for name in names.values()}) == len(set(ids))


def test_letters_that_are_not_latin_stay_in_the_name():
    names = name_files(["Ромашка", "東京 商事", "Łódź/2", "a\u0308", "שלום"])
    assert re.fullmatch("Ромашка-[0-9a-f]{8}", names["Ромашка"]) and names["東京 商事"].startswith("東京-商事-")
    assert names["Łódź/2"].startswith("Łódź-2-") and names["a\u0308"].startswith("ä-") and names["שלום"].startswith("שלום-")


def test_a_long_name_in_many_bytes_fits_a_file_system():
    assert len(name_files(["東" * 300])["東" * 300].encode()) <= 140
