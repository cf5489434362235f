"""Every way in which a file makes an item worse, marked at its staged row: what the guard counts and a person sees.

A row may be odd in several ways at once. The words (``app.jobs.changed.GROUPS``) are kept with a change
(``after->odd``) and told by the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app import statements

# A jump is a ratio near 10, 100 or 1000 in either direction: a shifted decimal mark. A name is replaced when it shares
# fewer than a third of its words with the one before.
MARK = text("""
    UPDATE staged AS s SET odd = found.odd
    FROM (
        SELECT s.new_id, array_remove(ARRAY[
            CASE WHEN s.old_price > 0 AND s.price IS NULL
                THEN CASE s.price_fault WHEN 'zero' THEN 'price_zero' ELSE 'price_lost' END END,
            CASE WHEN s.old_price > 0 AND s.price > 0 AND s.price <> s.old_price
                AND abs(log(s.price / s.old_price)) > 0.9
                AND abs(log(s.price / s.old_price) - round(log(s.price / s.old_price))) < 0.03 THEN 'jump' END,
            CASE WHEN s.old_price > 0 AND s.price > 0
                AND abs(s.price - s.old_price) * 100 > :percent * s.old_price THEN 'large' END,
            CASE WHEN s.old_currency <> s.currency THEN 'currency_changed' END,
            CASE WHEN s.old_currency IS NOT NULL AND s.currency IS NULL AND s.price IS NOT NULL
                THEN 'currency_lost' END,
            CASE WHEN i.conditions->>'vat_included' <> s.conditions->>'vat_included' THEN 'vat_changed' END,
            CASE WHEN i.conditions->>'price_kind' <> s.conditions->>'price_kind' THEN 'kind_changed' END,
            CASE WHEN lower(i.characteristics->>'unit') <> lower(s.characteristics->>'unit')
                OR lower(i.characteristics->>'pack_size') <> lower(s.characteristics->>'pack_size')
                OR i.conditions->>'price_unit' <> s.conditions->>'price_unit'
                THEN 'unit_changed' END,
            CASE WHEN lower(s.name) <> lower(i.name) AND (
                SELECT count(*) * 3 < least(cardinality(words.old), cardinality(words.new))
                FROM (SELECT regexp_split_to_array(lower(i.name), '[^[:alnum:]]+') AS old,
                        regexp_split_to_array(lower(s.name), '[^[:alnum:]]+') AS new) AS words,
                    unnest(words.old) AS word
                WHERE word = ANY (words.new) GROUP BY words.old, words.new
            ) IS DISTINCT FROM false THEN 'name_replaced' END
            ], NULL) AS odd
        FROM staged AS s JOIN supplier_items AS i ON i.supplier_id = :supplier_id AND i.id = s.item_id
        WHERE s.kind = 'changed' OFFSET 0) AS found
    WHERE s.new_id = found.new_id AND found.odd <> '{}'
""")

# Names that went to other codes: shifted by a row, or sorted without the codes beside them.
MARK_MOVED_NAMES = text("""
    UPDATE staged AS s SET odd = array_append(s.odd, 'name_replaced')
    FROM supplier_items AS own, (SELECT DISTINCT name FROM supplier_items WHERE supplier_id = :supplier_id) AS other
    WHERE s.kind = 'changed' AND own.supplier_id = :supplier_id AND own.id = s.item_id AND own.name <> s.name
      AND other.name = s.name
      AND NOT 'name_replaced' = ANY (s.odd)
""")
MARK_CHANGED_CODES = text("""
    UPDATE staged AS s SET odd = array_append(s.odd, 'code_changed')
    FROM supplier_items AS i
    WHERE s.kind = 'new' AND i.supplier_id = :supplier_id AND i.is_available AND i.name = s.name
      AND NOT 'code_changed' = ANY (s.odd)
      AND NOT EXISTS (SELECT 1 FROM staged_item AS f WHERE f.sku = i.supplier_sku)
""")

COUNTS = text("SELECT way, count(*) FROM staged, unnest(odd) AS way GROUP BY way")
# Rows that moved by the factor; new ones only with nearly all: beside a few misread rows they are right as they are.
RESCALE = text("""
    UPDATE staged_item AS s SET price = round(s.price / :factor, 4),
        prices = (SELECT coalesce(jsonb_object_agg(key, CASE WHEN value ~ '^[0-9]+([.][0-9]+)?$'
                THEN trim_scale(round(value::numeric / :factor, 6))::text ELSE value END), '{}')
            FROM jsonb_each_text(s.prices))
    FROM (
        SELECT s.new_id, i.id IS NULL AS new,
            i.current_price > 0 AND s.price > 0 AND abs(log(s.price / i.current_price / :factor)) < 0.03 AS moved,
            i.current_price > 0 AND s.price > 0 AS priced
        FROM staged_item AS s
        LEFT JOIN supplier_items AS i ON i.supplier_id = :supplier_id AND i.supplier_sku = s.sku
        OFFSET 0) AS found
    WHERE found.new_id = s.new_id AND (found.moved OR :all AND found.new)
""")


MOVED = text("""
    SELECT count(*) FILTER (WHERE abs(log(s.price / i.current_price / :factor)) < 0.03) AS moved, count(*) AS priced
    FROM staged_item AS s JOIN supplier_items AS i ON i.supplier_id = :supplier_id AND i.supplier_sku = s.sku
    WHERE i.current_price > 0 AND s.price > 0
""")
NEARLY_ALL = 0.9


def mark(supplier_id: UUID | None, *, large_percent: float, changed: bool, new: bool) -> None:
    """Mark the rows of ``staged``: those that ``changed``, if any did, and the ``new`` ones of a supplier we know."""
    who = {"supplier_id": supplier_id, "percent": large_percent}
    if changed:
        statements.run(MARK, who)
        statements.run(MARK_MOVED_NAMES, who)
    if new:
        statements.run(MARK_CHANGED_CODES, who)


def counts() -> Mapping[str, int]:
    return dict(statements.run(COUNTS))


def rescale(supplier_id: UUID, factor: Decimal) -> None:
    """Divide the staged prices that moved by ``factor``; with nearly all of them those of new items too."""
    which = {"supplier_id": supplier_id, "factor": factor}
    ((moved, priced),) = statements.run(MOVED, which)
    statements.run(RESCALE, which | {"all": moved >= NEARLY_ALL * priced})
