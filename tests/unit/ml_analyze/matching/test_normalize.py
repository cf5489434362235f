"""matching.normalize: one spelling of a text, a trade number that is one, a price that is one."""

from __future__ import annotations

import random

import pytest

from bench.matching_synthetic import trade_number
from ml_analyze.matching.normalize import barcode_of, normalize, price_of, squeeze, squeezed, text_of


def ean13(prefix: str, rng: random.Random) -> str:
    body = prefix + "".join(rng.choice("0123456789") for _ in range(12 - len(prefix)))
    return body + str(-sum(int(d) * (3 if place % 2 else 1) for place, d in enumerate(body)) % 10)


@pytest.mark.parametrize("prefix", ["02", "04", *(str(each) for each in range(20, 30))])
def test_a_barcode_for_use_within_a_shop_is_none(prefix: str) -> None:
    rng = random.Random(prefix)
    codes = [ean13(prefix, rng) for _ in range(20)]
    assert {barcode_of(code) for code in codes} == {""}
    assert {barcode_of(code[1:]) for code in codes if prefix[0] == "0"} <= {""}
    kept = trade_number(rng)
    assert barcode_of(kept) == kept


def test_a_barcode_needs_its_check_digit_and_loses_its_zeros() -> None:
    assert barcode_of("4006381333931") == barcode_of(" 04006381333931 ") == barcode_of("4006381333931.0")
    assert barcode_of("4006381333932") == barcode_of("abc") == barcode_of(None) == ""


def test_one_trade_number_in_all_its_lengths_is_one_and_what_is_as_long_is_none() -> None:
    assert {barcode_of(each) for each in ("96385074", "000096385074", "0000096385074", "00000096385074")} == {
        "96385074"
    }
    # A spreadsheet takes the first zero away.
    assert barcode_of("036000291452") == barcode_of("0036000291452") == barcode_of(36000291452) == "36000291452"
    assert [barcode_of(f"400638133393{digit}") for digit in "0123456789"] == ["", "4006381333931", *[""] * 8]
    too_short_or_long = ["0000000", "000000000000000", "1234567", "٤٠٠٦٣٨١٣٣٣٩٣١", "0" * 13, True]
    assert [barcode_of(each) for each in too_short_or_long] == [""] * 6


def test_prices_that_say_nothing_count_as_missing() -> None:
    assert [price_of(value) for value in ("12,50", 3, None, "", "0", "-1", "nan", "on request")] == [
        12.5,
        3,
        0,
        0,
        0,
        0,
        0,
        0,
    ]


def test_a_price_is_read_with_blanks_between_thousands_and_none_is_beyond_all_measure() -> None:
    assert price_of("1 234,50") == 1234.5
    assert price_of("999999999999.5") == 999999999999.5
    assert [price_of(each) for each in ("1e12", "inf", "-inf", 10**400, "1.234,50")] == [0.0] * 5


def test_writing_habits_are_levelled() -> None:
    assert normalize("  Größe\tÉLAN ×2 ") == "grosse elan x2"
    assert squeeze("DSC-W 120/B") == "dscw120b"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("İSTANBUL ıhlamur", "istanbul ihlamur"),  # both of the Turkish i
        ("Йод Ёлка", "йод елка"),  # the short i is a letter, the dots are an accent
        ("и\u0306од", "йод"),  # as some systems store it
        ("ﬁne ＡＢ１ ①", "fine ab1 1"),
        ("Schutz\u00adhülle Brand™ 24″", 'schutzhulle brand 24"'),
        ("a\n\r\n b\u00a0c\u2003d", "a b c d"),
    ],
)
def test_scripts_and_compatibility_forms_have_one_spelling(written: str, told: str) -> None:
    assert normalize(written) == told


def test_what_is_normalised_stays_as_it_is_and_squeezes_to_the_same() -> None:
    codes = (*range(0x3100), *range(0xF900, 0x10000), *range(0x1D400, 0x1D6A4))  # all but ideographs and syllables
    text = "".join(map(chr, codes))
    told = normalize(text)
    assert normalize(told) == told
    assert squeezed(told) == squeeze(text)
    assert squeezed(squeeze(text)) == squeeze(text)


def test_a_field_of_any_kind_is_one_text() -> None:
    assert text_of(["Werkzeug", "", None, "Bohrer", 7]) == "werkzeug bohrer 7"
    assert [text_of(each) for each in (None, 0, 2.5, (), "  ")] == ["", "0", "2.5", "", ""]
