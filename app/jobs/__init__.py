"""Verbs on a job."""
