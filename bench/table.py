"""``make bench``: every figure of every bench in one table; kept in bench/latest.json and docs/benchmarks.md.

Each bench runs in a process of its own, so that none inherits another's memory; one that fails is named and makes the
exit code 1, the others go on. ``QUICK=1`` measures less of each (under five minutes in all).
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench.figure import Figure

PROJECT = Path(__file__).resolve().parent.parent


def main() -> int:
    quick = os.environ.get("QUICK") not in (None, "", "0")
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=140)  # a log or a pipe has no width of its own
    console.print(_machine())
    figures: list[Figure] = []
    failed: list[str] = []
    for bench in _benches():
        began = time.monotonic()
        measured = _measure(bench, quick)
        if measured is None:
            failed.append(bench)
        else:
            figures += measured
            _keep(figures, quick)  # an interrupted run keeps what it has
        console.print(f"{bench}: {'failed' if measured is None else 'done'} in {time.monotonic() - began:.0f} s")
    console.print(_table(figures))
    if failed:
        console.print(f"These benches ended with an error: {', '.join(failed)}.")
    return 1 if failed else 0


def _benches() -> list[str]:
    """The modules of this folder that define ``figures(quick: bool) -> list[Figure]``."""
    folder = Path(__file__).parent
    return [f"bench.{file.stem}" for file in sorted(folder.glob("*.py")) if "\ndef figures(" in file.read_text("utf-8")]


def _measure(bench: str, quick: bool) -> list[Figure] | None:
    """The figures of one bench, measured in a child process; None when it failed (its traceback is on the screen)."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "bench.table", bench, str(answer), "quick" if quick else "full"]
        if subprocess.run(command, cwd=PROJECT, check=False).returncode != 0:
            return None
        figures: list[Figure] = json.loads(answer.read_text(encoding="utf-8"))
        return figures


def _measure_here(bench: str, answer: Path, quick: bool) -> None:
    figures = importlib.import_module(bench).figures(quick)
    answer.write_text(json.dumps(figures), encoding="utf-8")


def _table(figures: list[Figure]) -> Table:
    table = Table(title="Figures", title_justify="left", title_style="bold")
    table.add_column("Figure")
    for title in ("Value", "Floor", "Ratio"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("Goal")
    table.add_column("Met")
    for each in figures:
        table.add_row(*_cells(each))
    return table


def _cells(each: Figure) -> tuple[str, str, str, str, str, str]:
    floor = f"{each['floor']:.4g} {each['unit']}" if each.get("floor") is not None else "-"
    ratio = f"{each['ratio']:.2f}" if each.get("ratio") is not None else "-"
    met = {True: "yes", False: "NO", None: "-"}[each.get("met")]
    return each["name"], f"{each['value']:.4g} {each['unit']}", floor, ratio, str(each.get("goal") or "-"), met


def _machine() -> str:
    """Processor, cores, memory, system, Python: without them a figure says nothing."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        named = [line for line in information.read_text().splitlines() if line.startswith("model name")]
        model = named[0].split(":", 1)[1].strip() if named else model
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB memory, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _keep(figures: list[Figure], quick: bool) -> None:
    (PROJECT / "bench" / "latest.json").write_text(
        json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    head = ("Figure", "Value", "Floor", "Ratio", "Goal", "Met")
    lines = [
        "# Benchmarks",
        "",
        f"The last run of `make bench{' QUICK=1' if quick else ''}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, on",
        f"{_machine()}.",
        "",
        "A ratio compares with a floor: the least work for the same result, done with plain tools in the same run. The",
        "machine may be shared with other work; ratios suffer less from that than absolute values.",
        "",
        f"| {' | '.join(head)} |",
        "|---|---|---|---|---|---|",
        *(f"| {' | '.join(cell.replace('|', '/') for cell in _cells(each))} |" for each in figures),
    ]
    (PROJECT / "docs" / "benchmarks.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) == 4:
        _measure_here(sys.argv[1], Path(sys.argv[2]), sys.argv[3] == "quick")
    else:
        sys.exit(main())
