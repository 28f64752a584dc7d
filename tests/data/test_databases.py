import json
import shutil
import threading

import pytest
from commands import run_command
from folders import ask, check_law, told, write_files
from postgres import PASSWORD, needs, start_cluster

from kamnb.data.databases.copies import FOLDER
from kamnb.data.door import inspect_data, open_portfolio
from kamnb.data.tables import TABLES
from kamnb.errors import DataError, SettingsError
from kamnb.places import data_folder

TYPES = {"date": "date", "money": "numeric", "number": "float8", "whole": "integer", "yesno": "boolean"}

pytestmark = pytest.mark.skipif(bool(needs()), reason=needs())


@pytest.fixture(scope="module")
def cluster():
    with start_cluster() as cluster:
        yield cluster


@pytest.fixture
def server(cluster, monkeypatch):
    """A server with two small tables, and an environment that has its password."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    cluster.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    cluster.run(
        "CREATE TABLE customers (no text, name text); INSERT INTO customers VALUES ('01', 'Ann'), ('02', 'Bé'); "
        "CREATE TABLE bills (no int, customer text, day date, total numeric(12, 2), paid bool); "
        "INSERT INTO bills SELECT i, '0' || i % 2 + 1, date '2025-01-01' + i, i * 1.25, i % 2 = 0 FROM generate_series(1, 300) i"
    )
    return cluster


def write_settings(folder, server, more='since = "date"', sql="SELECT no, customer, day, total FROM bills"):
    return write_files(
        folder,
        f'''reporting_currency = "EUR"
[accounts]
database = "{server.address()}"
sql = "SELECT no AS account_id, name FROM customers"
[invoices]
database = "{server.address()}"
sql = """{sql}"""
columns = {{ invoice_id = "no", account_id = "customer", date = "day", amount = "total" }}
{more}
''',
    )


def list_kept(folder):
    """Return every file that is kept of databases, with its bytes."""
    return {
        path.relative_to(folder / FOLDER): path.read_bytes() for path in sorted((folder / FOLDER).rglob("*")) if path.is_file()
    }


def total(portfolio):
    return ask(portfolio, "SELECT count(*), sum(amount)::DECIMAL(18, 2)::VARCHAR FROM invoices")[0]


def test_tables_of_a_server_come_to_the_same_scores_as_files(server, tmp_path):
    home = write_files(tmp_path / "server")
    shutil.copytree(data_folder() / "sample", tmp_path / "files", ignore=shutil.ignore_patterns("*.py", ".kamnb"))
    for file in (tmp_path / "files").glob("*.csv"):
        if file.stem not in ("accounts", "invoices", "offerings", "opportunities"):  # enough for every kind of column
            file.unlink()
    files = sorted((tmp_path / "files").glob("*.csv"))
    toml = (tmp_path / "files" / "kamnb.toml").read_text(encoding="utf-8")
    with server.connect() as connection:
        for file in files:
            lines = [line for line in file.read_text(encoding="utf-8").splitlines() if "12.5O0" not in line and ".oo" not in line]
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            header = lines[0].split(",")
            kinds = {column.name: TYPES.get(column.kind, "text") for column in TABLES[file.stem].columns}
            columns = ", ".join(f'"{name}" {kinds.get(name, "text")}' for name in header)
            connection.execute(f"CREATE TABLE {file.stem} ({columns})")
            with connection.cursor().copy(f"COPY {file.stem} FROM STDIN (FORMAT csv, HEADER)") as copy:
                copy.write(file.read_bytes())
            toml += f'\n[{file.stem}]\ndatabase = "{server.address()}"\nsql = "SELECT * FROM {file.stem}"\n'
    for own in (tmp_path / "files").glob("*.toml"):
        shutil.copy(own, home)
    write_files(home, toml)
    for name in ("server", "files"):
        done = run_command("score", tmp_path / name, "--as-of", "2026-06-30", "-o", tmp_path / f"{name}-scores" / "scores.csv")
        assert done.returncode == 0, done.stderr
    scores = [(tmp_path / f"{name}-scores" / "scores.csv").read_bytes() for name in ("server", "files")]
    assert scores[0] == scores[1]
    assert scores[0].count(b"\n") > 10


def test_only_what_is_new_is_read_again(server, tmp_path):
    folder = write_settings(tmp_path, server)
    report, first = inspect_data(folder)
    assert total(first) == (300, "56437.50")
    (before,) = (folder / FOLDER).glob("*/invoices-before-*.csv")
    assert before.name == "invoices-before-2025-09-01.csv"  # 45 days before the latest, 2025-10-28, then the first of the month
    check_law(report)
    server.run("INSERT INTO bills VALUES (301, '01', '2025-10-30', 10, true); UPDATE bills SET total = 0 WHERE no = 299")
    report, second = inspect_data(folder)
    assert total(second) == (301, "56073.75")
    kept = json.loads((folder / FOLDER / "read.json").read_text())
    again = folder / FOLDER / kept["folder"] / before.name
    assert again != before
    assert again.samefile(before)
    assert "301 rows read from 127.0.0.1" in told(report)
    assert "read again" not in told(report)


def test_settled_months_are_added_to_and_never_read_twice(server, tmp_path):
    folder = write_settings(tmp_path, server)
    open_portfolio(folder)
    server.run("INSERT INTO bills VALUES (301, '01', '2026-03-20', 10, true), (302, '02', NULL, 5, true)")
    report, _ = inspect_data(folder)
    files = report["invoices"].files
    assert files == ("invoices-before-2025-09-01.csv", "invoices-before-2026-02-01.csv", "invoices-from-2026-02-01.csv")
    assert check_law(report)["invoices"] == 302
    assert report["invoices"].count("kept").rows == 301  # the one without a day was read, counted, and set aside


def test_a_change_to_what_is_settled_is_seen_and_read(server, tmp_path):
    folder = write_settings(tmp_path, server)
    open_portfolio(folder)
    server.run("UPDATE bills SET total = total + 0.01 WHERE no = 2")
    report, portfolio = inspect_data(folder)
    assert total(portfolio) == (300, "56437.51")
    assert "rows before 2025-09-01 are others than were kept; all of it was read again" in told(report)


def test_a_column_that_changes_its_type_is_said_and_read_again(server, tmp_path):
    folder = write_settings(tmp_path, server)
    open_portfolio(folder)
    server.run("ALTER TABLE bills ALTER no TYPE text USING 'R' || no")
    report, portfolio = inspect_data(folder)
    assert "a column has changed its type on the server: no was integer and is text; all of it was read again" in told(report)
    assert ask(portfolio, "SELECT min(invoice_id) FROM invoices") == [("R1",)]
    server.run("ALTER TABLE bills ALTER total TYPE text USING 'about ' || total")
    report, portfolio = inspect_data(folder)
    assert portfolio is None
    assert any('none of 300 rows reads, e.g. "about 1.25"' in fault for fault in report.faults)
    server.run("ALTER TABLE bills DROP total")
    with pytest.raises(DataError, match=r'invoices\.sql: column "total" does not exist; was it renamed'):
        open_portfolio(folder)


def test_the_same_content_is_not_checked_twice(server, tmp_path):
    folder = write_settings(tmp_path, server)
    assert not inspect_data(folder)[0].is_kept
    again, _ = inspect_data(folder)
    assert again.is_kept
    assert "300 rows read from" in told(again)


def test_a_server_that_refuses_takes_nothing_away_and_tells_no_password(server, tmp_path, monkeypatch):
    folder = write_settings(tmp_path, server)
    open_portfolio(folder)
    before = list_kept(folder)
    monkeypatch.setenv("PGPASSWORD", "wr0ng-but-secret")
    with pytest.raises(DataError) as refused:
        open_portfolio(folder)
    message = str(refused.value)
    assert "accounts, invoices: the database cannot be asked" in message
    assert "password authentication failed" in message
    assert "KAMNB_OFFLINE=1 computes from it" in message
    assert "wr0ng" not in message
    assert list_kept(folder) == before
    monkeypatch.setenv("KAMNB_OFFLINE", "1")
    report, portfolio = inspect_data(folder)
    assert total(portfolio) == (300, "56437.50")
    assert "kept; KAMNB_OFFLINE is set, no server was asked" in told(report)


def test_nothing_kept_and_no_server_ends_in_one_message(server, tmp_path, monkeypatch):
    folder = write_settings(tmp_path, server)
    monkeypatch.setenv("KAMNB_OFFLINE", "1")
    with pytest.raises(DataError, match="nothing that was read from the database is kept"):
        open_portfolio(folder)
    monkeypatch.delenv("KAMNB_OFFLINE")
    monkeypatch.setenv("PGPASSWORD", "other")
    done = run_command("check", folder)
    assert done.returncode == 1
    assert "nothing of it was kept" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_is_killed_while_it_answers_leaves_what_was_there(server, tmp_path):
    folder = write_settings(tmp_path, server)
    open_portfolio(folder)
    before = list_kept(folder)
    write_settings(folder, server, sql="SELECT no, customer, day, total, repeat('x', 9999) || pg_sleep(0.01) AS x FROM bills")
    killer = threading.Timer(0.7, server.stop)
    killer.start()
    try:
        with pytest.raises(DataError) as ended:
            open_portfolio(folder)
    finally:
        killer.join()
        server.start()
    assert "accounts, invoices: the database ended the work:" in str(ended.value)
    assert "is kept" in str(ended.value)
    assert list_kept(folder) == before
    write_settings(folder, server)
    assert total(open_portfolio(folder)) == (300, "56437.50")


def test_what_is_kept_but_not_whole_is_read_again(server, tmp_path, monkeypatch):
    folder = write_settings(tmp_path, server)
    open_portfolio(folder)
    (before,) = (folder / FOLDER).glob("*/invoices-before-*.csv")
    before.write_bytes(before.read_bytes().replace(b"1.25", b"9.99"))
    monkeypatch.setenv("KAMNB_OFFLINE", "1")
    with pytest.raises(DataError, match="nothing that was read from the database is kept"):
        open_portfolio(folder)
    monkeypatch.delenv("KAMNB_OFFLINE")
    assert total(open_portfolio(folder)) == (300, "56437.50")


def test_all_tables_are_of_one_moment(server, tmp_path):
    folder = write_settings(tmp_path, server, "", "SELECT no, customer, day, total, pg_sleep(0.7)::text AS x FROM bills LIMIT 1")
    columns = "no AS opportunity_id, customer AS account_id, total AS amount, day AS close_date, 'open' AS stage"
    deals = f'[opportunities]\ndatabase = "{server.address()}"\nsql = "SELECT {columns} FROM bills"\n'
    (folder / "kamnb.toml").write_text((folder / "kamnb.toml").read_text() + deals)
    later = threading.Timer(0.3, server.run, ["INSERT INTO bills VALUES (999, '01', '2025-02-02', 1, true)"])
    later.start()
    report, _ = inspect_data(folder)
    later.join()
    assert check_law(report)["opportunities"] == 300


def test_more_than_a_query_is_refused(server, tmp_path):
    said = {
        "SELECT 1; DROP TABLE bills": "cannot insert multiple commands",
        "SELECT no FROM bills) q) TO PROGRAM 'touch /tmp/pwned'; --": "syntax error",
        "DELETE FROM bills": "must be one SELECT",
        "DELETE FROM bills RETURNING no": "syntax error",
        "WITH gone AS (DELETE FROM bills RETURNING *) SELECT * FROM gone": "must be at the top level",
        "SELECT nextval('numbers')": "read-only transaction",
        "SELEC no FROM bills": "syntax error",
        "SELECT pg_sleep(5)": "timeout = 1 seconds",
    }
    server.run("CREATE SEQUENCE numbers")
    for sql, words in said.items():
        with pytest.raises(DataError, match=words):
            open_portfolio(write_settings(tmp_path, server, "timeout = 1", sql))
    with server.connect() as connection:
        assert connection.execute("SELECT count(*) FROM bills").fetchone() == (300,)


def test_what_a_server_holds_is_spelled_as_files_spell_it(server, tmp_path):
    server.run(
        "SET lc_monetary = 'C'; CREATE TABLE odd (no int, customer text, day timestamptz, total money); "
        "INSERT INTO odd VALUES (1, '01', '2025-12-31 23:30-05', 1234.5), (2, E'0\\n2', 'infinity', NULL), (3, '', NULL, 3)"
    )
    report, portfolio = inspect_data(
        write_settings(tmp_path, server, sql="SELECT * FROM odd", more='since = "day"\ndecimal = ","')
    )
    assert "day: is a time with its zone: its day is that of UTC; for the day of a place write day AT TIME ZONE" in told(report)
    assert check_law(report)["invoices"] == 3
    assert portfolio is None or total(portfolio) == (1, "1234.50")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('since = "total"', 'since names "total", which is numeric and no day; cast it in sql'),
        ('since = "when"', 'since names "when", which the result does not have; it has no, customer, day, total'),
    ],
)
def test_since_must_be_a_day_of_the_result(server, tmp_path, more, words):
    with pytest.raises(DataError, match=words):
        open_portfolio(write_settings(tmp_path, server, more))


def test_credentials_by_a_service_and_a_file_of_passwords(server, tmp_path, monkeypatch):
    services, passwords = tmp_path / "services", tmp_path / "passwords"
    services.write_text(f"[kam]\nhost=127.0.0.1\nport={server.port}\nuser=postgres\ndbname=postgres\n")
    passwords.write_text(f"127.0.0.1:{server.port}:*:postgres:{PASSWORD}\n")
    passwords.chmod(0o600)
    monkeypatch.delenv("PGPASSWORD")
    monkeypatch.setenv("PGSERVICEFILE", str(services))
    monkeypatch.setenv("PGPASSFILE", str(passwords))
    folder = write_settings(tmp_path / "book", server)
    toml = (folder / "kamnb.toml").read_text()
    (folder / "kamnb.toml").write_text(toml.replace(server.address(), "postgresql://?service=kam"))
    assert total(open_portfolio(folder)) == (300, "56437.50")
    (folder / "kamnb.toml").write_text(toml.replace(f'database = "{server.address()}"', 'uri_env = "KAM_DSN"'))
    with pytest.raises(SettingsError, match="the environment has no KAM_DSN"):
        open_portfolio(folder)
    monkeypatch.setenv("KAM_DSN", server.address().replace("postgres@", f"postgres:{PASSWORD}@"))
    monkeypatch.delenv("PGPASSFILE")
    assert total(open_portfolio(folder)) == (300, "56437.50")
    assert not any(PASSWORD.encode() in content for content in list_kept(folder).values())
    monkeypatch.setenv("KAM_DSN", server.address().replace("postgres@", "postgres:wr0ng@").replace("127.0.0.1", "127.0.0.1:x:"))
    with pytest.raises(DataError) as refused:
        open_portfolio(folder)
    assert "wr0ng" not in str(refused.value)
