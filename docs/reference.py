"""The commands, error codes and events as people look them up, made from the code: docs/reference.md.

python -m docs.reference       writes it again; a test fails while it is not current
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from flask import Flask

from app import cli, errors
from app.jobs.retry import ML_ANALYZE, RULES, VOLUME, After, Rule
from app.models.events import EventKind

PAGE = Path(__file__).with_name("reference.md")
HEAD = """\
# Reference

Written by `python -m docs.reference`. Settings stand in the [README](../README.md#configuration), the API at
`/api/v1/docs`.
"""
PAUSES = {
    After.SOURCE: "after `RETRY_DELAY_SECONDS`, doubled each time",
    After.ANALYSIS: "after `ML_RETRY_DELAY_SECONDS`, doubled each time",
    After.AT_ONCE: "at once",
}


AWAY = {ML_ANALYZE: "ml-analyze answers", VOLUME: "the volume has room"}
SENT_WHEN = {
    EventKind.APPLIED: "a file's changes are in; with its counts",
    EventKind.HELD: "a file waits for a person's word; with the reason",
    EventKind.FAILED: "a file was given up; with code and sentence",
    EventKind.UNDONE: "a file's changes were taken back",
    EventKind.MOVED: "prices of a file moved beyond the threshold",
    EventKind.SILENT: "a supplier has sent nothing for longer than usual",
    EventKind.REVIEW: "links of a file wait for a person",
    EventKind.TEST: "somebody pressed *Send a test*",
}


def page() -> str:
    return "\n".join((HEAD, *_commands(), *_codes_of_jobs(), *_codes_of_answers(), *_events()))


def commands() -> dict[str, click.Command]:
    """``jobs retry`` -> its command, of all that `flask --app wsgi` has beside Flask's own."""
    app = Flask(__name__)
    cli.register(app)
    return dict(_below(app.cli, ()))


def _below(group: click.Group, names: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from _below(command, (*names, name))
        else:
            yield " ".join((*names, name)), command


def _commands() -> Iterator[str]:
    yield "## Commands\n"
    yield "`flask --app wsgi …`; in containers `docker compose exec web flask --app wsgi …`.\n"
    yield "| Command | What it does |"
    yield "|---|---|"
    for name, command in commands().items():
        usage = " ".join((name, *(part for each in command.params for part in _usage(each))))
        yield f"| `{usage}` | {_first_line(command.help or '')} |"


def _usage(parameter: click.Parameter) -> Iterator[str]:
    if isinstance(parameter, click.Argument):
        name = (parameter.name or "").upper() + ("…" if parameter.nargs == -1 else "")
        yield name if parameter.required else f"[{name}]"
    elif isinstance(parameter, click.Option) and not parameter.hidden:
        name = max(parameter.opts, key=len)
        said = name if parameter.is_flag else f"{name} {(parameter.name or '').upper()}"
        yield said if parameter.required else f"[{said}]"


def _codes_of_jobs() -> Iterator[str]:
    yield "\n## Why a file waits or failed\n"
    yield "`error_code` of a job, and what happens by itself.\n"
    yield "| Code | Means | Then |"
    yield "|---|---|---|"
    for error, rule in RULES.items():
        yield f"| `{error.code}` | {_first_line(error.__doc__ or '')} | {_then(rule)} |"


def _then(rule: Rule) -> str:
    if rule.away:
        return f"waits until {AWAY[rule.away]}, without using up tries"
    if rule.after is After.NEVER:
        return "failed; a person decides"
    times = {None: "`MAX_RETRIES` times", 1: "once"}.get(rule.tries, f"{rule.tries} times")
    fetched = "fetched" if rule.refetch else "tried"
    return f"{fetched} again {PAUSES[rule.after]}, {times}"


def _codes_of_answers() -> Iterator[str]:
    yield "\n## What a request may be answered\n"
    yield "`error.code` of the API; more than one sentence may come under a code.\n"
    yield "| Status | Code | Means |"
    yield "|---|---|---|"
    ours = [each for each in _family(errors.CourierError) if each.__module__.startswith("app.")]
    known = {each.code: each for each in reversed(ours)}
    for error in sorted(known.values(), key=lambda each: (each.status, each.code)):
        yield f"| {error.status} | `{error.code}` | {_first_line(error.__doc__ or '')} |"


def _family(of: type[errors.CourierError]) -> Iterator[type[errors.CourierError]]:
    yield of
    for each in of.__subclasses__():
        yield from _family(each)


def _events() -> Iterator[str]:
    yield "\n## Events\n"
    yield "`type` of what receivers are sent ([ADR 111](adr/0111-events-by-the-standard-webhooks-form.md)).\n"
    yield "| Type | Sent when |"
    yield "|---|---|"
    yield from (f"| `{kind}` | {SENT_WHEN[kind]} |" for kind in EventKind)
    yield ""


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].replace("``", "`") if text.strip() else ""


def main() -> int:
    PAGE.write_text(page())
    sys.stdout.write(f"{PAGE.name} is current.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
