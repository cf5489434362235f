"""What a hand waits for: from a key until the next match is painted; and how many rows a compact screen shows."""

from __future__ import annotations

from statistics import quantiles

from playwright.sync_api import Page
from sqlalchemy import text

from app.extensions import db
from bench.figure import Figure, figure

DECISIONS = 20
MAKE_PRODUCTS = text("""
    INSERT INTO products (internal_sku, name, status, price)
    SELECT 'P-' || n, 'Product ' || n || ' with handle', 'active', n FROM generate_series(1, 500) AS n
""")
MAKE_REVIEWS = text("""
    INSERT INTO match_review_queue (supplier_item_id, top_score, expires_at, candidate_products)
    SELECT item.id, 60 + item.place % 30, now() + interval '9 days', jsonb_build_array(jsonb_build_object(
        'product_id', product.id, 'score', 60 + item.place % 30, 'why', jsonb_build_array('same name')))
    FROM (SELECT id, row_number() OVER () AS place FROM supplier_items LIMIT 500) AS item
    JOIN (SELECT id, row_number() OVER () AS place FROM products) AS product USING (place)
""")
#: milliseconds from the key to the frame that shows another match
ANSWER = """() => new Promise(done => {
    const before = document.querySelector('#decision').dataset.review, began = performance.now();
    const look = () => document.querySelector('#decision').dataset.review === before
        ? requestAnimationFrame(look) : requestAnimationFrame(() => done(performance.now() - began));
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
    look();
})"""
ROWS_IN_SIGHT = """() => {
    document.documentElement.dataset.density = 'compact';
    return [...document.querySelectorAll('table.steady tbody tr')]
        .filter(one => one.getBoundingClientRect().bottom <= innerHeight).length;
}"""


def fill() -> None:
    """500 matches to decide."""
    db.session.execute(MAKE_PRODUCTS)
    db.session.execute(MAKE_REVIEWS)
    db.session.commit()


def figures(page: Page, address: str) -> list[Figure]:
    """``page`` is signed in."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/items")
    rows = page.evaluate(ROWS_IN_SIGHT)
    page.goto(f"{address}/matching")
    took = []
    for _ in range(DECISIONS):
        page.locator("#queue[data-ahead]").wait_for()
        took.append(page.evaluate(ANSWER))
        page.wait_for_timeout(250)  # a hand that looks before it presses again
    return [
        figure("screen: rows in sight, compact, 1440 × 900", rows, "rows", least=25),
        figure("screen: decision until the next is painted, p95", quantiles(took, n=20)[18], "ms", most=100),
    ]
