"""Settings from the environment, for both services: a wrong variable is a sentence, not a traceback."""

from __future__ import annotations

import sys
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, ValidationError
from pydantic_settings import BaseSettings

S = TypeVar("S", bound=BaseSettings)
#: in capitals or not
LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"],
    BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
]

#: sysexits.h, EX_CONFIG: a supervisor that starts the process again gains nothing
EX_CONFIG = 78


def settings_from_environment(kind: type[S]) -> S:
    """The settings, or the end of this process with a line a wrong variable. Values are not shown: some are secret."""
    try:
        return kind()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False, include_context=False):
            print(_sentence(kind, problem["loc"], problem["type"], problem["msg"]), file=sys.stderr)  # noqa: T201
        raise SystemExit(EX_CONFIG) from None


def _sentence(kind: type[BaseSettings], place: tuple[int | str, ...], problem: str, message: str) -> str:
    name = str(place[0]) if place else ""
    if not name:
        return f"Not started: {message.removeprefix('Value error, ')}"
    meaning = kind.model_fields[name].description if name in kind.model_fields else ""
    wrong = "is not set" if problem == "missing" else f"has a wrong value: {message[:1].lower()}{message[1:]}"
    return f"Not started: the environment variable {name.upper()} {wrong}. {meaning or ''}".rstrip()
