"""What others wrote (headers, names, sentences, cells), made fit to be kept and shown. Pure.

PostgreSQL takes neither NUL nor half a surrogate pair, and a line of a log no control characters.
"""

from __future__ import annotations

from typing import Any

#: characters of a sentence, a header, an address that are kept
LONGEST = 8000
_CONTROLS = (*range(9), 11, 12, *range(14, 32), 127)
_UNFIT: dict[int, str | None] = dict.fromkeys(_CONTROLS) | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def text(value: str, *, most: int = LONGEST) -> str:
    """Without control characters but tabs and line ends, half pairs replaced, at most ``most`` characters."""
    return value[:most].translate(_UNFIT)


def fit(value: Any) -> Any:
    """Every text in a value of strings, lists and dicts, also of keys; anything else stays as it is."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {fit(key): fit(each) for key, each in value.items()}
    return [fit(each) for each in value] if isinstance(value, list | tuple) else value
