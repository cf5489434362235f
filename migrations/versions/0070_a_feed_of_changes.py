"""Every change of an item or its price becomes a row of the feed, whoever made it; app/feed numbers them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0041"
branch_labels = None
depends_on = None

# A row is drawn while the item's lock is held: of one item, a later change has a later id. Rows of many items are
# written by statement; changes of an item one by one, because only a row's trigger can pass over what stays the same.
TRIGGERS = """
CREATE FUNCTION feed_cause(otherwise text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(nullif(current_setting('courier.cause', true), ''), otherwise)
$$;
CREATE FUNCTION feed_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (kind, cause, supplier_id, item_id, supplier_sku, name, product_id, price, currency,
        is_available, job_id)
    SELECT 'new', feed_cause('corrected'), supplier_id, id, supplier_sku, name, product_id, current_price, currency,
        is_available, job_id
    FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION feed_removed_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (kind, cause, supplier_id, item_id, supplier_sku, name, old_product_id, old_price,
        old_currency, is_available, job_id)
    SELECT 'removed', feed_cause('corrected'), supplier_id, id, supplier_sku, name, product_id, current_price, currency,
        false, job_id
    FROM gone;
    RETURN NULL;
END $$;
CREATE FUNCTION feed_changed_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE told text;
BEGIN
    FOREACH told IN ARRAY array_remove(ARRAY[
        CASE WHEN OLD.product_id IS NOT DISTINCT FROM NEW.product_id THEN NULL
            WHEN NEW.product_id IS NULL THEN 'unlinked' ELSE 'linked' END,
        CASE WHEN OLD.is_available AND NOT NEW.is_available THEN 'vanished'
            WHEN NEW.is_available AND NOT OLD.is_available THEN 'returned'
            WHEN OLD.current_price IS DISTINCT FROM NEW.current_price OR OLD.currency IS DISTINCT FROM NEW.currency
                OR OLD.name <> NEW.name OR OLD.supplier_sku <> NEW.supplier_sku
                OR OLD.characteristics IS DISTINCT FROM NEW.characteristics
                OR OLD.conditions IS DISTINCT FROM NEW.conditions THEN 'changed' END], NULL)
    LOOP
        INSERT INTO changes (kind, cause, supplier_id, item_id, supplier_sku, name, product_id, old_product_id, price,
            old_price, currency, old_currency, is_available, job_id)
        VALUES (told, feed_cause(CASE WHEN told IN ('linked', 'unlinked') THEN 'decided' ELSE 'corrected' END),
            NEW.supplier_id, NEW.id, NEW.supplier_sku, NEW.name, NEW.product_id,
            OLD.product_id, NEW.current_price, OLD.current_price, NEW.currency, OLD.currency, NEW.is_available,
            NEW.job_id);
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER items_added AFTER INSERT ON supplier_items
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION feed_new_items();
CREATE TRIGGER items_removed AFTER DELETE ON supplier_items
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION feed_removed_items();
CREATE TRIGGER item_changed AFTER UPDATE OF
    product_id, is_available, current_price, currency, name, supplier_sku, characteristics, conditions ON supplier_items
    FOR EACH ROW WHEN (OLD.product_id IS DISTINCT FROM NEW.product_id OR OLD.is_available <> NEW.is_available
        OR OLD.current_price IS DISTINCT FROM NEW.current_price OR OLD.currency IS DISTINCT FROM NEW.currency
        OR OLD.name <> NEW.name OR OLD.supplier_sku <> NEW.supplier_sku
        OR OLD.characteristics IS DISTINCT FROM NEW.characteristics OR OLD.conditions IS DISTINCT FROM NEW.conditions)
    EXECUTE FUNCTION feed_changed_item();
"""

NO_TRIGGERS = """
DROP TRIGGER items_added ON supplier_items;
DROP TRIGGER items_removed ON supplier_items;
DROP TRIGGER item_changed ON supplier_items;
DROP FUNCTION feed_new_items;
DROP FUNCTION feed_removed_items;
DROP FUNCTION feed_changed_item;
DROP FUNCTION feed_cause(text);
"""


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("number", sa.BigInteger),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.clock_timestamp()),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("cause", sa.String(10), nullable=False),
        sa.Column("supplier_id", sa.Uuid, nullable=False),
        sa.Column("item_id", sa.Uuid, nullable=False),
        sa.Column("supplier_sku", sa.String(255), nullable=False),
        sa.Column("name", sa.String(500), nullable=False),
        sa.Column("product_id", sa.Uuid),
        sa.Column("old_product_id", sa.Uuid),
        sa.Column("price", sa.Numeric(14, 4)),
        sa.Column("old_price", sa.Numeric(14, 4)),
        sa.Column("currency", sa.String(3)),
        sa.Column("old_currency", sa.String(3)),
        sa.Column("is_available", sa.Boolean, nullable=False),
        sa.Column("job_id", sa.Uuid),
    )
    numbered = sa.text("number IS NOT NULL")
    op.create_index("uq_changes_number", "changes", ["number"], unique=True, postgresql_where=numbered)
    op.create_index("ix_changes_unnumbered", "changes", ["id"], postgresql_where=sa.text("number IS NULL"))
    op.create_index("ix_changes_at", "changes", ["at"], postgresql_using="brin")
    op.create_table(
        "feed_head",
        sa.Column("id", sa.Boolean, primary_key=True, server_default=sa.true()),
        sa.Column("last", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("forgotten", sa.BigInteger, nullable=False, server_default="0"),
        sa.CheckConstraint("id", name="check_one_row"),
    )
    op.execute(TRIGGERS)


def downgrade() -> None:
    op.execute(NO_TRIGGERS)
    op.drop_table("feed_head")
    op.drop_table("changes")
