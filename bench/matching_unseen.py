"""Trades that judge only: nothing was fitted to them, and no rule was made by looking at their wrong links.

Tyres, cosmetics in shades, stationery, fittings for water and licences of software, in English; their traits are what
siblings of one number differ in: *with display*, *refurbished*, *winter*, *pro*. ``python -m bench.matching_unseen``
prints what is linked alone without a review in lists of each, right and wrong.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from bench.matching_data import answer, write_snapshot
from bench.matching_synthetic import Thing, Tongue, World
from bench.matching_trades import Trade, trade

# Of the rows of a list the share with a product, a draw each.
_KNOWN = (0.4, 0.7, 0.9, 0.5)
_SEED = 600_000


class Unseen(Trade):
    """Things whose siblings share a number more or less often (``shared_number``)."""

    named: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    shared_number = 0.3
    ways: tuple[str, ...] = ("trait", "trait", "line", "code")

    def __init__(self, rng: random.Random, tongue: Tongue) -> None:
        super().__init__(rng, tongue)
        tongue.kinds, tongue.traits = ([text.split("/") for text in table] for table in (self.named, self.told))
        self.traits_of = tuple(range(len(self.told)))
        self.shared_number = rng.choice([0.0, self.shared_number, 2 * self.shared_number])

    def sibling(self, one: Thing) -> Thing:
        other = super().sibling(one)
        if self.rng.random() < self.shared_number:
            other.code = one.code
        return other


class Tyres(Unseen):
    named = ("car tyre/tyre", "van tyre/tyre", "motorcycle tyre/tyre", "truck tyre/tyre", "wheel rim/rim")
    told = ("winter", "all season/4 seasons", "studded", "run flat/rft", "reinforced/xl", "retreaded", "eco", "sport")
    coded_share, colour_share, family, mark_varies = 0.6, 0.0, 5.0, 0.8

    def marks(self) -> list[str]:
        rng = self.rng
        wide, high, rim = (
            rng.choice([165, 175, 195, 205, 225, 245]),
            rng.choice([40, 45, 55, 65, 70]),
            rng.randint(13, 20),
        )
        speed = f"{rng.randint(75, 104)}{rng.choice('HTVWY')}".lower()
        return [f"{wide}-{high} r{rim}/{wide} {high} r{rim}/{wide}-{high}r{rim}", speed]


class Cosmetics(Unseen):
    named = (
        "lipstick/lip stick", "foundation/make-up", "mascara", "nail polish/nail varnish", "eye shadow/eyeshadow",
        "blush", "day cream/face cream", "hair colour/hair dye", "perfume/eau de parfum", "shampoo",
    )  # fmt: skip
    told = (
        "matte", "waterproof/wp", "long lasting", "refill", "travel size", "with brush", "vegan", "sensitive",
        "intense", "tester", "limited edition",
    )  # fmt: skip
    coded_share, colour_share, family, mark_varies, measured = 0.6, 0.0, 6.0, 0.8, ("volume",)

    def marks(self) -> list[str]:
        rng = self.rng
        first = ["rose", "nude", "coral", "cherry", "sand", "ivory", "honey", "plum", "berry", "cocoa", "pearl"]
        number = rng.randint(1, 60)
        return [
            f"no {number}/{number}/nr. {number}",
            f"{rng.choice(first)} {rng.choice(['', 'glow', 'kiss', 'dream'])}",
        ]


class Stationery(Unseen):
    named = (
        "ballpoint pen/biro", "fountain pen", "notebook/exercise book", "copy paper/printer paper", "binder",
        "highlighter/text marker", "stapler", "pocket calculator/calculator", "label maker", "shredder/paper shredder",
    )  # fmt: skip
    told = (
        "refillable", "with clip", "with eraser", "lined/ruled", "squared", "recycled", "retractable", "with display",
        "pro", "for left-handers", "with stand", "mini", "gift box",
    )  # fmt: skip
    coded_share, colour_share, family, mark_varies, pack_share = 0.85, 0.8, 3.0, 0.5, 0.3
    ways = ("trait", "trait", "colour", "pack", "code")

    def marks(self) -> list[str]:
        rng = self.rng
        return [
            rng.choice(["a3", "a4", "a5", "a6", "b5"]),
            rng.choice(["0.5 mm/0,5mm", "0.7 mm/0,7mm", "80 gsm/80g", ""]),
        ]


class Fittings(Unseen):
    named = (
        "basin mixer/basin tap", "kitchen mixer/kitchen tap", "ball valve", "shower head/hand shower",
        "circulation pump/pump", "water heater/boiler", "thermostat", "pressure reducer", "siphon/trap",
        "radiator valve",
    )  # fmt: skip
    told = (
        "with display", "with waste", "with lever", "low pressure", "wireless/radio", "refurbished", "with timer",
        "pro", "brushed", "angled", "long", "without cable", "self priming", "premium",
    )  # fmt: skip
    coded_share, colour_share, family, mark_varies, measured = 0.9, 0.2, 3.0, 0.4, ("power",)
    ways = ("trait", "trait", "code", "measure")

    def marks(self) -> list[str]:
        wide = self.rng.choice([10, 15, 20, 25, 32, 40])
        return [f"dn{wide}/dn {wide}"]


class Licences(Unseen):
    named = (
        "antivirus/internet security",
        "office suite",
        "cad software/cad",
        "accounting software",
        "photo editor",
        "server",
    )
    told = (
        "renewal", "academic/edu", "upgrade/upg", "with media", "with support", "cloud", "government", "maintenance",
        "add-on", "open licence", "esd/download", "trial", "pro/professional", "home", "enterprise",
    )  # fmt: skip
    coded_share, colour_share, family, mark_varies = 0.7, 0.0, 4.0, 0.8

    def marks(self) -> list[str]:
        rng = self.rng
        users, years = rng.choice([1, 3, 5, 10, 25]), rng.choice([1, 2, 3])
        return [
            f"{users} user/{users} users/{users}u",
            f"{years} year/{years}y/{12 * years} months",
            f"{rng.randint(2015, 2025)}",
        ]


UNSEEN: dict[str, type[Trade]] = {
    "tyres": Tyres,
    "cosmetics": Cosmetics,
    "stationery": Stationery,
    "fittings": Fittings,
    "licences": Licences,
}


def made(name: str, draw: int) -> World:
    """A catalogue of 2,500 products and a list of 700 rows."""
    known = _KNOWN[draw % len(_KNOWN)]
    return trade(
        name,
        _SEED + draw,
        products=2500,
        items=700,
        known=known,
        languages=("en", "en"),
        distinct=True,
        kind=UNSEEN[name],
    )


def alone(world: World) -> tuple[int, int]:
    """How many rows are linked alone without a review, rightly and wrongly."""
    with tempfile.TemporaryDirectory() as folder:
        snapshot = write_snapshot(Path(folder) / "catalogue.ndjson", world.products)
        found, _ = answer(snapshot, world.items, Path(folder) / "cache")
    linked = [item for item, status in found.status.items() if status == "auto_matched"]
    right = sum(found.first(item)[0] in world.truth.get(item, ()) for item in linked)
    return right, len(linked) - right


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=4)
    given = parser.parse_args()
    for name in UNSEEN:
        told = [alone(made(name, draw)) for draw in range(given.draws)]
        print(f"{name:<12}" + "  ".join(f"{right:>4}/{wrong:<3}" for right, wrong in told), flush=True)


if __name__ == "__main__":
    main()
