"""The held table of routes, ``routes.txt``: one line a method of a path, and who may use it."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

from flask import Flask

from app.access import policy

HELD = Path(__file__).with_name("routes.txt")
#: columns of the table; ``anyone`` needs no sign-in
WHO = ("admin", "procurement", "sales", "anyone")
OTHER_SERVICE = "ml-analyze"


def held(service: str = "courier") -> dict[tuple[str, str], frozenset[str]]:
    """(method, rule) -> who may use it; ``anyone``, ``secret`` or names of roles."""
    table = {}
    for line in HELD.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, _, rest = line.partition(" ")
        rule, _, who = rest.rpartition(" ")
        where, path = ("courier", rule) if rule.startswith("/") else rule.split(":", 1)
        if where == service:
            table[method, path] = frozenset(who.split(","))
    return table


def served(app: Flask) -> set[tuple[str, str]]:
    """Every (method, rule) that the app answers, but for files that hold no secret."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def declared(app: Flask) -> dict[tuple[str, str], frozenset[str]]:
    """What the views say of themselves, in the words of the table."""
    roles = policy.route_table(app)
    told: dict[tuple[str, str], frozenset[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        allowed = roles[rule.endpoint]
        who = frozenset({"forgotten"}) if allowed is None else frozenset(role.value for role in allowed)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            told[method, rule.rule] = who or frozenset({"anyone"})
    return told


def line(method: str, rule: str, who: frozenset[str]) -> str:
    return f"{method} {rule} {','.join(each for each in (*WHO, 'forgotten') if each in who)}"


def path_of(rule: str) -> str:
    """The rule with something in the place of its parameters: ids of things that there are none of."""

    def example(match: re.Match[str]) -> str:
        inside = match.group(1)
        if inside.startswith("any("):
            return re.split("[,)]", inside[4:])[0].strip("'\" ")
        return {"digest": "0" * 12, "path:name": "app.css", "place": "1-1"}.get(inside, str(uuid4()))

    return re.sub(r"<([^>]+)>", example, rule)
