"""The four steps by which an office begins, each done when its own data says so: nothing is ticked by hand.

``make run`` keeps under ``SAMPLES`` which suppliers and products it brought: they are nobody's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, select

from app.extensions import db
from app.models.catalog import Product
from app.models.job import Job
from app.models.review import MatchDecision
from app.models.sync import AppSetting
from app.money.office_currency import base_currency

SAMPLES = "samples"


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
    brought = db.session.scalar(select(AppSetting.value).where(AppSetting.key == SAMPLES)) or {}
    until = datetime.fromisoformat(brought["products_until"]) if brought else None
    found = {
        Step.LIST: _any(Job.applied_at.is_not(None), Job.supplier_name.not_in(brought.get("suppliers", []))),
        Step.PRODUCTS: _any(Product.created_at > until if until else Product.id.is_not(None)),
        Step.MATCHES: _any(MatchDecision.id.is_not(None)),
        Step.CURRENCY: base_currency() is not None,
    }
    return Steps(frozenset(step for step, is_done in found.items() if is_done))


def _any(*conditions: ColumnElement[bool]) -> bool:
    return bool(db.session.scalar(select(exists().where(*conditions))))
