"""Offers can be compared: rates, a supplier's price rules, and each item's price in the office's own currency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("base", sa.String(3), primary_key=True),
        sa.Column("quote", sa.String(3), primary_key=True),
        sa.Column("rate", sa.Numeric(24, 12), nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.CheckConstraint("rate > 0", name="check_rate_positive"),
        sa.CheckConstraint("base <> quote", name="check_rate_of_two_currencies"),
    )
    op.create_table(
        "currency_worth",
        sa.Column("currency", sa.String(3), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("worth", sa.Numeric(24, 12), nullable=False),
    )
    op.create_table(
        "price_rules",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("supplier_id", sa.Uuid, sa.ForeignKey("suppliers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("percent", sa.Numeric(7, 3), nullable=False),
        sa.Column("category", sa.String(255)),
        sa.Column("valid_from", sa.Date),
        sa.Column("valid_to", sa.Date),
        sa.CheckConstraint("percent > 0 AND (kind <> 'discount' OR percent < 100)", name="check_rule_percent"),
    )
    op.create_index("ix_price_rules_supplier", "price_rules", ["supplier_id"])
    op.add_column("supplier_items", sa.Column("comparable_price", sa.Numeric(20, 6)))
    op.add_column("supplier_items", sa.Column("not_compared", sa.String(20)))
    op.add_column("products", sa.Column("currency", sa.String(3)))
    op.create_index(
        "ix_supplier_items_comparable",
        "supplier_items",
        ["product_id", "comparable_price"],
        postgresql_where=sa.text("comparable_price IS NOT NULL AND is_available"),
    )
    op.create_index("ix_supplier_items_name", "supplier_items", ["name", "id"])
    # PostgreSQL has no product of a column; factors of several rules are multiplied exactly
    op.execute("CREATE AGGREGATE courier_product(numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1')")


def downgrade() -> None:
    op.execute("DROP AGGREGATE courier_product(numeric)")
    op.drop_index("ix_supplier_items_name", "supplier_items")
    op.drop_index("ix_supplier_items_comparable", "supplier_items")
    op.drop_column("products", "currency")
    op.drop_column("supplier_items", "not_compared")
    op.drop_column("supplier_items", "comparable_price")
    op.drop_table("price_rules")
    op.drop_table("currency_worth")
    op.drop_table("exchange_rates")
