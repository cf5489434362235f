"""Questions about matches say when they were touched last, whoever touched them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0260"
down_revision = "0201"
branch_labels = None
depends_on = None

TOUCH = """
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER review_touched BEFORE UPDATE ON match_review_queue FOR EACH ROW EXECUTE FUNCTION touch();
"""
NO_TOUCH = """
DROP TRIGGER review_touched ON match_review_queue;
DROP FUNCTION touch;
"""


def upgrade() -> None:
    now = sa.func.now()
    op.add_column(
        "match_review_queue", sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=now)
    )
    op.execute(TOUCH)


def downgrade() -> None:
    op.execute(NO_TOUCH)
    op.drop_column("match_review_queue", "updated_at")
