"""NOUN: what a reading says beside its lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from handoff.doubts import Doubt, PassedOver


@dataclass
class Findings:
    """Where the reading was not sure, what it passed over, and the layout that it followed.

    What is known from the start stands in ``doubts`` before the first line is read; the rest comes with the last.
    """

    doubts: list[Doubt] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    layout: dict[str, Any] | None = None
