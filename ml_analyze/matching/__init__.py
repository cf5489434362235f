"""Supplier rows to products: ``Matcher.open(snapshot, ...).match(items, ...)``."""

from ml_analyze.matching.matcher import Matcher
from ml_analyze.matching.snapshot import CatalogUnreadable

__all__ = ["CatalogUnreadable", "Matcher"]
