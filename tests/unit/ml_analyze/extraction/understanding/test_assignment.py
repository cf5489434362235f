"""Roles and columns are paired so that the whole is best, even where a role's own best column goes to another."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from ml_analyze.extraction.understanding.assignment import assign


def test_a_role_gives_up_its_best_column_where_the_sum_gains_by_it() -> None:
    assert assign([[0.9, 0.8], [0.9, 0.1]]) == [1, 0]


def test_no_roles_need_no_columns_and_roles_without_columns_get_none() -> None:
    assert assign([]) == []
    assert assign([[], []]) == [None, None]


def test_a_role_stays_without_a_column_rather_than_take_one_that_speaks_against_it() -> None:
    assert assign([[-1.0, 0.5], [0.4, -2.0]]) == [1, 0]
    assert assign([[-1.0], [-2.0]]) == [None, None]


def test_of_more_roles_than_columns_the_one_that_gains_most_has_it() -> None:
    assert assign([[0.2], [0.7], [0.4]]) == [None, 0, None]


def scores() -> st.SearchStrategy[list[list[float]]]:
    score = st.integers(0, 20).map(lambda twentieths: twentieths / 20)
    return st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda size: st.lists(st.lists(score, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
    )


@given(scores())
def test_no_other_pairing_is_worth_more_and_no_column_is_given_twice(scored: list[list[float]]) -> None:
    found = assign(scored)
    given_away = [column for column in found if column is not None]
    assert len(set(given_away)) == len(given_away)
    idle: list[int | None] = [None] * len(scored)
    pairings = permutations([*range(len(scored[0])), *idle], len(scored))
    assert abs(worth(scored, found) - max(worth(scored, list(each)) for each in pairings)) < 1e-9


def worth(scored: list[list[float]], columns: list[int | None]) -> float:
    return sum(row[column] for row, column in zip(scored, columns, strict=True) if column is not None)
