"""A file's cells, read in a confined child: the file is not trusted more for being looked at."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from handoff.api import PreviewRequest, TableReply, TableRequest
from handoff.confined import Bounds, Cause, Send, run_confined
from handoff.errors import VolumeError, in_words
from handoff.volume import Volume
from ml_analyze.extraction import Unreadable, all_rows
from ml_analyze.extraction import preview as read_window
from ml_analyze.order import Failed
from ml_analyze.settings import Settings

_ROWS_A_MESSAGE = 500


def preview(path: Path, wanted: PreviewRequest, *, settings: Settings) -> dict[str, Any]:
    """The preview as the treaty shapes it; raises Failed with the reason when there is none."""
    answers: list[dict[str, Any]] = []
    _in_a_child(path, lambda send: _look(path, wanted, send), settings, lambda text: answers.append(orjson.loads(text)))
    found: dict[str, Any] = answers[-1]["preview"]
    return found


def table(path: Path, wanted: TableRequest, *, volume: Volume, settings: Settings) -> TableReply:
    """Every row of a sheet, written to the volume; raises Failed with the reason when there are none."""
    counts: list[int] = []
    try:
        with volume.reserve(None, md5=False) as incoming:

            def take(text: bytes) -> None:
                rows = orjson.loads(text)["rows"]
                counts.append(len(rows))
                incoming.write(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))

            _in_a_child(path, lambda send: _pour(path, wanted, send), settings, take)
            placed = incoming.place(volume.results_target(f"table-{uuid4()}"))
    except VolumeError as error:
        raise Failed(error.code, str(error)) from error
    return TableReply(rows_path=volume.relative(placed.path), rows=sum(counts))


def _in_a_child(path: Path, work: Callable[[Send], None], settings: Settings, take: Callable[[bytes], None]) -> None:
    """Raises Failed with the child's own reason, or with how it ended where it gave none."""
    size = path.stat().st_size
    if size > settings.max_file_bytes:
        limit = in_words(settings.max_file_bytes)
        raise Failed("FILE_TOO_LARGE", f"The file has {in_words(size)}; up to {limit} are read.")
    refused: list[dict[str, str]] = []
    answers = 0

    def hear(text: bytes) -> None:
        nonlocal answers
        answers += 1
        if text.startswith(b'{"code"'):
            refused.append(orjson.loads(text))
        else:
            take(text)

    bounds = Bounds(seconds=settings.preview_timeout, memory_bytes=settings.memory_bytes)
    ending = run_confined(work, bounds=bounds, on_message=hear)
    if refused:
        raise Failed(refused[0]["code"], refused[0]["message"])
    if ending.cause is not Cause.DONE or not answers:
        code = Cause.CRASHED if ending.cause is Cause.DONE else ending.cause
        raise Failed(code.value, f"The preview ended without an answer after {ending.seconds:.0f} seconds ({code}).")


def _look(path: Path, wanted: PreviewRequest, send: Send) -> None:
    try:
        found = read_window(
            path,
            member=wanted.member,
            sheet=wanted.sheet,
            first_row=wanted.first_row,
            rows=wanted.rows,
            hints=wanted.hints,
        )
    except Unreadable as error:
        send(orjson.dumps({"code": error.code, "message": error.message}))
    else:
        send(orjson.dumps({"preview": found.model_dump(mode="json")}))


def _pour(path: Path, wanted: TableRequest, send: Send) -> None:
    try:
        rest = all_rows(path, sheet=wanted.sheet, hints=wanted.hints)
        while rows := list(islice(rest, _ROWS_A_MESSAGE)):
            send(orjson.dumps({"rows": rows}))
    except Unreadable as error:
        send(orjson.dumps({"code": error.code, "message": error.message}))
