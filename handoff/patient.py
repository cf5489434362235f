"""The web processes' gunicorn worker: whoever sends slowly waits without a thread.

gunicorn's own threaded worker gives a connection a thread once its first byte is there; forty half-sent requests
hold them all. Here a request gets a thread when its head is whole (and its body, where that is small); until then it
costs an entry in the poller, and no longer than HEAD_SECONDS. A large body must keep a pace, an answer must be taken.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_SECONDS = 10.0
#: a body up to this size is waited for in the poller, a larger one is read by its thread
SMALL_BODY = 16 << 10
#: what is looked at before a thread is given; a longer head is the parser's to refuse
LOOK = 48 << 10
#: a body may be silent this long altogether, beside the seconds that its bytes take at the slowest pace
GRACE_SECONDS = 20.0
SLOWEST = 8 << 10  # bytes a second
#: seconds after which a client that takes nothing of its answer is let go
ANSWER_SECONDS = 30

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]{0,8}(\d{1,15})[ \t]{0,8}\r\n")


class Worker(ThreadWorker):  # type: ignore[misc]  # untyped
    """``--worker-class handoff.patient.Worker``."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        #: connections without a thread -> (until when, bytes seen so far)
        self._held: dict[TConn, tuple[float, int]] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """The one way to a thread; called in the loop of the poller."""
        if conn.parser is not None and conn.parser.unreader.buf.getvalue():
            super().enqueue_req(conn)  # the next request came with the last one
            return
        self._look(conn, until=time.monotonic() + HEAD_SECONDS, seen_before=-1)

    def murder_pending(self) -> None:
        """The loop's turn, once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, (until, _) in self._held.items() if now > until or not self.alive]:
            self.poller.unregister(conn.sock)
            del self._held[conn]
            self._drop(conn)

    def handle(self, conn: TConn) -> Any:
        conn.sock.setblocking(True)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", ANSWER_SECONDS, 0))
        conn.init()
        if not conn.is_http2:
            conn.parser.unreader.sock = _Paced(conn.sock)
        return super().handle(conn)

    def _look(self, conn: TConn, *, until: float, seen_before: int) -> None:
        try:
            seen = conn.sock.recv(LOOK, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            self._hold(conn, until=until, seen=0)
        except OSError:
            self._drop(conn)
        else:
            if _is_whole(seen):
                super().enqueue_req(conn)
            elif len(seen) <= max(seen_before, 0):  # readable, and nothing new: the other side has closed
                self._drop(conn)
            else:
                self._hold(conn, until=until, seen=len(seen))

    def _hold(self, conn: TConn, *, until: float, seen: int) -> None:
        """Until more comes than was seen already: the poller would report the same bytes for ever."""
        self._held[conn] = until, seen
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, seen + 1)
        self.poller.register(conn.sock, EVENT_READ, partial(self._more, conn))

    def _more(self, conn: TConn, client: socket.socket) -> None:
        self.poller.unregister(client)
        until, seen = self._held.pop(conn)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
        self._look(conn, until=until, seen_before=seen)

    def _drop(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()


def _is_whole(seen: bytes) -> bool:
    """Whether a thread would find what it needs: the head, and a body that is small."""
    head, end, body = seen.partition(b"\r\n\r\n")
    if not end:
        return len(seen) >= LOOK
    said = head.lower() + b"\r\n"
    found = _LENGTH.search(said)
    if found is None or b"\r\nexpect:" in said:
        return True
    length = int(found[1])
    return length > SMALL_BODY or len(body) >= length


class _Paced:
    """Reads from a socket, and finds its end when what comes is slower than SLOWEST for too long."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._ends = sock, time.monotonic() + GRACE_SECONDS

    def recv(self, size: int) -> bytes:
        left = self._ends - time.monotonic()
        try:
            if left <= 0:
                return b""
            self._sock.settimeout(left)
            data = self._sock.recv(size)
        except TimeoutError:
            return b""
        finally:
            self._sock.settimeout(None)
        self._ends += len(data) / SLOWEST
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
