"""matching.texts: which texts a row or product is compared by, and what stands in which of them."""

from __future__ import annotations

from ml_analyze.matching.texts import maker_number, texts_of


def test_a_row_of_every_field_has_each_where_it_belongs() -> None:
    told = texts_of(
        {
            "name": "Bohrhämmer 18 V",
            "brand": "Börsch & Co",
            "sku": "B-12/3",
            "barcode": "4006381333931.0",
            "modelno": "GBH-2",
            "model": "26 F",
            "category": ["Werkzeug", None, "Bohrer"],
            "description": "Mit Koffer",
            "characteristics": {"mpn": "06112-A3"},
        }
    )
    assert (told.name, told.brand, told.sku, told.barcode) == ("bohrhammer 18 v", "borschco", "b123", "4006381333931")
    assert (told.maker, told.category) == ("06112a3", "werkzeug bohrer")
    assert " ".join(told.named.split()) == "borsch & co bohrhammer 18 v gbh-2 26 f b-12/3 06112-a3"
    assert " ".join(told.short.split()) == "borsch & co bohrhammer 18 v gbh-2 26 f 06112-a3"
    assert told.whole.split() == [*told.named.split(), "werkzeug", "bohrer", "mit", "koffer"]
    assert told.full.split() == [*told.short.split(), "werkzeug", "bohrer", "mit", "koffer"]


def test_a_row_of_nothing_has_no_texts() -> None:
    told = texts_of({})
    assert not told.whole.strip() and not told.full.strip()
    assert (told.keys, told.maker, told.barcode, told.sku, told.brand) == ("", "", "", "", "")


def test_keys_meet_keys_of_their_own_kind_alone() -> None:
    told = texts_of({"name": "Kettle", "sku": "4006381333931", "barcode": "4006381333931"})
    barcode, number = told.keys.split()
    assert barcode != number
    assert texts_of({"sku": "4006381333931"}).keys == number
    assert texts_of({"barcode": "04006381333931"}).keys.split() == [barcode]
    assert {barcode, number}.isdisjoint(told.named.split())


def test_the_makers_number_comes_before_model_columns_and_only_out_of_an_object() -> None:
    assert texts_of({"modelno": "AB-1", "model": "CD-2"}).maker == "ab1"
    assert texts_of({"model": "CD-2"}).maker == "cd2"
    assert texts_of({"model": "CD-2", "characteristics": {"mpn": 471100}}).maker == "471100"
    strange = ("mpn: 4711", ["mpn", "4711"], None, 7, {}, {"mpn": None}, {"MPN": "4711"})
    assert [maker_number({"characteristics": each}) for each in strange] == [""] * 7


def test_of_a_long_description_the_beginning_counts() -> None:
    told = texts_of({"name": "Kettle", "description": "red " * 10_000 + "blue"})
    assert len(told.full) < 1100
    assert "blue" not in told.full
