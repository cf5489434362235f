"""Text as it is compared: one spelling for what people write in many."""

from __future__ import annotations

import re
import unicodedata

_NOT_ALNUM = re.compile(r"[\W_]+")
_MARKS = re.compile(
    "[" + "".join(map(chr, filter(lambda code: unicodedata.combining(chr(code)), range(0x10000)))) + "]"
)
# A letter of its own that decomposes like an accented one; without this a Russian word loses it.
_LETTERS = (("и\u0306", "й"), ("И\u0306", "Й"))
# GS1 prefixes that each shop or company fills as it likes: 02, 04 and 20-29 of an EAN-13 (so 2 and 4 of a UPC), 0 and 2
# of an EAN-8.
_OWN_USE = re.compile(r"0(?:0[24]|2\d)\d{11}|0{6}[02]\d{7}")
# "1½" is no 11⁄2, as which its compatibility form would be read.
_VULGAR = {
    sign: f" {spelled.replace(chr(0x2044), '/')} "
    for sign in map(chr, range(0x2190))
    if chr(0x2044) in (spelled := unicodedata.normalize("NFKD", sign)) and len(spelled) > 1
}
_SIGNS = str.maketrans(
    _VULGAR | {"⁄": "/", "×": "x", "ı": "i", "\u00ad": "", "™": " ", "®": " ", "©": " ", "″": '"', "”": '"', "“": '"'}
)


def normalize(text: str) -> str:
    """Lower case without accents, compatibility forms or line breaks; signs between words stay."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SIGNS))
        for parts, letter in _LETTERS:
            text = text.replace(parts, letter)
        text = _MARKS.sub("", text).casefold()
    else:
        text = text.lower()
    return " ".join(text.replace("''", '"').split())


def squeeze(text: str) -> str:
    """Letters and digits alone: ``DSC-W120`` and ``dsc w120`` become ``dscw120``."""
    return squeezed(normalize(text))


def squeezed(text: str) -> str:
    """The same of a text that is normalised."""
    return text if text.isalnum() else _NOT_ALNUM.sub("", text)


def barcode_of(value: object) -> str:
    """A trade number without leading zeros, or an empty string when it is none.

    GTIN-8, -12, -13 and -14 with a right check digit; a number that a spreadsheet stored as a
    float (``4006381333931.0``) is read too. Numbers for use within a shop (weighed goods, own labels)
    say nothing outside it and are none.
    """
    digits = str(value or "").strip().removesuffix(".0").replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14):
        return ""
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return digits.lstrip("0") if total % 10 == 0 and not _OWN_USE.fullmatch(digits.zfill(14)) else ""


def price_of(value: object) -> float:
    """A positive amount, or 0.0 when there is none to compare."""
    try:
        amount = float(str(value).replace(" ", "").replace(",", ".")) if value not in (None, "") else 0.0
    except ValueError:
        return 0.0
    return amount if 0 < amount < 1e12 else 0.0


def text_of(value: object) -> str:
    """A field that may be missing, a number or a list (a category's path), as one normalised text."""
    if isinstance(value, str):
        return normalize(value) if value else ""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return normalize(" ".join(str(part) for part in value if part))
    return normalize(str(value))
