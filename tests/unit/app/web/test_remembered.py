"""app.web.remembered: worked out once for many, and by nobody who waits when it is only just too old."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response

from app.web import remembered
from app.web.remembered import Answer

Ask = Callable[..., list[int]]


@pytest.fixture
def ask(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Asks for a value that counts how often it was made: what each request was given, its answer then sent."""
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    def view() -> Response:
        return Response(str(remembered.remembered("count", make, seconds=10)[0]))

    monkeypatch.setitem(app.view_functions, "health.live", view)
    yield lambda times=1: [int(app.test_client().get("/live").text) for _ in range(times)]


def age(app: Flask, seconds: float) -> None:
    """As if so many seconds had gone by since the value was made."""
    answer: Answer[int] = app.extensions["remembered"]["count"]
    answer.expires -= seconds


def test_a_value_is_made_once_while_it_is_good(ask: Ask, app: Flask) -> None:
    assert ask(3) == [1, 1, 1]
    age(app, 9)
    assert ask() == [1]


def test_who_finds_it_just_too_old_is_given_it_and_the_next_one_is_made_when_he_has_his_answer(
    ask: Ask, app: Flask
) -> None:
    ask()
    age(app, 10.1)
    assert ask(2) == [1, 2]


def test_a_value_that_nobody_asked_for_in_a_while_is_made_before_it_is_shown(ask: Ask, app: Flask) -> None:
    ask()
    age(app, 10 + remembered.GRACE)
    assert ask() == [2]


def test_a_promise_that_is_not_kept_costs_nothing(ask: Ask, app: Flask) -> None:
    ask()
    age(app, 10.1)
    app.extensions["remembered"]["count"].promised = True
    assert ask() == [2]
    age(app, 10.1)
    assert ask(2) == [2, 3]


def test_what_fails_when_the_answer_is_sent_is_told_to_who_asks_next(app: Flask) -> None:
    def fail() -> int:
        raise RuntimeError("away")

    with app.test_request_context():
        app.preprocess_request()
        remembered.remembered("count", lambda: 1, seconds=10)
        age(app, 10.1)
        assert remembered.remembered("count", fail, seconds=10)[0] == 1
        response = app.process_response(Response())
    response.close()
    with app.test_request_context(), pytest.raises(RuntimeError):
        remembered.remembered("count", fail, seconds=10)


def test_while_one_makes_it_anew_the_others_are_given_the_last_one_but_not_for_long(app: Flask) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        assert go_on.wait(10)
        return 2

    def make_anew() -> None:
        with app.app_context():
            remembered.remembered("count", slow, seconds=10)

    with app.app_context():
        remembered.remembered("count", lambda: 1, seconds=10)
        age(app, 10.1)
        thread = threading.Thread(target=make_anew)
        thread.start()
        assert begun.wait(10)
        assert remembered.remembered("count", slow, seconds=10)[0] == 1
        go_on.set()
        thread.join()
        assert remembered.remembered("count", slow, seconds=10)[0] == 2
