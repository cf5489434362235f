"""A product's offers are kept ready in one row, people keep views, and an item is found by its words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0160"
down_revision = "0060"
branch_labels = None
depends_on = None

# Small letters and digits; everything else parts words. The text is kept beside them: what was typed is found in it.
WORDS = """
CREATE FUNCTION words_of(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(ARRAY(SELECT DISTINCT left(word, 100) FROM unnest(
        string_to_array(btrim(regexp_replace(lower(said), '[^[:alnum:]]+', ' ', 'g')), ' ')) AS word WHERE word <> ''))
$$;
CREATE FUNCTION text_of_item(name text, sku text, list_sku text, known jsonb) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT lower(concat_ws(E'\\n', name, CASE WHEN sku NOT LIKE 'name:%' THEN sku END, list_sku, known->>'barcode',
        known->>'brand', (SELECT string_agg(each #>> '{}', ' ') FROM jsonb_array_elements(
            CASE jsonb_typeof(known->'category') WHEN 'array' THEN known->'category'
                WHEN 'string' THEN jsonb_build_array(known->'category') ELSE '[]' END) AS each)))
$$;
CREATE FUNCTION words_of_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item_words (item_id, supplier_id, text)
    SELECT id, supplier_id, text_of_item(name, supplier_sku, list_sku, characteristics) FROM added;
    RETURN NULL;
END $$;
CREATE FUNCTION words_of_changed_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said text := text_of_item(NEW.name, NEW.supplier_sku, NEW.list_sku, NEW.characteristics);
BEGIN
    IF said <> text_of_item(OLD.name, OLD.supplier_sku, OLD.list_sku, OLD.characteristics) THEN
        UPDATE item_words SET text = said WHERE item_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER items_have_words AFTER INSERT ON supplier_items
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION words_of_new_items();
CREATE TRIGGER item_has_other_words AFTER UPDATE OF name, supplier_sku, list_sku, characteristics ON supplier_items
    FOR EACH ROW WHEN (OLD.name <> NEW.name OR OLD.supplier_sku <> NEW.supplier_sku
        OR OLD.list_sku IS DISTINCT FROM NEW.list_sku OR OLD.characteristics IS DISTINCT FROM NEW.characteristics)
    EXECUTE FUNCTION words_of_changed_item();
"""


def upgrade() -> None:
    op.create_table(
        "product_offers",
        sa.Column("product_id", sa.Uuid, sa.ForeignKey("products.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("offers", sa.Integer, nullable=False),
        sa.Column("suppliers", sa.Integer, nullable=False),
        sa.Column("best", sa.Numeric(20, 6)),
        sa.Column("highest", sa.Numeric(20, 6)),
        sa.Column("best_item_id", sa.Uuid),
        sa.Column("best_supplier_id", sa.Uuid),
        sa.Column("before", sa.Numeric(20, 6)),
        sa.Column("spread", sa.Numeric(24, 4)),
        sa.Column("moved", sa.Numeric(24, 4)),
        sa.Column("own", sa.Numeric(20, 6)),
        sa.Column("margin", sa.Numeric(24, 4)),
        sa.Column("day", sa.Date),
    )
    for column in ("best", "spread", "moved", "own", "margin", "offers"):
        op.create_index(f"ix_product_offers_{column}", "product_offers", [column, "product_id"])
    op.create_index("ix_product_offers_day", "product_offers", ["day"])
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Uuid, primary_key=True, server_default=sa.text("gen_random_uuid()")),
        sa.Column("page", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("made_by", sa.Uuid, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
        sa.Column("for_all", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
    )
    op.create_table(
        "item_words",
        sa.Column("item_id", sa.Uuid, sa.ForeignKey("supplier_items.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("supplier_id", sa.Uuid, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.execute(WORDS)


def downgrade() -> None:
    op.execute("""
        DROP TRIGGER items_have_words ON supplier_items;
        DROP TRIGGER item_has_other_words ON supplier_items;
        DROP FUNCTION words_of_new_items;
        DROP FUNCTION words_of_changed_item;
        DROP FUNCTION text_of_item(text, text, text, jsonb);
        DROP FUNCTION words_of(text);
    """)
    op.drop_table("item_words")
    op.drop_table("saved_views")
    op.drop_table("product_offers")
