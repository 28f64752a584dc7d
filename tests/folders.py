"""Folders of a company's files, written by tests of the door."""

import openpyxl

from kamnb.data.door import inspect_data


def write_files(folder, toml="", **files):
    """Write each file (text as UTF-8, bytes as they are); a name without an ending is a table in CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in ({"kamnb.toml": toml} if toml else {}).items() | files.items():
        path = folder / (name if "." in name else f"{name}.csv")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def lines_of(*lines):
    """Return lines as the text of a file."""
    return "\n".join(lines) + "\n"


def pass_door(folder, toml="", *, as_of=None, root=None, set_aside=None, **files):
    """Write the files and return what the door says and lets through."""
    return inspect_data(write_files(folder, toml, **files), as_of=as_of, root=root, set_aside=set_aside)


def check_law(report):
    """Hold, for every table: rows and money read = kept + set aside + dated later; return rows read per table."""
    for table in report.tables:
        told = table.to_dict()
        rows = told["rows"]
        assert rows["read"] == rows["kept"] + rows["set_aside"] + rows["after_as_of"]
        assert rows["set_aside"] == sum(reason.rows for reason in table.reasons)
    return {table.table: table.count().rows for table in report.tables}


def ask(portfolio, query):
    with portfolio.connect() as connection:
        return connection.execute(query).fetchall()


def told(report):
    return "\n".join(map(str, report.remarks))


def reasons(report, table="invoices"):
    return "\n".join(map(str, report[table].reasons))


def read_invoices(portfolio, columns="account_id, date, amount::DECIMAL(18,2)::VARCHAR"):
    with portfolio.connect() as connection:
        return connection.execute(f"SELECT {columns} FROM invoices").fetchall()


def read_names(portfolio):
    with portfolio.connect() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM accounts").fetchall()]


def write_book(path, sheets):
    """Write a workbook; its sheets are lists of rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row, cells in enumerate(rows, 1):
            for column, value in enumerate(cells, 1):
                if value is not None:
                    sheet.cell(row, column, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
