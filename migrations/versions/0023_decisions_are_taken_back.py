"""A decision knows the act that it was part of and what was before, so that it can be taken back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    new = sa.text("gen_random_uuid()")
    op.add_column("match_decisions", sa.Column("act_id", sa.Uuid(), server_default=new, nullable=False))
    op.add_column("match_decisions", sa.Column("before", postgresql.JSONB()))
    op.create_index("ix_match_decisions_act", "match_decisions", ["act_id"])
    op.create_index("ix_match_decisions_decided_at", "match_decisions", [sa.text("decided_at DESC")])


def downgrade() -> None:
    op.drop_index("ix_match_decisions_decided_at", "match_decisions")
    op.drop_index("ix_match_decisions_act", "match_decisions")
    op.drop_column("match_decisions", "before")
    op.drop_column("match_decisions", "act_id")
