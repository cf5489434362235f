"""Rate limits, counted in Redis so that all web processes share one count."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, cast

from app.errors import RateLimited
from app.extensions import redis

# One round trip: count, start the window with the first hit, say how long it still lasts.
COUNT = """
local hits = redis.call('INCR', KEYS[1])
if hits == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {hits, redis.call('PTTL', KEYS[1])}
"""


@dataclass(frozen=True)
class Allowance:
    """What is left of a window. ``reset`` is in seconds since the epoch, ``wait`` in seconds from now."""

    limit: int
    window_seconds: int
    remaining: int
    reset: int
    wait: int
    exceeded: bool

    @property
    def headers(self) -> dict[str, str]:
        """The contract's headers; ``retry-after`` only when there is something to wait for."""
        told = {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-reset": str(self.reset),
        }
        return told | ({"retry-after": str(self.wait)} if self.exceeded else {})

    @property
    def error(self) -> RateLimited:
        details = {"limit": self.limit, "window_seconds": self.window_seconds, "retry_after": self.wait}
        return RateLimited(
            f"Too many requests: {self.limit} are allowed in {self.window_seconds} s. Try again in {self.wait} s.",
            details=details,
        )


def count(name: str, subject: str, *, limit: int, window_seconds: int) -> Allowance:
    """Count one request of ``subject`` against the window ``name``. May raise ``redis.RedisError``."""
    answer = cast("list[Any]", redis().eval(COUNT, 1, f"limit:{name}:{subject}", window_seconds * 1000))
    hits, left_ms = int(answer[0]), max(0, int(answer[1]))
    wait = max(1, -(-left_ms // 1000))
    return Allowance(
        limit=limit,
        window_seconds=window_seconds,
        remaining=max(0, limit - hits),
        reset=int(time.time()) + wait,
        wait=wait,
        exceeded=hits > limit,
    )
