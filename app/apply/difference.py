"""What a file would change: the staged items against what is there. The preview and the commit share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app import statements
from app.apply import odd
from app.apply.staging import whole_lists_joined
from app.extensions import db

# One join, once, which also says what has to be written; the wide columns go on only where they will be.
# `kind` is what a person sees. `writes`: the item's own columns change (or their provenance is a day old).
# `relinks`: the link or its candidates do. `asks`: a person is asked, and was not asked the same before.
# OFFSET 0 keeps PostgreSQL from working out a flag anew wherever it is named.
COMPARE = text("""
    WITH put AS (
        INSERT INTO staged (new_id, sku, name, price, currency, price_fault, match_status, match_score, product_id,
            item_id, old_price, old_currency, kind, writes, relinks, asks, prices_anew,
            prices, characteristics, conditions, warnings, list_sku, sheet, page, "row", cells, texts, match_candidates,
            said)
        SELECT new_id, sku, name, price, currency, price_fault, match_status, match_score, product_id,
            item_id, old_price, old_currency, kind, writes, relinks, asks, prices_anew,
            CASE WHEN writes THEN prices END AS prices, CASE WHEN writes THEN characteristics END AS characteristics,
            CASE WHEN writes THEN conditions END AS conditions, warnings, list_sku,
            CASE WHEN writes THEN sheet END AS sheet, CASE WHEN writes THEN page END AS page,
            CASE WHEN writes THEN "row" END AS "row", CASE WHEN writes THEN cells END AS cells,
            CASE WHEN writes THEN texts END AS texts,
            CASE WHEN writes OR relinks OR asks THEN match_candidates END AS match_candidates, said
        FROM (
            SELECT d.*,
                d.kind <> 'unchanged' OR d.stale OR d.details_differ AS writes,
                d.free AND (d.match_status = 'auto_matched' AND d.product_id IS NOT NULL
                        OR d.match_status = 'potential_match')
                    AND (d.old_match::text <> d.match_status OR d.old_score IS DISTINCT FROM d.match_score
                        OR d.old_candidates IS DISTINCT FROM d.match_candidates) AS relinks,
                d.match_status = 'potential_match' AND (d.kind = 'new' OR d.free)
                    AND (d.asked IS NULL OR d.asked <> 'pending'
                        OR d.asked_of IS DISTINCT FROM coalesce(d.match_candidates, '[]')) AS asks,
                d.price IS NOT NULL AND (d.kind = 'new' OR d.price IS DISTINCT FROM d.old_price
                    OR d.currency IS DISTINCT FROM d.old_currency) AS prices_anew
            FROM (
                SELECT s.*, i.id AS item_id, i.current_price AS old_price, i.currency AS old_currency,
                    i.match_status AS old_match, i.match_score AS old_score, i.match_candidates AS old_candidates,
                    CASE WHEN i.id IS NULL THEN 'new'
                        WHEN i.current_price IS DISTINCT FROM s.price OR i.currency IS DISTINCT FROM s.currency
                            OR i.name <> s.name OR NOT i.is_available OR s.said IS NOT NULL
                            OR i.characteristics IS DISTINCT FROM s.characteristics AND (
                                i.characteristics->>'unit' <> s.characteristics->>'unit'
                                OR i.characteristics->>'pack_size' <> s.characteristics->>'pack_size')
                            OR i.conditions IS DISTINCT FROM s.conditions AND (
                                i.conditions->>'vat_included' <> s.conditions->>'vat_included'
                                OR i.conditions->>'price_kind' <> s.conditions->>'price_kind'
                                OR i.conditions->>'price_unit' <> s.conditions->>'price_unit') THEN 'changed'
                        ELSE 'unchanged' END AS kind,
                    i.id IS NOT NULL AND (i.characteristics IS DISTINCT FROM s.characteristics
                        OR i.conditions IS DISTINCT FROM s.conditions
                        OR i.prices IS DISTINCT FROM s.prices) AS details_differ,
                    coalesce(i.last_ingested_at < now() - interval '20 hours', false) AS stale,
                    i.match_status IN ('unmatched', 'potential_match')
                        OR i.match_status = 'auto_matched' AND i.product_id IS NULL AS free,
                    r.status::text AS asked, r.candidate_products AS asked_of, p.id AS product_id
                FROM staged_item AS s
                LEFT JOIN supplier_items AS i ON i.supplier_id = :supplier_id AND i.supplier_sku = s.sku
                LEFT JOIN match_review_queue AS r ON r.supplier_item_id = i.id
                LEFT JOIN products AS p ON p.id = s.match_product
                OFFSET 0) AS d
            OFFSET 0) AS judged
        RETURNING kind)
    SELECT coalesce(bool_or(kind = 'changed'), false) AS changed, coalesce(bool_or(kind = 'new'), false) AS new,
        EXISTS (SELECT FROM supplier_items WHERE supplier_id = :supplier_id) AS known
    FROM put
""")

VANISHED = text("""
    INSERT INTO staged_vanished (item_id, sku, name, old_price)
    SELECT i.id, i.supplier_sku, i.name, i.current_price
    FROM supplier_items AS i
    WHERE i.supplier_id = :supplier_id AND i.is_available AND i.lists = ARRAY[CAST(:list_name AS text)]
      AND NOT EXISTS (SELECT 1 FROM staged_item AS s WHERE s.sku = i.supplier_sku)
""")

FIGURES = text("""
    SELECT * FROM (
        SELECT count(*) AS items,
            count(*) FILTER (WHERE kind = 'new') AS new,
            count(*) FILTER (WHERE kind = 'changed') AS changed,
            count(*) FILTER (WHERE kind = 'unchanged') AS unchanged,
            count(*) FILTER (WHERE match_status = 'auto_matched' AND product_id IS NOT NULL) AS matched,
            count(*) FILTER (WHERE match_status = 'potential_match') AS review,
            count(*) FILTER (WHERE writes AND item_id IS NOT NULL) AS writes,
            count(*) FILTER (WHERE relinks) AS relinks,
            count(*) FILTER (WHERE asks) AS asks,
            count(*) FILTER (WHERE prices_anew) AS prices_anew,
            count(*) FILTER (WHERE warnings <> '{}') AS warned,
            count(*) FILTER (WHERE price IS NULL) AS unpriced,
            count(*) FILTER (WHERE price IS NOT NULL AND currency IS NULL) AS without_currency,
            count(*) FILTER (WHERE item_id IS NOT NULL) AS met,
            count(*) FILTER (WHERE old_price > 0 AND price > 0) AS priced,
            count(*) FILTER (WHERE old_price > 0 AND price > 0 AND price <> old_price) AS repriced,
            count(*) FILTER (WHERE odd <> '{}') AS odd_rows
        FROM staged) AS file,
        (SELECT count(*) AS vanished FROM staged_vanished) AS gone,
        (SELECT count(*) FILTER (WHERE is_available) AS known, count(*) FILTER (WHERE cardinality(lists) > 1) AS shared
        FROM supplier_items WHERE supplier_id = :supplier_id AND lists @> ARRAY[CAST(:list_name AS text)]) AS own
""")

SMALL_CHANGES = text("""
    DELETE FROM staged WHERE array_remove(odd, 'large') <> '{}'
        OR kind = 'changed' AND old_price > 0 AND price > 0 AND abs(price - old_price) * 100 > :percent * old_price
""")
ODD_ROWS = text("DELETE FROM staged WHERE odd <> '{}'")
NO_VANISHED = text("DELETE FROM staged_vanished")
THESE = (
    text("DELETE FROM staged WHERE sku <> ALL(:skus)"),
    text("DELETE FROM staged_vanished WHERE sku <> ALL(:skus)"),
)
ALL_BUT_THESE = (
    text("DELETE FROM staged WHERE sku = ANY(:skus)"),
    text("DELETE FROM staged_vanished WHERE sku = ANY(:skus)"),
)


@dataclass(frozen=True)
class Whose:
    """The supplier and which of its lists: what another list has brought is not this one's to judge or to miss."""

    supplier_id: UUID | None
    list_name: str = ""


@dataclass(frozen=True)
class Choice:
    """Which changes of a held file a person takes: those of ``skus``, or all without them, or the ordinary ones.

    ``up_to_percent`` takes new items and price changes up to it, up or down; nothing that is odd in another way, and no
    vanished items. ``factor`` divides the prices that moved by it, and takes all.
    """

    skus: Sequence[str] = ()
    without: bool = False
    up_to_percent: float | None = None
    factor: Decimal | None = None


@dataclass(frozen=True)
class Difference:
    """Counts of items. ``priced`` have a price before and after, and of ``repriced`` it is another one.

    ``met`` are in the file and were there before; ``known`` were available before the file, ``shared`` are in another
    of the supplier's lists as well.
    ``writes`` (items that are there already), ``relinks``, ``asks`` and ``prices_anew`` say what is left to write.
    ``odd`` counts by the ways of app.apply.odd in which an item gets worse, ``odd_rows`` the rows with any of them.
    """

    items: int
    new: int
    changed: int
    unchanged: int
    matched: int
    review: int
    writes: int
    relinks: int
    asks: int
    prices_anew: int
    warned: int
    unpriced: int
    without_currency: int
    met: int
    priced: int
    repriced: int
    odd_rows: int
    vanished: int
    known: int
    shared: int
    odd: Mapping[str, int]

    @property
    def differing(self) -> int:
        """Changes that a person sees."""
        return self.new + self.changed + self.vanished


def compare(whose: Whose, *, replaces_all: bool, large_percent: float, many: bool) -> Difference:
    """Fill ``staged`` and ``staged_vanished`` from ``staged_item`` and count what differs."""
    who = asdict(whose)
    with whole_lists_joined(many=many):
        (kinds,) = statements.run(COMPARE, who)
        if many:
            db.session.execute(text("ANALYZE staged (new_id, item_id, kind, writes, relinks, asks, prices_anew)"))
        if replaces_all and kinds.known:
            statements.run(VANISHED, who)
        news = kinds.new and kinds.known
        odd.mark(whose.supplier_id, large_percent=large_percent, changed=kinds.changed, new=news)
    return figures(whose)


def narrow(whose: Whose, choice: Choice) -> Difference:
    """Leave of the staged items what was chosen, and count again."""
    if choice.up_to_percent is not None:
        statements.run(SMALL_CHANGES, {"percent": choice.up_to_percent})
        statements.run(NO_VANISHED)
    elif choice.factor is None:
        for statement in ALL_BUT_THESE if choice.without else THESE:
            statements.run(statement, {"skus": list(choice.skus)})
    return figures(whose)


def without_odd_rows(whose: Whose, *, vanished: bool) -> Difference:
    """Leave what is ordinary, and count again; ``vanished`` says that missing items are ordinary too."""
    statements.run(ODD_ROWS)
    if not vanished:
        statements.run(NO_VANISHED)
    return figures(whose)


def figures(whose: Whose) -> Difference:
    """Count what is staged now."""
    row = statements.run(FIGURES, asdict(whose))[0]
    return Difference(**row._asdict(), odd=odd.counts() if row.odd_rows else {})
