"""The indicators that come from invoices, as a careful analyst would compute them in plain pandas."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

KEY = "account_id"
IDS = ("account_id", "offering_id")
LEDGER_SLACK_DAYS = 45
"""Who was invoiced within so many days of the first invoice of all may have bought long before."""
COLUMNS = "amount::DOUBLE AS amount, cost::DOUBLE AS cost, date, due_date, paid_date"


def read_lines(file: Path) -> pd.DataFrame:
    """Read the columns needed, money as floats; ids become categories, which makes every later step faster and smaller."""
    import duckdb

    with duckdb.connect() as connection:
        lines = connection.sql(f"SELECT {', '.join(IDS)}, {COLUMNS} FROM '{file}'").df()
    return lines.astype(dict.fromkeys(IDS, "category"))


def read_lean_lines(file: Path) -> pd.DataFrame:
    """Read the same, but let DuckDB make the categories, so that pandas never holds the ids as text: its best case."""
    import duckdb

    with duckdb.connect() as connection:
        for name in IDS:
            connection.execute(f"CREATE TYPE {name} AS ENUM (SELECT DISTINCT {name} FROM '{file}' ORDER BY 1)")
        ids = ", ".join(f"{name}::{name} AS {name}" for name in IDS)
        return connection.sql(f"SELECT {ids}, {COLUMNS} FROM '{file}'").df()


def measure_lines(lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Measure every account; the day must be the last of its month."""
    day = pd.Timestamp(as_of)
    lines["month"] = ((day.year - lines["date"].dt.year) * 12 + day.month - lines["date"].dt.month).astype("int16")
    facts = pd.DataFrame(index=pd.Index(sorted(lines[KEY].unique()), name=KEY))
    monthly = lines[lines["month"] < 24].groupby([KEY, "month"], observed=True)["amount"].sum().unstack(fill_value=0.0)
    monthly = monthly.reindex(index=facts.index, columns=range(24), fill_value=0.0)
    add_revenue(facts, monthly)
    add_rhythm(facts, lines, day)
    ltm = lines[lines["month"] < 12]
    add_margin(facts, ltm)
    add_assortment(facts, ltm)
    add_receivables(facts, lines, monthly, day)
    facts["revenue_ytd"] = total(facts, lines[lines["date"] >= f"{day.year}-01-01"])
    return facts.set_axis(facts.index.astype("str"))


def total(facts: pd.DataFrame, lines: pd.DataFrame, column: str = "amount") -> pd.Series:
    return lines.groupby(KEY, observed=True)[column].sum().reindex(facts.index, fill_value=0.0)


def add_revenue(facts: pd.DataFrame, monthly: pd.DataFrame) -> None:
    facts["revenue_ltm"] = monthly.loc[:, :11].sum(axis=1).round(6)
    facts["revenue_prior"] = monthly.loc[:, 12:].sum(axis=1).round(6)
    facts["revenue_growth"] = (facts["revenue_ltm"] / facts["revenue_prior"] - 1).where(facts["revenue_prior"] > 0)
    mean = (facts["revenue_ltm"] + facts["revenue_prior"]) / 24
    facts["revenue_volatility"] = (monthly.std(axis=1, ddof=0) / mean).where(mean > 0)


def add_rhythm(facts: pd.DataFrame, lines: pd.DataFrame, day: pd.Timestamp) -> None:
    days = lines.loc[lines["amount"] > 0, [KEY, "date", "month"]].drop_duplicates([KEY, "date"]).sort_values([KEY, "date"])
    recent = days[days["month"] < 12]
    recent = recent.assign(quarter=recent["month"] // 3).groupby(KEY, observed=True)
    facts["months_active"] = recent["month"].nunique()
    facts["quarters_active"] = recent["quarter"].nunique()
    before = days[days["month"] >= 12].groupby(KEY, observed=True)["date"].agg(["count", "min"]).reindex(facts.index)
    recent_days = recent.size().reindex(facts.index, fill_value=0)
    year_ago = day - pd.DateOffset(months=12)
    expected = (before["count"] - 1) * (day - year_ago).days / (year_ago - before["min"]).dt.days
    whole = np.floor(expected.round(6)).clip(lower=1)
    facts["order_regularity"] = (recent_days / whole).clip(upper=1).where(before["count"] >= 4)
    facts[["months_active", "quarters_active"]] = facts[["months_active", "quarters_active"]].fillna(0)
    reach = days.groupby(KEY, observed=True)["date"].agg(["min", "max"])
    first = reach["min"].reindex(facts.index)
    begins_later = (first - lines["date"].min()).dt.days > LEDGER_SLACK_DAYS
    facts["tenure"] = ((day - first).dt.days / 365.25).where(begins_later)
    facts["days_since_invoice"] = (day - reach["max"]).dt.days


def add_margin(facts: pd.DataFrame, ltm: pd.DataFrame) -> None:
    unknown = facts.index.isin(ltm.loc[ltm["cost"].isna(), KEY].unique())
    facts["margin_ltm"] = (facts["revenue_ltm"] - total(facts, ltm, "cost")).mask(unknown)
    facts["gross_margin"] = (facts["margin_ltm"] / facts["revenue_ltm"]).where(facts["revenue_ltm"] > 0)


def add_assortment(facts: pd.DataFrame, ltm: pd.DataFrame) -> None:
    offered = ltm.groupby([KEY, "offering_id"], observed=True)["amount"].sum().round(6)
    bought = offered[offered > 0].groupby(level=0, observed=True)
    facts["offerings_bought"] = bought.size()
    facts["offerings_bought"] = facts["offerings_bought"].mask(facts["offerings_bought"].isna() & (facts["revenue_ltm"] <= 0), 0)
    squares = (offered[offered > 0] ** 2).groupby(level=0, observed=True).sum()
    facts["offering_concentration"] = squares / bought.sum() ** 2


def add_receivables(facts: pd.DataFrame, lines: pd.DataFrame, monthly: pd.DataFrame, day: pd.Timestamp) -> None:
    is_open = lines["paid_date"].isna() | (lines["paid_date"] > day)
    unpaid = lines[is_open]
    facts["receivables_open"] = total(facts, unpaid)
    facts["receivables_overdue"] = total(facts, unpaid[unpaid["due_date"] < day])
    paid = lines[~is_open & (lines["amount"] > 0) & (lines["paid_date"] > day - pd.DateOffset(months=12))]
    days = (paid["paid_date"] - paid["due_date"]).dt.days.clip(lower=0)
    paid = paid[[KEY, "amount"]].assign(weighted=paid["amount"] * days, late=paid["amount"].where(days > 0, 0.0))
    sums = paid.groupby(KEY, observed=True)[["amount", "weighted", "late"]].sum()
    facts["days_late"] = sums["weighted"] / sums["amount"]
    facts["late_share"] = sums["late"] / sums["amount"]
    balance = facts["receivables_open"].round(6).clip(lower=0)
    facts["dso_simple"] = (balance / facts["revenue_ltm"] * 365).where(facts["revenue_ltm"] > 0)
    facts["dso_countback"] = count_back(balance.to_numpy(), monthly.to_numpy()) * 30


def count_back(balance: np.ndarray, monthly: np.ndarray) -> np.ndarray:
    """Months of sales, newest first, that the balance takes; NaN where 24 are not enough."""
    taken = monthly.cumsum(axis=1).round(6)
    reached = taken >= balance[:, None]
    rows, last = np.arange(len(balance)), reached.argmax(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        months = last + (balance - taken[rows, last]) / monthly[rows, last] + 1
    return np.where(balance == 0, 0.0, np.where(reached.any(axis=1), months, np.nan))
