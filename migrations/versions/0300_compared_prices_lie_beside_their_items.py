"""What offers come to in the office's money lies in a narrow table of its own: a rate writes no item again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0300"
down_revision = "0312"
branch_labels = None
depends_on = None

TRIGGERS = """
CREATE FUNCTION new_items_are_compared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO compared_prices (item_id) SELECT id FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION removed_items_are_not_compared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM compared_prices USING gone WHERE compared_prices.item_id = gone.id;
    RETURN NULL;
END $$;
CREATE TRIGGER items_are_compared AFTER INSERT ON supplier_items
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION new_items_are_compared();
CREATE TRIGGER items_are_not_compared AFTER DELETE ON supplier_items
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION removed_items_are_not_compared();
"""
NO_TRIGGERS = """
DROP TRIGGER items_are_compared ON supplier_items;
DROP TRIGGER items_are_not_compared ON supplier_items;
DROP FUNCTION new_items_are_compared;
DROP FUNCTION removed_items_are_not_compared;
"""
# In portions that are committed: files are applied meanwhile, and what they bring has its row by the trigger.
FILL = """
DO $$ DECLARE behind uuid := '00000000-0000-0000-0000-000000000000'; last uuid;
BEGIN
    LOOP
        SELECT id INTO last FROM (
            SELECT id FROM supplier_items WHERE id > behind ORDER BY id LIMIT 10000) AS portion
        ORDER BY id DESC LIMIT 1;
        EXIT WHEN last IS NULL;
        INSERT INTO compared_prices (item_id, comparable_price, not_compared)
        SELECT id, comparable_price, not_compared FROM supplier_items WHERE id > behind AND id <= last
        ON CONFLICT DO NOTHING;
        COMMIT;
        behind := last;
        last := NULL;
    END LOOP;
END $$
"""
#: as they were; their shape stays
VIEWS = {
    "office_items": """
        SELECT i.id AS item_id, i.supplier_id, s.name AS supplier, coalesce(i.list_sku, i.supplier_sku) AS supplier_sku,
            i.name, i.characteristics->>'brand' AS brand, i.characteristics->>'barcode' AS barcode,
            i.characteristics->>'unit' AS unit, i.current_price AS price, i.currency, i.comparable_price,
            (SELECT value->>'base' FROM app_settings WHERE key = 'money') AS base_currency, i.not_compared,
            i.is_available, i.match_status::text AS match_status, i.product_id, p.internal_sku,
            i.created_at AS first_seen_at, i.last_ingested_at AS last_seen_at, i.updated_at
        FROM supplier_items AS i JOIN suppliers AS s ON s.id = i.supplier_id
        LEFT JOIN products AS p ON p.id = i.product_id
    """,
    "office_offers": """
        SELECT p.id AS product_id, p.internal_sku, p.name AS product, p.price AS own_price, p.currency AS own_currency,
            i.id AS item_id, i.supplier_id, s.name AS supplier, coalesce(i.list_sku, i.supplier_sku) AS supplier_sku,
            i.current_price AS price, i.currency, i.comparable_price,
            (SELECT value->>'base' FROM app_settings WHERE key = 'money') AS base_currency, i.not_compared,
            CASE WHEN i.comparable_price IS NOT NULL
                THEN rank() OVER (PARTITION BY i.product_id ORDER BY i.comparable_price NULLS LAST) END AS place
        FROM supplier_items AS i JOIN products AS p ON p.id = i.product_id JOIN suppliers AS s ON s.id = i.supplier_id
        WHERE i.is_available
    """,
}
#: name -> its columns, and which rows
INDEXES = {
    "ix_compared_prices_price": (["comparable_price", "item_id"], "comparable_price IS NOT NULL"),
    "ix_compared_prices_gap": (["item_id"], "not_compared IS NOT NULL"),
}
#: of supplier_items, as they were: what changes with each rate was in them, and so all others were written again with it
GONE = {
    "ix_supplier_items_comparable": (
        ["product_id", "comparable_price"],
        "comparable_price IS NOT NULL AND is_available",
    ),
    "ix_supplier_items_worth_matching": (
        [sa.text("comparable_price DESC")],
        "product_id IS NULL AND comparable_price IS NOT NULL AND is_available",
    ),
    "ix_supplier_items_by_comparable": (["comparable_price", "id"], None),
    "ix_supplier_items_not_compared": (["name", "id"], "comparable_price IS NULL AND not_compared IS NOT NULL"),
}


def upgrade() -> None:
    op.create_table(
        "compared_prices",
        sa.Column("item_id", sa.Uuid, primary_key=True),
        sa.Column("comparable_price", sa.Numeric(20, 6)),
        sa.Column("not_compared", sa.String(20)),
    )
    op.execute(TRIGGERS)
    with op.get_context().autocommit_block():
        op.execute(FILL)
        for name, (columns, which) in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(
                name, "compared_prices", columns, postgresql_where=sa.text(which), postgresql_concurrently=True
            )
        op.execute("ANALYZE compared_prices")
    for name, query in VIEWS.items():
        beside = query.replace("i.comparable_price", "m.comparable_price").replace("i.not_compared", "m.not_compared")
        joined = beside.replace(" AS i JOIN", " AS i JOIN compared_prices AS m ON m.item_id = i.id JOIN")
        op.execute(f"CREATE OR REPLACE VIEW {name} AS {joined}")  # noqa: S608 - constants of a migration
    with op.get_context().autocommit_block():
        for name in GONE:
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")


def downgrade() -> None:
    for name, query in VIEWS.items():
        op.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")  # noqa: S608 - constants of a migration
    op.execute("""
        UPDATE supplier_items AS i SET comparable_price = m.comparable_price, not_compared = m.not_compared
        FROM compared_prices AS m WHERE m.item_id = i.id
    """)
    with op.get_context().autocommit_block():
        for name, (columns, which) in GONE.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.create_index(
                name,
                "supplier_items",
                columns,
                postgresql_where=sa.text(which) if which else None,
                postgresql_concurrently=True,
            )
    op.execute(NO_TRIGGERS)
    op.drop_table("compared_prices")


