"""Every key of kamnb.toml: what it may hold, and what is said where it holds something else."""

from datetime import date
from decimal import Decimal

import pytest
from folders import pass_door, write_files

from kamnb.data.settings import list_presets, load_settings
from kamnb.errors import SettingsError


def refuse(folder, toml):
    """Return the faults of a kamnb.toml."""
    with pytest.raises(SettingsError) as caught:
        load_settings(write_files(folder, toml))
    return list(caught.value.faults)


def test_every_key_of_the_file_is_read(tmp_path):
    settings = load_settings(
        write_files(
            tmp_path,
            """
            as_of = "2026-06-30"
            reporting_currency = "EUR"
            fiscal_year_start = 4
            rates.USD = { "2025-01-01" = 0.96, "2025-07-01" = 0.92 }
            control.revenue = { "2025" = 4_812_330.17, "2025-Q1" = 1, "2025-03" = 2 }
            scoring.criteria = "model.toml"
            [accounts]
            ids = { strip = true, strip_leading_zeros = true }
            level = "parent"
            """,
        )
    )
    assert settings.as_of == date(2026, 6, 30)
    assert (settings.reporting_currency, settings.fiscal_year_start, settings.level) == ("EUR", 4, "parent")
    assert settings.rates["USD"] == {date(2025, 1, 1): Decimal("0.96"), date(2025, 7, 1): Decimal("0.92")}
    assert settings.control["2025"] == Decimal("4812330.17")
    assert settings.criteria == tmp_path / "model.toml"
    assert settings.ids.strip_leading_zeros


def test_without_a_file_everything_has_its_default(tmp_path):
    settings = load_settings(tmp_path)
    assert (settings.tables, settings.as_of, settings.fiscal_year_start, settings.level) == ({}, None, 1, "account")


def test_a_day_may_be_a_day_of_toml(tmp_path):
    assert load_settings(write_files(tmp_path, "as_of = 2026-06-30")).as_of == date(2026, 6, 30)


def test_paths_of_data_are_below_root_and_paths_of_settings_beside_the_file(tmp_path):
    write_files(tmp_path / "settings", 'scoring.criteria = "c.toml"')
    (tmp_path / "data").mkdir()
    settings = load_settings(tmp_path / "settings" / "kamnb.toml", tmp_path / "data")
    assert (settings.root, settings.criteria) == (tmp_path / "data", tmp_path / "settings" / "c.toml")


def test_all_faults_are_said_at_once_each_with_its_place(tmp_path):
    faults = refuse(
        tmp_path,
        """
        as_of = 20260630
        reporting_curency = "EUR"
        fiscal_year_start = 13
        [invoices]
        header_row = -1
        seperator = ";"
        """,
    )
    told = "\n".join(faults)
    assert len(faults) == 5
    for place in ("as_of", "reporting_curency", "fiscal_year_start", "invoices.header_row", "invoices.seperator"):
        assert f"kamnb.toml: {place}: " in told
    assert 'did you mean "reporting_currency"?' in told
    assert 'did you mean "separator"?' in told


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("as_of = 5", 'as_of: must be a day, written as "2026-06-30" (it is 5)'),
        ('as_of = "30.06.2026"', 'must be a day, written as "2026-06-30"'),
        ("as_of = 2026-06-30T10:00:00", "must be a day"),
        ('reporting_currency = "euro"', "must be an ISO code such as EUR (it is 'euro')"),
        ('reporting_currency = "EUR"\nrates.USD = 0.9', 'rates.USD: must be a table, as in { name = value } (it is 0.9); a rate'),
        ('reporting_currency = "EUR"\nrates.USD = { "2025" = 0.9 }', "must be a day"),
        ('reporting_currency = "EUR"\nrates.USD = { "2025-01-01" = -1 }', "greater than 0"),
        (
            'reporting_currency = "EUR"\nrates.IRR = { "2025-01-01" = 2e-9 }',
            "rates.IRR.2025-01-01: has 8 decimals that are kept, and 0.000000002 would be 0.00000000; give the amounts",
        ),
        ('reporting_currency = "EUR"\nrates.IRR = { "2025-01-01" = 0.000000021 }', "0.000000021 would be 0.00000002;"),
        ('rates.USD = { "2025-01-01" = 0.9 }', "give reporting_currency"),
        ('reporting_currency = "EUR"\nrates.EUR = { "2025-01-01" = 1 }', "is the reporting_currency itself"),
        ('control.revenue = { "FY25" = 1 }', "must be a period: 2025, 2025-Q1 or 2025-03"),
        ('control.revenues = { "2025" = 1 }', 'did you mean "revenue"?'),
        ("accounts = 5", "accounts: must be a table"),
        ("[accounts]\nfile = 5", "accounts.file: must be text, or a list of texts (it is 5)"),
        ('[accounts]\nlevel = "top"', "'account' or 'parent'"),
        ('[accounts]\nids = { strip_zeros = true }', 'ids.strip_zeros: unknown setting; did you mean "strip_leading_zeros"?'),
        ('[invoices]\nids = { strip = true }', "ids and level are said once, under [accounts]"),
        ('[invoices]\ndecimal = ","\nthousands = ","', 'decimal and thousands are both ","'),
        ('[invoices]\nseparator = "||"', "must be one character"),
        ('[invoices]\nseparator = "\\""', "separator cannot be a quote"),
        ('[invoices]\ndecimal = ""', "must be one character"),
        ('[invoices]\ndecimal = "1"', "cannot be figures"),
        ('[invoices]\ndates = "DD.MM.YYYY"', 'is no format of days; write "%d.%m.%Y"'),
        ('[invoices]\ndates = "yyyy-mm-dd"', 'write "%Y-%m-%d"'),
        ('[invoices]\ndates = ["%d.%m.%Y", "MM/DD/YY"]', 'invoices.dates.1: is no format of days; write "%m/%d/%y"'),
        ('[invoices]\ndates = "sometime"', 'write it as "%d.%m.%Y"'),
        ('[invoices]\ndates = "%d.%m."', "names no year; give it by year = 2026"),
        ('[invoices]\nheader_row = [3, 5]', "rows that follow each other"),
        ('[invoices]\nwhere.kind = { not = [] }', "a text or a list of those to keep"),
        ('[invoices]\nunpivot = { columns = "a..b", into = "month", value = "amount" }', 'invoices has no column "month"'),
        ('[contacts]\nlists.acount_id = ";"\nonce = "perhaps"', "contacts.once: must be true or false"),
        ('[invoices]\nlists.account_id = ";"', "cannot belong to each id of a list"),
        ('[targets]\nonce = true', "rows of targets have no key"),
        ('[scales]\nx = [5, 5]', "begins and ends with the same number"),
        ('[scales]\nx = [nan, 5]', "scales.x.0: input should be a finite number"),
        ('[limits]\nquery_seconds = inf', "limits.query_seconds: input should be less than or equal to 86400"),
        ('[invoices]\ncells = "A1-C3"', 'must be a range of cells, as in "A20:F35"'),
        ('[invoices]\ndates = "%Q%Y"', "is no format of days"),
        ('[invoices]\ndates = "%Y-%m-%"', "is no format of days"),
        ('[invoices]\ncolumns = { amont = "Sales" }', 'invoices has no column "amont"; did you mean "amount"?'),
        ('[invoices]\nconstants = { currncy = "USD" }', 'did you mean "currency"?'),
        ('[invoices.values.stauts]\na = "b"', 'invoices has no column "stauts"'),
        ('[invoices]\ncolumns = { amount = "a" }\nconstants = { amount = "1" }', "given both in columns and in constants"),
        ('[invoices]\nfrom_preset = true', "invoices.from_preset: unknown setting"),
        ('[invoces]\nfile = "x.csv"', 'invoces: unknown setting; did you mean "invoices"?'),
        ('preset = "sapp"', 'preset "sapp" is unknown; the package has 1c, datev, dynamics, hubspot'),
        ("preset = 5", "preset: must be text, in quotes (it is 5)"),
        ("as_of = ", "is not valid TOML"),
        ("x = " + "[" * 5000, "TOML"),
        ("x = " + "9" * 5000, "is not TOML that can be read"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_answered_with_what_to_write(tmp_path, toml, said):
    faults = refuse(tmp_path, toml)
    assert len(faults) == 1
    assert said in faults[0]


def test_scalars_of_toml_do_as_constants_and_values(tmp_path):
    settings = load_settings(
        write_files(tmp_path, '[wallet]\nconstants = { year = 2025, stated_on = 2025-01-31 }\nvalues.source = { "1" = 2 }')
    )
    assert settings.tables["wallet"].constants == {"year": "2025", "stated_on": "2025-01-31"}
    assert settings.tables["wallet"].values == {"source": {"1": "2"}}


@pytest.mark.parametrize("name", ["absent", "file.csv"])
def test_data_that_is_no_folder_and_no_toml_is_refused(tmp_path, name):
    write_files(tmp_path, **{"file.csv": "a,b\n"})
    with pytest.raises(SettingsError, match=r"no such folder or file|neither a folder nor a \.toml"):
        load_settings(tmp_path / name)


def test_a_root_that_is_not_there_is_refused_with_the_other_faults(tmp_path):
    write_files(tmp_path, "as_of = 5")
    with pytest.raises(SettingsError) as caught:
        load_settings(tmp_path, tmp_path / "nowhere")
    assert len(caught.value.faults) == 2
    assert "--root" in caught.value.faults[1]


def test_a_kamnb_toml_that_cannot_be_read_is_refused(tmp_path):
    (tmp_path / "kamnb.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)
    (tmp_path / "kamnb.toml").rmdir()
    write_files(tmp_path, **{"kamnb.toml": 'a = "ä"'.encode("cp1252")})
    with pytest.raises(SettingsError, match="save it as UTF-8"):
        load_settings(tmp_path)


def test_what_stands_below_a_preset_wins(tmp_path):
    own = '[accounts]\nfile = "Mine.csv"\ncolumns = { name = "Firm" }'
    settings = load_settings(write_files(tmp_path, f'preset = "salesforce"\n{own}'))
    accounts = settings.tables["accounts"]
    assert accounts.file == ("Mine.csv",)
    assert (accounts.columns["name"], accounts.columns["account_id"]) == ("Firm", "Id")
    assert "file" not in accounts.presumed and "name" not in accounts.presumed and "parent_id" in accounts.presumed


@pytest.mark.parametrize("preset", list_presets())
def test_every_preset_is_right_by_itself(tmp_path, preset):
    own = "\n[invoices]\nyear = 2026" if preset == "datev" else ""  # its days have none, and only a person knows it
    assert load_settings(write_files(tmp_path, f'preset = "{preset}"{own}')).tables


def test_a_section_that_names_no_file_switches_no_other_table_off(tmp_path):
    files = {
        "accounts": "account_id,parent_id\nT,\nA,T\n", "invoices": "account_id;date;amount\nA;2026-01-01;7\n",
        "targets": "account_id,period,measure,kind,amount\nA,2026,revenue,target,9\n",
    }  # fmt: skip
    report, portfolio = pass_door(tmp_path / "one", '[accounts]\nlevel = "parent"\n', **files)
    assert not report.faults and set(portfolio.filled) == set(files)
    toml = '[accounts]\nlevel = "parent"\n[invoices]\nfile = "invoices.csv"\n'
    report, portfolio = pass_door(tmp_path / "two", toml, **files)
    assert not report.faults and set(portfolio.filled) == {"accounts", "invoices"}
    report, _ = pass_door(tmp_path / "three", "[wallet]\n", **files)
    assert any("wallet: no file wallet.csv" in fault for fault in report.faults), "a table that is named must be there"
