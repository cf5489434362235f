"""The four steps by which an office begins, each done when its own data says so: nothing is ticked by hand."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, select

from app.extensions import db
from app.models.catalog import Product
from app.models.job import Job
from app.models.review import MatchDecision
from app.money.office_currency import base_currency


class Step(StrEnum):
    LIST = "list"
    PRODUCTS = "products"
    MATCHES = "matches"
    CURRENCY = "currency"


@dataclass(frozen=True)
class Steps:
    done: frozenset[Step]

    @property
    def next(self) -> Step | None:
        """The first that is not done; None when the office has begun."""
        return next((each for each in Step if each not in self.done), None)


def steps() -> Steps:
    """Each costs one look at an index, until all are done."""
    found = {
        Step.LIST: _any(Job.applied_at.is_not(None)),
        Step.PRODUCTS: _any(Product.id.is_not(None)),
        Step.MATCHES: _any(MatchDecision.id.is_not(None)),
        Step.CURRENCY: base_currency() is not None,
    }
    return Steps(frozenset(step for step, is_done in found.items() if is_done))


def _any(condition: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists().where(condition))))
