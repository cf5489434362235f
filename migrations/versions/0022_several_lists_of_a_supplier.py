"""A supplier may have several price lists: a job is of one of them, an item knows which ones have it.

Until now everything was the main list, which has no name.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ingestion_jobs", sa.Column("list_name", sa.String(100), server_default="", nullable=False))
    op.add_column(
        "supplier_items",
        sa.Column("lists", postgresql.ARRAY(sa.Text()), server_default=sa.text("ARRAY['']"), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("supplier_items", "lists")
    op.drop_column("ingestion_jobs", "list_name")
