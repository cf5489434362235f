"""A table that a stranger made, read in a child of its own: whatever it does to its reader, we go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import orjson

from handoff.confined import Bounds, Cause, Ending, Send, run_confined

BOUNDS = Bounds(seconds=120, memory_bytes=512 << 20)
#: cells as they come through the pipe; the rows are kept here
MOST_BYTES = 128 << 20
_ROWS = 500

Rows = list[list[str]]


class NotRead(Exception):
    """The child ended without the whole table; the sentence says why."""


def read_apart(
    read: Callable[[], tuple[dict[str, Any], Iterable[list[str]]]],
    *,
    refusals: tuple[type[Exception], ...],
    bounds: Bounds = BOUNDS,
) -> tuple[dict[str, Any], Rows]:
    """What ``read`` tells of a table (plain values), and its rows. Its own ``refusals`` are raised here too.

    Raises NotRead for a table that takes more than ``bounds``, or that breaks its reader.
    """
    heard = _Heard(refusals)
    ending = run_confined(lambda send: _tell(read, refusals, send), bounds=bounds, on_message=heard.hear)
    if heard.refusal is not None:
        raise heard.refusal
    if ending.cause is not Cause.DONE:
        raise NotRead(_why(ending, bounds))
    return heard.facts, heard.rows


class _Heard:
    def __init__(self, refusals: tuple[type[Exception], ...]) -> None:
        self._refusals, self._bytes = refusals, 0
        self.facts: dict[str, Any] = {}
        self.rows: Rows = []
        self.refusal: Exception | None = None

    def hear(self, text: bytes) -> None:
        self._bytes += len(text)
        if self._bytes > MOST_BYTES:
            raise NotRead("The file holds more cells than are read at once. Split it, or ask for fewer columns.")
        message = orjson.loads(text)
        self.facts |= message.get("facts", {})
        self.rows += message.get("rows", [])
        if "refused" in message:
            self.refusal = self._refusals[message["refused"]](message["sentence"])


def _tell(
    read: Callable[[], tuple[dict[str, Any], Iterable[list[str]]]], refusals: tuple[type[Exception], ...], send: Send
) -> None:
    try:
        facts, rows = read()
        send(orjson.dumps({"facts": facts}))
        for block in _blocks(rows):
            send(orjson.dumps({"rows": block}))
    except refusals as error:
        kind = next(number for number, each in enumerate(refusals) if isinstance(error, each))
        send(orjson.dumps({"refused": kind, "sentence": str(error)}))


def _blocks(rows: Iterable[list[str]]) -> Iterator[Rows]:
    waiting = iter(rows)
    while block := list(islice(waiting, _ROWS)):
        yield [[_whole(cell) for cell in row] for row in block]


def _whole(cell: str) -> str:
    """Half of a character, as damaged files have them, cannot be written as UTF-8."""
    return cell if cell.isascii() else cell.encode("utf-8", "replace").decode()


def _why(ending: Ending, bounds: Bounds) -> str:
    if ending.cause is Cause.TIMEOUT:
        return f"Reading the file took longer than {bounds.seconds:.0f} seconds and was ended. Ask for it as CSV."
    if ending.cause is Cause.OUT_OF_MEMORY:
        return (
            f"Reading the file took more than {bounds.memory_bytes // 2**20} MB of memory and was ended. "
            "Ask for it as CSV."
        )
    return "The file broke the program that reads it. Open it in a spreadsheet, save it anew, and send that."
