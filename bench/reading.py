"""Items read from a folder of labelled price lists, scored by the folder's own ``score.py``.

    python -m bench.reading --corpus DIR [--only ID ...] [--out DIR] [--quiet]

DIR holds the files, ``labels.json`` and ``score.py``. Makers (``repo`` of the labels) are parted in two halves: rules
and weights are chosen on the first, and the second is what the figures are worth on files that nobody looked at.
A file is right when its count is within 2 % and every sample item is found with its price. The doubt figures are those
of files that were taken: a refused one asks by itself.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import tempfile
import time
from collections.abc import Callable
from math import prod
from pathlib import Path
from types import ModuleType
from typing import Any

from ml_analyze.extraction import Unreadable, read_price_list

Row = dict[str, Any]
_BINS = (0.0, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0)


def load_score(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_one(path: Path) -> Row:
    """Items as the scorer wants them, with the doubts of the file; or the reason why it was refused."""
    try:
        listed = read_price_list(path)
        lines = list(listed.lines)
    except Unreadable as error:
        return {"error": str(error), "items": [], "doubts": []}
    items = [{key: value for key, value in line.items() if key != "source"} for line in lines if line["kind"] == "item"]
    for item in items:
        item["characteristics_text"] = " ".join(str(value) for value in item.get("characteristics", {}).values())
        item["category"] = " / ".join(item.get("category", []))
    return {"items": items, "doubts": [doubt.model_dump(mode="json") for doubt in listed.findings.doubts]}


def is_first_half(entry: Row) -> bool:
    """Whether rules may be chosen on this maker's files; by a hash, so that nobody picks."""
    maker = str(entry.get("repo") or entry["id"])
    return hashlib.sha256(maker.encode()).digest()[0] % 2 == 0


def is_right(row: Row) -> bool:
    return bool(row["count"] >= 0.98 and row["strict"] == 1)


def mean(values: list[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else float("nan")


def score_all(corpus: Path, *, only: list[str] | None, out: Path) -> list[Row]:
    score = load_score(corpus)
    rows = []
    for entry in json.loads((corpus / "labels.json").read_text(encoding="utf-8")):
        if only and entry["id"] not in only:
            continue
        started = time.perf_counter()
        output = read_one(corpus / entry["file"])
        (out / f"{entry['id']}.json").write_text(json.dumps(output, ensure_ascii=False), encoding="utf-8")
        row = score.score_file(entry, output["items"], output.get("error"))
        row |= {"seconds": time.perf_counter() - started, "doubts": output["doubts"], "first": is_first_half(entry)}
        rows.append(row)
    return rows


def print_file(row: Row) -> None:
    shares = " ".join(
        "   - " if row[key] is None else f"{row[key]:5.2f}"
        for key in ("count", "primary", "strict", "sku", "cur", "score")
    )
    told = ",".join(sorted({doubt["what"] for doubt in row["doubts"]}))
    print(
        f"{row['id']:36} {row['n_label']:>6} {row['n_out'] or 0:>6} {shares} {row['seconds']:6.2f}s "
        f"{str(row['error'] or told)[:60]}"
    )
    for miss in row.get("misses", []):
        print(f"{'':10}missed: {miss}")


def print_figures(title: str, rows: list[Row]) -> None:
    if not rows:
        return
    shares = "  ".join(
        f"{key} {mean([row[key] for row in rows]):.3f}" for key in ("score", "count", "primary", "strict", "sku", "cur")
    )
    print(f"{title:24} {len(rows):>4} files  {sum(map(is_right, rows)):>3} right  {shares}")


def print_doubts(title: str, rows: list[Row]) -> None:
    taken = [row for row in rows if not row["error"]]
    silent = [row for row in taken if not row["doubts"]]
    wrong, right = [row for row in taken if not is_right(row)], [row for row in taken if is_right(row)]
    print(
        f"{title:24} without doubt {_share(silent, is_right)} right; "
        f"wrong {_share(wrong, _is_silent)} without doubt; right {_share(right, _has_doubt)} with one"
    )


def _is_silent(row: Row) -> bool:
    return not row["doubts"]


def _has_doubt(row: Row) -> bool:
    return bool(row["doubts"])


def _share(rows: list[Row], holds: Callable[[Row], bool]) -> str:
    held = sum(map(holds, rows))
    return f"{held}/{len(rows)}" + (f" ({held / len(rows):.1%})" if rows else "")


def print_reliability(rows: list[Row]) -> None:
    """How often files are right by the probability that all their decisions are, as their doubts say."""
    print("reliability: said    files  right")
    taken = [(prod(doubt["probability"] for doubt in row["doubts"]), row) for row in rows if not row["error"]]
    for low, high in zip(_BINS, (*_BINS[1:], 2.0), strict=True):
        inside = [row for said, row in taken if low <= said < high]
        if inside:
            span = "no doubt" if low == 1 else f"{low:.2f}-{high:.2f}"
            print(f"            {span:>10} {len(inside):>5}  {sum(map(is_right, inside)) / len(inside):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--quiet", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        rows = score_all(arguments.corpus, only=arguments.only, out=out)
    for row in [] if arguments.quiet else rows:
        print_file(row)
    print(f"{'':36}  label    out count  prim strict  sku   cur score")
    halves = {
        "all": rows,
        "makers chosen on": [row for row in rows if row["first"]],
        "makers left out": [row for row in rows if not row["first"]],
    }
    for title, chosen in halves.items():
        print_figures(title, chosen)
    for title, chosen in halves.items():
        print_doubts(title, chosen)
    print_reliability(rows)


if __name__ == "__main__":
    main()
