"""What people did to a supplier is found by him: the timeline of his page."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0310"
down_revision = "0282"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_audit_log_supplier")
        op.create_index(
            "ix_audit_log_supplier",
            "audit_log",
            [sa.text("(facts->>'supplier_id')"), sa.text("at DESC")],
            postgresql_where=sa.text("facts->>'supplier_id' IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_audit_log_supplier")
