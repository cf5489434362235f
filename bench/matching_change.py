"""How soon what was changed is known to the next row: ``python -m bench.matching_change [PRODUCTS …]``.

One decision more, and a thousand changed products, until the first row is matched by a process that begins then;
20,000 and 1,000,000 products unless others are named. Decisions lie apart from the products, as the courier hands them
over, and nothing is learned in this process. Seconds on the clock, and of the processor with all its helpers.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson

from bench.figure import Figure, figure
from bench.matching_speed import large
from ml_analyze.matching import Matcher

_DECISIONS, _CHANGED = 300, 1000
# Seconds from one decision more, by the most products they are asked of; and from changed products.
_MOST, _MOST_LARGE, _MOST_CHANGED = 1.0, 2.0, 5.0
_ORDINARY = 100_000
_SUPPLIER = "a"

Rows = list[tuple[str, dict[str, Any]]]


def figures(products: int) -> list[Figure]:
    """What is measured with so many products, each in a process of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = large(folder / "products.ndjson", products)
        cache = folder / "cache"
        _apart(_first_row, _decided(folder, rows, _DECISIONS), cache, rows[0][1])
        later = _apart(_first_row, _decided(folder, rows, _DECISIONS + 1), cache, rows[0][1])
        _change(folder / "products.ndjson", products)
        anew = _apart(_first_row, _decided(folder, rows, _DECISIONS + 1), cache, rows[0][1])
    size = f"{products:,} products"
    most = _MOST if products <= _ORDINARY else _MOST_LARGE
    return [
        figure(f"one decision more, {size}", later[0], "s", most=most),
        figure("the same, of the processor", later[1], "s"),
        figure(f"{_CHANGED:,} products changed, {size}", anew[0], "s", most=_MOST_CHANGED),
        figure("the same, of the processor", anew[1], "s"),
    ]


def _decided(folder: Path, rows: Rows, count: int) -> Path:
    """A snapshot with so many links, beside its products."""
    path = folder / f"catalogue-{count}.ndjson"
    links = [
        {"kind": "link", "product_id": product, "supplier_id": _SUPPLIER, "supplier_sku": f"row-{at}", **_named(row)}
        for at, (product, row) in enumerate(rows[-count:])
    ]
    path.write_bytes(b"\n".join(map(orjson.dumps, [{"kind": "products", "file": "products.ndjson"}, *links])) + b"\n")
    return path


def _named(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("id", "sku")}


def _change(path: Path, products: int) -> None:
    """Another word in the names of a thousand products, as a new file in the place of the old one."""
    every = max(1, products // _CHANGED)
    part = path.with_suffix(".part")
    with path.open("rb") as old, part.open("wb") as new:
        for number, line in enumerate(old):
            if number % every == 0:
                product = orjson.loads(line)
                new.write(orjson.dumps({**product, "name": f"{product['name']} anew"}) + b"\n")
            else:
                new.write(line)
    part.replace(path)


def _first_row(snapshot: Path, cache: Path, row: dict[str, Any]) -> tuple[float, float]:
    """Seconds, on the clock and of the processor, until the row is matched."""
    began, worked = time.perf_counter(), _worked()
    Matcher.open(snapshot, cache_dir=cache, wait=False).match([row], supplier_id=_SUPPLIER)
    return time.perf_counter() - began, _worked() - worked


def _worked() -> float:
    """Processor seconds of this process and of its helpers that have ended."""
    return sum(os.times()[:4])


def _apart(work: Callable[..., tuple[float, float]], *arguments: Any) -> tuple[float, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("products", type=int, nargs="*", default=[20_000, 1_000_000])
    for products in parser.parse_args().products:
        for one in figures(products):
            goal = "" if one["met"] is None else f"{one['goal']:>12}  {'met' if one['met'] else 'MISSED'}"
            print(f"{one['name']:<48}{one['value']:10.2f} {one['unit']:<4}{goal}", flush=True)


if __name__ == "__main__":
    main()
