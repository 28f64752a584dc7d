"""The review of the portfolio on two pages: what to decide, and what moved, is missing, promised and to be shifted."""
