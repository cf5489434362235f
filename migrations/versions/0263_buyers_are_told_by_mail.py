"""A user may be told by mail what moved."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0263"
down_revision = "0271"
branch_labels = None
depends_on = None

COLUMNS = {"email": sa.String(500), "digest": sa.String(10), "digest_due_at": sa.DateTime(timezone=True)}


def upgrade() -> None:
    for name, kind in COLUMNS.items():
        op.add_column("users", sa.Column(name, kind))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("users", name)
