"""handoff.patient: which bytes of a request are enough for a thread, and how slow a body may come."""

from __future__ import annotations

import socket
import time

import pytest

from handoff import patient

HEAD = b"POST /a HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("seen", "whole"),
    [
        (b"", False),
        (HEAD, False),
        (HEAD + b"\r\n", True),  # no length: nothing more is to come
        (HEAD + b"Content-Length: 3\r\n\r\nab", False),
        (HEAD + b"Content-Length: 3\r\n\r\nabc", True),
        (HEAD + b"cONTENT-lENGTH:\t3 \r\n\r\nab", False),
        (HEAD + b"Content-Length: 0\r\n\r\n", True),
        (HEAD + b"X-Content-Length: 3\r\n\r\n", True),
        (HEAD + b"Content-Length: 16384\r\n\r\n", False),
        (HEAD + b"Content-Length: 16385\r\n\r\n", True),  # large: its thread reads it
        (HEAD + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\n", True),  # comes after an answer only
        (HEAD + b"Content-Length: x\r\n\r\n", True),  # the parser's to refuse
        (HEAD + b"\r\nContent-Length: 3\r\n\r\n", True),  # that is in the body
    ],
)
def test_a_request_gets_a_thread_when_its_head_and_a_small_body_are_there(seen: bytes, whole: bool) -> None:
    assert patient._is_whole(seen) is whole


def test_a_head_beyond_what_is_looked_at_is_given_to_the_parser() -> None:
    assert not patient._is_whole(b"x" * (patient.LOOK - 1))
    assert patient._is_whole(b"x" * patient.LOOK)


def test_what_comes_is_read_and_buys_time_at_the_slowest_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "GRACE_SECONDS", 1.0)
    monkeypatch.setattr(patient, "SLOWEST", 1)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        paced = patient._Paced(ours)
        before = paced._ends
        theirs.sendall(b"12345")
        assert paced.recv(100) == b"12345"
        assert paced._ends == before + 5
        assert ours.gettimeout() is None
        assert paced.fileno() == ours.fileno()


def test_a_body_that_stands_still_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "GRACE_SECONDS", 0.01)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        paced = patient._Paced(ours)
        assert paced.recv(100) == b""
        assert ours.gettimeout() is None
        theirs.sendall(b"too late")
        paced._ends = time.monotonic() - 1
        assert paced.recv(100) == b""
