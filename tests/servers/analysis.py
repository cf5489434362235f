"""A stand-in for ml-analyze that speaks the treaty, reads a trivial CSV, and fails on demand.

It reads ``sku;name;price`` lines from the volume: enough to see whether every row of every file arrives once.
"""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from handoff.volume import Volume
from tests.servers.wire import Exchange, WireServer


@dataclass
class Analysis:
    id: str
    key: str | None
    request: dict[str, Any]
    ready_at: float

    done: dict[str, Any] | None = None


class AnalysisServer(WireServer):
    """Answers at once unless told otherwise. Everything that tests turn is a plain attribute."""

    def __init__(self, shared: Path, port: int = 0) -> None:
        super().__init__(port)
        self._volume = Volume(shared)
        self._lock = threading.Lock()
        self.analyses: dict[str, Analysis] = {}
        #: (method, path, headers, at) of every request
        self.calls: list[tuple[str, str, dict[str, str], float]] = []
        self.takes: Callable[[], float] = lambda: 0.0  # seconds an analysis takes
        self.knows_batches = True
        self.old_contract = False
        #: statuses to answer with before anything is looked at, one a request
        self.statuses: list[int] = []
        #: fields laid over the status of every analysis from now on
        self.overlay: dict[str, Any] = {}
        #: how a line of a result is written
        self.spell: Callable[[dict[str, Any]], bytes] = lambda line: json.dumps(line).encode()
        self.fault: Callable[[Exchange], bool] = lambda exchange: False  # True: it has answered

    def forget_all(self) -> None:
        with self._lock:
            self.analyses.clear()

    def submissions(self) -> list[dict[str, str]]:
        return [headers for method, path, headers, _ in self.calls if (method, path) == ("POST", "/analyze/file")]

    def answer(self, exchange: Exchange) -> None:
        body = exchange.body()
        with self._lock:
            self.calls.append((exchange.command, exchange.path, dict(exchange.headers.items()), time.monotonic()))
            status = self.statuses.pop(0) if self.statuses else None
        if status is not None:
            self._tell(exchange, status, {"error": {"code": "TOLD_TO", "message": f"told to answer {status}"}})
        elif not self.fault(exchange):
            self._route(exchange, exchange.command, exchange.path, json.loads(body or b"{}"))

    def _route(self, exchange: Exchange, method: str, path: str, body: dict[str, Any]) -> None:
        if path == "/health":
            checks = {"queue": {"status": "healthy"}}
            self._tell(exchange, 200, {"status": "healthy", "version": "0", "service": "ml-analyze", "checks": checks})
        elif (method, path) == ("POST", "/analyze/file"):
            self._accept(exchange, body)
        elif (method, path) == ("POST", "/analyze/status") and self.knows_batches:
            found = [self._status(each) for each in body["job_ids"]]
            self._tell(exchange, 200, {"jobs": [each for each in found if each]})
        elif path.startswith("/analyze/status/"):
            told = self._status(path.rpartition("/")[2])
            if method == "DELETE" and told:
                self.analyses.pop(path.rpartition("/")[2], None)
                exchange.reply(204)
            else:
                self._tell(exchange, 200 if told else 404, told or {"detail": "unknown"})
        else:
            self._tell(exchange, 404, {"detail": "Not Found"})

    def _accept(self, exchange: Exchange, body: dict[str, Any]) -> None:
        key = exchange.headers.get("Idempotency-Key")
        name = str(uuid5(NAMESPACE_URL, key)) if key else str(uuid4())
        with self._lock:
            if name not in self.analyses:
                self.analyses[name] = Analysis(name, key, body, time.monotonic() + self.takes())
        self._tell(exchange, 202, {"job_id": name, "status": "pending", "message": "queued"})

    def _status(self, name: str) -> dict[str, Any] | None:
        analysis = self.analyses.get(name)
        if analysis is None:
            return None
        told: dict[str, Any] = {"job_id": name, "status": "processing", "phase": "extracting"}
        if time.monotonic() >= analysis.ready_at:
            if analysis.done is None:
                analysis.done = self._analyse(analysis)
            told |= analysis.done
        return told | self.overlay

    def _analyse(self, analysis: Analysis) -> dict[str, Any]:
        path = Path(analysis.request.get("file_path") or analysis.request["file_url"].removeprefix("file://"))
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            return _failed("FILE_MISSING", f"{path.name} is not on the volume.")
        sha256 = hashlib.sha256(body).hexdigest()
        promised = (analysis.request.get("metadata") or {}).get("checksum_sha256")
        if promised and promised != sha256:
            return _failed("CHECKSUM_MISMATCH", f"The file has the hash {sha256}, not {promised}.")
        items, errors, rows = _read(body)
        if not items and not errors:
            return _failed("NO_ITEMS", "The file holds no rows with a name and a price.")
        told = {
            "status": "completed",
            "progress_percentage": 100,
            "phase": "done",
            "items_processed": len(items),
            "items_total": len(items),
            "errors": [each["message"] for each in errors[:20]],
            "error_count": len(errors),
        }
        if self.old_contract:
            return told
        header = {"kind": "header", "schema_version": 1, "source_sha256": sha256, "reading": {"format": "csv"}}
        totals = {"kind": "totals", "rows_read": rows, "items": len(items), "errors": len(errors)}
        target = self._volume.results_target(analysis.id)
        with self._volume.reserve(None) as incoming:
            for line in (header, *items, *errors, totals):
                incoming.write(self.spell(line) + b"\n")
            placed = incoming.place(target)
        return told | {
            "result_path": str(target),
            "result_sha256": placed.sha256,
            "metrics": {"rows_read": rows, "seconds": {"reading": 0.0}},
        }

    def _tell(self, exchange: Exchange, status: int, body: dict[str, Any]) -> None:
        exchange.reply(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def price_list(rows: int, *, seed: int = 0, bad: int = 0) -> bytes:
    """A CSV that the stand-in and the real service read alike; ``bad`` of its rows are a price of nothing."""
    dice = random.Random(seed)
    lines = ["sku;name;price EUR"]
    for number in range(rows):
        price = f"{dice.randint(100, 99999) / 100:.2f}"
        lines.append(f";;{price}" if number < bad else f"S{seed}-{number:05d};Item {number} of list {seed};{price}")
    return ("\n".join(lines) + "\n").encode()


def _read(body: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
    items, errors = [], []
    lines = body.decode("utf-8", "replace").splitlines()[1:]
    for number, line in enumerate(lines, start=2):
        cells = line.split(";")
        try:
            sku, name, price = cells
            Decimal(price if name else "")
        except (ValueError, InvalidOperation):
            message = f"Row {number}: neither name nor price can be told."
            source = {"row": number}
            errors.append({"kind": "error", "code": "BAD_ROW", "message": message, "source": source, "row": cells})
        else:
            told = {"sku": sku, "name": name, "price": price, "currency": "EUR"}
            items.append({"kind": "item", **told, "source": {"row": number}})
    return items, errors, len(lines)


def _failed(code: str, message: str) -> dict[str, Any]:
    return {"status": "failed", "error_code": code, "errors": [message]}
