"""What a workbook's cell styles show that its values do not: zeros, currencies, struck text, indentation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ml_analyze.extraction.grid import number_text
from ml_analyze.extraction.understanding.currency import currency_of_format

_ATTRIBUTE = re.compile(rb'(?<![\w:])([\w:]++)="([^"]*+)"')
_ENTITIES = {"&quot;": '"', "&#8364;": "€", "&#x20AC;": "€", "&lt;": "<", "&gt;": ">", "&apos;": "'", "&amp;": "&"}
# a code: zeros that are always shown, perhaps parted by strokes and led by letters; no decimals, no thousands
_PIECE = re.compile(r'"([^"]*)"|\\(.)|([0#]+)|([-/ ])')


@dataclass(frozen=True)
class Styles:
    """By the index of a cell's style: its code format, the currency it shows, whether it strikes out, its indent."""

    codes: dict[int, str] = field(default_factory=dict)
    money: dict[int, str] = field(default_factory=dict)
    struck: frozenset[int] = frozenset()
    indents: dict[int, int] = field(default_factory=dict)

    @property
    def telling(self) -> frozenset[int]:
        """Styles for whose cells one has to look."""
        return self.struck | self.codes.keys() | self.indents.keys()


def read_styles(part: bytes) -> Styles:
    """The styles of ``styles.xml``; an empty part has none."""
    patterns = _patterns(part)
    fonts = [
        b"<strike/>" in font or re.search(rb'<\w*:?strike(?: val="(?:1|true)")?/?>', font) is not None
        for font in _children(part, b"fonts", b"font")
    ]
    styles = Styles()
    struck: set[int] = set()
    for index, style in enumerate(_children(part, b"cellXfs", b"xf")):
        attributes = dict(_ATTRIBUTE.findall(style[: style.find(b">")]))
        number, font = attributes.get(b"numFmtId", b""), attributes.get(b"fontId", b"")
        pattern = patterns.get(int(number), "") if number.isdigit() else ""
        if is_code_format(pattern):
            styles.codes[index] = pattern
        elif pattern and (currency := currency_of_format(pattern)):
            styles.money[index] = currency
        if font.isdigit() and int(font) < len(fonts) and fonts[int(font)]:
            struck.add(index)
        if indent := re.search(rb'\bindent="(\d{1,2})"', style):
            styles.indents[index] = int(indent[1])
    return Styles(styles.codes, styles.money, frozenset(struck), styles.indents)


def _patterns(part: bytes) -> dict[int, str]:
    """The workbook's own formats by number; the built-in ones of money show the reader's currency, not the list's."""
    patterns: dict[int, str] = {}
    for match in re.finditer(rb"<(?:\w+:)?numFmt [^>]{0,600}>", part):
        attributes = dict(_ATTRIBUTE.findall(match[0]))
        if attributes.get(b"numFmtId", b"").isdigit():
            code = attributes.get(b"formatCode", b"").decode("utf-8", "replace")
            for entity, char in _ENTITIES.items():
                code = code.replace(entity, char)
            patterns[int(attributes[b"numFmtId"])] = code
    return patterns


def _children(part: bytes, parent: bytes, child: bytes) -> list[bytes]:
    """The elements called ``child`` in the list called ``parent``, each with what stands in it."""
    opening = re.search(rb"<(?:\w+:)?" + parent + rb"\b", part)
    if opening is None:
        return []
    inside = re.split(rb"</(?:\w+:)?" + parent + rb">", part[opening.end() :], maxsplit=1)[0]
    return re.split(rb"<(?=(?:\w+:)?" + child + rb"[ />])", inside)[1:]


def is_code_format(pattern: str) -> bool:
    """Whether a number format shows a code (00102, 12-345, ART-0007) and no amount."""
    section = pattern.partition(";")[0]
    pieces = list(_PIECE.finditer(section))
    if "".join(piece[0] for piece in pieces) != section or not pieces:
        return False
    zeros = sum(piece[3].count("0") for piece in pieces if piece[3])
    digits = [at for at, piece in enumerate(pieces) if piece[3]]
    led = any(
        (piece[1] or "").strip().isascii() and re.search(r"[A-Za-z]", piece[1] or "")
        for piece in pieces[: digits[0] if digits else 0]
    )
    return zeros >= 2 or (zeros == 1 and led and currency_of_format(pattern) is None)


def shown_code(value: float, pattern: str) -> str:
    """A whole number as its code format shows it; other numbers as they are."""
    if value < 0 or not float(value).is_integer():
        return number_text(float(value))
    digits = str(int(value))
    shown: list[str] = []
    pieces = list(_PIECE.finditer(pattern.partition(";")[0]))
    first = next(at for at, piece in enumerate(pieces) if piece[3])
    for at in range(len(pieces) - 1, -1, -1):
        piece = pieces[at]
        if not piece[3]:
            shown.append(piece[1] or piece[2] or piece[4] or "")
            continue
        size = len(piece[3])
        taken = digits if at == first else digits[-size:]
        digits = "" if at == first else digits[: len(digits) - len(taken)]
        shown.append(taken.rjust(piece[3].count("0"), "0"))
    return "".join(reversed(shown)).strip()
