"""What chardet, which knows languages by their pairs of letters, says of bytes that are no UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator

import chardet

_PAGES = (
    *(f"cp{number}" for number in range(1250, 1258)),
    *(f"iso8859-{number}" for number in (1, 2, 5, 7, 8, 9, 13)),  # 15 is 1 but for eight signs
    *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "mac-latin2"),
    *(
        "cp437",
        "cp737",
        "cp775",
        "cp850",
        "cp852",
        "cp857",
        "cp860",
        "cp861",
        "cp862",
        "cp863",
        "cp865",
        "cp866",
        "cp1125",
    ),
    *("big5hkscs", "gb18030", "cp932", "cp949", "euc_jis_2004", "euc_kr"),
)
#: pages that hold all of another, and what such files are written with in fact
_WIDER = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "euc_kr": "cp949",
    "big5hkscs": "big5",
    "euc_jis_2004": "euc-jp",
}
_LATIN = re.compile(r"[A-Za-z]")
_OTHER = re.compile(r"[\u0370-\u06ff]")  # Greek, Cyrillic, Armenian, Hebrew, Arabic
_WORD = re.compile(r"[^\W\d_]+")
_MIXED = 0.5


def pages(sample: bytes) -> Iterator[str]:
    """Python's names of the code pages, the likeliest first; those in which words are of two scripts are left out."""
    for each in chardet.detect_all(sample, ignore_threshold=True, include_encodings=_PAGES, compat_names=False):
        name = each["encoding"]
        if name is not None and not _is_mixed(sample.decode(name, "replace")):
            yield _WIDER.get(name, name)


def _is_mixed(text: str) -> bool:
    """Whether most letters of another script stand in words with Latin ones: *Caffи*, *Tи verde*."""
    found = [(len(_OTHER.findall(word)), bool(_LATIN.search(word))) for word in _WORD.findall(text)]
    return sum(count for count, latin in found if latin) > _MIXED * sum(count for count, _ in found)
