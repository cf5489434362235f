"""API tokens end by themselves and may be for reading only; a session that was signed out stays signed out.

Tokens that exist keep working as they did: without an end, and for everything their user may do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('api_tokens', sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('api_tokens', sa.Column('read_only', sa.Boolean(), server_default=sa.text('false'), nullable=False))
    op.create_table(
        'ended_sessions',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('forget_at', sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint('id'),
    )


def downgrade() -> None:
    op.drop_table('ended_sessions')
    op.drop_column('api_tokens', 'read_only')
    op.drop_column('api_tokens', 'expires_at')
