"""Which column for which role, all decided at once: the Hungarian method."""

from __future__ import annotations


def assign(scores: list[list[float]]) -> list[int | None]:
    """Role → column so that the sum of scores is greatest, each column once (the Hungarian method, O(n²m))."""
    roles = len(scores)
    columns = (len(scores[0]) if scores else 0) + roles  # enough idle columns for every role
    cost = [[-value for value in row] + [0.0] * roles for row in scores]
    by_role = [0.0] * (roles + 1)
    by_column = [0.0] * (columns + 1)
    owner = [0] * (columns + 1)
    for role in range(1, roles + 1):
        _augment(role, cost=cost, by_role=by_role, by_column=by_column, owner=owner)
    assigned: list[int | None] = [None] * roles
    for column in range(1, columns + 1):
        if owner[column] and column <= columns - roles:
            assigned[owner[column] - 1] = column - 1
    return assigned


def _augment(
    role: int, *, cost: list[list[float]], by_role: list[float], by_column: list[float], owner: list[int]
) -> None:
    columns = len(by_column) - 1
    owner[0] = role
    current = 0
    least = [float("inf")] * (columns + 1)
    way = [0] * (columns + 1)
    done = [False] * (columns + 1)
    while owner[current]:
        done[current] = True
        row, delta, after = owner[current], float("inf"), 0
        for column in range(1, columns + 1):
            if done[column]:
                continue
            slack = cost[row - 1][column - 1] - by_role[row] - by_column[column]
            if slack < least[column]:
                least[column], way[column] = slack, current
            if least[column] < delta:
                delta, after = least[column], column
        for column in range(columns + 1):
            if done[column]:
                by_role[owner[column]] += delta
                by_column[column] -= delta
            else:
                least[column] -= delta
        current = after
    while current:
        owner[current] = owner[way[current]]
        current = way[current]
