"""matching.codes: model numbers, and what looks like one and is none."""

from __future__ import annotations

import pytest

from ml_analyze.matching.codes import codes, meant_for


@pytest.mark.parametrize("text", ["kdd-18b", "kdd_18b", "kdd/18b", "kdd.18b", "kdd18b"])
def test_one_code_is_one_however_its_parts_are_divided(text: str) -> None:
    assert codes(f"cordless drill {text} body") == {"kdd18b"}


@pytest.mark.parametrize(
    "text",
    [
        "500gb", "12v2ah", "1.5l", "18v", "m8x40", "30x40cm", "1920x1080", "205/55r16", "235/35zr19", "usb3", "usb30",
        "din912", "hdmi14", "cat6a", "2in1", "24port", "5w-30", "10w40", "2008r2", "2019sp1", "3rd", "x99",
    ],
)  # fmt: skip
def test_sizes_interfaces_norms_and_releases_are_no_codes(text: str) -> None:
    assert codes(text) == frozenset()


def test_a_plain_number_is_a_code_from_five_digits_on_and_letters_alone_never() -> None:
    assert codes("1234 12345 0611203 kettle abcdefgh") == {"12345", "0611203"}
    assert codes("a1 ab1 ab12") == {"ab12"}


def test_codes_are_found_in_every_alphabet() -> None:
    assert codes("дрель дшу-750р") == {"дшу750р"}
    assert codes("電動ドリル df484drgx") == {"df484drgx"}


def test_what_comes_after_a_for_is_what_the_thing_fits() -> None:
    assert meant_for("battery bl1850 for dhp484 dtd152") == {"dhp484", "dtd152"}
    assert meant_for("аккумулятор для dhp484") == {"dhp484"}
    assert meant_for("toner kompatibel ce285a") == {"ce285a"}
    assert meant_for("dhp484 drill") == frozenset()


def test_a_name_that_begins_with_for_and_a_for_within_a_word_say_nothing() -> None:
    assert meant_for("for dhp484") == frozenset()
    assert meant_for("fortress dhp484") == frozenset()
    assert codes("for dhp484") == {"dhp484"}


def test_a_long_text_is_read_to_its_end() -> None:
    assert codes("a-" * 50_000 + " kdd-18b " + "1x" * 50_000) >= {"kdd18b"}
