"""ml_analyze.items: rows to be matched again, a line each; a line that is none is an error with its number."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.items import count_lines, read_items
from ml_analyze.order import Failed


def written(folder: Path, text: bytes) -> Path:
    path = folder / "items.ndjson"
    path.write_bytes(text)
    return path


@pytest.mark.parametrize(
    ("text", "lines"), [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"x" * (1 << 20) + b"\ny", 2)]
)
def test_lines_are_counted_with_and_without_a_last_line_feed(tmp_path: Path, text: bytes, lines: int) -> None:
    assert count_lines(written(tmp_path, text)) == lines


def test_a_row_becomes_an_item_with_its_line_and_what_it_lacks_is_left_out(tmp_path: Path) -> None:
    items = read_items(
        written(tmp_path, b'\n{"id": "1", "name": "Tea", "price": 2.5, "category": "Food", "sku": null}\n')
    )
    assert list(items.lines) == [
        {"kind": "item", "id": "1", "name": "Tea", "price": "2.5", "category": ["Food"], "source": {"row": 2}}
    ]
    assert (items.rows_read, items.rows_total) == (1, 2)


@pytest.mark.parametrize("line", [b"{", b"[]", b'{"id": "1"}', b'{"id": 1, "name": {}}', b"\xff\xfe", b"null"])
def test_a_line_that_is_no_item_is_an_error_that_shows_it_and_the_next_is_read(tmp_path: Path, line: bytes) -> None:
    error, item = read_items(written(tmp_path, line + b'\n{"id": "2", "name": "Tea"}')).lines
    assert (error["kind"], error["code"], error["source"]) == ("error", "BAD_ITEM", {"row": 1})
    assert error["value"] == line.decode(errors="replace")
    assert (item["id"], item["source"]) == ("2", {"row": 2})


def test_of_a_line_without_end_the_beginning_is_shown(tmp_path: Path) -> None:
    (error,) = read_items(written(tmp_path, b"x" * 10_000)).lines
    assert error["value"] == "x" * 200


def test_a_file_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        read_items(written(tmp_path, b""))
    assert (caught.value.code, caught.value.message) == ("NO_ITEMS", "The file of items is empty.")
