"""Which small faults can be put into a module: Cosmic Ray's operators, without those that change no behaviour."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.work_item import MutationSpec

Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Fault:
    """One change of one place: ``occurrence`` counts the places where the operator could be put to work."""

    module: Path
    operator: str
    occurrence: int
    start: tuple[int, int]
    function: str

    @property
    def kind(self) -> str:
        """Operators of one kind fit the same places: ``ReplaceBinaryOperator_Add_Sub``, ``…_Add_Mul``."""
        return self.operator.split("_")[0]

    def __str__(self) -> str:
        return f"{self.module}:{self.start[0]} {self.operator.removeprefix('core/')} ({self.function or 'module'})"

    def specification(self, root: Path) -> MutationSpec:
        """The same for Cosmic Ray, in the copy of the tree below ``root``."""
        return MutationSpec(
            module_path=root / self.module,
            operator_name=self.operator,
            occurrence=self.occurrence,
            start_pos=self.start,
            end_pos=(self.start[0], self.start[1] + 1),  # not looked at when it is made
        )


def faults(module: Path, source: str) -> list[Fault]:
    """All that can be made in ``source``, by place and kind. Operators that want arguments are left out."""
    made = []
    tree = get_ast(source)
    silent = list(_without_behaviour(ast.parse(source)))
    functions = list(_functions(ast.parse(source)))
    for name in sorted(cosmic_ray.plugins.operator_names()):
        operator = cosmic_ray.plugins.get_operator(name)
        if operator.arguments():
            continue
        places = (each for node in ast_nodes(tree) for each in operator().mutation_positions(node))
        for occurrence, (start, _end) in enumerate(places):
            if not any(first <= start < last for first, last in silent):
                inside = [each for each, first, last in functions if first <= start[0] <= last]
                made.append(Fault(module, name, occurrence, start, inside[-1] if inside else ""))
    return sorted(made, key=lambda fault: (fault.start, fault.operator))


def _functions(tree: ast.Module) -> Iterator[tuple[str, int, int]]:
    """Outer ones before those within."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno, node.end_lineno or node.lineno


def _without_behaviour(tree: ast.Module) -> Iterator[Span]:
    """Types, decorators (caches, frozen classes, routes) and what only a type checker reads."""
    for node in ast.walk(tree):
        quiet: list[ast.expr | ast.stmt | None] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            quiet.append(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            quiet += node.decorator_list
        if isinstance(node, ast.FunctionDef):
            quiet.append(node.returns)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING":
            quiet.append(node)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "cast":
            quiet.append(node.args[0])
        for each in quiet:
            if each is not None:
                yield (
                    (each.lineno, max(0, each.col_offset - 1)),  # a decorator's sign too
                    (each.end_lineno or each.lineno, each.end_col_offset or each.col_offset),
                )
