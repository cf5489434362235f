"""ml_analyze.result: a result is counted as it is written, and only a whole one of that very source has totals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from handoff.api import PLAIN_VERSION, SCHEMA_VERSION, Reading, TotalsLine
from handoff.doubts import Doubt, DoubtCode
from ml_analyze.findings import Findings
from ml_analyze.result import ResultLines, totals_of

SOURCE = "a" * 64
LINES: list[dict[str, Any]] = [
    *(
        {"kind": "item", "match": {"status": each}}
        for each in ("auto_matched", "potential_match", "unmatched", "unmatched")
    ),
    {"kind": "item", "match": None},
    {"kind": "item"},
    {"kind": "error", "match": {"status": "unmatched"}},
]


def written(path: Path, *, lines: list[dict[str, Any]] = LINES, doubts: list[Doubt] | None = None) -> TotalsLine:
    with path.open("wb") as file:
        result = ResultLines(file.write)
        reading = Reading(format="csv")
        result.header(source_sha256=SOURCE, reading=reading, doubts=doubts or [])
        for line in lines:
            result.line(line)
        return result.totals(rows_read=9, seconds=1.23456, model=None, reading=reading, findings=Findings())


def test_lines_are_counted_by_what_became_of_them(tmp_path: Path) -> None:
    totals = written(tmp_path / "r")
    assert (totals.items, totals.errors, totals.matched, totals.review, totals.unmatched) == (6, 1, 1, 1, 2)
    assert (totals.rows_read, totals.seconds) == (9, 1.2346)
    kinds = [orjson.loads(line)["kind"] for line in (tmp_path / "r").read_bytes().splitlines()]
    assert kinds == ["header", *["item"] * 6, "error", "totals"]


def test_only_a_list_with_doubts_needs_a_reader_that_knows_them(tmp_path: Path) -> None:
    for doubts, version in (([], PLAIN_VERSION), ([Doubt(what=DoubtCode.COLUMN, probability=0.5)], SCHEMA_VERSION)):
        written(tmp_path / "r", doubts=doubts)
        header = orjson.loads((tmp_path / "r").read_bytes().splitlines()[0])
        assert header["schema_version"] == version


def test_lines_are_written_in_blocks_and_none_is_left_behind() -> None:
    blocks: list[bytes] = []
    result = ResultLines(blocks.append)
    for number in range(3000):
        result.line({"kind": "item", "name": f"{number:0200}"})
    result.totals(rows_read=3000, seconds=0, model=None, reading=Reading(format="csv"), findings=Findings())
    assert 2 <= len(blocks) <= 4
    assert len(b"".join(blocks).splitlines()) == 3001


def test_a_whole_result_of_the_source_has_its_totals(tmp_path: Path) -> None:
    assert written(tmp_path / "r") == totals_of(tmp_path / "r", source_sha256=SOURCE)
    long = [{"kind": "item", "name": "x" * 1000}] * 2000
    assert written(tmp_path / "r", lines=long) == totals_of(tmp_path / "r", source_sha256=SOURCE)


def test_a_missing_a_cut_and_a_foreign_result_have_none(tmp_path: Path) -> None:
    path = tmp_path / "r"
    assert totals_of(path, source_sha256=SOURCE) is None
    written(path)
    whole = path.read_bytes()
    assert totals_of(path, source_sha256="b" * 64) is None
    for cut in (b"", whole[:-1], whole[: whole.rindex(b"\n", 0, -1) + 1], whole[1:], b"\xff\n", whole + b"\n{"):
        path.write_bytes(cut)
        assert totals_of(path, source_sha256=SOURCE) is None


@pytest.mark.parametrize("findings", [Findings(), Findings(layout={"sheet": "Preise"})])
def test_the_layout_travels_with_the_totals(findings: Findings) -> None:
    told = ResultLines(lambda _: None).totals(
        rows_read=0, seconds=0, model="m", reading=Reading(format="csv"), findings=findings
    )
    assert (told.layout, told.model) == (findings.layout, "m")
