"""Widgets around tested functions."""
