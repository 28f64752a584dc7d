"""The modules behind ``make_sample.py``."""
