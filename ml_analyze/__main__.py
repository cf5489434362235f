"""DOOR of the shell: ``python -m ml_analyze FILE [--catalog SNAPSHOT] [--hints HINTS.json] [--out RESULT]``.

Exit codes: 0 read; 1 not readable as a price list; 2 a wrong argument, a missing or broken input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from handoff.api import Hints
from handoff.containers import WITHIN
from handoff.environment import settings_from_environment
from ml_analyze.extraction import Unreadable, read_price_list
from ml_analyze.matching import CatalogUnreadable, Matcher
from ml_analyze.order import Order, Progress
from ml_analyze.pipeline import Stages, cook, sha256_of
from ml_analyze.result import ResultLines
from ml_analyze.settings import Settings
from ml_analyze.side_by_side import HelperEnded


class WrongInput(Exception):
    """An argument that cannot be used; the message is a sentence for the person at the terminal."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        read, problems = analyze(options.file, catalog=options.catalog, hints=options.hints, out=options.out)
    except (WrongInput, CatalogUnreadable) as error:
        return _say(str(error), 2)
    except Unreadable as error:
        return _say(f"{error.code}: {error.message}", 1)
    except BrokenPipeError:  # the reader (head) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except HelperEnded as error:
        return _say(str(error), 1)
    except MemoryError:
        return _say("OUT_OF_MEMORY: the file needs more memory than there is.", 1)
    return _say(f"{read} items, {problems} rows not taken.", 0)


def analyze(file: Path, *, catalog: Path | None, hints: Path | None, out: Path | None) -> tuple[int, int]:
    """Write the result lines; returns how many items and errors there are."""
    archive, _, member = str(file).partition(WITHIN)
    file = Path(archive)
    if not file.is_file():
        raise WrongInput(f"There is no file {file}.")
    settings, order = settings_from_environment(Settings), Order(path=str(file), hints=_hints(hints))
    source = read_price_list(file, member=member or None, hints=order.hints)
    matcher = _matcher(catalog, settings) if catalog else None
    with _output(out) as write:
        totals, _ = cook(
            source,
            ResultLines(write),
            order=order,
            sha256=sha256_of(file),
            matcher=matcher,
            stages=Stages(),
            report=_show if sys.stderr.isatty() else _show_nothing,
            processes=settings.ml_match_processes,
        )
    return totals.items, totals.errors


def _matcher(catalog: Path, settings: Settings) -> Matcher:
    if not catalog.is_file():
        raise WrongInput(f"There is no catalogue {catalog}.")
    settings.ml_cache_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Matcher.open(
        catalog,
        cache_dir=settings.ml_cache_dir,
        auto_threshold=settings.match_auto_threshold,
        potential_threshold=settings.match_potential_threshold,
    )


def _hints(path: Path | None) -> Hints:
    if path is None:
        return Hints()
    try:
        return Hints.model_validate_json(path.read_bytes())
    except OSError as error:
        raise WrongInput(f"The hints {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise WrongInput(f"The hints {path} are not valid: {error.errors()[0]['msg']}.") from error


@contextmanager
def _output(path: Path | None) -> Iterator[Callable[[bytes], object]]:
    """Standard output, or a file that appears whole or not at all."""
    if path is None:
        yield sys.stdout.buffer.write
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file.write
        part.replace(path)
    except OSError as error:
        raise WrongInput(f"The result {path} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)


def _show(progress: Progress) -> None:
    sys.stderr.write(f"\r{progress.phase}: {progress.items} items ({progress.percentage} %) ")


def _show_nothing(progress: Progress) -> None:
    """Nobody looks at a terminal."""


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ml_analyze", description="Read a price list into result lines.")
    parser.add_argument("file", type=Path, help="the price list: CSV, Excel, PDF, a feed, or ARCHIVE!/PATH")
    parser.add_argument("--catalog", type=Path, help="product snapshot to match against")
    parser.add_argument("--hints", type=Path, help="JSON file with what is known better: encoding, columns, ...")
    parser.add_argument("--out", type=Path, help="write the result there instead of to standard output")
    return parser


if __name__ == "__main__":
    sys.exit(main())
