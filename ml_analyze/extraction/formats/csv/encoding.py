"""How the bytes of a text file spell letters: strictly decoded to the end, a guess only where that fails."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ml_analyze.extraction.understanding.lexicon import lexicon

from . import second_opinion
from .code_pages import double_score, single_score

_CHUNK = 1 << 20
_SAMPLE = 1 << 18
_STRAY_LINES = 4000
_MAC_ENDS = 0.3  # lines that end in CR alone were written on a Mac
#: below this score what we hold likeliest is no rival of what chardet says
_LIKELY = 0.7
_LINE_ENDS = re.compile(rb"[\r\n]+")
_SIGNED_AMOUNT = re.compile(r"[£€¥₪₴] ?\d|\d ?[£€¥₪₴]")
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_SINGLE = (
    "cp1252",
    "cp850",
    "cp852",
    "cp1251",
    "koi8-r",
    "koi8-u",
    "iso8859-5",
    "cp866",
    "cp1250",
    "iso8859-2",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "iso8859-6",
    "cp1257",
    "mac-roman",
    "mac-cyrillic",
)
_DOUBLE = ("gb18030", "cp932", "big5", "cp949", "euc-jp")
_MOJIBAKE = re.compile(
    "[ÂÃÐÑÄÅâ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u2026\u2030\u2039\u203a\u20ac\u2122]"
)


@dataclass(frozen=True)
class Encoding:
    """``errors`` is how to decode: strict, or ``stray_…`` where bytes of another code page stand in UTF-8.

    ``rival`` is a code page that is likely as well, ``damaged`` says that some bytes mean nothing.
    """

    name: str
    evidence: str
    errors: str = "strict"
    mojibake: bool = False
    rival: str | None = None
    damaged: bool = False


def _stray_in(name: str) -> Callable[[UnicodeError], tuple[str, int]]:
    """What decodes the bytes that are no UTF-8 in another code page."""

    def stray(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        return error.object[error.start : error.end].decode(name, "replace"), error.end

    return stray


for _name in _SINGLE:
    codecs.register_error(f"stray_{_name}", _stray_in(_name))


def find_encoding(path: Path) -> Encoding:
    """The encoding of a text file, with the evidence for it."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if head.startswith(mark):
            if decodes(path, name):
                return Encoding(name, "byte order mark")
            return Encoding(name, "byte order mark; damaged bytes replaced", "replace", damaged=True)
    wide = _wide(head)
    if wide and decodes(path, wide):
        return Encoding(wide, "every other byte is null")
    if decodes(path, "utf-8"):
        text = head.decode("utf-8", "ignore")
        return Encoding("utf-8", "decodes strictly to the last byte", mojibake=_is_mojibake(text))
    if (found := _utf8_with_strays(path)) is not None:
        return found
    return _guess(path, head)


def decodes(path: Path, name: str) -> bool:
    """Whether the whole file decodes strictly."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", True)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


def repair_mojibake(text: str) -> str:
    """UTF-8 that was once read as cp1252 and written again, undone; the text itself where that fails."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def _is_mojibake(text: str) -> bool:
    hits = _MOJIBAKE.findall(text)
    if len(hits) < 3:
        return False
    foreign = sum(ord(char) > 127 for char in text)
    lines = [line for line in text.splitlines() if not line.isascii()]
    repaired = sum(repair_mojibake(line) != line for line in lines)
    return 2 * len(hits) >= 0.6 * foreign and repaired >= 0.8 * len(lines)


def _wide(head: bytes) -> str | None:
    half = max(len(head) // 2, 1)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _utf8_with_strays(path: Path) -> Encoding | None:
    """UTF-8 in which some bytes are not.

    Believed when well-formed sequences outnumber the others by far, or when three lines hold nothing else, one where
    each such line would be *Ã¤* in a code page: its text is well-formed UTF-8 by chance in words, hardly in lines.
    """
    well = stray = whole = broken = misread = 0
    strays: list[bytes] = []
    letters: set[str] = set()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK) + file.readline():
            text = chunk.decode("utf-8", "surrogateescape")
            stray += len(re.findall("[\udc80-\udcff]", text))
            found = re.findall("[^\x00-\x7f\udc80-\udcff]", text)
            well += len(found)
            letters.update(found)
            for line in _LINE_ENDS.split(chunk):
                if not line.isascii():
                    good = _is_utf8(line)
                    whole, broken = whole + good, broken + (not good)
                    misread += good and _MOJIBAKE.sub("", line.decode("cp1252", "replace")).isascii()
                    if not good and len(strays) < _STRAY_LINES:
                        strays.append(line)
    least = 1 if misread == whole else 3
    if not (well >= 5 and stray * 20 <= well) and not (whole >= least and whole * 4 >= broken):
        return None
    sample = b"\n".join(strays)
    # the same language stands in the lines that are UTF-8: its letters tell the page of the others
    name = max(
        _SINGLE, key=lambda each: single_score(sample, each) + _share_of(letters, sample.decode(each, "replace"))
    )
    evidence = f"{stray} stray bytes among {well} well-formed characters, read as {name}"
    return Encoding("utf-8", evidence, f"stray_{name}")


def _share_of(letters: set[str], text: str) -> float:
    foreign = [char for char in text if ord(char) > 127]
    return sum(char in letters for char in foreign) / max(len(foreign), 1)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guess(path: Path, head: bytes) -> Encoding:
    """The code page in which the bytes above 127 make the likeliest words: by two detectors that know different things.

    Ours knows the letters of price lists and their headers, chardet the pairs of letters of languages. Where they agree
    on the text they are right 99 times of 100. Where they do not, chardet mostly is (10 to 1), unless a header is
    a word that we know; of what it says against a likely reading of ours a person is asked.
    """
    with path.open("rb") as file:
        lines = [line for line in file.read(8 << 20).splitlines() if not line.isascii()]
    sample = b"\n".join(lines[:4000])[:_SAMPLE] or head
    score, ours = _by_letters(path, head, sample)
    theirs = next((name for name in second_opinion.pages(sample) if decodes(path, name)), ours)
    if ours is None or theirs is None:
        name = ours or theirs or "cp1252"
        return Encoding(name, "likeliest letters; undefined bytes replaced", "replace", damaged=not decodes(path, name))
    if sample.decode(ours) == sample.decode(theirs):
        return Encoding(ours, f"not UTF-8; likeliest letters, as two detectors agree (score {score:.2f})")
    if _tells(head, sample, ours) > _tells(head, sample, theirs):
        return Encoding(ours, f"not UTF-8; headers or amounts of money stand there in {ours}, not in {theirs}")
    rival = ours if score >= _LIKELY else None
    return Encoding(theirs, f"not UTF-8; likeliest pairs of letters, where {ours} scores {score:.2f}", rival=rival)


def _by_letters(path: Path, head: bytes, sample: bytes) -> tuple[float, str | None]:
    """Score and name of the likeliest page by its letters; None where none decodes the whole file."""
    ranked = [(score, name) for name in _DOUBLE if (score := double_score(sample, name))]
    ranked += [(single_score(sample, name), name) for name in _SINGLE]
    mac = _MAC_ENDS if b"\r" in head and b"\n" not in head else 0.0
    ranked = [(score + _header_bonus(head, name) + mac * name.startswith("mac"), name) for score, name in ranked]
    ranked.sort(key=lambda pair: -pair[0])
    return next((pair for pair in ranked if decodes(path, pair[1])), (0.0, None))


def _tells(head: bytes, sample: bytes, name: str) -> float:
    """What no table of letters knows: headers of price lists, and signs of currencies at amounts."""
    return _header_bonus(head, name) + bool(_SIGNED_AMOUNT.search(sample.decode(name, "replace")))


def _header_bonus(head: bytes, name: str) -> float:
    """Column headers that the lexicon knows are the best evidence of all; headers of ASCII letters say nothing."""
    hits = 0
    for line in head.splitlines()[:12]:
        cells = re.split(r"[;,\t|]", line.decode(name, "replace"))
        hits += sum(
            not cell.isascii() and len(cell) < 40 and 1.0 in lexicon().roles_of(cell.strip(' "')).values()
            for cell in cells
        )
    return min(hits, 3) * 0.3
