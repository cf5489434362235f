"""A small HTTP server in a thread, on a free port of this machine: what our stand-ins are made of."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


class Exchange(BaseHTTPRequestHandler):
    """One request; the server's ``answer`` does the rest."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or each answer waits 40 ms for the acknowledgement of its own head
    server: _Server

    def log_message(self, format: str, *args: object) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def do_GET(self) -> None:
        self.server.answer(self)

    do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 (the names that http.server looks for)

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        """A whole and honest answer."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def reset(self) -> None:
        """Break the connection off, as a dying server does."""
        self.close_connection = True
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self.connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    answer: Callable[[Exchange], None]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what these servers are for."""


class WireServer:
    """A context manager; ``url`` is its address."""

    def __init__(self, port: int = 0) -> None:
        self._server = _Server(("127.0.0.1", port), Exchange)
        self._server.answer = self.answer
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def answer(self, exchange: Exchange) -> None:
        raise NotImplementedError

    def start(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Dripping(WireServer):
    """Sends its answer letter by letter, so that no single wait is ever long."""

    def __init__(self, answer: bytes) -> None:
        super().__init__()
        self._letters = answer

    def answer(self, exchange: Exchange) -> None:
        for letter in self._letters:
            exchange.wfile.write(bytes([letter]))
            time.sleep(0.02)
