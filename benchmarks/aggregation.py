"""Invoice lines to indicators: the package against plain pandas, in time and in memory.

Lines are made from a seed into a temporary folder, as the door would leave them. Both sides read that one Parquet file.
"""

import argparse
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd
from aggregation_peer import measure_lines, read_lines
from measuring import Cost, compare_costs, print_table, run_apart

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import TABLES
from kamnb.indicators import measure_accounts

FIRST, DAY = date(2023, 7, 1), date(2026, 6, 30)
LINES_PER_INVOICE = 3
FASTER, SMALLER = 3, 3

SAVE = """
COPY (
    SELECT
        'A' || lpad(account::VARCHAR, 6, '0') AS account_id,
        $first + day AS date,
        (cents::DECIMAL(18,2) / 100)::DECIMAL(38,6) AS amount,
        units::DOUBLE AS quantity,
        (cost_cents::DECIMAL(18,2) / 100)::DECIMAL(38,6) AS cost,
        'P' || lpad(offering::VARCHAR, 3, '0') AS offering_id,
        'I' || invoice AS invoice_id,
        'L' || line AS line_id,
        'EUR' AS currency,
        $first + day + 30 AS due_date,
        $first + day + 30 + late AS paid_date,
        NULL::BOOLEAN AS disputed
    FROM lines
    ORDER BY invoice, line
) TO '{file}' (FORMAT parquet)
"""


def make_invoices(folder: Path, lines: int, accounts: int) -> None:
    """Write `lines` invoice lines in the order of their dates: few accounts buy much, 3 lines of 100 are credit notes."""
    draw = np.random.default_rng(lines)
    invoice = np.arange(lines) // LINES_PER_INVOICE
    invoices = invoice[-1] + 1
    cents = draw.integers(1_000, 100_000, lines)
    frame = pd.DataFrame(
        {
            "invoice": invoice,
            "line": np.arange(lines) % LINES_PER_INVOICE,
            "account": (draw.random(invoices) ** 2 * accounts).astype(int)[invoice],
            "day": np.sort(draw.integers(0, (DAY - FIRST).days + 1, invoices))[invoice].astype("int32"),
            "late": draw.integers(-15, 60, invoices)[invoice].astype("int32"),
            "cents": np.where(draw.random(lines) < 0.03, -cents, cents),
            "cost_cents": np.where(draw.random(lines) < 0.001, np.nan, cents * 7 // 10),
            "units": draw.integers(1, 20, lines),
            "offering": draw.integers(0, 40, lines),
        }
    )
    with duckdb.connect() as connection:
        connection.register("lines", frame)
        connection.execute(SAVE.replace("$first", f"DATE '{FIRST}'").format(file=folder / "invoices.parquet"))


def with_kamnb(folder: Path) -> pd.DataFrame:
    given = frozenset(TABLES["invoices"].names) - {"disputed"}
    return measure_accounts(Portfolio(folder, DAY, "EUR", {"invoices": given}))


def with_pandas(folder: Path) -> pd.DataFrame:
    return measure_lines(read_lines(folder / "invoices.parquet"), DAY)


def measure(lines: int, accounts: int, runs: int) -> tuple[Cost, Cost]:
    with TemporaryDirectory(prefix="kamnb-bench-") as folder:
        run_apart(make_invoices, Path(folder), lines, accounts)
        return compare_costs(with_kamnb, with_pandas, Path(folder), runs)


def say(lines: int, name: str, cost: Cost) -> tuple[str, ...]:
    each = f"{cost.seconds / lines * 1e6:.2f}"
    return (f"{lines:,} lines", name, f"{cost.seconds:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:,.0f}", each)


def judge(lines: int, ours: Cost, peer: Cost) -> str:
    faster, smaller = peer.seconds / ours.seconds, peer.memory / ours.memory
    verdict = "met" if faster >= FASTER and smaller >= SMALLER else "missed"
    return (
        f"{lines:,} lines: {faster:.1f} times faster (by processor time {peer.cpu / ours.cpu:.1f}), "
        f"{smaller:.1f} times less memory; target of {FASTER} and {SMALLER}: {verdict}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="the median is shown")
    given = parser.parse_args()
    costs = {lines: measure(lines, given.accounts, given.runs) for lines in given.lines}
    head = ("invoices", "by", "seconds", "processor seconds", "peak MB", "microseconds per line")
    sides = [(lines, name, cost) for lines, both in costs.items() for name, cost in zip(("kamnb", "pandas"), both, strict=True)]
    print_table(head, *(say(*side) for side in sides))
    print(f"20 indicators of up to {given.accounts:,} accounts, equal within rounding; median of {given.runs} run(s)")
    for lines, (ours, peer) in costs.items():
        print(judge(lines, ours, peer))


if __name__ == "__main__":
    main()
