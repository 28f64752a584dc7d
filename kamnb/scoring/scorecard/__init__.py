"""A scorecard that a user brings, recomputed."""
