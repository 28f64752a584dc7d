"""Pages that code writes say what the code says; what is written by hand of settings names them all and loads."""

import re
import tomllib
from pathlib import Path

import pytest
from writing.pages import PAGES

from kamnb.scoring import criteria
from kamnb.scoring.criteria import Criteria

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("place", PAGES)
def test_a_page_that_code_writes_is_up_to_date(place):
    assert (ROOT / place).read_text(encoding="utf-8") == PAGES[place](), f"{place} is stale; write it anew: python docs/write.py"


def test_every_setting_of_the_scoring_model_is_explained():
    text = (DOCS / "reference" / "criteria.md").read_text(encoding="utf-8")
    explained = {name.rpartition(".")[2] for row in re.findall(r"^\| (`.+?) \|", text, re.MULTILINE) for name in row.split("`")}
    assert explained >= criteria._MODEL | criteria._GROUP | criteria._CRITERION | {"medium", "high", "revisions"}


def read_blocks(place):
    return re.findall(r"^ *```toml\n(.*?)^ *```$", (DOCS / place).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_scoring_model_that_is_shown_is_one():
    (shown,) = read_blocks("reference/criteria.md")
    assert len(Criteria.from_toml(shown).listed()) == 2


def test_the_columns_that_are_mapped_by_hand_are_read(tmp_path):
    from kamnb.data.door import inspect_data

    (shown,) = read_blocks("how_to/map_columns.md")
    files = {
        "kamnb.toml": shown,
        "Customers.csv": "Customer no;Name;Owner\n007;Acme;M1\n",
        "Sales 2025.csv": "Customer no;Invoice date;Net value;Dispute\n7;30.11.2025;1.234,50;X\n",
        "Sales 2026.csv": "Customer no;Invoice date;Net value;Dispute\n7;30.06.2026;5.000,00;\n7;1.6.2026;n/a;\n",
        "Deals.csv": "account,id,stage,value,closed\n7,D1,Won,10,2026-01-02\n7,D2,Draft,20,\n7,D3,Quote,30,\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report, portfolio = inspect_data(tmp_path)
    assert not report.faults
    rows = portfolio.read("invoices")
    assert (rows["account_id"] == "7").all() and rows["amount"].sum() == 6234.5 and rows["disputed"].tolist() == [True, False]


@pytest.mark.parametrize("place", ["how_to/how_sure.md", "how_to/plan_the_programme.md"])
def test_what_a_how_to_changes_in_the_method_is_taken(place):
    from kamnb.analysis import load_method

    (shown,) = read_blocks(place)
    name = re.search(r"`(\w+\.toml)`(?: beside the data|; a file)", (DOCS / place).read_text(encoding="utf-8"))[1]
    load_method({name: tomllib.loads(shown)})
