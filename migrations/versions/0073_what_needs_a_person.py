"""What the start page asks has an index: offers without currency, and the dearest ones without a product."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name in ("ix_supplier_items_no_currency", "ix_supplier_items_worth_matching"):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")  # what a cut-off start left
        op.create_index(
            "ix_supplier_items_no_currency",
            "supplier_items",
            ["supplier_id"],
            postgresql_where=sa.text("current_price IS NOT NULL AND currency IS NULL AND is_available"),
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_supplier_items_worth_matching",
            "supplier_items",
            [sa.text("comparable_price DESC")],
            postgresql_where=sa.text("product_id IS NULL AND comparable_price IS NOT NULL AND is_available"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_supplier_items_worth_matching", "supplier_items")
    op.drop_index("ix_supplier_items_no_currency", "supplier_items")
