"""What a file is, by its content; its name says nothing."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from ml_analyze.extraction.formats.excel.detect import OLD_BIFF, is_excel_2
from ml_analyze.extraction.formats.structured.detect import structured_kind
from ml_analyze.extraction.limits import Limits, Unreadable

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE_BOOKS = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OTHER = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"BM": "a bitmap image",
    b"{\\rtf": "an RTF document",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"%!PS": "a PostScript file",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"SQLite format 3": "a database",
    b"PAR1": "a Parquet file",
    b"ID;P": "a SYLK file",
}
_DOCUMENTS = {
    "word/": "a Word document",
    "ppt/": "a presentation",
    "index/document.iwa": "a document of Apple's office",
    "meta-inf/manifest.mf": "a program",
    "meta-inf/container.xml": "a book (EPUB)",
}
_BINARY = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_WEB_ARCHIVE = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_MAIL = re.compile(rb"^(?:MIME-Version|Message-ID|Received):", re.IGNORECASE | re.MULTILINE)
_MAIL_ALONE = re.compile(rb"^Content-Type:\s*(?:multipart/alternative|text/html)", re.IGNORECASE | re.MULTILINE)
_NULLS = 0.1  # of a text into which an export wrote NUL characters


def recognise(path: Path, limits: Limits) -> str:
    """One of xlsx, xlsb, xls, biff, ods, pdf, html, mhtml, xml, csv, zip or a structured form; else Unreadable."""
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("EMPTY_FILE", "The file is empty: it has no bytes.")
    if size > limits.file_bytes:
        raise Unreadable("TOO_LARGE", f"The file has {size} bytes, more than the {limits.file_bytes} that are read.")
    with path.open("rb") as file:
        head = file.read(8192)
    if b"%PDF-" in head[:1100]:
        return "pdf"
    if head[:16].lstrip().startswith(b"PK"):
        return _zip_kind(path, limits)
    if head.startswith(_OLE):
        return _ole_kind(path)
    if head[:2] == b"\x09\x08":
        return "xls"  # a bare BIFF stream without the compound file around it
    if head[:2] in OLD_BIFF:
        return "biff"
    if is_excel_2(head):
        raise Unreadable(
            "UNSUPPORTED_FORMAT",
            "The file is a worksheet of Excel 2, which is too old. Open it in a spreadsheet and save it as XLSX.",
        )
    for magic, what in _OTHER.items():
        if head.startswith(magic) and (len(magic) > 2 or _BINARY.search(head)):
            raise Unreadable(
                "UNSUPPORTED_FORMAT", f"The file is {what}, not a table. Ask for CSV, Excel or a PDF with text."
            )
    return _text_kind(path, head)


def _text_kind(path: Path, head: bytes) -> str:
    if re.match(rb"\s*[\w-]+:", head):
        if _WEB_ARCHIVE.search(head[:2048]) or (_MAIL.search(head) and _MAIL_ALONE.search(head[:2048])):
            return "mhtml"
        if _MAIL.search(head):
            raise Unreadable("UNSUPPORTED_FORMAT", "The file is an e-mail. Save what is attached to it and send that.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:4096].lower()
    if start.startswith(b"<?xml") and b"spreadsheet" in start:
        return "xml"
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body", b"<style", b"<div")) or (
        start.startswith(b"<") and b"<table" in start
    ):
        return "html"
    if (structured := structured_kind(path, head)) is not None:
        return structured
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or _looks_wide(head)
    if not wide and (len(_BINARY.findall(head)) > max(2, len(head) // 300) or head.count(0) > _NULLS * len(head)):
        raise Unreadable(
            "UNSUPPORTED_FORMAT",
            "The file is neither text nor a spreadsheet nor a PDF. Ask the supplier for another format.",
        )
    return "csv"


def _looks_wide(head: bytes) -> bool:
    """UTF-16 without a mark: every other byte of mostly Latin text is null."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    return max(even, odd) > 0.4 * half and min(even, odd) < 0.05 * half


def _zip_kind(path: Path, limits: Limits) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable(
            "CORRUPT_FILE", "The file is a damaged archive: it was probably cut off. Ask for it again."
        ) from error
    names = {entry.filename.replace("\\", "/").lstrip("/") for entry in entries}
    check_archive(entries, limits)
    if any(name.endswith("workbook.bin") for name in names):
        return "xlsb"
    if any(name.lower().endswith("xl/workbook.xml") or name.lower() == "workbook.xml" for name in names) or any(
        name.lower().startswith("xl/worksheets/") for name in names
    ):
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    for part, what in _DOCUMENTS.items():
        if any(name.lower().startswith(part) for name in names):
            raise Unreadable(
                "UNSUPPORTED_FORMAT", f"The file is {what}, not a table. Ask for CSV, Excel or a PDF with text."
            )
    return "zip"


def check_archive(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Refuse an archive that unpacks to more than it may, before anything is unpacked."""
    if len(entries) > limits.archive_entries:
        raise Unreadable(
            "ARCHIVE_BOMB",
            f"The archive has {len(entries)} entries, more than the {limits.archive_entries} that are read.",
        )
    total = sum(entry.file_size for entry in entries)
    if total > limits.archive_bytes:
        raise Unreadable(
            "ARCHIVE_BOMB", f"The archive unpacks to {total} bytes, more than the {limits.archive_bytes} that are read."
        )
    for entry in entries:
        if entry.file_size > (50 << 20) and entry.file_size > limits.archive_ratio * max(entry.compress_size, 1):
            raise Unreadable(
                "ARCHIVE_BOMB",
                f"{entry.filename} unpacks to {entry.file_size // max(entry.compress_size, 1)} times its size.",
            )


def _ole_kind(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(64 << 20)
    if _OLE_ENCRYPTED in data:
        raise Unreadable("ENCRYPTED", "The workbook is protected by a password. Ask for it without one.")
    if any(name in data for name in _OLE_BOOKS):
        return "xls"
    raise Unreadable(
        "UNSUPPORTED_FORMAT",
        "The file is an Office document without a workbook in it. Ask for CSV, Excel or a PDF with text.",
    )
