"""matching.snapshot: a catalogue's lines, whole or with the decisions apart, and what is said of a broken one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ml_analyze.matching.snapshot import CatalogUnreadable, Lines, Snapshot, decision_of

PRODUCT = {"kind": "product", "id": 7, "name": "Kettle"}
VETO = {"kind": "veto", "product_id": 7, "supplier_id": "", "supplier_sku": " B-1#abcdef ", "name": "Wasserkocher"}


def written(path: Path, *lines: Any, end: bytes = b"\n") -> Path:
    path.write_bytes(b"\n".join(each if isinstance(each, bytes) else orjson.dumps(each) for each in lines) + end)
    return path


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n\n  \n"])
def test_lines_are_found_again_at_their_offsets_whatever_ends_the_file(tmp_path: Path, end: bytes) -> None:
    lines = Lines(written(tmp_path / "c", {"kind": "a", "text": "é\u2028"}, b"", b"  ", {"kind": "b"}, end=end))
    found = list(lines)
    assert [content["kind"] for _, content in found] == ["a", "b"]
    assert [lines.at(offset) for offset, _ in found] == [content for _, content in found]


def test_an_empty_catalogue_has_no_lines_and_no_products_apart(tmp_path: Path) -> None:
    snapshot = Snapshot(written(tmp_path / "c", end=b""))
    assert list(snapshot.products) == []
    assert (snapshot.is_apart, snapshot.decided(), list(snapshot.decisions())) == (False, "", [])


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"{", "Line 3 of the catalogue c is not JSON"),
        (b"[1]", "Line 3 of the catalogue c has no kind."),
        ({"id": 1, "name": "x"}, "Line 3 of the catalogue c has no kind."),
        ({"kind": "product", "id": 1, "name": ""}, "Line 3 of the catalogue c is a product without name."),
        ({"kind": "veto", "name": "x"}, "Line 3 of the catalogue c is a veto without product_id."),
    ],
)
def test_a_broken_line_is_named_by_its_number_with_what_it_lacks(tmp_path: Path, line: Any, says: str) -> None:
    path = written(tmp_path / "c", PRODUCT, b"", line)
    with pytest.raises(CatalogUnreadable) as caught:
        list(Lines(path))
    assert str(caught.value).startswith(says)


def test_a_catalogue_that_is_gone_is_a_sentence_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(CatalogUnreadable, match=r"^The catalogue gone\.ndjson cannot be opened: No such file"):
        Lines(tmp_path / "gone.ndjson")
    apart = written(tmp_path / "r1.ndjson", {"kind": "products", "file": "p1.ndjson"})
    with pytest.raises(CatalogUnreadable, match=r"needs p1\.ndjson, which is gone; hand over again\."):
        Snapshot(apart)


def test_a_decision_apart_changes_what_was_decided_and_not_what_the_index_is_built_of(tmp_path: Path) -> None:
    written(tmp_path / "p1.ndjson", PRODUCT)
    head = {"kind": "products", "file": "p1.ndjson"}
    before = Snapshot(written(tmp_path / "r1.ndjson", head))
    after = Snapshot(written(tmp_path / "r2.ndjson", head, VETO))
    assert before.digest() == after.digest()
    assert before.decided() != after.decided()
    assert [each.product_id for each in after.decisions()] == ["7"]
    assert after.product_at(0).id == "7"
    whole = Snapshot(written(tmp_path / "w.ndjson", PRODUCT, VETO))
    assert (whole.decided(), list(whole.decisions())) == ("", [])


def test_products_are_looked_for_beside_the_snapshot_alone(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    written(tmp_path / "p1.ndjson", PRODUCT)
    path = written(tmp_path / "below" / "r1.ndjson", {"kind": "products", "file": "../p1.ndjson"})
    with pytest.raises(CatalogUnreadable, match=r"needs p1\.ndjson"):
        Snapshot(path)


def test_a_decided_row_is_shaped_like_an_item_of_a_list() -> None:
    veto = decision_of(VETO)
    assert (veto.linked, veto.product_id, veto.supplier_id, veto.row_key) == (False, "7", None, "B-1#abcdef")
    assert veto.item == {"name": "Wasserkocher", "sku": "B-1"}
    nameless = decision_of({"kind": "link", "product_id": "p", "supplier_id": 3, "name": "Kettle"})
    assert (nameless.linked, nameless.supplier_id, nameless.item["sku"]) == (True, "3", None)
