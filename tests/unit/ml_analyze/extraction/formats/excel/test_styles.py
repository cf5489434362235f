"""What the styles of a workbook show that values do not: zeros of codes, currencies, struck text, indents."""

from __future__ import annotations

import pytest

from ml_analyze.extraction.formats.excel.styles import is_code_format, read_styles, shown_code

PART = b"""<styleSheet><numFmts count="3"><numFmt numFmtId="164" formatCode="00000"/>
<numFmt numFmtId="165" formatCode="#,##0.00\\ &quot;&#8364;&quot;"/>
<numFmt numFmtId="166" formatCode="[$&#163;-809]0"/></numFmts>
<fonts><font><sz val="11"/></font><font><strike/></font><font><strike val="0"/></font></fonts>
<cellStyleXfs><xf numFmtId="164" fontId="1"/></cellStyleXfs>
<cellXfs><xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/><xf numFmtId="165" fontId="1"/>
<xf numFmtId="9" fontId="2"><alignment indent="3"/></xf><xf numFmtId="44" fontId="9"/></cellXfs></styleSheet>"""


@pytest.mark.parametrize(
    ("pattern", "value", "shown"),
    [
        ("00000", 102, "00102"),
        ("0000000000000", 12345678905, "0012345678905"),
        ("000-000", 12345, "012-345"),
        ('"ART-"0000', 7, "ART-0007"),
        ("00\\-00000", 123456, "01-23456"),
        ("000", 12345, "12345"),
        ("00000;-00000", 7, "00007"),
    ],
)
def test_a_code_is_what_its_format_shows(pattern: str, value: float, shown: str) -> None:
    assert is_code_format(pattern) and shown_code(value, pattern) == shown


@pytest.mark.parametrize(
    "pattern", ["0", "0.00", "#,##0", '0" kg"', '"€ "0', "yyyy-mm-dd", "General", "0%", "0.00E+00", "@"]
)
def test_a_format_of_amounts_makes_no_code(pattern: str) -> None:
    assert not is_code_format(pattern)


def test_styles_are_told_by_their_place_among_those_of_cells() -> None:
    styles = read_styles(PART)
    assert styles.codes == {1: "00000"}
    assert styles.money == {2: "EUR"}
    assert styles.struck == {2}
    assert styles.indents == {3: 3}
    assert styles.telling == {1, 2, 3}


def test_prefixed_elements_are_the_same_and_an_empty_part_has_no_styles() -> None:
    prefixed = PART.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
    assert read_styles(prefixed) == read_styles(PART)
    assert read_styles(b"") == read_styles(b"<styleSheet/>")
    assert read_styles(b"").telling == frozenset()


def test_an_amount_in_a_column_of_codes_stays_an_amount() -> None:
    assert shown_code(12.5, "00000") == "12.5"
    assert shown_code(-7, "00000") == "-7"
    assert shown_code(0, "000-000") == "000-000"
