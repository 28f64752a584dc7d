import pytest
from folders import write_files

from kamnb.data.databases.addresses import holds_password, redact
from kamnb.data.settings import load_settings
from kamnb.errors import SettingsError


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('database = "postgresql://ann:hush@db/kam"\nsql = "SELECT 1"', "holds a password, which stays out of kamnb.toml"),
        ('database = "postgresql://db/kam?password=hush"\nsql = "SELECT 1"', "holds a password"),
        ('database = "postgresql://ann:hush@[db/kam"\nsql = "SELECT 1"', "holds a password|must begin"),
        ('database = "mysql://ann:hush@db/kam"\nsql = "SELECT 1"', 'must begin with "postgresql://"'),
        ('database = "host=db password=hush"\nsql = "SELECT 1"', 'must begin with "postgresql://"'),
        ('database = "postgresql://?service=kam"', "invoices.sql: is missing"),
        ('database = "postgresql://?service=kam"\nuri_env = "KAM"\nsql = "SELECT 1"', "both by database and by uri_env"),
        ('database = "postgresql://?service=kam"\nsql = "SELECT $as_of"', "is not for a database"),
        ('database = "postgresql://?service=kam"\nsql = "SELECT 1"\nfile = "a.csv"', "file and a database contradict"),
        ('file = "invoices.csv"\nsince = "date"', "invoices.since: is of tables from a database"),
    ],
)
def test_an_address_that_cannot_be_is_refused_and_never_repeated(tmp_path, line, words):
    with pytest.raises(SettingsError, match=words) as refused:
        load_settings(write_files(tmp_path, f"[invoices]\n{line}\n"))
    assert "hush" not in str(refused.value)


def test_an_address_in_the_place_of_a_file_is_not_repeated(tmp_path):
    from kamnb.data.door import inspect_data

    report, _ = inspect_data(write_files(tmp_path, '[invoices]\nfile = "postgresql://ann:hush@db/kam"\n'))
    assert "file names an address" in report.faults[0]
    assert "hush" not in "".join(report.faults)


def test_passwords_are_found_and_taken_out():
    assert holds_password("postgresql://ann:a#b@c/d@db")
    assert holds_password("postgresql://db/kam?sslmode=require&sslpassword=x")
    assert not holds_password("postgresql://ann@one:5432,two:5433/kam?service=x")
    assert redact('at "postgresql://ann:a#b@c/d@db" and so on') == 'at "postgresql://ann:***@db" and so on'
    assert redact("host=db Password = 'a b' user=ann") == "host=db Password = *** user=ann"
    assert redact("the key k3y", "", "k3y") == "the key ***"
