"""The words of the items that are there, and the orders in which the table of items is read, have an index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0161"
down_revision = "0160"
branch_labels = None
depends_on = None

#: name, columns, and which rows: the filters that few items meet
INDEXES = (
    ("ix_supplier_items_by_price", ["current_price", "id"], None),
    ("ix_supplier_items_by_comparable", ["comparable_price", "id"], None),
    ("ix_supplier_items_by_change", ["updated_at", "id"], None),
    ("ix_supplier_items_in_review", ["name", "id"], "match_status = 'potential_match'"),
    ("ix_supplier_items_no_price", ["name", "id"], "current_price IS NULL"),
    ("ix_supplier_items_zero", ["name", "id"], "current_price = 0"),
    ("ix_supplier_items_unnamed_money", ["name", "id"], "current_price IS NOT NULL AND currency IS NULL"),
    ("ix_supplier_items_not_compared", ["name", "id"], "comparable_price IS NULL AND not_compared IS NOT NULL"),
    ("ix_supplier_items_gone", ["name", "id"], "NOT is_available"),
    ("ix_supplier_items_unmatched", ["name", "id"], "product_id IS NULL AND match_status = 'unmatched'"),
    ("ix_supplier_items_dated", ["name", "id"], "conditions ? 'valid_from'"),
)


def upgrade() -> None:
    op.execute("""
        INSERT INTO item_words (item_id, supplier_id, text)
        SELECT id, supplier_id, text_of_item(name, supplier_sku, list_sku, characteristics) FROM supplier_items
        ON CONFLICT DO NOTHING
    """)
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_item_words")  # what a cut-off start left
        op.create_index(
            "ix_item_words",
            "item_words",
            [sa.text("words_of(text)")],
            postgresql_using="gin",
            postgresql_concurrently=True,
        )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_item_words_supplier_id")
        op.create_index("ix_item_words_supplier_id", "item_words", ["supplier_id"], postgresql_concurrently=True)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_suppliers_name")
        op.create_index("ix_suppliers_name", "suppliers", ["name"], postgresql_concurrently=True)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_products_name")
        op.create_index("ix_products_name", "products", [sa.text("lower(name)"), "id"], postgresql_concurrently=True)
        for name, columns, which in INDEXES:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(
                name,
                "supplier_items",
                columns,
                postgresql_where=sa.text(which) if which else None,
                postgresql_concurrently=True,
            )


def downgrade() -> None:
    for name, _columns, _which in INDEXES:
        op.drop_index(name, "supplier_items")
    op.drop_index("ix_products_name", "products")
    op.drop_index("ix_suppliers_name", "suppliers")
    op.drop_index("ix_item_words_supplier_id", "item_words")
    op.drop_index("ix_item_words", "item_words")
