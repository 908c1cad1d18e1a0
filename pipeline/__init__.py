"""Recordings of citizens' interviews and round-tables become editable white-paper chapters."""

__version__ = "0.1.0"
