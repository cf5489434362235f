"""A structured file is known by how it begins, and what is known and not read is named for what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml_analyze.extraction.formats.structured.detect import KINDS, structured_kind
from ml_analyze.extraction.limits import Unreadable


def kind_of(tmp_path: Path, content: str | bytes) -> str | None:
    path = tmp_path / "list"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return structured_kind(path, path.read_bytes()[:4096])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("UNB+UNOC:3+1+2'UNH+1+PRICAT:D:96A:UN'", "pricat"),
        ("V 010126Grosshandel\nA;N;1;00;Saw;;1;0;ST;100;\nA;N;2;00;Axe;;1;0;ST;100;\n", "datanorm"),
        ('  [{"name": "Saw"}]', "json"),
        ('\ufeff{"items": []}', "json"),
        ("[]", "json"),
        ("<yml_catalog><shop/></yml_catalog>", "yml"),
        ("<shop><offers><offer/></offers></shop>", "yml"),
        ("<?xml version='1.0'?><КоммерческаяИнформация/>", "commerceml"),
        ("<bmecat/>", "bmecat"),
        ("<rss><channel><item><title>Saw</title><price>5</price></item></channel></rss>", "google"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>News</title></entry></feed>", "xml_rows"),
        ("<!-- list --><goods><good/></goods>", "xml_rows"),
        ("<?xml version='1.0'?><goods", "xml_rows"),  # its reader says where it is damaged
    ],
)  # fmt: skip
def test_each_form_is_known_by_how_it_begins(tmp_path: Path, content: str, kind: str) -> None:
    assert kind_of(tmp_path, content) == kind
    assert kind in KINDS


@pytest.mark.parametrize(
    "content",
    ["", "name;price\nSaw;5\n", "A;N;C\nsaw;1;2\naxe;1;2\n", "[Saw]", "{Saw}", "5 < 6", b"PK\x03\x04", b"\xff\xfe"],
)
def test_tables_and_other_files_are_none(tmp_path: Path, content: str | bytes) -> None:
    assert kind_of(tmp_path, content) is None


def test_a_file_in_two_bytes_a_letter_is_known_as_well(tmp_path: Path) -> None:
    assert kind_of(tmp_path, '[{"name": "Saw"}]'.encode("utf-16")) == "json"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("UNB+UNOC:3+1+2'UNH+1+INVOIC:D:96A:UN'", "INVOIC"),
        ("ISA*00*  *", "X12"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        ("<Invoice/>", "invoice"),
        ("<kml/>", "map"),
    ],
)
def test_what_is_known_and_not_read_is_named(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(Unreadable) as refused:
        kind_of(tmp_path, content)
    assert refused.value.code == "UNSUPPORTED_FORMAT" and says in refused.value.message
