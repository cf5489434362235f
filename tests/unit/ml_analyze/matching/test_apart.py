"""A model number is the thing's, its siblings' and its parts': what else the names say decides who is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.unit.ml_analyze.matching.test_wrong_links import matcher

# What follows the model number of the product, and of a row that is another thing.
SIBLINGS = [
    ("washing machine", "door seal"),
    ("Waschmaschine", "Türdichtung"),
    ("стиральная машина", "манжета люка"),
    ("pralka", "uszczelka drzwi"),
    ("machine à laver", "pompe de vidange"),
    ("digital camera", "camera battery"),
    ("digital camera", "camera Tragriemen"),
    ("kamera", "kamera çanta"),
    ("projector", "projector lamp"),
    ("projektor", "projektor pære"),
    # words of no table: nothing but the number agrees
    ("washing machine", "zubrolica"),
    ("Drucker", "whatchamacallit"),
    ("roulement de roue", "charbons pour roulement de roue"),
    ("drill", "zubrolica for drill"),
    ("drill 83", "drill 93-EU"),
    ("phone musta", "phone valkoinen"),
    ("telefon czarny", "telefon czerwony"),
    ("telefon siyah", "telefon beyaz"),
    ("telefon fekete", "telefon fehér"),
    ("τηλέφωνο μαύρο", "τηλέφωνο λευκό"),
    ("sneaker size 42", "sneaker size 44"),
    ("sneaker 42", "sneaker 42.5"),
    ("shirt L", "shirt XL"),
    ("shirt S", "shirt M"),
    ("jeans W34", "jeans 38"),
    ("boots 2XL", "boots 46"),
    ("shirt damen", "shirt herren"),
    ("рубашка женская", "рубашка мужская"),
    ("cell", "cell Doppelpack"),
    ("cell", "cell carton of 24"),
    ("cell", "cell x4"),
    ("headlight left", "headlight right"),
    ("Scheinwerfer links", "Scheinwerfer rechts"),
    ("reflektor lewy", "reflektor prawy"),
    ("фара левая", "фара правая"),
    ("licence 1 year", "licence 3 years"),
    ("лицензия 12 месяцев", "лицензия 36 месяцев"),
    ("software english", "software deutsch"),
    ("software", "software upgrade"),
    ("compact camera II", "compact camera III"),
    ("compact camera", "compact camera III"),
    ("compact camera mk2", "compact camera mk3"),
    ("compact camera 2nd generation", "compact camera 3rd generation"),
    ("console", "console with two games"),
    ("konsole", "konsole inkl. Spiel"),
    ("sanding disc K80", "sanding disc K120"),
    ("bit PH2", "bit PZ2"),
    ("lens +1.5", "lens +2.5"),
    ("paint RAL 9010", "paint RAL 7016"),
    # fractions, packs at a sentence's end, conditions, editions
    ('elbow 1 1/8"', 'elbow 1 3/8"'),
    ("elbow G½", "elbow G 3/8"),
    ('valve ¾" x ½"', 'valve 3/4" x 3/4"'),
    ('reducer 1/4" tube, thread 1/8"', 'reducer 1/4" tube, thread 3/8"'),
    ("sneaker 42", "sneaker 42 2/3"),
    ("pen", "pen, box of 12,"),
    ("toner", "Rebuilt toner"),
    ("headphones", "headphones B-stock"),
    ("disk", "disk recertified"),
    ("phone", "phone Enterprise Edition"),
    # initials, and one word for another in one wording
    ("EF lens 50 mm", "RF lens 50 mm"),
    ("GSR drill solo", "GSB drill solo"),
    ("cable NYM-J", "cable NYM-O"),
    ("Jotashield topcoat white", "Jotashield primer white"),
    ("console oled neon", "console oled white"),
]
SAME = [
    ("washing machine 8 kg", "Waschmaschine 8kg"),
    ("cordless drill 18V", "Akku-Schrauber 18 V"),
    ("compact camera III", "compact camera mk 3"),
    ("compact camera Gen 2", "compact camera 2nd generation"),
    ("shirt L", "shirt size L"),
    ("jeans W34", "jeans 34"),
    ("headlight left", "left headlight"),
    ("phone schwarz", "phone black"),
    ("licence 1 year", "licence 12 months"),
    ("camera", "camera"),
    ("camera 83", "camera 83-EU"),
    ("24 inch monitor", '24" monitor'),
    ('elbow 1 1/8"', "elbow 1⅛ Zoll"),
    ("valve ¾ x ½ inch", 'valve 3/4" x 1/2"'),
    ("valve G 1/2", "valve G½"),
    ("sneaker 42 2/3", "sneaker 42⅔"),
    ("pen, box of 12,", "pen 12 pcs"),
    ("EF lens", "lens"),
    ("WL lamp holder", "lamp holder DRL"),
]


def pairs(told: list[tuple[str, str]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Products and rows, each pair with a model number of its own."""
    numbers = [f"KVX{4711 + 13 * at}Q" for at in range(len(told))]
    goods = [
        {"name": f"Kestrel {number} {product}", "brand": "Kestrel"}
        for number, (product, _) in zip(numbers, told, strict=True)
    ]
    rows = [
        {"name": f"Kestrel {number} {row}", "brand": "Kestrel", "sku": f"Z-{at}"}
        for at, (number, (_, row)) in enumerate(zip(numbers, told, strict=True))
    ]
    return goods, rows


def test_siblings_and_parts_with_the_things_model_number_are_asked_with_a_reason(tmp_path: Path) -> None:
    goods, rows = pairs(SIBLINGS)
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    alone = [told for told, each in zip(SIBLINGS, found, strict=True) if each["status"] == "auto_matched"]
    assert alone == []
    told = (
        "only the ",
        "the row says ",
        "nothing but the number",
        "size differs",
        "colour differs",
        "pack ",
        "one is a ",
    )
    silent = [
        pair
        for pair, each in zip(SIBLINGS, found, strict=True)
        if not any(reason.startswith(told) for reason in each["candidates"][0]["why"])
    ]
    assert silent == []


def test_the_thing_itself_links_alone_however_its_size_its_side_or_its_generation_is_written(tmp_path: Path) -> None:
    goods, rows = pairs(SAME)
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    asked = [
        (told, each["candidates"][0]["why"])
        for told, each in zip(SAME, found, strict=True)
        if each["status"] != "auto_matched"
    ]
    assert asked == []


def test_a_number_that_the_catalogue_has_with_an_ending_too_is_asked(tmp_path: Path) -> None:
    """Who leaves endings out means the thing with one as often; more digits make another number, no ending."""
    endings = ("W", "-EU", "/A", "76EU", "BK-2", "0", "-119")
    goods, rows = pairs([("trap", "trap")] * (len(endings) + 1))
    beside = [
        each | {"name": each["name"].replace("Q", "9Q" if end[-1].isdigit() else "Q", 1)}
        for each, end in zip(goods, endings, strict=False)
    ]
    for each, end in zip(beside, endings, strict=True):
        first, number, rest = each["name"].split(" ", 2)
        each["name"] = f"{first} {number}{end} {rest}"
    found = matcher(tmp_path, [*goods, *beside]).match(rows, supplier_id="s")
    asked = [any(why.startswith("the catalogue has ") for why in each["candidates"][0]["why"]) for each in found]
    assert asked == [True, True, True, True, False, False, False, False]
    assert [each["status"] == "auto_matched" for each in found] == [not each for each in asked]


def test_what_costs_far_more_and_says_more_is_asked(tmp_path: Path) -> None:
    goods, rows = pairs([("drill solo", "drill solo toolbox")] * 2)
    for at, price in enumerate((100.0, 210.0)):
        goods[at]["price"], rows[at]["price"] = 100.0, price
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    assert [each["status"] == "auto_matched" for each in found] == [True, False]


def test_an_article_number_that_both_sides_happen_to_count_links_nothing_alone(tmp_path: Path) -> None:
    goods = [
        {"name": "Kestrel angle grinder", "brand": "Kestrel", "sku": "A10023"},
        {"name": "Olive oil extra virgin 1 l", "sku": "A10024"},
    ]
    rows = [
        {"name": "Kestrel jigsaw", "brand": "Kestrel", "sku": "A10023"},
        {"name": "Olive oil refined 1 l", "sku": "A10024"},
    ]
    assert [each["status"] for each in matcher(tmp_path, goods).match(rows, supplier_id="s")].count("auto_matched") == 0


def test_numbers_without_end_and_strange_packs_end_no_list(tmp_path: Path) -> None:
    goods = [{"name": f"Kestrel KVX4711Q drill {end}", "brand": "Kestrel"} for end in ("mk2", "8" * 5000)]
    rows = [
        {"name": f"Kestrel KVX4711Q drill mk{'9' * 5000} {'9' * 400} years", "brand": "Kestrel", "pack_size": "²"},
        {"name": "Kestrel KVX4711Q drill", "brand": "Kestrel", "pack_size": "7" * 5000},
    ]
    found = matcher(tmp_path, goods).match(rows, supplier_id="s")
    assert [each["status"] for each in found].count("auto_matched") == 0
    assert all(each["candidates"] for each in found)
