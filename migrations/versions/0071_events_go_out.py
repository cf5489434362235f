"""Events go out by the Standard Webhooks form: an outbox, receivers, and a delivery of each to each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0071"
down_revision = "0050"
branch_labels = None
depends_on = None


def _moment(name: str, *, now: bool = False) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), nullable=not now, server_default=sa.func.clock_timestamp() if now else None
    )


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        _moment("at", now=True),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("data", JSONB, nullable=False),
    )
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "receivers",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", ARRAY(sa.Text), nullable=False, server_default="{}"),
        sa.Column("secret", sa.LargeBinary, nullable=False),
        sa.Column("is_on", sa.Boolean, nullable=False, server_default=sa.true()),
        _moment("failing_since"),
        _moment("switched_off_at"),
        sa.Column("off_reason", sa.Text),
        sa.Column("created_by", sa.String(255), nullable=False),
        _moment("created_at", now=True),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("event_id", sa.Uuid, sa.ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
        sa.Column("receiver_id", sa.Uuid, sa.ForeignKey("receivers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("state", sa.String(10), nullable=False, server_default="waiting"),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _moment("due_at", now=True),
        _moment("tried_at"),
        _moment("delivered_at"),
        sa.Column("answer", sa.Integer),
        sa.Column("problem", sa.Text),
        sa.UniqueConstraint("event_id", "receiver_id", name="uq_deliveries_event_receiver"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["due_at"], postgresql_where=sa.text("state = 'waiting'"))
    op.create_index("ix_deliveries_receiver", "deliveries", ["receiver_id", sa.text("id DESC")])


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("receivers")
    op.drop_table("events")
