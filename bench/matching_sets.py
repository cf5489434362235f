"""Sets to measure matching on that nobody owns: ``python -m bench.matching_sets NAME DIR`` writes one as a folder.

Trades that differ as real ones do, each with siblings that the list has and the catalogue lacks, and rows without
any product; one has 50,000 products. ``with_holes`` does the same to any labelled set. Seeds are far from those that
training counts from.
"""

from __future__ import annotations

import argparse
import csv
import random
from pathlib import Path
from typing import Any

from bench.matching_data import Labelled
from bench.matching_synthetic import World
from bench.matching_trades import trade

_SEED = 900_000
#: name -> trade, products, rows, share of rows with a product, languages of catalogue and list
SETS: dict[str, tuple[str, int, int, float, tuple[str, str]]] = {
    "spare-parts": ("parts", 4000, 800, 0.6, ("de", "de")),
    "groceries": ("grocery", 3000, 800, 0.7, ("ru", "ru")),
    "fashion": ("fashion", 5000, 800, 0.5, ("en", "en")),
    "screws": ("screws", 3000, 800, 0.6, ("de", "de")),
    "drugs": ("drugs", 4000, 800, 0.7, ("ru", "ru")),
    "software": ("software", 3000, 800, 0.9, ("en", "en")),
    "furniture": ("home", 3000, 800, 0.4, ("fr", "fr")),
    "polish-list": ("electronics", 3000, 800, 0.6, ("en", "pl")),
    "russian-list": ("home", 2000, 600, 0.6, ("en", "ru")),
    # Nothing was taught of these kinds: software as two shops list it, offers of a marketplace among siblings.
    "titles": ("titles", 3000, 800, 0.9, ("en", "en")),
    "corner-cases": ("corner", 3000, 800, 0.5, ("en", "en")),
    "electronics": ("electronics", 50_000, 1000, 0.8, ("en", "en")),
}


def made(name: str, draw: int = 0, *, rows: int | None = None) -> World:
    """One of the sets, made again in the same way each time; ``draw`` gives others like it, ``rows`` longer ones."""
    kind, products, usual, known, languages = SETS[name]
    items = rows or usual
    return trade(kind, _SEED + draw, products=products, items=items, known=known, languages=languages, distinct=True)


def labelled(world: World) -> Labelled:
    """As if read from a folder."""
    return Labelled(world.items, world.products, {item: truth for item, truth in world.truth.items() if truth}, {})


def with_holes(data: Labelled, share: float, draw: int = 0) -> Labelled:
    """The set without that share of its products: their rows have none now, but their siblings are still there."""
    rng = random.Random(f"holes {draw}")
    left = [product for product in data.products if rng.random() >= share]
    ids = {product["id"] for product in left}
    gold = {item: kept for item, products in data.gold.items() if (kept := products & ids)}
    return Labelled(data.items, left, gold, {})


def write(world: World, folder: Path) -> None:
    """``items.csv``, ``catalog.csv`` and ``gold.csv``."""
    folder.mkdir(parents=True, exist_ok=True)
    _table(folder / "items.csv", world.items)
    _table(folder / "catalog.csv", world.products)
    pairs = [{"item_id": item, "product_id": product} for item, truth in world.truth.items() for product in truth]
    _table(folder / "gold.csv", pairs)


def _table(path: Path, rows: list[dict[str, Any]]) -> None:
    plain = [{key: value for key, value in row.items() if key != "characteristics"} for row in rows]
    named = [
        row | ({"modelno": given["characteristics"]["mpn"]} if "characteristics" in given else {})
        for row, given in zip(plain, rows, strict=True)
    ]
    columns = list(dict.fromkeys(key for row in named for key in row))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(SETS))
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    write(made(given.name), given.folder)
    print(f"{given.folder}: {SETS[given.name][1]} products, {SETS[given.name][2]} rows")


if __name__ == "__main__":
    main()
