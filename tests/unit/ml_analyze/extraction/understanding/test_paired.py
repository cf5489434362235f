"""Items of two rows, a name above its code and price, become one row each, and nothing is moved elsewhere."""

from __future__ import annotations

from ml_analyze.extraction.grid import Row, Sheet
from ml_analyze.extraction.understanding.paired import join_pairs

HEAD: Row = ["Name", "Code", "Price"]


def pairs(count: int, first: int = 0) -> list[Row]:
    made: list[Row] = []
    for at in range(first, first + count):
        made += [["Hammer of kind " + "abcdefgh"[at], None, None], [None, f"K-{at}", 5.5 + at]]
    return made


def test_names_go_down_to_their_prices_and_rows_keep_their_numbers() -> None:
    sheet = Sheet("s", [HEAD, *pairs(4)])
    join_pairs(sheet)
    assert sheet.rows[1:5] == [
        [None, None, None],
        ["Hammer of kind a", "K-0", 5.5],
        [None, None, None],
        ["Hammer of kind b", "K-1", 6.5],
    ]
    assert len(sheet.rows) == 9


def test_names_below_each_other_in_batches_are_not_torn_apart() -> None:
    late = pairs(3, first=4)
    sheet = Sheet("s", [HEAD, *pairs(4)], rest=iter([late[:3], late[3:5], late[5:]]))
    join_pairs(sheet)
    assert sheet.rest is not None
    rest = [row for batch in sheet.rest for row in batch]
    assert [row for row in rest if any(row)] == [
        ["Hammer of kind e", "K-4", 9.5],
        ["Hammer of kind f", "K-5", 10.5],
        ["Hammer of kind g", "K-6", 11.5],
    ]


def test_a_list_with_titles_of_groups_stays_as_it_is() -> None:
    rows: list[Row] = [HEAD, ["Tools", None, None]]
    rows += [[f"Hammer {at}", f"K-{at}", 5.5 + at] for at in range(6)]
    sheet = Sheet("s", [list(row) for row in rows])
    join_pairs(sheet)
    assert sheet.rows == rows


def test_two_pairs_are_chance() -> None:
    rows = [HEAD, *pairs(2)]
    sheet = Sheet("s", [list(row) for row in rows])
    join_pairs(sheet)
    assert sheet.rows == rows


def test_what_a_format_says_of_itself_is_not_touched() -> None:
    for sheet in (Sheet("s", [HEAD, *pairs(4)], known={"name": 0}), Sheet("s", [HEAD, *pairs(4)], running=True)):
        join_pairs(sheet)
        assert sheet.rows == [HEAD, *pairs(4)]
