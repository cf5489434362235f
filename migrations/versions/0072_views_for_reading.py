"""Views for reports, whose shape is promised (docs/sql-views.md), and a role that may read nothing else."""

from __future__ import annotations

from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

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
    "office_price_history": """
        SELECT h.id AS price_id, h.supplier_item_id AS item_id, i.supplier_id, s.name AS supplier,
            coalesce(i.list_sku, i.supplier_sku) AS supplier_sku, i.product_id, h.price, h.currency, h.recorded_at,
            h.job_id
        FROM price_history AS h JOIN supplier_items AS i ON i.id = h.supplier_item_id
        JOIN suppliers AS s ON s.id = i.supplier_id
    """,
    "office_links": """
        SELECT i.id AS item_id, i.supplier_id, coalesce(i.list_sku, i.supplier_sku) AS supplier_sku, i.product_id,
            p.internal_sku, CASE i.match_status WHEN 'verified_match' THEN 'person' ELSE 'automatic' END AS linked_by,
            i.match_score AS score, d.decided_at
        FROM supplier_items AS i JOIN products AS p ON p.id = i.product_id
        LEFT JOIN match_decisions AS d ON d.supplier_id = i.supplier_id AND d.supplier_sku = i.supplier_sku
            AND d.product_id = i.product_id AND d.verdict = 'link'
    """,
}
#: belongs to the server, not to one database; who may not make roles is told how in docs/sql-views.md
ROLE = """
DO $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'courier_reader') THEN
        CREATE ROLE courier_reader NOLOGIN;
    END IF;
    GRANT SELECT ON office_items, office_offers, office_price_history, office_links TO courier_reader;
EXCEPTION
    WHEN insufficient_privilege THEN RAISE NOTICE 'courier_reader was not made: the account may not make roles';
    WHEN duplicate_object OR unique_violation THEN
        GRANT SELECT ON office_items, office_offers, office_price_history, office_links TO courier_reader;
END $$;
"""


def upgrade() -> None:
    for name, query in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {query}")  # noqa: S608 - constants of this file
        op.execute(f"COMMENT ON VIEW {name} IS 'shape 1'")
    op.execute(ROLE)


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
