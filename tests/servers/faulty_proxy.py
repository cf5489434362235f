"""Stands before a service and lets it look worse than it is: 5xx, broken connections, slow answers."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence

import requests

from tests.servers.wire import Exchange, WireServer

FAULTS = ("500", "503", "reset", "slow", "reset after")


class FaultyProxy(WireServer):
    """``share`` of the requests go wrong while ``faulty`` is set; the others reach ``upstream``."""

    def __init__(self, upstream: str, *, share: float = 0.1, seed: int = 0, kinds: Sequence[str] = FAULTS) -> None:
        super().__init__()
        self._upstream, self._share, self._dice, self._kinds = upstream, share, random.Random(seed), kinds
        self._local = threading.local()
        self.faulty = True
        self.faults = 0

    def lead_to(self, upstream: str) -> None:
        """From the next request on."""
        self._upstream = upstream

    def answer(self, exchange: Exchange) -> None:
        body = exchange.body()
        if self.faulty and self._dice.random() < self._share:
            self.faults += 1
            fault = self._dice.choice(self._kinds)
            if fault in ("500", "503"):
                exchange.reply(int(fault), b"told to fail")
                return
            if fault == "reset":
                exchange.reset()
                return
            if fault == "slow":
                time.sleep(1)
            else:  # done, but nobody hears of it
                self._pass_on(exchange, body)
                exchange.reset()
                return
        answer = self._pass_on(exchange, body)
        if answer is None:
            exchange.reset()
        else:
            exchange.reply(answer.status_code, answer.content, {"Content-Type": answer.headers.get("Content-Type", "")})

    def _pass_on(self, exchange: Exchange, body: bytes) -> requests.Response | None:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        headers = {
            name: value for name, value in exchange.headers.items() if name.lower() not in ("host", "connection")
        }
        try:
            answer: requests.Response = self._local.session.request(
                exchange.command, self._upstream + exchange.path, data=body, headers=headers, timeout=15
            )
        except requests.RequestException:
            return None
        return answer
