"""The configuration as people read it, made from both services' Settings: the table of README.md, and .env.example.

python -m docs.settings       writes both again; a test fails while they are not current
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from app.release import VERSION
from app.settings import DEV_SECRET
from app.settings import Settings as CourierSettings
from ml_analyze.settings import Settings as AnalysisSettings

ROOT = Path(__file__).resolve().parent.parent
README, EXAMPLE = ROOT / "README.md", ROOT / ".env.example"
BEGIN, END = "<!-- settings: python -m docs.settings -->", "<!-- /settings -->"

#: docker-compose.yml gives these their values
SET_BY_COMPOSE = ("DATABASE_URL", "REDIS_URL", "ML_ANALYZE_URL", "SHARED_DIR", "BACKUP_DIR", "ML_CACHE_DIR")
#: (name, example, why) of what only docker-compose.yml reads
COMPOSE_ONLY = (
    ("WEB_ADDRESS", "127.0.0.1", "Address of this machine that the screen is published on; 0.0.0.0 for all."),
    ("GRAFANA_PASSWORD", "", "Password of Grafana's administrator; needed by the profile `monitoring`."),
    ("GRAFANA_PORT", "3001", "Port that Grafana is published on."),
    ("GOOGLE_CREDENTIALS_DIR", "./deploy/credentials", "Folder that holds google-credentials.json."),
    ("ML_JOB_TIMEOUT", "600", "JOB_TIMEOUT of ml-analyze: seconds that one analysis may take."),
    ("ML_CPUS", "2", "Processors that one ml-analyze-worker container may use."),
    ("ML_MEMORY", "3G", "Memory of one ml-analyze-worker container: ML_WORKERS × ML_MEMORY_LIMIT_MB and 1G."),
    ("COURIER_VERSION", VERSION, "Tag of both images; only the code of that version is built under it."),
)
HEAD = """\
# Copy to .env and fill in the first part; the rest are the defaults. Written by `python -m docs.settings`.
# For the secrets: openssl rand -hex 32 (letters and digits only: two of them travel inside addresses).

# --- secrets, needed by docker compose ---------------------------------------------------------------------------
POSTGRES_PASSWORD=
REDIS_PASSWORD=
SECRET_KEY=
JWT_SECRET=
ML_ANALYZE_SECRET=
# The first administrator (admin); when empty, a password is made and shown once: docker compose logs prepare
ADMIN_PASSWORD=
"""
ASKED_FOR = ("REDIS_PASSWORD", "SECRET_KEY", "JWT_SECRET", "ML_ANALYZE_SECRET")


@dataclass(frozen=True)
class Variable:
    """``default`` None: it must be set; ``theirs``: ml-analyze has another; ``services`` as the reader knows them."""

    name: str
    default: str | None
    theirs: str | None
    allowed: str
    meaning: str
    services: tuple[str, ...]


def variables() -> list[Variable]:
    """Those of the courier in the order of its Settings, then those that only ml-analyze reads."""
    ours, theirs = CourierSettings.model_fields, AnalysisSettings.model_fields
    found = [_variable(name, field, theirs.get(name)) for name, field in ours.items()]
    return found + [
        Variable(name.upper(), _default(field), None, _allowed(field), field.description or "", ("ml-analyze",))
        for name, field in theirs.items()
        if name not in ours
    ]


def table() -> str:
    lines = ["| Variable | Default | Allowed | Used by | Meaning |", "|---|---|---|---|---|"]
    for each in variables():
        default = "**required**" if each.default is None else f"`{each.default}`" if each.default else "empty"
        default += f" (ml-analyze: `{each.theirs}`)" if each.theirs else ""
        cells = (f"`{each.name}`", default, each.allowed, ", ".join(each.services), each.meaning)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def readme(text: str) -> str:
    """``text`` with the table of today between its marks."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def example() -> str:
    parts = [HEAD, "# --- docker compose only ---\n"]
    parts += [f"# {meaning}\n#{name}={value}\n" for name, value, meaning in COMPOSE_ONLY]
    parts.append("\n# --- both services ---\n")
    for each in variables():
        if each.name in ASKED_FOR:
            continue
        by = " docker-compose.yml sets it." if each.name in SET_BY_COMPOSE else ""
        allowed = f" ({each.allowed})" if each.allowed else ""
        parts.append(f"# {each.meaning}{allowed}{by}\n#{each.name}={each.default or ''}\n")
    return "".join(parts)


def _variable(name: str, field: FieldInfo, twin: FieldInfo | None) -> Variable:
    default, theirs = _default(field), _default(twin) if twin else None
    services = ("courier", "ml-analyze") if twin else ("courier",)
    other = theirs if theirs != default else None
    return Variable(name.upper(), default, other, _allowed(field), field.description or "", services)


def _default(field: FieldInfo) -> str | None:
    if field.default_factory is not None:
        return ""
    value: Any = field.default
    if value is PydanticUndefined:
        return None
    if hasattr(value, "get_secret_value"):
        value = value.get_secret_value()
        return "" if value == DEV_SECRET else str(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, frozenset):
        return ",".join(sorted(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _allowed(field: FieldInfo) -> str:
    if field.annotation is bool:
        return "true, false"
    choices = get_args(field.annotation)
    if choices and all(isinstance(choice, str) for choice in choices):
        return ", ".join(choices)
    low = next((each.ge for each in field.metadata if isinstance(each, Ge)), None)
    above = next((each.gt for each in field.metadata if isinstance(each, Gt)), None)
    high = next((each.le for each in field.metadata if isinstance(each, Le)), None)
    if low is None and above is None:
        return ""
    least = f"above {above}" if above is not None else str(low)
    return f"{least} to {high}" if high is not None else f"{least}" if above is not None else f"{low} or more"


def main() -> int:
    README.write_text(readme(README.read_text()))
    EXAMPLE.write_text(example())
    sys.stdout.write(f"{README.name} and {EXAMPLE.name} are current: {len(variables())} variables.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
