"""Addresses are built as by the library's own rules, and their builders only when they are asked for."""

from __future__ import annotations

from uuid import UUID

from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, Map, Rule

from app.url_rules import UrlRule


def _fitting(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return {"UUIDConverter": UUID(int=7), "IntegerConverter": 3}.get(type(converter).__name__, "word")


def test_addresses_are_those_of_the_library(app: Flask) -> None:
    rules = [each for each in app.url_map.iter_rules() if isinstance(each, UrlRule)]
    assert len(rules) > 200
    theirs = Map(converters=app.url_map.converters)
    for rule in rules:
        usual = Rule(rule.rule, endpoint=rule.endpoint, defaults=rule.defaults, methods=rule.methods)
        theirs.add(usual)
        values = {name: _fitting(rule._converters[name]) for name in rule.arguments - {*(rule.defaults or ())}}
        values["further"] = "\u00e4 & b"
        for unknown in (True, False, True):
            assert rule.build(values, unknown) == usual.build(values, unknown), rule


def test_a_builder_is_made_when_it_is_first_asked_for() -> None:
    rule = UrlRule("/jobs/<int:number>")
    Map([rule])
    before = rule._build
    assert rule.build({"number": 5}, append_unknown=False) == ("", "/jobs/5")
    assert rule._build is not before
    made = rule._build
    assert rule.build({"number": 6}, append_unknown=False) == ("", "/jobs/6") and rule._build is made
