"""Items read from a folder of labelled price lists, scored by the folder's own ``score.py``.

    python -m bench.reading --corpus DIR [--only ID ...] [--out DIR] [--held ID ...]

DIR holds the files, ``labels.json`` and ``score.py``. ``--held`` names files that were not looked at while rules
were made; their score is printed apart.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import tempfile
import time
from pathlib import Path
from types import ModuleType
from typing import Any

from ml_analyze.extraction import Unreadable, read_price_list


def load_score(corpus: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("corpus_score", corpus / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_one(path: Path) -> dict[str, Any]:
    try:
        listed = read_price_list(path)
        lines = list(listed.lines)
    except Unreadable as error:
        return {"error": str(error), "items": []}
    items = [{key: value for key, value in line.items() if key != "source"} for line in lines if line["kind"] == "item"]
    for item in items:
        item["characteristics_text"] = " ".join(str(value) for value in item.get("characteristics", {}).values())
        item["category"] = " / ".join(item.get("category", []))
    return {"items": items}


def mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--held", nargs="*", default=[])
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    score = load_score(arguments.corpus)
    labels = json.loads((arguments.corpus / "labels.json").read_text(encoding="utf-8"))
    rows = []
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        for entry in labels:
            if arguments.only and entry["id"] not in arguments.only:
                continue
            started = time.perf_counter()
            output = read_one(arguments.corpus / entry["file"])
            (out / f"{entry['id']}.json").write_text(json.dumps(output, ensure_ascii=False), encoding="utf-8")
            row = score.score_file(entry, output["items"], output.get("error"))
            row["seconds"] = time.perf_counter() - started
            rows.append(row)
    for row in rows:
        shares = " ".join(
            "   - " if row[key] is None else f"{row[key]:5.2f}"
            for key in ("count", "primary", "strict", "sku", "cur", "score")
        )
        print(
            f"{row['id']:36} {row['n_label']:>6} {row['n_out'] or 0:>6} {shares} {row['seconds']:6.2f}s "
            f"{str(row['error'] or '')[:60]}"
        )
        for miss in row.get("misses", []):
            print(f"{'':10}missed: {miss}")
    print(f"{'':36}  label    out count  prim strict  sku   cur score")
    for title, chosen in (("all", rows), ("held back", [row for row in rows if row["id"] in arguments.held])):
        if chosen:
            right = sum(row["count"] >= 0.98 and row["strict"] == 1 for row in chosen)
            print(
                f"{title}: {len(chosen)} files, {right} fully right, "
                f"mean score {mean([row['score'] for row in chosen]):.4f}"
            )


if __name__ == "__main__":
    main()
