"""Delimited text: encoding, dialect, rows."""
