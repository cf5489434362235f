"""Files that travelled compressed although nobody asked for it: stored as they came, unwrapped to be read."""

from __future__ import annotations

import codecs
import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from pydantic import ValidationError

from handoff.errors import in_words
from handoff.sidecar import Sidecar, sidecar_of

GZIP = b"\x1f\x8b\x08"
#: codings that only the sidecar can tell; of these we unwrap the first
DEFLATE, OTHERS = "deflate", ("br", "zstd", "compress", "x-compress")
_PLAIN_HEADS = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0")
#: what a wrapped file may unwrap to: no list needs more, and a bomb has a thousandth of it
MOST_BYTES = 256 << 20
_BLOCK = 1 << 20


class CannotUnwrap(Exception):
    """Damaged, cut, or (``is_bomb``) larger than we unwrap; one sentence."""

    is_bomb = False


class Bomb(CannotUnwrap):
    is_bomb = True


def coding_of(path: Path) -> str | None:
    """``gzip`` by content: ``Content-Encoding: gzip`` leaves the same bytes as a file that was packed by hand.

    Any other is what the sidecar beside the file says, unless the bytes are plain all the same.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(GZIP):
        return "gzip"
    said = _said(path)
    return said if said in (DEFLATE, *OTHERS) and not _is_plain(head) else None


def _said(path: Path) -> str | None:
    try:
        headers = Sidecar.model_validate_json(sidecar_of(path).read_bytes()).response_headers
    except (OSError, ValidationError):
        return None
    return next((each.strip().lower() for name, each in headers.items() if name.lower() == "content-encoding"), None)


def _is_plain(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.startswith(_PLAIN_HEADS)
    return True


@contextmanager
def unwrapped(path: Path) -> Iterator[Path]:
    """A path whose bytes are the file's own, for as long as the context lasts. Raises CannotUnwrap."""
    if coding_of(path) is None:
        yield path
        return
    with unwrap(path) as plain:
        yield place_of(plain)


def unwrap(path: Path) -> IO[bytes]:
    """The unwrapped bytes, in a file without a name that is gone once it is closed. Raises CannotUnwrap."""
    coding = coding_of(path)
    if coding in OTHERS:
        raise CannotUnwrap(
            f"The source sends the file compressed as {coding} although it was asked not to, and only gzip and deflate "
            "are unpacked. Ask the supplier for an address that sends the file as it is."
        )
    plain = nameless()
    try:
        with path.open("rb") as packed:
            for block in _blocks(packed, _deflated(packed) if coding == DEFLATE else _gzipped):
                if plain.tell() + len(block) > MOST_BYTES:
                    raise Bomb(
                        f"The file is compressed and unpacks to more than {in_words(MOST_BYTES)}, which no price list "
                        "does. Ask the supplier for it as it is."
                    )
                plain.write(block)
        plain.flush()
    except BaseException:
        plain.close()
        raise
    return plain


def place_of(plain: IO[bytes]) -> Path:
    return Path(f"/proc/self/fd/{plain.fileno()}" if sys.platform == "linux" else f"/dev/fd/{plain.fileno()}")


def nameless() -> IO[bytes]:
    """In memory where that can be had: a container's folder for temporary files is small, and memory too."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("unwrapped"), "w+b")
    return TemporaryFile()


def _gzipped() -> zlib._Decompress:
    return zlib.decompressobj(wbits=31)


def _deflated(packed: IO[bytes]) -> Callable[[], zlib._Decompress]:
    """What servers call deflate comes with the head of zlib, as the standard says, or without."""
    head = packed.read(2)
    packed.seek(0)
    with_head = len(head) == 2 and head[0] & 0x0F == 8 and int.from_bytes(head, "big") % 31 == 0
    return lambda: zlib.decompressobj(wbits=15 if with_head else -15)


def _blocks(packed: IO[bytes], begin: Callable[[], zlib._Decompress]) -> Iterator[bytes]:
    """Unpacked a megabyte at a time, whatever the file claims; members that follow one another are joined."""
    member, rest = begin(), packed.read(_BLOCK)
    try:
        while rest:
            yield member.decompress(rest, _BLOCK)
            rest = member.unconsumed_tail or (b"" if member.eof else packed.read(_BLOCK))
            if member.eof:
                rest = member.unused_data or packed.read(_BLOCK)
                if not rest.startswith(GZIP):  # padding after the last member
                    return
                member = begin()
        yield member.flush()
    except zlib.error as error:
        raise CannotUnwrap(
            f"The file is compressed and damaged ({error}). Ask the supplier to send it again."
        ) from error
    if not member.eof:
        raise CannotUnwrap("The file is compressed and ends early: it was cut. Ask the supplier to send it again.")
