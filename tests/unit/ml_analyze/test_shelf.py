"""The catalogue that a worker keeps open between analyses."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from handoff.volume import Volume
from ml_analyze.pipeline import Kitchen


def written(path: Path, *names: str) -> Path:
    lines = [{"kind": "product", "id": str(n), "name": name, "sku": f"S-{n}"} for n, name in enumerate(names)]
    part = path.with_suffix(".part")
    part.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))
    part.replace(path)
    return path


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    (tmp_path / "shared").mkdir()
    return Kitchen(Volume(tmp_path / "shared"), tmp_path / "cache", 95, 70, 1 << 20)


def test_a_catalogue_that_was_used_twice_in_a_row_stays_open(kitchen: Kitchen, tmp_path: Path) -> None:
    snapshot = written(tmp_path / "r1.ndjson", "Hammer 500 g", "Zange 180 mm")
    kitchen.keep_at_hand(snapshot)
    assert kitchen.shelf.take(snapshot) is None
    kitchen.keep_at_hand(snapshot)
    held = kitchen.shelf.take(snapshot)
    assert held is not None
    assert kitchen.matcher(snapshot) is held
    assert held.match([{"name": "Hammer 500 g", "sku": "S-0"}], supplier_id=None)[0]["candidates"]


def test_another_version_of_the_catalogue_is_never_taken_for_the_one_that_is_open(
    kitchen: Kitchen, tmp_path: Path
) -> None:
    snapshot = written(tmp_path / "r1.ndjson", "Hammer 500 g")
    kitchen.keep_at_hand(snapshot)
    kitchen.keep_at_hand(snapshot)
    assert kitchen.shelf.take(snapshot) is not None
    written(snapshot, "Zange 180 mm")
    assert kitchen.shelf.take(snapshot) is None
    assert kitchen.matcher(snapshot).match([{"name": "Zange 180 mm"}], supplier_id=None)[0]["candidates"]
