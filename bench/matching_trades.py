"""Catalogues of trades that differ as real ones do: ``trade("screws", seed, products=..., items=...)``.

Spare parts with their accessories, groceries with packs, fashion with sizes and colours, screws with dimensions,
drugs with strengths, software with editions, electronics, things for the home, and lists in another language
than the catalogue. The words are real (``matching_words.py``); brands, model numbers and prices are made up.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from bench.matching_synthetic import _SIZES, Maker, Style, Thing, Tongue, World, listed, trade_number
from bench.matching_words import EDITIONS, LANGUAGES, PLATFORMS, WRAPPINGS, forms


class RealTongue(Tongue):
    """One language of a trade: real kinds and traits; brands and fillers invented."""

    def __init__(self, rng: random.Random, language: str, kinds: str) -> None:
        super().__init__(rng, language)
        self.kinds = forms(kinds, language)
        self.traits = forms("traits", language)


class Trade(Maker):
    """Families of things of one trade; a subclass says what they are made of and how siblings differ."""

    kinds = "home"
    #: dimensions, chance of a model number, of a colour, of a pack; siblings a thing; what siblings differ in
    measured: tuple[str, ...] = ()
    coded_share, colour_share, pack_share, family = 0.5, 0.3, 0.0, 2.0
    ways: tuple[str, ...] = ("code", "trait")
    traits_of: Sequence[int] = tuple(range(6))

    def __init__(self, rng: random.Random, tongue: Tongue) -> None:
        super().__init__(rng, tongue)
        self.vary = list(self.ways)

    def thing(self) -> Thing:
        rng = self.rng
        return Thing(
            brand=self.brands[min(int(rng.expovariate(1) * len(self.brands) / 3), len(self.brands) - 1)],
            line=self.tongue.word(1, 2, latin=True) if rng.random() < 0.6 else "",
            kind=rng.randrange(len(self.tongue.kinds)),
            traits=rng.sample(self.traits_of, min(rng.choice([0, 1, 1, 2]), len(self.traits_of))),
            code=self.code() if rng.random() < self.coded_share else "",
            measures=[(d, float(rng.choice(_SIZES[d]))) for d in self.measured if rng.random() < 0.85],
            colour=rng.choice(["black", "white", "silver", "red", "blue", "grey"])
            if rng.random() < self.colour_share
            else "",
            pack=rng.choice([2, 4, 6, 10, 12, 20, 24]) if rng.random() < self.pack_share else 1,
            price=round(10 ** rng.uniform(0.2, 3.2), 2),
            barcode=trade_number(rng),
            marks=self.marks(),
        )

    def marks(self) -> list[str]:
        return []

    def sibling(self, one: Thing) -> Thing:
        other = super().sibling(one)
        if self.rng.random() < self.mark_varies and other.marks:
            other.marks = self.marks()
        return other

    mark_varies = 0.7

    def dress(self, ours: Style, theirs: Style) -> None:
        """Change how both sides write, where a trade has habits of its own."""

    def accessory(self, one: Thing) -> Thing:
        """Something for the thing, which names its model number and costs a part of it."""
        rng = self.rng
        words = [each for each, *_ in forms("accessories", self.tongue.language)]
        price = round(one.price * rng.uniform(0.03, 0.3), 2)
        told = {"barcode": trade_number(rng), "measures": [], "traits": [], "prefix": rng.choice(words), "price": price}
        return Thing(**{**one.__dict__, **told})


class Parts(Trade):
    """Machines and car parts; accessories and spare parts name the model number of what they fit."""

    kinds, coded_share, family = "parts", 0.97, 2.0
    measured, traits_of = ("voltage",), (5, 16, 22, 23, 24, 25, 26)

    def sibling(self, one: Thing) -> Thing:
        if self.rng.random() > 0.35:
            return super().sibling(one)
        return self.accessory(one)


class Grocery(Trade):
    kinds, coded_share, colour_share, pack_share, family = "grocery", 0.0, 0.0, 0.35, 4.0
    traits_of, ways = (0, 1, 2, 3, 4, 16, 17, 18, 19, 20, 21), ("measure", "pack", "trait", "trait")

    def thing(self) -> Thing:
        one = super().thing()
        dimension = self.rng.choice(["mass", "volume"])
        one.measures = [(dimension, float(self.rng.choice(_SIZES[dimension])))]
        one.price = round(10 ** self.rng.uniform(0, 1.3), 2)
        return one


class Fashion(Trade):
    kinds, coded_share, colour_share, family = "fashion", 0.4, 1.0, 7.0
    traits_of, ways, mark_varies = (2, 8, 9, 10, 11, 12), ("colour", "colour", "trait", "line"), 0.9

    def marks(self) -> list[str]:
        letters, numbers = ["s", "m", "l", "xl", "xxl/2xl"], ["36", "38", "40", "42", "44", "46"]
        return [self.rng.choice(self.rng.choice([letters, numbers, ["w32/32", "w34/34"]]))]

    def sibling(self, one: Thing) -> Thing:
        """Sizes and colours of a style share its number."""
        other = super().sibling(one)
        if self.rng.random() < 0.8:
            other.code = one.code
        return other


class Screws(Trade):
    kinds, coded_share, colour_share, pack_share, family = "screws", 0.15, 0.0, 0.6, 8.0
    traits_of, ways, mark_varies = (5, 6, 7, 26), ("pack", "trait", "line"), 0.85

    def marks(self) -> list[str]:
        rng = self.rng
        wide, long = rng.choice([3, 4, 5, 6, 8, 10, 12]), rng.choice([10, 12, 16, 20, 25, 30, 40, 50, 60, 80, 100])
        norm = rng.choice([912, 933, 7991, 125, 934, 571])
        thread = f"m{wide}x{long}/m{wide} x {long}/m{wide}*{long}"
        size = thread if rng.random() < 0.6 else f"{wide}x{long}/{wide},0x{long}"
        return [size, f"din {norm}/din{norm}/iso {norm + 3}"] if rng.random() < 0.7 else [size]


class Drugs(Trade):
    kinds, coded_share, colour_share, family = "drugs", 0.0, 0.0, 6.0
    traits_of, ways, mark_varies = (27, 28), ("trait", "line"), 0.9

    def marks(self) -> list[str]:
        strength = self.rng.choice(["5", "10", "20", "25", "50", "100", "200", "250", "400", "500"])
        count = self.rng.choice(["10", "20", "28", "30", "50", "60", "100"])
        return [
            f"{strength} mg/{strength}mg/0.{int(strength):03d} g",
            f"n{count}/№{count}/{count} st/{count} pcs/x{count}",
        ]

    def thing(self) -> Thing:
        one = super().thing()
        one.line = self.tongue.word(2, 3, latin=self.rng.random() < 0.5)
        return one


class Software(Trade):
    """Titles with versions, editions and platforms, each of which may be missing on either side."""

    kinds, coded_share, colour_share, family = "software", 0.05, 0.0, 3.5
    traits_of, ways, mark_varies = (0, 1, 2), ("line", "trait"), 0.95

    def __init__(self, rng: random.Random, tongue: Tongue) -> None:
        super().__init__(rng, tongue)
        self.words = [tongue.word(1, 2, latin=True) for _ in range(60)]

    def thing(self) -> Thing:
        one = super().thing()
        one.line = " ".join(self.rng.sample(self.words, self.rng.choice([1, 1, 2])))
        return one

    def marks(self) -> list[str]:
        rng = self.rng
        year = rng.randint(2001, 2012)
        number = rng.randint(1, 12)
        version = rng.choice([str(year), f"{number}/{number}.0/v{number}/version {number}", ""])
        wrapping = rng.choice(WRAPPINGS) if rng.random() < 0.5 else ""
        marks = [version, rng.choice(EDITIONS), rng.choice(PLATFORMS), wrapping]
        return [mark for mark in marks if mark and rng.random() < 0.8]


class Electronics(Trade):
    kinds, coded_share, colour_share, family = "electronics", 0.9, 0.5, 2.5
    measured, traits_of, ways = ("inch", "storage"), (13, 14, 15, 29), ("code", "colour", "measure", "trait")

    def sibling(self, one: Thing) -> Thing:
        if self.rng.random() > 0.12:
            return super().sibling(one)
        return self.accessory(one)


class Home(Trade):
    kinds, coded_share, colour_share, family = "home", 0.2, 0.8, 4.0
    traits_of, ways, mark_varies = (0, 2, 11, 12, 15), ("colour", "line", "trait"), 0.8

    def marks(self) -> list[str]:
        wide, long = self.rng.choice([40, 60, 80, 90, 120, 140, 160]), self.rng.choice([60, 80, 120, 200, 220])
        return [f"{wide}x{long} cm/{wide} x {long} cm/{wide}x{long}"]


class Titles(Software):
    """Software as two shops list it: licences and upgrades, one of them with long texts; prices that say little."""

    coded_share, family = 0.3, 2.5
    ways = ("trait", "code")

    def marks(self) -> list[str]:
        rng = self.rng
        users = rng.choice([1, 1, 1, 3, 5, 10, 25])
        licence = rng.choice(
            ["", f"{users} user/{users} users/{users}u", f"{users} pc/{users}-pc", "mini box/small box"]
        )
        released = rng.choice(
            ["", f"{rng.randint(3, 14)}.{rng.choice([0, 0, 5])}", f"v{rng.randint(2, 12)}", f"20{rng.randint(10, 25)}"]
        )
        return [mark for mark in (released, rng.choice(EDITIONS), licence, rng.choice(PLATFORMS)) if mark]

    def dress(self, ours: Style, theirs: Style) -> None:
        theirs.described, theirs.wordy, theirs.repeats_name = 1.0, 60, True
        ours.described = 0.2
        for side in (ours, theirs):
            side.barcode, side.maker_column, side.limit = 0.0, 0.0, 0
            side.keep["brand"], side.keep["marks"] = self.rng.choice([0.9, 0.6]), 0.75
            side.priced, side.spread = 0.95, 0.4


class Corner(Electronics):
    """Offers of marketplaces: long names full of other words, dense families, hardly any number of its own."""

    coded_share, colour_share, family = 0.55, 0.8, 6.0

    def dress(self, ours: Style, theirs: Style) -> None:
        for side in (ours, theirs):
            side.noise, side.code_in_sku, side.maker_column, side.numbering = 1.0, 0.0, 0.0, 1
            side.barcode, side.limit, side.spread = 0.0, 0, 0.35
            side.keep["traits"], side.keep["colour"] = 0.6, 0.6

    def thing(self) -> Thing:
        one = super().thing()
        one.line = " ".join(self.tongue.word(1, 2) for _ in range(self.rng.randint(1, 5)))
        return one


TRADES: dict[str, type[Trade]] = {
    "parts": Parts,
    "grocery": Grocery,
    "fashion": Fashion,
    "screws": Screws,
    "drugs": Drugs,
    "software": Software,
    "electronics": Electronics,
    "home": Home,
}
#: kinds that nothing was ever fitted or tuned to: they judge
UNTAUGHT: dict[str, type[Trade]] = {"titles": Titles, "corner": Corner}
MIXED = "mixed"
ALL = (*TRADES, MIXED)


def trade(
    name: str,
    seed: int,
    *,
    products: int,
    items: int,
    known: float | None = None,
    languages: tuple[str, str] | None = None,
    distinct: bool = False,
    kind: type[Trade] | None = None,
) -> World:
    """A catalogue of a trade and a supplier's list; ``mixed`` is any trade with both sides in other languages.

    ``known`` is the share of rows that have a product, ``languages`` those of the catalogue and of the list;
    ``distinct`` leaves out things that differ from another one in their price alone: nobody could tell them apart;
    ``kind`` is a trade that has no name here.
    """
    rng = random.Random(f"{name} {seed}")
    maker_of = kind or (TRADES | UNTAUGHT)[rng.choice(sorted(TRADES)) if name == MIXED else name]
    ours = rng.choice(["en", "en", "en", *LANGUAGES])
    theirs = rng.choice([each for each in LANGUAGES if each != ours]) if name == MIXED else ours
    if languages:
        ours, theirs = languages
    known = rng.choice([1.0, 0.9, 0.7, 0.5, 0.3, 0.1]) if known is None else known
    own = RealTongue(rng, ours, maker_of.kinds)
    other = own if theirs == ours else RealTongue(rng, theirs, maker_of.kinds)
    maker = maker_of(rng, own)
    things = _things(maker, rng, int(products * rng.choice([1.15, 1.4, 2.0]) + items * (1 - known)) + 1, distinct)
    styles = Style(rng, own, supplier=False, brands=maker.brands), Style(rng, other, supplier=True, brands=maker.brands)
    maker.dress(*styles)
    return listed(rng, things, *styles, products=products, items=items, known=known)


def _things(maker: Trade, rng: random.Random, wanted: int, distinct: bool) -> list[Thing]:
    """Families, in an order that parts them: siblings of what is listed may be missing in the catalogue."""
    things: list[Thing] = []
    family = maker.family * rng.choice([0.3, 1.0, 1.0, 2.0])
    while len(things) < wanted:
        one = maker.thing()
        things.append(one)
        for _ in range(int(rng.expovariate(1 / family))):
            things.append(maker.sibling(rng.choice([one, things[-1]]) if not things[-1].prefix else one))
    if distinct:
        things = list({repr(replace(thing, price=0.0, barcode="")): thing for thing in things}.values())
    rng.shuffle(things)
    return things
