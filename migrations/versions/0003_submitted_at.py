"""When a file was handed to ml-analyze: pauses between looks and the stall are counted from there.

That a lost analysis was submitted again is an event, so the column that said it goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('ingestion_jobs', sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True))
    op.drop_column('ingestion_jobs', 'ml_resubmitted')


def downgrade() -> None:
    op.add_column(
        'ingestion_jobs', sa.Column('ml_resubmitted', sa.Boolean(), server_default=sa.text('false'), nullable=False)
    )
    op.drop_column('ingestion_jobs', 'submitted_at')
