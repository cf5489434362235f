"""Elements of a large XML file one by one. No entity is resolved, no address opened, no tree is kept."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from ml_analyze.extraction.limits import Unreadable

_LOOKED_AT = 400
_PLACES = 5_000  # more different ones has no list


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_in(element: etree._Element | None) -> str:
    """All text in an element; HTML's own entities in letters, others left out."""
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child, etree._Entity):
            letter = html.unescape(str(child.text))
            parts.append("" if letter.startswith("&") else letter)
        elif isinstance(child.tag, str):
            parts.append(text_in(child))
        parts.append(child.tail or "")
    return "".join(parts)


def child(element: etree._Element, *names: str) -> etree._Element | None:
    """The first descendant along a path of names, whatever their namespace."""
    for name in names:
        found = next(element.iterchildren(f"{{*}}{name}"), None)
        if found is None:
            return None
        element = found
    return element


def inside(element: etree._Element | None) -> list[etree._Element]:
    """The elements that stand in one, which may be missing."""
    return [] if element is None or not len(element) else list(element.iterchildren("*"))


def value(element: etree._Element, *names: str) -> str:
    return text_in(child(element, *names)).strip()


def elements(path: Path, *names: str) -> Iterator[etree._Element]:
    """All elements with one of these names, each whole; it is emptied when the next is asked for."""
    try:
        with path.open("rb") as file:
            _skip_blanks(file)
            tags = [f"{{*}}{name}" for name in names]
            for _, element in etree.iterparse(
                file, tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                remove_comments=True, remove_pis=True,
            ):  # fmt: skip
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from error


@dataclass(frozen=True)
class Opening:
    """The beginning of an element: its namespace and name, the name of the one around it, how many attributes.

    ``currency`` is that of an attribute which is called so.
    """

    space: str
    name: str
    parent: str
    attributes: int
    currency: str = ""


def beginning(path: Path) -> list[Opening]:
    """The first elements in the order in which they open; those before a fault where there is one."""
    found: list[Opening] = []
    try:
        with path.open("rb") as file:
            _skip_blanks(file)
            for _, element in etree.iterparse(
                file, events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
            ):
                parent = element.getparent()
                space = str(element.tag).rpartition("}")[0].lstrip("{")
                around = "" if parent is None else local(parent)
                money = next((v for key, v in element.attrib.items() if str(key).casefold().startswith("currency")), "")
                found.append(Opening(space, local(element), around, len(element.attrib), str(money)))
                if len(found) >= _LOOKED_AT:
                    break
    except etree.XMLSyntaxError:
        return found
    return found


@dataclass
class Kind:
    """Elements at one place: how many there are, and how many attributes the first of them has."""

    count: int = 0
    attributes: int = 0


def shape(path: Path) -> dict[tuple[str, ...], Kind]:
    """All places of a file in the order in which they open: the names from the outermost element on, and what is there.

    Raises Unreadable where the file is damaged.
    """
    found: dict[tuple[str, ...], Kind] = {}
    place: tuple[str, ...] = ()
    try:
        with path.open("rb") as file:
            _skip_blanks(file)
            for event, element in etree.iterparse(
                file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                remove_comments=True, remove_pis=True,
            ):  # fmt: skip
                if event == "end":
                    place = place[:-1]
                    element.clear()
                    while element.getprevious() is not None:
                        del element.getparent()[0]
                    continue
                place = (*place, local(element))
                kind = found.get(place)
                if kind is None and len(found) < _PLACES:
                    kind = found[place] = Kind(0, len(element.attrib))
                if kind is not None:
                    kind.count += 1
    except etree.XMLSyntaxError as error:
        raise _damaged(error) from error
    return found


def _damaged(error: etree.XMLSyntaxError) -> Unreadable:
    return Unreadable(
        "CORRUPT_FILE", f"The XML file is damaged in line {error.lineno}: it is not well-formed. Ask for it again."
    )


def _skip_blanks(file: BinaryIO) -> None:
    """A declaration must stand at the very beginning; exports put blank lines before it."""
    head = file.read(64)
    file.seek(len(head) - len(head.lstrip(b" \t\r\n")))
