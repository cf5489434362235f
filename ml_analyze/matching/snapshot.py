"""The catalogue snapshot: products, and what people decided. See the treaty for its lines."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from handoff.keys import article_number, plain_key

_CHUNK = 1 << 22
_NEEDED = {"product": ("id", "name"), "products": ("file",), "link": ("product_id",), "veto": ("product_id",)}


class CatalogUnreadable(Exception):
    """The snapshot cannot be used; the message says which line and why."""


@dataclass(frozen=True)
class Product:
    """One product as the catalogue has it; a missing text is empty."""

    id: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Decision:
    """A person's yes (``linked``) or no about one supplier's row (known by ``row_key``) and one product."""

    linked: bool
    product_id: str
    supplier_id: str | None
    row_key: str
    item: dict[str, Any]


class Lines:
    """A file of JSON lines, mapped: they are parsed when they are asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self.size = file.seek(0, 2)
                self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self.size else b""
        except OSError as error:
            raise CatalogUnreadable(f"The catalogue {path.name} cannot be opened: {error.strerror}.") from error

    def digest(self) -> str:
        taken = hashlib.sha256()
        with self.path.open("rb") as file:
            while block := file.read(_CHUNK):
                taken.update(block)
        return taken.hexdigest()

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Byte offset and content of every line; a line that is no object is an error with its number."""
        start = number = 0
        while start < self.size:
            end = self.data.find(b"\n", start)
            end = self.size if end < 0 else end
            number += 1
            line = self.data[start:end].strip()
            if line:
                yield start, self._parsed(line, number)
            start = end + 1

    def at(self, offset: int) -> dict[str, Any]:
        end = self.data.find(b"\n", offset)
        content: dict[str, Any] = orjson.loads(self.data[offset : self.size if end < 0 else end])
        return content

    def _parsed(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            content = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise CatalogUnreadable(
                f"Line {number} of the catalogue {self.path.name} is not JSON ({error}); write the snapshot again."
            ) from error
        kind = content.get("kind") if isinstance(content, dict) else None
        for field in _NEEDED.get(str(kind), ()):
            if content.get(field) in (None, ""):
                raise CatalogUnreadable(f"Line {number} of the catalogue {self.path.name} is a {kind} without {field}.")
        if kind is None:
            raise CatalogUnreadable(f"Line {number} of the catalogue {self.path.name} has no kind.")
        read: dict[str, Any] = content
        return read


class Snapshot:
    """A catalogue version: one file of products and decisions, or decisions that name the file of their products.

    Products change seldom and are many, decisions are made all day: apart, a decision leaves the products' file, and
    the index that was built of it, as they are.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._said = Lines(path)
        first = next(iter(self._said), (0, {}))[1]
        self.is_apart = first.get("kind") == "products"
        if self.is_apart:
            beside = path.with_name(Path(str(first["file"])).name)
            if not beside.is_file():
                raise CatalogUnreadable(
                    f"The catalogue {path.name} needs {beside.name}, which is gone; hand over again."
                )
            self.products = Lines(beside)
        else:
            self.products = self._said

    def digest(self) -> str:
        """Hash of what the index is built of: two versions with the same products share one."""
        return self.products.digest()

    def decided(self) -> str:
        """Hash of the decisions that lie apart; empty when they stand in the products' file."""
        return self._said.digest() if self.is_apart else ""

    def decisions(self) -> Iterator[Decision]:
        """Those that lie apart; those of one file are kept with its index."""
        if self.is_apart:
            yield from (decision_of(line) for _, line in self._said if line["kind"] in ("link", "veto"))

    def product_at(self, offset: int) -> Product:
        fields = self.products.at(offset)
        return Product(str(fields["id"]), fields)


def decision_of(line: dict[str, Any]) -> Decision:
    """A link or veto line; its row is shaped like an item afterwards."""
    item = {key: value for key, value in line.items() if key not in ("kind", "product_id", "supplier_id")}
    item["sku"] = str(item.pop("supplier_sku", None) or "").strip()
    row_key = plain_key(item)
    item["sku"] = article_number(row_key)
    supplier = line.get("supplier_id")
    return Decision(line["kind"] == "link", str(line["product_id"]), str(supplier) if supplier else None, row_key, item)
