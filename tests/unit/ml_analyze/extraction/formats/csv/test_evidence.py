"""A text file's doubts: an uncertain code page, bytes that mean nothing, quotes that were taken as signs."""

from __future__ import annotations

from handoff.doubts import Doubt, DoubtCode
from ml_analyze.extraction.formats.csv.encoding import Encoding
from ml_analyze.extraction.formats.csv.evidence import doubts_of
from ml_analyze.extraction.formats.csv.quoting import Quoting

SURE = Encoding("utf-8", "decodes strictly to the last byte")


def test_a_sure_file_has_no_doubts() -> None:
    assert doubts_of(SURE, Quoting(",", '"')) == []


def test_a_rival_page_is_told_by_name() -> None:
    (doubt,) = doubts_of(Encoding("cp1250", "likeliest", rival="cp1252"), Quoting(",", '"'))
    assert doubt == Doubt(what=DoubtCode.ENCODING, choice="cp1250", instead="cp1252", probability=0.7)


def test_damaged_bytes_are_a_doubt_of_their_own() -> None:
    (doubt,) = doubts_of(Encoding("utf-16", "byte order mark", "replace", damaged=True), Quoting(",", '"'))
    assert doubt == Doubt(what=DoubtCode.ENCODING, choice="utf-16", probability=0.5)


def test_lines_with_stray_quotes_are_named_up_to_five() -> None:
    quoting = Quoting(",", '"')
    quoting.stray = [3, 5, 8, 13, 21]
    assert doubts_of(SURE, quoting)[0].where == "line 3, 5, 8, 13, 21"
    quoting.stray.append(34)
    assert doubts_of(SURE, quoting)[0].where == "line 3, 5, 8, 13, 21, …"
    assert doubts_of(SURE, quoting)[0].what is DoubtCode.QUOTING
