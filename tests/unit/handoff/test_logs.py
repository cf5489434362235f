"""handoff.logs: no secret gets into a line, by its name or by an address in whatever text."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from handoff import logs


@pytest.fixture
def json_lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Lines as JSON; how logs were written before is how they are written afterwards."""
    root, before = logging.getLogger(), structlog.get_config()
    chain, handlers, level = list(logs._CHAIN), root.handlers, root.level
    noisy = {name: logging.getLogger(name).level for name in logs.NOISY}
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    logs.configure("INFO", "json")
    yield written
    root.handlers = handlers
    root.setLevel(level)
    logs._CHAIN[:] = chain
    structlog.configure(**before)
    for name, each in noisy.items():
        logging.getLogger(name).setLevel(each)


def said(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_what_bears_a_secrets_name_is_hidden_however_it_is_written() -> None:
    event = {"Authorization": "Bearer x", "API_KEY": "y", "secret_headers": {"a": "b"}, "author": "z"}
    assert logs.hide_secrets(None, "", dict(event)) == {
        "Authorization": "[hidden]",
        "API_KEY": "[hidden]",
        "secret_headers": "[hidden]",
        "author": "z",
    }


def test_an_address_is_masked_in_every_text_and_what_is_no_text_stays() -> None:
    event = {"event": "GET https://u:p@example.org/a?token=abc", "count": 3, "of": ["https://u:p@example.org"]}
    masked = logs.mask_addresses(None, "", event)
    assert masked["event"] == "GET https://example.org/a?token=***"
    assert masked["count"] == 3


def test_our_lines_and_a_librarys_are_alike_and_have_what_is_bound(json_lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(job_id="j1"):
        structlog.get_logger().info("came", url="https://u:p@example.org/")
        logging.getLogger("a.library").warning("at %s", "https://u:p@example.org/?sig=abc")
    ours, theirs = said(json_lines)
    assert (ours["event"], ours["level"], ours["job_id"], ours["url"]) == ("came", "info", "j1", "https://example.org/")
    assert (theirs["event"], theirs["level"], theirs["job_id"]) == (
        "at https://example.org/?sig=***",
        "warning",
        "j1",
    )


def test_a_traceback_has_no_secret_either(json_lines: io.StringIO) -> None:
    try:
        raise ValueError("at https://user:hidden@example.org/")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = said(json_lines)
    assert "ValueError: at https://example.org/" in str(line["exception"])
    assert "hidden" not in json.dumps(line)


def test_what_is_below_the_level_and_what_libraries_chat_is_not_written(json_lines: io.StringIO) -> None:
    structlog.get_logger().debug("quiet")
    for name in logs.NOISY:
        logging.getLogger(name).info("chat")
    logging.getLogger(logs.NOISY[0]).warning("matters")
    assert [line["event"] for line in said(json_lines)] == ["matters"]
