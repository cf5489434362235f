"""How well kinds of lists are read: each kind is made many times, in many languages, orders and formats.

    python -m bench.reading_kinds [--count N] [--kind K ...] [--format F ...] [--seed S] [--show N] [--keep DIR]

The kinds (bench/reading_kinds_files) were written from what wholesalers send, before their author mended the reader for
them. A file is right when it has exactly the items, each with its price, its name and its code. Doubts are counted as
``bench.reading`` counts them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from bench.reading import read_one
from bench.reading_kinds_files import (
    bare_pages,
    cells,
    crowded,
    desk,
    found,
    further,
    lines,
    on_other_terms,
    other_seeds,
    pages,
    rows,
    said_aside,
    senders,
    set_pages,
    shapes,
    strange_pages,
    tables,
    told_apart,
    unknown_words,
    whose_price,
    wild_pages,
    working_lists,
    written_outside,
)
from bench.reading_kinds_files.lists import KINDS, Item, Made, Shop
from bench.reading_kinds_files.pages import PAGES
from bench.reading_kinds_files.writers import WRITERS

_ENTERED = (
    bare_pages,
    cells,
    crowded,
    found,
    further,
    lines,
    on_other_terms,
    other_seeds,
    pages,
    rows,
    said_aside,
    set_pages,
    shapes,
    strange_pages,
    tables,
    told_apart,
    unknown_words,
    whose_price,
    wild_pages,
    working_lists,
    written_outside,
)  # by being imported
_ONLY = {
    "leading_zeros": ("xlsx", "xls", "csv"),
    "hidden_purchase": ("xlsx", "xls"),
    **dict.fromkeys(("several_sheets", "tabs_unlike", "summary_first", "sheet_of_discontinued"), ("xlsx", "xls")),
    **dict.fromkeys(on_other_terms.TABLES, ("csv", "xlsx", "xls", "html")),
    **dict.fromkeys((*working_lists.TABLES, *working_lists.FOOTED), ("csv", "xlsx", "xls", "html")),
    working_lists.LINES: ("txt",),
    working_lists.MERGED: ("xlsx", "xls", "html"),
    working_lists.SHEETS: ("xlsx", "xls"),
    **dict.fromkeys(written_outside.TABLES, ("csv", "xlsx", "xls", "html")),
    **dict.fromkeys(written_outside.TEXTS, ("txt",)),
    **dict.fromkeys(other_seeds.TABLES, ("csv", "xlsx", "xls", "html")),
    **dict.fromkeys(other_seeds.TEXTS, ("txt",)),
    written_outside.MERGED: ("xlsx", "xls", "html"),
    "dashed_lines": ("txt", "pdf"),
    "dotted_lines": ("txt", "pdf"),
    "coded_lines": ("txt",),
    "no_header": ("csv", "xlsx", "xls"),
    **dict.fromkeys(unknown_words.TABLES, ("csv", "xlsx", "xls", "html")),
    unknown_words.CROWNS: ("csv", "html"),
    "nested": ("xlsx",),
    "indented": ("xlsx", "csv", "xls"),
    "bare_page": ("pdf-bare",),
    "tall_rows": ("pdf-bare",),
    "cards": ("pdf-cards",),
    "variants": ("xlsx", "xls", "html"),
    **dict.fromkeys(desk.DRAWN, ("pdf-own",)),
    **{name: sender.forms for name, sender in senders.SENDERS.items()},
}
_USUAL = ("csv", "xlsx", "xls", "html", "pdf", "pdf-ruled")
_ODD = ("plain_list", "crowded", "grouped", "thousands", "delimited_names", "dealer_and_retail")


@dataclass
class Outcome:
    """One file read: ``wrong`` says what is not as it should be, '' where all is."""

    kind: str
    form: str
    language: str
    wrong: str
    primary: float
    sku: float
    doubted: bool


def make(kind: str, form: str, seed: int, folder: Path) -> tuple[Made, Path]:
    languages = PAGES if form.startswith("pdf") else ""
    made = KINDS[kind](Shop(seed, languages))
    path = folder / f"{kind}-{form}-{seed}.{form.partition('-')[0]}"
    WRITERS[form](path, made, seed)
    return made, path


def outcome(kind: str, form: str, seed: int, folder: Path) -> Outcome:
    made, path = make(kind, form, seed, folder)
    read = read_one(path)
    items, doubted = read["items"], bool(read["doubts"]) or bool(read.get("error"))
    wrong = "" if doubted and not made.must else read.get("error", "") or compare(made, items)
    right = [_is_price(want, got) for want, got in zip(made.items, items, strict=False)]
    codes = [want.sku in (None, got.get("sku")) for want, got in zip(made.items, items, strict=False)]
    share = max(len(made.items), 1)
    return Outcome(kind, form, made.language, wrong, sum(right) / share, sum(codes) / share, doubted)


def compare(made: Made, items: list[dict[str, Any]]) -> str:
    """What is wrong first; ''  where every item is as it was made."""
    if len(items) != len(made.items):
        return f"{len(items)} items, not {len(made.items)}: first {_short(items)}"
    for want, got in zip(made.items, items, strict=True):
        if not _is_price(want, got):
            return f"price {got.get('price')} of {got.get('name')!r}, not {want.price or 'none'}"
        if _plain(got["name"]) not in map(_plain, (want.name, *want.names)):
            return f"name {got['name']!r}, not {want.name!r}"
        if want.sku is not None and got.get("sku") != want.sku:
            return f"code {got.get('sku')!r}, not {want.sku!r}"
        for key, said in (("currency", want.currency), ("barcode", want.barcode)):
            if said is not None and got.get(key) != said:
                return f"{key} {got.get(key)!r}, not {said!r}"
        if want.category is not None and got.get("category") not in (list(want.category), " / ".join(want.category)):
            return f"category {got.get('category')!r}, not {want.category!r}"
        tiers = [(int(tier["from_quantity"]), Decimal(tier["price"])) for tier in _tiers(got)]
        if want.tiers and tiers != [(step, Decimal(price)) for step, price in want.tiers]:
            return f"tiers {tiers}, not {want.tiers}"
    return ""


def _short(items: list[dict[str, Any]]) -> str:
    return " | ".join(f"{item.get('sku')} {item.get('name')} {item.get('price')}" for item in items[:2])


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def _tiers(item: dict[str, Any]) -> list[dict[str, str]]:
    tiers: list[dict[str, str]] = item.get("conditions", {}).get("tiers", [])
    return tiers


def _is_price(want: Item, got: dict[str, Any]) -> bool:
    said = got.get("price")
    if not want.price or said is None:
        return bool(want.price) == (said is not None)
    try:
        return Decimal(said) in {Decimal(price) for price in (want.price, *want.also)}
    except InvalidOperation:
        return False


def print_figures(title: str, found: list[Outcome]) -> None:
    right = sum(not each.wrong for each in found)
    silent = sum(bool(each.wrong) and not each.doubted for each in found)
    crying = sum(not each.wrong and each.doubted for each in found)
    primary = sum(each.primary for each in found) / len(found)
    sku = sum(each.sku for each in found) / len(found)
    print(
        f"{title:18} {right:4}/{len(found):4} right ({right / len(found):.0%})  price {primary:.3f}  sku {sku:.3f}  "
        f"silently wrong {silent:3}  right with a doubt {crying:3}"
    )


def forms_of(kind: str, wanted: list[str] | None) -> list[str]:
    forms = (*_ONLY.get(kind, _USUAL), *(["csv-odd"] if kind in _ODD else []))
    return [form for form in forms if not wanted or form in wanted]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=4, help="files of each kind and format")
    parser.add_argument("--kind", nargs="*")
    parser.add_argument("--format", nargs="*")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=0, help="so many wrong files of each kind")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    by_kind: dict[str, list[Outcome]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for kind in arguments.kind or KINDS:
            shown = 0
            for form in forms_of(kind, arguments.format):
                for seed in range(arguments.seed, arguments.seed + arguments.count):
                    each = outcome(kind, form, seed, folder)
                    by_kind[kind].append(each)
                    if each.wrong and shown < arguments.show:
                        shown += 1
                        print(f"    {kind} {form} {seed} {each.language}: {each.wrong[:170]}")
            if by_kind[kind]:
                print_figures(kind, by_kind[kind])
    every = [each for found in by_kind.values() for each in found]
    for form in sorted({each.form for each in every}):
        print_figures(form, [each for each in every if each.form == form])
    print_figures("all", every)


if __name__ == "__main__":
    main()
