"""Which child does an analysis: small text lists share one for as long as all goes well, every other gets its own.

What parses binary formats (workbooks, archives, pages) is the likelier victim of a hostile file, and takes long enough
for a fork not to matter: such files never share. See ADR 151.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from uuid import UUID

from pydantic import BaseModel

from handoff.confined import Bounds, Ending, Send, run_confined
from handoff.errors import VolumeError
from handoff.reused import LONGEST_TASK, Reused
from ml_analyze.order import Order, Outcome
from ml_analyze.pipeline import Kitchen
from ml_analyze.shelf import Identity

TEXT = frozenset({".csv", ".tsv", ".txt"})
SMALL_BYTES = 256 << 10

#: analyses one order in a child; what came of it, None for a failure that was told
Perform = Callable[[Order, UUID, Kitchen, Send], Outcome | None]


class Task(BaseModel):
    order: Order
    analysis_id: UUID


class Children:
    """The children of one worker."""

    def __init__(self, kitchen: Kitchen, perform: Perform) -> None:
        self._kitchen, self._perform = kitchen, perform
        self._shared = Reused(self._serve)
        self._born_with: Identity | None = None

    def run(
        self,
        order: Order,
        analysis_id: UUID,
        *,
        bounds: Bounds,
        on_message: Callable[[bytes], None],
        go_on: Callable[[], bool],
    ) -> Ending:
        task = Task(order=order, analysis_id=analysis_id).model_dump_json(exclude_none=True).encode()
        if not self._is_small_text(order) or len(task) > LONGEST_TASK:
            self._shared.retire()  # one child a worker: its memory is reckoned that way
            return run_confined(
                lambda send: self._own(order, analysis_id, send), bounds=bounds, on_message=on_message, go_on=go_on
            )
        if self._born_with != self._kitchen.shelf.held:  # it has another catalogue than the one at hand
            self._shared.retire()
            self._born_with = self._kitchen.shelf.held
        return self._shared.run(task, bounds=bounds, on_message=on_message, go_on=go_on)

    def rest(self) -> None:
        """There is nothing to do: no memory is held for it."""
        self._shared.retire()

    def _is_small_text(self, order: Order) -> bool:
        if order.kind != "file" or PurePosixPath(order.path).suffix.lower() not in TEXT:
            return False
        try:
            return self._kitchen.volume.inside(order.path).stat().st_size <= SMALL_BYTES
        except (VolumeError, OSError):  # the analysis will say it
            return False

    def _own(self, order: Order, analysis_id: UUID, send: Send) -> None:
        self._perform(order, analysis_id, self._kitchen, send)

    def _serve(self, task: bytes, send: Send) -> bool:
        """In the shared child. Whatever is no plain list under its name, and every failure, was its last."""
        wanted = Task.model_validate_json(task)
        outcome = self._perform(wanted.order, wanted.analysis_id, self._kitchen, send)
        reading = outcome.totals.reading if outcome else None
        return reading is not None and reading.format == "csv"
