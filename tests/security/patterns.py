"""Every regular expression of the tree, and the texts that would hold a bad one up.

A pattern that tries the same characters again and again takes the square of the text's length, or doubles its time
with each character. ``hostile`` makes the texts that show it, out of the pattern's own parts: what comes before a
repetition, then what is repeated, then something that does not fit.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from itertools import product
from operator import or_
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from types import BuiltinMethodType, ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "handoff", "ml_analyze", "embedded")
METHODS = ("match", "fullmatch", "search", "findall", "finditer", "sub", "split", "subn")
#: characters of a long field; a cell of Excel holds 32,767
LENGTHS = (3_000, 12_000, 48_000)
#: repetitions; where each doubles the time, the last of these that is tried takes a second
_FEW = (*range(8, 60, 2), 100, 300)
SHORT = 3_000
#: processor seconds: a linear pattern takes a hundredth of this for a long text, a quadratic one four times as much
PATIENCE = 0.25
_SUSPICIOUS = PATIENCE / 250
#: one length of LENGTHS over the one before it, from SHORT on
_LINEAR = 4
_TURNS = 12
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)
_OF_A_CLASS = {
    kinds.CATEGORY_DIGIT: "0",
    kinds.CATEGORY_SPACE: " ",
    kinds.CATEGORY_NOT_WORD: "-",
}
#: does not fit the end of anything
_ENDS = ("", "\x01", "!\n", "\n\n")
#: repeated by themselves: what fields are made of
_USUAL = (
    "0",
    "a",
    " ",
    "\t",
    "\n",
    "0.",
    "0,",
    "1 ",
    "a ",
    "- ",
    "<",
    '"',
    "''",
    "\u00a0",
    "A",
    "а",
    "0-",
    "0/",
    ".",
    ",",
    ";",
)


@dataclass(frozen=True)
class Found:
    """A pattern, where it is, and the methods that the tree asks it with."""

    where: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


@cache
def sources() -> list[tuple[str, ast.Module]]:
    paths = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return [
        (".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text("utf-8"))) for path in paths
    ]


def collected() -> list[Found]:
    """Patterns kept under a name of a module, in whatever container, and those written where they are used."""
    asked = _methods_by_name()
    found: dict[tuple[object, int, tuple[str, ...]], Found] = {}
    for name, tree in sources():
        if name.endswith("__main__"):
            continue
        module = importlib.import_module(name.removesuffix(".__init__"))
        for place, pattern in _kept(module):
            methods = tuple(sorted(asked.get(place, set()))) or METHODS[:3]
            found.setdefault((pattern.pattern, pattern.flags, methods), Found(f"{name}.{place}", pattern, methods))
        for line, method, pattern in _written(tree, module):
            found.setdefault((pattern.pattern, pattern.flags, (method,)), Found(f"{name}:{line}", pattern, (method,)))
    return list(found.values())


def _kept(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for name, value in vars(module).items():
        for pattern in _inside(value):
            yield name, pattern


def _inside(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, BuiltinMethodType):  # re.compile("…").fullmatch, kept
        value = value.__self__
    if type(value) is re.Pattern:
        yield value
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for each in value:
            yield from _inside(each, depth - 1)
    elif depth and isinstance(value, Mapping):
        for each in (*value.keys(), *value.values()):
            yield from _inside(each, depth - 1)


def _methods_by_name() -> dict[str, set[str]]:
    """``_HTML.match(…)`` anywhere in the tree -> ``{"_HTML": {"match"}}``."""
    asked: dict[str, set[str]] = {}
    for _, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in METHODS:
                holder = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
                if holder:
                    asked.setdefault(holder, set()).add(node.attr)
    return asked


def _written(tree: ast.Module, module: ModuleType) -> Iterator[tuple[int, str, re.Pattern[Any]]]:
    """``re.search("…", text)`` with a constant; names that hold a text are looked up in the module."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        if getattr(node.func.value, "id", "") == "re" and node.func.attr in METHODS:
            given = node.args[0]
            text = given.value if isinstance(given, ast.Constant) else vars(module).get(getattr(given, "id", ""))
            if isinstance(text, str | bytes):
                said = " ".join(ast.unparse(each) for each in (*node.args[1:], *(word.value for word in node.keywords)))
                names = {"I": re.I, "IGNORECASE": re.I, "S": re.S, "DOTALL": re.S, "M": re.M, "MULTILINE": re.M}
                flags = [flag for name, flag in names.items() if re.search(rf"\bre\.{name}\b", said)]
                yield node.lineno, node.func.attr, re.compile(text, reduce(or_, flags, re.NOFLAG))


def hostile(pattern: re.Pattern[Any]) -> list[tuple[str, str, str]]:
    """(beginning, repeated, end) of texts that a pattern may be slow on."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    made: dict[tuple[str, str, str], None] = {}
    for before, repeated in _repetitions(list(parser.parse(text, pattern.flags & ~re.UNICODE)), ""):
        for beginning, end in product({before, ""}, _ENDS):
            made[beginning, repeated, end] = None
    for repeated, end in product(_USUAL, _ENDS):
        made["", repeated, end] = None
    return [each for each in made if each[1]]


def _repetitions(parts: list[Any], before: str) -> Iterator[tuple[str, str]]:
    """What precedes each repetition of a pattern, and examples of what it repeats: one an alternative."""
    for kind, given in parts:
        if kind in _REPEATS and given[1] > 8:
            for example in dict.fromkeys(_example(list(given[2]), turn) for turn in range(_TURNS)):
                yield before, example
                yield "", before + example  # begun again and again, where a pattern is searched for
        for each in _inner(kind, given):
            yield from _repetitions(each, before)
        before += _example([(kind, given)], 0)


def _inner(kind: Any, given: Any) -> list[list[Any]]:
    if kind in _REPEATS:
        return [list(given[2])]
    if kind is kinds.SUBPATTERN:
        return [list(given[3])]
    if kind is kinds.ATOMIC_GROUP:
        return [list(given)]
    if kind is kinds.BRANCH:
        return [list(each) for each in given[1]]
    return [list(given[1])] if kind in (kinds.ASSERT, kinds.ASSERT_NOT) else []


def _example(parts: list[Any], turn: int) -> str:
    """A text that the parts of a pattern match, or nearly; another alternative each ``turn``."""
    return "".join(_example_of(kind, given, turn) for kind, given in parts)


def _example_of(kind: Any, given: Any, turn: int) -> str:
    if kind is kinds.LITERAL:
        return chr(given)
    if kind is kinds.NOT_LITERAL:
        return "a" if given != ord("a") else "b"
    if kind is kinds.ANY:
        return "a0 "[turn % 3]
    if kind is kinds.IN:
        return _member(given, turn)
    if kind in _REPEATS:
        least, most = given[0], min(given[1], given[0] + 1)
        return _example(list(given[2]), turn) * (least if turn % 2 else most)
    inner = _inner(kind, given) if kind not in (kinds.ASSERT, kinds.ASSERT_NOT) else []
    return _example(inner[turn % len(inner)], turn) if inner else ""


def _member(members: list[Any], turn: int) -> str:
    if members[0][0] is kinds.NEGATE:
        barred = {each for kind, each in members if kind is kinds.LITERAL}
        return next(each for each in "a0 .-\u00e9\u4e00" if ord(each) not in barred)
    kind, given = members[turn % len(members)]
    if kind is kinds.RANGE:
        return chr(given[0])
    return _OF_A_CLASS.get(given, "a") if kind is kinds.CATEGORY else chr(given)


def slowest(found: Found) -> tuple[float, str]:
    """Processor seconds of the slowest hostile text, and what it is made of."""
    worst = (0.0, "")
    for method in found.methods:
        for parts in hostile(found.pattern):
            took = _time(found.pattern, method, parts)
            worst = max(worst, (took, f"{method} of {parts!r}"))
            if took > PATIENCE:
                return worst
    return worst


def _time(pattern: re.Pattern[Any], method: str, parts: tuple[str, str, str]) -> float:
    """Grown step by step: a pattern that doubles its time with each character is found out before it holds up the
    test, one that takes as much more time as there is more text is let go early."""
    took = earlier = 0.0
    for count in (*_FEW, *(length // len(parts[1]) + 1 for length in LENGTHS)):
        text: str | bytes = parts[0] + parts[1] * count + parts[2]
        if isinstance(pattern.pattern, bytes):
            text = str(text).encode("latin-1", "replace")
        took, earlier = _once(pattern, method, text), took
        grows = count in _FEW or took > 2 * _LINEAR * earlier
        if took > PATIENCE and grows:
            return took
        if len(text) > SHORT and (took < _SUSPICIOUS or not grows):
            return 0.0
    return took


def _once(pattern: re.Pattern[Any], method: str, text: str | bytes) -> float:
    started = process_time()
    if method in ("sub", "subn"):
        getattr(pattern, method)("" if isinstance(text, str) else b"", text)
    elif method == "finditer":
        for _ in pattern.finditer(text):
            pass
    else:
        getattr(pattern, method)(text)
    return process_time() - started


if __name__ == "__main__":
    for each in sorted(collected(), key=lambda found: found.where):
        seconds, text = slowest(each)
        if seconds > _SUSPICIOUS:
            sys.stdout.write(f"{seconds:8.3f} s  {each.where}  {each.pattern.pattern!r:.100}  {text:.80}\n")
