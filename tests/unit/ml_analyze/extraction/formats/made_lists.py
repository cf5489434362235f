"""Made-up price lists in several languages, for tests that write one list in many ways."""

from __future__ import annotations

import random
from dataclasses import dataclass

_HEADS = {
    "en": ("Code", "Name", "Price", "Stock"),
    "de": ("Artikelnummer", "Bezeichnung", "Preis", "Bestand"),
    "fr": ("Référence", "Désignation", "Prix", "Stock"),
    "pl": ("Indeks", "Nazwa", "Cena", "Stan"),
    "ru": ("Артикул", "Наименование", "Цена", "Остаток"),
}
_WORDS = {
    "en": ("hex bolt", "ball valve", "pipe clamp", "cable tie", "wing nut", "drill bit"),
    "de": ("Sägeblatt", "Kugelhahn", "Rohrschelle", "Kabelbinder", "Flügelmutter", "Dübel"),
    "fr": ("vis à tête", "vanne à bille", "collier serré", "écrou", "mèche", "tuyau souple"),
    "pl": ("śruba", "zawór kulowy", "obejma rury", "nakrętka", "wiertło", "wąż gumowy"),
    "ru": ("болт", "шаровой кран", "хомут трубный", "гайка", "сверло", "шланг"),
}


@dataclass(frozen=True)
class MadeList:
    """``head`` and ``rows`` in one column order; ``items`` are (code, name, price) as they should come out."""

    head: list[str]
    rows: list[list[str]]
    items: list[tuple[str, str, str]]


def made_list(seed: int, *, languages: str = "en de fr pl ru", comma: bool = False, extra: str = "") -> MadeList:
    """A list of 8-40 items. ``comma``: names hold one; ``extra`` ends every third name."""
    chance = random.Random(seed)
    language = chance.choice(languages.split())
    order = [0, 1, 2, 3]
    chance.shuffle(order)
    rows, items = [], []
    for number in range(chance.randint(8, 40)):
        first, second = chance.sample(_WORDS[language], 2)
        name = f"{first}{', ' if comma else ' '}{second} M{number + 3}" + (extra if number % 3 == 1 else "")
        cells = [f"K-{1000 + 7 * number}", name, f"{chance.randint(1, 400)}.{chance.randint(10, 99)}", str(number % 9)]
        rows.append([cells[at] for at in order])
        items.append((cells[0], cells[1], cells[2]))
    return MadeList([_HEADS[language][at] for at in order], rows, items)
