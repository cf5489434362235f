"""Which request headers a person may set for a source; they are sealed by the courier, which opens them to fetch."""

from __future__ import annotations

import re

from app.courier import secret_headers
from app.errors import Invalid

MOST_HEADERS, LONGEST_VALUE = 10, 4096
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
VALUE = re.compile(r"[\x20-\x7e\t]*")
#: these belong to the connection, not to the person who sets credentials
OURS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "range", "accept-encoding"}
)


def seal(headers: dict[str, str]) -> bytes | None:
    """The headers as ``Supplier.secret_headers`` keeps them; None for none. Raises Invalid."""
    if len(headers) > MOST_HEADERS:
        raise Invalid(f"A source takes at most {MOST_HEADERS} headers.")
    for name, value in headers.items():
        if not NAME.fullmatch(name) or name.lower() in OURS:
            raise Invalid(f"{name[:100]!r} cannot be set as a header of a source.")
        if not VALUE.fullmatch(value) or len(value) > LONGEST_VALUE:
            raise Invalid(f"The value of {name} must be one line of at most {LONGEST_VALUE} plain characters.")
    return secret_headers.seal(headers)
