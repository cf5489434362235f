"""Nouns: the tables and the words they use. Importing this package makes all of them known."""

from app.models import (
    backup,
    catalog,
    events,
    exports,
    feed,
    job,
    kept_answers,
    money,
    offers,
    review,
    supplier,
    sync,
    user,
)

__all__ = [
    "backup",
    "catalog",
    "events",
    "exports",
    "feed",
    "job",
    "kept_answers",
    "money",
    "offers",
    "review",
    "supplier",
    "sync",
    "user",
]
