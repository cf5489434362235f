"""matching.hashed_words: a code is the same token however its parts are divided."""

from __future__ import annotations

from ml_analyze.matching.hashed_words import words, words_and_codes


def test_a_code_has_the_same_token_with_and_without_its_signs() -> None:
    found = words_and_codes(["dsc-w120/b", "dscw120", "dsc w120", "dscw120b"])
    code = words(["dscw120"]).hash[0]
    assert {int(doc) for doc, token in zip(found.doc, found.hash, strict=True) if token == code} == {0, 1, 2, 3}
