"""Deleted suppliers rest in a bin; a product knows whether it is a draft of a supplier's item.

Which of the drafts that are there already came from an item is not known, so none of them is ever taken for one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("products", sa.Column("drafted_for", sa.Uuid()))
    op.create_index("ix_products_drafted_for", "products", ["drafted_for"])
    op.create_table(
        "supplier_bin",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("products", sa.Integer(), nullable=False),
        sa.Column("deleted_by", sa.String(255), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_table(
        "supplier_bin_rows",
        sa.Column("id", sa.BigInteger(), primary_key=True),
        sa.Column("supplier_id", sa.Uuid(), sa.ForeignKey("supplier_bin.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("record", postgresql.JSONB(), nullable=False),
    )
    op.create_index("ix_supplier_bin_rows_supplier_id", "supplier_bin_rows", ["supplier_id"])


def downgrade() -> None:
    op.drop_table("supplier_bin_rows")
    op.drop_table("supplier_bin")
    op.drop_index("ix_products_drafted_for", "products")
    op.drop_column("products", "drafted_for")
