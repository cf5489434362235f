"""Whatever the matcher says about a candidate can be said in Russian."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import orjson
import pytest
from flask import Flask

from app.web.reasons import reason
from embedded.environment import PROJECT
from ml_analyze.extraction import read_price_list
from ml_analyze.matching import Matcher

SAMPLES = PROJECT / "embedded" / "samples"


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """All reasons of the sample suppliers' lists."""
    folder = tmp_path_factory.mktemp("matching")
    with (SAMPLES / "catalogue.csv").open(encoding="utf-8") as file:
        products = [{"kind": "product", "id": row["internal_sku"], **row} for row in csv.DictReader(file)]
    snapshot = folder / "catalogue.ndjson"
    snapshot.write_bytes(b"\n".join(map(orjson.dumps, products)) + b"\n")
    matcher = Matcher.open(snapshot, cache_dir=folder / "cache")
    found: set[str] = set()
    for name in ("kestrel-supply.csv", "instrument-opt.xlsx", "werkzeug-brandt.csv", "outillage-mercier.pdf"):
        for result in matcher.match(_items(SAMPLES / name), supplier_id=name):
            found.update(why for candidate in result["candidates"] for why in candidate["why"])
    return found


def _items(path: Path) -> list[dict[str, object]]:
    return [line for line in read_price_list(path).lines if line["kind"] == "item"]


def test_every_reason_of_the_matcher_has_its_russian(app: Flask, facts: set[str]) -> None:
    assert len({re.sub(r"[\d.]+", "", fact).split(":")[0] for fact in facts}) > 30
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert [fact for fact in sorted(facts) if reason(fact) == fact] == []


def test_in_english_a_reason_stays_what_the_matcher_said(app: Flask, facts: set[str]) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert [fact for fact in sorted(facts) if reason(fact) != fact] == []


def test_a_reason_names_colours_rates_and_what_it_does_not_know(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "ru"}):
        assert reason("colour differs: black, red / grey") == "цвет другой: чёрный, красный / серый"
        assert reason("price 4 % lower at the list's rate of 61.2") == "цена на 4 % ниже по курсу списка 61.2"
        assert reason("the moon is full") == "the moon is full"
