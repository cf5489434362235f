"""The recipe on a real volume with real readers: a result that is whole, or a reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from handoff.api import AnalysisPhase, MatchThresholds
from handoff.exclusions import Exclusion
from handoff.volume import NotOnVolume, Volume
from ml_analyze.extraction import Unreadable
from ml_analyze.order import Failed, Order, Progress
from ml_analyze.pipeline import Kitchen, perform, sentence, sha256_of
from ml_analyze.result import totals_of

BODY = b"sku,name,price\nA-1,Green tea 100 g,2.50\nA-2,Black tea 200 g,3.75\nA-3,Mint tea 50 g,1.20\n"


@pytest.fixture
def kitchen(tmp_path: Path) -> Kitchen:
    (tmp_path / "shared").mkdir()
    volume = Volume(tmp_path / "shared")
    return Kitchen(volume, tmp_path / "cache", auto_threshold=95, potential_threshold=70, max_file_bytes=10_000)


def raw(kitchen: Kitchen, body: bytes = BODY) -> str:
    with kitchen.volume.reserve(len(body)) as incoming:
        incoming.write(body)
        return kitchen.volume.relative(incoming.place(kitchen.volume.raw_target(uuid4(), uuid4(), "list.csv")).path)


def lines_of(kitchen: Kitchen, path: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in kitchen.volume.inside(path).read_bytes().splitlines()]


def silent(progress: Progress) -> None:
    assert progress.percentage >= 0


def test_a_price_list_becomes_a_whole_result(kitchen: Kitchen) -> None:
    seen: list[Progress] = []
    analysis_id = uuid4()
    outcome = perform(Order(path=raw(kitchen)), analysis_id=analysis_id, kitchen=kitchen, report=seen.append)
    header, *items, totals = lines_of(kitchen, outcome.path)
    assert (header["kind"], totals["kind"]) == ("header", "totals")
    assert [item["sku"] for item in items] == ["A-1", "A-2", "A-3"]
    assert [item["price"] for item in items] == ["2.50", "3.75", "1.20"]
    assert totals["items"] == outcome.totals.items == 3
    assert kitchen.volume.verify(Path(outcome.path)) == outcome.sha256
    assert seen[0].phase is AnalysisPhase.READING


def test_a_catalogue_gives_every_item_a_match(kitchen: Kitchen) -> None:
    product = {"kind": "product", "id": "p1", "name": "Green tea 100 g", "sku": "A-1", "price": "2.50"}
    with kitchen.volume.reserve(None) as incoming:
        incoming.write(orjson.dumps(product) + b"\n")
        catalog = kitchen.volume.relative(incoming.place(kitchen.volume.catalog_target("v1")).path)
    order = Order(path=raw(kitchen), catalog_path=catalog, supplier_id=uuid4())
    outcome = perform(order, analysis_id=uuid4(), kitchen=kitchen, report=silent)
    _, *items, totals = lines_of(kitchen, outcome.path)
    assert all("match" in item for item in items)
    assert totals["matched"] + totals["review"] + totals["unmatched"] == 3
    assert totals["model"] == outcome.metrics.model


def test_the_offices_thresholds_win_over_the_services_for_this_list_alone(kitchen: Kitchen) -> None:
    """From a score of 0 on everything that has a candidate is taken; above 100 nobody is asked."""
    product = {"kind": "product", "id": "p1", "name": "Green tea 100 g", "sku": "A-1", "price": "2.50"}
    with kitchen.volume.reserve(None) as incoming:
        incoming.write(orjson.dumps(product) + b"\n")
        catalog = kitchen.volume.relative(incoming.place(kitchen.volume.catalog_target("v1")).path)
    plain = Order(path=raw(kitchen), catalog_path=catalog, supplier_id=uuid4())

    def counts(thresholds: MatchThresholds | None) -> tuple[int, int]:
        order = plain.model_copy(update={"thresholds": thresholds})
        totals = perform(order, analysis_id=uuid4(), kitchen=kitchen, report=silent).totals
        return totals.review, totals.unmatched

    before = counts(None)
    asked, left = counts(MatchThresholds(auto=100, potential=0))
    assert asked > before[0] and left < before[1]
    assert counts(MatchThresholds(auto=100, potential=100))[0] == 0
    assert counts(None) == before


def test_several_processes_find_what_one_finds(kitchen: Kitchen) -> None:
    """More than two batches, so that helpers match; the rows without a name are no items."""
    goods = [
        {"kind": "product", "id": f"p{n}", "name": f"Hex bolt M{n % 40} x {n} zinc", "sku": f"B-{n:05d}"}
        for n in range(900)
    ]
    with kitchen.volume.reserve(None) as incoming:
        incoming.write(b"\n".join(map(orjson.dumps, goods)) + b"\n")
        catalog = kitchen.volume.relative(incoming.place(kitchen.volume.catalog_target("v1")).path)
    rows = [f"B-{n % 1200:05d},Bolt M{n % 40} x {n},{n}.50" if n % 50 else f",,{n}.50" for n in range(1900)]
    body = "\n".join(["sku,name,price", *rows]).encode()
    found = []
    for processes in (1, 2):
        order = Order(path=raw(kitchen, body), catalog_path=catalog, supplier_id=UUID(int=1))
        place = replace(kitchen, max_file_bytes=1 << 20, processes=processes)
        outcome = perform(order, analysis_id=uuid4(), kitchen=place, report=silent)
        found.append([line for line in lines_of(kitchen, outcome.path) if line["kind"] == "item"])
        assert set(outcome.metrics.seconds) >= {"extract", "match", "write"}
    assert found[0] == found[1]
    assert len(found[0]) == 1862 and all("match" in line for line in found[0])


def test_a_result_that_lies_there_already_is_taken_as_it_is(kitchen: Kitchen) -> None:
    order, analysis_id = Order(path=raw(kitchen)), uuid4()
    first = perform(order, analysis_id=analysis_id, kitchen=kitchen, report=silent)
    written = Path(first.path).stat().st_mtime_ns
    again = perform(order, analysis_id=analysis_id, kitchen=kitchen, report=silent)
    assert (again.path, again.sha256, again.totals) == (first.path, first.sha256, first.totals)
    assert Path(first.path).stat().st_mtime_ns == written


@pytest.mark.parametrize("damage", [b"", b"\n", b'{"kind":"item","name":"x"}\n'])
def test_a_cut_result_is_written_anew(kitchen: Kitchen, damage: bytes) -> None:
    order, analysis_id = Order(path=raw(kitchen)), UUID(int=7)
    outcome = perform(order, analysis_id=analysis_id, kitchen=kitchen, report=silent)
    whole = Path(outcome.path).read_bytes()
    Path(outcome.path).write_bytes(whole[: whole.rindex(b'{"kind":"totals"')] + damage)
    again = perform(order, analysis_id=analysis_id, kitchen=kitchen, report=silent)
    assert lines_of(kitchen, again.path)[-1]["kind"] == "totals"


def test_a_result_of_another_source_is_not_taken(kitchen: Kitchen) -> None:
    analysis_id = uuid4()
    perform(Order(path=raw(kitchen)), analysis_id=analysis_id, kitchen=kitchen, report=silent)
    order = Order(path=raw(kitchen, BODY + b"A-4,White tea 20 g,9.10\n"))
    assert perform(order, analysis_id=analysis_id, kitchen=kitchen, report=silent).totals.items == 4


def test_other_bytes_than_announced_are_refused_with_both_hashes(kitchen: Kitchen) -> None:
    path = raw(kitchen)
    with pytest.raises(Failed) as failed:
        perform(Order(path=path, checksum_sha256="0" * 64), analysis_id=uuid4(), kitchen=kitchen, report=silent)
    assert failed.value.code == "CHECKSUM_MISMATCH"
    assert "0" * 64 in failed.value.message
    assert sha256_of(kitchen.volume.inside(path)) in failed.value.message


def test_too_large_missing_and_unreadable_each_have_their_reason(kitchen: Kitchen) -> None:
    with pytest.raises(Failed, match="are analysed"):
        perform(Order(path=raw(kitchen, b"x" * 10_001)), analysis_id=uuid4(), kitchen=kitchen, report=silent)
    with pytest.raises(NotOnVolume):
        perform(Order(path="raw/nothing.csv"), analysis_id=uuid4(), kitchen=kitchen, report=silent)
    with pytest.raises(Unreadable):
        perform(Order(path=raw(kitchen, b"")), analysis_id=uuid4(), kitchen=kitchen, report=silent)
    assert list((kitchen.volume.root / "results").iterdir()) == []


def test_rows_to_match_again_keep_their_ids_and_bad_lines_are_told(kitchen: Kitchen) -> None:
    items = [orjson.dumps({"id": "i1", "name": "Green tea", "category": "Tea", "price": 2.5}), b'{"id": "i2"}', b""]
    outcome = perform(
        Order(kind="items", path=raw(kitchen, b"\n".join(items))), analysis_id=uuid4(), kitchen=kitchen, report=silent
    )
    _, item, error, _ = lines_of(kitchen, outcome.path)
    assert (item["id"], item["category"], item["price"]) == ("i1", ["Tea"], "2.5")
    assert (error["code"], error["source"]["row"]) == ("BAD_ITEM", 2)
    assert outcome.sentences == ["Row 2: The line is no item: Field required."]
    with pytest.raises(Failed, match="empty"):
        perform(Order(kind="items", path=raw(kitchen, b"")), analysis_id=uuid4(), kitchen=kitchen, report=silent)


def test_an_error_is_told_with_its_place() -> None:
    error = {"message": "The row has no price.", "source": {"sheet": "Prices EU", "row": 12}}
    assert sentence(error) == "Sheet Prices EU, row 12: The row has no price."
    assert sentence({"message": "Nothing."}) == "Nothing."


def test_a_file_that_is_no_result_has_no_totals(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"\0\1\2")
    assert totals_of(tmp_path / "x", source_sha256="0" * 64) is None
    assert totals_of(tmp_path / "y", source_sha256="0" * 64) is None


def test_what_is_not_wanted_leaves_before_it_is_matched_and_is_counted(kitchen: Kitchen) -> None:
    unwanted = [Exclusion(field="name", pattern="*tea 200 g"), Exclusion(field="brand", pattern="Nobody")]
    order = Order(path=raw(kitchen), exclusions=unwanted)
    outcome = perform(order, analysis_id=uuid4(), kitchen=kitchen, report=silent)
    _, *items, totals = lines_of(kitchen, outcome.path)
    assert [item["sku"] for item in items] == ["A-1", "A-3"]
    (told,) = [each for each in totals["passed_over"] if each["kind"] == "excluded"]
    assert (totals["items"], told["count"], told["examples"][0]["text"]) == (2, 1, "Black tea 200 g")
