"""An address is told so that it can be recognised, and no secret in it with it."""

from __future__ import annotations

import pytest

from handoff.addresses import without_secrets

TOLD = {
    "https://user:pass@x.example/list.csv": "https://x.example/list.csv",
    "https://user@x.example/list.csv?v=1": "https://x.example/list.csv?v=1",
    "https://x.example/a?token=abc&v=2": "https://x.example/a?token=***&v=2",
    "https://x.example/a?accessToken=abc": "https://x.example/a?accessToken=***",
    "https://x.example/a?AWSAccessKeyId=AKIA&Signature=x%2Fy&Expires=1": "https://x.example/a?AWSAccessKeyId=***&Signature=***&Expires=1",
    "https://x.example/a?X-Amz-Credential=a&X-Amz-Date=20260101T000000Z": "https://x.example/a?X-Amz-Credential=***&X-Amz-Date=20260101T000000Z",
    "https://x.example/a?sv=2026-01-01&sig=abc": "https://x.example/a?sv=2026-01-01&sig=***",
    "https://x.example/a?v=1;password=abc": "https://x.example/a?v=1;password=***",
    "https://x.example/a;jsessionid=AB12?v=1": "https://x.example/a;jsessionid=***?v=1",
    "https://x.example/a#access_token=abc": "https://x.example/a#access_token=***",
    "https://x.example/a?%74oken=abc": "https://x.example/a?%74oken=***",
    "https://x.example/f?q=Zx81kQ0pLm27sTuVwXyZ": "https://x.example/f?q=***",
    "https://x.example/key/abc/list.csv": "https://x.example/key/***/list.csv",
    "https://x.example/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789/edit": "https://x.example/d/1AbC***/edit",
    "https://x.example/eyJhbGciOiJ.eyJzdWIi.c2ln": "https://x.example/eyJh***",
    "https://x.example/d41d8cd98f00b204e9800998ecf8427e.csv": "https://x.example/d41d***.csv",
    "GET /list.csv?api_key=abc failed": "GET /list.csv?api_key=*** failed",
    "cannot reach redis://:word@127.0.0.1:6379/0": "cannot reach redis://127.0.0.1:6379/0",
}
KEPT = (
    "https://x.example/Preisliste-Brandt-Werkzeuge-2026-11-27.csv?sheet=Preise&from=2026-11-27T10:00:00Z",
    "https://x.example/prices/january/price_list_final_version_2_new.xlsx",
    "https://x.example/a@b/list.csv?category=Tools&page=2",
    "27 of 30 items cost nothing now = a question",
    "",
)


@pytest.mark.parametrize("address", TOLD)
def test_what_is_a_secret_is_not_told(address: str) -> None:
    assert without_secrets(address) == TOLD[address]
    assert without_secrets(TOLD[address]) == TOLD[address]


@pytest.mark.parametrize("address", KEPT)
def test_what_is_none_stays_as_it_was_written(address: str) -> None:
    assert without_secrets(address) == address
