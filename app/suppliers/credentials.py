"""A source's credentials as fields of a form: user and password (Basic), and any headers. Values never come back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.courier import secret_headers
from app.errors import Invalid, SourceRefused
from app.models.supplier import Supplier

AUTHORIZATION = "Authorization"
_BASIC = "Basic "


@dataclass(frozen=True)
class Fields:
    """What may be shown: the user of Basic, and the names of the other headers."""

    user: str = ""
    names: tuple[str, ...] = ()


def shown(supplier: Supplier) -> Fields:
    """Nothing where the key was changed since: the credentials have to be entered again."""
    kept = _kept(supplier)
    user, _password = _basic_of(kept)
    return Fields(user, tuple(sorted(name for name in kept if not (user and name == AUTHORIZATION))))


def of_form(supplier: Supplier, *, user: str, password: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The headers that the fields mean; a value left empty stays as it was kept. Raises Invalid."""
    kept = _kept(supplier)
    headers: dict[str, str] = {}
    for name, value in ((name.strip(), value) for name, value in pairs):
        if not name:
            continue
        if name.lower() in {each.lower() for each in headers}:
            raise Invalid(f"The header {name[:50]} stands twice.")
        headers[name] = value or kept.get(name, "")
        if not headers[name]:
            raise Invalid(f"Give the header {name[:50]} a value.")
    if user := user.strip():
        if AUTHORIZATION.lower() in {each.lower() for each in headers}:
            raise Invalid("Give either user and password or the header Authorization: both are the same header.")
        if ":" in user:
            raise Invalid("A user's name in Basic holds no colon.")
        before = _basic_of(kept)
        password = password or (before[1] if before[0] == user else "")
        headers[AUTHORIZATION] = _BASIC + base64.b64encode(f"{user}:{password}".encode()).decode()
    return headers


def _kept(supplier: Supplier) -> Mapping[str, str]:
    try:
        return secret_headers.unseal(supplier.secret_headers)
    except SourceRefused:
        return {}


def _basic_of(headers: Mapping[str, str]) -> tuple[str, str]:
    """User and password of a Basic header; empty where there is none."""
    value = headers.get(AUTHORIZATION, "")
    if not value.startswith(_BASIC):
        return "", ""
    try:
        user, _colon, password = base64.b64decode(value.removeprefix(_BASIC), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
