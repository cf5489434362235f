"""Verbs: a result file becomes items, prices, reviews and log lines; or is held; or is taken back."""
