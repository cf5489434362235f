"""How fast rows are matched: ``python -m bench.matching_speed [--quick]``.

20,000 made-up products for the whole way (retrieve, score, decide), 1,000,000 for candidates alone
(50,000 with ``--quick``); each in a process of its own, so that its peak memory is its own. The floor
of matching is scikit-learn's 3-gram cosine with every product, the floor of building is parsing the
snapshot's lines.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bench.figure import Figure, best_of, figure
from bench.matching_data import write_snapshot
from bench.matching_synthetic import Maker, Style, Tongue, world
from ml_analyze.matching import Matcher
from ml_analyze.matching.index import open_index
from ml_analyze.matching.retrieve import retrieve
from ml_analyze.matching.texts import texts_of

_MILLION, _QUICK = 1_000_000, 50_000
_LINES, _BATCH = 6000, 500


def figures(quick: bool) -> list[Figure]:
    return [*_alone(whole_way, quick), *_alone(candidates, quick)]


def _alone(measure: Callable[[bool], list[Figure]], quick: bool) -> list[Figure]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, quick).result()


def whole_way(quick: bool) -> list[Figure]:
    """Rows a second through ``Matcher.match`` with 20,000 products, in one process on one core."""
    made = world(7, products=20_000, items=2000, language="en", known=0.8)
    with tempfile.TemporaryDirectory() as folder:
        snapshot = write_snapshot(Path(folder) / "catalogue.ndjson", made.products)
        opened = best_of(1, lambda: Matcher.open(snapshot, cache_dir=Path(folder) / "cache"))
        matcher = Matcher.open(snapshot, cache_dir=Path(folder) / "cache")
        began = time.perf_counter()
        matcher.match(made.items, supplier_id="a")
        cold = len(made.items) / (time.perf_counter() - began)
        seconds = best_of(1 if quick else 3, lambda: matcher.match(made.items, supplier_id="a"))
        copies = made.items[:100] * 20
        same = best_of(1, lambda: matcher.match(copies, supplier_id="a"))
    floor = len(made.items) / _full_comparison(made.items, made.products)
    return [
        figure("lines matched, 20,000 products, one core", len(made.items) / seconds, "/s", floor=floor, least=500),
        figure("the same, first time", cold, "/s", floor=floor, least=500),
        figure("the same, rows that repeat 20 times", len(copies) / same, "/s", floor=floor),
        figure("index of 20,000 products built and opened", opened, "s"),
    ]


def _full_comparison(items: list[dict[str, Any]], products: list[dict[str, Any]]) -> float:
    from sklearn.feature_extraction.text import TfidfVectorizer

    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3))
    table = grams.fit_transform([product["name"] for product in products]).T.tocsr()

    def work() -> None:
        for start in range(0, len(items), 100):
            near = (grams.transform([item["name"] for item in items[start : start + 100]]) @ table).toarray()
            np.argpartition(-near, 10, axis=1)[:, :10]

    return best_of(1, work)


def candidates(quick: bool) -> list[Figure]:
    """Recall, speed, memory and build time of the candidates alone; the rows are those of a supplier."""
    count = _QUICK if quick else _MILLION
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.ndjson"
        rows = large(path, count)
        parsed = best_of(1, lambda: [orjson.loads(line) for line in _lines(path)])
        built = _child(_build, path, Path(folder) / "cache")
        found = _child(_search, path, Path(folder) / "cache", rows)
    size = f"{count:,} products"
    return [
        figure(f"recall@10 of candidates, {size}", 100 * found["recall"], "%", least=98.5),
        figure(f"candidates, {size}, one core", found["speed"], "lines/s", least=3000),
        figure(f"memory of a search, {size}", found["memory"], "GB", most=1.0),
        figure(f"index built, {size}", built["seconds"], "s", floor=parsed, most=120),
        figure(f"memory of building, {size}", built["memory"], "GB"),
    ]


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from file


def large(path: Path, count: int) -> list[tuple[str, dict[str, Any]]]:
    """Write a catalogue of ``count`` products; return rows of a supplier with the products they mean."""
    rng = random.Random(11)
    tongue = Tongue(rng, "en")
    # A large catalogue has more kinds of things, makers and words than a small one.
    tongue.kinds = [[tongue.word(1, 3, compound=True)] * 2 for _ in range(3000)]
    tongue.traits = [[tongue.word(1, 3)] * 2 for _ in range(8000)]
    maker = Maker(rng, tongue)
    maker.brands = [tongue.word(1, 2) for _ in range(5000)]
    maker.prefixes = [
        "".join(rng.choice("abcdefghklmnprstvwxz") for _ in range(rng.randint(1, 4))) for _ in range(20_000)
    ]
    maker.coded = True
    ours, theirs = Style(rng, tongue, supplier=False), Style(rng, tongue, supplier=True)
    _ordinary(ours)
    _ordinary(theirs)
    theirs.order = [*reversed(theirs.order)]
    theirs.drop, theirs.typo, theirs.synonym, theirs.code_off = 0.1, 0.02, 0.3, 0.02
    every = count // _LINES
    rows, thing = [], maker.thing()
    with path.open("wb") as file:
        for number in range(count):
            thing = maker.sibling(thing) if rng.random() < 0.6 else maker.thing()
            product = ours.product(thing, number)
            file.write(orjson.dumps({"kind": "product", **product}) + b"\n")
            if number % every == 0:
                rows.append((product["id"], theirs.product(thing, number)))
    return rows[:_LINES]


def _ordinary(style: Style) -> None:
    """Names as most write them: nearly all parts, the code mostly among them; short descriptions."""
    style.keep = dict.fromkeys(style.order, 0.95)
    style.code_in_name, style.code_in_sku, style.code_sign, style.code_tail = 0.9, 0.0, "mixed", 0.1
    style.numbering, style.barcode, style.limit, style.wordy, style.described = 0, 0.0, 0, 10, 0.5


def _child(work: Callable[..., dict[str, float]], *arguments: Any) -> dict[str, float]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def _build(path: Path, cache: Path) -> dict[str, float]:
    began = time.perf_counter()
    open_index(path, cache_dir=cache)
    return {"seconds": time.perf_counter() - began, "memory": _peak()}


def _search(path: Path, cache: Path, rows: list[tuple[str, dict[str, Any]]]) -> dict[str, float]:
    index = open_index(path, cache_dir=cache)
    found = 0
    fastest = float("inf")
    for again in range(2):
        began = time.perf_counter()
        for start in range(0, len(rows), _BATCH):
            part = rows[start : start + _BATCH]
            near = retrieve(index, [texts_of(row) for _, row in part], width=10).numbers
            if not again:
                wanted = np.array(index.numbers_of([product for product, _ in part]))
                found += int((near == wanted[:, None]).sum())
        fastest = min(fastest, time.perf_counter() - began)
    return {"recall": found / len(rows), "speed": len(rows) / fastest, "memory": _peak()}


def _peak() -> float:
    """Peak resident memory in GB, mapped pages included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = figures(given.quick)
    if given.json:
        print(json.dumps(found))
        return
    for one in found:
        goal = "" if one["met"] is None else f"{one['goal']:>16}  {'met' if one['met'] else 'MISSED'}"
        floor = "" if one["floor"] is None else f"{one['floor']:10.2f}"
        print(f"{one['name']:<55}{one['value']:12.3f} {one['unit']:<8}{floor:>11}  {goal}")


if __name__ == "__main__":
    main()
