"""All accounts together."""
