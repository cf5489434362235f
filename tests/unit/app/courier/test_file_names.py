"""What a source calls its file."""

from __future__ import annotations

import pytest

from app.courier import file_names


@pytest.mark.parametrize(
    ("disposition", "name"),
    [('attachment; filename="a.csv"; filename*=UTF-8\'\'%D0%BF%D1%80.csv', "пр.csv"),
     ("attachment; filename*=UTF-8''%D0%BF%D1%80.csv; filename=\"a.csv\"", "пр.csv"),
     ('attachment; filename="a \\"quoted\\" b.csv"', 'a "quoted" b.csv'),
     ("attachment; filename=price list.csv", "price list.csv"),
     ("attachment; filename=\"прайс.csv\"".encode().decode("latin-1"), "прайс.csv"),
     ('attachment; filename="caf\xe9.csv"', "café.csv"),
     ("attachment; filename*=ISO-8859-1''%A3.csv", "£.csv"),
     ("attachment; filename*=nonsense; filename=b.csv", "b.csv"),
     ("attachment; filename*=no-such-charset''a.csv; filename=b.csv", "b.csv"),
     ('ATTACHMENT; FILENAME="a.csv"', "a.csv"),
     ('attachment; filename="a;b.csv"', "a;b.csv"),
     ('attachment; filename="=?UTF-8?B?0L/RgNCw0LnRgS5jc3Y=?="', "прайс.csv"),
     ('attachment; filename="=?iso-8859-1?Q?caf=E9.csv?="', "café.csv"),
     ('attachment; filename="=?no-such?B?!!?="', "=?no-such?B?!!?="),
     ("inline", ""), ("", ""), (None, "")],
)  # fmt: skip
def test_content_disposition(disposition: str | None, name: str) -> None:
    assert file_names.disposition_name(disposition) == name


@pytest.mark.parametrize(
    ("disposition", "url", "mime", "name"),
    [(None, "https://x.example/lists/Price%20List.XLSX?v=2", None, "Price List.XLSX"),
     (None, "https://x.example/", "text/csv", "x.example.csv"),
     (None, "https://x.example/download", "application/pdf", "download.pdf"),
     (None, "https://x.example/list.csv;jsessionid=AB12", None, "list.csv"),
     (None, "https://x.example/dl/wOrd0nly4us-wOrd0nly4us-wOrd0nly4us", "text/csv", "wOrd.csv"),
     (None, "https://x.example/price.list.2026", "text/csv", "price.list.2026.csv"),
     ('attachment; filename="../../etc/passwd"', "https://x.example/", None, "passwd.csv"),
     ('attachment; filename="C:\\\\lists\\\\a.xls"', "https://x.example/", None, "a.xls")],
)  # fmt: skip
def test_name_of_an_answer(disposition: str | None, url: str, mime: str | None, name: str) -> None:
    assert file_names.name_of_answer(disposition, url, mime_type=mime, source_type="csv") == name


def test_the_kind_is_a_guess_from_outside() -> None:
    assert file_names.kind_of("a.TSV") == "csv"
    assert file_names.kind_of("a.bin", mime_type="application/pdf") == "pdf"
    assert file_names.kind_of("a", source_type="google_sheets") == "excel"
    assert file_names.kind_of("a") == "csv"


def test_no_control_character_comes_with_a_name() -> None:
    """A NUL in one made the job of a file endless: failing it failed too."""
    url = "https://x.example/a%00b%0a%E2%80%AE.csv"
    assert file_names.name_of_answer(None, url, mime_type=None, source_type=None) == "ab.csv"
    sent = "attachment; filename*=UTF-8''a%00%1b%5B0m.csv"
    assert file_names.name_of_answer(sent, url, mime_type=None, source_type=None) == "a[0m.csv"
