"""The web answers everybody else while some send half a request, a drop at a time, or nothing at all."""

from __future__ import annotations

import os
import re
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from embedded import ports, processes

PROJECT = Path(__file__).parents[2]
APP = """
def app(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(str(len(body)))))])
    return [str(len(body)).encode()]
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A web process with two threads, and shorter deadlines so that the tests need not wait for the real ones."""
    folder = tmp_path_factory.mktemp("patient")
    (folder / "answers.py").write_text(APP)
    shorter = "import handoff.patient as p\np.HEAD_SECONDS = 2.0\np.GRACE_SECONDS = 1.0\n"
    (folder / "quick.py").write_text(shorter + "Worker = p.Worker\n")
    port = ports.any_free()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--worker-class",
        "quick.Worker",
        "--threads",
        "2",
        "--keep-alive",
        "5",
    ]
    command += ["--bind", f"127.0.0.1:{port}", "--no-control-socket", "answers:app"]
    environment = os.environ | {"PYTHONPATH": f"{PROJECT}:{folder}"}
    process = processes.start(command, log=folder / "log", folder=folder, environment=environment)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield "127.0.0.1", port
    processes.end([process], patience=5)


def opened(address: tuple[str, int], said: bytes, many: int = 1) -> list[socket.socket]:
    made = [socket.create_connection(address, 10) for _ in range(many)]
    for each in made:
        each.sendall(said)
    return made


def is_closed(conn: socket.socket) -> bool:
    """From the other side; with bytes that it never read, as a reset."""
    try:
        return conn.recv(1000) == b""
    except ConnectionResetError:
        return True


def answers(address: tuple[str, int], body: bytes = b"x" * 100) -> str:
    return requests.post(f"http://{address[0]}:{address[1]}/", data=body, timeout=1.5).text


HALVES = {
    "nothing": b"",
    "half a line": b"GET / HT",
    "half a head": b"POST / HTTP/1.1\r\nHost: here\r\nContent-Le",
    "a head and half a small body": b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\n12345",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_forty_half_requests_hold_nobody_up_and_are_let_go(address: tuple[str, int], half: bytes) -> None:
    held = opened(address, half, 40)
    for _ in range(5):
        assert answers(address) == "100"
    began = time.monotonic()
    for each in held:
        assert is_closed(each)
    assert time.monotonic() - began < 8


def test_a_head_that_drips_is_let_go_after_its_time_whatever_comes(address: tuple[str, int]) -> None:
    (slow,) = opened(address, b"GET / HTTP/1.1\r\n")
    began = time.monotonic()
    with pytest.raises(OSError):
        while time.monotonic() - began < 20:
            slow.sendall(b"X")
            time.sleep(0.1)
    assert time.monotonic() - began < 10


def test_large_bodies_that_stop_give_their_threads_back(address: tuple[str, int]) -> None:
    held = opened(address, b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 900000\r\n\r\n" + b"y" * 100, 2)
    deadline = time.monotonic() + 15
    while True:
        try:
            assert answers(address) == "100"
            break
        except requests.Timeout:
            assert time.monotonic() < deadline, "both threads are still held"
    for each in held:
        each.close()


def answered(client: socket.socket) -> bytes:
    """One answer of one digit, in however many pieces it comes."""
    found = b""
    while not re.search(rb"\r\n\r\n\d$", found):
        piece = client.recv(1000)
        assert piece, f"cut after {found!r}"
        found += piece
    return found


def test_what_comes_in_pieces_is_answered(address: tuple[str, int]) -> None:
    (pieces,) = opened(address, b"POST / HT")
    for piece in (b"TP/1.1\r\nHost: here\r\nContent-", b"Length: 6\r\n\r\n1", b"23", b"456"):
        time.sleep(0.1)
        pieces.sendall(piece)
    assert answered(pieces).endswith(b"\r\n\r\n6")
    pieces.sendall(b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\n12")  # kept alive
    assert answered(pieces).endswith(b"\r\n\r\n2")
    assert answers(address, b"z" * 3_000_000) == "3000000"
