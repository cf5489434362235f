"""What is read of a row: sizes, packs, numbers, words and colours, each where it belongs."""

from __future__ import annotations

import pytest

from bench.matching_trades import trade
from ml_analyze.matching.index import Index, open_index
from ml_analyze.matching.record import Record, records
from ml_analyze.matching.sizes import measures, numbers
from ml_analyze.matching.texts import texts_of


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("record")
    (folder / "c.ndjson").write_text('{"kind": "product", "id": "1", "name": "x"}', encoding="utf-8")
    return open_index(folder / "c.ndjson", cache_dir=folder / "cache")


def read(index: Index, name: str, **more: object) -> Record:
    row = {"name": name, **more}
    return records([row], [texts_of(row)], index)[0]


def test_the_same_size_in_other_units_is_the_same(index: Index) -> None:
    for one, other in (
        ("500 GB", "0.5TB"),
        ("1,5 л", "1500ml"),
        ("33cl", "330 ml"),
        ("2 kg", "2000 г"),
        ('19"', "19 inch"),
    ):
        assert read(index, one).measures == read(index, other).measures != {}


def test_what_is_read_once_of_a_name_and_its_description_is_what_both_say_together(index: Index) -> None:
    for kind, language in (("parts", "de"), ("screws", "de"), ("grocery", "ru"), ("electronics", "en")):
        made = trade(kind, 31, products=150, items=150, languages=(language, language))
        rows = [*made.products, *made.items]
        texts = [texts_of(row) for row in rows]
        for text, each in zip(texts, records(rows, texts, index), strict=True):
            assert each.all_measures == measures(text.full), text.full
            assert each.all_numbers == numbers(text.full), text.full


def test_the_x_of_a_model_number_makes_no_pack(index: Index) -> None:
    for name in ("NDD-18X 18 В 2x4,0 Ач", "KDD-18X 18 V body only", "HPL-X12 12"):
        assert read(index, name).packs == frozenset(), name


@pytest.mark.parametrize(
    "name",
    [
        "juice 6 x 1 l",
        "juice 6x1l",
        "juice 1 l x 6",
        "juice pack of 6",
        "juice 6 Stk",
        "juice 6шт",
        "jus 6 pces",
        "sok 6 szt",
    ],
)
def test_packs_are_found_however_they_are_written(index: Index, name: str) -> None:
    assert read(index, name).packs == frozenset({6})


def test_dimensions_and_codes_are_no_packs(index: Index) -> None:
    assert read(index, "frame 1920 x 1080 dvp-fx820").packs == frozenset()
    assert read(index, "frame dvp-fx820 500gb 24v").codes == frozenset({"dvpfx820"})


def test_numbers_before_a_preposition_are_no_sizes(index: Index) -> None:
    for name in ("mop 3 in 1", "ages 5 to 10", "набор 3 в 1"):
        assert read(index, name).measures == {}
    assert read(index, "monitor 19 in").measures == {"length": frozenset({"482.6"})}


def test_colours_have_one_name_in_all_languages(index: Index) -> None:
    assert {c for w in ("schwarz", "negro", "черный", "blk") for c in read(index, f"lamp {w}").colours} == {"black"}
