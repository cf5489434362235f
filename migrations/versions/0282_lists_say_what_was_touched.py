"""Alerts, syncs and users say when they were touched; touched products, jobs and questions are found by an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0282"
down_revision = "0281"
branch_labels = None
depends_on = None

TOUCHED = """
CREATE TRIGGER alert_touched BEFORE UPDATE ON alerts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER sync_touched BEFORE UPDATE ON sync_runs FOR EACH ROW
    WHEN ((OLD.state, OLD.error_message, OLD.plan, OLD.total, OLD.completed_at)
        IS DISTINCT FROM (NEW.state, NEW.error_message, NEW.plan, NEW.total, NEW.completed_at))
    EXECUTE FUNCTION touch();
CREATE TRIGGER user_touched BEFORE UPDATE ON users FOR EACH ROW
    WHEN ((OLD.username, OLD.role, OLD.is_enabled) IS DISTINCT FROM (NEW.username, NEW.role, NEW.is_enabled))
    EXECUTE FUNCTION touch();
"""
TABLES = {"alerts": "alert_touched", "sync_runs": "sync_touched", "users": "user_touched"}
INDEXES = {"ix_products_by_change": "products", "ix_ingestion_jobs_by_change": "ingestion_jobs"}


def upgrade() -> None:
    for table in TABLES:
        moment = sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        op.add_column(table, moment)
    op.execute(TOUCHED)
    with op.get_context().autocommit_block():
        for name, table in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(name, table, ["updated_at", "id"], postgresql_concurrently=True)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_reviews_by_change")
        op.create_index(
            "ix_reviews_by_change",
            "match_review_queue",
            ["updated_at"],
            postgresql_using="brin",
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_index("ix_reviews_by_change", "match_review_queue")
    for name, table in INDEXES.items():
        op.drop_index(name, table)
    for table, trigger in TABLES.items():
        op.execute(f"DROP TRIGGER {trigger} ON {table}")
        op.drop_column(table, "updated_at")
