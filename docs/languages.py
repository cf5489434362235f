"""The languages of the screen: one file each, `app/translations/CODE/LC_MESSAGES/messages.po`, compiled beside it.

python -m docs.languages        adds what the screen says by now, compiles each, and tells what lacks its words
python -m docs.languages it     begins one for a further language
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.web.sentences import CONTEXT, TRANSLATIONS

APP = TRANSLATIONS.parent
#: the language that has had two files since before there was a third: its sentences are the list of all of them
TWO_FILES = "ru"
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}
SHOWN = 20
Text = str | tuple[str, ...]


def said() -> list[tuple[Text, str | None]]:
    """All that is to be translated: what pages say, and sentences that are kept in English, with their context."""
    with (TRANSLATIONS / "babel.cfg").open() as file:
        mapped, _options = parse_mapping_cfg(file)
    methods = [(pattern.removeprefix("app/"), method) for pattern, method in mapped]
    found = extract_from_dir(APP, methods, keywords=KEYWORDS)
    pages: dict[Text, None] = dict.fromkeys(text for _file, _line, text, _comments, _context in found)
    with (TRANSLATIONS / TWO_FILES / "LC_MESSAGES" / "sentences.po").open("rb") as stream:
        sentences = [str(each.id) for each in read_po(stream) if each.id]
    return [*((each, None) for each in pages), *((each, CONTEXT) for each in sentences)]


def file_of(code: str) -> Path:
    return TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"


def one_file() -> Iterator[str]:
    """The languages that have one."""
    for folder in sorted(TRANSLATIONS.iterdir()):
        if folder.name != TWO_FILES and file_of(folder.name).exists():
            yield folder.name


def update(code: str) -> list[Text]:
    """Write the file and what is compiled of it; returns what has no words yet. A new language begins with none."""
    file, day = file_of(code), datetime(2026, 1, 1, tzinfo=UTC)
    file.parent.mkdir(parents=True, exist_ok=True)
    known = Catalog(locale=code)
    if file.exists():
        with file.open("rb") as stream:
            known = read_po(stream, locale=code)
    fresh = Catalog(locale=code, project="courier", version="1", creation_date=day, revision_date=day, fuzzy=False)
    missing: list[Text] = []
    for text, context in said():
        kept = known.get(text if isinstance(text, str) else text[0], context)
        words = kept.string if kept and kept.id == text else ""
        added = fresh.add(text, words or None, context=context)
        if context:  # its places are {1}, and a % is a per cent
            added.flags.discard("python-format")
        if not words or not all(words if isinstance(words, tuple | list) else [words]):
            missing.append(text)
    with file.open("wb") as stream:
        write_po(stream, fresh, width=120)
    with file.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, fresh)
    return missing


def main() -> None:
    asked = sys.argv[1:]
    for code in asked or list(one_file()):
        Locale.parse(code)  # raises, with a sentence, for what is no language
        missing = update(code)
        told = [each if isinstance(each, str) else each[0] for each in missing[:SHOWN]]
        head = f"{file_of(code).relative_to(APP.parent)}: {len(missing)} texts lack their words."
        sys.stdout.write("\n  ".join([head, *told]) + "\n")


if __name__ == "__main__":
    main()
