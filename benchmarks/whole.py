"""`kamnb check` and `kamnb score` as typed, from files to a file, against what does the same by hand.

Invoice lines are made from a seed into a temporary folder, once as Parquet and once as CSV. Every side runs in a process of its
own: time of the clock and of all processors, and peak memory. Nothing that kamnb kept of a run before is used.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pandas as pd
from aggregation import DAY, find_invoices, make_invoices
from measuring import Cost, print_table, run_apart
from whole_peers import ANCHORS, PEERS, write_model

_BYTES = 1 if sys.platform == "darwin" else 1024  # the unit of ru_maxrss

PACKAGES = Path(sys.prefix) / "peers"
"""Where `make bench` installs what kamnb does not need."""

COMMANDS = {"kamnb check": ["check"], "kamnb score": ["score", "-o", "scores.csv"]}


def make_folder(folder: Path, lines: int, accounts: int, ending: str) -> None:
    """Write a workbook whose only table are its invoices."""
    import duckdb

    folder.mkdir()
    make_invoices(folder, lines, accounts)
    parquet = find_invoices(folder)
    rows = f"SELECT * REPLACE (cost * sign(amount) AS cost) FROM '{parquet}'"  # what is credited comes back
    target = folder / f"made.{ending}"
    duckdb.execute(f"COPY ({rows}) TO '{target}' (FORMAT {ending})")
    parquet.unlink()
    target.rename(parquet.with_suffix(f".{ending}"))
    (folder / "kamnb.toml").write_text(f'as_of = {DAY}\nreporting_currency = "EUR"\n', encoding="utf-8")
    (folder / "criteria.toml").write_text(write_model(), encoding="utf-8")


def measure_command(folder: Path, words: list[str]) -> Cost:
    """Run a command of kamnb and return what it took."""
    shutil.rmtree(folder / ".kamnb", ignore_errors=True)
    return _measure([str(Path(sys.executable).with_name("kamnb")), words[0], str(folder), *words[1:]], folder)


def measure_peer(folder: Path, name: str) -> Cost:
    """Run a peer in a Python of its own and return what it took."""
    here = Path(__file__).parent
    code = (
        f"import sys; sys.path[:0] = [{str(here)!r}]; sys.path.append({str(PACKAGES)!r})\n"
        "from datetime import date; from pathlib import Path; from whole_peers import PEERS\n"
        f"PEERS[{name!r}](Path({str(folder)!r}), date.fromisoformat({str(DAY)!r})).to_csv({_peer_file(name)!r})"
    )
    return _measure([sys.executable, "-c", code], folder)


def _peer_file(name: str) -> str:
    return f"{name.replace(' ', '_')}.csv"


def _measure(words: list[str], folder: Path) -> Cost:
    begun = time.perf_counter()
    process = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}:\n{said}")
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * _BYTES / 1e6)


def compare_scores(folder: Path) -> int:
    """Raise unless every side gives an account the same scores within rounding; return how many have both."""
    ours = pd.read_csv(folder / "scores.csv", dtype={"account_id": str}, low_memory=False).set_index("account_id")
    columns = [*ANCHORS, *(name for criteria in ANCHORS.values() for name in criteria)]
    for name in list_scoring():
        theirs = pd.read_csv(folder / _peer_file(name), dtype={"account_id": str}).set_index("account_id")
        pd.testing.assert_frame_equal(ours[columns], theirs[columns], check_dtype=False, rtol=1e-6, atol=1e-6)
    return int(ours[list(ANCHORS)].notna().all(axis=1).sum())


def list_peers() -> list[str]:
    """Return the peers whose packages are there."""
    return [name for name in PEERS if name != "polars" or (PACKAGES / "polars").is_dir()]


def list_scoring() -> list[str]:
    """Return the peers that score; bare DuckDB only reads."""
    return [name for name in list_peers() if name != "bare DuckDB"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--endings", nargs="+", default=["parquet", "csv"])
    parser.add_argument("--runs", type=int, default=3, help="of each side in turn; the median is shown")
    given = parser.parse_args()
    rows, placed = [], 0
    for lines in given.lines:
        for ending in given.endings:
            with TemporaryDirectory(prefix="kamnb-bench-") as name:
                folder = Path(name) / "mine"
                run_apart(make_folder, folder, lines, given.accounts, ending)
                costs: dict[str, list[Cost]] = {side: [] for side in (*COMMANDS, *list_peers())}
                for _ in range(given.runs):
                    for side, words in COMMANDS.items():
                        costs[side].append(measure_command(folder, words))
                    for side in list_peers():
                        costs[side].append(measure_peer(folder, side))
                placed = max(placed, run_apart(compare_scores, folder))
            rows += _describe(lines, ending, costs)
    print_table(
        ("lines", "from", "by", "seconds", "cpu", "peak MB", "us of cpu a line", "cpu to pandas'", "to bare DuckDB's"), *rows
    )
    if len(list_peers()) < len(PEERS):
        print("Not installed, so not measured: polars.")
    print(f"Equal within rounding: both scores, and the indicators they are of; up to {placed:,} accounts have both.")


def _describe(lines: int, ending: str, costs: dict[str, list[Cost]]) -> list[tuple[str, ...]]:
    middle = {
        side: Cost(*(median(getattr(each, name) for each in spent) for name in ("seconds", "cpu", "memory")))
        for side, spent in costs.items()
    }
    peers = [middle[name].cpu for name in ("pandas", "bare DuckDB")]
    return [
        (
            f"{lines:,}",
            ending,
            side,
            f"{cost.seconds:.1f}",
            f"{cost.cpu:.1f}",
            f"{cost.memory:,.0f}",
            f"{cost.cpu / lines * 1e6:.1f}",
            *(f"{cost.cpu / peer:.1f}" for peer in peers),
        )
        for side, cost in middle.items()
    ]


if __name__ == "__main__":
    main()
