"""An image is built only from the code of the version that it is named after.

python deploy/is_version.py FILE WANTED      FILE holds the version; an empty WANTED is any
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main(file: str, wanted: str) -> str | None:
    """What is wrong, as a sentence; None when nothing is."""
    found = re.search(r'^(?:VERSION|__version__) = "([^"]+)"', Path(file).read_text(), re.MULTILINE)
    if found is None:
        return f"{file} names no version."
    if wanted in ("", found[1]):
        return None
    return (
        f"This is the code of version {found[1]}, and the image would be called {wanted}. Check out {wanted} "
        f"to build it, or start the image that was built then: docker compose up --detach --no-build."
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
