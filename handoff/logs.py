"""structlog, one formatter for our own lines and everybody else's, alike in both services.

Ids are bound at the door: one search finds a job's lines of either side.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from handoff.addresses import without_secrets

#: libraries that tell more than anybody wants to know
NOISY = ("urllib3", "alembic", "rq.worker", "rq.job", "rq.queue", "werkzeug", "pdfminer")
#: values under these names never reach a log
SECRET_NAMES = frozenset(
    {"authorization", "cookie", "password", "token", "secret", "secret_headers", "api_key", "x-api-key"}
)


#: one list for the life of the process: a logger that was used keeps it, and would keep to an earlier one for ever
_CHAIN: list[Any] = []


def configure(level: str, form: Literal["console", "json"]) -> None:
    """Send every line from ``level`` on to standard error, as console text or JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
        mask_addresses,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    _CHAIN[:] = [*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    structlog.configure(
        processors=_CHAIN,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                mask_addresses,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in event:
        if name.lower() in SECRET_NAMES:
            event[name] = "[hidden]"
    return event


def mask_addresses(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """In every text, so that no line has to think of it; once more when a traceback has become one."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = without_secrets(value)
    return event
