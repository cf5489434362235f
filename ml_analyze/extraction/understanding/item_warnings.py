"""Why an item was taken without a price, or with an odd one: one warning an item, each counted once."""

from __future__ import annotations

import re

from .price_cells import Price

# as the spreadsheets of many languages say it: #REF!, #ЗНАЧ!, #Н/Д, #¡VALOR!, #DĚLENÍ_NULOU!
_ERROR_CELL = re.compile(r"#[¡¿]?[^\W\d_]{1,20}[/!?_]?[^\W_]{0,20}(?:_[^\W_]{1,20})?[!?]?")
FORMULA = "formula"


def warning_of(price: Price, *, text: str, fault: str | None) -> dict[str, str] | None:
    """``text``: the price's cell as it stands; ``fault``: what the format's reader says of a cell without a value."""
    value = price.value
    if value is None:
        if fault or _ERROR_CELL.fullmatch(text):
            return {"code": "PRICE_ERROR_CELL", "value": fault or text}
        if not text or price.missing:
            return {"code": "PRICE_MISSING"} | ({"value": text} if text else {})
        return {"code": "PRICE_UNREADABLE", "value": text[:100]}
    if value[0] == "-":
        return {"code": "PRICE_NEGATIVE", "value": text[:100]}
    return {"code": "PRICE_ZERO"} if is_zero(value) else None


def is_zero(value: str) -> bool:
    return value[0] == "0" and not value.strip("0.")
