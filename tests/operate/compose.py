"""docker-compose.yml as an engine would see it: anchors merged, variables filled in by the specification's rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]
FILE = PROJECT / "docker-compose.yml"
#: what .env.example asks for
SECRETS = ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY", "JWT_SECRET", "ML_ANALYZE_SECRET")
ENV = {name: f"{name.lower().replace('_', '-')}-of-the-tests-and-long-enough" for name in SECRETS}

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class MissingVariable(Exception):
    """`${NAME:?message}` of a name that is not set."""


def load(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The document with ``env`` (by default: only the secrets set) filled in."""
    document: dict[str, Any] = yaml.safe_load(FILE.read_text())
    filled: dict[str, Any] = _walk(document, ENV if env is None else env)
    return filled


def services(env: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = load(env)["services"]
    return found


def environment_of(service: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, str]:
    """What a container gets: .env where the service names it, its own variables on top; empty ones are passed on."""
    given = dict(env) if service.get("env_file") == ".env" else {}
    for name, value in (service.get("environment") or {}).items():
        if value is not None:
            given[name] = str(value)
        elif name in env:
            given[name] = env[name]
    return given


def _walk(node: Any, env: Mapping[str, str]) -> Any:
    if isinstance(node, dict):
        return {key: _walk(value, env) for key, value in node.items()}
    if isinstance(node, list):
        return [_walk(each, env) for each in node]
    return fill(node, env) if isinstance(node, str) else node


def fill(text: str, env: Mapping[str, str]) -> str:
    """``$$``, ``${NAME}``, ``${NAME:-default}`` (which may hold variables itself) and ``${NAME:?message}``."""
    out, at = [], 0
    while at < len(text):
        if text.startswith("$$", at):
            out.append("$")
            at += 2
        elif text.startswith("${", at):
            end = _closing(text, at + 2)
            out.append(_value(text[at + 2 : end], env))
            at = end + 1
        else:
            out.append(text[at])
            at += 1
    return "".join(out)


def _closing(text: str, at: int) -> int:
    depth = 1
    while depth:
        if text.startswith("${", at):
            depth, at = depth + 1, at + 2
            continue
        depth -= text[at] == "}"
        at += 1
    return at - 1


def _value(expression: str, env: Mapping[str, str]) -> str:
    match = _NAME.match(expression)
    assert match, f"not a variable: {expression}"
    name, rest = match.group(), expression[match.end() :]
    if env.get(name):
        return env[name]
    if rest.startswith(":-"):
        return fill(rest[2:], env)
    if rest.startswith(":?"):
        raise MissingVariable(f"{name}: {rest[2:]}")
    return env.get(name, "")
