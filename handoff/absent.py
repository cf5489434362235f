"""JSON requests in which null says the same as absence: a client that sends every field it has is understood."""

from __future__ import annotations

from typing import Any

import orjson


def without_nulls(raw: bytes) -> Any:
    """The body's value; fields of objects that are null are left out at every depth. Raises orjson.JSONDecodeError."""
    value = orjson.loads(raw)
    return _without(value) if b"null" in raw else value


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without(each) for name, each in value.items() if each is not None}
    return [_without(each) for each in value] if isinstance(value, list) else value
