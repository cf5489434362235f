"""Workbooks: the package checked first, then its cells."""
