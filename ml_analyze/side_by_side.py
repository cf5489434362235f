"""A stream worked on by several forked processes, its results in order."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, NoReturn, TypeVar

from handoff.confined import MEMORY_EXIT, die_with_parent

_FORK = get_context("fork")

Given = TypeVar("Given")
Result = TypeVar("Result")


class HelperEnded(RuntimeError):
    """A helper has no answer: ``signal`` is what killed it, None when its work failed as the message says."""

    def __init__(self, message: str, killed_by: signal.Signals | None = None) -> None:
        self.signal = killed_by
        super().__init__(message)


def in_order(
    work: Callable[[Given], Result], given: Iterator[Given], *, processes: int, alone: int
) -> Iterator[tuple[Given, Result]]:
    """Each of ``given`` with ``work`` of it.

    The first ``alone`` are worked on here; for more, ``processes`` helpers are forked, which have everything that
    this process has by then and live no longer than it. At most one of ``given`` a helper is on its way.

    Raises what ``work`` raises here; MemoryError or HelperEnded for a helper.
    """
    for _, each in zip(range(alone if processes > 1 else sys.maxsize), given, strict=False):
        yield each, work(each)
    helpers: list[_Helper] = []
    under_way: deque[tuple[Given, _Helper]] = deque()
    try:
        for number, each in enumerate(given):
            earlier = None
            if number < processes:
                helper = _helper(work)
                helpers.append(helper)
            else:
                done, helper = under_way.popleft()
                earlier = done, helper.answer()
            helper.give(each)
            under_way.append((each, helper))
            if earlier is not None:  # after the helper has got its next
                yield earlier
        for done, helper in under_way:
            yield done, helper.answer()
    finally:
        for helper in helpers:
            helper.process.kill()
            helper.process.join()
            helper.pipe.close()


@dataclass(frozen=True)
class _Helper:
    process: BaseProcess
    pipe: Connection

    def give(self, each: Any) -> None:
        with self._alive():
            self.pipe.send(each)

    def answer(self) -> Any:
        with self._alive():
            result, failure = self.pipe.recv()
        if failure:
            raise HelperEnded(failure)
        return result

    @contextmanager
    def _alive(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, ConnectionError):
            self.process.join()
            code = self.process.exitcode or 0
            if code == MEMORY_EXIT:
                raise MemoryError from None
            killed_by = signal.Signals(-code) if code < 0 else None
            how = killed_by.name if killed_by else f"code {code}"
            raise HelperEnded(f"A helping process was ended by {how}.", killed_by) from None


def _helper(work: Callable[[Any], Any]) -> _Helper:
    ours, theirs = _FORK.Pipe()
    gc.freeze()  # collecting what is shared would copy its pages
    process = _FORK.Process(target=_help, args=(work, theirs, os.getpid()), daemon=True)
    process.start()
    with closing(theirs):
        return _Helper(process, ours)


def _help(work: Callable[[Any], Any], pipe: Connection, parent: int) -> NoReturn:
    """Never returns; an error's traceback goes to standard error, which belongs to the analysis."""
    die_with_parent(parent)
    code = 1
    try:
        while True:
            given = pipe.recv()
            try:
                answer = work(given), ""
            except Exception as error:
                if isinstance(error, MemoryError):
                    raise
                sys.excepthook(*sys.exc_info())
                answer = None, f"{type(error).__name__}: {error}"
            pipe.send(answer)
    except EOFError:
        code = 0
    except MemoryError:
        code = MEMORY_EXIT
    finally:
        sys.stderr.flush()
        os._exit(code)
