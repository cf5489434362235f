"""The few calls of the Admin API that the demonstration makes, over HTTP like any other program."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import psycopg
import requests

from embedded.preparation import ADMIN
from embedded.processes import CannotRun


class AdminApi:
    """Speaks as the administrator, with a bearer token made here: the password is known to its owner alone."""

    def __init__(self, address: str, database_url: str, jwt_secret: str) -> None:
        self._base = f"{address}/api/v1/admin"
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the person's has no business on the loopback address
        self._session.headers["Authorization"] = f"Bearer {_token(database_url, jwt_secret)}"

    def suppliers(self) -> dict[str, dict[str, Any]]:
        """Name -> the supplier as the contract shapes it."""
        return {each["name"]: each for each in self._call("GET", "/suppliers")["suppliers"]}

    def create_supplier(self, name: str, source_type: str, url: str | None) -> str:
        """The new supplier's id. One with an address is fetched at once."""
        body = {"name": name, "source_type": source_type} | ({"source_url": url} if url else {})
        supplier_id: str = self._call("POST", "/suppliers", json=body)["supplier"]["id"]
        return supplier_id

    def change_address(self, supplier_id: str, url: str) -> None:
        self._call("PUT", f"/suppliers/{supplier_id}", json={"source_url": url})

    def fetch(self, supplier_id: str) -> None:
        self._call("POST", "/sync", json={"supplier_id": supplier_id})

    def upload(self, supplier_id: str, file: Path) -> None:
        with file.open("rb") as stream:
            self._call("POST", f"/suppliers/{supplier_id}/upload", files={"file": (file.name, stream)})

    def _call(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """Raises CannotRun with the server's own words."""
        try:
            answer = self._session.request(method, self._base + path, timeout=60, **content)
        except requests.RequestException as error:
            raise CannotRun(f"{method} {path} got no answer: {error}") from error
        if not answer.ok:
            raise CannotRun(f"{method} {path} was answered with {answer.status_code}: {answer.text[:500]}")
        reply: dict[str, Any] = answer.json()
        return reply


def _token(database_url: str, secret: str) -> str:
    query = "SELECT id, role::text, session_epoch FROM users WHERE username = %s"
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        row = connection.execute(query, (ADMIN,)).fetchone()
    if row is None:
        raise CannotRun(f"there is no user {ADMIN} any more, in whose name the samples are handed in.")
    now = datetime.now(UTC)
    claims = {
        "sub": str(row[0]),
        "role": row[1],
        "epoch": row[2],
        "iss": "marketbel-api",
        "iat": now,
        "exp": now + timedelta(minutes=30),
    }
    return jwt.encode(claims, secret, algorithm="HS256")
