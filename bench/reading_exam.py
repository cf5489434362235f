"""An exam of price lists made from knowledge of suppliers' files, scored as ``bench.reading`` scores real ones.

    python -m bench.reading_exam [--corpus DIR] [--only ID ...] [--show] [--keep DIR]

The papers (bench/reading_exam_files) were written without looking at the reader's code. DIR is the folder of labelled
lists that holds ``score.py``. ``--show`` prints samples that were missed beside what was read; ``--keep`` leaves the
files and ``labels.json`` in a folder, so that ``bench.reading`` can be pointed at it.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.reading import load_score, mean, read_one
from bench.reading_exam_files.paper import MAKERS, label

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "samples" / "pricelists"
COLUMNS = ("count", "primary", "strict", "sku", "cur", "score")


def write_papers(folder: Path, only: list[str] | None) -> list[dict[str, Any]]:
    entries = []
    for identity, make in MAKERS.items():
        if only and identity not in only:
            continue
        paper = make()
        home = folder / identity
        home.mkdir(parents=True, exist_ok=True)
        (home / paper.name).write_bytes(paper.data)
        entries.append({**label(identity, paper), "file": f"{identity}/{paper.name}"})
    (folder / "labels.json").write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
    return entries


def show_misses(row: dict[str, Any], entry: dict[str, Any], items: list[dict[str, Any]]) -> None:
    for name in row.get("misses", []):
        wanted = next(sample for sample in entry["sample_items"] if sample["name"] == name)
        print(f"      wanted {wanted['sku']} | {name} | {wanted['price']} {wanted['currency']}")
    if row["score"] < 1 or row["sku"] not in (None, 1.0) or row["cur"] not in (None, 1.0):
        for item in items[:3] + items[-2:]:
            print(f"      read   {item.get('sku')} | {item.get('name')} | {item.get('price')} {item.get('currency')}")


def print_row(row: dict[str, Any]) -> None:
    shares = " ".join("   - " if row[key] is None else f"{row[key]:5.2f}" for key in COLUMNS)
    error = str(row["error"] or "")[:50]
    print(f"{row['id']:42} {row['n_label']:>5} {row['n_out'] or 0:>5} {shares} {row['seconds']:5.2f}s {error}")


def print_means(rows: list[dict[str, Any]]) -> None:
    kinds: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row)
    for title, chosen in [*sorted(kinds.items()), ("all", rows)]:
        right = sum(row["count"] >= 0.98 and row["strict"] == 1 for row in chosen)
        shares = " ".join(
            f"{key} {mean([row[key] for row in chosen if row[key] is not None]):.3f}"
            for key in ("primary", "strict", "sku", "cur", "score")
        )
        print(f"{title:6} {len(chosen):3} files, {right:3} fully right, {shares}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    score = load_score(arguments.corpus)
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        print(f"{'':42} label   out count  prim strict  sku   cur score")
        for entry in write_papers(folder, arguments.only):
            started = time.perf_counter()
            output = read_one(folder / entry["file"])
            row = score.score_file(entry, output["items"], output.get("error"))
            row["seconds"] = time.perf_counter() - started
            rows.append(row)
            print_row(row)
            if arguments.show:
                show_misses(row, entry, output["items"])
    print_means(rows)


if __name__ == "__main__":
    main()
