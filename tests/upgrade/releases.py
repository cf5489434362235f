"""Which releases there were, as CHANGELOG.md names them: ``## 1.0.0 (0123abc)``."""

from __future__ import annotations

import re

from embedded.environment import PROJECT


def previous() -> str:
    """The revision of the newest release that is not this code."""
    found = re.search(r"^## \d+\.\d+\.\d+ \(([0-9a-f]{7,40})\)$", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert found, "CHANGELOG.md names no release with its revision"
    return found[1]
