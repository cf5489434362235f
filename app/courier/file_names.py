"""What a source calls its file, and which kind of file that is."""

from __future__ import annotations

import codecs
import mimetypes
import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from handoff.addresses import MASK, without_secrets
from handoff.api import FileType

#: extension -> the kind that ml-analyze is told; it decides by content and says so
KINDS: dict[str, FileType] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xls": "excel",
    ".xlsb": "excel",
    ".ods": "excel",
    ".html": "excel",  # what many a shop system saves as a workbook
    ".htm": "excel",
    ".xml": "excel",  # Excel 2003
    ".pdf": "pdf",
    ".mht": "excel",
    ".mhtml": "excel",
    ".zip": "excel",
    ".gz": "csv",
    ".yml": "csv",
    ".json": "csv",
    ".jsonl": "csv",
    ".ndjson": "csv",
    ".edi": "csv",
    ".001": "csv",  # DATANORM and DATPREIS; any number is taken
}
_KIND_OF_MIME: dict[str, FileType] = {
    "text/csv": "csv",
    "text/plain": "csv",
    "text/tab-separated-values": "csv",
    "application/pdf": "pdf",
    "application/vnd.ms-excel": "excel",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": "excel",
    "application/vnd.oasis.opendocument.spreadsheet": "excel",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "excel",
}
_KIND_OF_SOURCE: dict[str, FileType] = {"google_sheets": "excel", "csv": "csv", "excel": "excel", "pdf": "pdf"}
_EXTENSION: dict[FileType, str] = {"csv": ".csv", "excel": ".xlsx", "pdf": ".pdf"}

_PARAMETER = re.compile(r';\s*(filename\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.I)
_MATRIX = re.compile(r";[^;=]{1,100}=.*", re.S)
_NUMBERED = re.compile(r"\.\d{3}")
_ESCAPED = re.compile(r'\\(["\\])')


def visible(text: str) -> str:
    """Without control characters, bidi marks and halves of characters: no table, page or log can hold them safely."""
    return "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs"))


def extension_of(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return ".001" if _NUMBERED.fullmatch(suffix) else suffix


def kind_of(name: str, *, mime_type: str | None = None, source_type: str | None = None) -> FileType:
    """By the name's extension, else by what the server said, else by what the supplier is said to send."""
    return (
        KINDS.get(extension_of(name))
        or _KIND_OF_MIME.get(mime_type or "")
        or _KIND_OF_SOURCE.get(source_type or "")
        or "csv"
    )


def name_of_answer(disposition: str | None, url: str, *, mime_type: str | None, source_type: str | None) -> str:
    """The file's name: from Content-Disposition (RFC 6266), else the address, else made up; never a path."""
    name = disposition_name(disposition) or _name_in(url)
    name = visible(name.replace("\\", "/").rpartition("/")[2]).strip()
    if not name:
        name = urlsplit(url).hostname or "file"
    if extension_of(name) in KINDS:
        return name[-255:]
    kind = kind_of("", mime_type=mime_type, source_type=source_type)
    known = mimetypes.guess_extension(mime_type or "")
    extension = known if known in KINDS else _EXTENSION[kind]
    # A name that ends in another extension keeps it: price.list.2026 is no file of type 2026.
    return (name + extension)[-255:]


def _name_in(url: str) -> str:
    """The last part of the path, without parameters (``;jsessionid=…``) and what in it lets its reader in."""
    part = PurePosixPath(urlsplit(without_secrets(url)).path).name
    return unquote(_MATRIX.sub("", part).replace(MASK, ""))


def disposition_name(disposition: str | None) -> str:
    """``filename*`` before ``filename``, in either order; UTF-8 sent raw, as many servers do, is understood."""
    plain = ""
    for name, value in _PARAMETER.findall(";" + (disposition or "")):
        if name.endswith("*"):
            if extended := _extended(value):
                return extended
        elif not plain:
            plain = _ESCAPED.sub(r"\1", value[1:-1]) if value.startswith('"') else value.strip()
    if "=?" in plain:  # RFC 2047 is for mails; servers use it all the same
        return _of_a_mail(plain)
    return in_utf8(plain)


def in_utf8(header: str) -> str:
    """A header's text, which http.client reads as latin-1, as the UTF-8 that it may have been."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return header


def _of_a_mail(encoded: str) -> str:
    """``=?UTF-8?B?…?=`` in words; as it is when it cannot be read."""
    try:
        return str(make_header(decode_header(encoded)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return encoded


def _extended(value: str) -> str:
    """RFC 8187: charset'language'percent-encoded; empty when it is not that."""
    charset, _, rest = value.strip().strip('"').partition("'")
    try:
        codecs.lookup(charset)
        return unquote(rest.partition("'")[2], encoding=charset, errors="strict")
    except (LookupError, UnicodeDecodeError):
        return ""
