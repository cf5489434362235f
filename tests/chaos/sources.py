"""What suppliers send in the long run: honest files, troubles that pass, and causes that no retry mends."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.servers.analysis import price_list
from tests.servers.files import FileServer, Served


@dataclass
class Source:
    """A supplier to be, and how its job deserves to end. ``bodies`` are the versions that were ever served."""

    name: str
    url: str | None
    outcome: str
    code: str | None = None
    rows: int = 0
    bodies: list[bytes] = field(default_factory=list)


def honest(dice: random.Random, body: bytes) -> Served:
    return Served(body)


def cut(dice: random.Random, body: bytes) -> Served:
    cuts = [dice.randint(0, len(body)) for _ in range(dice.randint(1, 3))]
    return Served(body, cuts=cuts, polite_cuts=dice.random() < 0.5, ranges=dice.random() < 0.7)


def dripping(dice: random.Random, body: bytes) -> Served:
    return Served(body, drip=0.02, drip_bytes=max(64, len(body) // 60))


def failing_at_first(dice: random.Random, body: bytes) -> Served:
    return Served(body, statuses=dice.choices([500, 502, 503, 429], k=dice.randint(1, 2)))


def without_length(dice: random.Random, body: bytes) -> Served:
    return Served(body, chunked=True, etag=False)


def changing(dice: random.Random, body: bytes) -> Served:
    """Another version with each request, so that a resumed download would be a file that never was."""

    def another(served: Served, number: int) -> None:
        served.body = body if number % 2 else _other(body)

    return Served(body, cuts=[len(body) // 2], on_request=another)


GOOD: list[Callable[[random.Random, bytes], Served]] = [
    honest,
    honest,
    cut,
    dripping,
    failing_at_first,
    without_length,
    changing,
]
HOPELESS: dict[str, tuple[str, Callable[[random.Random], Served]]] = {
    "lying about its length": (
        "SOURCE_UNREACHABLE",
        lambda dice: Served(price_list(50), wrong_length=500, etag=False, ranges=False),
    ),
    "missing": ("SOURCE_MISSING", lambda dice: Served(statuses=[404] * 99)),
    "forbidden": ("SOURCE_REFUSED", lambda dice: Served(statuses=[403] * 99)),
    "a web page": ("NOT_A_FILE", lambda dice: Served(b"<!doctype html><html>" + b"x" * 3000)),
    "leading inside": ("BAD_ADDRESS", lambda dice: Served(redirect="http://169.254.169.254/latest/meta-data/")),
    "empty": ("EMPTY_FILE", lambda dice: Served(b"")),
}


def draw(files: FileServer, dice: random.Random, number: int) -> Source:
    """The next source: four of five can be had, one of ten is uploaded by a person, the rest is hopeless."""
    lot = dice.random()
    rows = dice.randint(3, 120)
    body = price_list(rows, seed=number)
    if lot < 0.12:
        return Source(f"uploaded {number}", None, "success", None, rows, [body])
    path = f"{number}.csv"
    if lot < 0.25:
        kind = dice.choice(list(HOPELESS))
        code, make = HOPELESS[kind]
        return Source(f"{kind} {number}", files.put(path, make(dice)), "failed", code)
    make_good = dice.choice(GOOD)
    bodies = [body, _other(body)] if make_good is changing else [body]
    url = files.put(path, make_good(dice, body))
    return Source(f"{make_good.__name__} {number}", url, "success", None, rows, bodies)


def _other(body: bytes) -> bytes:
    """As many rows, other names."""
    return body.replace(b"Item", b"Ware")
