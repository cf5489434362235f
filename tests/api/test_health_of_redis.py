"""A Redis that refuses writes is not up, although it answers."""

from __future__ import annotations

from flask import Flask
from redis import Redis


def test_health_says_when_redis_takes_nothing(ctx: Flask, redis_url: str) -> None:
    client = ctx.test_client()
    assert client.get("/health").json["services"]["redis"] == "up"  # type: ignore[index]
    with Redis.from_url(redis_url) as server:
        before = server.config_get("maxmemory")["maxmemory"]
        server.config_set("maxmemory", 1)
        try:
            answer = client.get("/health")
        finally:
            server.config_set("maxmemory", before)
    assert answer.status_code == 503 and answer.json is not None
    assert answer.json["services"] == {"database": "up", "redis": "down"}
