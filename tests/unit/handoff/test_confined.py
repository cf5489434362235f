"""A child that misbehaves ends alone, and its end is told apart from every other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from handoff.confined import Bounds, Cause, Send, run_confined

ROOMY = Bounds(seconds=20, memory_bytes=200 << 20)


def test_messages_arrive_in_order_and_whole() -> None:
    def work(send: Send) -> None:
        for number in range(2000):
            send(b"%d:" % number + b"x" * 1000)

    heard: list[bytes] = []
    ending = run_confined(work, bounds=ROOMY, on_message=heard.append)
    assert ending.cause is Cause.DONE
    assert [int(message.partition(b":")[0]) for message in heard] == list(range(2000))
    assert {len(message.partition(b":")[2]) for message in heard} == {1000}
    assert ending.peak_memory > 1 << 20


def test_too_much_memory_ends_the_child_alone() -> None:
    def work(send: Send) -> None:
        hoard = []
        while True:
            hoard.append(bytearray(1 << 20))

    assert run_confined(work, bounds=Bounds(20, 64 << 20), on_message=print).cause is Cause.OUT_OF_MEMORY


def test_too_long_ends_the_child_and_what_it_started() -> None:
    started: list[int] = []

    def work(send: Send) -> None:
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        send(b"%d" % sleeper.pid)
        while True:
            pass

    ending = run_confined(work, bounds=Bounds(0.5, 200 << 20), on_message=lambda text: started.append(int(text)))
    assert ending.cause is Cause.TIMEOUT
    assert 0.4 < ending.seconds < 10
    time.sleep(0.1)
    assert not psutil.pid_exists(started[0]) or psutil.Process(started[0]).status() == "zombie"


def test_a_crash_and_an_error_are_told_with_their_last_words() -> None:
    def crash(send: Send) -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    def fail(send: Send) -> None:
        raise ValueError("no such thing")

    assert run_confined(crash, bounds=ROOMY, on_message=print).cause is Cause.CRASHED
    ending = run_confined(fail, bounds=ROOMY, on_message=print)
    assert ending.cause is Cause.CRASHED
    assert ending.said.strip().endswith("ValueError: no such thing")


def test_a_child_killed_from_outside_is_not_blamed_for_its_memory() -> None:
    bounds = Bounds(20, 4 << 30)
    ending = run_confined(lambda send: os.kill(os.getpid(), signal.SIGKILL), bounds=bounds, on_message=print)
    assert ending.cause is Cause.KILLED


def test_a_child_that_nobody_wants_any_more_is_stopped() -> None:
    ending = run_confined(lambda send: time.sleep(60), bounds=ROOMY, on_message=print, go_on=lambda: False)
    assert ending.cause is Cause.STOPPED
    assert ending.seconds < 10


def test_the_child_shares_no_open_file_with_its_parent() -> None:
    reader, writer = os.pipe()
    heard: list[bytes] = []

    def work(send: Send) -> None:
        try:
            os.write(writer, b"x")
        except OSError:
            send(b"closed")

    run_confined(work, bounds=ROOMY, on_message=heard.append)
    os.close(reader)
    os.close(writer)
    assert heard == [b"closed"]


def test_a_child_knows_no_variable_that_may_be_secret() -> None:
    """In an interpreter of its own: /proc shows only what a process was started with."""
    program = """
import os
from pathlib import Path
from handoff.confined import Bounds, run_confined

def work(send):
    shown = Path("/proc/self/environ").read_text() if Path("/proc/self/environ").exists() else ""
    send(repr(sorted(os.environ)).encode())
    send(repr(shown).encode())

heard = []
run_confined(work, bounds=Bounds(20, 200 << 20), on_message=heard.append)
print(b"".join(heard).decode(), os.environ["REDIS_URL"])
"""
    secrets = {"REDIS_URL": "redis://:word@nowhere", "SECRET_KEY": "key-of-the-tests", "ANYTHING_ELSE": "also-hidden"}
    mark = {"COURIER_INSTALLATION": "a-mark"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | secrets | mark,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    child, _, parent = done.stdout.strip().rpartition(" ")
    assert parent == secrets["REDIS_URL"], "the parent keeps its own"
    assert "REDIS_URL'" not in child.partition("]")[0]
    assert not [value for value in secrets.values() if value in child], child
    assert "a-mark" in child
