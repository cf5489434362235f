"""`make mutants`: which faults are made, and that one the tests do not notice is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded.environment import PROJECT
from tests.mutants import __main__ as mutants
from tests.mutants.made import faults

MODULE = '''\
"""A module."""

from __future__ import annotations

from functools import lru_cache
from typing import cast


@lru_cache(maxsize=8)
def larger(one: int | None, two: int) -> int:
    limit: int | str = 3
    return two if one is None or one < two else cast(int | str, one)
'''
WEAK = "def test_something_comes_back() -> None:\n    assert module.larger(1, 1) == 1\n"
WHOLE = "def test_the_larger_one() -> None:\n    assert (module.larger(1, 2), module.larger(2, 1)) == (2, 2)\n"


def test_no_fault_is_made_where_only_types_and_decorators_stand() -> None:
    made = faults(Path("module.py"), MODULE)
    assert {each.start[0] for each in made} == {11, 12}
    assert not [each for each in made if "BitOr" in each.operator]
    assert {each.function for each in made} == {"larger"}


def test_faults_of_one_place_stand_together_by_kind() -> None:
    made = [(each.start, each.kind) for each in faults(Path("module.py"), MODULE)]
    assert made == sorted(made)
    comparisons = [each.operator for each in faults(Path("module.py"), MODULE) if "_Lt_" in each.operator]
    assert "core/ReplaceComparisonOperator_Lt_Gt" in comparisons


@pytest.mark.parametrize(("test", "survives"), [(WEAK, True), (WHOLE, False)])
def test_a_fault_is_noticed_or_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], test: str, survives: bool
) -> None:
    monkeypatch.setattr(mutants, "PROJECT", tmp_path)
    (tmp_path / ".venv").symlink_to(PROJECT / ".venv")
    (tmp_path / "module.py").write_text(MODULE)
    (tmp_path / "tests" / "unit").mkdir(parents=True)
    (tmp_path / "tests" / "unit" / "test_module.py").write_text(f"import module\n\n\n{test}")
    (tmp_path / "conftest.py").write_text("")
    module = Path("module.py")
    drawn = [each for each in faults(module, MODULE) if each.operator == "core/ReplaceComparisonOperator_Lt_Gt"]
    assert mutants.tests_of(module) == [Path("tests/unit/test_module.py"), Path("tests/unit")]
    noticed, survived = mutants.tried(drawn, tmp_path, ends=float("inf"))
    assert (noticed, survived) == ((0, drawn) if survives else (1, []))
    assert ("SURVIVED module.py:12" in capsys.readouterr().out) == survives
    assert (tmp_path / "module.py").read_text() == MODULE, "and put back"


def test_a_room_without_tests_of_its_own_is_left_to_the_room_around_it() -> None:
    assert mutants.tests_of(Path("app/jobs/nowhere/module.py")) == [Path("tests/unit/app/jobs")]


def test_the_same_seed_draws_the_same_faults() -> None:
    modules = mutants.modules_of(["ml_analyze/matching/decide.py"])
    assert mutants.draw(modules, 5, seed=1) == mutants.draw(modules, 5, seed=1)
    assert len(mutants.draw(modules, 5, seed=1)) == 5
