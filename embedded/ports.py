"""Free ports on the loopback address."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port that was free a moment ago; whoever uses it must be ready to find it taken."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def next_free(wanted: int, host: str = LOOPBACK, *, taken: frozenset[int] = frozenset()) -> int:
    """``wanted``, or the first free port above it."""
    for port in range(wanted, min(wanted + 200, 65536)):
        if port not in taken and is_free(port, host):
            return port
    return any_free()
