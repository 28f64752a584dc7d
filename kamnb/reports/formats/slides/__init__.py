"""Pages as a PowerPoint presentation: where blocks stand, how high they are, and how they are written."""
