"""Lists that are read page by page behind a row, by sealed cursors, and what was touched since a moment.

A cursor holds the place of the page's last row, not its number: whatever is added or removed meanwhile, a row that
stays as it is comes once. Read by ``updated_since`` the order is that of the touches, so a row that is touched while
somebody reads comes again behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Select, text

from app.api.shapes import Body, ByCursor, CursorPage
from app.catalog import keyset
from app.errors import Invalid
from app.extensions import db

Item = TypeVar("Item")
#: these say which page of a list is meant, all other parameters which list
PLACE = {"cursor", "limit", "page"}

# What a transaction touches bears the moment at which it began: whoever asks on from the beginning of the oldest one
# that is open misses nothing of what it will commit.
NOTHING_MISSED = text("""
    SELECT least(now(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
""")


@dataclass(frozen=True)
class Found:
    """``rows`` as the query selects them; ``next`` and ``since`` are the page's."""

    rows: Sequence[Any]
    next: str | None
    since: datetime
    limit: int

    @property
    def entities(self) -> list[Any]:
        """Of a query that selects but one."""
        return [each[0] for each in self.rows]

    def named(self, columns: Iterable[str]) -> list[dict[str, Any]]:
        """The rows of a query that selects these ``columns``."""
        return [dict(zip(columns, each, strict=True)) for each in self.rows]

    def told(self, data: list[Item]) -> CursorPage[Item]:
        """The reply, with the rows as ``data`` tells them."""
        return CursorPage[Item](data=data, limit=self.limit, next=self.next, next_updated_since=self.since)


def page(query: ByCursor, rows: Select[*tuple[Any, ...]], order: keyset.Order, *, touched: Any, limit: int) -> Found:
    """Up to ``limit`` of the unsorted ``rows``, in ``order`` or, by ``updated_since``, as they were ``touched``.

    Raises Invalid for a cursor that this list did not give.
    """
    if query.updated_since is not None:
        rows = rows.where(touched >= query.updated_since)
        order = keyset.Order((touched,), order.id, nullable=False)
    behind, since = _place(query)
    keyed = rows.add_columns(*order.keys, order.id)
    found = keyset.some(keyed, order, behind=behind, limit=limit + 1)
    width = len(order.keys) + 1
    last = found[limit - 1][-width:] if len(found) > limit else None
    following = seal(query, [*map(_written, last), _written(since)]) if last else None
    return Found([each[:-width] for each in found[:limit]], following, since, limit)


def nothing_missed() -> datetime:
    """The moment to ask on from: before it nothing is left to be committed."""
    moment: datetime = db.session.scalars(NOTHING_MISSED).one()
    return moment


def seal(query: Body, place: list[Any]) -> str:
    """A cursor that only this list, with these filters, opens."""
    return str(_sealer(query).dumps(place))


def unseal(query: Body, cursor: str) -> list[Any]:
    """Raises Invalid."""
    try:
        place: list[Any] = _sealer(query).loads(cursor)
    except BadData as error:
        sentence = "This cursor is not one that this list gave for these filters. Begin again with an empty one."
        raise Invalid(sentence, details={"cursor": "Not a cursor of this list."}) from error
    return place


def _sealer(query: Body) -> URLSafeSerializer:
    which = query.model_dump_json(exclude=PLACE)
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"cursor {request.path} {which}")


def _place(query: ByCursor) -> tuple[keyset.Behind | None, datetime]:
    """The row to go on behind, and since when its first page was read."""
    if not query.cursor:
        return None, nothing_missed()
    *keys, row_id, since = (_read(*each) for each in unseal(query, query.cursor))
    return keyset.Behind(tuple(keys), row_id), since


def _written(value: Any) -> tuple[str, str]:
    return type(value).__name__, value.isoformat() if isinstance(value, datetime) else str(value)


def _read(kind: str, value: str) -> Any:
    return _KINDS[kind](value)


_KINDS: dict[str, Any] = {
    "str": str,
    "int": int,
    "UUID": UUID,
    "Decimal": Decimal,
    "datetime": datetime.fromisoformat,
    "NoneType": lambda _value: None,
}
