"""What people said about rows of suppliers: looked up for a row, and laid out to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml_analyze.matching.normalize import text_of
from ml_analyze.matching.snapshot import Decision

Key = tuple[str | None, str, str]
# A supplier with more doubly linked products than this lists one product in several rows.
_MOST_SHARED = 0.1


def row_key(supplier_id: str | None, item: Mapping[str, Any]) -> Key:
    """A supplier's row is known by its SKU, and by name and description when it has none."""
    sku = str(item.get("sku") or "").strip()
    if sku:
        return supplier_id, sku, ""
    return supplier_id, "", f"{text_of(item.get('name'))}\n{text_of(item.get('description'))}"


@dataclass
class Judged:
    """One row that people decided on, with the products they linked and refused."""

    item: dict[str, Any]
    linked: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


class Decisions:
    """All links and vetoes of a snapshot. Where both are said of one pair, the veto counts: a person looks again."""

    def __init__(self, decisions: Iterable[Decision]) -> None:
        self.rows: dict[Key, Judged] = {}
        for decision in decisions:
            row = self.rows.setdefault(row_key(decision.supplier_id, decision.item), Judged(decision.item))
            if len(text_of(decision.item.get("name"))) > len(text_of(row.item.get("name"))):
                row.item = decision.item
            (row.linked if decision.linked else row.refused).add(decision.product_id)
        for row in self.rows.values():
            row.linked -= row.refused

    def __len__(self) -> int:
        return sum(len(row.linked) + len(row.refused) for row in self.rows.values())

    def of(self, supplier_id: str | None, item: Mapping[str, Any]) -> Judged | None:
        return self.rows.get(row_key(supplier_id, item))

    def taken(self, supplier_id: str | None) -> set[str]:
        """Products that rows of a supplier are linked to, where one row a product is the supplier's habit."""
        linked = [p for key, row in self.rows.items() if key[0] == supplier_id for p in row.linked]
        once = set(linked)
        return once if len(linked) - len(once) <= _MOST_SHARED * len(linked) else set()

    def taught(self) -> list[tuple[Key, Judged]]:
        """Rows that can teach: with a name; in an order that the snapshot's lines do not change."""
        named = [(key, row) for key, row in self.rows.items() if row.item.get("name")]
        return sorted(named, key=lambda pair: tuple(str(part) for part in pair[0]))
