"""Dicts made by displays are those that ``dict(zip(…))`` makes, for any count of keys."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.records import records


def test_many_dicts_of_one_shape_are_what_zip_makes() -> None:
    for count in range(1, 31):
        keys = [f"key {at}" for at in range(count)]
        columns = [[f"{at}.{row}" for row in range(3)] for at in range(count)]
        assert records(keys, columns) == [dict(zip(keys, row, strict=True)) for row in zip(*columns, strict=True)]


@given(st.lists(st.text(max_size=3), min_size=1, max_size=40, unique=True), st.integers(0, 4))
def test_keys_keep_their_order_and_no_rows_make_no_dicts(keys: list[str], rows: int) -> None:
    made = records(keys, [[(at, row) for row in range(rows)] for at in range(len(keys))])
    assert [list(each) for each in made] == [keys] * rows


def test_each_row_is_a_dict_of_its_own() -> None:
    one, two = records(["a", "b"], [[1, 2], [3, 4]])
    one["a"] = 9
    assert two == {"a": 2, "b": 4}
