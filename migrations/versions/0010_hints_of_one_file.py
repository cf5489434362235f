"""An upload may say how it alone is to be read, without touching the supplier's other files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ingestion_jobs", sa.Column("hints", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("ingestion_jobs", "hints")
