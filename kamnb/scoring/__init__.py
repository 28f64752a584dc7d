"""Facts and criteria in, scores on the two axes and a quadrant out."""
