"""Products have a revision of their own: a decision leaves their part of the snapshot, and its index, as they are."""

from __future__ import annotations

from alembic import op

revision = "0041"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE catalog_revision ADD COLUMN products bigint NOT NULL DEFAULT 1")
    op.execute("UPDATE catalog_revision SET products = revision")
    op.execute("""
        CREATE FUNCTION raise_products_revision() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE catalog_revision SET revision = revision + 1, products = products + 1;
            RETURN NULL;
        END $$;
        DROP TRIGGER products_changed ON products;
        CREATE TRIGGER products_changed AFTER INSERT OR DELETE OR UPDATE OF
            internal_sku, name, description, brand, category_id, barcode, price, currency, status
            ON products FOR EACH STATEMENT EXECUTE FUNCTION raise_products_revision();
    """)


def downgrade() -> None:
    op.execute("""
        DROP TRIGGER products_changed ON products;
        DROP FUNCTION raise_products_revision;
        CREATE TRIGGER products_changed AFTER INSERT OR DELETE OR UPDATE OF
            internal_sku, name, description, brand, category_id, barcode, price, status
            ON products FOR EACH STATEMENT EXECUTE FUNCTION raise_catalog_revision();
    """)
    op.execute("ALTER TABLE catalog_revision DROP COLUMN products")
