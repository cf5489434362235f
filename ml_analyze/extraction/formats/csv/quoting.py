"""Quotes that do not keep the rules, mended line by line before the rows are parted.

A quote that opens a cell and is never closed swallows the rows below it; one inside a text ends the cell too
early; ``="00123"`` and a leading apostrophe are a spreadsheet's tricks to keep zeros.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain, islice

_LONGEST_CELL = 400  # lines
_KEPT = 100
_LONGEST_LINE = 1 << 16
_BLOCK = 256  # lines that are looked through at once


class Quoting:
    """Mends the lines of one file. ``stray`` are the lines (from 1) whose quotes were taken as signs of the text."""

    def __init__(self, delimiter: str, quote: str, *, escape: str | None = None, width: int = 0) -> None:
        self.stray: list[int] = []
        self._delimiter, self._quote, self._escape, self._width = delimiter, quote, escape, width
        edge, inside = re.escape(delimiter), re.escape(quote)
        escaped = r"\\.|" if escape else ""
        end = rf"[ ]*(?={edge}|[\r\n]*\Z)"
        # a cell in quotes by the rules; one that holds a quote not doubled; one without
        self._cells = re.compile(
            rf"""[ ]*({inside}(?:{escaped}[^{inside}]|{inside}{inside})*{inside}){end}
               | [ ]*{inside}((?:(?!{inside}[ ]*{edge}[ ]*{inside}).)*?){inside}{end}
               | ([^{edge}\r\n]*)""",
            re.VERBOSE,
        )
        before, behind = rf"(?:^|(?<={edge}))", rf"(?=[ ]*(?:{edge}|[\r\n]*\Z))"
        self._broken = re.compile(
            rf"{before}[ ]*{inside}(?:{escaped}[^{inside}]|{inside}{inside})*+{inside}(?!{behind})"
        )
        self._closes = re.compile(rf"[^{inside}]*{inside}(?:{inside}{inside})*{behind}")
        self._formula = re.compile(rf'{before}(?:="([^"\r\n]*)"|"=""([^"\r\n]*)""")(?={edge}|[\r\n]*\Z)')
        self._apostrophe = re.compile(rf"{before}'(?=[\d+=-])([^'{edge}\r\n]*)(?={edge}|[\r\n]*\Z)")

    def lines(self, source: Iterable[str]) -> Iterator[str]:
        """The lines with their quotes mended and without unseen characters; a cell over several lines stays one."""
        quote, escaped = self._quote, f"{self._escape}{self._quote}" if self._escape else ""
        waiting: deque[str] = deque()
        rest = iter(source)
        number = 0
        while waiting or (block := list(islice(rest, _BLOCK))):
            if not waiting:
                if self._is_plain("".join(block)):
                    number += len(block)
                    yield from block
                    continue
                waiting.extend(map(seen, block))
            number += 1
            line = waiting.popleft()
            if "'" in line and quote != "'":
                line = self._apostrophe.sub(r"\1", line)
            if quote not in line or len(line) > _LONGEST_LINE:
                yield line
                continue
            if '="' in line or '"=""' in line:
                line = self._formula.sub(_without_formula, line)
            odd = (line.count(quote) - (line.count(escaped) if escaped else 0)) % 2
            if not odd and not self._broken.search(line):
                yield line
            elif not odd:
                yield self._mended(line, number)
            elif not self._opens(line):
                yield self._mended(line)  # inches inside a text, which part nothing
            else:
                parts, closed = self._cell(line, waiting, rest)
                if closed:
                    yield from parts
                    number += len(parts) - 1
                else:
                    waiting.extendleft(reversed(parts[1:]))
                    yield self._mended(line, number)

    def _is_plain(self, text: str) -> bool:
        return self._quote not in text and "'" not in text and not _UNSEEN_IN.search(text)

    def _opens(self, line: str) -> bool:
        """Whether a cell of the line begins with a quote that the line does not close."""
        return any(cell.lstrip(" ").startswith(self._quote) for _, _, cell in self._cells.findall(line))

    def _cell(self, line: str, waiting: deque[str], rest: Iterator[str]) -> tuple[list[str], bool]:
        """The lines up to the one that closes the quote, and whether they are one cell and no rows of their own."""
        parts = [line]
        while len(parts) < _LONGEST_CELL:
            following = waiting.popleft() if waiting else next(map(seen, rest), None)
            if following is None:
                return parts, False
            parts.append(following)
            if following.count(self._quote) % 2:
                swallowed = self._width >= 3 and all(self._is_row(part) for part in parts)
                return parts, self._closes.match(following) is not None and not swallowed
        return parts, False

    def _is_row(self, line: str) -> bool:
        return sum(1 for _ in self._split(line)) == self._width

    def _split(self, line: str) -> Iterator[str]:
        """The cells of one line, quoted by the rules where that is needed."""
        quote, at, text = self._quote, 0, line.rstrip("\r\n")
        while at <= len(text):
            match = self._cells.match(text, at)
            assert match is not None  # its last branch matches the empty text
            if match[1] is not None:
                yield match[1]
            elif match[2] is not None:
                yield f"{quote}{match[2].replace(quote, quote * 2)}{quote}"
            else:
                yield match[3].lstrip(f"{quote} ") if match[3].lstrip(" ").startswith(quote) else match[3]
            at = match.end() + 1

    def _mended(self, line: str, number: int | None = None) -> str:
        """The line quoted by the rules; ``number`` is kept where it is doubtful which cells it has."""
        if number is not None and len(self.stray) < _KEPT:
            self.stray.append(number)
        end = line[len(line.rstrip("\r\n")) :]
        return self._delimiter.join(self._split(line)) + end


def _without_formula(match: re.Match[str]) -> str:
    return f'"{match[1] if match[1] is not None else match[2]}"'


# zero-width joiners stay: Persian and Indian words are spelled with them
_UNSEEN = dict.fromkeys(
    chain((0, 0x1A, 0xAD, 0x200B, 0x2060, 0xFEFF), range(0x200E, 0x2010), range(0x202A, 0x202F), range(0x2066, 0x206A))
)
_UNSEEN_IN = re.compile("[" + "".join(map(chr, _UNSEEN)) + "]")


def seen(line: str) -> str:
    """The line without the characters that nobody sees: NUL, Ctrl-Z, zero-width and direction marks, soft hyphens."""
    return line.translate(_UNSEEN) if _UNSEEN_IN.search(line) else line
