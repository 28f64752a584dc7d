"""Words of our own view of a customer, none of which may stand in what the customer is given."""

import re

INTERNAL = (
    "score", "quadrant", "strategic", "streamline", "attractiveness", "strength", "stage", "potential",
    "profit", "margin", "revenue", "pipeline", "probability", "wallet", "competitor", "sentiment", "champion", "opponent",
    "gatekeeper", "risk", "red flag", "stale", "cost to serve", "hurdle", "overrule", "rating",
)  # fmt: skip


def find_internal(text):
    return [word for word in INTERNAL if re.search(rf"\b{word}", text, re.IGNORECASE)]
