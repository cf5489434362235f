"""How well a text's letters above 127 fit the languages of a code page."""

from __future__ import annotations

import math
import re
from collections import Counter

# per mille of running Russian text; the letters of Ukrainian alone take the place of those it lacks
_CYRILLIC_SHARE = {
    "о": 110,
    "е": 85,
    "а": 80,
    "и": 74,
    "н": 67,
    "т": 63,
    "с": 55,
    "р": 47,
    "в": 45,
    "л": 44,
    "к": 35,
    "м": 32,
    "д": 30,
    "п": 28,
    "у": 26,
    "я": 20,
    "ы": 19,
    "ь": 17,
    "г": 17,
    "з": 16,
    "б": 16,
    "ч": 14,
    "й": 12,
    "х": 10,
    "ж": 9,
    "ш": 7,
    "ю": 6,
    "ц": 5,
    "щ": 4,
    "э": 3,
    "ф": 3,
    "і": 40,
    "ї": 6,
    "є": 5,
    "ґ": 1,
    "ё": 1,
}
_RARE_LETTERS = "ΐΰΊΌΎΏΪΫϊϋΨψΞ" + "پژچگھںہے"  # where these abound, the text is in another script
_EXPECTED_LATIN = frozenset("äöüßÄÖÜéèêàçñáíóúÉÑÁÍÓÚâãõôîûëïïåæøÅÆØœ€£§°²³½¼®©™“”„‘’–—…·•º«»¿¡×´±")
_EXPECTED_1250 = frozenset(
    "ľĺŕôĽĹŔÔ’ąćęłńóśźżĄĆĘŁŃÓŚŹŻěščřžýáíéúůťďňĚŠČŘŽÝÁÍÉÚŮŤĎŇőűŐŰáéíóöüúÁÉÍÓÖÜÚßäöüăâîșțşţđčćžš€„”“–°²³§"
)


def double_score(sample: bytes, name: str) -> float:
    sample = sample.rsplit(b"\n", 1)[0] or sample
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return 0.0
    foreign = [char for char in text if ord(char) > 127]
    if not foreign:
        return 0.0
    common = sum(
        "\u4e00" <= char <= "\u9fa5"
        or "\u3040" <= char <= "\u30ff"
        or "\uac00" <= char <= "\ud7a3"
        or char in "，。（）：、￥　"
        for char in foreign
    )
    half = sum("\uff61" <= char <= "\uff9f" for char in foreign)
    pairs = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fa5\uac00-\ud7a3]{2,}", text))
    level = {
        "gb18030": _share_of_level_one(text, "gb2312", 0xB0, 0xD7),
        "big5": _share_of_level_one(text, "big5", 0xA4, 0xC6),
    }.get(name, 1.0)
    kana = sum("\u3040" <= char <= "\u30ff" for char in foreign) / len(foreign)
    bonus = (
        kana * 0.3
        if name in ("cp932", "euc-jp")
        else (0.2 if name == "cp949" and any("\uac00" <= c <= "\ud7a3" for c in foreign) else 0.0)
    )
    return (
        (common - half) / len(foreign) * (0.6 + 0.4 * level) * (1.0 if pairs * 6 >= len(foreign) ** 0.5 else 0.5)
        + bonus
        - 0.05
    )


def _share_of_level_one(text: str, name: str, low: int, high: int) -> float:
    """Share of Han letters in the part of a character set that holds the frequent ones."""
    han = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    if not han:
        return 0.0
    hits = 0
    for char in han:
        try:
            hits += low <= char.encode(name)[0] <= high
        except UnicodeEncodeError:
            continue
    return hits / len(han)


_EXPECTED = {
    "cp1252": _EXPECTED_LATIN,
    "mac-roman": _EXPECTED_LATIN,
    "cp850": _EXPECTED_LATIN,
    "cp1250": _EXPECTED_1250,
    "iso8859-2": _EXPECTED_1250,
    "cp852": _EXPECTED_1250,
}
_OTHER_LANGUAGE = 0.2
_POLISH, _CZECH = frozenset("ąęłńśźżĄĘŁŃŚŹŻ"), frozenset("čěřůťďňšžľČĚŘŮŤĎŇŠŽĽ")
_HUNGARIAN_MISREAD = frozenset("áéíóöõúüû")  # ő and ű of cp1250 read as cp1252
_SELDOM = {"cp1252": 0.0, "cp1250": 0.08, "iso8859-2": 0.13, "mac-roman": 0.1, "cp850": 0.12, "cp852": 0.14}
_CYRILLIC = {"cp1251": 0.0, "koi8-r": 0.03, "koi8-u": 0.04, "cp866": 0.05, "mac-cyrillic": 0.1, "iso8859-5": 0.12}
_SCRIPTS = {
    "cp1253": ("\u0370", "\u03ff"),
    "cp1255": ("\u05d0", "\u05ea"),
    "cp1256": ("\u0600", "\u06ff"),
    "iso8859-6": ("\u0600", "\u06ff"),
}


def single_score(sample: bytes, name: str) -> float:
    """How well the letters above 127 fit the code page's languages: -1 (nonsense) to about 1."""
    text = sample.decode(name, "replace")
    foreign = Counter(char for char in text if ord(char) > 127)
    total = sum(foreign.values())
    if not total:
        return 0.0
    if name in _CYRILLIC:
        return _cyrillic_score(text, foreign, total) - _CYRILLIC[name]
    expected = _EXPECTED.get(name)
    if expected is not None:
        good = (sum(count for char, count in foreign.items() if char in expected) + _fixed_spaces(text)) / total
        # in Latin scripts letters above 127 stand alone among ASCII ones; whole words of them are another script
        packed = sum(len(run) for run in re.findall(r"[\u00c0-\u024f]{2,}", text)) / total
        # a sign such as ³ inside a word is a letter of another code page
        signs = len(re.findall(r"(?<=[a-z])[°²³¹¼½¾¿¡£¥©®ªº±¨¸×÷«»§¶¤¦¬¯µ„“”‚ƒ…†‡ˆ‰‹›™](?=[a-z])", text)) / total
        if name == "cp1250" and not re.search("[ăşșěřůčšžąęłńśźżőűľĺŕťďň]", text.lower()):
            good -= sum(foreign[char] for char in "ţđýŢĐÝ") / total  # alone these are Turkish or Icelandic
        if name == "cp1252" and _is_misread_hungarian(text):
            good -= _OTHER_LANGUAGE
        if expected is _EXPECTED_1250:  # no language has letters of both
            both = (sum(foreign[char] for char in letters) for letters in (_POLISH, _CZECH))
            good -= min(both) / total
        return good - 2 * signs - 1.2 * max(0.0, packed - 0.15) - _SELDOM[name] - _odd_case(text) / total
    low, high = _SCRIPTS.get(name, ("", ""))
    if low:
        letters = sum(count for char, count in foreign.items() if low <= char <= high) / total
        words = sum(len(word) for word in re.findall(f"[{low}-{high}]{{3,}}", text)) / total
        rare = sum(foreign[char] for char in _RARE_LETTERS) / total
        # Hebrew and Greek have letters for the end of a word: inside one they are another script's
        rare += len(re.findall("[ךםןףץς](?=[\u05d0-\u05ea\u0370-\u03ff])", text)) / total
        return 0.6 * letters + 0.4 * words - 0.15 - 0.05 * (name == "iso8859-6") - 2 * rare - _odd_case(text) / total
    extra = frozenset("ğışĞİŞçöüÇÖÜâîû€") if name == "cp1254" else frozenset("āčēģīķļņšūžąęėįųĀČĒĢĪĶĻŅŠŪŽĄĘĖĮŲõäöü€")
    good = sum(count for char, count in foreign.items() if char in extra) / total
    return good - 0.12 - _odd_case(text) / total


def _is_misread_hungarian(text: str) -> bool:
    """Whether õ and û stand among the letters of Hungarian only: õ where Portuguese has none, not beside ä as in
    Estonian, û not beside è or ç as in French."""
    letters = {char for char in text.lower() if ord(char) > 127 and char.isalpha()}
    if not letters <= _HUNGARIAN_MISREAD or letters.isdisjoint("áíóúé"):
        return False
    return re.search("õ(?!e)", text.lower()) is not None or ("û" in letters and not letters.isdisjoint("áíóúü"))


def _fixed_spaces(text: str) -> int:
    """No-break spaces. The same byte is a letter of the older pages (*á* in cp850), between consonants of a word."""
    inside = re.findall(r"(?<=[b-df-hj-np-tv-xzB-DF-HJ-NP-TV-XZ])\xa0(?=[b-df-hj-np-tv-xz])", text)
    return text.count("\xa0") - len(inside)


def _cyrillic_score(text: str, foreign: Counter[str], total: int) -> float:
    letters = sum(count for char, count in foreign.items() if "\u0400" <= char <= "\u04ff")
    shares = sum(
        math.log(_CYRILLIC_SHARE.get(char.lower(), 0.3)) * count
        for char, count in foreign.items()
        if "\u0400" <= char <= "\u04ff"
    )
    frequent = min(1.0, max(0.0, shares / max(letters, 1) / 4.0))  # running text lies near 3.7, noise near 2.5
    words = sum(len(word) for word in re.findall(r"[\u0400-\u04ff]{2,}", text))
    vowels = sum(count for char, count in foreign.items() if char.lower() in "оеаиуыяюэёієї")
    balance = 1 - min(1.0, abs(vowels / max(letters, 1) - 0.42) * 3)
    return 0.3 * words / total + 0.5 * frequent + 0.2 * balance - 2 * _odd_case(text) / total - 0.05


def _odd_case(text: str) -> int:
    """Places where a capital follows a small letter inside a word, or a capital before one: marks of a wrong page."""
    return len(re.findall(r"[a-zа-яёß-öø-ÿ][А-ЯЁÀ-ÖØ-Þ]|(?<![^\W\d_])[A-Z][À-ÖØ-Þ](?=[a-z])", text))
