"""Which addresses count as public."""

from __future__ import annotations

import ipaddress

import pytest

from app.courier import fetch_guard
from app.errors import BadAddress


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
     "255.255.255.255", "198.18.0.1", "240.0.0.1", "192.0.0.8", "::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254",
     "ff02::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
     "::127.0.0.1", "2001:0:4136:e378::1", "fec0::1", "64:ff9b:1::1"],
)  # fmt: skip
def test_what_leads_inside_is_not_public(address: str) -> None:
    assert not fetch_guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]
)
def test_what_leads_outside_is_public(address: str) -> None:
    assert fetch_guard.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url", ["", "prices.csv", "ftp://host/x", "file:///etc/passwd", "http://", "http:///x", "http://host:99999/",
            "http://a b/", "javascript:alert(1)", "http://[::1/x", "http://host/a\nb"],
)  # fmt: skip
def test_what_is_no_web_address(url: str) -> None:
    with pytest.raises(BadAddress):
        fetch_guard.check_url(url)


def test_numbers_in_disguise_are_resolved_before_they_are_judged() -> None:
    """0x7f000001, 2130706433 and 127.1 are names for 127.0.0.1 to the resolver, so they are checked as such."""
    for host in ("0x7f000001", "2130706433", "127.1", "localhost", "LOCALHOST."):
        session = fetch_guard.session(fetch_guard.Allowed([]))
        with pytest.raises(BadAddress):
            session.get(f"http://{host}:1/x", timeout=2)


def test_one_private_answer_among_public_ones_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", ("93.184.216.34", port)), (2, 1, 6, "", ("10.0.0.1", port))]

    monkeypatch.setattr(fetch_guard.socket, "getaddrinfo", both)
    with pytest.raises(BadAddress):
        fetch_guard.session(fetch_guard.Allowed([])).get("http://rebind.example/x", timeout=2)


@pytest.mark.parametrize(
    ("ours", "port"),
    [
        ("http://127.0.0.1", 80),
        ("https://127.0.0.1/x", 443),
        ("redis://:word@127.0.0.1/0", 6379),
        ("postgresql+psycopg://courier:word@127.0.0.1/courier", 5432),
        ("http://127.0.0.1:8001", 8001),
    ],
)
def test_a_service_of_ours_is_known_by_its_usual_port_too(ours: str, port: int) -> None:
    allowed = fetch_guard.Allowed(["127.0.0.0/8"], ours=[ours])
    with pytest.raises(BadAddress, match="service of this installation"):
        allowed.check("127.0.0.1", port, "127.0.0.1")
    allowed.check("127.0.0.1", port + 1, "127.0.0.1")
