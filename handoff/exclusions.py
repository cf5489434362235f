"""What of a supplier's list is not wanted: categories, brands or names, with ``*`` for anything. Pure.

A pattern is compared with the whole value, whatever its letters' case: no person writes a regular expression, and no
pattern costs more than one walk through the value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from handoff.doubts import PassedOver, PassedOverExample

#: the kind under which rows that are not wanted are counted
EXCLUDED = "excluded"
EXAMPLES = 3
LONGEST = 200


class Exclusion(BaseModel):
    """``pattern`` fits a whole brand or name, a category or any level of it, or all levels joined by `` > ``."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    field: Literal["category", "brand", "name"]
    pattern: str

    def fits(self, item: Mapping[str, Any]) -> bool:
        """``item`` has ``name``, and ``brand`` and ``category`` by itself or among its ``characteristics``."""
        return any(_fits(_plain(self.pattern), _plain(value)) for value in _values(item, self.field))


@dataclass
class Sieve:
    """Lets through what is wanted, and counts the rest."""

    exclusions: Iterable[Exclusion]
    count: int = 0
    examples: list[PassedOverExample] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.exclusions = tuple(self.exclusions)

    def wants(self, item: Mapping[str, Any]) -> bool:
        if not any(each.fits(item) for each in self.exclusions):
            return True
        self.count += 1
        if len(self.examples) < EXAMPLES:
            source = item.get("source") or {}
            place = {"sheet": source.get("sheet"), "row": source.get("row")}
            self.examples.append(PassedOverExample(**place, text=str(item["name"])[:LONGEST]))
        return False

    def told(self) -> list[PassedOver]:
        return [PassedOver(kind=EXCLUDED, count=self.count, examples=self.examples)] if self.count else []


def _values(item: Mapping[str, Any], name: str) -> list[str]:
    value = item.get(name) or (item.get("characteristics") or {}).get(name)
    if not value:
        return []
    levels = [str(each) for each in value] if isinstance(value, list) else [str(value)]
    return [*levels, " > ".join(levels)] if len(levels) > 1 else levels


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _fits(pattern: str, value: str) -> bool:
    first, *parts = pattern.split("*")
    if not parts:
        return value == first
    *inner, last = parts
    if len(value) < len(first) + len(last) or not (value.startswith(first) and value.endswith(last)):
        return False
    at, end = len(first), len(value) - len(last)
    for part in inner:
        found = value.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
