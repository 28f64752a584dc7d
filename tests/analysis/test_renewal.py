"""An analysis that is renewed is the one that would be computed anew, whatever was changed."""

import shutil
from dataclasses import fields, replace
from datetime import date
from types import SimpleNamespace

import duckdb
import pandas as pd
import pytest
from desks import copy_sample

from kamnb.analysis import Renewal, analyse, choose_criteria
from kamnb.data import answers, held
from kamnb.data.appending import Stamp, add_entries
from kamnb.data.door import open_portfolio
from kamnb.data.tables import TABLES

DAY = date(2026, 6, 30)
EDITED = ("actions", "contacts", "objectives", "overrides", "ratings", "wallet")


@pytest.fixture(autouse=True)
def answered_once():
    """Here it is looked at what is asked anew."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    portfolio = open_portfolio(copy_sample(tmp_path_factory.mktemp("renewal") / "sample"))
    return portfolio, choose_criteria(portfolio, portfolio.home).criteria


def tell(value):
    """Return what an analysis holds as text and frames that can be held against another's."""
    if isinstance(value, pd.DataFrame | pd.Series):
        return value
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: tell(getattr(value, each.name)) for each in fields(value)}
    return value


def assert_alike(one, other, place="analysis"):
    if isinstance(one, dict):
        assert one.keys() == other.keys(), place
        for name in one:
            assert_alike(one[name], other[name], f"{place}.{name}")
    elif isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, obj=place)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, obj=place)
    elif "portfolio" not in place:
        assert one == other, place


def thin(portfolio, table, folder):
    """Return the portfolio with every second row of a table."""
    shutil.copytree(portfolio.folder, folder)
    file, kept = portfolio.folder / f"{table}.parquet", folder / f"{table}.parquet"
    kept.unlink()
    rows = f"SELECT * EXCLUDE (place) FROM (SELECT *, row_number() OVER () AS place FROM '{file}') WHERE place % 2 = 1"
    duckdb.execute(f"COPY ({rows}) TO '{kept}' (FORMAT parquet)")
    return replace(portfolio, folder=folder)


def hold_against(renewal, portfolio, criteria):
    renewed, anew = renewal.analyse(portfolio, criteria), analyse(portfolio, criteria)
    assert_alike(tell(renewed), tell(anew))
    return renewed


@pytest.mark.parametrize(
    "tables",
    [
        EDITED[:2],
        pytest.param(EDITED[2:], marks=pytest.mark.thorough),  # 2 s of CPU each
        # All of them, one after the other, cost a minute of CPU.
        pytest.param([name for name in TABLES if name not in EDITED], marks=pytest.mark.soak),
    ],
)
def test_a_table_that_is_another_changes_what_is_read_from_it(opened, tmp_path, tables):
    portfolio, criteria = opened
    renewal = Renewal(portfolio.home)
    first = hold_against(renewal, portfolio, criteria)
    for name in tables:
        if portfolio.has(name):
            hold_against(renewal, thin(portfolio, name, tmp_path / name), criteria)
    again = renewal.analyse(portfolio, criteria)
    assert_alike(tell(again), tell(first))


def test_a_memory_in_use_stays_in_use_and_forgets_what_was_asked_longest_ago():
    asked = []
    tables = SimpleNamespace(as_of=date(2026, 6, 30), fingerprint=lambda names: "")

    def ask(portfolio, what):
        asked.append(what)
        return what

    with answers.remember(answers.Memory(most=2)), answers.remember(answers.Memory()):
        assert [answers.recall(ask, tables, what) for what in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert asked == [1, 2, 3, 2]


def test_what_hangs_on_no_change_is_not_asked_again(opened, tmp_path, monkeypatch):
    portfolio, criteria = opened
    renewal = Renewal(portfolio.home)
    renewal.analyse(portfolio, criteria)
    asked = []
    thinned = thin(portfolio, "actions", tmp_path / "thin")
    monkeypatch.setattr(answers, "watch_reading", lambda watch=answers.watch_reading: asked.append(1) or watch())
    renewal.analyse(portfolio, criteria)
    assert not asked
    renewal.analyse(thinned, criteria)
    assert 0 < len(asked) < 12


def test_the_first_entry_of_all_has_no_more_asked_again_than_hangs_on_it(opened, tmp_path, monkeypatch):
    """A row that it replaces is the first to be set aside of its table; the company's tables are held since the desk opened."""
    data, asked, taken = copy_sample(tmp_path / "sample"), [], []
    open_portfolio(data)  # which is kept
    renewal = Renewal(data)
    renewal.renew(DAY, opened[1])
    monkeypatch.setattr(answers, "watch_reading", lambda watch=answers.watch_reading: asked.append(1) or watch())
    monkeypatch.setattr(held.Passing, "take", lambda *_: taken.append(1))
    done = {**dict.fromkeys(TABLES["actions"].names, ""), "action_id": "A0417-2", "objective_id": "Z0417-1"}
    add_entries(data, {"actions": [{**done, "title": "Skip weighings", "due": "2026-08-01"}]}, Stamp("Kim", DAY))
    renewal.renew(DAY, opened[1])
    renewal.door.close()
    assert 0 < len(asked) < 12 and not taken


def test_only_the_entries_of_tables_that_have_other_ones_pass_anew(tmp_path, monkeypatch):
    data, passed = copy_sample(tmp_path / "sample"), []
    add = held.Passing.add_entries
    monkeypatch.setattr(held.Passing, "add_entries", lambda self, name: passed.append(name) or add(self, name))
    door = held.HeldDoor()

    def look(day=DAY):
        shutil.rmtree(data / ".kamnb", ignore_errors=True)
        passed.clear()
        return open_portfolio(data, as_of=day, held=door)

    def enter(table, row):
        add_entries(data, {table: [row]}, Stamp("Kim", DAY))

    first = look()
    goal = {"goal_id": "G0417-1", "account_id": "0010417", "confirmed_on": "2026-06-30"}
    enter("customer_goals", {**goal, "goal": "Less waste"})
    enter("overrides", {"account_id": "0010417", "what": "quadrant", "value": "star", "by": "Kim", "reason": "why",
                        "stated_on": "2026-06-01", "expires": "2026-12-31"})  # fmt: skip
    two = look()
    assert sorted(passed) == ["customer_goals", "overrides"]
    enter("customer_goals", {**goal, "goal": "No waste"})
    three = look()
    assert passed == ["customer_goals"]
    told = [each.read("customer_goals").set_index("goal_id").loc["G0417-1", "goal"] for each in (first, two, three)]
    assert told == ["Release a batch within 12 days", "Less waste", "No waste"]
    assert len(three.read("overrides")) == len(first.read("overrides")) + 1
    aside = [(each.folder / "set_aside" / "customer_goals.csv").read_text(encoding="utf-8") for each in (two, three)]
    assert [told.count("was given anew in entries") for told in aside] == [1, 2], "what was written for one stays for it"
    (data / "entries" / "customer_goals.csv").unlink()
    pd.testing.assert_frame_equal(look().read("customer_goals"), first.read("customer_goals"))
    assert not passed
    look(date(2026, 5, 31))
    assert passed == ["overrides"]
    door.close()


@pytest.mark.thorough  # every table of the sample is changed once: 10 s of CPU
def test_entries_pass_anew_and_the_companys_tables_only_where_one_is_another(tmp_path, monkeypatch):
    data, taken = copy_sample(tmp_path / "sample"), []
    take = held.Passing.take
    monkeypatch.setattr(held.Passing, "take", lambda self, *asked: taken.append(1) or take(self, *asked))
    renewal = Renewal(data)

    def renew(day=DAY):
        shutil.rmtree(data / ".kamnb", ignore_errors=True)
        renewed = open_portfolio(data, as_of=day, held=renewal.door)
        shutil.rmtree(data / ".kamnb", ignore_errors=True)
        before = len(taken)
        anew = open_portfolio(data, as_of=day)
        del taken[before:]
        assert renewed.report == anew.report and replace(renewed, folder=anew.folder) == anew
        for name in anew.filled:
            pd.testing.assert_frame_equal(renewed.read(name), anew.read(name), obj=name)
        return renewed

    taken.clear()
    first = renew()
    row = {"account_id": "0010417", "what": "quadrant", "value": "star", "by": "Kim", "reason": "why"}
    add_entries(data, {"overrides": [{**row, "stated_on": "2026-06-01", "expires": "2026-12-31"}]}, Stamp("Kim", DAY))
    assert len(renew().read("overrides")) == len(first.read("overrides")) + 1
    contact = {"contact_id": "C-new", "account_id": "0010417", "name": "Ann Fox", "function": "Purchasing", "role": "user"}
    add_entries(data, {"contacts": [contact]}, Stamp("Kim", DAY))
    assert "C-new" in set(renew().read("contacts")["contact_id"])
    renew(date(2026, 5, 31))
    assert len(taken) == 1
    invoices = data / "invoices.csv"
    lines = invoices.read_text(encoding="utf-8").splitlines(keepends=True)
    invoices.write_text("".join(lines[:1] + lines[2:]), encoding="utf-8")
    assert len(renew().read("invoices")) < len(first.read("invoices"))
    assert len(taken) == 2
    renewal.door.close()
