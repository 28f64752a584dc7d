"""What takes longer than a test may: ``make soak``."""

import pytest

from kamnb.analysis import open_analysis
from kamnb.places import data_folder
from kamnb.reports.batch import Order, write_reports

pytestmark = pytest.mark.soak
SAMPLE = data_folder() / "sample"


def read_all(folder):
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "timings.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_every_account_of_the_sample_gets_its_plan_and_twice_the_same_bytes(tmp_path):
    every = tuple(open_analysis(str(SAMPLE)).accounts.index)
    for name in ("one", "two"):
        run = write_reports(Order(SAMPLE, accounts=every, output=tmp_path / name), say=lambda line: None)
        assert not run.failures and len(run.pages) == len(every)
    assert read_all(tmp_path / "one") == read_all(tmp_path / "two")
