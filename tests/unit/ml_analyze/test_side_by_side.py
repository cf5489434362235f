"""A stream worked on by several processes: in order, and no helper outlives or is missed."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest

from ml_analyze.side_by_side import HelperEnded, in_order


def who(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def test_results_keep_their_order_and_the_first_are_made_here() -> None:
    found = list(in_order(who, iter(range(20)), processes=3, alone=2))
    assert [(given, result[0]) for given, result in found] == [(n, n * n) for n in range(20)]
    makers = [result[1] for _given, result in found]
    assert makers[:2] == [os.getpid()] * 2
    assert len(set(makers[2:])) == 3 and os.getpid() not in makers[2:]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
def test_a_short_stream_needs_no_more_helpers_than_it_has_parts(count: int) -> None:
    found = list(in_order(who, iter(range(count)), processes=3, alone=2))
    assert [given for given, _ in found] == list(range(count))
    assert len({pid for _, (_, pid) in found} - {os.getpid()}) == max(0, count - 2)


def test_one_process_means_this_one() -> None:
    assert {pid for _, (_, pid) in in_order(who, iter(range(9)), processes=1, alone=2)} == {os.getpid()}


def test_no_more_than_one_part_a_helper_is_read_ahead() -> None:
    read = 0

    def parts() -> Iterator[int]:
        nonlocal read
        while read < 50:
            read += 1
            yield read

    for given, _ in in_order(who, parts(), processes=2, alone=1):
        assert read - given <= 2


def test_helpers_end_with_whoever_stops_listening() -> None:
    stream = in_order(who, iter(range(100)), processes=2, alone=1)
    helpers = {next(stream)[1][1] for _ in range(5)} - {os.getpid()}
    assert len(helpers) == 2
    stream.close()  # type: ignore[attr-defined]
    assert not [pid for pid in helpers if psutil.pid_exists(pid)]


def test_what_fails_in_a_helper_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    def work(number: int) -> int:
        if number == 7:
            raise ValueError("seven is too many")
        return number

    with pytest.raises(HelperEnded, match="ValueError: seven is too many") as caught:
        list(in_order(work, iter(range(20)), processes=2, alone=1))
    assert caught.value.signal is None
    assert "in work" in capfd.readouterr().err  # with the place where it happened


def test_a_helper_without_memory_is_out_of_memory() -> None:
    def work(number: int) -> int:
        if number == 5:
            raise MemoryError
        return number

    with pytest.raises(MemoryError):
        list(in_order(work, iter(range(20)), processes=2, alone=1))


def test_a_helper_that_is_killed_is_not_waited_for() -> None:
    def work(number: int) -> int:
        if number == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(HelperEnded) as caught:
        list(in_order(work, iter(range(20)), processes=2, alone=1))
    assert caught.value.signal is signal.SIGKILL


def test_helpers_die_with_their_analysis() -> None:
    reader, writer = os.pipe()
    parent = os.fork()
    if parent == 0:
        for _, (_, pid) in in_order(who, iter(range(100_000_000)), processes=2, alone=1):
            if pid != os.getpid():
                os.write(writer, pid.to_bytes(8, "big"))
                signal.pause()
    helper = int.from_bytes(os.read(reader, 8), "big")
    os.close(reader)
    os.close(writer)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(helper) and psutil.Process(helper).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)
