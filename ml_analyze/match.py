"""``python -m ml_analyze.match --catalog SNAPSHOT ITEMS.ndjson``: match rows that are extracted already.

The rows of the whole file are matched a supplier at a time, so that rows of one supplier compete
for a product; results come in the order of the rows.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson

from handoff.environment import settings_from_environment
from ml_analyze.matching import CatalogUnreadable, Matcher
from ml_analyze.settings import Settings


class ItemsUnreadable(Exception):
    """A line of the items is not what the treaty says; the message names it."""


def main(arguments: list[str] | None = None) -> int:
    """Print one result line a row; 2 when the catalogue or the rows cannot be read."""
    settings = settings_from_environment(Settings)
    parser = argparse.ArgumentParser(prog="python -m ml_analyze.match", description=__doc__)
    parser.add_argument("items", type=Path, metavar="ITEMS.ndjson")
    parser.add_argument("--catalog", type=Path, required=True, metavar="SNAPSHOT")
    parser.add_argument(
        "--cache", type=Path, default=settings.ml_cache_dir, help="where indexes are kept (default: ML_CACHE_DIR)"
    )
    parser.add_argument("--auto", type=float, default=settings.match_auto_threshold)
    parser.add_argument("--potential", type=float, default=settings.match_potential_threshold)
    given = parser.parse_args(arguments)
    try:
        items = read_items(given.items)
        matcher = Matcher.open(
            given.catalog, cache_dir=given.cache, auto_threshold=given.auto, potential_threshold=given.potential
        )
    except (CatalogUnreadable, ItemsUnreadable) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for item, result in zip(items, matched(matcher, items), strict=True):
        line = {key: result[key] for key in ("status", "product_id", "score", "candidates")}
        sys.stdout.buffer.write(orjson.dumps({"id": item["id"], **line}) + b"\n")
    sys.stdout.buffer.flush()
    return 0


def read_items(path: Path) -> list[dict[str, Any]]:
    """The rows of a file, one JSON object a line.

    Raises:
        ItemsUnreadable: the file is missing, or a line is no object with an ``id``. A row without a name
            is matched by what else it says.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise ItemsUnreadable(f"The items {path.name} cannot be read: {error.strerror}.") from error
    items = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            item = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise ItemsUnreadable(f"Line {number} of {path.name} is not JSON ({error}).") from error
        if not isinstance(item, dict) or item.get("id") is None:
            raise ItemsUnreadable(f"Line {number} of {path.name} needs an id.")
        items.append(item)
    return items


def matched(matcher: Matcher, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results in the order of the rows, each supplier's rows matched together."""
    rows: dict[str | None, list[int]] = defaultdict(list)
    for number, item in enumerate(items):
        supplier_id = item.get("supplier_id")
        rows[str(supplier_id) if supplier_id else None].append(number)
    results: list[dict[str, Any]] = [{} for _ in items]
    for supplier_id, numbers in rows.items():
        found = matcher.match([items[n] for n in numbers], supplier_id=supplier_id)
        for number, result in zip(numbers, found, strict=True):
            results[number] = result
    return results


if __name__ == "__main__":
    raise SystemExit(main())
