"""What others may say (headers of a source, names of files, results), made to break what trusts them."""

from __future__ import annotations

import gc
import json
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from typing import Any

from sqlalchemy import update

from app.courier import upload
from app.errors import CourierError, IngestError
from app.extensions import db
from app.models.job import Job
from tests.fixtures.courier import Courier
from tests.security.fuzz import VALUES
from tests.servers.analysis import AnalysisServer
from tests.servers.files import FileServer, Served

#: jobs of a run, a third for each kind: a few in `make test`, ten thousand of a kind in `make chaos`
MANY = int(os.environ.get("FUZZ_JOBS", "45"))
#: at most so many bear one seed: found again sooner, and shared by the processes of a long run
ROUND = 500
ROUNDS = {seed: min(ROUND, MANY - before) for seed, before in enumerate(range(0, MANY, ROUND), start=1)}
BODY = b"sku;name;price EUR\nA;Hammer;1.00\nB;Saw;2.00\n"
HEADERS = (
    *("ETag", "Last-Modified", "Content-Disposition", "Content-Type", "Content-Encoding", "Content-Range", "Location"),
    *("Retry-After", "Set-Cookie", "Date", "Link", "X-" + "a" * 300, "Content-Location", "Accept-Ranges"),
)
STATUSES = ("200", "206", "301", "304", "404", "416", "429", "500", "999", "0", "abc", "")
NAMES = ("{}.csv", "{}", "../{}.csv", "a{}.xlsx", "{}.csv.meta.json", "{}.part", "=?utf-8?B?{}?=", "{}" * 300 + ".csv")
FIELDS = (
    *("status", "phase", "errors", "error_code", "items_processed", "items_total", "progress_percentage"),
    *("result_path", "result_sha256", "metrics", "error_count", "reading", "job_id", "matches_found", "completed_at"),
)
ODD: tuple[Any, ...] = (
    *(None, -1, 0, 1e308, 10**30, True, [], {}, [None], [[]], {"a": "\0"}, "completed", "failed", "later-word"),
    *("\0", "\ud800", "x" * 9000, "../../etc/passwd", "/etc/passwd", "9" * 64, "NaN", "0001-01-01"),
)


@dataclass
class Heart:
    """The longest pause of a thread that beats all along: who holds the interpreter stops it.

    In seconds of this process's processor, so that a busy machine is not taken for a busy interpreter.
    """

    longest: float = 0.0
    over: threading.Event = field(default_factory=threading.Event)

    def beat(self) -> None:
        last = time.process_time()
        while not self.over.wait(0.02):
            now = time.process_time()
            self.longest, last = max(self.longest, now - last), now


@contextmanager
def beating() -> Iterator[Heart]:
    """A heart beats meanwhile; what the other tests of this process left is kept from the collector's long walks."""
    gc.collect()
    gc.freeze()
    heart = Heart()
    thread = threading.Thread(target=heart.beat, daemon=True)
    thread.start()
    try:
        yield heart
    finally:
        heart.over.set()
        thread.join()
        gc.unfreeze()


def endless(courier: Courier, files: FileServer, analysis: AnalysisServer, many: int, seed: int) -> list[str]:
    """Runs so many jobs; what broke us, or did not end, with what it was."""
    chance = random.Random(seed)
    wrong = []
    for number in range(many):
        kind = ("source", "name", "result")[number % 3]
        told = _told(chance)
        analysis.overlay, analysis.spell = {}, _plainly
        try:
            if kind == "source":
                job = courier.fetch(courier.supplier(files.put("a.csv", Served(raw=_answer(chance, told)))))
            elif kind == "name":
                name = chance.choice(NAMES).replace("{}", told)
                job = upload.receive_file(courier.supplier(), BytesIO(BODY), name, actor="fuzz")
            else:
                analysis.overlay = {chance.choice(FIELDS): chance.choice(ODD)} if chance.random() < 0.5 else {}
                analysis.spell = _misspelt(random.Random(chance.random()))
                job = courier.fetch(courier.supplier(files.put("b.csv", BODY)))
            ended = _ended(courier, job)
            if ended.outcome is None:
                wrong.append(f"{kind} {number}: no outcome in {ended.phase}")
        except (CourierError, IngestError):
            continue  # refused with a sentence
        except Exception as error:  # whatever it is, it is what this looks for
            wrong.append(f"{kind} {number} ({told[:60]!r}): {type(error).__name__}: {str(error)[:300]}")
    return wrong


def _ended(courier: Courier, job: Job) -> Job:
    """What waits for a service that never says the end is given up by the clock, which is put on."""
    try:
        return courier.run(job, limit=15)
    except AssertionError:
        late = Job.submitted_at - timedelta(minutes=31)
        db.session.execute(update(Job).where(Job.id == job.id).values(submitted_at=late))
        db.session.commit()
        return courier.run(job, limit=5)


def _told(chance: random.Random) -> str:
    letters = "".join(
        chr(chance.choice((0, 9, 27, 34, 39, 47, 59, 92, 0x202E, 0xD800, 0x2028, 65, 255))) for _ in range(9)
    )
    return chance.choice([*VALUES, letters])


def _answer(chance: random.Random, told: str) -> bytes:
    """An HTTP answer as bytes: its status line, its headers and its end are anybody's."""
    written = told.encode("utf-8", "surrogatepass")
    value = written.replace(b"\r", b"").replace(b"\n", b"") if chance.random() < 0.9 else written
    status = "200" if chance.random() < 0.7 else chance.choice(STATUSES)
    reason = value[:200] if chance.random() < 0.2 else b"OK"
    lines = [b"HTTP/1.1 " + status.encode() + b" " + reason]
    for _ in range(chance.randint(0, 4)):
        name = chance.choice(HEADERS)
        form = b"attachment; filename=\"%b\"; filename*=UTF-8''%b" if name == "Content-Disposition" else b"%b%b"
        lines.append(name.encode() + b": " + form % (value, value if chance.random() < 0.5 else b""))
    length = str(len(BODY)) if chance.random() < 0.8 else chance.choice(("-1", "abc", "1e9", "", "9" * 30))
    lines.append(b"Content-Length: " + length.encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + BODY


def _plainly(line: dict[str, Any]) -> bytes:
    return json.dumps(line).encode()


def _misspelt(chance: random.Random) -> Any:
    """A line of a result with a field that is something else, or cut, or no JSON."""

    def spell(line: dict[str, Any]) -> bytes:
        if chance.random() < 0.5 and line:
            line = line | {chance.choice(sorted(line)): chance.choice(ODD)}
        text = json.dumps(line).encode()
        return text[: chance.randint(0, len(text))] if chance.random() < 0.1 else text

    return spell
