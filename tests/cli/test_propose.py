"""``kamnb propose`` as it is typed, from a folder that nobody prepared to a checked one."""

import io
import sys

import pytest
from commands import run_command as kamnb
from folders import lines_of, write_files

DAYS = [f"2025-{month:02}-{day:02}" for month in range(1, 6) for day in (3, 17)]
SALES = lines_of("Customer No;Date;Amount", *(f"K-{n % 4 + 1};{day};{n * 10},50" for n, day in enumerate(DAYS)))


@pytest.fixture
def folder(tmp_path):
    return write_files(tmp_path / "exports", **{"sales 2025": SALES})


class Typed(io.StringIO):
    def isatty(self):
        return True


def answer(monkeypatch, *lines):
    monkeypatch.setattr(sys, "stdin", Typed("".join(f"{line}\n" for line in lines)))


def test_a_proposal_is_written_beside_the_files_and_ends_with_1_while_something_is_open(folder):
    done = kamnb("propose", folder)
    assert done.returncode == 1 and (folder / "kamnb.toml").exists()
    assert "question 1: " in done.stdout and "In which currency" in done.stdout and "is VAT in" in done.stdout
    told = f"next: answer with `kamnb propose {folder} --ask`, or in the file; then `kamnb check {folder}`"
    assert f"wrote {folder / 'kamnb.toml'}; {told}" in done.stdout
    checked = kamnb("check", folder)
    assert checked.returncode == 0 and "invoices (sales 2025.csv): 10 rows read = 10 kept" in checked.stdout


def test_a_name_alone_stands_beside_the_files_and_a_path_where_it_says(folder, tmp_path):
    kamnb("propose", folder, "-o", "mine.toml", cwd=tmp_path)
    assert (folder / "mine.toml").exists()
    done = kamnb("propose", folder, "-o", tmp_path / "elsewhere" / "kamnb.toml")
    target = tmp_path / "elsewhere" / "kamnb.toml"
    assert f"`kamnb propose {folder} --ask -o {target}`" in done.stdout
    assert f"then `kamnb check {target} --root {folder}`" in done.stdout
    assert kamnb("check", tmp_path / "elsewhere" / "kamnb.toml", "--root", folder).returncode == 0


def test_answers_are_asked_on_the_terminal_and_live_in_the_file(folder, monkeypatch):
    kamnb("propose", folder)
    answer(monkeypatch, "euro", "eur", "7", "1")
    done = kamnb("propose", folder, "--ask")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "give an ISO code such as EUR" in done.stdout + done.stderr
    text = (folder / "kamnb.toml").read_text(encoding="utf-8")
    assert 'reporting_currency = "EUR"  # as answered' in text and "net, as answered" in text
    again = kamnb("propose", folder)
    assert again.returncode == 0 and "says just this" in again.stdout
    assert (folder / "kamnb.toml").read_text(encoding="utf-8") == text


def test_an_empty_answer_leaves_a_question_open(folder, monkeypatch):
    answer(monkeypatch, "", "")
    done = kamnb("propose", folder, "--ask")
    assert done.returncode == 1 and '# reporting_currency = "EUR"  # OPEN' in (folder / "kamnb.toml").read_text(encoding="utf-8")


def test_without_a_terminal_nothing_is_asked(folder, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("EUR\n"))
    done = kamnb("propose", folder, "--ask")
    assert done.returncode == 2 and "here is none" in done.stderr and not (folder / "kamnb.toml").exists()


def test_a_file_that_a_person_wrote_stays_and_differences_are_shown(folder, monkeypatch):
    own = 'reporting_currency = "CHF"\n[invoices]\nfile = "sales 2025.csv"\ncolumns.account_id = "Customer No"\n'
    (folder / "kamnb.toml").write_text(own, encoding="utf-8")
    answer(monkeypatch, "1")
    done = kamnb("propose", folder, "--ask")
    assert (folder / "kamnb.toml").read_text(encoding="utf-8") == own
    assert "stays as it is" in done.stdout and "[invoices] columns.amount: not there; proposed Amount" in done.stdout
    assert "reporting_currency" not in done.stdout


def test_next_months_file_is_a_difference(folder):
    kamnb("propose", folder)
    before = (folder / "kamnb.toml").read_text(encoding="utf-8")
    more = lines_of("Customer No;Date;Amount", *(f"K-{n};2025-06-{n:02};{n},75" for n in range(1, 5)))
    write_files(folder, **{"sales june": more})
    done = kamnb("propose", folder)
    assert "[invoices] file: sales 2025.csv; proposed ['sales 2025.csv', 'sales june.csv']" in done.stdout
    assert (folder / "kamnb.toml").read_text(encoding="utf-8") == before


def test_a_folder_without_tables_says_what_it_holds(tmp_path):
    write_files(tmp_path / "a", **{"data": "x1,x2\n1,2\n", "survey.sav": b"1"})
    done = kamnb("propose", tmp_path / "a")
    assert done.returncode == 1 and "not used: data.csv: looks like no table" in done.stdout and "survey.sav" in done.stdout
    assert not (tmp_path / "a" / "kamnb.toml").exists()


def test_check_leads_to_a_proposal_where_there_are_no_settings(folder, tmp_path):
    done = kamnb("check", folder)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"there is no kamnb.toml; `kamnb propose {folder}` writes one from what the files hold"
    kamnb("propose", folder)
    assert "kamnb propose" not in kamnb("check", folder).stderr


def test_a_workbook_is_made_proposed_for_and_checked_in_one(folder, tmp_path):
    done = kamnb("new", tmp_path / "mine", "--from", folder)
    assert done.returncode == 1, done.stderr
    assert (tmp_path / "mine" / "data" / "sales 2025.csv").read_text() == SALES and not (folder / "kamnb.toml").exists()
    assert (tmp_path / "mine" / "notebooks").is_dir() and not (tmp_path / "mine" / "data" / "accounts.csv").exists()
    assert "invoices (sales 2025.csv): 10 rows read = 10 kept" in done.stdout and "--ask" in done.stdout
    last = done.stdout.splitlines()[-1]
    assert last.startswith("next: answer the questions with") and done.stdout.count("next:") == 1
    refused = kamnb("new", tmp_path / "other", "--from", folder, "--sample")
    assert refused.returncode == 2 and "not both" in refused.stderr


def test_settings_of_the_head_that_a_person_wrote_are_kept(folder):
    rows = lines_of(
        "Customer No;Date;Net amount;Currency",
        *(f"K-{n % 4};{day};{n}.5;{'EUR' if n % 2 else 'CHF'}" for n, day in enumerate(DAYS)),
    )
    write_files(folder, **{"sales 2025": rows})
    kamnb("propose", folder)
    text = (folder / "kamnb.toml").read_text(encoding="utf-8")
    assert '# rates.EUR = { "2025-01-01" = 1.0 }  # OPEN' in text
    whole = text.replace('# reporting_currency = "CHF"  #', 'reporting_currency = "EUR"  #').replace("# rates.EUR", "rates.CHF")
    (folder / "kamnb.toml").write_text(whole.replace("# OPEN an example", "# ours"), encoding="utf-8")
    done = kamnb("propose", folder)
    assert "nothing but reasons" in done.stdout and "invoices: 10 of 10 rows kept" in done.stdout, done.stdout
