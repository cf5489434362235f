"""Requests that nobody sends by accident: every page and route, with values that break what trusts them."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from tests.security import table

#: requests of a run: a fixed few in `make test`, ten thousand in `make chaos`
MANY = int(os.environ.get("FUZZ_REQUESTS", "400"))
VALUES = (
    *("", " ", "0", "-1", "1e309", "NaN", "99999999999999999999", "true", "null", "[]", "{}", "\0", "a\0b", "\ud800"),
    *("\u202e", "'", '"', "%", "%00", "../../etc/passwd", "<script>", "{{7*7}}", "a" * 5000, "é" * 300, "\r\nX-A: b"),
    *("2026-13-45", "9999-12-31T23:59:59Z", "0001-01-01", "-∞", "EUR\0", "00000000-0000-0000-0000-000000000000"),
    *("1,2,3", "a:b", "desc", "name", ";", "\\", "\u0661\u0662", "²", "１２"),
)
#: what our pages and routes ask for, so that the values reach them
NAMES = (
    *("q", "page", "limit", "cursor", "sort", "order", "status", "state", "supplier_id", "kind", "after", "before"),
    *(
        "v",
        "span",
        "cause",
        "name",
        "price",
        "currency",
        "url",
        "sku",
        "tab",
        "from",
        "to",
        "next",
        "level",
        "category",
    ),
    *(
        "timeout",
        "min_price",
        "max_price",
        "search",
        "columns",
        "sheet",
        "first_row",
        "days",
        "locale",
        "theme",
        "file",
    ),
)
HEADERS = ("X-Request-Id", "HX-Request", "HX-Target", "Accept-Language", "Referer", "If-None-Match", "Content-Type")
#: they wait, sign out, or speak to machines outside
LEFT_OUT = re.compile(r"/wait$|logout|sessions/end|/events$|/stream$")


@dataclass(frozen=True)
class Shot:
    """One request, as it can be sent again."""

    method: str
    path: str
    more: dict[str, Any] = field(default_factory=dict)


def shots(many: int, seed: int, known: list[UUID]) -> Iterator[Shot]:
    chance = random.Random(seed)
    routes = sorted(each for each in table.held() if not LEFT_OUT.search(each[1]))
    for _ in range(many):
        method, rule = chance.choice(routes)
        yield _shot(chance, method, rule, known)


def _shot(chance: random.Random, method: str, rule: str, known: list[UUID]) -> Shot:
    def value() -> str:
        return chance.choice(VALUES) if chance.random() < 0.9 else str(chance.choice(known))

    def part(found: re.Match[str]) -> str:
        ours = str(chance.choice([*known, uuid4()]))
        return quote(ours if chance.random() < 0.8 else value(), safe="", errors="surrogatepass")

    query = "&".join(f"{chance.choice(NAMES)}={quote(value(), safe='', errors='surrogatepass')}" for _ in range(3))
    path = re.sub(r"<[^>]+>", part, rule) + (f"?{query}" if chance.random() < 0.8 else "")
    headers = {chance.choice(HEADERS): _sendable(value()) for _ in range(2)} if chance.random() < 0.5 else {}
    more: dict[str, Any] = {"headers": headers}
    if method != "GET":
        given = {chance.choice(NAMES): value() for _ in range(4)}
        body = json.dumps(given).encode()
        more |= (
            {"data": body, "content_type": "application/json"} if rule.startswith("/api") else {"data": _plain(given)}
        )
    return Shot(method, path, more)


def _plain(given: dict[str, str]) -> dict[str, str]:
    return {name: each.encode("utf-8", "replace").decode() for name, each in given.items()}


def _sendable(value: str) -> str:
    """What a client can put into a header at all."""
    return value.encode("latin-1", "replace").decode("latin-1").replace("\r", "").replace("\n", "").replace("\0", "")


def broken(send: Callable[[Shot], int], many: int, seed: int, known: list[UUID]) -> list[tuple[Shot, int]]:
    """The requests that were answered as an error of ours."""
    wrong = []
    for shot in shots(many, seed, known):
        status = send(shot)
        if status >= 500 and status != 503:  # 503 says that something of ours is away, and means it
            wrong.append((shot, status))
    return wrong
