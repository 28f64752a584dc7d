"""The sample as its files have it, for tests of what is in it."""

from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
SAMPLE = DATA / "sample"
AS_OF = "2026-06-30"
A_YEAR_AGO = "2025-06-30"


def of(frame, account):
    return frame[frame.account_id == account]
