"""Modes on the volume: both services may read and write, whatever umask a process was started with."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

FILE = 0o664
FOLDER = 0o775


def share(descriptor: int) -> None:
    """Open an own file of the volume to the other service; somebody else's keeps the mode it has."""
    with suppress(PermissionError):
        os.fchmod(descriptor, FILE)


def make_folder(folder: Path) -> None:
    """Create one folder of the volume, open to both services; one that is there keeps the mode it has."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(FOLDER)
