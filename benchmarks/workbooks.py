"""A sheet of 100,000 rows and 10 columns read as the door reads it, against openpyxl in its way for large sheets.

Both give the cells as text; the number of cells that are filled and their sum are compared.

    python benchmarks/workbooks.py
"""

import argparse
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from measuring import print_table, run_apart

from kamnb.data.excel import read_sheet
from kamnb.data.files import Source
from kamnb.data.settings import TableSettings


def write_sheet(path: Path, rows: int) -> None:
    """Write a sheet of ids, days, names and amounts."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    sheet.append([f"column {n}" for n in range(10)])
    for n in range(rows):
        day = datetime(2025, 1, 1) + timedelta(days=n % 500)
        sheet.append([f"C{n % 900:05}", day, f"name {n % 900}", n % 7, n * 1.25, n / 8, f"P{n % 40}", "EUR", n, "x"])
    book.save(path)


def read_ours(path: Path) -> tuple[float, int, float]:
    """Return the seconds of CPU, how many cells are filled and the sum of a column, read as the door does."""
    start = time.process_time()
    cells = [record.cells for record in read_sheet(Source(path), TableSettings()).records]
    return (
        time.process_time() - start,
        sum(map(bool, (cell for row in cells for cell in row))),
        sum(float(row[4]) for row in cells),
    )


def read_peer(path: Path) -> tuple[float, int, float]:
    """Return the same by openpyxl."""
    start = time.process_time()
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[0]
    rows = sheet.iter_rows(min_row=2, values_only=True)
    cells = [["" if cell is None else str(cell.date() if isinstance(cell, date) else cell) for cell in row] for row in rows]
    return (
        time.process_time() - start,
        sum(map(bool, (cell for row in cells for cell in row))),
        sum(float(row[4]) for row in cells),
    )


def main() -> None:
    """Compare both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        run_apart(write_sheet, path, asked.rows)
        ours, peer = run_apart(read_ours, path), run_apart(read_peer, path)
    assert ours[1:] == peer[1:], f"the cells differ: {ours[1:]} and {peer[1:]}"
    costs = {"kamnb": ours[0], "openpyxl": peer[0]}
    rows = [(f"{asked.rows:,}", name, f"{cost:.2f}", f"{cost / ours[0]:.1f}") for name, cost in costs.items()]
    print_table(("rows of 10 cells", "by", "cpu s", "to kamnb's"), *rows)


if __name__ == "__main__":
    main()
