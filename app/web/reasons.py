"""Why ml-analyze proposes a candidate, in the reader's language.

The service says it in English and the sentences are kept with the match; one that is not known here, of a service
newer than this screen, is shown as it is.
"""

from __future__ import annotations

import re

from flask import Flask
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

_RATE = r"(?: at the list's rate of (?P<rate>[\d.e+-]+))?"
_FACTS: dict[str, LazyString] = {
    r"same barcode (?P<a>.+)": _l("same barcode %(a)s"),
    r"barcode differs: (?P<a>.+) / (?P<b>.+)": _l("barcode differs: %(a)s / %(b)s"),
    r"same SKU (?P<a>.+)": _l("same SKU %(a)s"),
    r"same model number (?P<a>.+)": _l("same model number %(a)s"),
    r"model number nearly equal: (?P<a>.+) / (?P<b>.+)": _l("model number nearly equal: %(a)s / %(b)s"),
    r"model number differs: (?P<a>.+) / (?P<b>.+)": _l("model number differs: %(a)s / %(b)s"),
    r"size differs: (?P<a>.+) / (?P<b>.+)": _l("size differs: %(a)s / %(b)s"),
    r"pack differs: (?P<a>.+) / (?P<b>.+)": _l("pack differs: %(a)s / %(b)s"),
    r"pack of (?P<a>.+) in the row only": _l("pack of %(a)s in the row only"),
    r"pack of (?P<a>.+) in the product only": _l("pack of %(a)s in the product only"),
    r"colour differs: (?P<colours>.+) / (?P<others>.+)": _l("colour differs: %(colours)s / %(others)s"),
    r"brand differs: (?P<a>.+) / (?P<b>.+)": _l("brand differs: %(a)s / %(b)s"),
    rf"same price{_RATE}": _l("same price"),
    rf"price (?P<a>[\d.]+) times as high{_RATE}": _l("price %(a)s times as high"),
    rf"price (?P<a>\d+) % lower{_RATE}": _l("price %(a)s %% lower"),
    rf"price (?P<a>\d+) % higher{_RATE}": _l("price %(a)s %% higher"),
    r"same name": _l("same name"),
    r"same size (?P<a>.+)": _l("same size %(a)s"),
    r"same pack of (?P<a>.+)": _l("same pack of %(a)s"),
    r"same brand (?P<a>.+)": _l("same brand %(a)s"),
    r"same colour (?P<colours>.+)": _l("same colour %(colours)s"),
    r"both say (?P<a>.+)": _l("both say %(a)s"),
    r"a person linked this row before": _l("a person linked this row before"),
    r"another row of this supplier fits it better": _l("another row of this supplier fits it better"),
    r"not linked on its own: too few decisions yet": _l("not linked on its own: too few decisions yet"),
}
_COLOURS = {
    "black": _l("black"),
    "white": _l("white"),
    "silver": _l("silver"),
    "grey": _l("grey"),
    "red": _l("red"),
    "blue": _l("blue"),
    "green": _l("green"),
    "yellow": _l("yellow"),
    "brown": _l("brown"),
    "pink": _l("pink"),
    "orange": _l("orange"),
    "purple": _l("purple"),
    "beige": _l("beige"),
    "gold": _l("gold"),
    "steel": _l("steel"),
    "clear": _l("clear"),
    "cyan": _l("cyan"),
}
_KNOWN = [(re.compile(pattern), sentence) for pattern, sentence in _FACTS.items()]


def reason(fact: str) -> str:
    for pattern, sentence in _KNOWN:
        if found := pattern.fullmatch(fact):
            values = {name: value for name, value in found.groupdict().items() if value is not None}
            rate = values.pop("rate", None)
            values |= {name: _colours(values[name]) for name in ("colours", "others") if name in values}
            told = str(sentence) % values
            return (
                told
                if rate is None
                else str(_l("%(price)s at the list's rate of %(rate)s"))
                % {
                    "price": told,
                    "rate": rate,
                }
            )
    return fact


def _colours(names: str) -> str:
    return ", ".join(str(_COLOURS.get(name, name)) for name in names.split(", "))


def register(app: Flask) -> None:
    app.jinja_env.filters["reason"] = reason
