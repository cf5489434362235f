"""The layout of a supplier's last good list: kept with the result, followed where it still fits, missed where not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handoff.api import Hints
from handoff.doubts import Doubt, DoubtCode

from .choose import Candidate
from .layout import Layout
from .lexicon import normal

_TABLES = 20
_FOLLOWED = ("name", "sku", "price")
_GONE = 0.5


def fingerprint(candidates: Sequence[Candidate], layouts: Mapping[int, Layout]) -> dict[str, Any]:
    """Sheets, headers, roles, number formats and price kinds of the tables that were taken; alike ones once."""
    tables: list[dict[str, Any]] = []
    for place, candidate in enumerate(candidates):
        if candidate.used and not candidate.matrix and len(tables) < _TABLES:
            table = _table(candidate, layouts[place])
            if table["headers"] and all(known["headers"] != table["headers"] for known in tables):
                tables.append(table)
    return {"version": 1, "tables": tables}


def _table(candidate: Candidate, layout: Layout) -> dict[str, Any]:
    headers, choice = candidate.table.headers, candidate.table.roles.choice
    said = choice.said.get(choice.main) if choice.main is not None else None
    return {
        "sheet": candidate.table.sheet.name,
        "headers": [text for text in headers if text],
        "roles": {role: headers[at] for role, at in layout.columns.items() if at < len(headers) and headers[at]},
        "prices": [headers[at] for at in layout.prices if at < len(headers) and headers[at]],
        "decimal_mark": layout.price.mark if layout.price else None,
        "price_kind": said.kind.value if said else None,
        "kinds": {headers[at]: each.kind.value for at, each in choice.said.items() if headers[at]},
        "currency": layout.currency,
    }


def remembered(last: Mapping[str, Any] | None, now: Mapping[str, Any], hints: Hints) -> Hints | None:
    """What the last layout says of this one's columns; None where it says nothing, or nothing else.

    Only a list of one kind of table is followed: where tables differ, a header alone does not tell which is meant.
    """
    before = _only_table(last)
    current = _only_table(now)
    if before is None or current is None:
        return None
    here = {normal(text) for text in current["headers"]}
    kept = {
        role: header
        for role, header in before["roles"].items()
        if role in _FOLLOWED and normal(header) in here and role not in hints.columns
    }
    if len(kept) < sum(role in before["roles"] for role in _FOLLOWED) or not kept:
        return None
    if all(normal(current["roles"].get(role, "")) == normal(header) for role, header in kept.items()):
        return None
    return hints.model_copy(update={"columns": {**hints.columns, **kept}})


def is_as_before(last: Mapping[str, Any] | None, now: Mapping[str, Any]) -> bool:
    """Whether name, code and price stand under the headers of last time."""
    before, current = _only_table(last), _only_table(now)
    if before is None or current is None:
        return False
    return all(normal(before["roles"].get(role, "")) == normal(current["roles"].get(role, "")) for role in _FOLLOWED)


def gone(last: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[Doubt]:
    """Columns of last time that are not there any more: what stands for them now is a doubt."""
    before, current = _only_table(last), _only_table(now)
    if before is None or current is None:
        return []
    here = {normal(text) for text in current["headers"]}
    return [
        Doubt(
            what=DoubtCode.LAYOUT_CHANGED,
            where=current["sheet"],
            choice=current["roles"].get(role) or f"no {role}",
            instead=f"{header}, which is gone",
            probability=_GONE,
        )
        for role, header in before["roles"].items()
        if role in _FOLLOWED and normal(header) not in here
    ]


def _only_table(layout: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    tables = (layout or {}).get("tables")
    if not isinstance(tables, list) or len(tables) != 1 or not isinstance(tables[0], dict):
        return None
    table = tables[0]
    whole = isinstance(table.get("headers"), list) and isinstance(table.get("roles"), dict)
    return table if whole else None
