"""Verbs: what people say about a match, and what follows from it."""
