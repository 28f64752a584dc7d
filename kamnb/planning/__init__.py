"""One account's plan: what it needs, from its facts and tables."""
