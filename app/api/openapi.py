"""The OpenAPI 3.1 document, made from the declared routes and their models; and a page that shows it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api import idempotency, shapes
from app.api.problems import CODES, PROBLEM_JSON
from app.api.routing import PARAMETER, Operation
from app.release import VERSION

GLOSSARY = Path(__file__).with_name("glossary.txt")
#: beside the code that a status has everywhere
FURTHER_CODES = {
    409: ("SYNC_IN_PROGRESS", "IDEMPOTENCY_KEY_IN_PROGRESS", "IDEMPOTENCY_ANSWER_LOST"),
    502: ("the code of the source's error",),
}
#: what a write may be sent with
KEY_PARAMETER = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": "A new UUID for each request: whoever repeats it within a day is given the same answer, and nothing "
    "is done twice. With another request the key is answered with 422, while the first one runs with 409.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
}
REFERENCE = "#/components/schemas/{model}"
UUID_SCHEMA = {"type": "string", "format": "uuid"}
RATE_HEADERS = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
DESCRIPTION = (
    "Suppliers' price lists in, a matched catalogue out. Sign in with POST /auth/login, or make an API token on the "
    "account page, and send it as `Authorization: Bearer …`. Every error has the envelope "
    "`{error: {code, message, details?}}`; who asks for `application/problem+json` is answered as RFC 9457 says."
)


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The whole document as JSON values."""
    schemas = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = PARAMETER.sub(r"{\1}", operation.path)
        paths.setdefault(path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Courier", "version": VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": name} for name in dict.fromkeys(each.tag for each in operations)],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "parameters": [
            *_path_parameters(operation),
            *_query_parameters(operation),
            *([KEY_PARAMETER] if _takes_key(operation) else []),
        ],
        "responses": _responses(operation),
        "security": [] if operation.is_public else [{"bearer": []}],
    }
    roles = ", ".join(sorted(operation.allowed)) or "nobody needs to sign in"
    told["description"] = "\n\n".join(part for part in (operation.description, f"Roles: {roles}.") if part)
    if operation.body is not None:
        content = {"application/json": {"schema": _reference(operation.body)}}
        told["requestBody"] = {"required": operation.body_needed, "content": content}
    if operation.upload is not None:
        content = {"multipart/form-data": {"schema": _reference(operation.upload)}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _responses(operation: Operation) -> dict[str, Any]:
    good: dict[str, Any] = {"description": HTTPStatus(operation.status).phrase}
    if operation.reply is not None:
        replies = [_reference(each) for each in (operation.reply, operation.by_cursor) if each is not None]
        good["content"] = {"application/json": {"schema": {"anyOf": replies} if len(replies) > 1 else replies[0]}}
    if not operation.is_public:
        good["headers"] = {name: {"schema": {"type": "string"}} for name in RATE_HEADERS}
    known = {400, 500, *operation.errors} | (set() if operation.is_public else {401, 403, 429})
    known |= {409, 422} if _takes_key(operation) else set()
    return {str(operation.status): good} | {str(status): _error(status) for status in sorted(known)}


def _takes_key(operation: Operation) -> bool:
    return operation.method != "GET" and not operation.is_public


def _error(status: int) -> dict[str, Any]:
    codes = " or ".join(f"`{code}`" for code in (CODES[status], *FURTHER_CODES.get(status, ())))
    schemas: dict[str, type[BaseModel]] = {"application/json": shapes.ErrorReply, PROBLEM_JSON: shapes.Problem}
    return {
        "description": f"{HTTPStatus(status).phrase}: {codes}.",
        "content": {kind: {"schema": _reference(model)} for kind, model in schemas.items()},
    }


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": UUID_SCHEMA} for name in operation.parameters]


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=REFERENCE)
    needed = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in needed,
            "description": told.get("description") or glossary().get(name, ""),
            "schema": _without_null(told),
        }
        for name, told in schema.get("properties", {}).items()
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A query's parameter is there or not; there is no way to send null."""
    kinds = [each for each in schema.get("anyOf", []) if each.get("type") != "null"]
    rest = {name: value for name, value in schema.items() if name not in ("anyOf", "title", "default")}
    if "default" in schema and schema["default"] is not None:
        rest["default"] = schema["default"]
    return rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds} if kinds else {})


def _schemas(operations: Sequence[Operation]) -> dict[str, Any]:
    taken = {model for each in operations for model in (each.body, each.upload) if model is not None}
    replies = {model for each in operations for model in (each.reply, each.by_cursor) if model is not None}
    given: set[type[BaseModel]] = replies | {shapes.ErrorReply, shapes.Problem}
    wanted: list[tuple[type[BaseModel], Any]] = [(model, "validation") for model in sorted(taken, key=_name)]
    wanted += [(model, "serialization") for model in sorted(given, key=_name)]
    _, made = models_json_schema(wanted, ref_template=REFERENCE)
    found: dict[str, Any] = dict(made.get("$defs", {}))
    for model, schema in found.items():
        for name, told in schema.get("properties", {}).items():
            if "description" not in told:
                told["description"] = glossary().get(f"{model}.{name}") or glossary().get(name, "")
    return found


@cache
def glossary() -> dict[str, str]:
    """What the fields mean, by NAME or MODEL.NAME."""
    lines = GLOSSARY.read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": REFERENCE.format(model=_name(model))}


@cache
def _name(model: type[BaseModel]) -> str:
    """As Pydantic names a definition: the brackets of a generic become underscores."""
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", model.__name__)
