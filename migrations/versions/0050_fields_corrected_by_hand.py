"""Fields of items and products that a person corrected are locked; what files say of them is kept beside."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0070"
branch_labels = None
depends_on = None

TABLES = ("supplier_items", "products")


def upgrade() -> None:
    for table in TABLES:
        column = sa.Column("corrected", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
        op.add_column(table, column, if_not_exists=True)  # kept by a start that was cut off at the index
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_supplier_items_corrected")  # what a cut-off start left
        op.create_index(
            "ix_supplier_items_corrected",
            "supplier_items",
            ["supplier_id"],
            postgresql_where=sa.text("corrected <> '{}'"),
            postgresql_concurrently=True,
        )
    # What rests in the bin comes back as it would be written today.
    op.execute("""
        UPDATE supplier_bin_rows SET record = record || '{"corrected": {}}'
        WHERE kind IN ('supplier_items', 'products')
    """)


def downgrade() -> None:
    op.execute("UPDATE supplier_bin_rows SET record = record - 'corrected'")
    op.drop_index("ix_supplier_items_corrected", "supplier_items")
    for table in TABLES:
        op.drop_column(table, "corrected")
