"""Ids of accounts that two systems spell differently, and accounts that are still listed after they were merged."""

import re
import tomllib

import pytest
from folders import check_law, lines_of, pass_door

DAY = 'as_of = "2026-06-30"\n'


def invoices(*ids):
    return lines_of("account_id,date,amount", *(f"{name},2026-01-0{place},100" for place, name in enumerate(ids, 1)))


def told(report):
    return "\n".join(report.say_lines())


@pytest.mark.parametrize(
    ("listed", "invoiced", "why"),
    [
        (["001B000000aBcDeIAK", "001B000000aBcDEIA0"], ["001B000000aBcDe", "001B000000aBcDE"], "first 15 of its 18 characters"),
        (["17850", "17851"], ["17850.0", "17851.0"], "with .0 behind it"),
        (["0000123", "0000124"], ["123", "124"], "but for leading zeros"),
        (["K-7", "k-8"], ["k-7", "K-8"], "but for capital letters"),
        (["K 7", "K 8"], ["K7", "K8"], "but for blanks"),
        (["00123", "00124"], ["123.0", "124.0"], "with .0 behind it and but for leading zeros"),
    ],
)  # fmt: skip
def test_two_spellings_of_ids_are_said_with_the_setting_that_joins_them(tmp_path, listed, invoiced, why):
    files = {"accounts": lines_of("account_id,name", *(f"{name},x" for name in listed)), "invoices": invoices(*invoiced)}
    report, _ = pass_door(tmp_path, **files)
    assert "0.0 % of revenue has a row in accounts\n  all 2 are an id of accounts" in told(report) and why in told(report)
    setting = re.search(r"write (ids = \{.*\}) under \[accounts\]", told(report)).group(1)
    assert tomllib.loads(setting)
    report, portfolio = pass_door(tmp_path / "joined", f"[accounts]\n{setting}\n[invoices]\n", **files)
    assert report.reconciliation.share == 1 and report.reconciliation.remedy == ""
    assert portfolio.read("invoices")["account_id"].nunique() == 2, "ids that differ stay apart"


def test_no_setting_is_named_that_would_make_two_accounts_one(tmp_path):
    accounts = "account_id,name\nABC,x\nabc,y\nQ,z\n"
    report, _ = pass_door(tmp_path, accounts=accounts, invoices=invoices("Abc", "Q"))
    assert "write ids" not in told(report)
    report, _ = pass_door(tmp_path / "b", accounts=accounts, invoices=invoices("Z"))
    assert "write ids" not in told(report)


def test_salesforce_ids_of_15_and_18_characters_are_one_with_the_preset(tmp_path):
    accounts = lines_of('"Id","Name","IsDeleted"', "001B000000aBcDeIAK,Alfa,0", "001B000000aBcDEIA0,Beta,0")
    contacts = lines_of("Id,AccountId,LastName,IsDeleted", "C1,001B000000aBcDe,Ek,0", "C2,001B000000aBcDE,Gone,1")
    toml = DAY + 'preset = "salesforce"\n[invoices]\nfile = "invoices.csv"'
    files = {"Account.csv": accounts, "Contact.csv": contacts, "invoices": invoices("001B000000aBcDe", "001B000000aBcDE")}
    report, portfolio = pass_door(tmp_path, toml, **files)
    assert report.reconciliation.share == 1
    assert portfolio.read("contacts")[["contact_id", "account_id"]].values.tolist() == [["C1", "001B000000aBcDeIAK"]]
    assert "Contact.csv (sql): 2 rows in the file, 1 after sql" in told(report)
    assert "Account.csv (sql): 2 rows" not in told(report)


def test_a_merged_account_that_is_still_listed_counts_for_the_one_it_was_merged_into(tmp_path):
    files = {
        "accounts": "account_id,name,parent_id,annual_spend\nA,Alfa,,100\nB,Beta,A,40\nC,Gamma,B,7\nD,Delta,,5\n",
        "aliases": "system,external_id,account_id\ncrm,B,A\nerp,9,B\n",
        "invoices": invoices("A", "B", "9", "D"),
    }
    report, portfolio = pass_door(tmp_path, **files)
    assert portfolio.read("accounts")[["account_id", "parent_id"]].fillna("").values.tolist() == [
        ["A", ""],
        ["C", "A"],
        ["D", ""],
    ]
    assert portfolio.read("invoices")["account_id"].tolist() == ["A", "A", "A", "D"]
    assert 'accounts.csv, row 3, account_id: "B" is another account by aliases' in told(report)
    assert check_law(report)["accounts"] == 4 and report["accounts"].count("set_aside").money == 40
    _, rolled = pass_door(tmp_path / "up", '[accounts]\nlevel = "parent"\n[aliases]\n[invoices]', **files)
    assert rolled.read("accounts")[["account_id", "annual_spend"]].values.tolist() == [["A", 107], ["D", 5]]


def test_an_alias_of_a_listed_account_to_one_that_is_not_is_said_and_not_used(tmp_path):
    aliases = "system,external_id,account_id\ncrm,A,Z\n"
    report, portfolio = pass_door(tmp_path, accounts="account_id,name\nA,Alfa\n", aliases=aliases, invoices=invoices("A"))
    assert '"A" has a row in accounts and Z has none; the alias is not used' in told(report)
    assert portfolio.read("invoices")["account_id"].tolist() == ["A"]
