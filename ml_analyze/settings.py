"""Every knob of ml-analyze: typed, frozen, read once from the environment."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handoff.environment import LogLevel


def _default_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base, "ml-analyze") if base else Path(tempfile.gettempdir(), f"ml-analyze-{os.getuid()}")


class Settings(BaseSettings):
    """A missing or wrong value stops the process at start, with its name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None, populate_by_name=True)

    shared_dir: Path = Field(Path("/app/shared"), description="The shared volume, mounted in both services.")
    shared_max_bytes: int = Field(10 * 2**30, ge=2**20, description="Size limit of the shared volume in bytes.")
    shared_store: str = Field(
        "",
        description="Object store instead of a mount, as s3://bucket/prefix; SHARED_DIR is then each machine's own.",
    )
    shared_store_endpoint: str = Field("", description="Address of an S3 that is not Amazon's.")
    max_file_size_mb: int = Field(50, ge=1, le=500, description="Largest file that is analysed.")

    redis_url: str = Field("", description="Redis; built from the three below when empty.")
    redis_host: str = Field("redis", description="Redis host.")
    redis_port: int = Field(6379, ge=1, le=65535, description="Redis port.")
    redis_password: SecretStr = Field(SecretStr(""), description="Redis password.")

    ml_analyze_port: int = Field(8001, ge=1, le=65535, description="Port of the REST door.")
    ml_analyze_secret: SecretStr = Field(SecretStr(""), description="Shared secret of both services; empty for none.")
    ml_queue_name: str = Field("ml-analyze", description="RQ queue of the analyses.")
    ml_workers: int = Field(2, ge=1, le=64, description="Analyses that run at the same time on this machine.")
    ml_match_processes: int = Field(2, ge=1, le=64, description="Processes that match one list of over 1,000 rows.")
    ml_memory_limit_mb: int = Field(1024, ge=16, le=262144, description="Memory that one analysis may take.")
    ml_cache_dir: Path = Field(
        default_factory=_default_cache, description="Where the indexes of catalogue snapshots are kept; local disk."
    )
    job_timeout: int = Field(600, ge=1, le=86400, description="Seconds that one analysis may take.")
    ml_lost_seconds: float = Field(
        15, ge=3, le=600, description="Silence after which the worker of an analysis counts as dead."
    )
    preview_timeout: int = Field(20, ge=1, le=120, description="Seconds that one preview may take.")

    match_auto_threshold: float = Field(95, ge=0, le=100, description="Score from which a match is taken.")
    match_potential_threshold: float = Field(50, ge=0, le=100, description="Score to ask a person from (ADR 290).")

    log_level: LogLevel = Field("INFO", description="Least severe level that is logged.")
    log_format: Literal["console", "json"] = Field(
        "console", description="One line an event, for people or for programs."
    )
    otel_exporter_otlp_endpoint: str = Field(
        "", description="Where spans are sent (OTLP over HTTP, such as http://collector:4318); empty: no tracing."
    )

    @model_validator(mode="before")
    @classmethod
    def _take_the_other_scale(cls, values: Any) -> Any:
        """``MATCH_CONFIDENCE_*`` count from 0 to 1; the names that count to 100 win where both are set."""
        for name, other in (
            ("match_auto_threshold", "MATCH_CONFIDENCE_AUTO_THRESHOLD"),
            ("match_potential_threshold", "MATCH_CONFIDENCE_REVIEW_THRESHOLD"),
        ):
            if isinstance(values, dict) and name not in values and os.environ.get(other):
                values[name] = float(os.environ[other]) * 100
        return values

    @model_validator(mode="after")
    def _ordered(self) -> Settings:
        if self.match_potential_threshold > self.match_auto_threshold:
            raise ValueError("MATCH_POTENTIAL_THRESHOLD must not exceed MATCH_AUTO_THRESHOLD.")
        return self

    @property
    def redis_address(self) -> str:
        if self.redis_url:
            return self.redis_url
        password = self.redis_password.get_secret_value()
        account = f":{quote(password, safe='')}@" if password else ""
        return f"redis://{account}{self.redis_host}:{self.redis_port}/0"

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_size_mb * 2**20

    @property
    def memory_bytes(self) -> int:
        return self.ml_memory_limit_mb * 2**20
