"""Which structured form a file has, by its first bytes or its first elements."""

from __future__ import annotations

import re
from pathlib import Path

from ml_analyze.extraction.limits import Unreadable

from . import pricat
from .datanorm import refuse_groups
from .xml import beginning

KINDS = frozenset(("yml", "commerceml", "google", "bmecat", "datanorm", "pricat", "json", "xml_rows"))
_GOOGLE = "http://base.google.com/ns/1.0"
_DATANORM = re.compile(r"(?:V[ ;]\d{2,6}.*|[ABDTERSPGZCJK];.*)")
_RECORD = re.compile(r"[ABP];[NALX];")
_JSON = re.compile(r"\s*(?:\[\s*[\[{\]]|\{\s*\")")
_X12 = re.compile(r"ISA([^A-Za-z0-9]).{2}\1")
_OTHER_XML = {"svg": "an SVG image", "kml": "a map (KML)", "Invoice": "an invoice", "ORDER": "an order (openTRANS)"}


def structured_kind(path: Path, head: bytes) -> str | None:
    """One of ``KINDS``; None for anything else. Raises Unreadable for forms that are known and not read."""
    if pricat.is_edifact(head):
        pricat.refuse_others(head)
        return "pricat"
    text = head.decode("utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", "ignore").lstrip(
        "\ufeffï»¿ \t\r\n"
    )
    if _X12.match(text):
        raise Unreadable("UNSUPPORTED_FORMAT", "The file is an X12 EDI message, which is not read. Ask for a table.")
    if _is_datanorm(text):
        refuse_groups(text)
        return "datanorm"
    if _JSON.match(text):
        return "json"
    return _xml_kind(path, text) if re.match(r"<(?:\?xml|!--|!DOCTYPE|[\w:]+)", text) else None


def _is_datanorm(text: str) -> bool:
    lines = [line for line in text.splitlines()[:40] if line.strip("\x1a ")][:-1] or text.splitlines()[:1]
    fits = sum(_DATANORM.fullmatch(line) is not None for line in lines)
    telling = any(_RECORD.match(line) for line in lines) or (lines and re.match(r"V[ ;]\d", lines[0]))
    return bool(telling) and fits >= 0.9 * len(lines)


def _xml_kind(path: Path, text: str) -> str | None:
    found = beginning(path)
    if not found:
        return "xml_rows" if text.startswith("<?xml") else None  # its reader says where it is damaged
    root, names = found[0].name, {opening.name for opening in found}
    if root == "yml_catalog" or (root == "shop" and "offer" in names):
        return "yml"
    if root == "КоммерческаяИнформация":
        return "commerceml"
    if root.upper() == "BMECAT":
        return "bmecat"
    if root in ("rss", "feed") and (any(opening.space == _GOOGLE for opening in found) or {"title", "price"} <= names):
        return "google"
    if root in _OTHER_XML:
        raise Unreadable("UNSUPPORTED_FORMAT", f"The file is {_OTHER_XML[root]}, no price list. Ask for a table.")
    return "xml_rows"
