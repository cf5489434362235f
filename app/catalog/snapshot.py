"""The catalogue as ml-analyze sees it: two files a version on the volume, written when something changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlalchemy import TextClause, text

from app import database
from app.extensions import db
from app.volume import volume

log = structlog.get_logger()

PRODUCTS = text("""
    SELECT 'product' AS kind, p.id::text AS id, p.internal_sku AS sku, p.name, p.description, p.brand,
        c.name AS category, p.barcode, p.price::text AS price, p.currency
    FROM products AS p LEFT JOIN categories AS c ON c.id = p.category_id
    WHERE p.status <> 'archived'
""")

DECISIONS = text("""
    SELECT verdict AS kind, supplier_id::text AS supplier_id, supplier_sku, name, description, price::text AS price,
        currency, brand, characteristics->'category' AS category, characteristics->>'barcode' AS barcode,
        characteristics->>'unit' AS unit, characteristics->>'pack_size' AS pack_size,
        nullif(characteristics, '{}') AS characteristics, product_id::text AS product_id
    FROM match_decisions
""")

_REVISION = """
    SELECT revision, products, EXISTS (SELECT 1 FROM products WHERE status <> 'archived') AS any FROM catalog_revision
"""
REVISION = text(_REVISION)


@dataclass(frozen=True)
class Snapshot:
    """``path`` is absolute."""

    version: str
    path: Path


def revision() -> int:
    """Raised by the database with every change of products, links and vetoes."""
    return int(db.session.execute(REVISION).one().revision)


def current() -> Snapshot | None:
    """The newest snapshot, written now if there is none of this revision; None while the catalogue is empty.

    Products and decisions are files of their own, so that a decision costs no new index: the decisions' file names
    the products'. Two processes may write the same version at once: both write the same bytes and renames are whole.
    """
    row = database.at_once(db.engine, _REVISION, facts={})
    assert row is not None  # the table has one row, always
    number, products, is_any = row
    if (found := _Files.of(number, products)).are_there:
        return found.snapshot
    if not is_any:
        return None
    # One moment for all questions and the revision, whatever is decided meanwhile.
    connection = db.engine.connect().execution_options(isolation_level="REPEATABLE READ", stream_results=True)
    with connection, connection.begin():
        now = connection.execute(REVISION).one()
        if not now.any:
            return None
        files = _Files.of(now.revision, now.products)
        if not files.products.exists():
            _write(files.products, _blocks(connection, PRODUCTS))
        if not files.decisions.exists():
            head = orjson.dumps({"kind": "products", "file": files.products.name}) + b"\n"
            _write(files.decisions, chain([head], _blocks(connection, DECISIONS)))
        log.info("catalog_snapshot_written", version=files.version)
    return files.snapshot


@dataclass(frozen=True)
class _Files:
    """Where the two files of a version lie; the decisions' name holds the products', which a purge goes by."""

    version: str
    products: Path
    decisions: Path

    @classmethod
    def of(cls, revision: int, of_products: int) -> _Files:
        products = f"p{of_products}"
        version = f"r{revision}-{products}"
        return cls(version, volume().catalog_target(products), volume().catalog_target(version))

    @property
    def are_there(self) -> bool:
        return volume().has(self.products) and volume().has(self.decisions)

    @property
    def snapshot(self) -> Snapshot:
        return Snapshot(self.version, self.decisions)


def _write(target: Path, blocks: Iterable[bytes]) -> None:
    with volume().reserve(None) as incoming:
        for block in blocks:
            incoming.write(block)
        incoming.place(target)


def _blocks(connection: Any, question: TextClause) -> Iterator[bytes]:
    for rows in connection.execute(question).mappings().partitions(2000):
        yield b"".join(
            orjson.dumps({name: value for name, value in row.items() if value is not None}) + b"\n" for row in rows
        )
