"""A file server that does what suppliers' servers do: cuts, drips, lies about lengths, redirects, changes its mind."""

from __future__ import annotations

import gzip
import hashlib
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from tests.servers.wire import Exchange, WireServer

BLOCK = 1 << 16


@dataclass
class Served:
    """What lies at one path. Lists are used up one a request; when they are empty the file is served honestly."""

    body: bytes = b"sku;name;price\n"
    headers: dict[str, str] = field(default_factory=dict)
    #: answers instead of the file: a status, or (status, headers)
    statuses: list[int | tuple[int, dict[str, str]]] = field(default_factory=list)
    #: bytes of the body after which the connection breaks
    cuts: list[int] = field(default_factory=list)
    #: a cut is an orderly close instead of a reset, which http.client takes without a word
    polite_cuts: bool = False
    #: seconds between blocks of ``drip_bytes``
    drip: float = 0
    drip_bytes: int = 64
    wrong_length: int | None = None  # added to the true Content-Length
    chunked: bool = False
    no_length: bool = False
    ranges: bool = True
    etag: bool = True
    gzipped: bool = False  # sends a gzip body although identity was asked for
    redirect: str | None = None
    raw: bytes | None = None  # the whole answer, head and all, as it is sent
    #: called before each request, to change the content under the client's feet
    on_request: Callable[[Served, int], None] | None = None


@dataclass(frozen=True)
class Asked:
    path: str
    headers: dict[str, str]
    at: float


class FileServer(WireServer):
    """``put`` a file, fetch it at the address that returns; ``asked`` holds every request."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._files: dict[str, Served] = {}
        self._lock = threading.Lock()
        self.asked: list[Asked] = []
        self._counts: dict[str, int] = defaultdict(int)

    def put(self, path: str, served: Served | bytes) -> str:
        self._files["/" + path.lstrip("/")] = served if isinstance(served, Served) else Served(served)
        return f"{self.url}/{path.lstrip('/')}"

    def requests_for(self, path: str) -> list[Asked]:
        return [each for each in self.asked if each.path == "/" + path.lstrip("/")]

    def answer(self, exchange: Exchange) -> None:
        path = unquote(urlsplit(exchange.path).path)
        with self._lock:
            self.asked.append(Asked(path, dict(exchange.headers.items()), time.monotonic()))
            self._counts[path] += 1
            served = self._files.get(path)
            if served is None:
                exchange.reply(404, b"no such file")
                return
            if served.on_request:
                served.on_request(served, self._counts[path])
            if served.statuses:
                status = served.statuses.pop(0)
                number, headers = status if isinstance(status, tuple) else (status, {})
                exchange.reply(number, b"not now", headers)
                return
            cut = served.cuts.pop(0) if served.cuts else None
        if served.raw is not None:
            exchange.wfile.write(served.raw)
            exchange.close_connection = True
            return
        if served.redirect is not None:
            exchange.reply(302, b"", {"Location": served.redirect})
            return
        self._serve(exchange, served, cut)

    def _serve(self, exchange: Exchange, served: Served, cut: int | None) -> None:
        body = gzip.compress(served.body, mtime=0) if served.gzipped else served.body
        tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if served.etag and exchange.headers.get("If-None-Match") == tag:
            exchange.reply(304, b"", {"ETag": tag})
            return
        status, start = 200, 0
        asked = exchange.headers.get("Range", "")
        unchanged = exchange.headers.get("If-Range") in (None, tag)
        if served.ranges and asked.startswith("bytes=") and unchanged:
            start = int(asked.removeprefix("bytes=").partition("-")[0])
            if start >= len(body):
                exchange.reply(416, b"", {"Content-Range": f"bytes */{len(body)}"})
                return
            status = 206
        exchange.send_response(status)
        if status == 206:
            exchange.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        if served.etag:
            exchange.send_header("ETag", tag)
        if served.gzipped:
            exchange.send_header("Content-Encoding", "gzip")
        for name, value in served.headers.items():
            exchange.send_header(name, value)
        rest = body[start:]
        if served.chunked:
            exchange.send_header("Transfer-Encoding", "chunked")
        elif served.no_length:
            exchange.send_header("Connection", "close")
        else:
            exchange.send_header("Content-Length", str(len(rest) + (served.wrong_length or 0)))
        exchange.end_headers()
        self._send(exchange, served, rest, cut)

    def _send(self, exchange: Exchange, served: Served, body: bytes, cut: int | None) -> None:
        size = served.drip_bytes if served.drip else BLOCK
        whole = body if cut is None else body[:cut]
        for first in range(0, len(whole), size):
            block = whole[first : first + size]
            exchange.wfile.write(b"%x\r\n%s\r\n" % (len(block), block) if served.chunked else block)
            if served.drip:
                exchange.wfile.flush()
                time.sleep(served.drip)
        if cut is not None and not served.polite_cuts:
            exchange.reset()
            return
        if served.chunked and cut is None:
            exchange.wfile.write(b"0\r\n\r\n")
        if cut is not None or served.wrong_length or served.no_length:
            exchange.close_connection = True
