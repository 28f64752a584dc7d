"""What was measured is kept by what it was measured from: never taken where something of that is another."""

import json

import numpy as np
import pytest
from desks import copy_sample
from folders import write_files

from kamnb.data.door import open_portfolio
from kamnb.indicators import measure_accounts, memory
from kamnb.indicators import measures as measuring

LINES = "account_id,date,amount\nA1,2026-01-05,100\nA2,2026-03-01,7.50\n"
EVERY = " ".join(measuring._TOPICS)
OVERRIDE = "account_id,what,value,by,reason,stated_on,expires\nA1,quadrant,star,Kim,why,2026-01-01,2026-12-31\n"


@pytest.fixture(autouse=True)
def answered_once():
    """Here it is looked at what is asked anew."""


@pytest.fixture
def counted(monkeypatch):
    """What was measured, not recalled."""
    times = []
    measure = measuring._measure_topic
    monkeypatch.setattr(measuring, "_measure_topic", lambda topic, portfolio: times.append(topic) or measure(topic, portfolio))
    return times


def test_what_is_recalled_is_what_was_measured(tmp_path, counted):
    portfolio = open_portfolio(copy_sample(tmp_path / "sample"))
    for path in (portfolio.home / memory.FOLDER).glob("*"):
        path.unlink()
    first, second = measure_accounts(portfolio), measure_accounts(portfolio)
    assert counted == [*measuring._TOPICS]
    assert first.equals(second) and first.index.equals(second.index) and list(first.columns) == list(second.columns)
    assert (first.index.dtype, first.index.name) == (second.index.dtype, second.index.name)


@pytest.mark.parametrize(
    ("file", "text", "again"),
    [
        ("invoices.csv", LINES.replace("7.50", "7.51"), EVERY),
        ("accounts.csv", "account_id,name\nA1,One\nA2,Two\nA3,Three\n", EVERY),
        ("indicators.toml", "[coverage]\nslack_days = 3\n", EVERY),
        ("kamnb.toml", 'as_of = 2026-06-29\nreporting_currency = "EUR"\n', EVERY),
        ("kamnb.toml", 'as_of = 2026-06-30\nreporting_currency = "EUR"\nfiscal_year_start = 4\n', EVERY),
        ("ratings.csv", "account_id,criterion,score,rated_on,rater\nA1,trust,8,2026-01-01,Kim\n", ""),
        ("overrides.csv", OVERRIDE, ""),
        ("contacts.csv", "account_id,contact_id,name,role\nA1,C1,Ann,user\n", "contacts"),
        ("objectives.csv", "account_id,objective_id,title,agreed_on\nA1,O1,More,2026-01-01\n", "agreed"),
        ("opportunities.csv", "account_id,opportunity_id,stage,created\nA1,D1,offer,2026-05-01\n", EVERY),
    ],
)
def test_measured_anew_is_what_hangs_on_a_change_and_no_more(tmp_path, counted, file, text, again):
    toml = 'as_of = 2026-06-30\nreporting_currency = "EUR"\n'
    data = write_files(tmp_path / "data", toml, invoices=LINES, accounts="account_id,name\nA1,One\nA2,Two\n")
    measure_accounts(open_portfolio(data))
    (data / file).write_text(text)
    found = measure_accounts(open_portfolio(data))
    assert counted[4:] == again.split()
    with_nothing_kept = open_portfolio(data)
    object.__setattr__(with_nothing_kept, "home", None)
    assert found.equals(measure_accounts(with_nothing_kept))


@pytest.mark.parametrize("damage", [lambda path: path.write_bytes(path.read_bytes()[:-40]), lambda path: path.write_bytes(b"")])
def test_what_is_kept_and_not_whole_is_measured_again(tmp_path, counted, damage):
    data = write_files(tmp_path / "data", "as_of = 2026-06-30\n", invoices=LINES)
    first = measure_accounts(open_portfolio(data))
    (kept,) = (data / memory.FOLDER).glob("trade-*.npz")
    damage(kept)
    assert measure_accounts(open_portfolio(data)).equals(first) and counted[4:] == ["trade"]


def test_what_is_kept_is_no_pickle_and_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MOST", 2)
    data = write_files(tmp_path / "data", "as_of = 2026-06-30\n", invoices=LINES)
    for month in range(1, 5):
        measure_accounts(open_portfolio(data).at(open_portfolio(data).as_of.replace(month=month, day=28)))
    kept = list((data / memory.FOLDER).glob("*"))
    assert len(kept) == 2
    with np.load(kept[0], allow_pickle=False) as found:
        assert json.loads(str(found["told"]))["accounts"] == ["A1", "A2"]
