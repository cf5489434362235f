"""Nouns: the tables and the words they use. Importing this package makes all of them known."""

from app.models import catalog, events, feed, job, money, review, supplier, sync, user

__all__ = ["catalog", "events", "feed", "job", "money", "review", "supplier", "sync", "user"]
