"""What small catalogues of four trades decided when this was written: who only makes it faster changes none of it.

Where a change is meant: ``python -m tests.unit.ml_analyze.matching.test_frozen`` writes what is decided now.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any
from zlib import crc32

from bench.matching_data import as_row, write_snapshot
from bench.matching_trades import trade
from ml_analyze.matching import Matcher

FROZEN = Path(__file__).with_name("frozen.json")
TRADES = {"parts": "de", "fashion": "en", "drugs": "ru", "electronics": "en"}


def decided(folder: Path) -> dict[str, list[Any]]:
    """Per row its status, product, score, candidates and a checksum of all reasons."""
    found: dict[str, list[Any]] = {}
    for kind, language in TRADES.items():
        made = trade(kind, 555_001, products=120, items=40, known=0.7, languages=(language, language))
        ready = Matcher.open(write_snapshot(folder / f"{kind}.ndjson", made.products), cache_dir=folder / "cache")
        for item, told in zip(made.items, ready.match([*map(as_row, made.items)], supplier_id="s"), strict=True):
            reasons = crc32(json.dumps([each["why"] for each in told["candidates"]]).encode())
            candidates = [each["product_id"] for each in told["candidates"]]
            found[f"{kind} {item['id']}"] = [told["status"], told["product_id"], told["score"], candidates, reasons]
    return found


def test_decisions_are_those_that_were_frozen(tmp_path: Path) -> None:
    frozen, now = json.loads(FROZEN.read_text()), decided(tmp_path)
    assert now.keys() == frozen.keys()
    # Of a score the last digit may round otherwise on another processor.
    moved = {row: (now[row], frozen[row]) for row in now if abs((now[row][2] or 0) - (frozen[row][2] or 0)) > 0.11}
    assert moved == {}
    assert {row: told[:2] + told[3:] for row, told in now.items()} == {r: t[:2] + t[3:] for r, t in frozen.items()}


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as kept:
        rows = decided(Path(kept))
    FROZEN.write_text("{\n" + ",\n".join(f"{json.dumps(row)}: {json.dumps(rows[row])}" for row in rows) + "\n}\n")
