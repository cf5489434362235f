"""When Python looks for cycles among what is held."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def looking_less_often(after: int = 20_000) -> Iterator[None]:
    """While objects without cycles are made by the thousand: every few rounds would go through all that is held.

    ``after`` counts objects that stay, so that what leaks is still found.
    """
    usual = gc.get_threshold()
    if usual[0]:
        gc.set_threshold(max(usual[0], after), *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
