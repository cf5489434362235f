"""app.web.assets: files under their hash, modules under one hash for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.web import assets


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "app.js").write_text('import { a } from "./near.js";\nimport "./other.js";\n')
    (tmp_path / "js" / "near.js").write_text('import { b } from "./far.js";\n')
    (tmp_path / "js" / "other.js").write_text("// nothing\n")
    (tmp_path / "js" / "far.js").write_text('import { a } from "./near.js";\n')
    (tmp_path / "app.css").write_text("p {}\n")
    monkeypatch.setattr(assets, "STATIC", tmp_path)
    assets.forget()
    return tmp_path


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    assets.forget()
    yield
    assets.forget()


def test_a_change_in_one_module_is_a_new_address_for_each_and_for_nothing_else(folder: Path) -> None:
    before = {name: assets.load(name).digest for name in ("js/app.js", "js/near.js", "app.css")}
    assert before["js/app.js"] == before["js/near.js"] != before["app.css"]
    (folder / "js" / "far.js").write_text("// changed\n")
    assets.forget()
    after = {name: assets.load(name).digest for name in before}
    assert after["js/app.js"] == after["js/near.js"] != before["js/app.js"]
    assert after["app.css"] == before["app.css"]


def test_what_a_module_needs_is_found_all_the_way_down(folder: Path) -> None:
    assert sorted(assets.imported("js/app.js")) == ["js/far.js", "js/near.js", "js/other.js"]
    assert assets.imported("js/other.js") == ()


def test_what_a_module_says_to_its_readers_is_not_sent_and_its_lines_keep_their_numbers(folder: Path) -> None:
    (folder / "js" / "other.js").write_text(
        "// why\n/**\n * @param {string} a\n */\nexport const f = (a) => a * 2; // kept\n"
    )
    assert assets.load("js/other.js").plain.decode() == "\n\n\n\nexport const f = (a) => a * 2; // kept\n"


def test_every_import_of_our_modules_is_found_and_names_a_module() -> None:
    for path in sorted((assets.STATIC / "js").glob("*.js")):
        lines = [line for line in path.read_text().splitlines() if line.startswith("import ")]
        found = assets.imported(f"js/{path.name}")
        assert len(found) >= len(lines), path.name
        for name in found:
            assets.load(name)


@pytest.mark.parametrize("name", ["../settings.py", "js", "js/none.js", "a\0b.css", "x" * 5000])
def test_what_is_no_file_of_ours_is_not_found(name: str) -> None:
    with pytest.raises(FileNotFoundError):
        assets.load(name)


def test_a_page_asks_for_all_modules_at_once(app: Flask) -> None:
    page = app.test_client().get("/login").text
    for name in assets.imported("js/app.js"):
        assert f'<link rel="modulepreload" href="{address(app, name)}">' in page


def address(app: Flask, name: str) -> str:
    with app.test_request_context():
        return assets.asset_url(name)


def test_an_icon_is_drawn_in_the_page_and_asks_for_no_file() -> None:
    drawn = assets.drawn_icon("download")
    assert drawn.startswith('<svg class="icon" data-icon="download"')
    assert "<path " in drawn
    assert "<symbol" not in drawn
    with pytest.raises(KeyError):
        assets.drawn_icon("of-no-icon")
