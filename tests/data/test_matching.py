"""Ids of two systems: what is proposed, at which level, and that nothing counts that nobody accepted."""

import csv
import sys
from pathlib import Path

import openpyxl
import pytest
from commands import run_command as kamnb
from folders import write_files

from kamnb.data.door import open_portfolio
from kamnb.data.matching.names import take_apart
from kamnb.data.matching.pairs import Party, match_parties

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def propose(theirs, ours):
    """Return id, level and proposed account of each, from names alone or whole parties."""
    sides = [[each if isinstance(each, Party) else Party(each, each) for each in side] for side in (theirs, ours)]
    return [(each.theirs.id, each.level, each.proposed.id if each.proposed else "") for each in match_parties(*sides)]


def test_generated_pairs_are_found_and_the_proposed_ones_are_right(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from matching import count_right, make_sides

    theirs, ours, truth = make_sides(600, seed=7)
    found, right = count_right([(m.theirs.id, m.proposed.id) for m in match_parties(theirs, ours) if m.proposed], truth)
    assert found >= 0.8 and right >= 0.99
    sys.modules.pop("matching")


@pytest.mark.parametrize(
    ("text", "core", "form"),
    [
        ("Nordlicht Gesellschaft mit beschränkter Haftung", "nordlicht", "gmbh"),
        ("Marlow & Sons Pvt. Ltd.", "marlow and sons", "ltd"),
        ("ПАО «Северсталь»", "severstal'".strip("'"), "ao"),
        ("S.A. Bélier", "belier", "sa"),
        ("Mobil AG", "mobil", "ag"),
        ("Sagag", "sagag", ""),
    ],
)
def test_the_legal_form_is_told_apart_in_every_spelling(text, core, form):
    assert (take_apart(text).core, take_apart(text).form) == (core, form)


def test_another_legal_form_another_number_or_another_city_is_another_company():
    assert propose(["Nordlicht KG"], ["Nordlicht GmbH"])[0][1] == "choose"
    assert propose(["Filiale 12 Nord GmbH"], ["Filiale 21 Nord GmbH"])[0][1] == "choose"
    theirs, ours = Party("7", "Marlow Hotels", city="Kiel"), Party("A", "Marlow Hotels", city="Ulm")
    assert propose([theirs], [ours]) == [("7", "choose", "")]


def test_two_that_are_alike_are_left_to_choose_from():
    assert propose(["Nordlicht Hotels"], ["Nordlicht Hotel 1", "Nordlicht Hotel 1"])[0][1] == "choose"
    assert propose(["Seewind AG", "Seewind AG"], ["Seewind AG"])[0][1] == "choose"


def test_ids_of_the_state_go_before_names():
    ours = [Party("A", "Alpha GmbH", tax_id="DE 123"), Party("B", "Beta GmbH", domain="https://www.beta.example/x")]
    assert propose([Party("1", "Beta GmbH", tax_id="de123")], ours) == [("1", "same id", "A")]
    assert propose([Party("2", "Betta Holding", domain="info@beta.example")], ours) == [("2", "same id", "B")]
    assert propose([Party("3", "Qwxyz")], ours) == [] == propose([], ours)


TOML = '[accounts]\n[invoices]\ncolumns.account_id = "Kunde"\n'
FILES = {
    "accounts.csv": "account_id,name,city\nA1,Nordlicht Hotels GmbH,Kiel\nA2,Seewind Logistik AG,Husum\nA3,Deichkrone KG,Kiel\n",
    "invoices.csv": "Kunde,Kundenname,date,amount\n701,NORDLICHT HOTELS Ges.m.b.H.,2026-01-31,50\n"
    "702,Seewnd Logistik AG,2026-01-31,900\n703,Deich & Krone OHG,2026-02-01,7\nA3,Deichkrone KG,2026-02-01,1\n",
}


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_from_names_in_the_invoices_to_aliases_that_a_person_accepted(tmp_path):
    folder = write_files(tmp_path / "d", TOML, **FILES)
    done = kamnb("match", folder, "-o", tmp_path / "m.csv")
    assert done.returncode == 0 and "3 ids have no row in accounts: 2 proposed" in done.stdout
    rows = read(tmp_path / "m.csv")
    assert [(row["external_id"], row["level"], row["account_id"], row["money"], row["accept"]) for row in rows] == [
        ("702", "likely", "A2", "900.00", ""), ("701", "same name", "A1", "50.00", ""), ("703", "choose", "", "7.00", ""),
    ]  # fmt: skip
    assert "A3 Deichkrone KG" in rows[2]["others"] and not (folder / "aliases.csv").exists()
    assert "0 new" in kamnb("match", folder, "--take", tmp_path / "m.csv").stdout, "an empty row decides nothing"
    filled = (tmp_path / "m.csv").read_text().splitlines()
    filled[1:] = [line + answer for line, answer in zip(filled[1:], ["yes", "A1", "no"], strict=True)]
    (tmp_path / "m.csv").write_text("\n".join(filled) + "\n")
    assert "2 new; 1 refused" in kamnb("match", folder, "--take", tmp_path / "m.csv").stdout
    assert "0 new" in kamnb("match", folder, "--take", tmp_path / "m.csv").stdout, "taken twice, there once"
    kamnb_toml = folder / "kamnb.toml"
    kamnb_toml.write_text(TOML + "[aliases]\n")
    assert set(open_portfolio(folder).read("invoices")["account_id"]) == {"A1", "A2", "A3", "703"}
    done = kamnb("match", folder, "-o", tmp_path / "n.csv")
    assert done.stdout.startswith("every id that invoices, open items and deals name has a row"), "what was refused is not asked"
    assert "no file is written" in done.stdout and not (tmp_path / "n.csv").exists()


def test_a_sheet_that_was_filled_wrongly_is_refused_whole(tmp_path):
    folder = write_files(tmp_path / "d", TOML, **FILES)
    kamnb("match", folder, "-o", tmp_path / "m.xlsx")
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    for row, answer in ((2, "yes"), (3, "A9"), (4, "yes")):
        book.active.cell(row, 10, answer)
    book.save(tmp_path / "m.xlsx")
    done = kamnb("match", folder, "--take", tmp_path / "m.xlsx")
    assert done.returncode == 1 and not (folder / "aliases.csv").exists()
    assert 'row 3: accept: "A9" is neither yes, no nor the id of an account' in done.stderr
    assert "row 4: is accepted, but no account is proposed" in done.stderr
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert (
        "x.csv: has no columns system, external_id, account_id, accept"
        in kamnb("match", folder, "--take", tmp_path / "x.csv").stderr
    )
