"""The supervisor over real processes: small Python programs instead of the web and its workers."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from embedded.make_run import only_one
from embedded.processes import CannotRun
from embedded.servers import Servers
from embedded.supervisor import MARK, Program, Supervisor, end_marked
from tests.unit.embedded.killing import another_process

BEARS_ON = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen('{flag}', 'w').close()\ntime.sleep(60)"
)
# A child of the program that moves to a session of its own, as RQ's work horses do.
LEAVES_HOME = (
    "import os, time\nif os.fork() == 0:\n os.setsid()\n open('{flag}', 'w').write(str(os.getpid()))\ntime.sleep(60)"
)


def python(code: str, **names: object) -> list[str]:
    return [sys.executable, "-c", code.format(**names)]


@pytest.fixture
def supervise(servers: Servers, tmp_path: Path) -> Callable[..., Supervisor]:
    def make(*programs: Program, said: list[str] | None = None) -> Supervisor:
        say = said.append if said is not None else (lambda sentence: None)
        return Supervisor(tmp_path, servers, programs, os.environ, say=say)

    return make


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)


def marked(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(home.resolve()) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def test_what_exits_is_started_again_and_said(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    said: list[str] = []
    runs = tmp_path / "runs"
    supervisor = supervise(Program("short", python("open('{runs}', 'a').write('x')", runs=runs)), said=said)
    supervisor.start()

    def has_run_twice() -> bool:
        supervisor.watch()
        return runs.exists() and len(runs.read_text()) >= 2

    wait_for(has_run_twice)
    supervisor.stop()
    assert said[0] == "short ended with code 0; it starts again at once."


def test_the_pause_before_a_restart_grows_with_every_failure(supervise: Callable[..., Supervisor]) -> None:
    said: list[str] = []
    supervisor = supervise(Program("broken", python("raise SystemExit(3)")), said=said)
    supervisor.start()

    def has_failed_thrice() -> bool:
        supervisor.watch()
        return len(said) >= 3

    wait_for(has_failed_thrice)
    supervisor.stop()
    assert said[1:3] == [
        "broken ended with code 3; it starts again in 1 s.",
        "broken ended with code 3; it starts again in 2 s.",
    ]


def test_stop_leaves_nobody_even_if_asked_in_vain(supervise: Callable[..., Supervisor], tmp_path: Path) -> None:
    deaf, child = tmp_path / "deaf", tmp_path / "child"
    supervisor = supervise(
        Program("deaf", python(BEARS_ON, flag=deaf)), Program("parent", python(LEAVES_HOME, flag=child))
    )
    supervisor.start()
    wait_for(lambda: deaf.exists() and child.exists())
    supervisor.stop()
    assert marked(tmp_path) == []


def test_leftovers_of_a_killed_supervisor_are_ended_by_the_next_start(servers: Servers, tmp_path: Path) -> None:
    child = tmp_path / "child"
    program = Program("parent", python(LEAVES_HOME, flag=child))
    with another_process(Supervisor(tmp_path, servers, [program], os.environ, say=print).start, tmp_path / "up"):
        wait_for(lambda: child.exists() and child.read_text() != "")
    assert psutil.pid_exists(int(child.read_text()))
    assert end_marked(tmp_path) >= 1
    assert marked(tmp_path) == []


def test_a_program_that_never_comes_up_is_named_with_its_last_words(supervise: Callable[..., Supervisor]) -> None:
    code = "raise SystemExit('no such table')"
    supervisor = supervise(Program("web", python(code), ready_url="http://127.0.0.1:9/live"))
    supervisor.start()
    with pytest.raises(CannotRun, match=r"web does not come up: no such table \(see .*web\.log\)"):
        supervisor.wait_until_ready()
    supervisor.stop()


def test_a_second_start_in_the_same_clone_is_refused_in_one_sentence(tmp_path: Path) -> None:
    refused = pytest.raises(CannotRun, match=rf"running already \(process {os.getpid()}\)")
    with only_one(tmp_path), refused, only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass
