"""When what a file changes looks wrong enough that a person must say yes first. Pure."""

from __future__ import annotations

from app.apply.difference import Difference
from app.apply.thresholds import Limits

#: one odd item may be a correction, three are a habit
FEW = 3

#: way -> the sentence that begins with how many of the items which the file shares with what was there
SENTENCES = {
    "price_lost": "{n} of {all} items lost their price.",
    "price_zero": "{n} of {all} items cost nothing now: a price of 0 is no price.",
    "currency_changed": "The currency of {n} of {all} items changed.",
    "currency_lost": "{n} of {all} items lost their currency.",
    "vat_changed": "For {n} of {all} items it changed whether the price includes VAT.",
    "kind_changed": "The price of {n} of {all} items is of another kind than before (net, gross, list, discounted).",
    "unit_changed": "The unit or the pack of {n} of {all} items changed.",
    "name_replaced": "{n} of {all} items have another name under the same code: the rows may have shifted.",
    "code_changed": "{n} of {all} items have another code under the same name.",
}


def reasons_to_hold(found: Difference, *, limits: Limits) -> list[str]:
    """One sentence a reason; empty says apply. A supplier with few known items is not judged here."""
    if not limits.enabled or found.known < limits.min_items:
        return []
    reasons = []
    jumps, large = found.odd.get("jump", 0), found.odd.get("large", 0)
    if found.priced and jumps >= FEW and jumps >= limits.jump_share * found.priced:
        reasons.append(
            f"{jumps:,} of {found.priced:,} prices moved by a factor of 10, 100 or 1000: "
            "the decimal mark may have been misread."
        )
    if found.priced and large > limits.changed_share * found.priced:
        reasons.append(f"{large:,} of {found.priced:,} prices changed by more than {limits.change_percent:g} %.")
    reasons += _worse(found, limits)
    if found.vanished > limits.vanished_share * found.known:
        reasons.append(f"{found.vanished:,} of {found.known:,} items are missing in the file.")
    return reasons


def _worse(found: Difference, limits: Limits) -> list[str]:
    sentences = []
    for way, sentence in SENTENCES.items():
        number = found.odd.get(way, 0)
        among = found.known if way == "code_changed" else found.met  # a changed code is a row that met nothing
        if number >= FEW and number > limits.worse_share * among:
            sentences.append(sentence.format(n=number, all=among))
    return sentences
