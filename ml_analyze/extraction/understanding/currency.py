"""Currency from symbols, words and codes in a cell, a header, a title or a number format.

One room: every place a currency may be said in, from the surest to the least.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from .lexicon import lexicon

CODES = frozenset(code.upper() for code in lexicon().rows["currency_code"])
# codes that are also words in headers and names: believed only in brackets or alone in a cell
_WORDS = frozenset(code.upper() for code in lexicon().rows["currency_code_word"])

_SYMBOLS: list[tuple[str, str]] = [
    (r"R\$", "BRL"),
    (r"A\$|AU\$", "AUD"),
    (r"C\$|CA\$|CDN\$", "CAD"),
    (r"US\$|U\$S|U\$D", "USD"),
    (r"HK\$", "HKD"),
    (r"NT\$", "TWD"),
    (r"S\$", "SGD"),
    (r"NZ\$", "NZD"),
    (r"MX\$", "MXN"),
    ("€|\x80", "EUR"),
    ("£", "GBP"),
    ("₽", "RUB"),
    ("₴", "UAH"),
    ("₹|(?<![\u0900-\u097f])रु\\.?(?![\u0900-\u097f])", "INR"),
    ("৳", "BDT"),
    ("₺", "TRY"),
    ("₪", "ILS"),
    ("₩", "KRW"),
    ("₫", "VND"),
    ("฿", "THB"),
    ("₸", "KZT"),
    ("₦", "NGN"),
    ("₱", "PHP"),
    ("₾", "GEL"),
    ("֏", "AMD"),
    ("₼", "AZN"),
    (r"\$", "USD"),
]
_WORD_FORMS: list[tuple[str, str]] = [
    (r"pesos? mexicanos?", "MXN"),
    (r"pesos? argentinos?", "ARS"),
    (r"pesos? chilenos?", "CLP"),
    (r"pesos? colombianos?", "COP"),
    (r"pesos? uruguayos?", "UYU"),
    (r"pesos? dominicanos?", "DOP"),
    (r"canadian dollars?|dollars? canadiens?|dólare?s? canadienses?", "CAD"),
    (r"australian dollars?|dollars? australiens?|dólare?s? australianos?", "AUD"),
    (r"new zealand dollars?", "NZD"),
    (r"singapore dollars?", "SGD"),
    (r"hong kong dollars?", "HKD"),
    (r"svenska kronor", "SEK"),
    (r"norske kroner", "NOK"),
    (r"danske kroner", "DKK"),
    (r"íslensk(?:ar|um) krón(?:ur|um)", "ISK"),
    ("[TK]EUR", "EUR"),  # thousands of them
    ("tkr|TSEK", "SEK"),
    (r"бел\.?\s?руб\w*|byn", "BYN"),
    (r"руб(?:\.|лей|ля|ль|лях)?|(?<=\d)р\.|(?<=\d )р\.|р\.(?! ?[^\W\d_])|rub|rur|rubles?", "RUB"),
    (r"грн\.?|гривень|гривен|гривня|uah|hrn", "UAH"),
    (r"тенге|тг\.?|kzt", "KZT"),
    (r"сум|сўм|so'm|uzs", "UZS"),
    (r"евро|євро|eur|euros?|eуро|ewro", "EUR"),
    (r"usd|у\.\s?е\.?|доллар\w*|долл\.?|dollars?|dólares|долар\w*", "USD"),
    (r"zł|zl|pln|złotych", "PLN"),
    (r"kč|kc|czk|korun", "CZK"),
    (r"ft|huf|forint", "HUF"),
    (r"лв\.?|bgn|лева", "BGN"),
    (r"lei|ron", "RON"),
    (r"chf|sfr\.?|franken|francs?", "CHF"),
    (r"tl|try|türk lirası", "TRY"),
    (r"rs\.?|inr|rupees?", "INR"),
    (r"gbp|pounds? sterling", "GBP"),
    (r"rmb|cny|yuan|人民币", "CNY"),
    (r"jpy|yen", "JPY"),
    (r"krw|won", "KRW"),
    (r"vnd|vnđ|đồng", "VND"),
    (r"rp\.?|idr|rupiah", "IDR"),
    (r"rm|myr|ringgit", "MYR"),
    (r"baht|thb|บาท", "THB"),
    (r"sek", "SEK"),
    (r"nok", "NOK"),
    (r"dkk", "DKK"),
    (r"rsd|(?:din|дин)\.?(?!\s?\d)", "RSD"),
    (r"kn|hrk", "HRK"),
    (r"aed|dhs?\.?|درهم", "AED"),
    (r"sar|ريال|ر\.س", "SAR"),
    (r"egp|جنيه|ج\.م", "EGP"),
    (r"kshs?\.?|kes", "KES"),
    (r"сом|kgs", "KGS"),
    (r"драм|amd", "AMD"),
    (r"ლარი|лари", "GEL"),
    (r"манат|azn|manat", "AZN"),
    (r"mdl|лей", "MDL"),
    (r"ден\.?|mkd", "MKD"),
    (r"bs\.?|bolívares", "VES"),
    (r"s/\.?(?=\s*(?:\d|[),;:\]]|$))", "PEN"),  # "s/ IVA" is "without"
    (r"đ", "VND"),
    (r"nis|ils|ש\"ח|שח|ש״ח", "ILS"),
    (r"تومان|ریال|irr", "IRR"),
    (r"mxn|m\.n\.", "MXN"),
    (r"reais", "BRL"),
    (r"欧元|歐元|ユーロ|유로", "EUR"),
    (r"美元|美金|ドル|달러", "USD"),
    (r"英镑|英鎊", "GBP"),
    (r"港币|港元|港幣", "HKD"),
    (r"日元|日圓", "JPY"),
    (r"台币|新台幣|台幣", "TWD"),
    (r"人民币|人民幣|元|圆", "CNY"),
    (r"円", "JPY"),
    (r"원", "KRW"),
]

_HAN_ONLY = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_SYMBOL_RE = [(re.compile(pattern), code) for pattern, code in _SYMBOLS]
_WORD_RE = [
    # Han, kana and Hangul are written without spaces between words
    (
        re.compile(
            pattern if ord(pattern[0]) > 0x2E80 else rf"(?<![^\W\d_])(?<![^\W\d_]-)(?:{pattern})(?![^\W\d_])",
            re.IGNORECASE,
        ),
        code,
    )
    for pattern, code in _WORD_FORMS
]
_ANY_SIGN = re.compile("|".join(pattern for pattern, _ in _SYMBOLS))
_ANY_WORD = re.compile("|".join(pattern.pattern for pattern, _ in _WORD_RE), re.IGNORECASE)
_DOLLARS = frozenset(
    [
        "USD",
        "AUD",
        "CAD",
        "HKD",
        "NZD",
        "SGD",
        "TWD",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "UYU",
        "DOP",
        "BND",
        "JMD",
        "TTD",
        "FJD",
        "NAD",
    ]
)
_ANY_DOLLAR = f"(?:{'|'.join(sorted(_DOLLARS))})"
# beside the sign, or behind the amount: CAD is a way to draw as well
_DOLLAR_CODE = re.compile(
    rf"\$[\d., ]{{0,16}}({_ANY_DOLLAR})(?![A-Za-z])"
    rf"|(?<![A-Za-z])({_ANY_DOLLAR}) ?\$"
)
_SURE_DOLLAR = re.compile(r"US\$|U\$[SD]|USD|dollar|dólar|долл|доллар|美元|美金", re.IGNORECASE)
_PESO_LANGUAGES = frozenset(("es", "zh"))
# No code within a word with letters beyond ASCII (rączką, größeur); scripts without cases may stand right beside one.
_LETTER = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f\u1e00-\u1eff"
_CODE_RE = re.compile(rf"(?<![{_LETTER}])([A-Za-z]{{3}})(?![{_LETTER}])")
# cadauno, cada: Italian and Spanish for each; "Prices in CAD." ends a sentence
_PER_PIECE = re.compile(
    r"(?<![^\W_])(?:[Cc]ad\b|(?<!\b[IiEe][Nn] )CAD\.)|(?i:prezz|cost|import|euro|preci)\w{0,2} CAD\b"
)
# Precio: COP, Цена (TRY): a code that is a word elsewhere is none behind a price
_BEHIND_A_PRICE = re.compile(r"([^\W\d_][^:,(\[]{1,29})[:,(\[] ?([A-Z]{3})[)\]]?")
_SAYS_PRICE = 0.9
_KRONE = re.compile(r"(?<![^\W\d_])kr\.?(?![^\W\d_])", re.IGNORECASE)
_KRONE_LANGUAGES = {"sv": "SEK", "no": "NOK", "da": "DKK"}


def find_currency(text: str, *, context: str = "", loose: bool = False) -> str | None:
    """ISO code that ``text`` names, or None. ``context`` (the file's words) settles ¥ and kr.

    ``loose`` believes words such as TOP or ALL, for cells that hold nothing but a code.
    """
    return _memo(text, loose) or _by_context(text, context)


def is_bare_dollar(text: str) -> bool:
    """Whether nothing but the sign ``$`` says which currency a text means: some dollar, or some peso."""
    return "$" in text and _memo(text, False) == "USD" and not _SURE_DOLLAR.search(text)


def bare_dollar(texts: Iterable[str], languages: Collection[str]) -> str | None:
    """What ``$`` alone means in a list. ``texts``: its headers and titles; ``languages``: those of its headers.

    Another dollar or peso that they name is meant; else, where none of the languages writes $ for the dollar of the
    United States, and nothing says that it is this one, None: the supplier knows.
    """
    named = {code for text in texts if (code := _memo(text, False)) in _DOLLARS and not is_bare_dollar(text)}
    if len(named) == 1:
        return named.pop()
    return "USD" if named or not _PESO_LANGUAGES.issuperset(languages) or not languages else None


@lru_cache(maxsize=1 << 15)
def _memo(text: str, loose: bool) -> str | None:
    if _ANY_SIGN.search(text):
        code = next(code for pattern, code in _SYMBOL_RE if pattern.search(text))
        named = _DOLLAR_CODE.search(text) if code == "USD" else None
        return named[1] or named[2] if named else code
    for match in _CODE_RE.finditer(text):
        code = match[1].upper()
        if (
            code in CODES
            and (loose or code not in _WORDS)
            and (loose or match[1] in (code, code.lower(), code.title()))
            and not (code == "CAD" and _PER_PIECE.search(text))
        ):
            return code
    priced = _BEHIND_A_PRICE.fullmatch(text.strip())
    if priced and priced[2] in _WORDS and lexicon().roles_of(priced[1]).get("price", 0.0) >= _SAYS_PRICE:
        return priced[2]
    if not _ANY_WORD.search(text):
        return None
    return next((code for pattern, code in _WORD_RE if pattern.search(text)), None)


def names_currency(text: str) -> bool:
    """Whether ``text`` names money at all; kr. is some krone, whichever."""
    return find_currency(text) is not None or _KRONE.search(text) is not None


def is_some_krone(text: str) -> bool:
    """Whether a text says kr. and no country's."""
    return _KRONE.search(text) is not None and _memo(text, False) is None


def _by_context(text: str, context: str) -> str | None:
    """¥ and kr mean what the file's other words say."""
    if "¥" in text or "￥" in text:
        around = text + context
        return "JPY" if _KANA.search(around) or not _HAN_ONLY.search(around) else "CNY"
    if _KRONE.search(text):
        return _KRONE_LANGUAGES.get(_nordic(text + " " + context))
    return None


def _nordic(context: str) -> str:
    lowered = context.casefold()
    if re.search(r"\b(?:artikel|benämning|beskrivning|namn|och|för|exkl)\b|ä|ö", lowered):
        return "sv"
    # half of both languages is the same: no word is taken that the other has too
    taxed = re.search(r"\bmoms\b", lowered) is not None  # a word of Sweden and of Denmark
    norwegian = re.search(r"\b(?:mva|av|uten|etter|inntil|tillegg|norsk|norske|søknad|leie)\b", lowered) is not None
    danish = re.search(r"\b(?:vejl|af|uden|efter|indtil|tillæg|dansk|danske|leje|cvr|aps)\b", lowered) is not None
    common = r"\b(?:varenr|og|varenummer|navn|beskrivelse|enhed|ekskl)\b|æ|ø"
    if norwegian != danish:
        return "no" if norwegian and not taxed else "da" if danish else ""
    return "da" if taxed and not norwegian and re.search(common, lowered) else ""


_FORMAT_SYMBOL = re.compile(r"\[\$([^\[\]\-]*+)(?:-([0-9A-Fa-f]+))?\]|\"([^\"]+)\"|([€£¥₽₴$])")
_FORMAT_LOCALES = {
    "409": "USD",
    "809": "GBP",
    "419": "RUB",
    "422": "UAH",
    "804": "CNY",
    "411": "JPY",
    "416": "BRL",
    "80a": "MXN",
    "2c0a": "ARS",
    "340a": "CLP",
    "240a": "COP",
    "380a": "UYU",
    "1c0a": "DOP",
    "1009": "CAD",
    "c0c": "CAD",
    "c09": "AUD",
    "1409": "NZD",
    "4809": "SGD",
    "1004": "SGD",
    "c04": "HKD",
    "3c09": "HKD",
    "404": "TWD",
}
BARE_DOLLAR = "$"


def currency_of_format(pattern: str) -> str | None:
    """Currency that a spreadsheet's number format shows, such as ``#,##0.00\\ [$€-407]``.

    ``BARE_DOLLAR`` for $ alone.
    """
    for match in _FORMAT_SYMBOL.finditer(pattern):
        symbol = next((part for part in (match[1], match[3], match[4]) if part), "")
        if symbol == BARE_DOLLAR:
            return _FORMAT_LOCALES.get((match[2] or "").lower().lstrip("0"), BARE_DOLLAR)
        found = find_currency(symbol)
        if found:
            return found
    return None
