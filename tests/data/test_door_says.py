"""What the door says is short: like remarks once, the first few named, every column of money summed."""

import json
from contextlib import nullcontext
from datetime import date
from decimal import Decimal

import pytest
from commands import run_command as kamnb
from folders import check_law, pass_door, write_files

from kamnb.data.report import DoorReport, Remark
from kamnb.errors import SettingsError

DAY = date(2026, 6, 30)


def test_what_is_true_of_several_files_is_said_once(tmp_path):
    line = "account_id;date;amount\nA;2026-01-31;5\n"
    files = {f"x/{name}.csv": line for name in "abcdefg"}
    report, _ = pass_door(tmp_path, '[invoices]\nfile = "x"', **files)
    said = "\n".join(report.say_lines())
    assert 'a.csv, b.csv, c.csv and 4 more: separator ";" found in the header' in said
    assert said.count("separator") == 1 and len(report.remarks) > 7, "in the report of the machine each stands by itself"


def test_columns_that_are_not_used_are_named_up_to_a_dozen(tmp_path):
    names = [f"spare{n}" for n in range(20)]
    report, _ = pass_door(tmp_path, invoices=f"account_id,date,amount,{','.join(names)}\nA,2026-01-31,5{',x' * 20}\n")
    assert "columns not used: spare0, spare1" in "\n".join(report.say_lines())
    assert "spare11 and 8 more" in "\n".join(report.say_lines())


def test_every_column_of_money_and_every_reason_is_summed(tmp_path):
    lines = "account_id,date,amount,cost\nA,2026-01-31,5,3\nA,never,7,4\nA,not,8,1.5\nA,2027-01-01,2,1\n"
    report, _ = pass_door(tmp_path, "[limits]\nmost_set_aside = 1\n[invoices]", as_of=DAY, invoices=lines)
    said = "\n".join(report.say_lines())
    assert "  amount (no currency) 22.00 = 5.00 + 15.00 + 2.00" in said
    assert "  cost (no currency) 9.50 = 3.00 + 5.50 + 1.00" in said
    assert "(amount 15.00, cost 5.50)" in said and check_law(report)
    told = report.to_dict()["tables"]["invoices"]
    assert told["further_money"]["cost"][""] == {"kept": "3.000000", "set_aside": "5.500000", "after_as_of": "1.000000"}
    assert report["invoices"].reasons[0].money[1] == ("cost", Decimal("5.5"))


def test_check_ends_with_what_to_do_next(tmp_path):
    folder = write_files(tmp_path / "a", "[invoices]", invoices="account_id,date,amount\nA,2026-01-31,5\n")
    assert kamnb("check", folder).stdout.splitlines()[-1] == f"next: `kamnb report {folder}` writes the plans"
    folder = write_files(tmp_path / "b", "[invoices]", invoices="account_id,date,amunt\nA,2026-01-31,5\n")
    done = kamnb("check", folder)
    assert done.returncode == 1 and "next: put right what is said below" in done.stdout


def test_what_is_counted_in_several_files_is_said_to_be_in_each():
    told = [Remark("", "1 row is hidden in Excel and read like any other", file=name) for name in ("a.xlsx", "b.xlsx")]
    said = DoorReport("", None, "", "", (), (), tuple(told), None).say_remarks()
    assert said == ["a.xlsx, b.xlsx: 1 row is hidden in Excel and read like any other, in each"]


def test_forecasts_of_no_day_that_add_up_are_told(tmp_path):
    header = "account_id,period,measure,kind,amount,stated_on"
    rows = [f"{row[0]},2026,revenue,forecast,{row[1:]}" for row in ("A10,", "A12,", "A9,2026-01-31", "B1,")]
    files = {"accounts": "account_id\nA\nB\n", "targets": "\n".join([header, *rows, ""])}
    report, _ = pass_door(tmp_path, 'reporting_currency = "EUR"', as_of=DAY, **files)
    said = "\n".join(report.say_lines())
    told = "2 rows of forecast without a day are of the same account or manager and period as others, and add up"
    assert f"targets.csv, stated_on: {told}; give stated_on where they were stated anew" in said


def test_no_message_repeats_a_text_without_end(tmp_path):
    """A value, an id, a name of a column, a setting of 100 kB: shown are its ends and its length; JSON can be read."""
    long = "y" * 100_000
    head = f"account_id,date,amount,{long[:9_000]}\n"
    lines = f"A,2025-01-01,{long},\n{long},2025-01-01,1,\nA,{long},1,\n" + "A,2025-01-01,1,\n" * 200
    report, _ = pass_door(
        tmp_path, invoices=head + lines, accounts="account_id,own_growth\nA,1\n", contacts=f"contact_id,account_id\n1,{long}\n"
    )
    said = [*report.say_lines(), *report.faults, *(each.value for each in report.remarks)]
    assert max(map(len, said)) <= 1_000 and "(100,000 characters)" in "".join(said)
    assert json.loads(json.dumps(report.to_dict(), allow_nan=False))
    for toml in (f'[invoices]\nseparator = "{long}"', f"{long} = 1", f'[invoices.columns]\namount = "{long}"'):
        with pytest.raises(SettingsError) if "columns" not in toml else nullcontext() as raised:
            stopped, _ = pass_door(tmp_path, toml)
        faults = raised.value.faults if raised else stopped.faults
        assert max(map(len, "\n".join(faults).split("\n"))) <= 1_000, toml[:20]
