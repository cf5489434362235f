"""The variables that all processes of one installation share, and the folder where it keeps its data."""

from __future__ import annotations

import os
import secrets
import shlex
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
# Everything that `make run` keeps; LOCAL_DIR puts it elsewhere, so that two installations can share one clone.
LOCAL = Path(os.environ.get("LOCAL_DIR") or PROJECT / ".local").absolute()


def environment(
    *, database_url: str, redis_url: str, shared: Path, secret_key: str, ml_analyze_url: str, **more: str
) -> dict[str, str]:
    """This process's variables with ours on top; what the person set (``LOG_LEVEL``, limits) stays."""
    return os.environ | {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SHARED_DIR": str(shared),
        "SECRET_KEY": secret_key,
        "JWT_SECRET": secret_key,
        "ML_ANALYZE_URL": ml_analyze_url,
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(PROJECT),
        **more,
    }


def kept_secret(file: Path) -> str:
    """A random secret that survives restarts, so that a person stays logged in."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return file.read_text(encoding="ascii")


def write_shell_variables(file: Path, variables: dict[str, str]) -> None:
    """What a second terminal needs for the commands of the README: ``set -a; . .local/env``. Readable by its owner."""
    ours = {name: value for name, value in variables.items() if os.environ.get(name) != value}
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in sorted(ours.items())))
