"""A stand-in for Google: tokens of service accounts, and the export links of spreadsheets."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.wire import Exchange, WireServer

EMAIL = "courier@example.iam.gserviceaccount.com"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class GoogleServer(WireServer):
    """``public`` and ``shared`` map a spreadsheet's id to the bytes of its export."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.public: dict[str, bytes] = {}
        self.shared: dict[str, bytes] = {}
        self.tokens: list[str] = []
        self.valid: set[str] = set()
        #: (status, headers) told before an export is looked at, one a request
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.exports: list[str] = []
        self._lock = threading.Lock()

    def key_file(self, folder: Path) -> Path:
        """A service account's key as Google's console gives it, whose tokens this server grants."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = folder / "google-credentials.json"
        key = {
            "type": "service_account",
            "client_email": EMAIL,
            "private_key_id": "1",
            "private_key": private.decode(),
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(key), encoding="ascii")
        return path

    def expire_tokens(self) -> None:
        self.valid.clear()

    def answer(self, exchange: Exchange) -> None:
        body, parts = exchange.body(), urlsplit(exchange.path)
        if parts.path == "/token":
            token = f"token-{uuid4().hex}"
            with self._lock:
                self.tokens.append(token)
                self.valid.add(token)
            assert b"assertion=" in body
            granted: dict[str, Any] = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
            exchange.reply(200, json.dumps(granted).encode(), {"Content-Type": "application/json"})
        elif parts.path == "/ServiceLogin":
            exchange.reply(200, b"<!doctype html><html><title>Sign in</title>", {"Content-Type": "text/html"})
        else:
            self._export(exchange, parts.path, parse_qs(parts.query))

    def _export(self, exchange: Exchange, path: str, query: dict[str, list[str]]) -> None:
        with self._lock:
            self.exports.append(exchange.path)
            told = self.answers.pop(0) if self.answers else None
        if told is not None:
            exchange.reply(told[0], b"", told[1])
            return
        sheet = path.removeprefix("/spreadsheets/d/").removesuffix("/export").removesuffix("/pub")
        token = exchange.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.valid:
            exchange.reply(401)
        elif query.get("format", query.get("output")) != ["xlsx"]:
            exchange.reply(400)
        elif (found := self.public.get(sheet)) or (token and (found := self.shared.get(sheet))):
            disposition = "attachment; filename=\"prices.xlsx\"; filename*=UTF-8''%D1%86%D0%B5%D0%BD%D1%8B.xlsx"
            exchange.reply(200, found, {"Content-Type": XLSX, "Content-Disposition": disposition})
        elif token:
            exchange.reply(404)
        else:
            exchange.reply(302, b"", {"Location": f"{self.url}/ServiceLogin"})
