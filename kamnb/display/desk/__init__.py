"""What the desk shows: trials, edits, ratings, versions."""
