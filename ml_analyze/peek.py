"""A window of a file's cells, read in a confined child: the file is not trusted more for being looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from handoff.api import PreviewRequest
from handoff.confined import Bounds, Cause, Send, run_confined
from handoff.errors import in_words
from ml_analyze.extraction import Unreadable
from ml_analyze.extraction import preview as read_window
from ml_analyze.order import Failed
from ml_analyze.settings import Settings


def preview(path: Path, wanted: PreviewRequest, *, settings: Settings) -> dict[str, Any]:
    """The preview as the treaty shapes it; raises Failed with the reason when there is none."""
    size = path.stat().st_size
    if size > settings.max_file_bytes:
        limit = in_words(settings.max_file_bytes)
        raise Failed("FILE_TOO_LARGE", f"The file has {in_words(size)}; up to {limit} are read.")
    answers: list[dict[str, Any]] = []
    bounds = Bounds(seconds=settings.preview_timeout, memory_bytes=settings.memory_bytes)
    ending = run_confined(
        lambda send: _look(path, wanted, send),
        bounds=bounds,
        on_message=lambda text: answers.append(orjson.loads(text)),
    )
    if not answers:
        code = Cause.CRASHED if ending.cause is Cause.DONE else ending.cause
        raise Failed(code.value, f"The preview ended without an answer after {ending.seconds:.0f} seconds ({code}).")
    answer = answers[-1]
    if "code" in answer:
        raise Failed(answer["code"], answer["message"])
    found: dict[str, Any] = answer["preview"]
    return found


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
