"""Verbs on a supplier."""
