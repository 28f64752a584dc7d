"""Why a relationship stage is another: which tests of evidence changed."""

from typing import TYPE_CHECKING

from kamnb.scoring.movement.sides import Side

if TYPE_CHECKING:
    import pandas as pd


def compare_tests(before: Side, now: Side) -> "pd.DataFrame":
    """Return the tests that moved a stage: of the higher one of the two, those that fail, or are unknown, on one day only.

    Up, the stage was reached because all of them pass now; down, it was left because of each.

    Returns
    -------
    DataFrame
        ``account_id``, ``stage_before``, ``stage_now``, ``fact``, ``value_before``, ``value_now``, ``bound``, ``is_least``;
        a row with no ``fact`` where it was no test of that stage (a first invoice, or people reached known at last).
    """
    import pandas as pd

    stages = now.stages[["stage"]].join(before.stages["stage"].rename("before"), how="inner").dropna()
    moved = stages[stages["stage"] != stages["before"]]
    tests = before.tests.merge(now.tests, on=["account_id", "level", "fact"], how="inner", suffixes=("_before", "_now"))
    rows = []
    for account, row in moved.iterrows():
        own = tests[(tests["account_id"] == account) & (tests["level"] == max(row["stage"], row["before"]))]
        up = row["stage"] > row["before"]
        first, last = ("before", "now") if up else ("now", "before")
        own = own[(own[f"passes_{first}"] != 1) & (own[f"passes_{last}"] == 1)]
        head = (str(account), row["before"], row["stage"])
        rows += [
            (*head, each.fact, each.value_before, each.value_now, each.bound_now, bool(each.is_least_now))
            for each in own.itertuples()
        ] or [(*head, None, float("nan"), float("nan"), float("nan"), True)]
    columns = ["account_id", "stage_before", "stage_now", "fact", "value_before", "value_now", "bound", "is_least"]
    return pd.DataFrame(rows, columns=columns).sort_values(["account_id", "fact"], ignore_index=True)
