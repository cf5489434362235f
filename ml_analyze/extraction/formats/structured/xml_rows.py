"""XML that is nothing but rows of named values: elements that come again and again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml_analyze.extraction.understanding.lexicon import lexicon

from .json_rows import Found, article_rows
from .known import Row, says_price
from .xml import beginning, elements, inside, local, shape, text_in

_LEAST_VALUES = 2


def row_elements(path: Path) -> tuple[str, ...]:
    """The elements that stand for rows: the outermost that come again and again and hold several values.

    Beside the first of them only those that name a price. Raises Unreadable where the file is damaged.
    """
    places = shape(path)
    inside_: dict[tuple[str, ...], list[str]] = {}
    for place in places:
        inside_.setdefault(place[:-1], []).append(place[-1])
    found: list[tuple[str, ...]] = []
    for place, kind in places.items():
        held = inside_.get(place, [])
        alone = len(places) == len(held) + 2  # a list of one
        several = len(held) >= _LEAST_VALUES or kind.attributes > _LEAST_VALUES
        if len(place) == 1 or not several or not (kind.count > 1 or alone) or any(_within(place, one) for one in found):
            continue
        if not found or says_price(held):
            found.append(place)
    return tuple(dict.fromkeys(place[-1] for place in found))


def _within(place: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return place[: len(other)] == other


def xml_rows(path: Path, names: tuple[str, ...]) -> Iterator[Row]:
    """The rows: an element's attributes and what stands in it. The outermost element may say everyone's currency."""
    currency = next((opening.currency for opening in beginning(path)[:1]), "")
    for element in elements(path, *names):
        for row in article_rows(_found(element)):
            made = {key: text for key, text in row.items() if text}
            yield made | {"currency": currency} if currency and "currency" not in made else made


def _found(element: Any) -> Found:
    """Values under their elements' names; a parameter under the name that it bears, repeated elements as a list."""
    found: Found = _attributes(element)
    for name, elements_ in _by_name(inside(element)).items():
        only = elements_[0]
        if len(elements_) == 1 and not len(only) and not only.attrib:  # most are so
            found.setdefault(name, (only.text or "").strip())
            continue
        same = _held_by(elements_[0]) if len(elements_) == 1 else elements_
        if len(same) > 1 and not any(_name_of(each) for each in same):
            found.setdefault(name, _several(same))
            continue
        for each in elements_:
            _take(each, found)
    return found


def _held_by(element: Any) -> list[Any]:
    """The elements of one name that another only holds: variants, prices; none where it holds anything else."""
    held = inside(element)
    return held if len({local(each) for each in held}) == 1 else []


def _by_name(children: list[Any]) -> dict[str, list[Any]]:
    named: dict[str, list[Any]] = {}
    for each in children:
        named.setdefault(local(each), []).append(each)
    return named


def _several(same: list[Any]) -> list[Any]:
    """Elements of one name: objects where they hold anything but text, or prices."""
    if any(inside(each) or each.attrib for each in same) or says_price([local(same[0])]):
        return [
            _found(each) if inside(each) else {**_attributes(each), "value": text_in(each).strip()} for each in same
        ]
    return [text for each in same if (text := text_in(each).strip())]


def _attributes(element: Any) -> Found:
    return {str(key).rpartition("}")[2]: str(value) for key, value in element.attrib.items()} if element.attrib else {}


def _name_of(element: Any) -> str:
    """The name that a parameter bears, in an attribute or in an element beside its value."""
    children = {local(each).lower(): each for each in inside(element)}
    if children and len(children) <= 2 and children.keys() >= {"name", "value"}:
        return text_in(children["name"]).strip()
    return "" if children else str(element.get("name") or element.get("Name") or "")


def _take(element: Any, found: Found) -> None:
    name, named = local(element), _name_of(element)
    children = inside(element)
    if children and named:
        found.setdefault(named, text_in({local(each).lower(): each for each in children}["value"]).strip())
    elif children:
        found.setdefault(name, {key: value for key, value in _found(element).items() if key not in element.attrib})
    elif named:
        found.setdefault(named, text_in(element).strip() or str(element.get("value") or ""))
    else:
        found.setdefault(name, text_in(element).strip())
        for key, value in _attributes(element).items():
            if key.casefold().startswith("cur"):
                found.setdefault("currency", value)
            elif "tax" in lexicon().roles_of(key):
                found.setdefault(key, value)  # a rate, and no price of the rate
            elif says_price([name]):  # what it is the price of: a hundred, a carton, from ten on
                found.setdefault(f"{name} {key}", value)
