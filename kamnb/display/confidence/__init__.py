"""How sure a place is, in counts and words."""
