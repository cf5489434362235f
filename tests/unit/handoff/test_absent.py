"""handoff.absent: null says the same as absence, at every depth, and nothing else is changed."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from handoff.absent import without_nulls


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b'{"a": null, "b": 1}', {"b": 1}),
        (b'{"a": {"b": null, "c": [{"d": null}]}}', {"a": {"c": [{}]}}),
        (b'{"a": [1, null, {"b": null}]}', {"a": [1, None, {}]}),  # an entry of a list has its place
        (b"null", None),
        (b'{"null": 1, "a": "null"}', {"null": 1, "a": "null"}),
        (
            b'{"a": false, "b": 0, "c": "", "d": [], "e": {}, "f": null}',
            {"a": False, "b": 0, "c": "", "d": [], "e": {}},
        ),
    ],
)
def test_fields_that_are_null_are_left_out_and_what_is_empty_stays(raw: bytes, value: Any) -> None:
    assert without_nulls(raw) == value


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a": nul}', b"\xff", b'{"a": null'])
def test_what_is_no_json_says_so(raw: bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        without_nulls(raw)


def test_a_request_as_deep_as_the_parser_takes_is_read() -> None:
    """No stranger makes it recurse beyond what Python bears."""
    deep = b'{"a":' * 1000 + b'{"null": null}' + b"}" * 1000
    value = without_nulls(deep)
    for _ in range(1000):
        value = value["a"]
    assert value == {}
