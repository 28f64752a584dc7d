"""Executed notebooks as regression tests: run again, and what changed told so that a person can read it."""
