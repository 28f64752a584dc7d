"""The portfolio matrix, drawn and told."""
