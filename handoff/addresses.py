"""Addresses as they may be told: in a log, a sidecar, a record in Redis, a sentence. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import unquote, unquote_plus

MASK = "***"
_USER = re.compile(r"(?<=://)[^\s/?#\"'<>]*@")
_PARAMETER = re.compile(
    r"([?&#])([^\s?&;#=/\"'<>]{1,200})=([^\s&;#\"'<>]*)|(;)([^\s?&;#=/\"'<>]{1,200})=([^\s&;#?/\"'<>]*)"
)
_PATH = re.compile(r"(?<=://)[^\s/?#\"'<>]+/[^\s?#\"'<>]+")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET_WORDS = frozenset(
    {"pass", "password", "passwd", "passphrase", "pwd", "pw", "secret", "token", "key", "apikey", "sig", "sign"}
    | {"signature", "credential", "credentials", "auth", "authorization", "code", "session", "sid", "jwt", "hmac"}
    | {"ticket", "otp", "pin", "access", "bearer", "hash"}
)
_SECRET_ENDS = ("token", "key", "password", "passwd", "secret", "signature", "sessionid", "auth")
#: as services make them: long, of letters and digits without order
_RANDOM = re.compile(r"[A-Za-z0-9_\-+/=~.]{20,}")
_LONG = 32
#: a small letter before a capital, or a letter beside a digit; of random characters nearly half change so
_CHANGES = re.compile(r"(?<=[a-z])[A-Z0-9]|(?<=[0-9])[A-Za-z]|(?<=[A-Z])[0-9]")
_CHANGING = 0.25
_HEX = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}")
_SHOWN = 4


def without_secrets(text: str) -> str:
    """Every address in the text without user and password, and with ``***`` for what is named or looks like a secret.

    The rest stays as it was written, so that the address can be recognised.
    """
    if "://" not in text and "=" not in text:
        return text
    text = _PARAMETER.sub(_parameter, _USER.sub("", text))
    return _PATH.sub(lambda found: "/".join(_segments(found[0].split("/"))), text)


def _parameter(found: re.Match[str]) -> str:
    mark, name, value = (each for each in found.groups() if each is not None)
    if not value or not (names_a_secret(unquote_plus(name)) or looks_random(unquote_plus(value), least=20)):
        return found[0]
    return f"{mark}{name}={MASK}"


def names_a_secret(name: str) -> bool:
    lower = name.lower()
    return lower.endswith(_SECRET_ENDS) or not _SECRET_WORDS.isdisjoint(each.lower() for each in _WORDS.findall(name))


def looks_random(text: str, *, least: int) -> bool:
    """Long and hexadecimal, or of letters and digits that change as they do in no words."""
    if len(text) < least or not _RANDOM.fullmatch(text):
        return False
    return len(_CHANGES.findall(text)) >= len(text) * _CHANGING or bool(_HEX.fullmatch(text))


def _segments(parts: list[str]) -> list[str]:
    """Of a path: what follows a word for a secret, and long random parts but for their beginning."""
    told = parts[:1]
    for before, part in pairwise(parts):
        plain, stem = unquote(part), unquote(part).partition(".")[0]
        is_jwt = plain.startswith("eyJ") and plain.count(".") == 2
        if part and before.lower() in _SECRET_WORDS - {"code", "access", "sign", "pass", "hash"}:
            told.append(MASK)
        elif is_jwt or looks_random(stem, least=_LONG):
            told.append(part[:_SHOWN] + MASK + ("" if is_jwt else "".join(part.partition(".")[1:])))
        else:
            told.append(part)
    return told
