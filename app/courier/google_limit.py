"""One limit of calls to Google for all workers, kept in Redis. Nothing waits in a worker: it says how long to wait."""

from __future__ import annotations

from typing import cast

import structlog
from redis import RedisError

from app.extensions import redis, settings

log = structlog.get_logger()

KEY, CLOSED = "google:next", "google:closed"
#: calls that may be made at once after a quiet time
BURST = 5
#: pause after a 429 without Retry-After
CLOSED_SECONDS = 30.0
_TURN = """
local closed = redis.call('PTTL', KEYS[2])
if closed > 0 then return closed end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gap, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local next = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = next - now - gap * (burst - 1)
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], next + gap, 'PX', math.ceil(gap * (burst + 1)))
return 0
"""


def wait_for_turn() -> float:
    """Seconds until a call may be made; 0 takes a turn now. Without Redis nobody waits."""
    gap = 60_000 / settings().google_requests_per_minute
    try:
        return cast(int, redis().eval(_TURN, 2, KEY, CLOSED, str(gap), str(BURST))) / 1000
    except RedisError as error:
        log.warning("google_limit_not_asked", error=str(error))
        return 0.0


def close(seconds: float | None) -> None:
    """Google said to slow down: nobody calls for a while."""
    try:
        redis().set(CLOSED, "1", px=int((seconds or CLOSED_SECONDS) * 1000))
    except RedisError as error:
        log.warning("google_limit_not_closed", error=str(error))
