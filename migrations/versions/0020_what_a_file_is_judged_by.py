"""Items carry their price's conditions and the code they share; jobs what was doubted, passed over and to be looked at.

Rows of one code were told apart by their place (``#2``): the code they share is found again, so that the next file
recognises them by what they say. A price of 0, which was kept as one, becomes none.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0015"
branch_labels = None
depends_on = None

LISTS = ("doubts", "passed_over", "look_at")


def upgrade() -> None:
    op.add_column("supplier_items", sa.Column("list_sku", sa.String(255)))
    op.add_column("supplier_items", _json("conditions", "{}"))
    op.execute(r"""
        UPDATE supplier_items AS i SET list_sku = own.sku
        FROM (SELECT id, supplier_id, regexp_replace(supplier_sku, '(#[0-9a-f]{6})?(#[0-9]+)?$', '') AS sku
              FROM supplier_items WHERE supplier_sku ~ '#([0-9a-f]{6}|[0-9]+)$') AS own
        JOIN supplier_items AS first ON first.supplier_id = own.supplier_id AND first.supplier_sku = own.sku
        WHERE i.id = own.id AND own.sku <> ''
    """)
    op.create_index(
        "ix_supplier_items_list_sku",
        "supplier_items",
        ["supplier_id", "list_sku"],
        postgresql_where=sa.text("list_sku IS NOT NULL"),
    )
    op.execute("UPDATE supplier_items SET current_price = NULL WHERE current_price = 0")
    op.execute("""
        UPDATE products AS p SET min_price = (
            SELECT min(i.current_price) FROM supplier_items AS i WHERE i.product_id = p.id AND i.is_available)
        WHERE p.min_price = 0
    """)
    op.add_column("ingestion_jobs", sa.Column("layout", postgresql.JSONB()))
    op.add_column("ingestion_jobs", sa.Column("question", sa.String(20)))
    op.add_column("ingestion_jobs", _json("warnings_by_code", "{}"))
    for name in LISTS:
        op.add_column("ingestion_jobs", _json(name, "[]"))


def downgrade() -> None:
    for name in ("layout", "question", "warnings_by_code", *LISTS):
        op.drop_column("ingestion_jobs", name)
    op.drop_index("ix_supplier_items_list_sku", "supplier_items")
    op.drop_column("supplier_items", "conditions")
    op.drop_column("supplier_items", "list_sku")


def _json(name: str, default: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text(f"'{default}'"), nullable=False)
