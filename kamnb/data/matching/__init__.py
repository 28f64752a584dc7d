"""Ids of two systems that mean one account: proposed by names, taken only where a person said so."""
