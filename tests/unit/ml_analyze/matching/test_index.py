"""The index of a catalogue version: built once, by one process, found again by its content."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from bench.matching_synthetic import world
from ml_analyze.matching.index import open_index


def snapshot(path: Path, seed: int = 1) -> Path:
    path.write_text("\n".join(json.dumps(line) for line in world(seed, products=80, items=1).lines()), encoding="utf-8")
    return path


def folders(cache: Path) -> list[Path]:
    return sorted(f for f in cache.iterdir() if f.is_dir())


def test_the_same_content_under_another_name_is_not_built_again(tmp_path: Path) -> None:
    first = open_index(snapshot(tmp_path / "one.ndjson"), cache_dir=tmp_path / "cache")
    built = (first.folder / "meta.json").stat().st_mtime_ns
    shutil.copy(tmp_path / "one.ndjson", tmp_path / "two.ndjson")
    again = open_index(tmp_path / "two.ndjson", cache_dir=tmp_path / "cache")
    assert again.folder == first.folder
    assert (again.folder / "meta.json").stat().st_mtime_ns == built


def test_processes_that_start_together_build_one_index(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "one.ndjson")
    with ProcessPoolExecutor(3, mp_context=get_context("fork")) as pool:
        sizes = list(pool.map(_size, [(path, tmp_path / "cache")] * 3))
    assert sizes == [80, 80, 80]
    assert len(folders(tmp_path / "cache")) == 1


def _size(given: tuple[Path, Path]) -> int:
    return open_index(given[0], cache_dir=given[1]).size


def test_a_build_that_was_killed_is_begun_again(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "one.ndjson")
    whole = open_index(path, cache_dir=tmp_path / "cache").folder
    part = whole.with_name(whole.name + ".part")
    whole.rename(part)
    (part / "meta.json").unlink()
    assert open_index(path, cache_dir=tmp_path / "cache").size == 80
    assert folders(tmp_path / "cache") == [whole]


def test_only_the_versions_used_last_are_kept(tmp_path: Path) -> None:
    for seed in range(6):
        open_index(snapshot(tmp_path / f"{seed}.ndjson", seed), cache_dir=tmp_path / "cache")
    assert len(folders(tmp_path / "cache")) == 4
    assert open_index(tmp_path / "5.ndjson", cache_dir=tmp_path / "cache").size == 80


def test_an_index_answers_after_its_snapshot_was_removed(tmp_path: Path) -> None:
    path = snapshot(tmp_path / "one.ndjson")
    index = open_index(path, cache_dir=tmp_path / "cache")
    path.unlink()
    assert [index.product_id(n) for n in range(3)] == sorted(str(n) for n in range(80))[:3]
    assert index.numbers_of(["0", "nothing"]) == [0, -1]
