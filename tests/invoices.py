"""Invoice lines of accounts that buy every month."""

from datetime import date

import pandas as pd

DAY = date(2026, 6, 30)


def monthly(account, amount, last=DAY, months=36, **further):
    """A line at the end of each month, newest first."""
    ends = pd.date_range(end=last, periods=months, freq="ME")[::-1]
    amounts = amount if isinstance(amount, list) else [amount] * months
    return [
        {"account_id": account, "date": str(end.date()), "amount": each, **further}
        for end, each in zip(ends, amounts, strict=True)
    ]
