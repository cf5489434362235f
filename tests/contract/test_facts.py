"""Every fact of the existing system's API, asked of ours. What differs on purpose stands in docs/adr/0061."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.contract.conftest import World
from tests.contract.facts import ENDPOINTS, Endpoint, Upload

WORDS = {
    "product_status": {"draft", "active", "archived"},
    "source_type": {"google_sheets", "csv", "excel"},
    "supplier_status": {"success", "error", "pending", "inactive"},
    "sync_state": {"idle", "syncing_master", "processing_suppliers"},
    "phase": {"downloading", "analyzing", "matching", "complete", "failed"},
    "job_status": {"pending", "processing", "completed", "failed"},
    "file_type": {"excel", "csv", "pdf"},
    "role": {"sales", "procurement", "admin"},
    "queued": {"queued"},
    "retrying": {"retrying"},
}
PATTERNS = {
    "money": r"\d+\.\d{2}",
    "sync_task": r"sync-manual-\d{13}",
    "upload_task": r"upload-[0-9a-f]{8}-\d{13}",
}
TYPES: dict[str, type | tuple[type, ...]] = {"text": str, "flag": bool, "list": list, "object": dict, "any": object}
CODES = {
    400: "VALIDATION_ERROR", 401: "UNAUTHORIZED", 403: "FORBIDDEN", 404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED",
    409: {"CONFLICT", "SYNC_IN_PROGRESS"}, 429: "RATE_LIMIT_EXCEEDED",
}  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert sum(len(endpoint.facts) for endpoint in ENDPOINTS) >= 150
    assert len({endpoint.number for endpoint in ENDPOINTS}) == len(ENDPOINTS)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=[each.number for each in ENDPOINTS])
def test_an_endpoint_answers_as_it_did(endpoint: Endpoint, world: World) -> None:
    client, wrong, shaped = world.app.test_client(), [], not endpoint.shape
    for who, asked, body, status in endpoint.facts:
        answer = send(client, world, who, asked, body)
        if answer.status_code != status:
            wrong.append(
                f"{who or 'nobody'} {asked} {body}: {answer.status_code} and not {status}: {answer.text[:200]}"
            )
        elif status >= 400:
            wrong += error_problems(asked, answer)
        elif not shaped:
            wrong += [f"{asked}: {each}" for each in problems(answer.json, endpoint.shape, "answer")]
            shaped = True
    assert not wrong, "\n".join(wrong)
    assert shaped, "no good answer was seen"


def send(client: FlaskClient, world: World, who: str, asked: str, body: Any) -> TestResponse:
    method, _, path = filled(asked, world).partition(" ")
    path = path.removeprefix("^") if path.startswith("^") else f"/api/v1{path}"
    headers = {"Authorization": f"Bearer {world.tokens[who]}"} if who else {}
    if isinstance(body, Upload):
        return client.open(path, method=method, headers=headers, **multipart(body))
    return client.open(path, method=method, headers=headers, json=filled(body, world))


def multipart(upload: Upload) -> dict[str, Any]:
    """By hand: the order of the parts is part of the fact."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in upload.options]
    head = f'Content-Disposition: form-data; name="file"; filename="{upload.name}"\r\n\r\n'.encode()
    parts.insert(len(parts) if upload.options_first else 0, head + upload.content)
    body = b"".join(b"--edge\r\n" + part + b"\r\n" for part in parts) + b"--edge--\r\n"
    return {"input_stream": io.BytesIO(body), "content_type": "multipart/form-data; boundary=edge"} | {
        "content_length": len(body)
    }


def filled(value: Any, world: World) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, world) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, world) for each in value]
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda name: world.names[name[1]], value)
    return value


def error_problems(asked: str, answer: TestResponse) -> list[str]:
    """The envelope; a path outside the API is a page's."""
    if not asked.partition(" ")[2].startswith(("/admin", "/auth", "/catalog")):
        return []
    error = (answer.json or {}).get("error", {})
    known = CODES[answer.status_code]
    good = error.get("code") in (known if isinstance(known, set) else {known}) and isinstance(error.get("message"), str)
    told = [] if good else [f"{asked}: no envelope of a {answer.status_code}: {answer.text[:200]}"]
    if error.get("code") == "SYNC_IN_PROGRESS" and not isinstance(error.get("current_task_id"), str):
        told.append(f"{asked}: the running sync is not named")
    if answer.status_code == 429 and not {"retry-after", "x-ratelimit-limit"} <= {
        name.lower() for name, _ in answer.headers
    }:
        told.append(f"{asked}: no word on when to come again")
    return told


def problems(value: Any, shape: Any, where: str) -> list[str]:
    """What does not fit; more fields than the shape has are fine."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{where} is no object"]
        missing = [f"{where}.{name} is missing" for name in shape if name not in value]
        return missing + [
            each for name in shape if name in value for each in problems(value[name], shape[name], f"{where}.{name}")
        ]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no list"]
        return [each for place, one in enumerate(value) for each in problems(one, shape[0], f"{where}[{place}]")]
    return [] if fits(value, shape) else [f"{where} is {value!r} and no {shape}"]


def fits(value: Any, kind: str) -> bool:
    if kind.endswith("?"):
        return value is None or fits(value, kind[:-1])
    if kind == "null":
        return value is None
    if kind in WORDS:
        return value in WORDS[kind]
    if kind in PATTERNS:
        return isinstance(value, str) and re.fullmatch(PATTERNS[kind], value) is not None
    if kind in ("count", "number"):
        return not isinstance(value, bool) and isinstance(value, int if kind == "count" else int | float)
    if kind in ("uuid", "moment"):
        try:
            return bool(UUID(value) if kind == "uuid" else datetime.fromisoformat(value))
        except (ValueError, TypeError, AttributeError):
            return False
    return isinstance(value, TYPES[kind])
