"""Verbs: our products, their snapshot for ml-analyze, and how they come in."""
