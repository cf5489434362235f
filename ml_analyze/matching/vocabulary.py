"""Words with a fixed meaning in price lists of several languages: units and colours.

Spelled as ``normalize`` leaves them: lower case, without accents.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# unit -> (dimension, factor to the dimension's base unit)
UNITS: dict[str, tuple[str, float]] = {}


def _units(dimension: str, **spellings: str) -> None:
    for factor, words in spellings.items():
        value = float(factor.removeprefix("x").replace("_", "."))
        UNITS.update(dict.fromkeys(words.split(), (dimension, value)))


_units(
    "storage",
    x1="mb мб mbyte megabyte",
    x1000="gb гб gig gbyte gigabyte go гбайт",
    x1000000="tb тб tbyte terabyte тбайт",
)
_units("volume", x1="ml мл milliliter millilitre mililitro", x10="cl сл", x100="dl дл")
_units(
    "volume",
    x1000="l л lt ltr liter litre liters litres litro litros litri litr litru litry liter literes litras litri "
    "liitrit litra litar λιτρα литр литров литра літр",
)
_units("volume", x29_57="floz", x3785="gal gallon gallons")
_units(
    "mass",
    x0_001="mg мг",
    x0_000001="mcg мкг ug",
    x1="g gr г гр gram grams gramm gramos grammes grammi gramas gramow gramu грамм γρ",
    x1000="kg кг kilo kilos kgs kilogramm kilogram kilogramo κιλα",
    x28_35="oz ounce ounces",
)
_units("mass", x453_6="lb lbs pound pounds")
_units(
    "length",
    x0_001="um мкм micron",
    x1="mm мм millimeter",
    x10="cm см centimeter centimetre",
    x1000="m м mtr meter metre metres meters metros metri metry metru metrow метр метров",
    x25_4='in inch inches " zoll дюйм дюймов pulgadas pollici pouces polegadas cali palcu tum',
)
_units("length", x304_8="ft foot feet")
_units("area", x1="m2 м2 qm sqm")
_units("cross", x1="mm2 мм2 qmm")
_units("power", x1="w watt watts вт ватт vat", x1000="kw квт", x745_7="hp ps лс cv")
_units("voltage", x1="v volt volts volt вольт в")
_units("charge", x1="mah мач", x1000="ah ач")
_units("current", x1="amp amps ампер", x0_001="ma ма")
_units("frequency", x1="hz гц", x1000="khz кгц", x1000000="mhz мгц", x1000000000="ghz ггц")
_units("pixels", x1="mp megapixel megapixels мп mpx mpix")
_units("rate", x1="mbps мбит", x1000="gbps")
_units("turns", x1="rpm")
_units("torque", x1="nm нм")
_units("cooling", x1="btu")
_units("pressure", x1="bar бар")
_units("percent", x1="% percent prozent")
_units("heat", x1="k kelvin")
_units("loudness", x1="db дб")
_units("units", x1="iu ме ie ui")
_units("pages", x1="pages seiten paginas стр page sheets sheet blatt hojas листов feuilles fogli ark stron listu")
_units("ports", x1="port ports")
_units("users", x1="user users seats seat licences licenses usuarios postes пользователей benutzer utenti")
_units("zoom", x1="x")

# What one counts by, in the languages of Europe and Turkish.
COUNTS = _words(
    "pcs pc pce pces piece pieces pack packs pk ct count each ea stk stuck st er er-pack fach packung "
    "packungen шт штук штуки штука уп упак упаковок упаковки pieza piezas uds ud unidades unid unidad "
    "unites unite pz pezzi pezzo pecas peca pçs stuks stuck styck stycken szt sztuk sztuki ks kus kusu "
    "kusy db darab tk vnt gab buc bucati kom kos kpl kappaletta adet tane бр броя τεμ caps capsules "
    "capsule kapseln kapsel gelules capsulas capsule kapsulek капсул капс tabs tablets tablet tabletten "
    "comprimes comprimidos compresse tabletek tablet tbl tabl таблеток табл таб bags beutel sachets пак "
    "пакетиков пакетов rolls rollen rollos rotoli rolek рулонов бут bottles flaschen botellas bouteilles"
)

# "X for Y" fits Y and is not Y.
FOR = _words(
    "for für fur pour para per voor dla для pro za til för for pentru için icin uz kuriem skirta jaoks varten "
    "για за compatible kompatibel kompatibilny passend geeignet"
)

# Who numbers interfaces, norms and kinds: such a number is shared by many things.
ISSUERS = _words(
    "usb hdmi dvi vga pci pcie ddr lpddr gddr sata esata sas nvme emmc wifi wlan bt bluetooth gen rj cat ip ik "
    "din iso en astm ansi gost гост ту ту iec ral ncs sae api acea dn pn lr cr sr aa aaa gu gx mr gy type typ "
    "version ver release windows win winxp office mac osx ios android ps xbox mp hd uhd fhd ph pz tx torx sw "
    "hss ac dc nema vesa mpeg fp band vol volume teil part no nr"
)

# What belongs to a thing and is not the thing. Those of at least six letters are also found inside
# compounds; ``_`` is a blank.
ACCESSORIES: dict[str, str] = {}


def _accessory(canonical: str, words: str) -> None:
    ACCESSORIES.update({word.replace("_", " "): canonical for word in words.split()})


_accessory(
    "part",
    "spare spares ersatz ersatzteil ersatzkohlen ersatzakku repuesto recambio rechange ricambio onderdeel "
    "reserveonderdeel zamienna zamiennik nahradni reservdel reservedel varaosa potalkatresz piesa yedek "
    "запчасть запчасти запасной запасная деталь kohlebursten kohlen brushes щетки replacement",
)
_accessory(
    "case",
    "case sleeve pouch cover bumper holster hulle schutzhulle tasche koffer etui funda estuche housse "
    "coque custodia hoesje pokrowiec futeral obal pouzdro fodral kotelo tok husa kilif чехол сумка кейс "
    "бампер",
)
_accessory(
    "charger",
    "charger ladegerat cargador chargeur caricabatterie lader ladowarka nabijecka laddare зарядное зарядка",
)
_accessory(
    "stand",
    "stand mount bracket holder standfuss standfuß halterung wandhalterung soporte support supporto "
    "standaard uchwyt drzak stativ teline tarto suport подставка кронштейн держатель крепление",
)
_accessory(
    "care",
    "warranty guarantee carepack carepaq garantie garantieverlangerung garantia garanzia gwarancja zaruka "
    "garanti takuu гарантия applecare care_pack care_plan service_plan service_pack extended_service onsite_service",
)
_accessory(
    "cable",
    "cable kabel cavo kaapeli кабель шнур przewod netzteil adapter адаптер",
)
_accessory(
    "refill",
    "refill refills nachfullung nachfullpack recambios recharge ricarica navulling wklad napln pafyllning "
    "taytto zapas сменный сменная refillpack nachfuller toner cartridge cartridges картридж tintenpatrone "
    "cartuccia cartucho cartouche",
)
_accessory(
    "filter",
    "filter filtre filtro filtr suodatin szuro фильтр",
)
_accessory(
    "remote",
    "remote fernbedienung telecommande telecomando mando пульт",
)
_accessory(
    "glass",
    "protector schutzfolie displayschutz panzerglas protection стекло пленка folie",
)
_accessory(
    "manual",
    "manual handbuch anleitung руководство инструкция",
)

# Words that tell siblings of one line apart: editions, sizes of a line, platforms, what a licence is for.
VARIANTS: dict[str, str] = {}


def _variant(canonical: str, words: str = "") -> None:
    VARIANTS.update(dict.fromkeys([canonical, *words.split()], canonical))


_variant("pro", "professional profi prof profesional professionnel про")
_variant("standard", "std estandar")
_variant("student", "academic edu education educational teacher schulversion akademik studenten")
_variant("upgrade", "upg update aktualisierung actualizacion")
_variant("home", "family familie")
_variant("business", "small office soho")
_variant("mac", "macintosh osx macos")
_variant("windows", "win")
_variant("mini", "мини")
_variant("plus", "плюс")
_variant("max", "maxi макси")
_variant("lite", "light leicht лайт")
_variant("set", "kit bundle набор комплект satz juego zestaw")
_variant("left", "links левый левая izquierdo gauche lewy")
_variant("right", "rechts правый правая derecho droite prawy")
_variant("front", "vorne передний передняя delantero avant przedni")
_variant("rear", "hinten задний задняя trasero arriere tylny")
for _each in _words(
    "deluxe premium ultimate enterprise server basic ultra air slim oem trial forte retard junior senior"
):
    _variant(_each)

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
