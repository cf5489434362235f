"""A held list may say from which day it holds; it is applied then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0080"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ingestion_jobs", sa.Column("applies_on", sa.Date(), nullable=True), if_not_exists=True)
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_ingestion_jobs_applies_on")  # what a cut-off start left
        op.create_index(
            "ix_ingestion_jobs_applies_on",
            "ingestion_jobs",
            ["applies_on"],
            postgresql_where=sa.text("applies_on IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_ingestion_jobs_applies_on", table_name="ingestion_jobs")
    op.drop_column("ingestion_jobs", "applies_on")
