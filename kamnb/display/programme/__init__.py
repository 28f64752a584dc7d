"""Hours, loads and assignment of the programme."""
