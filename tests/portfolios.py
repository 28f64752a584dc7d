"""Portfolios built from frames, for tests of what stands behind the door."""

import tempfile
from datetime import date
from pathlib import Path

from kamnb.data.engine import open_database
from kamnb.data.portfolio import Portfolio
from kamnb.data.tables import SQL_TYPES, TABLES


def make_portfolio(folder, as_of, currency="EUR", rates=None, **tables):
    """Write each frame (or list of row dicts) as the door would, into a folder within `folder`, and return the portfolio."""
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=folder))  # as the door never writes twice to one folder either
    filled, further = {}, {}
    for name, rows in tables.items():
        frame = pd.DataFrame(rows)
        filled[name] = frozenset(column for column in frame if frame[column].notna().any())
        extra = [column for column in frame if column not in TABLES[name].names]
        further |= {column: "number" if pd.api.types.is_numeric_dtype(frame[column]) else "text" for column in extra}
        write_table(folder / f"{name}.parquet", TABLES[name], frame, extra)
    as_of = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return Portfolio(folder, as_of, currency, filled, rates or {}, further)


def write_table(path, table, frame, extra):
    text = frame.astype(object).where(frame.notna(), None).map(lambda value: None if value is None else str(value))
    values = [read_value(column, column.name in frame) for column in table.columns]
    values += [f'TRY_CAST("{name}" AS {"DOUBLE" if frame[name].dtype.kind in "if" else "VARCHAR"}) AS "{name}"' for name in extra]
    with open_database(path.parent, ()) as connection:
        if text.empty:
            text = text.reindex(columns=list(table.names))
        connection.register("given", text.astype("string"))
        connection.execute(f"COPY (SELECT {', '.join(values)} FROM given) TO '{path}' (FORMAT parquet)")


def read_value(column, is_given):
    value = f'TRY_CAST("{column.name}" AS {SQL_TYPES[column.kind]})' if is_given else f"NULL::{SQL_TYPES[column.kind]}"
    return f'{value} AS "{column.name}"'
