"""A user chooses how close together the rows of tables stand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0271"
down_revision = "0262"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("density", sa.String(10)))


def downgrade() -> None:
    op.drop_column("users", "density")
