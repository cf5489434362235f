"""Whether a value that cannot be kept came with the request: if not, the fault is ours and must be heard of."""

from __future__ import annotations

import re

from flask import request
from sqlalchemy.exc import DataError

#: half a surrogate pair, as it is or as JSON writes it
_HALF = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")


def came_with_the_request(error: DataError | UnicodeError) -> bool:
    """A number or a NUL that the database refuses is taken for the caller's; half a character must be found."""
    if isinstance(error, DataError):
        return True
    given = [*request.values.values(), *map(str, (request.view_args or {}).values())]
    if request.is_json:
        given.append(request.get_data(as_text=True))
    return isinstance(error, UnicodeEncodeError) and any(_HALF.search(each) for each in given)
