"""Text as it is compared: one spelling for what people write in many."""

from __future__ import annotations

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_NOT_ALNUM = re.compile(r"[\W_]+")
_SIGNS = str.maketrans({"×": "x", "\u00ad": "", "™": " ", "®": " ", "©": " ", "″": '"', "”": '"', "“": '"'})


def normalize(text: str) -> str:
    """Lower case without accents, compatibility forms or line breaks; signs between words stay."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_SIGNS))
        text = "".join(c for c in text if not unicodedata.combining(c)).casefold()
    else:
        text = text.lower()
    return _SPACES.sub(" ", text).strip()


def squeeze(text: str) -> str:
    """Letters and digits alone: ``DSC-W120`` and ``dsc w120`` become ``dscw120``."""
    return _NOT_ALNUM.sub("", normalize(text))


def barcode_of(value: object) -> str:
    """A trade number without leading zeros, or an empty string when it is none.

    GTIN-8, -12, -13 and -14 with a right check digit; a number that a spreadsheet stored as a
    float (``4006381333931.0``) is read too.
    """
    digits = str(value or "").strip().removesuffix(".0").replace(" ", "").replace("-", "")
    if not (digits.isascii() and digits.isdigit() and 8 <= len(digits) <= 14):
        return ""
    total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(reversed(digits)))
    return digits.lstrip("0") if total % 10 == 0 else ""


def price_of(value: object) -> float:
    """A positive amount, or 0.0 when there is none to compare."""
    try:
        amount = float(str(value).replace(" ", "").replace(",", ".")) if value not in (None, "") else 0.0
    except ValueError:
        return 0.0
    return amount if 0 < amount < 1e12 else 0.0


def text_of(value: object) -> str:
    """A field that may be missing, a number or a list (a category's path), as one normalised text."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return normalize(" ".join(str(part) for part in value if part))
    return normalize(str(value))
