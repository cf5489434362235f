"""Files that travelled compressed although nobody asked for it: stored as they came, unwrapped to be read."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from handoff.errors import in_words

GZIP = b"\x1f\x8b\x08"
#: what a wrapped file may unwrap to: no list needs more, and a bomb has a thousandth of it
MOST_BYTES = 256 << 20
_BLOCK = 1 << 20


class CannotUnwrap(Exception):
    """Damaged, cut, or (``is_bomb``) larger than we unwrap; one sentence."""

    is_bomb = False


class Bomb(CannotUnwrap):
    is_bomb = True


def is_wrapped(path: Path) -> bool:
    """By content: ``Content-Encoding: gzip`` leaves the same bytes as a file that was packed by hand."""
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP


@contextmanager
def unwrapped(path: Path) -> Iterator[Path]:
    """A path whose bytes are the file's own, for as long as the context lasts. Raises CannotUnwrap."""
    if not is_wrapped(path):
        yield path
        return
    with unwrap(path) as plain:
        yield place_of(plain)


def unwrap(path: Path) -> IO[bytes]:
    """The unwrapped bytes, in a file without a name that is gone once it is closed. Raises CannotUnwrap."""
    plain = nameless()
    try:
        with path.open("rb") as packed:
            for block in _blocks(packed):
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


def _blocks(packed: IO[bytes]) -> Iterator[bytes]:
    """Unpacked a megabyte at a time, whatever the file claims; members that follow one another are joined."""
    member, rest = zlib.decompressobj(wbits=31), packed.read(_BLOCK)
    try:
        while rest:
            yield member.decompress(rest, _BLOCK)
            rest = member.unconsumed_tail or (b"" if member.eof else packed.read(_BLOCK))
            if member.eof:
                rest = member.unused_data or packed.read(_BLOCK)
                if not rest.startswith(GZIP):  # padding after the last member
                    return
                member = zlib.decompressobj(wbits=31)
        yield member.flush()
    except zlib.error as error:
        raise CannotUnwrap(
            f"The file is compressed and damaged ({error}). Ask the supplier to send it again."
        ) from error
    if not member.eof:
        raise CannotUnwrap("The file is compressed and ends early: it was cut. Ask the supplier to send it again.")
