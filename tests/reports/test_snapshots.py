"""What was told is kept whole, never changed, read back as it was, and held against what is computed of its day later."""

import dataclasses
import shutil

import pandas as pd
import pytest
from commands import run_command
from desks import copy_sample

from kamnb.analysis import ChosenCriteria, choose_criteria, score_portfolio
from kamnb.analysis.restating import find_restatements, move_since
from kamnb.errors import DataError
from kamnb.places import data_folder
from kamnb.reports.since import find_reasons
from kamnb.reports.snapshots import choose_latest, keep_snapshot, read_snapshots
from kamnb.scoring import Criteria

SAMPLE = data_folder() / "sample"


@pytest.fixture(scope="module")
def chosen(analysis):
    return choose_criteria(analysis.portfolio, SAMPLE)


def test_a_snapshot_is_kept_once_and_read_back_as_it_was(analysis, chosen, tmp_path):
    first = keep_snapshot(analysis, chosen, tmp_path)
    assert first.name == "0001_2026-06-30.csv" and keep_snapshot(analysis, chosen, tmp_path) is None
    (told,) = read_snapshots(tmp_path)
    assert told.criteria == analysis.criteria and told.day == analysis.as_of
    pd.testing.assert_frame_equal(told.scores[["attractiveness", "strength"]], analysis.scores[["attractiveness", "strength"]])
    pd.testing.assert_frame_equal(told.facts, analysis.facts, check_column_type=False)
    assert told.scores["placed"].fillna("").tolist() == analysis.scores["placed"].fillna("").tolist()
    assert told.rows.loc["0010417", "invoices"] > 100
    assert find_restatements(analysis, [told]).empty and find_reasons(told, analysis) == {}
    assert move_since(told, analysis).parts.empty


def test_another_model_is_another_snapshot_and_the_first_stays_as_it_was(analysis, chosen, tmp_path):
    before = keep_snapshot(analysis, chosen, tmp_path).read_bytes()
    text = chosen.content.replace("cut = { attractiveness = 5.0", "cut = { attractiveness = 4.0")
    other = ChosenCriteria(Criteria.from_toml(text), "other", text)
    second = keep_snapshot(dataclasses.replace(analysis, criteria=other.criteria), other, tmp_path)
    assert second.name.startswith("0002_") and (tmp_path / "0001_2026-06-30.csv").read_bytes() == before
    told = read_snapshots(tmp_path)
    assert [each.number for each in choose_latest(told, analysis.as_of, analysis.as_of)] == [2]
    restated = find_restatements(analysis, told[1:])
    assert set(restated["cause"]) <= {"another model"} and not set(restated["what"]) & {"stage", "account"}


@pytest.mark.thorough  # five analyses of other data: 10 s of CPU
def test_what_came_later_is_a_restatement_and_its_cause_is_said(analysis, tmp_path):
    data, kept = copy_sample(tmp_path / "data"), tmp_path / "kept"
    assert run_command("score", data, "--keep", "--as-of", "2025-12-31", "-o", kept / "scores.csv").returncode == 0
    invoices = data / "invoices.csv"
    head, *lines = invoices.read_text(encoding="utf-8").splitlines()
    line = dict(zip(head.split(","), [one for one in lines if one.startswith("0012158,")][-1].split(","), strict=True))
    late = line | {"date": "2025-11-02", "invoice_id": "X1", "amount": "400000", "paid_date": "", "due_date": ""}
    invoices.write_text("\n".join([head, *lines, ",".join(late.values())]) + "\n", encoding="utf-8")
    ratings = data / "ratings.csv"
    said = ratings.read_text(encoding="utf-8").replace(
        "0010417,service_response,9.0,2025-05", "0010417,service_response,3.0,2025-05"
    )
    ratings.write_text(said + "0011689,trust,9.5,2025-12-01,Kim Nau,colleague,,\n", encoding="utf-8")
    done = run_command("history", data, "--kept", kept / "history", "-o", tmp_path / "past.csv")
    assert done.returncode == 0, done.stderr
    assert "Of 3 accounts the past is another than was told" in done.stdout
    past = pd.read_csv(tmp_path / "past.csv", dtype=str).set_index(["account_id", "day"])
    causes = past["restated"].dropna().to_dict()
    assert causes[("0012158", "2025-12-31")] == "strength: share of wallet: 1 row of invoices that came later"
    assert causes[("0010417", "2025-12-31")] == "strength: a changed value of service response"
    assert causes[("0011689", "2025-12-31")] == "strength: trust: 1 row of ratings that came later"
    assert float(past.loc[("0012158", "2025-12-31"), "told_strength"]) < float(past.loc[("0012158", "2025-12-31"), "strength"])


def test_what_moved_since_it_was_told_adds_up(analysis, chosen, tmp_path):
    keep_snapshot(score_portfolio(analysis.portfolio.at(analysis.history.days[-2]), analysis.criteria), chosen, tmp_path)
    (told,) = read_snapshots(tmp_path)
    parts = move_since(told, analysis).parts
    for axis in ("attractiveness", "strength"):
        change = analysis.scores[axis].fillna(0) - told.scores[axis].reindex(analysis.scores.index).fillna(0)
        moved = parts[parts["axis"] == axis].groupby("account_id")["effect"].sum().reindex(change.index, fill_value=0.0)
        assert (change - moved).abs().max() < 1e-9
    reasons = find_reasons(told, analysis)
    assert reasons["0011689"].startswith("attractiveness 5.1 to 4.2: ")


def test_a_file_that_was_changed_by_hand_is_said_and_nothing_else_is_done(analysis, chosen, tmp_path):
    kept = keep_snapshot(analysis, chosen, tmp_path / "history")
    kept.write_text(kept.read_text(encoding="utf-8").replace("2026-06-30", "2026-06-29"), encoding="utf-8")
    with pytest.raises(DataError, match=r"0001_2026-06-30.csv: cannot be read as what was told"):
        read_snapshots(tmp_path / "history")
    shutil.rmtree(tmp_path / "history")
    assert read_snapshots(tmp_path / "history") == []
