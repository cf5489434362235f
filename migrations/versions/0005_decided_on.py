"""A decision keeps all that the item's line said: what is learned from it is compared with such lines.

Without barcode and model number a decided row looked like another kind of row than those it teaches about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('match_decisions', sa.Column('currency', sa.String(length=3), nullable=True))
    op.add_column(
        'match_decisions',
        sa.Column('characteristics', postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.execute("""
        UPDATE match_decisions AS d SET currency = i.currency, characteristics = i.characteristics
        FROM supplier_items AS i WHERE i.supplier_id = d.supplier_id AND i.supplier_sku = d.supplier_sku
    """)


def downgrade() -> None:
    op.drop_column('match_decisions', 'characteristics')
    op.drop_column('match_decisions', 'currency')
