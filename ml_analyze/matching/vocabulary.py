"""Words with a fixed meaning in price lists of several languages: units and colours.

Spelled as ``normalize`` leaves them: lower case, without accents.
"""

from __future__ import annotations

# unit -> (dimension, factor to the dimension's base unit)
UNITS: dict[str, tuple[str, float]] = {}


def _units(dimension: str, **spellings: str) -> None:
    for factor, words in spellings.items():
        value = float(factor.removeprefix("x").replace("_", "."))
        UNITS.update(dict.fromkeys(words.split(), (dimension, value)))


_units("storage", x1="mb мб mbyte megabyte", x1000="gb гб gig gbyte gigabyte go", x1000000="tb тб tbyte terabyte")
_units(
    "volume", x1="ml мл", x10="cl сл", x100="dl", x1000="l л lt ltr liter litre liters litres litros litro литр литров"
)
_units("volume", x29_57="floz", x3785="gal gallon gallons")
_units(
    "mass",
    x0_001="mg мг",
    x1="g gr г гр gram grams gramm gramos",
    x1000="kg кг kilo kilos kgs",
    x28_35="oz ounce ounces",
)
_units("mass", x453_6="lb lbs pound pounds")
_units(
    "length",
    x1="mm мм",
    x10="cm см",
    x1000="m м mtr meter metre metres meters metros",
    x25_4='in inch inches " zoll дюйм',
)
_units("length", x304_8="ft foot feet")
_units("area", x1="m2 м2 qm sqm")
_units("power", x1="w watt watts вт ватт", x1000="kw квт", x745_7="hp ps лс cv")
_units("voltage", x1="v volt volts volt вольт в")
_units("charge", x1="mah мач mah", x1000="ah ач")
_units("frequency", x1="hz гц", x1000="khz кгц", x1000000="mhz мгц", x1000000000="ghz ггц")
_units("pixels", x1="mp megapixel megapixels мп mpx mpix")
_units("rate", x1="mbps мбит", x1000="gbps")
_units("turns", x1="rpm")
_units("cooling", x1="btu")
_units("pressure", x1="bar бар")
_units("percent", x1="% percent prozent")
_units("heat", x1="k kelvin")
_units("loudness", x1="db дб")
_units("pages", x1="pages seiten paginas стр page sheets sheet blatt hojas листов")
_units("ports", x1="port ports")
_units("zoom", x1="x")

_COUNT_WORDS = (
    "pcs pc pieces piece stk stuck st шт штук штуки pack packs pk ct count er er-pack pce pieza piezas uds ud unidades "
    "unid unidade unites pz pezzi pces pecas stuks styck szt sztuk ks kus kusu tk vnt buc bucati kom adet бр "
    "caps capsules kapseln капсул tabs tablets tabletten таблеток таб bags beutel пак"
)
COUNTS = frozenset(_COUNT_WORDS.split())

COLOURS: dict[str, str] = {}


def _colour(canonical: str, words: str) -> None:
    COLOURS.update(dict.fromkeys([canonical, *words.split()], canonical))


_colour("black", "blk schwarz noir negro negra preto preta nero nera черный черная черное чорний bk czarny zwart")
_colour("white", "wht weiss blanc blanche blanco blanca branco bianco белый белая белое білий biały wit")
_colour("silver", "slv silber argent plata plateado prata argento серебро серебристый срібний silvery")
_colour("grey", "gray grau gris cinza grigio серый серая серое сірий graphite anthrazit anthracite графит charcoal")
_colour("red", "rot rouge rojo roja vermelho rosso красный красная красное червоний rood burgundy")
_colour("blue", "blau bleu azul blu синий синяя синее голубой синій navy blauw bl")
_colour("green", "grun vert verde зеленый зеленая зеленое зелений groen olive")
_colour("yellow", "gelb jaune amarillo amarilla amarelo giallo желтый желтая желтое жовтий geel ylw")
_colour("brown", "braun marron castano marrom marrone коричневый коричневая brun bronze bruin espresso mahogany")
_colour("pink", "rosa rose розовый розовая magenta roze")
_colour("orange", "naranja laranja arancione оранжевый оранжевая")
_colour("purple", "lila violett violet morado morada roxo viola фиолетовый фиолетовая")
_colour("beige", "бежевый бежевая cream creme ivory bisque almond")
_colour("gold", "golden dorado dourado oro золото золотой золотистый")
_colour("steel", "stainless edelstahl inox inoxidable нержавеющая нерж platinum titanium chrome")
_colour("clear", "transparent transparente klar прозрачный")
_colour("cyan", "циан голубая")
