"""Tables of PDF documents, written as cells and scored by the folder's own ``score.py``.

    python -m bench.pdf_tables --corpus DIR [--out DIR] [--only NAME ...]

DIR holds ``files/*.pdf`` and ``score.py``. What is written for each document is what every later step sees: the grid's
sheets with their merged cells, and nothing decided about them yet.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ml_analyze.extraction.formats.pdf.read import read_pdf
from ml_analyze.extraction.limits import Limits, Unreadable


def tables_of(path: Path) -> list[dict[str, Any]]:
    """The document's tables as the scorer takes them; none where it cannot be read."""
    try:
        grid = read_pdf(path, Limits())
    except Unreadable:
        return []
    return [{"rows": sheet.rows, "merges": sheet.merges} for sheet in grid.sheets]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        out = arguments.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True)
        for path in sorted((arguments.corpus / "files").glob("*.pdf")):
            if arguments.only and path.stem not in arguments.only:
                continue
            text = json.dumps(tables_of(path), ensure_ascii=False)
            (out / f"{path.stem}.json").write_text(text, encoding="utf-8")
        print(f"read in {time.perf_counter() - started:.1f} s")
        subprocess.run([sys.executable, str(arguments.corpus / "score.py"), str(out)], check=True)


if __name__ == "__main__":
    main()
