"""The words of an item are kept, not worked out again for every item that a search has to look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0281"
down_revision = "0290"
branch_labels = None
depends_on = None

KEPT = """
CREATE OR REPLACE FUNCTION words_of_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item_words (item_id, supplier_id, text, words)
    SELECT id, supplier_id, said, words_of(said) FROM (
        SELECT id, supplier_id, text_of_item(name, supplier_sku, list_sku, characteristics) AS said FROM added OFFSET 0
    ) AS named;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION words_of_changed_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said text := text_of_item(NEW.name, NEW.supplier_sku, NEW.list_sku, NEW.characteristics);
BEGIN
    IF said <> text_of_item(OLD.name, OLD.supplier_sku, OLD.list_sku, OLD.characteristics) THEN
        UPDATE item_words SET text = said, words = words_of(said) WHERE item_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""
NOT_KEPT = """
CREATE OR REPLACE FUNCTION words_of_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item_words (item_id, supplier_id, text)
    SELECT id, supplier_id, text_of_item(name, supplier_sku, list_sku, characteristics) FROM added;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION words_of_changed_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said text := text_of_item(NEW.name, NEW.supplier_sku, NEW.list_sku, NEW.characteristics);
BEGIN
    IF said <> text_of_item(OLD.name, OLD.supplier_sku, OLD.list_sku, OLD.characteristics) THEN
        UPDATE item_words SET text = said WHERE item_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
"""
# In portions that are committed: files are applied meanwhile.
FILL = """
DO $$ DECLARE behind uuid := '00000000-0000-0000-0000-000000000000';
BEGIN
    LOOP
        SELECT item_id INTO behind FROM (
            SELECT item_id FROM item_words WHERE item_id > behind ORDER BY item_id LIMIT 10000) AS portion
        ORDER BY item_id DESC LIMIT 1;
        EXIT WHEN behind IS NULL;
        WITH portion AS (
            SELECT item_id FROM item_words WHERE item_id <= behind ORDER BY item_id DESC LIMIT 10000)
        UPDATE item_words AS w SET words = words_of(w.text) FROM portion
        WHERE w.item_id = portion.item_id AND w.words IS NULL;
        COMMIT;
    END LOOP;
END $$
"""


def upgrade() -> None:
    op.add_column("item_words", sa.Column("words", TSVECTOR))
    op.execute(KEPT)
    with op.get_context().autocommit_block():
        op.execute(FILL)
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_item_words_words")
        op.create_index(
            "ix_item_words_words", "item_words", ["words"], postgresql_using="gin", postgresql_concurrently=True
        )
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_item_words")


def downgrade() -> None:
    op.execute(NOT_KEPT)
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_item_words")
        op.create_index(
            "ix_item_words",
            "item_words",
            [sa.text("words_of(text)")],
            postgresql_using="gin",
            postgresql_concurrently=True,
        )
    op.drop_index("ix_item_words_words", "item_words")
    op.drop_column("item_words", "words")
