"""An upload of 500 MB through the real web process: time over cp + sha256, bytes that reach the disk, memory."""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from pathlib import Path

import psutil
import requests

from app.access import accounts
from app.extensions import db
from app.models.supplier import Supplier
from app.models.user import UserRole
from bench.courier import random_file
from bench.figure import Figure, figure
from bench.floors import copy_and_hash
from bench.installation import Memory, Place, place, until
from embedded import ports

SIZE = 499_000_000
EDGE = "----bench-boundary-of-the-upload"


def figures(quick: bool) -> list[Figure]:
    size = SIZE // 4 if quick else SIZE
    with place(SHARED_MAX_BYTES=str(20 * 2**30)) as here:
        file = random_file(here.folder / "list.csv", size)
        floor = copy_and_hash([file], here.folder)
        port = ports.any_free()
        with web(here, port) as process:
            token, supplier = sign_in(port), supplier_to_upload_for()
            path = f"/api/v1/admin/suppliers/{supplier}/upload"
            best, grown, written = float("inf"), 0, 0
            for _ in range(3):
                before = written_by(process)
                with Memory(process) as memory:
                    best = min(best, upload(port, path, token, file))
                grown, written = max(grown, memory.grown), written_by(process) - before
    name = f"upload of {size / 1e6:.0f} MB"
    return [
        figure(f"{name} / cp + sha256", best, "s", floor=floor, ratio_most=3),
        figure(f"{name}, bytes written over its size", written / size, "×", most=1.01),
        figure(f"{name}, memory of the web process", grown / 2**20, "MB", most=64),
    ]


class web:  # noqa: N801 (reads as what it is: with web(...))
    """Gunicorn as the installation starts it, with one worker so that its memory is one number."""

    def __init__(self, here: Place, port: int) -> None:
        command = [sys.executable, "-m", "gunicorn", "--worker-class", "handoff.patient.Worker"]
        command += ["--workers", "1", "--threads", "8"]
        command += ["--no-control-socket", "--timeout", "120", "--bind", f"127.0.0.1:{port}", "wsgi:app"]
        self._log = (here.folder / "web.log").open("wb")
        self._port = port
        self._server = subprocess.Popen(command, env=here.variables, stdout=self._log, stderr=self._log)

    def __enter__(self) -> psutil.Process:
        until(self._answers)
        (worker,) = psutil.Process(self._server.pid).children()
        return worker

    def __exit__(self, *_: object) -> None:
        self._server.terminate()
        self._server.wait(20)
        self._log.close()

    def _answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self._port}/live", timeout=2).ok
        except requests.RequestException:
            return False


def sign_in(port: int) -> str:
    accounts.create_user("bench", "bench-bench-bench", UserRole.ADMIN, "bench")
    login = {"username": "bench", "password": "bench-bench-bench"}
    answer = requests.post(f"http://127.0.0.1:{port}/api/v1/auth/login", json=login, timeout=20)
    token: str = answer.json()["token"]
    return token


def supplier_to_upload_for() -> str:
    supplier = Supplier(name="Bench", source_type="csv", meta={})
    db.session.add(supplier)
    db.session.commit()
    return str(supplier.id)


def upload(port: int, path: str, token: str, file: Path) -> float:
    """Seconds until the 202, sending by sendfile so that the sender costs next to nothing."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'.encode()
    tail = f"\r\n--{EDGE}--\r\n".encode()
    size = len(head) + file.stat().st_size + len(tail)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    began = time.perf_counter()
    connection.putrequest("POST", path)
    connection.putheader("Authorization", f"Bearer {token}")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={EDGE}")
    connection.putheader("Content-Length", str(size))
    connection.endheaders()
    with file.open("rb") as stream:
        connection.send(head)
        connection.sock.sendfile(stream)
        connection.send(tail)
    answer = connection.getresponse()
    told = answer.read()
    seconds = time.perf_counter() - began
    connection.close()
    if answer.status != 202:
        raise RuntimeError(f"The upload was answered with {answer.status}: {told[:500]!r}")
    return seconds


def written_by(process: psutil.Process) -> int:
    """Bytes the process has handed to write calls on files and sockets so far."""
    return int(process.io_counters().write_chars)


if __name__ == "__main__":
    for each in figures("--quick" in sys.argv):
        print(each)
