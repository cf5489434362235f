"""What time Redis says it is: the one clock that all machines of the service have in common."""

from __future__ import annotations

import time

from redis import Redis

#: seconds that the difference to our own steady clock is believed
BELIEVED = 30.0


class ClockOf:
    """Seconds since 1970 by the clock of ``redis``, asked twice a minute. Raises RedisError where it is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._difference = 0.0
        self._asked = float("-inf")

    def __call__(self) -> float:
        now = time.monotonic()
        if now - self._asked > BELIEVED:
            seconds, microseconds = self._redis.time()
            self._difference, self._asked = seconds + microseconds / 1e6 - now, now
        return now + self._difference
