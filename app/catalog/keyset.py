"""Pages of a sorted table that go on behind a row: as fast in the middle as at the beginning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_

from app.extensions import db


@dataclass(frozen=True)
class Order:
    """By ``keys`` and then ``id``; rows without the first key come last, whichever way. Only one key may be absent."""

    keys: tuple[Any, ...]
    id: Any
    down: bool = False
    nullable: bool = True


@dataclass(frozen=True)
class Behind:
    """The last row that was shown: its keys and its id."""

    keys: tuple[Any, ...]
    id: Any


def some(query: Select[*tuple[Any, ...]], order: Order, *, behind: Behind | None, limit: int) -> Sequence[Any]:
    """Up to ``limit`` rows of the unsorted ``query``."""
    found: list[Any] = []
    if behind is None or behind.keys[0] is not None:
        found += db.session.execute(_with_key(query, order, behind).limit(limit))
        behind = None
    if order.nullable and len(found) < limit:
        found += db.session.execute(_without_key(query, order, behind).limit(limit - len(found)))
    return found


def _with_key(query: Select[*tuple[Any, ...]], order: Order, behind: Behind | None) -> Select[*tuple[Any, ...]]:
    if order.nullable:
        query = query.where(order.keys[0].is_not(None))
    if behind is not None:
        query = query.where(_after(tuple_(*order.keys, order.id), (*behind.keys, behind.id), order))
        if len(order.keys) > 1:  # of several tables: the first alone can be looked up
            query = query.where(_from(order.keys[0], behind.keys[0], order))
    return query.order_by(*(_way(each, order) for each in order.keys), _way(order.id, order))


def _without_key(query: Select[*tuple[Any, ...]], order: Order, behind: Behind | None) -> Select[*tuple[Any, ...]]:
    query = query.where(order.keys[0].is_(None))
    if behind is not None:
        query = query.where(_after(order.id, behind.id, order))
    return query.order_by(_way(order.id, order))


def _after(here: Any, last: Any, order: Order) -> ColumnElement[bool]:
    after: ColumnElement[bool] = here < last if order.down else here > last
    return after


def _from(here: Any, last: Any, order: Order) -> ColumnElement[bool]:
    found: ColumnElement[bool] = here <= last if order.down else here >= last
    return found


def _way(column: Any, order: Order) -> Any:
    return column.desc() if order.down else column.asc()
