"""A line of the log carries the moment it was written, not the beginning of its transaction.

Lines of one transaction had one time and no order among themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column('parsing_logs', 'created_at', server_default=sa.text('clock_timestamp()'))


def downgrade() -> None:
    op.alter_column('parsing_logs', 'created_at', server_default=sa.text('now()'))
