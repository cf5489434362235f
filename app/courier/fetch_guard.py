"""Where we may fetch from: resolve once, refuse what is not public, connect to exactly what was checked.

The check sits where the socket is opened, so that redirects, retries and kept connections all pass it, and
a name that resolves differently a second time cannot lead past it.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import connection as sockets

from app.errors import BadAddress
from handoff.addresses import without_secrets

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: what ``is_global`` lets pass although it leads inside: NAT64 and 6to4 carry an IPv4 address, Teredo a tunnel
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text)
    for text in ("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4")
) + tuple(ipaddress.ip_network(text) for text in ("2001::/32", "fec0::/10", "64:ff9b:1::/48"))


class Allowed:
    """What FETCH_ALLOWED_HOSTS lets through although it is private: names, ``host:port``, addresses, networks."""

    def __init__(self, entries: Iterable[str], *, ours: Iterable[str] = ()) -> None:
        """``ours`` are the addresses (URLs) of our own services: never a source, whatever is allowed."""
        self._names: set[str] = set()
        self._networks: list[Network] = []
        self._ours = [(parts.hostname, parts.port or _usual_port(parts.scheme)) for parts in map(urlsplit, ours)]
        for entry in entries:
            try:
                self._networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                self._names.add(entry.lower())

    def check(self, host: str, port: int, address: str) -> None:
        """Raises BadAddress unless ``address`` (what ``host`` resolved to) may be connected to."""
        found = ipaddress.ip_address(address.partition("%")[0])
        if is_public(found):
            return
        if any(port == own and name and (host == name or address in _addresses_of(name)) for name, own in self._ours):
            raise BadAddress(f"{host}:{port} is a service of this installation, not a supplier's source.")
        if host in self._names or f"{host}:{port}" in self._names:
            return
        if any(found.version == network.version and found in network for network in self._networks):
            return
        raise BadAddress(
            f"{host} leads to the private address {address}, which is not fetched from. "
            "If the source is on your own network, name it in FETCH_ALLOWED_HOSTS."
        )


def _usual_port(scheme: str) -> int | None:
    """Where a service of ours listens whose address names no port; ``postgresql+psycopg`` is one of PostgreSQL's."""
    return {"http": 80, "https": 443, "redis": 6379, "rediss": 6379, "postgresql": 5432}.get(scheme.partition("+")[0])


def _addresses_of(host: str) -> set[str]:
    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except OSError:
        return set()


def is_public(address: Address) -> bool:
    """False for loopback, private, link-local, CGNAT, metadata, multicast and reserved, in every disguise."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if int(address) >> 32 == 0:  # ::a.b.c.d, long out of use
            return False
    if address.is_multicast or not address.is_global:
        return False
    return not any(address.version == network.version and address in network for network in _REFUSED)


def check_url(url: str) -> str:
    """The address, if it is one we can fetch from at all. Raises BadAddress."""
    shown = repr(without_secrets(url.partition("?")[0])[:200])
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        # What is wrong may be a part of a password: then nothing of the address is told.
        what, why = (shown, str(error)) if "@" not in url else ("The address", "its user or password holds / or #")
        raise BadAddress(f"{what} is not a web address: {why}.") from error
    if parts.scheme not in ("http", "https"):
        raise BadAddress(f"{shown} does not start with http:// or https://.")
    if not parts.hostname or port == 0:
        raise BadAddress(f"{shown} names no host.")
    if any(ord(char) < 33 for char in url):
        raise BadAddress(f"{shown} contains spaces or control characters; they must be written as %20 and so on.")
    return url


class Session(requests.Session):
    """One thread's, whose every connection passes the guard. No proxy, no .netrc: both would lead past it."""

    def __init__(self, allowed: Allowed) -> None:
        super().__init__()
        self.trust_env = False
        self._handles: WeakKeyDictionary[HTTPConnection, socket.socket] = WeakKeyDictionary()
        self._lock = threading.Lock()
        adapter = _GuardedAdapter(allowed, self)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    @contextmanager
    def at_most(self, seconds: float) -> Iterator[None]:
        """What is asked for inside has so long altogether; then it is broken off. Raises requests.ReadTimeout.

        Each byte begins the patience of a socket anew, so a head that drips would be waited for without end. One that
        was broken off looks like one that has ended.
        """
        broken = threading.Event()
        clock = threading.Timer(seconds, self._break_off, [broken])
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
        if broken.is_set():
            raise requests.ReadTimeout(f"It did not answer within {seconds:g} seconds.")

    def opened(self, connection: HTTPConnection, plain: socket.socket) -> None:
        """A second handle of its socket, which TLS will have taken over: to be broken off from another thread."""
        with self._lock:
            self._handles[connection] = plain.dup()

    def closed(self, connection: HTTPConnection) -> None:
        with self._lock:
            handle = self._handles.pop(connection, None)
        if handle is not None:
            handle.close()

    def _break_off(self, broken: threading.Event) -> None:
        broken.set()
        with self._lock:
            for each in self._handles.values():
                with suppress(OSError):  # it has just ended by itself
                    each.shutdown(socket.SHUT_RDWR)


def session(allowed: Allowed) -> Session:
    return Session(allowed)


def _connect(connection: Any, allowed: Allowed) -> socket.socket:
    host, port = connection.host.strip("[]").rstrip(".").lower(), connection.port
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameResolutionError(host, connection, socket.gaierror(str(error))) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:  # one private answer among public ones is an attack, not a choice
        allowed.check(host, port, address)
    last: Exception | None = None
    for address in addresses:
        try:
            return sockets.create_connection(
                (address, port), connection.timeout, socket_options=connection.socket_options
            )
        except TimeoutError as error:
            last = ConnectTimeoutError(connection, f"Connecting to {host} timed out.")
            last.__cause__ = error
        except OSError as error:
            last = NewConnectionError(connection, str(error))
            last.__cause__ = error
    raise last or NewConnectionError(connection, f"{host} has no address.")


class _GuardedAdapter(HTTPAdapter):
    """Its pools open sockets through the guard only (as urllib3's own SOCKS support replaces ``_new_conn``)."""

    def __init__(self, allowed: Allowed, session: Session) -> None:
        self._allowed, self._session = allowed, session
        super().__init__(pool_connections=4, pool_maxsize=4)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        allowed, session = self._allowed, self._session

        class Guarded(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                made = _connect(self, allowed)
                session.opened(self, made)
                return made

            def close(self) -> None:
                session.closed(self)
                super().close()

        class Plain(Guarded):
            pass

        class Secure(Guarded, HTTPSConnection):
            pass

        class PlainPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Secure

        self.poolmanager = urllib3.PoolManager(num_pools=connections, maxsize=maxsize, block=block, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
