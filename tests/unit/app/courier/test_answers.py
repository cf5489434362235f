"""app.courier.answers: what a server's answer says, and what its silence means."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests
import urllib3

from app.courier import answers
from app.errors import SourceError, SourceMissing, SourceRefused, SourceUnreachable


def answered(status: int, reason: str = "", **headers: str) -> requests.Response:
    made = requests.Response()
    made.status_code, made.reason = status, reason
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return made


@pytest.mark.parametrize(
    ("status", "error"),
    [
        *((status, SourceRefused) for status in (401, 403, 407)),
        *((status, SourceMissing) for status in (302, 404, 410, 418)),
        *((status, SourceUnreachable) for status in (408, 425, 429, 500, 503)),
    ],
)
def test_a_status_is_an_error_of_its_kind_that_names_itself(status: int, error: type[SourceError]) -> None:
    found = answers.error_of(answered(status, "Some Reason"), "https://example.org/a.csv")
    assert type(found) is error
    assert str(found).startswith(f"https://example.org/a.csv answers {status} Some Reason")


def test_a_reason_of_a_stranger_is_cut_and_cleaned() -> None:
    found = str(answers.error_of(answered(500, "bad\x00" + "x" * 5000), "https://example.org"))
    assert "\x00" not in found
    assert len(found) < 300


def test_a_server_says_when_to_come_again_in_seconds_or_by_a_date() -> None:
    assert answers.retry_after(answered(429, Retry_After="7")) == 7
    later = datetime.now(UTC) + timedelta(seconds=90)
    found = answers.retry_after(answered(503, Retry_After=format_datetime(later, usegmt=True)))
    assert found is not None and 80 < found <= 90
    assert answers.retry_after(answered(503, Retry_After=format_datetime(later - timedelta(days=1), usegmt=True))) == 0


@pytest.mark.parametrize("value", ["", "soon", "-5", "1e9", "٧x"])
def test_what_is_neither_is_nothing(value: str) -> None:
    assert answers.retry_after(answered(429, Retry_After=value)) is None


def test_a_stamp_that_cannot_be_sent_back_as_it_came_is_none() -> None:
    assert answers.validator('W/"abc"') == 'W/"abc"'
    assert answers.validator(None) is None
    assert answers.validator("x" * (answers.MOST_OF_A_HEADER + 1)) is None
    assert answers.validator('"a\x00b"') is None


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("/list.csv", "/list.csv"),
        (" https://example.org/a b.csv ", "https://example.org/a%20b.csv"),
        ("/a%20b.csv?x=1&y=%C3%A4#z", "/a%20b.csv?x=1&y=%C3%A4#z"),
        ("/Preisliste-März.csv".encode().decode("latin-1"), "/Preisliste-M%C3%A4rz.csv"),
    ],
)
def test_a_redirect_is_escaped_where_it_belongs_and_only_there(header: str, address: str) -> None:
    assert answers.location(header) == address


def test_silence_is_told_by_its_innermost_cause() -> None:
    def told(cause: BaseException) -> str:
        return answers.silence_in_words(requests.ConnectionError(urllib3.exceptions.ProtocolError("broken", cause)))

    assert answers.silence_in_words(requests.ConnectionError(ConnectionRefusedError())) == "it refuses the connection"
    assert answers.silence_in_words(requests.ConnectionError(socket.gaierror())) == "its name is not known"
    assert answers.silence_in_words(requests.ReadTimeout(TimeoutError())) == "it does not answer in time"
    assert "0x" not in told(ValueError("<urllib3.connection.HTTPSConnection object at 0x7f00>: odd"))
