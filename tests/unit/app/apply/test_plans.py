"""Long lists are joined by hashes: what the planner has not seen yet must not send it into a loop over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app import database
from app.extensions import db
from app.models.supplier import Supplier
from tests.fixtures.results import Apply, item

LONG = 2100
#: what joins all staged rows with all items of their supplier
WHOLE = (
    "INSERT INTO staged (",
    "INSERT INTO staged_vanished",
    "UPDATE staged AS s SET odd",
    "array_remove(i.lists",
    "array_append(i.lists",
)


@pytest.fixture
def loops(ctx: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Of each such statement that ran, how its join was planned: by a nested loop or not."""
    found: dict[str, str] = {}

    really = database.rows

    def look(connection: Connection, statement: str, facts: Mapping[str, Any]) -> list[Any]:
        name = next((each for each in WHOLE if each in statement), None)
        if name:
            found[name] = "\n".join(row[0] for row in really(connection, f"EXPLAIN {statement}", facts))
        return really(connection, statement, facts)

    monkeypatch.setattr(database, "rows", look)
    return found


def test_a_long_list_of_a_supplier_unknown_to_the_statistics_is_joined_without_loops(
    send: Apply, loops: dict[str, str]
) -> None:
    known = Supplier(name="Known", source_type="csv", meta={})
    db.session.add(known)
    db.session.commit()
    send(*(item(f"K{n}", f"Item {n}") for n in range(LONG)), supplier=known)
    db.session.execute(text("ANALYZE supplier_items"))
    db.session.commit()
    send(*(item(f"A{n}", f"Item {n}") for n in range(LONG)))
    db.session.execute(text("UPDATE supplier_items SET lists = lists || '{other}' WHERE supplier_sku = 'A0'"))
    db.session.commit()
    loops.clear()
    send(*(item(f"A{n}", f"Item {n}", "1.10") for n in range(LONG)), replaces_all=True)
    assert set(loops) == set(WHOLE)
    assert [name for name, plan in loops.items() if "Nested Loop" in plan] == []
