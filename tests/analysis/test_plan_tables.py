"""The tables of a plan: read once, and taken along to where the plan is shown."""

import pickle
from dataclasses import replace

import pandas as pd

from kamnb.analysis import composition


def test_the_tables_of_a_plan_are_read_once_and_go_with_the_analysis(analysis, monkeypatch):
    own, reads = replace(analysis), []
    read = composition.read_plan_tables
    monkeypatch.setattr(composition, "read_plan_tables", lambda *asked: reads.append(asked[1]) or read(*asked))
    first, second = own.plan("0010417"), own.plan("0010417")
    sent = pickle.loads(pickle.dumps(own)).plan("0010417")
    assert reads == ["0010417"]
    for name, table in first.tables.items():
        pd.testing.assert_frame_equal(second.tables[name], table)
        pd.testing.assert_frame_equal(sent.tables[name], table)
    own.plan("0010523")
    assert reads == ["0010417", "0010523"]
