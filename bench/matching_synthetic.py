"""Catalogues and supplier files that nobody owns: made up, in several scripts, with a truth to measure against.

A world has a catalogue, rows of one supplier and the pairs that belong together. Products come in
families (same brand and line, other code, size, colour or pack), because telling siblings apart is
what matching is about; the supplier and the catalogue each write in a style of their own (order of
words, synonyms, units, how codes are spelled, what is left out), and many rows have no product.
The words are invented; only units, colours and counting words are real.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_LATIN_SYLLABLES = (
    "ba be bi bo ca ce co da de di do fa fe fo ga go ha he ka ke ki la le li lo ma me mi mo na ne no pa pe po ra re ri "
    "ro sa se si so ta te ti to va ve vi wa za zo st ler ton ner mar kel tor sen lin per dor gan fix max tec"
)
_LATIN = _LATIN_SYLLABLES.split()
_CYRILLIC_SYLLABLES = (
    "ба бе би бо ва ве ви га го да де до жа зо ка ке ки ла ле ли ма ме ми мо на не но па пе по ра ре ри ро са се "
    "си со та те ти то фа хо ца ча ша щик ник тор мет кол лин пер дор ган"
)
_CYRILLIC = _CYRILLIC_SYLLABLES.split()
_CJK = list("电视机相冰箱洗衣空调手表灯泡水杯茶叶咖啡纸巾油米面盐糖刀锅线板金木布皮鞋帽包笔书车轮钢铁铜银玻璃塑料石")
_COLOURS = {
    "en": {
        "black": "black blk",
        "white": "white wht",
        "silver": "silver slv",
        "red": "red",
        "blue": "blue",
        "grey": "gray grey",
        "green": "green",
        "brown": "brown",
        "steel": "stainless",
    },
    "de": {
        "black": "schwarz",
        "white": "weiß",
        "silver": "silber",
        "red": "rot",
        "blue": "blau",
        "grey": "grau",
        "green": "grün",
        "brown": "braun",
        "steel": "edelstahl",
    },
    "es": {
        "black": "negro",
        "white": "blanco",
        "silver": "plata",
        "red": "rojo",
        "blue": "azul",
        "grey": "gris",
        "green": "verde",
        "brown": "marrón",
        "steel": "inox",
    },
    "fr": {
        "black": "noir",
        "white": "blanc",
        "silver": "argent",
        "red": "rouge",
        "blue": "bleu",
        "grey": "gris",
        "green": "vert",
        "brown": "marron",
        "steel": "inox",
    },
    "ru": {
        "black": "черный чёрный",
        "white": "белый",
        "silver": "серебро",
        "red": "красный",
        "blue": "синий",
        "grey": "серый",
        "green": "зеленый",
        "brown": "коричневый",
        "steel": "нерж",
    },
    "pl": {
        "black": "czarny",
        "white": "biały",
        "silver": "srebrny",
        "red": "czerwony",
        "blue": "niebieski",
        "grey": "szary",
        "green": "zielony",
        "brown": "brązowy",
        "steel": "inox",
    },
    "zh": {},
}
_UNITS = {
    "storage": [("gb", 1), ("tb", 1000)],
    "volume": [("ml", 1), ("l", 1000), ("cl", 10)],
    "mass": [("g", 1), ("kg", 1000)],
    "length": [("mm", 1), ("cm", 10), ("m", 1000)],
    "power": [("w", 1), ("kw", 1000)],
    "voltage": [("v", 1)],
    "inch": [("inch", 1), ('"', 1)],
    "charge": [("mah", 1), ("ah", 1000)],
    "pixels": [("megapixel", 1), ("mp", 1)],
}
_CYRILLIC_UNITS = {
    "gb": "гб",
    "tb": "тб",
    "ml": "мл",
    "l": "л",
    "g": "г",
    "kg": "кг",
    "mm": "мм",
    "cm": "см",
    "m": "м",
    "w": "вт",
    "kw": "квт",
    "v": "в",
    "mah": "мач",
    "ah": "ач",
}
_SIZES = {
    "storage": [64, 128, 250, 256, 500, 512, 1000, 2000, 4000],
    "volume": [100, 200, 250, 330, 500, 700, 750, 1000, 1500, 2000, 5000],
    "mass": [50, 80, 100, 200, 250, 400, 500, 900, 1000, 2000, 2500, 5000],
    "length": [5, 8, 10, 12, 16, 20, 25, 40, 60, 100, 200, 500, 1000, 2000],
    "power": [5, 7, 9, 10, 15, 40, 60, 100, 500, 700, 1000, 1500, 2000],
    "voltage": [6, 12, 14, 18, 24, 110, 220, 230],
    "inch": [7, 10, 13, 15, 17, 19, 22, 24, 26, 32, 37, 40, 42, 46, 50, 52],
    "charge": [500, 1000, 2000, 5000, 10000],
    "pixels": [5, 6, 7, 8, 10, 12, 14],
}
_COUNT_WORDS = {
    "en": ["pcs", "pack", "ct"],
    "de": ["stk", "st", "stück"],
    "es": ["uds", "unidades"],
    "fr": ["pieces", "pcs"],
    "ru": ["шт", "штук"],
    "pl": ["szt", "sztuk"],
    "zh": ["pcs"],
}
_NOISE = ["new", "oem", "promo", "retail", "*", "nr.", "art", "top", "sale", "orig.", "eu", "bulk", "-"]


@dataclass
class Thing:
    """What a product is, whoever writes about it."""

    brand: str
    line: str
    kind: int
    traits: list[int]
    code: str
    measures: list[tuple[str, float]]
    colour: str
    pack: int
    price: float
    barcode: str
    #: what both sides write as it is, with its spellings between slashes: ``m8x40/m8 x 40``, ``xl``, ``2007``
    marks: list[str] = field(default_factory=list)
    #: words before the whole, of something that belongs to the thing: "charger for"
    prefix: str = ""


@dataclass
class World:
    products: list[dict[str, Any]]
    items: list[dict[str, Any]]
    truth: dict[str, set[str]] = field(default_factory=dict)
    language: str = "en"

    def lines(self) -> list[dict[str, Any]]:
        return [{"kind": "product", **product} for product in self.products]


class Tongue:
    """A language: invented words with synonyms, real units and colours."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self.rng, self.language = rng, language
        self.syllables = {"ru": _CYRILLIC, "zh": _CJK}.get(language, _LATIN)
        self.kinds = [
            [self.word(1, 3, compound=True) for _ in range(rng.choice([1, 1, 2, 3]))]
            for _ in range(rng.randint(15, 90))
        ]
        self.traits = [[self.word(1, 3) for _ in range(rng.choice([1, 1, 1, 2]))] for _ in range(rng.randint(40, 250))]
        self.filler = [self.word(1, 3) for _ in range(200)]

    def word(self, least: int, most: int, *, compound: bool = False, latin: bool = False) -> str:
        rng = self.rng
        syllables = _LATIN if latin else self.syllables
        text = "".join(rng.choice(syllables) for _ in range(rng.randint(least, most) + 1))
        return text + (" " + self.word(1, 2) if compound and rng.random() < 0.35 else "")

    def unit(self, unit: str) -> str:
        return _CYRILLIC_UNITS.get(unit, unit) if self.language == "ru" else unit


def trade_number(rng: random.Random) -> str:
    """A GTIN-13 with a right check digit."""
    body = "4" + "".join(rng.choice("0123456789") for _ in range(11))
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body)))
    return body + str(-total % 10)


class Maker:
    """Families of things in one tongue."""

    def __init__(self, rng: random.Random, tongue: Tongue) -> None:
        self.rng, self.tongue = rng, tongue
        self.brands = [
            tongue.word(1, 2, latin=tongue.language == "zh" or rng.random() < 0.7) for _ in range(rng.randint(8, 120))
        ]
        self.coded = rng.random() < 0.75
        self.dimensions = rng.sample(sorted(_UNITS), rng.randint(1, 4))
        self.packed = rng.random() < 0.4
        self.coloured = rng.random() < 0.6
        self.vary = [
            v
            for v, on in (
                ("code", self.coded),
                ("measure", True),
                ("colour", self.coloured),
                ("pack", self.packed),
                ("trait", True),
                ("line", True),
            )
            if on
        ]
        self.prefixes = [
            "".join(rng.choice("abcdefghklmnprstvwxz") for _ in range(rng.randint(1, 4))) for _ in range(60)
        ]

    def code(self) -> str:
        rng = self.rng
        digits = "".join(rng.choice("0123456789") for _ in range(rng.randint(2, 5)))
        shape = rng.random()
        if shape < 0.12:
            return digits + "".join(rng.choice("0123456789") for _ in range(3))
        tail = "".join(rng.choice("abcdeghklnrstwxz") for _ in range(rng.choice([0, 0, 0, 1, 1, 2])))
        middle = rng.choice(["", "-", "-"])
        extra = rng.choice(["", "", "", "-" + str(rng.randint(1, 99)), "/" + rng.choice("abkw")])
        return rng.choice(self.prefixes) + middle + digits + tail + extra

    def thing(self) -> Thing:
        rng, tongue = self.rng, self.tongue
        kind = min(int(rng.expovariate(1) * len(tongue.kinds) / 3), len(tongue.kinds) - 1)
        measures = [
            (d, float(rng.choice(_SIZES[d])))
            for d in rng.sample(self.dimensions, rng.randint(0, min(2, len(self.dimensions))))
        ]
        colours = sorted(_COLOURS[tongue.language]) or [""]
        return Thing(
            brand=self.brands[min(int(rng.expovariate(1) * len(self.brands) / 3), len(self.brands) - 1)],
            line=tongue.word(1, 2, latin=True) if rng.random() < 0.5 else "",
            kind=kind,
            traits=[
                min(int(rng.expovariate(1) * len(tongue.traits) / 3), len(tongue.traits) - 1)
                for _ in range(rng.randint(0, 4))
            ],
            code=self.code() if self.coded and rng.random() < 0.92 else "",
            measures=measures,
            colour=rng.choice(colours) if self.coloured and rng.random() < 0.6 else "",
            pack=rng.choice([2, 3, 4, 6, 8, 10, 12, 24]) if self.packed and rng.random() < 0.35 else 1,
            price=round(10 ** rng.uniform(0.2, 3.2), 2),
            barcode=trade_number(rng),
        )

    def sibling(self, one: Thing) -> Thing:
        rng = self.rng
        other = Thing(
            **{
                **one.__dict__,
                "barcode": trade_number(rng),
                "traits": list(one.traits),
                "measures": list(one.measures),
                "marks": list(one.marks),
            }
        )
        way = rng.choice(self.vary)
        if way == "measure" and other.measures:
            at = rng.randrange(len(other.measures))
            dimension, value = other.measures[at]
            other.measures[at] = (dimension, float(rng.choice([s for s in _SIZES[dimension] if s != value])))
            other.price = round(one.price * rng.uniform(0.5, 2), 2)
        elif way == "colour" and one.colour:
            other.colour = rng.choice(sorted(_COLOURS[self.tongue.language]) or [""])
        elif way == "pack":
            other.pack = rng.choice([p for p in (1, 2, 4, 6, 12, 24) if p != one.pack])
            other.price = round(one.price * other.pack / one.pack, 2)
        elif way == "trait":
            other.traits.append(rng.randrange(len(self.tongue.traits)))
            other.price = round(one.price * rng.uniform(0.8, 1.3), 2)
        elif way == "line":
            other.line = self.tongue.word(1, 2, latin=True)
        if one.code and (way != "colour" or rng.random() < 0.5):
            other.code = self.near_code(one.code) if rng.random() < 0.8 else self.code()
            other.price = round(one.price * rng.uniform(0.7, 1.5), 2)
        return other

    def near_code(self, code: str) -> str:
        rng = self.rng
        places = [i for i, c in enumerate(code) if c.isdigit()]
        if rng.random() < 0.25:
            return code + rng.choice("abkswx")
        at = rng.choice(places)
        return code[:at] + rng.choice("0123456789") + code[at + 1 :]


class Style:
    """How one side writes."""

    def __init__(self, rng: random.Random, tongue: Tongue, *, supplier: bool, brands: Sequence[str] = ()) -> None:
        self.rng, self.tongue = rng, tongue
        self.order = ["brand", "line", "traits", "kind", "code", "marks", "measures", "colour", "pack"]
        if rng.random() < 0.5:
            rng.shuffle(self.order)
        self.keep = {part: rng.choice([1.0, 1.0, 0.95, 0.7]) for part in self.order}
        self.keep["line"], self.keep["traits"] = rng.choice([1.0, 0.9, 0.6]), rng.choice([1.0, 0.8, 0.4])
        self.keep["colour"] = rng.choice([1.0, 0.8, 0.4])
        self.keep["marks"] = rng.choice([1.0, 0.95, 0.8])
        self.keep["measures"] = rng.choice([1.0, 1.0, 0.8])
        self.code_in_name = rng.choice([1.0, 1.0, 0.95, 0.8, 0.3])
        self.code_in_sku = rng.choice([0.0, 0.0, 1.0]) if not supplier else rng.choice([0.0, 0.0, 0.6, 1.0])
        self.code_in_text = rng.choice([0.0, 0.3, 0.9])
        self.code_sign = rng.choice(["keep", "keep", "drop", "space", "mixed"])
        self.code_tail = rng.choice([0.0, 0.0, 0.1, 0.3])
        self.code_off = rng.choice([0.0, 0.0, 0.02, 0.05])
        self.spaced = rng.random() < 0.5
        self.synonym = rng.choice([0.0, 0.2, 0.6])
        self.drop = rng.choice([0.0, 0.0, 0.03, 0.1])
        self.typo = rng.choice([0.0, 0.0, 0.01, 0.04])
        self.short = rng.choice([0.0, 0.0, 0.0, 0.15]) if supplier else 0.0
        self.noise = rng.choice([0.0, 0.1, 0.4]) if supplier else rng.choice([0.0, 0.0, 0.1])
        self.limit = rng.choice([0, 0, 0, 60, 40])
        self.upper = rng.random() < 0.25
        self.brand_field = rng.choice([0.0, 0.0, 1.0, 0.7])
        self.barcode = rng.choice([0.0, 0.0, 0.0, 0.6, 1.0])
        self.barcode_off = rng.choice([0.0, 0.0, 0.01, 0.03])
        self.described = rng.choice([0.0, 0.5, 0.9, 1.0])
        self.wordy = rng.choice([4, 10, 30])
        self.repeats_name = rng.random() < 0.4
        self.priced = rng.choice([0.0, 0.5, 0.5, 1.0, 1.0])
        self.level, self.spread = rng.choice([1.0, 0.8, 0.6, 1.15]), rng.choice([0.0, 0.05, 0.15, 0.35])
        self.categorised = rng.choice([0.0, 0.0, 1.0])
        self.numbering = rng.choice([0, 1, 1, 1000, 1000, 100000])
        self.maker_column = rng.choice([0.0, 0.0, 0.0, 0.9]) if supplier else 0.0
        # Some brands are called by their owner's name: both sides are right.
        self.renamed = {
            b: tongue.word(1, 2, latin=True) for b in brands if rng.random() < rng.choice([0.0, 0.05, 0.15])
        }

    def product(self, thing: Thing, number: int) -> dict[str, Any]:
        rng = self.rng
        name = self.name(thing)
        row: dict[str, Any] = {"id": str(number), "name": name}
        if rng.random() < self.brand_field:
            row["brand"] = self.renamed.get(thing.brand, thing.brand)
        if thing.code and rng.random() < self.code_in_sku:
            row["sku"] = self.code(thing.code)
        elif self.numbering:
            row["sku"] = str(self.numbering + number)
        if thing.code and rng.random() < self.maker_column:
            row["characteristics"] = {"mpn": thing.code}
        if rng.random() < self.barcode:
            row["barcode"] = thing.barcode if rng.random() >= self.barcode_off else trade_number(rng)
        if rng.random() < self.priced:
            row["price"] = f"{thing.price * self.level * rng.lognormvariate(0, self.spread):.2f}"
        if rng.random() < self.described:
            row["description"] = self.description(thing, name)
        if rng.random() < self.categorised:
            row["category"] = self.tongue.kinds[thing.kind][0]
        return row

    def name(self, thing: Thing) -> str:
        rng, parts = self.rng, []
        for part in self.order:
            if part == "code":
                if thing.code and rng.random() < self.code_in_name:
                    parts.append(self.code(thing.code))
            elif rng.random() < self.keep[part] or part == "kind":
                parts.extend(self.part(thing, part))
        words = " ".join(parts).split()
        words = [w for w in words if len(words) < 3 or rng.random() >= self.drop] or words
        words = [self.worn(w) for w in words]
        if rng.random() < self.noise:
            words.insert(rng.randint(0, len(words)), rng.choice(_NOISE))
        text = " ".join(words)
        text = f"{thing.prefix} {text}".strip()
        if self.limit:
            text = text[: self.limit].rstrip()
        return text.upper() if self.upper else text

    def part(self, thing: Thing, part: str) -> list[str]:
        if part == "brand":
            return [thing.brand]
        if part == "line":
            return [thing.line] if thing.line else []
        if part == "kind":
            return [self.pick(self.tongue.kinds[thing.kind])]
        if part == "traits":
            return [self.pick(self.tongue.traits[t]) for t in thing.traits]
        if part == "marks":
            return [self.rng.choice(mark.split("/")) for mark in thing.marks if self.rng.random() < self.keep["marks"]]
        if part == "measures":
            return [
                self.measure(d, v, thing.pack if i == 0 and "pack" in self.order else 1)
                for i, (d, v) in enumerate(thing.measures)
            ]
        if part == "colour":
            words = _COLOURS[self.tongue.language].get(thing.colour, "").split()
            return [self.rng.choice(words)] if words else []
        if thing.pack > 1 and not any(d in ("mass", "volume") for d, _ in thing.measures[:1]):
            return [f"{thing.pack}{' ' if self.spaced else ''}{self.rng.choice(_COUNT_WORDS[self.tongue.language])}"]
        return []

    def pick(self, forms: list[str]) -> str:
        return self.rng.choice(forms) if self.rng.random() < self.synonym else forms[0]

    def measure(self, dimension: str, value: float, pack: int) -> str:
        rng = self.rng
        fitting = [(u, f) for u, f in _UNITS[dimension] if 0.09 <= value / f < 10000]
        unit, factor = rng.choice(fitting) if rng.random() < 0.3 else max(fitting, key=lambda uf: uf[1])
        number = f"{value / factor:g}"
        if self.tongue.language in ("de", "ru", "es", "fr"):
            number = number.replace(".", ",")
        text = f"{number}{' ' if self.spaced else ''}{self.tongue.unit(unit)}"
        if pack > 1 and dimension in ("mass", "volume"):
            return f"{pack} x {text}" if self.spaced else f"{pack}x{text}"
        return text

    def code(self, code: str) -> str:
        rng = self.rng
        sign = rng.choice(["keep", "drop", "space"]) if self.code_sign == "mixed" else self.code_sign
        if sign == "drop":
            code = code.replace("-", "").replace("/", "")
        elif sign == "space":
            code = code.replace("-", " ")
        if rng.random() < self.code_tail:
            code += rng.choice(["b", "w", "s", "na", "eu", "/b", "-eu", "k"])
        if rng.random() < self.code_off:
            at = rng.randrange(len(code))
            code = code[:at] + rng.choice("0123456789x") + code[at + 1 :]
        return code

    def worn(self, word: str) -> str:
        rng = self.rng
        if len(word) > 4 and word.isalpha() and rng.random() < self.short:
            return word[: rng.randint(3, 4)] + rng.choice([".", ""])
        if len(word) > 3 and rng.random() < self.typo:
            at = rng.randrange(len(word) - 1)
            return (
                word[:at]
                + rng.choice([word[at + 1] + word[at], word[at + 1], word[at] * 2 + word[at + 1]])
                + word[at + 2 :]
            )
        return word

    def description(self, thing: Thing, name: str) -> str:
        rng = self.rng
        words = [name] if self.repeats_name else []
        words += [self.pick(self.tongue.kinds[thing.kind])] + [
            self.pick(self.tongue.traits[t]) for t in thing.traits if rng.random() < 0.8
        ]
        words += [self.measure(d, v, 1) for d, v in thing.measures if rng.random() < 0.7]
        # The same facts of a thing come up on both sides: its fillers are drawn from the thing, not from the side.
        facts = random.Random(thing.barcode)
        own = [facts.choice(self.tongue.filler) for _ in range(12)]
        words += [
            rng.choice(own) if rng.random() < 0.5 else rng.choice(self.tongue.filler)
            for _ in range(rng.randint(0, self.wordy))
        ]
        if rng.random() < 0.4:
            words += self.part(thing, "colour")
        if thing.code and rng.random() < self.code_in_text:
            words.insert(0, self.code(thing.code))
        return " ".join(words)


def world(seed: int, *, products: int, items: int, language: str | None = None, known: float | None = None) -> World:
    """A catalogue of ``products``, a supplier's ``items`` of which the share ``known`` has a product."""
    rng = random.Random(seed)
    language = language or rng.choice(["en", "en", "en", "de", "es", "fr", "ru", "zh"])
    tongue = Tongue(rng, language)
    maker = Maker(rng, tongue)
    known = rng.choice([1.0, 0.9, 0.7, 0.5, 0.3]) if known is None else known
    family = rng.choice([0.5, 1.0, 2.0, 5.0])
    things: list[Thing] = []
    while len(things) < products * 1.4 + items * (1 - known):
        one = maker.thing()
        things.append(one)
        for _ in range(int(rng.expovariate(1 / family))):
            things.append(maker.sibling(rng.choice([one, things[-1]])))
    rng.shuffle(things)
    ours = Style(rng, tongue, supplier=False, brands=maker.brands)
    theirs = Style(rng, tongue, supplier=True, brands=maker.brands)
    return listed(rng, things, ours, theirs, products=products, items=items, known=known)


# How a second offer of a product is told from its first.
_GRADES = ["graded", "ex display", "b-stock", "refurbished", "open box", "2. wahl", "уценка", "витрина"]


def listed(
    rng: random.Random, things: list[Thing], ours: Style, theirs: Style, *, products: int, items: int, known: float
) -> World:
    """A catalogue of the first ``products`` things, and rows of them or, the share ``1 - known``, of the others."""
    inside, outside = things[:products], things[products:]
    made = World(
        [ours.product(thing, number) for number, thing in enumerate(inside)], [], language=theirs.tongue.language
    )
    twice = rng.choice([0.0, 0.0, 0.05, 0.2])
    spare = iter(outside)
    order = rng.sample(range(len(inside)), min(len(inside), items))
    for number in range(items):
        has = rng.random() < known and number < len(order)
        other = None if has else next(spare, None)
        if not has and other is None:
            break
        rows = [theirs.product(inside[order[number]] if other is None else other, number)]
        if rng.random() < twice:
            again = theirs.product(inside[order[number]] if other is None else other, items + number)
            rows.append(again | {"name": f"{again['name']} {rng.choice(_GRADES)}"})
        for copy, row in enumerate(rows):
            row["id"] = f"i{number}" + ("b" if copy else "")
            made.items.append(row)
            made.truth[row["id"]] = {str(order[number])} if other is None else set()
    return made
