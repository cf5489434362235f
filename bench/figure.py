"""One measured figure: its value, the floor measured in the same run, and the goal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypedDict


class Figure(TypedDict):
    """``ratio`` is value / floor; ``goal`` says in words what is asked, ``met`` whether it was reached.

    ``floor``, ``ratio``, ``goal`` and ``met`` are None where there is nothing to compare with.
    """

    name: str
    value: float
    unit: str
    floor: float | None
    ratio: float | None
    goal: str | None
    met: bool | None


def figure(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    most: float | None = None,
    least: float | None = None,
    ratio_most: float | None = None,
    ratio_least: float | None = None,
) -> Figure:
    """A figure with one goal or none: for the value (``most``, ``least``) or for its ratio to the floor."""
    ratio = value / floor if floor else None
    goals = [
        (f"≤ {most:g} {unit}", value, most, True) if most is not None else None,
        (f"≥ {least:g} {unit}", value, least, False) if least is not None else None,
        (f"≤ {ratio_most:g} × floor", ratio, ratio_most, True) if ratio_most is not None else None,
        (f"≥ {ratio_least:g} × floor", ratio, ratio_least, False) if ratio_least is not None else None,
    ]
    stated = [goal for goal in goals if goal is not None]
    if len(stated) > 1:
        raise ValueError(f"{name}: a figure has one goal.")
    words: str | None = None
    met: bool | None = None
    if stated:
        words, measured, bound, is_upper = stated[0]
        met = measured is not None and (measured <= bound if is_upper else measured >= bound)
    return Figure(name=name, value=value, unit=unit, floor=floor, ratio=ratio, goal=words, met=met)


def told(each: Figure) -> str:
    """A line for a terminal."""
    beside = f", floor {each['floor']:.4g}, ratio {each['ratio']:.2f}" if each["floor"] and each["ratio"] else ""
    met = {True: "met", False: "NOT met", None: ""}[each["met"]]
    goal = f" (goal {each['goal']}: {met})" if each["goal"] else ""
    return f"{each['name']}: {each['value']:.4g} {each['unit']}{beside}{goal}"


def best_of(times: int, work: Callable[[], object]) -> float:
    """Seconds of the fastest of ``times`` runs: the one that other processes disturbed least."""
    fastest = float("inf")
    for _ in range(times):
        began = time.perf_counter()
        work()
        fastest = min(fastest, time.perf_counter() - began)
    return fastest
