"""The invented assortment behind the sample price lists: families in six languages, brands, variants, prices.

One room: a table of words.
"""

# ruff: noqa: E501 - a table of words, one family a block

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal

LANGUAGES = ("en", "de", "ru", "es", "fr", "pl")


@dataclass(frozen=True)
class Family:
    """One kind of product: its word and category in each language, its model codes, its variants with base prices."""

    code: str
    words: tuple[str, ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
    variants: tuple[tuple[str, str, float], ...]

    def word(self, language: str) -> str:
        return self.words[LANGUAGES.index(language)]

    def category(self, language: str) -> str:
        return self.categories[LANGUAGES.index(language)]


@dataclass(frozen=True)
class Product:
    number: int
    family: Family
    brand: str
    model: str
    spec: str
    price: Decimal

    @property
    def sku(self) -> str:
        return f"PRD-{self.number:05d}"

    @property
    def name(self) -> str:
        return f"{self.brand} {self.model} {self.family.word('en')} {self.spec}"

    @property
    def barcode(self) -> str:
        """A made-up EAN-13 of the range for internal use (prefix 29), with a right check digit."""
        body = f"29{7_310_000_000 + self.number * 137:010d}"
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        return f"{body}{-total % 10}"


_TOOLS = ("Power Tools", "Elektrowerkzeuge", "Электроинструмент", "Herramienta eléctrica", "Outillage électrique")
_TOOLS_6 = (*_TOOLS, "Elektronarzędzia")
_HAND = (
    "Hand Tools",
    "Handwerkzeuge",
    "Ручной инструмент",
    "Herramienta manual",
    "Outillage à main",
    "Narzędzia ręczne",
)
_LIGHT = ("Lighting", "Beleuchtung", "Освещение", "Iluminación", "Éclairage", "Oświetlenie")
_CABLE = ("Cable & Wiring", "Kabel und Leitungen", "Кабель и провод", "Cable y conexión", "Câblage", "Kable i przewody")
_FIX = ("Fixings", "Befestigungstechnik", "Крепёж", "Fijación", "Fixation", "Zamocowania")
_SAFE = ("Workwear & Safety", "Arbeitsschutz", "Спецодежда и защита", "Protección laboral", "Protection", "BHP")

FAMILIES = (
    Family(
        "DD",
        ("Cordless Drill Driver", "Akku-Bohrschrauber", "Дрель-шуруповёрт аккумуляторная", "Taladro atornillador a batería",
         "Perceuse-visseuse sans fil", "Wiertarko-wkrętarka akumulatorowa"),
        _TOOLS_6, ("Nordhaus", "Veltron", "Kaskad", "Torvik"),
        (("12V", "12 V 2x2.0 Ah", 89.0), ("18V", "18 V 2x2.0 Ah", 129.0), ("18X", "18 V 2x4.0 Ah", 179.0),
         ("18B", "18 V body only", 84.5)),
    ),
    Family(
        "AG",
        ("Angle Grinder", "Winkelschleifer", "Углошлифовальная машина", "Amoladora angular", "Meuleuse d'angle",
         "Szlifierka kątowa"),
        _TOOLS_6, ("Nordhaus", "Veltron", "Kaskad", "Torvik"),
        (("750", "750 W 115 mm", 49.9), ("1100", "1100 W 125 mm", 74.0), ("1400", "1400 W 125 mm", 99.0),
         ("2200", "2200 W 230 mm", 139.0)),
    ),
    Family(
        "CS",
        ("Circular Saw", "Handkreissäge", "Пила дисковая", "Sierra circular", "Scie circulaire", "Pilarka tarczowa"),
        _TOOLS_6, ("Nordhaus", "Veltron", "Torvik"),
        (("1200", "1200 W 165 mm", 109.0), ("1500", "1500 W 190 mm", 149.0), ("18", "18 V 165 mm", 169.0)),
    ),
    Family(
        "RH",
        ("Rotary Hammer SDS-Plus", "Bohrhammer SDS-Plus", "Перфоратор SDS-Plus", "Martillo perforador SDS-Plus",
         "Perforateur SDS-Plus", "Młotowiertarka SDS-Plus"),
        _TOOLS_6, ("Nordhaus", "Kaskad", "Torvik"),
        (("220", "620 W 2.2 J", 119.0), ("280", "800 W 2.8 J", 159.0), ("320", "950 W 3.2 J", 198.0)),
    ),
    Family(
        "JS",
        ("Jigsaw", "Stichsäge", "Лобзик электрический", "Sierra de calar", "Scie sauteuse", "Wyrzynarka"),
        _TOOLS_6, ("Veltron", "Kaskad", "Torvik"),
        (("500", "500 W 65 mm", 54.0), ("700", "700 W 90 mm", 82.0), ("18", "18 V 100 mm", 124.0)),
    ),
    Family(
        "HS",
        ("Screwdriver Set", "Schraubendrehersatz", "Набор отвёрток", "Juego de destornilladores", "Jeu de tournevis",
         "Zestaw wkrętaków"),
        _HAND, ("Ironbeck", "Brixo", "Torvik"),
        (("6", "6 pcs", 14.9), ("8", "8 pcs VDE", 34.5), ("12", "12 pcs", 24.9), ("32", "32 pcs with bits", 39.9)),
    ),
    Family(
        "CP",
        ("Combination Pliers", "Kombizange", "Плоскогубцы комбинированные", "Alicate universal", "Pince universelle",
         "Szczypce uniwersalne"),
        _HAND, ("Ironbeck", "Brixo", "Torvik"),
        (("160", "160 mm", 12.4), ("180", "180 mm", 13.9), ("200", "200 mm VDE", 21.5)),
    ),
    Family(
        "CH",
        ("Claw Hammer", "Klauenhammer", "Молоток-гвоздодёр", "Martillo de uña", "Marteau arrache-clou", "Młotek ciesielski"),
        _HAND, ("Ironbeck", "Brixo", "Torvik"),
        (("16", "16 oz fibreglass", 11.9), ("20", "20 oz fibreglass", 13.5), ("20S", "20 oz steel", 19.9)),
    ),
    Family(
        "TM",
        ("Tape Measure", "Bandmaß", "Рулетка измерительная", "Flexómetro", "Mètre ruban", "Miara zwijana"),
        _HAND, ("Ironbeck", "Brixo", "Metrika"),
        (("3", "3 m 16 mm", 3.4), ("5", "5 m 19 mm", 4.9), ("8", "8 m 25 mm", 8.2), ("10", "10 m 25 mm magnetic", 12.6)),
    ),
    Family(
        "SL",
        ("Spirit Level", "Wasserwaage", "Уровень строительный", "Nivel de burbuja", "Niveau à bulle", "Poziomica"),
        _HAND, ("Metrika", "Brixo"),
        (("40", "400 mm", 11.0), ("60", "600 mm", 14.5), ("100", "1000 mm", 22.0), ("200", "2000 mm", 44.0)),
    ),
    Family(
        "LB",
        ("LED Bulb", "LED-Lampe", "Лампа светодиодная", "Bombilla LED", "Ampoule LED", "Żarówka LED"),
        _LIGHT, ("Asterra", "Lumio", "Helion"),
        (("E27-9", "E27 9 W 2700 K", 2.35), ("E27-12", "E27 12 W 4000 K", 2.95), ("E14-6", "E14 6 W 2700 K", 2.1),
         ("GU10-5", "GU10 5 W 3000 K", 2.6), ("GU10-7", "GU10 7 W 4000 K", 3.15), ("G9-3", "G9 3 W 3000 K", 2.75)),
    ),
    Family(
        "LP",
        ("LED Panel", "LED-Panel", "Панель светодиодная", "Panel LED", "Dalle LED", "Panel LED"),
        _LIGHT, ("Asterra", "Lumio", "Helion"),
        (("18R", "18 W round 225 mm", 9.8), ("24R", "24 W round 300 mm", 13.7), ("40S", "40 W 600x600 mm 4000 K", 26.9),
         ("36L", "36 W 1200x300 mm", 31.5)),
    ),
    Family(
        "FL",
        ("LED Floodlight", "LED-Fluter", "Прожектор светодиодный", "Proyector LED", "Projecteur LED", "Naświetlacz LED"),
        _LIGHT, ("Asterra", "Lumio", "Helion"),
        (("10", "10 W IP65 black", 7.4), ("30", "30 W IP65 black", 13.2), ("50", "50 W IP65 black", 19.9),
         ("100", "100 W IP66 grey", 42.0)),
    ),
    Family(
        "EL",
        ("Emergency Exit Light", "Notleuchte", "Светильник аварийный", "Luminaria de emergencia",
         "Bloc de secours", "Oprawa awaryjna"),
        _LIGHT, ("Asterra", "Helion"),
        (("1H", "3 W 1 h", 28.0), ("3H", "3 W 3 h", 34.5), ("3HS", "3 W 3 h self-test", 48.0)),
    ),
    Family(
        "CB",
        ("Installation Cable NYM-J", "Mantelleitung NYM-J", "Кабель силовой NYM-J", "Cable de instalación NYM-J",
         "Câble d'installation NYM-J", "Przewód instalacyjny NYM-J"),
        _CABLE, ("Kabelin", "Voltara"),
        (("315", "3x1.5 mm² 100 m", 68.0), ("325", "3x2.5 mm² 100 m", 104.0), ("515", "5x1.5 mm² 100 m", 109.0),
         ("525", "5x2.5 mm² 100 m", 172.0), ("56", "5x6 mm² 50 m", 198.0)),
    ),
    Family(
        "NC",
        ("Patch Cable Cat6 U/UTP", "Patchkabel Cat6 U/UTP", "Патч-корд Cat6 U/UTP", "Latiguillo Cat6 U/UTP",
         "Cordon RJ45 Cat6 U/UTP", "Patchcord Cat6 U/UTP"),
        _CABLE, ("Kabelin", "Netvia"),
        (("05", "0.5 m grey", 1.45), ("1", "1 m grey", 1.75), ("2", "2 m grey", 2.3), ("3", "3 m blue", 2.85),
         ("5", "5 m blue", 3.9), ("10", "10 m grey", 6.8)),
    ),
    Family(
        "ER",
        ("Extension Reel", "Kabeltrommel", "Удлинитель на катушке", "Enrollacables", "Enrouleur électrique",
         "Przedłużacz bębnowy"),
        _CABLE, ("Kabelin", "Brixo"),
        (("25", "25 m 3x1.5 mm² IP44", 49.0), ("40", "40 m 3x1.5 mm² IP44", 68.0), ("50", "50 m 3x2.5 mm² IP44", 112.0)),
    ),
    Family(
        "MC",
        ("Circuit Breaker", "Leitungsschutzschalter", "Выключатель автоматический", "Interruptor magnetotérmico",
         "Disjoncteur", "Wyłącznik nadprądowy"),
        _CABLE, ("Voltara", "Netvia"),
        (("B10", "B10 1P 6 kA", 3.1), ("B16", "B16 1P 6 kA", 3.1), ("C16", "C16 1P 6 kA", 3.6), ("C20", "C20 1P 6 kA", 3.6),
         ("C32", "C32 3P 6 kA", 14.8), ("C63", "C63 3P 10 kA", 27.5)),
    ),
    Family(
        "WS",
        ("Wood Screw Countersunk", "Spanplattenschraube Senkkopf", "Саморез по дереву потай", "Tornillo aglomerado avellanado",
         "Vis à bois tête fraisée", "Wkręt do drewna stożkowy"),
        _FIX, ("Fixona", "Brixo", "Torvik"),
        (("3530", "3.5x30 mm 500 pcs", 6.2), ("4040", "4.0x40 mm 500 pcs", 8.4), ("4550", "4.5x50 mm 200 pcs", 6.9),
         ("5060", "5.0x60 mm 200 pcs", 9.1), ("6080", "6.0x80 mm 100 pcs", 9.8), ("60120", "6.0x120 mm 100 pcs", 15.4)),
    ),
    Family(
        "NP",
        ("Nylon Wall Plug", "Nylondübel", "Дюбель нейлоновый", "Taco de nylon", "Cheville nylon", "Kołek rozporowy nylonowy"),
        _FIX, ("Fixona", "Torvik"),
        (("5", "5x25 mm 100 pcs", 2.2), ("6", "6x30 mm 100 pcs", 2.6), ("8", "8x40 mm 100 pcs", 4.1),
         ("10", "10x50 mm 50 pcs", 4.3), ("12", "12x60 mm 25 pcs", 4.6)),
    ),
    Family(
        "AB",
        ("Anchor Bolt Zinc", "Bolzenanker verzinkt", "Анкер клиновой оцинкованный", "Anclaje metálico cincado",
         "Goujon d'ancrage zingué", "Kotwa segmentowa ocynk"),
        _FIX, ("Fixona", "Brixo"),
        (("875", "M8x75 mm 50 pcs", 19.5), ("1090", "M10x90 mm 25 pcs", 17.8), ("12110", "M12x110 mm 20 pcs", 23.9),
         ("16140", "M16x140 mm 10 pcs", 26.4)),
    ),
    Family(
        "GL",
        ("Work Gloves Nitrile", "Arbeitshandschuhe Nitril", "Перчатки рабочие нитриловые", "Guantes de trabajo nitrilo",
         "Gants de travail nitrile", "Rękawice robocze nitrylowe"),
        _SAFE, ("Sekura", "Brixo", "Torvik"),
        (("8", "size 8", 1.6), ("9", "size 9", 1.6), ("10", "size 10", 1.6), ("11", "size 11", 1.7)),
    ),
    Family(
        "HH",
        ("Safety Helmet", "Schutzhelm", "Каска защитная", "Casco de seguridad", "Casque de chantier", "Kask ochronny"),
        _SAFE, ("Sekura", "Brixo"),
        (("W", "white", 8.9), ("Y", "yellow", 8.9), ("BV", "blue vented", 12.4)),
    ),
    Family(
        "SG",
        ("Safety Glasses", "Schutzbrille", "Очки защитные", "Gafas de protección", "Lunettes de protection",
         "Okulary ochronne"),
        _SAFE, ("Sekura", "Brixo"),
        (("C", "clear", 3.2), ("T", "tinted", 3.6), ("OTG", "over-glasses clear", 4.4)),
    ),
    Family(
        "CD",
        ("Cutting Disc Metal", "Trennscheibe Metall", "Диск отрезной по металлу", "Disco de corte metal",
         "Disque à tronçonner métal", "Tarcza do cięcia metalu"),
        _HAND, ("Nordhaus", "Ironbeck", "Brixo"),
        (("115", "115x1.0x22.2 mm", 0.95), ("125", "125x1.0x22.2 mm", 1.05), ("180", "180x1.6x22.2 mm", 2.1),
         ("230", "230x1.9x22.2 mm", 2.9)),
    ),
    Family(
        "DB",
        ("Masonry Drill Bit SDS-Plus", "Betonbohrer SDS-Plus", "Бур по бетону SDS-Plus", "Broca hormigón SDS-Plus",
         "Foret béton SDS-Plus", "Wiertło do betonu SDS-Plus"),
        _HAND, ("Ironbeck", "Kaskad", "Brixo"),
        (("6110", "6x110 mm", 1.9), ("6160", "6x160 mm", 2.2), ("8160", "8x160 mm", 2.5), ("10160", "10x160 mm", 2.9),
         ("12210", "12x210 mm", 4.4), ("14260", "14x260 mm", 6.3)),
    ),
    Family(
        "CT",
        ("Cable Tie UV", "Kabelbinder UV", "Стяжка кабельная UV", "Brida de nylon UV", "Collier de serrage UV",
         "Opaska kablowa UV"),
        _CABLE, ("Kabelin", "Fixona", "Netvia"),
        (("100", "100x2.5 mm 100 pcs", 1.1), ("200", "200x3.6 mm 100 pcs", 2.2), ("300", "300x4.8 mm 100 pcs", 4.4),
         ("370", "370x7.6 mm 50 pcs", 5.1)),
    ),
)  # fmt: skip

_BRAND_FACTOR = {"Nordhaus": 1.25, "Veltron": 1.0, "Kaskad": 0.78, "Ironbeck": 1.1, "Brixo": 0.7, "Lumio": 0.85}


def assortment() -> list[Product]:
    """Every family in every brand and variant, always the same."""
    products: list[Product] = []
    chance = random.Random(2)
    for family in FAMILIES:
        for brand in family.brands:
            for model, spec, base in family.variants:
                price = base * _BRAND_FACTOR.get(brand, 1.0) * chance.uniform(0.97, 1.03)
                code = f"{brand[0]}{family.code}-{model}"
                amount = Decimal(str(round(price, 2)))
                products.append(Product(len(products) + 1, family, brand, code, spec, amount))
    return products
