"""A user may have a second factor: its sealed secret, the last step that was used, hashes of the codes on paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0312"
down_revision = "0311"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("totp_secret", sa.LargeBinary()))
    op.add_column("users", sa.Column("totp_since", sa.DateTime(timezone=True)))
    op.add_column("users", sa.Column("totp_step", sa.BigInteger()))
    op.add_column("users", sa.Column("recovery_hashes", JSONB))


def downgrade() -> None:
    for column in ("recovery_hashes", "totp_step", "totp_since", "totp_secret"):
        op.drop_column("users", column)
