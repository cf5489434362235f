"""A multipart/form-data body (RFC 7578) read once from front to back: parts in their order, bodies as they come.

Looking for the next delimiter is one search in a block of a megabyte, and a block travels on as it is: three times
as quick as parsers that spool a part or look at each byte (see docs/adr/0010-uploads-in-one-pass.md).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from werkzeug.http import parse_options_header

from app.errors import Invalid

CHUNK = 1 << 20
HEAD_BYTES = 16 << 10
_ESCAPES = {"%22": '"', "%0D": "\r", "%0A": "\n"}  # the three that browsers write into a quoted name


class Body(Protocol):
    """The WSGI input, ended at the request's end."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Part:
    """One field. ``filename`` None: a plain value. ``chunks`` must be read before the next part is asked for."""

    name: str
    filename: str | None
    content_type: str | None
    chunks: Iterator[bytes]


class Multipart:
    """Iterate over it for the parts. Raises Invalid for a body that is no form, or that ends too early."""

    def __init__(self, stream: Body, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get("boundary", "")
        if kind.lower() != "multipart/form-data" or not 0 < len(boundary) <= 200:
            raise Invalid("Send the file as multipart/form-data, in a field called file.")
        self._stream = stream
        self._delimiter = b"\r\n--" + boundary.encode("latin-1", "replace")
        self._held = b"\r\n"  # the first delimiter may stand at the very beginning

    def __iter__(self) -> Iterator[Part]:
        for _ in self._until_delimiter():
            pass
        while True:
            # What follows a delimiter: "--" ends the form, else the line ends, perhaps after padding.
            line_end = self._take_past(b"\n", limit=HEAD_BYTES, unless=b"--")
            if line_end is None:
                return
            head = self._take_past(b"\r\n\r\n", limit=HEAD_BYTES)
            assert head is not None
            chunks = self._until_delimiter()
            yield self._part(head, chunks)
            for _ in chunks:  # what the reader left
                pass

    def _part(self, head: bytes, chunks: Iterator[bytes]) -> Part:
        headers = {}
        for line in head.decode("utf-8", "replace").split("\r\n"):
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        _, options = parse_options_header(headers.get("content-disposition", ""))
        if "name" not in options:
            raise Invalid("The upload cannot be read as a form: a part has no name.")
        filename = options.get("filename")
        if filename is not None:
            filename = re.sub("%22|%0D|%0A", lambda found: _ESCAPES[found[0].upper()], filename, flags=re.I)
        return Part(options["name"], filename, headers.get("content-type"), chunks)

    def _until_delimiter(self) -> Iterator[bytes]:
        delimiter, overlap = self._delimiter, len(self._delimiter) - 1
        while True:
            at = self._held.find(delimiter)
            if at >= 0:
                block, self._held = self._held[:at], self._held[at + len(delimiter) :]
                if block:
                    yield block
                return
            if len(self._held) > overlap:
                block, self._held = self._held[:-overlap], self._held[-overlap:]
                yield block
            self._read_more()

    def _take_past(self, end: bytes, *, limit: int, unless: bytes = b"") -> bytes | None:
        """What stands before ``end``; None when the rest begins with ``unless``."""
        while True:
            if unless and self._held.startswith(unless):
                return None
            at = self._held.find(end)
            if at >= 0 and (not unless or len(self._held) >= len(unless)):
                found, self._held = self._held[:at], self._held[at + len(end) :]
                return found
            if len(self._held) > limit:
                raise Invalid("The upload cannot be read as a form: a part's headers do not end.")
            self._read_more()

    def _read_more(self) -> None:
        more = self._stream.read(CHUNK)
        if not more:
            raise Invalid("The upload ended early: the connection was cut. Send the file again.")
        self._held += more


class Digested:
    """A form's body that is hashed while it is read, without its boundary: that is another one in each sending."""

    def __init__(self, stream: Body, content_type: str) -> None:
        _, options = parse_options_header(content_type)
        self._stream, self._hash, self._held = stream, hashlib.sha256(), b""
        self._boundary = options.get("boundary", "").encode("latin-1", "replace") or b"--"

    def read(self, size: int, /) -> bytes:
        block = self._stream.read(size)
        *whole, rest = (self._held + block).split(self._boundary)
        sure = max(0, len(rest) - len(self._boundary) + 1) if block else len(rest)
        for each in (*whole, rest[:sure]):
            self._hash.update(each)
        self._held = rest[sure:]
        return block

    def digest(self) -> str:
        """SHA-256 of all of it; what was not read is read."""
        while self.read(CHUNK):
            pass
        return self._hash.hexdigest()
