"""A portfolio scored as an analyst would do it by hand: read, the same indicators, scores, a CSV; in pandas, in polars."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from aggregation_peer import measure_lines, read_lean_lines

ANCHORS: dict[str, dict[str, tuple[float, list[tuple[float, float]]]]] = {
    "attractiveness": {
        "revenue_ltm": (70, [(0, 0), (50_000, 3), (150_000, 7), (400_000, 10)]),
        "gross_margin": (30, [(0.0, 0), (0.2, 3), (0.4, 8), (0.6, 10)]),
    },
    "strength": {
        "order_regularity": (40, [(0.0, 0), (0.4, 3), (0.7, 6), (1.0, 10)]),
        "offerings_bought": (30, [(0, 0), (5, 4), (20, 8), (40, 10)]),
        "days_late": (30, [(0, 10), (5, 7), (20, 3), (60, 0)]),
    },
}
"""Of each axis the criteria: weight, and anchors between which points lie on a line."""

CUT = 5.0


def write_model() -> str:
    """Return the model as kamnb reads it."""
    lines = ['[model]\nname = "whole"\nversion = "1"\nstrength = "points"']
    lines += [f'cut = {{ attractiveness = {CUT}, strength = {CUT} }}\norientation = "right"\nmin_known = 0.6\n']
    for axis, criteria in ANCHORS.items():
        lines.append(f"[{axis}.all]\nweight = 100\nstands_in = true")
        for name, (weight, anchors) in criteria.items():
            lines.append(f"[{axis}.all.{name}]\nweight = {weight}\nanchors = {[list(each) for each in anchors]}")
    return "\n".join(lines) + "\n"


def score(facts: pd.DataFrame) -> pd.DataFrame:
    """Score accounts: the weighted mean of the points that are known."""
    found = pd.DataFrame(index=facts.index)
    for axis, criteria in ANCHORS.items():
        weights = np.array([weight for weight, _ in criteria.values()], dtype=float)
        points = np.column_stack(
            [np.interp(facts[name].to_numpy(dtype=float), *np.array(anchors).T) for name, (_, anchors) in criteria.items()]
        )
        known = np.column_stack([facts[name].notna() for name in criteria])
        share = (known * weights).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found[axis] = np.where(share >= 60, np.nansum(points * known * weights, axis=1) / share, np.nan)
    both = found["attractiveness"].notna() & found["strength"].notna()
    high = (found >= CUT).apply(tuple, axis=1)
    names = {(True, True): "strategic", (True, False): "star", (False, True): "status", (False, False): "streamline"}
    found["quadrant"] = high.map(names).where(both)
    return found.join(facts)


def with_pandas(folder: Path, as_of: date) -> pd.DataFrame:
    """Plain pandas, at its best: ids are categories and never text."""
    parquet = folder / "invoices.parquet"
    return score(measure_lines(read_lean_lines(parquet) if parquet.exists() else _read_csv(folder / "invoices.csv"), as_of))


def _read_csv(file: Path) -> pd.DataFrame:
    dates = ["date", "due_date", "paid_date"]
    kinds = {"account_id": "category", "offering_id": "category", "amount": float, "cost": float}
    return pd.read_csv(file, usecols=[*dates, *kinds], dtype=kinds, parse_dates=dates)


def with_polars(folder: Path, as_of: date) -> pd.DataFrame:
    """Polars, lazily: all that is asked of the lines in as few passes as they allow."""
    import polars as pl

    parquet = folder / "invoices.parquet"
    lines = pl.scan_parquet(parquet) if parquet.exists() else pl.scan_csv(folder / "invoices.csv", try_parse_dates=True)
    names = ["account_id", "offering_id", "date", "due_date", "paid_date", "amount", "cost"]
    lines = lines.select(names).with_columns(pl.col("amount", "cost").cast(pl.Float64))
    year_ago = date(as_of.year - 1, as_of.month, as_of.day)
    month = (as_of.year - pl.col("date").dt.year()) * 12 + as_of.month - pl.col("date").dt.month()
    lines = lines.with_columns(month.alias("month"))
    ltm = lines.filter(pl.col("month") < 12)
    key = "account_id"
    sums = ltm.group_by(key).agg(
        pl.col("amount").sum().round(6).alias("revenue_ltm"), pl.col("cost").sum().alias("cost"),
        pl.col("cost").is_null().any().alias("unknown"),
    )  # fmt: skip
    days = lines.filter(pl.col("amount") > 0).select(key, "date", "month").unique([key, "date"])
    rhythm = days.group_by(key).agg(
        (pl.col("month") < 12).sum().alias("recent"), (pl.col("month") >= 12).sum().alias("before"),
        pl.col("date").filter(pl.col("month") >= 12).min().alias("first"),
    )  # fmt: skip
    offered = ltm.group_by(key, "offering_id").agg(pl.col("amount").sum().round(6)).filter(pl.col("amount") > 0)
    bought = offered.group_by(key).len("offerings_bought")
    paid = lines.filter((pl.col("paid_date") <= as_of) & (pl.col("paid_date") > year_ago) & (pl.col("amount") > 0))
    late = (pl.col("paid_date") - pl.col("due_date")).dt.total_days().clip(lower_bound=0)
    lateness = paid.group_by(key).agg(((pl.col("amount") * late).sum() / pl.col("amount").sum()).alias("days_late"))
    every = lines.select(key).unique()
    for frame in (sums, rhythm, bought, lateness):
        every = every.join(frame, on=key, how="left")
    facts = pd.DataFrame(every.sort(key).collect(engine="streaming").to_dict(as_series=False)).set_index(key)
    facts["revenue_ltm"] = facts["revenue_ltm"].fillna(0.0)
    margin = (facts["revenue_ltm"] - facts["cost"]).mask(facts["unknown"].fillna(False).astype(bool))
    facts["gross_margin"] = (margin / facts["revenue_ltm"]).where(facts["revenue_ltm"] > 0)
    span = (pd.Timestamp(year_ago) - pd.to_datetime(facts["first"])).dt.days
    expected = (facts["before"] - 1) * (as_of - year_ago).days / span
    whole = np.floor(expected.round(6)).clip(lower=1)
    facts["order_regularity"] = (facts["recent"] / whole).clip(upper=1).where(facts["before"] >= 4)
    facts["offerings_bought"] = facts["offerings_bought"].mask(facts["offerings_bought"].isna() & (facts["revenue_ltm"] <= 0), 0)
    return score(facts[["revenue_ltm", "gross_margin", "order_regularity", "offerings_bought", "days_late"]])


def with_duckdb(folder: Path, as_of: date) -> pd.DataFrame:
    """Bare DuckDB: every column read, cast and summed or counted, and nothing else."""
    import duckdb

    parquet = folder / "invoices.parquet"
    rows = f"'{parquet}'" if parquet.exists() else f"read_csv('{folder / 'invoices.csv'}', all_varchar = true)"
    money = "sum(amount::DECIMAL(38, 6)), sum(cost::DECIMAL(38, 6)), sum(quantity::DOUBLE)"
    days = "max(date::DATE), max(due_date::DATE), max(paid_date::DATE)"
    texts = "count(DISTINCT account_id), count(DISTINCT offering_id), max(invoice_id), max(line_id), max(currency)"
    with duckdb.connect() as connection:
        return connection.sql(f"SELECT count(*), {money}, {days}, {texts} FROM {rows}").df()


PEERS: dict[str, Callable[[Path, date], pd.DataFrame]] = {
    "pandas": with_pandas,
    "polars": with_polars,
    "bare DuckDB": with_duckdb,
}
