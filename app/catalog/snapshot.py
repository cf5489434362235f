"""The catalogue as ml-analyze sees it: one file a version on the volume, written when something changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import structlog
from sqlalchemy import text

from app.extensions import db
from app.volume import volume

log = structlog.get_logger()

PRODUCTS = text("""
    SELECT 'product' AS kind, p.id::text AS id, p.internal_sku AS sku, p.name, p.description, p.brand,
        c.name AS category, p.barcode, p.price::text AS price
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

REVISION = text("SELECT revision FROM catalog_revision")
ANY_PRODUCT = text("SELECT EXISTS (SELECT 1 FROM products WHERE status <> 'archived')")


@dataclass(frozen=True)
class Snapshot:
    """``path`` is absolute."""

    version: str
    path: Path


def revision() -> int:
    """Raised by the database with every change of products, links and vetoes."""
    return int(db.session.execute(REVISION).scalar_one())


def current() -> Snapshot | None:
    """The newest snapshot, written now if there is none of this revision; None while the catalogue is empty.

    Two processes may write the same version at once: both write the same bytes and the rename is whole.
    """
    version = f"r{revision()}"
    target = volume().catalog_target(version)
    if target.exists():
        return Snapshot(version, target)
    if not db.session.execute(ANY_PRODUCT).scalar_one():
        return None
    # One moment for both questions and the revision, whatever is decided meanwhile.
    connection = db.engine.connect().execution_options(isolation_level="REPEATABLE READ", stream_results=True)
    with connection, connection.begin():
        version = f"r{connection.execute(REVISION).scalar_one()}"
        if not connection.execute(ANY_PRODUCT).scalar_one():
            return None
        target = volume().catalog_target(version)
        if not target.exists():
            with volume().reserve(None) as incoming:
                for block in _blocks(connection):
                    incoming.write(block)
                incoming.place(target)
            log.info("catalog_snapshot_written", version=version)
    return Snapshot(version, target)


def _blocks(connection: Any) -> Iterator[bytes]:
    for question in (PRODUCTS, DECISIONS):
        for rows in connection.execute(question).mappings().partitions(2000):
            yield b"".join(
                orjson.dumps({name: value for name, value in row.items() if value is not None}) + b"\n" for row in rows
            )
