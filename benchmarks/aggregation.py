"""Invoice lines to indicators: the package against plain pandas, in time and in memory.

Lines are made from a seed into a temporary folder, as the door would leave them. Both sides read that one Parquet file.
"""

import argparse
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from aggregation_peer import measure_lines, read_lean_lines, read_lines
from measuring import Cost, compare_costs, print_table, run_apart

from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import TABLES
from kamnb.indicators import measure_accounts

FIRST, DAY = date(2023, 7, 1), date(2026, 6, 30)
LINES_PER_INVOICE = 3

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
    import duckdb

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
        connection.execute(SAVE.replace("$first", f"DATE '{FIRST}'").format(file=find_invoices(folder)))


def find_invoices(folder: Path) -> Path:
    return folder / "invoices.parquet"


def with_kamnb(file: Path) -> pd.DataFrame:
    given = frozenset(TABLES["invoices"].names) - {"disputed"}
    return measure_accounts(Portfolio(file.parent, DAY, "EUR", {"invoices": given}))


def with_pandas(file: Path) -> pd.DataFrame:
    return measure_lines(read_lines(file), DAY)


def with_lean_pandas(file: Path) -> pd.DataFrame:
    return measure_lines(read_lean_lines(file), DAY)


SIDES = {"kamnb": with_kamnb, "pandas": with_pandas, "pandas, ids never text": with_lean_pandas}


def measure(lines: int, accounts: int, runs: int) -> tuple[list[Cost], list[str]]:
    with TemporaryDirectory(prefix="kamnb-bench-") as folder:
        run_apart(make_invoices, Path(folder), lines, accounts)
        return compare_costs(list(SIDES.values()), find_invoices, Path(folder), runs)


def describe(lines: int, name: str, cost: Cost, ours: Cost) -> tuple[str, ...]:
    """Return a row of the table; ratios say how many times more than kamnb."""
    ratios = (cost.seconds / ours.seconds, cost.cpu / ours.cpu, cost.memory / ours.memory)
    spent = (f"{cost.seconds:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:,.0f}", f"{cost.seconds / lines * 1e6:.2f}")
    return (f"{lines:,}", name, *spent, *(f"{ratio:.1f}" for ratio in ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3, help="of each side in turn; the median is shown")
    given = parser.parse_args()
    head = ("lines", "by", "seconds", "cpu", "peak MB", "us per line", "seconds to kamnb's", "cpu", "MB")
    rows = []
    for lines in given.lines:
        costs, columns = measure(lines, given.accounts, given.runs)
        rows += [describe(lines, name, cost, costs[0]) for name, cost in zip(SIDES, costs, strict=True)]
    print_table(head, *rows)
    print(f"Equal within rounding for up to {given.accounts:,} accounts: {', '.join(columns)} ({len(columns)}).")


if __name__ == "__main__":
    main()
