"""The sample as its files have it, read once for all tests of the data."""

import pandas as pd
import pytest
from sample_rows import A_YEAR_AGO, AS_OF, SAMPLE

from kamnb.data.tables import TABLES


@pytest.fixture(scope="session")
def sample():
    return {name: pd.read_csv(SAMPLE / f"{name}.csv", dtype=str, keep_default_na=False) for name in TABLES}


@pytest.fixture(scope="session")
def accounts(sample):
    return sample["accounts"].set_index("account_id")


@pytest.fixture(scope="session")
def invoices(sample):
    """Lines up to the day that can be used, in euro at the rates of kamnb.toml."""
    lines = sample["invoices"].drop_duplicates(["invoice_id", "line_id"])
    aliases = sample["aliases"].set_index("external_id").account_id
    lines["account_id"] = lines.account_id.map(lambda given: aliases.get(given, given))
    lines = lines[pd.to_numeric(lines.amount, errors="coerce").notna() & (lines.account_id != "") & (lines.date <= AS_OF)].copy()
    rates = [euro(currency, day) for currency, day in zip(lines.currency, lines.date, strict=True)]
    return lines.assign(
        euro=lines.amount.astype(float) * rates, margin=(lines.amount.astype(float) - lines.cost.astype(float)) * rates
    )


def euro(currency, day):
    dated = {
        "EUR": {"2000-01-01": 1.0},
        "CHF": {"2023-01-01": 1.02, "2024-07-01": 1.05, "2025-07-01": 1.07},
        "USD": {"2023-01-01": 0.93, "2024-07-01": 0.92, "2025-07-01": 0.88},
    }[currency]
    return [value for start, value in sorted(dated.items()) if start <= day][-1]


@pytest.fixture(scope="session")
def revenue_ltm(invoices):
    return invoices[invoices.date > A_YEAR_AGO].groupby("account_id").euro.sum()
