"""Figures, tables and sentences; computes nothing."""
