"""A row that gave no item is corrected by hand, and known again in the supplier's next list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0290"
down_revision = "0263"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "row_corrections",
        sa.Column("id", sa.Uuid(), primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("supplier_id", sa.Uuid(), sa.ForeignKey("suppliers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("row_key", sa.String(64), nullable=False),
        sa.Column("fields", JSONB, nullable=False),
        sa.Column("corrected_by", sa.String(255), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.UniqueConstraint("supplier_id", "row_key", name="uq_row_corrections_supplier_row"),
    )


def downgrade() -> None:
    op.drop_table("row_corrections")
