"""What a person may write into a field: texts become words as the columns hold them, or a sentence says why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from app.errors import Invalid
from app.models.catalog import ProductStatus
from app.models.corrections import Word

_CURRENCY = re.compile(r"[A-Z]{3}").fullmatch
_PACK = re.compile(r"[1-9]\d{0,8}").fullmatch
_QUANTITY = re.compile(r"\d{1,9}([.]\d{1,6})?").fullmatch
_AMOUNT = re.compile(r"\d{1,10}([.]\d{1,4})?").fullmatch
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_YES_NO = {"yes": True, "no": False}


def parse(written: Mapping[str, str], readers: Mapping[str, Callable[[str], Word]]) -> dict[str, Word]:
    """The words of the fields that were written. Raises Invalid with a sentence for each that cannot be."""
    words: dict[str, Word] = {}
    problems: dict[str, str] = {}
    for name, text in written.items():
        if name not in readers:
            problems[name] = _no_such_field()
            continue
        try:
            words[name] = readers[name](text.strip())
        except Invalid as error:
            problems[name] = str(error)
    if problems:
        raise Invalid(next(iter(problems.values())), details=problems)
    return words


def _no_such_field() -> str:
    return "This field cannot be corrected."


def _line(most: int, *, needed: bool = False) -> Callable[[str], Word]:
    def read(text: str) -> Word:
        if needed and not text:
            raise Invalid("A name is needed.")
        if len(text) > most:
            raise Invalid(f"At most {most} characters.")
        if _CONTROLS.search(text):
            raise Invalid("One line of text, without control characters.")
        return text or None

    return read


def _text(text: str) -> Word:
    if "\0" in text:
        raise Invalid("One line of text, without control characters.")
    if len(text) > 10_000:
        raise Invalid("At most 10000 characters.")
    return text or None


def _number(text: str) -> str:
    """Blanks part thousands, and either mark is the decimal one; with both the last one is."""
    digits = "".join(text.split())
    marks = [each for each in digits if each in ".,"]
    if marks:
        whole, _mark, fraction = digits.rpartition(marks[-1])
        if marks[-1] in whole:
            raise Invalid("Write the number without a separator of thousands.")
        digits = whole.replace("," if marks[-1] == "." else ".", "") + "." + fraction
    return digits


def _price(text: str) -> Word:
    if not text:
        return None
    digits = _number(text)
    if not _AMOUNT(digits):
        raise Invalid("A price is a number of up to ten digits and four decimals.")
    if not Decimal(digits):
        raise Invalid("0 is no price; leave the field empty where there is none.")
    return f"{Decimal(digits).normalize():f}"


def _currency(text: str) -> Word:
    if text and not _CURRENCY(text.upper()):
        raise Invalid("A currency has three letters, such as EUR.")
    return text.upper() or None


def _pack(text: str) -> Word:
    if text and not _PACK(text):
        raise Invalid("A pack holds a whole number of pieces.")
    return text or None


def _quantity(text: str) -> Word:
    try:
        digits = _number(text)
        if text and (not _QUANTITY(digits) or not Decimal(digits)):
            raise Invalid(text)
    except (InvalidOperation, Invalid) as error:
        raise Invalid("A number above 0, such as 100.") from error
    return digits or None


def _yes_no(text: str) -> Word:
    if text and text not in _YES_NO:
        raise Invalid("Say yes or no, or leave it open.")
    return _YES_NO.get(text)


def _status(text: str) -> Word:
    if text not in set(ProductStatus):
        raise Invalid("The status is draft, active or archived.")
    return text


ITEM: Mapping[str, Callable[[str], Word]] = {
    "name": _line(500, needed=True),
    "price": _price,
    "currency": _currency,
    "unit": _line(50),
    "pack_size": _pack,
    "price_unit": _quantity,
    "vat_included": _yes_no,
}
#: of a row that gave no item, see app/models/corrections.py
ROW: Mapping[str, Callable[[str], Word]] = {
    "sku": _line(240),
    **{name: ITEM[name] for name in ("name", "price", "currency", "unit", "pack_size")},
}
#: ``category`` is a name
PRODUCT: Mapping[str, Callable[[str], Word]] = {
    "name": _line(500, needed=True),
    "brand": _line(255),
    "barcode": _line(50),
    "category": _line(255),
    "price": _price,
    "currency": _currency,
    "description": _text,
    "status": _status,
}
