"""``make run`` itself: all processes, the sample suppliers through the real pipeline, kills and second starts."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from embedded import ports
from embedded.environment import PROJECT
from embedded.servers import Servers
from embedded.supervisor import MARK, end_marked

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="courier-run-"))
    place.chmod(0o711)
    yield place
    end_marked(place)
    Servers(place / "servers").forget()
    shutil.rmtree(place, ignore_errors=True)


def start(home: Path, **variables: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "embedded"],
        cwd=PROJECT,
        env=os.environ | {"LOCAL_DIR": str(home), "ML_ANALYZE_PORT": str(ports.any_free())} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """What it says up to the line with ``words``; fails with all of it when it ends before."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"it ended without saying {words!r}:\n{said}")


def survivors(home: Path) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_every_sample_supplier_becomes_what_is_declared(home: Path) -> None:
    with socket.socket() as holder:
        holder.bind((ports.LOOPBACK, 0))
        holder.listen()
        taken = holder.getsockname()[1]
        process = start(home, ONCE="1", PORT=str(taken))
        said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert f"Port {taken} is taken; the dashboard takes " in said
    assert "(shown this once)" in said
    assert "All 9 became what they should" in said
    assert survivors(home) == []


def test_a_killed_start_is_followed_by_one_that_works_on_the_same_data(home: Path) -> None:
    first = start(home, PORT=str(ports.any_free()))
    said = read_until(first, "Ctrl-C stops everything")
    address = re.search(r"http://localhost:\d+", said)
    assert address is not None
    assert requests.get(f"{address[0]}/live", timeout=10).status_code == 200
    refused = start(home)
    assert "is running already" in refused.communicate(timeout=30)[0]
    assert refused.returncode == 1

    first.kill()
    first.wait()
    second = start(home, PORT=str(ports.any_free()))
    said = read_until(second, "Ctrl-C stops everything")
    assert "shown this once" not in said
    assert "✓ unchanged" in said

    second.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert second.wait(timeout=30) == 0
    assert time.monotonic() - began < 20
    assert survivors(home) == []
