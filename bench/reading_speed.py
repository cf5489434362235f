"""Speed and memory of reading price lists, each against a floor measured in the same run.

    python -m bench.reading_speed [--quick]

Every figure is CPU time of a process of its own, from the file to a written file of result lines; the floor is the
bare work that no reader can avoid: calamine's ``iter_rows``, the csv module, pdfium's text of every page.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pypdfium2
import xlwt
from fpdf import FPDF
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from ml_analyze.extraction import Unreadable, read_price_list

HEADER = ["SKU", "Product name", "Brand", "Category", "Price EUR", "Unit", "Stock", "EAN", "Remark", "Weight kg"]
WORDS = [
    "Pump",
    "Valve",
    "Filter",
    "Bolt",
    "Screw",
    "Cable",
    "Lamp",
    "Motor",
    "Hose",
    "Gasket",
    "Sensor",
    "Plate",
    "Ring",
]


def row(chance: random.Random, number: int) -> list[Any]:
    return [
        f"A-{100_000 + number}",
        f"{chance.choice(WORDS)} {chance.choice(WORDS)} {number % 977} mm stainless steel",
        chance.choice(["Acme", "Bosch", "Wilo"]),
        chance.choice(["Pumps", "Valves", "Filters"]),
        round(chance.uniform(1, 900), 2),
        "pcs",
        chance.randint(0, 500),
        f"{4_000_000_000_000 + number}",
        chance.choice(["new", "old stock item"]),
        round(chance.uniform(0.1, 90), 3),
    ]


def make_xlsx(path: Path, rows: int) -> None:
    chance = random.Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Prices")
    sheet.append(HEADER)
    for number in range(rows):
        sheet.append(row(chance, number))
    book.save(path)


def make_xls(path: Path, rows: int) -> None:
    chance = random.Random(1)
    book = xlwt.Workbook()
    sheet = book.add_sheet("Prices")
    for number, cells in enumerate([HEADER, *(row(chance, number) for number in range(rows))]):
        for column, cell in enumerate(cells):
            sheet.write(number, column, cell)
    book.save(str(path))


def make_csv(path: Path, rows: int) -> None:
    chance = random.Random(1)
    base = [row(chance, number) for number in range(min(rows, 20_000))]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            cells = base[number % len(base)]
            cells[0] = f"A-{100_000 + number}"
            writer.writerow(cells)


def make_pdf(path: Path, pages: int) -> None:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=8)
    pdf.set_auto_page_break(False)
    number = 0
    for _ in range(pages):
        pdf.add_page()
        for x, text in ((10, "Code"), (35, "Description"), (120, "Unit"), (150, "Stock"), (180, "Price")):
            pdf.text(x, 20, text)
        for line in range(50):
            y = 25 + 5 * line
            name = f"Industrial valve with flange DN{number % 300} steel"
            price = f"{number % 999 + 1}.{number % 90 + 10}"
            for x, text in ((10, f"C{number:06}"), (35, name), (120, "pcs"), (150, str(number % 97)), (180, price)):
                pdf.text(x, y, text)
            number += 1
    pdf.output(str(path))


def floor_workbook(path: Path) -> int:
    return sum(1 for _ in CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).iter_rows())


def floor_csv(path: Path) -> int:
    with path.open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file))


def floor_pdf(path: Path) -> int:
    document = pypdfium2.PdfDocument(str(path))
    return sum(bool(document[number].get_textpage().get_text_range()) for number in range(len(document)))


def ours(path: Path) -> int:
    """Read a file and write its lines beside it; returns the number of items."""
    listed = read_price_list(path)
    count = 0
    with path.with_suffix(".ndjson").open("wb") as out:
        pending: list[bytes] = []
        for line in listed.lines:
            count += 1
            pending.append(orjson.dumps(line))
            if len(pending) == 1000:
                out.write(b"\n".join(pending) + b"\n")
                pending = []
        out.write(b"\n".join(pending))
    return count


def understood(path: Path) -> int:
    """Encoding, delimiter, header, roles and formats alone."""
    read_price_list(path)
    return 0


MEASURED: dict[str, Callable[[Path], int]] = {
    "workbook": floor_workbook,
    "csv": floor_csv,
    "pdf": floor_pdf,
    "ours": ours,
    "understood": understood,
}


def measure(what: str, path: Path) -> dict[str, float]:
    """CPU seconds, count and peak memory in MB of one of ``MEASURED`` in a process of its own."""
    command = [sys.executable, "-m", "bench.reading_speed", "--measure", what, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def figure(name: str, value: float, unit: str, *, floor: float, ratio: float, goal: str, met: bool) -> dict[str, Any]:
    return {"name": name, "value": value, "unit": unit, "floor": floor, "ratio": ratio, "goal": goal, "met": met}


def timed(name: str, path: Path, floor: str, *, most: float) -> list[dict[str, Any]]:
    base, mine = measure(floor, path), measure("ours", path)
    ratio = mine["seconds"] / base["seconds"]
    memory = mine["megabytes"]
    return [
        figure(
            name,
            round(mine["seconds"], 2),
            "s",
            floor=round(base["seconds"], 2),
            ratio=round(ratio, 2),
            goal=f"<= {most:g} x floor",
            met=ratio <= most,
        ),
        figure(
            f"{name}: memory",
            round(memory),
            "MB",
            floor=round(base["megabytes"]),
            ratio=round(memory / base["megabytes"], 2),
            goal="<= 300 MB",
            met=memory <= 300,
        ),
    ]


def figures(quick: bool) -> list[dict[str, Any]]:
    """All figures; ``quick`` reads files of a tenth of the size."""
    share = 10 if quick else 1
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        book, text, old, pdf = (Path(folder) / f"list.{ending}" for ending in ("xlsx", "csv", "xls", "pdf"))
        make_xlsx(book, 150_000 // share)
        found += timed(f"XLSX of {150_000 // share} x 10 to result lines", book, "workbook", most=3)
        make_csv(text, 920_000 // share)
        found += timed(f"CSV of {920_000 // share} rows to result lines", text, "csv", most=6)
        decided, whole = measure("understood", text), measure("ours", text)
        part = decided["seconds"] / whole["seconds"]
        found.append(
            figure(
                "deciding encoding, delimiter, header and roles of the CSV",
                round(decided["seconds"], 2),
                "s",
                floor=round(whole["seconds"], 2),
                ratio=round(part, 3),
                goal="<= 0.1 of the whole",
                met=part <= 0.1,
            )
        )
        make_xls(old, 60_000 // share)
        found += timed(f"XLS of {60_000 // share} x 10 to result lines", old, "workbook", most=4)
        pages = 200 // share
        make_pdf(pdf, pages)
        base, mine = measure("pdf", pdf), measure("ours", pdf)
        rate = pages / mine["seconds"]
        found.append(
            figure(
                f"undrawn table PDF of {pages} pages",
                round(rate, 1),
                "pages/s",
                floor=round(pages / base["seconds"], 1),
                ratio=round(mine["seconds"] / base["seconds"], 2),
                goal=">= 30 pages/s, all rows",
                met=rate >= 30 and mine["count"] == 50 * pages,
            )
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        what, path = arguments.measure
        started = time.process_time()
        try:
            count = MEASURED[what](Path(path))
        except Unreadable as refusal:
            sys.exit(str(refusal))
        seconds = time.process_time() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "count": count, "megabytes": peak}))
        return
    for each in figures(arguments.quick):
        mark = "met" if each["met"] else "NOT MET"
        measured = f"{each['value']:>8} {each['unit']:8} floor {each['floor']:>8} ratio {each['ratio']:>6}"
        print(f"{each['name']:60} {measured}  {each['goal']}: {mark}")


if __name__ == "__main__":
    main()
