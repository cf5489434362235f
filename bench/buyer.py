"""The buyer's pages with 1,000,000 items of 1,000 suppliers and 100,000 products: the p95 of each question."""

from __future__ import annotations

import sys
import time
from statistics import quantiles

import requests
from sqlalchemy import text

from app.access import accounts
from app.extensions import db
from app.models.user import UserRole
from app.money import best, comparable, rates
from bench import buyer_out
from bench.figure import Figure, figure, told
from bench.installation import place, say
from bench.screen import PASSWORD, gunicorn, signed_in

SUPPLIERS, PRODUCTS, ITEMS = 1000, 100_000, 1_000_000
MOST_MS = 150

WORDS = """
    (ARRAY['Hammer','Bohrmaschine','Wiertarka','Болт','Кабель силовой','Drill bit','Schraube','Perceuse','Klucz',
    'Valve','Pump','Bearing','Лампа светодиодная','Filter','Switch','Tape','Glove','Paint','Brush','Sensor'])
        [1 + {n} % 20]
    || ' ' || (ARRAY['steel','copper','HSS','black','white','blue','heavy','mini','pro','eco'])[1 + {n} / 20 % 10]
    || ' ' || (ARRAY['Bosch','Makita','Knipex','Hilti','Gedore','Wago','ABB','Festo'])[1 + {n} / 7 % 8]
    || ' M' || 3 + {n} % 28 || 'x' || 10 + {n} % 190
"""
MAKE_SUPPLIERS = text("""
    INSERT INTO suppliers (name, source_type, metadata)
    SELECT 'Wholesale ' || n || ' ' || substr(md5(n::text), 1, 4), 'csv', '{}' FROM generate_series(1, :suppliers) AS n
""")
MAKE_PRODUCTS = text(f"""
    INSERT INTO products (internal_sku, name, brand, status, price)
    SELECT 'P-' || n, {WORDS.format(n="n")} || ' no. ' || n, 'Brand ' || n % 300, 'active',
           CASE WHEN n % 10 > 0 THEN round((10 + n % 997 * 1.3)::numeric, 2) END
    FROM generate_series(1, :products) AS n
""")  # nosec B608 - put together from constants
MAKE_ITEMS = text(f"""
    INSERT INTO supplier_items (supplier_id, supplier_sku, name, current_price, currency, product_id, match_status,
        is_available, characteristics, updated_at, last_ingested_at)
    SELECT s.id, 'A-' || n / :suppliers || '-' || n, {WORDS.format(n="n")} || ' ' || n, made.price,
        CASE WHEN n % 997 > 0 THEN 'EUR' END, p.id,
        (CASE WHEN p.id IS NOT NULL THEN 'auto_matched' WHEN n % 50 = 0 THEN 'potential_match'
            ELSE 'unmatched' END)::match_status,
        n % 211 > 0, jsonb_build_object('brand', 'Brand ' || n % 300, 'barcode', (4000000000000 + n)::text,
            'category', jsonb_build_array('Group ' || n % 60)),
        now() - n % 1000000 * interval '1 second', now() - n % 86400 * interval '1 second'
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n
    JOIN (SELECT id, row_number() OVER (ORDER BY name) - 1 AS place FROM suppliers) AS s ON s.place = n % :suppliers
    LEFT JOIN (SELECT id, substr(internal_sku, 3)::int AS number FROM products) AS p
        ON p.number = n * 7 % :products AND n % 10 < 6
    CROSS JOIN LATERAL (SELECT CASE WHEN n % 1009 = 0 THEN 0 WHEN n % 1013 = 0 THEN NULL
        ELSE round((8 + coalesce(p.number, n) % 997 * (1 + n % 13 / 40.0))::numeric, 2) END AS price) AS made
""")  # nosec B608 - put together from constants
MAKE_HISTORY = text("""
    INSERT INTO price_history (supplier_item_id, price, currency, recorded_at)
    SELECT id, current_price * (100 + n % 17 - 8) / 100, currency, now() - interval '45 days'
    FROM (SELECT id, current_price, currency, row_number() OVER () AS n FROM supplier_items
          WHERE product_id IS NOT NULL AND current_price > 0) AS item WHERE n % 3 = 0
""")
QUESTIONS = (
    "/items",
    "/items?sort=comparable&dir=down",
    "/items?sort=price",
    "/items?sort=supplier",
    "/items?sort=changed&dir=down",
    "/items?q=bohrmaschine",
    "/items?q=bohrmaschine+makita+m12&sort=comparable",
    "/items?q=4000000777777",
    "/items?q=A-777-777123",
    "/items?q=brand+17",
    "/items?q=wholesale+17",
    "/items?q=hammer&sort=changed&dir=down",
    "/items?state=unmatched",
    "/items?state=unmatched&sort=comparable&dir=down",
    "/items?state=review&q=pump",
    "/items?state=no_currency",
    "/items?state=zero",
    "/items?state=gone&sort=price&dir=down",
    "/catalogue",
    "/catalogue?sort=best",
    "/catalogue?sort=margin",
    "/catalogue?sort=moved&dir=down",
    "/catalogue?sort=spread&dir=down",
    "/catalogue?q=perceuse+hilti",
    "/catalogue?which=no_offer",
    "/catalogue?which=one_supplier&sort=best&dir=down",
    "/catalogue?which=below_best&sort=margin",
    "/catalogue?moved=5&sort=moved",
)


def figures(quick: bool) -> list[Figure]:
    """``quick``: a tenth of the rows, fewer questions of each kind."""
    with place() as here:
        fill(share=10 if quick else 1)
        with gunicorn(here, "wsgi:app") as address:
            session = signed_in(address)
            measured = {page: asked(session, address + page, times=8 if quick else 30) for page in QUESTIONS}
        taken_out = buyer_out.exports()
    found = [figure(f"buyer: page {page}, p95", ms, "ms", most=MOST_MS) for page, ms in measured.items()]
    slowest = figure("buyer: slowest page, p95", max(measured.values()), "ms", most=MOST_MS)
    return [*found, slowest, *taken_out]


def asked(session: requests.Session, address: str, *, times: int) -> float:
    """p95 in milliseconds, the first answer and the next page among them."""
    taken, following = [], address
    for number in range(times):
        began = time.perf_counter()
        answer = session.get(following)
        taken.append((time.perf_counter() - began) * 1000)
        answer.raise_for_status()
        following = address if number % 2 else following_page(answer.text, address)
    say(f"{address}: {sorted(taken)[len(taken) // 2]:.0f} ms, at most {max(taken):.0f}")
    return quantiles(taken, n=20)[18]


def following_page(page: str, address: str) -> str:
    _, found, rest = page.partition('rel="next" href="')
    return (
        address.partition("/items")[0].partition("/catalogue")[0] + rest.partition('"')[0].replace("&amp;", "&")
        if (found)
        else address
    )


def fill(*, share: int) -> None:
    """Suppliers, products, items in portions, and prices of six weeks ago."""
    rates.set_base("EUR", actor="bench")
    counts = {"suppliers": SUPPLIERS // share, "products": PRODUCTS // share}
    db.session.execute(MAKE_SUPPLIERS, counts)
    db.session.execute(MAKE_PRODUCTS, counts)
    items, portion = ITEMS // share, 50_000
    for first in range(1, items + 1, portion):
        db.session.execute(MAKE_ITEMS, counts | {"first": first, "last": min(first + portion - 1, items)})
        db.session.commit()
    comparable.refresh()
    db.session.execute(MAKE_HISTORY)
    db.session.commit()
    vacuum()
    began = time.perf_counter()
    best.keep_current()
    say(f"The offers of {counts['products']:,} products are written in {time.perf_counter() - began:.1f} s.")
    vacuum()
    accounts.create_user("bench", PASSWORD, UserRole.ADMIN, "bench")


def vacuum() -> None:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    for each in figures("--quick" in sys.argv):
        print(told(each))
