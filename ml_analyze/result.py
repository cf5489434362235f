"""The result file: header first, one line an item or an error, totals last."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from handoff.api import PLAIN_VERSION, SCHEMA_VERSION, HeaderLine, MatchStatus, Reading, TotalsLine
from handoff.doubts import Doubt
from ml_analyze.findings import Findings

_BLOCK = 256 << 10
_TAIL = 1 << 20


class ResultLines:
    """Writes lines through ``write`` (bytes, in blocks) and counts what it wrote."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write, self._pending, self._pending_bytes = write, list[bytes](), 0
        self.items = self.errors = self.matched = self.review = self.unmatched = 0

    def header(self, *, source_sha256: str, reading: Reading, doubts: Sequence[Doubt] = ()) -> None:
        version = SCHEMA_VERSION if doubts else PLAIN_VERSION
        line = HeaderLine(schema_version=version, source_sha256=source_sha256, reading=reading, doubts=list(doubts))
        self._put(line.model_dump(mode="json", exclude_none=True))

    def line(self, line: Mapping[str, Any]) -> None:
        """An item or an error, shaped like ``ItemLine`` or ``ErrorLine``; what is empty may be left out."""
        if line["kind"] == "error":
            self.errors += 1
        else:
            self.items += 1
            status = (line.get("match") or {}).get("status")
            self.matched += status == MatchStatus.AUTO_MATCHED
            self.review += status == MatchStatus.POTENTIAL_MATCH
            self.unmatched += status == MatchStatus.UNMATCHED
        self._put(line)

    def totals(
        self, *, rows_read: int, seconds: float, model: str | None, reading: Reading, findings: Findings
    ) -> TotalsLine:
        """The last line; without it a reader takes the file for cut off."""
        totals = TotalsLine(
            rows_read=rows_read,
            items=self.items,
            errors=self.errors,
            matched=self.matched,
            review=self.review,
            unmatched=self.unmatched,
            seconds=round(seconds, 4),
            model=model,
            reading=reading,
            doubts=findings.doubts,
            passed_over=findings.passed_over,
            layout=findings.layout,
        )
        self._put(totals.model_dump(mode="json", exclude_none=True))
        self._flush()
        return totals

    def _put(self, line: Mapping[str, Any]) -> None:
        text = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
        self._pending.append(text)
        self._pending_bytes += len(text)
        if self._pending_bytes >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        self._write(b"".join(self._pending))
        self._pending.clear()
        self._pending_bytes = 0


def totals_of(path: Path, *, source_sha256: str) -> TotalsLine | None:
    """The totals of a whole result made of that very source; None for a missing, cut or foreign file."""
    try:
        with path.open("rb") as file:
            header = HeaderLine.model_validate_json(file.readline())
            file.seek(max(0, path.stat().st_size - _TAIL))
            tail = file.read()
        if header.source_sha256 != source_sha256 or not tail.endswith(b"\n"):
            return None
        return TotalsLine.model_validate_json(tail.rstrip(b"\n").rpartition(b"\n")[2])
    except (FileNotFoundError, ValueError):
        return None
