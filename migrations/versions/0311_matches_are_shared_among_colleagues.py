"""A match may be for one colleague, and carries what was said about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0311"
down_revision = "0310"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("match_review_queue", sa.Column("assigned_to", sa.Uuid()))
    op.add_column("match_review_queue", sa.Column("comments", JSONB))
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_reviews_assigned")
        op.create_index(
            "ix_reviews_assigned",
            "match_review_queue",
            ["assigned_to"],
            postgresql_where=sa.text("assigned_to IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_reviews_assigned")
    op.drop_column("match_review_queue", "comments")
    op.drop_column("match_review_queue", "assigned_to")
