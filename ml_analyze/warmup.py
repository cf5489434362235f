"""One small analysis of each kind before the workers are forked.

What the libraries load and build on their first use (half a second altogether) is then there in every child.
"""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import orjson
import structlog

from ml_analyze.extraction import Unreadable, read_price_list
from ml_analyze.matching import Matcher

_ROWS = [["sku", "name", "price"], *([f"A-{n}", f"Green tea no {n}, 100 g", f"{n},50 €"] for n in range(1, 9))]

log = structlog.get_logger()


def warm_up() -> None:
    """Never fails: a service that starts cold is slower, and no worse."""
    with TemporaryDirectory(prefix="ml-analyze-") as folder:
        place = Path(folder)
        for name, body in (("a.csv", _csv), ("a.xlsx", _xlsx), ("a.pdf", _pdf)):
            path = place / name
            try:
                path.write_bytes(body())
                items = [line for line in read_price_list(path).lines if line["kind"] == "item"]
                if name == "a.csv":
                    _matcher(place).match(items, supplier_id=None)
            except Unreadable as error:
                log.debug("warm_up_unreadable", file=name, code=error.code)
            except Exception as error:  # whatever it is, the first real analysis will say it better
                log.warning("warm_up_failed", file=name, error=repr(error))


def _csv() -> bytes:
    return "\n".join(";".join(row) for row in _ROWS).encode("cp1252")


def _xlsx() -> bytes:
    book, text = openpyxl.Workbook(), io.BytesIO()
    for row in _ROWS:
        book.active.append(row)
    book.save(text)
    return text.getvalue()


def _pdf() -> bytes:
    """The smallest text page that a reader takes; it needs no cross-reference table."""
    cells = (
        f"1 0 0 1 {72 + 150 * column} {760 - 16 * line} Tm ({text.replace(' €', '')}) Tj"
        for line, row in enumerate(_ROWS)
        for column, text in enumerate(row)
    )
    page = f"BT /F 10 Tf {' '.join(cells)} ET".encode()
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    body = b"".join(b"%d 0 obj%s endobj\n" % (number, text) for number, text in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def _matcher(place: Path) -> Matcher:
    products = [{"kind": "product", "id": row[0], "name": row[1], "sku": row[0]} for row in _ROWS[1:]]
    snapshot = place / "catalog.ndjson"
    snapshot.write_bytes(b"".join(orjson.dumps(product, option=orjson.OPT_APPEND_NEWLINE) for product in products))
    return Matcher.open(snapshot, cache_dir=place / "cache", auto_threshold=95, potential_threshold=70)
