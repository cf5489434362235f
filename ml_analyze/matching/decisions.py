"""What people said about rows of suppliers: looked up for a row, and laid out to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.keys import article_number, plain_key, wording
from ml_analyze.matching.normalize import text_of
from ml_analyze.matching.snapshot import Decision

#: supplier, and the key of ``handoff.keys``
Key = tuple[str | None, str]
# A supplier with more doubly linked products than this lists one product in several rows.
_MOST_SHARED = 0.1


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
            row = self.rows.setdefault((decision.supplier_id, decision.row_key), Judged(decision.item))
            if len(text_of(decision.item.get("name"))) > len(text_of(row.item.get("name"))):
                row.item = decision.item
            (row.linked if decision.linked else row.refused).add(decision.product_id)
        # Rows of one article number are told apart by what they say; those without one by nothing else.
        self._worded: dict[tuple[str | None, str | None], dict[str, Judged]] = {}
        for (supplier, key), row in self.rows.items():
            said = self._worded.setdefault((supplier, article_number(key)), {})
            same = said.setdefault(wording(row.item), Judged(row.item))
            same.linked |= row.linked
            same.refused |= row.refused
        every = [each for said in self._worded.values() for each in said.values()]
        for row in (*self.rows.values(), *every):
            row.linked -= row.refused

    def __len__(self) -> int:
        return sum(len(row.linked) + len(row.refused) for row in self.rows.values())

    def of(self, supplier_id: str | None, item: Mapping[str, Any], *, shared: bool = False) -> Judged | None:
        """What people said of a row. ``shared``: other rows of the list have its article number too."""
        if not self.rows:
            return None
        key = str(item.get("row_key") or plain_key(item))
        exact = self.rows.get((supplier_id, key))
        numbered = article_number(key)
        if numbered is not None and (item.get("row_key") or numbered != key):
            return exact
        said = self._worded.get((supplier_id, numbered))
        if not said:
            return exact
        return said.get(wording(item)) or (None if shared or len(said) > 1 else exact)

    def taken(self, supplier_id: str | None) -> dict[str, list[dict[str, Any]]]:
        """Products that rows of a supplier are linked to with those rows, where one row a product is its habit."""
        found: dict[str, list[dict[str, Any]]] = {}
        for key, row in self.rows.items():
            for product_id in row.linked if key[0] == supplier_id else ():
                found.setdefault(product_id, []).append(row.item)
        links = sum(map(len, found.values()))
        return found if links - len(found) <= _MOST_SHARED * links else {}

    def taught(self) -> list[tuple[Key, Judged]]:
        """Rows that can teach: with a name; in an order that the snapshot's lines do not change."""
        named = [(key, row) for key, row in self.rows.items() if row.item.get("name")]
        return sorted(named, key=lambda pair: tuple(str(part) for part in pair[0]))
