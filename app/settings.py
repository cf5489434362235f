"""Every knob: typed, frozen, read once from the environment. Names follow the existing system.

One room: a table of variables, one after the other.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import quote

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from handoff.environment import LogLevel

#: variables of the existing system that are not read any more, and what to do instead
NOT_READ = {
    "UPLOADS_DIR": "Files lie below SHARED_DIR: mount the volume there, or set SHARED_DIR to its place.",
    "REDIS_QUEUE_NAME": "Nothing ever took from that list. Fetches of one supplier go to QUEUE_NAME.",
}
DEV_SECRET = "dev-only-secret-change-me-in-production"  # noqa: S105 - refused when ENVIRONMENT=production


class Settings(BaseSettings):
    """A missing or wrong value stops the process at start, with its name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None, populate_by_name=True)

    environment: Literal["development", "test", "production"] = Field(
        "development",
        validation_alias=AliasChoices("environment", "node_env"),
        description="Name of the installation (also NODE_ENV); production refuses development secrets.",
    )
    log_level: LogLevel = Field("INFO", description="Least severe level that is logged.")
    log_format: Literal["console", "json"] = Field(
        "console", description="One line an event, for people or for programs."
    )
    otel_exporter_otlp_endpoint: str = Field(
        "", description="Where spans are sent (OTLP over HTTP, such as http://collector:4318); empty: no tracing."
    )
    port: int = Field(
        8000,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("port", "bun_port"),
        description="Port of the web process (also BUN_PORT).",
    )
    public_url: str = Field("http://localhost:8000", description="Address of the screen, as links in alerts name it.")

    allowed_origins: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Origins whose pages may call the API (CORS), comma-separated; empty for none."
    )
    catalog_prices_public: bool = Field(
        False, description="Show purchase prices in /api/v1/catalog/ to callers who are not signed in, too."
    )
    sales_sees_prices: bool = Field(
        False, description="Show what suppliers ask, and the margin that follows from it, to users of the role sales."
    )
    database_url: str = Field(description="PostgreSQL, as postgresql://user:password@host/name; any driver's prefix.")
    db_pool_min: int = Field(5, ge=1, le=100, description="Database connections a process keeps.")
    db_pool_max: int = Field(20, ge=1, le=200, description="Database connections a process may open.")
    redis_url: str = Field("", description="Redis; built from the three below when empty.")
    redis_host: str = Field("redis", description="Redis host.")
    redis_port: int = Field(6379, ge=1, le=65535, description="Redis port.")
    redis_password: SecretStr = Field(SecretStr(""), description="Redis password.")

    queue_name: str = Field("price-ingestion-queue", description="RQ queue of the workers.")
    dlq_name: str = Field("price-ingestion-dlq", description="Name of the set of jobs given up on.")
    max_workers: int = Field(
        5, ge=1, le=64, description="Worker processes of a container; from 2 on, the last one never waits for a source."
    )
    job_timeout: int = Field(300, ge=10, le=3600, description="Seconds one queue step may take.")

    secret_key: SecretStr = Field(SecretStr(DEV_SECRET), description="Signs session cookies and form tokens.")
    jwt_secret: SecretStr = Field(SecretStr(DEV_SECRET), description="Signs the API's bearer tokens.")
    jwt_issuer: str = Field("marketbel-api", description="Issuer named in bearer tokens.")
    jwt_expiration_hours: int = Field(24, ge=1, le=720, description="Life of a bearer token.")
    session_cookie_secure: bool = Field(False, description="Send the session cookie over HTTPS only; on in production.")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front of the web process.")
    sync_rate_limit_per_minute: int = Field(10, ge=1, le=1000, description="Sync requests a user may send a window.")
    sync_rate_limit_window_seconds: int = Field(60, ge=1, le=3600, description="The window of the sync rate limit.")
    api_rate_limit_per_minute: int = Field(600, ge=10, le=100000, description="API requests a user may send a minute.")
    metrics_token: SecretStr = Field(SecretStr(""), description="Bearer token that /metrics asks for; empty for none.")
    login_attempts: int = Field(10, ge=3, le=100, description="Failed sign-ins before a name is locked for 15 minutes.")
    oidc_issuer: str = Field(
        "", description="OpenID Connect provider that people may sign in at, as https://…; empty for none."
    )
    oidc_client_id: str = Field("", description="What the provider calls this installation.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="Secret of OIDC_CLIENT_ID.")
    oidc_name: str = Field("Single sign-on", description="What the button of that sign-in says.")

    shared_dir: Path = Field(Path("/app/shared"), description="The shared volume, mounted in both services.")
    shared_max_bytes: int = Field(10 * 2**30, ge=2**20, description="Size limit of the shared volume in bytes.")
    shared_store: str = Field(
        "",
        description="Object store instead of a mount, as s3://bucket/prefix; SHARED_DIR is then each machine's own.",
    )
    shared_store_endpoint: str = Field("", description="Address of an S3 that is not Amazon's.")
    backup_dir: str = Field(
        "", description="Folder for a back-up every night, restored at once as a trial; empty for none."
    )
    backup_hour: int = Field(2, ge=0, le=23, description="Hour (UTC) of the nightly back-up.")
    backup_keep_days: int = Field(14, ge=1, le=3650, description="Days that nightly back-ups are kept.")
    backup_scratch_url: str = Field(
        "", description="Server where trial restores make their scratch database; empty for that of DATABASE_URL."
    )
    file_cleanup_ttl_hours: int = Field(
        24, ge=1, le=168, description="Age at which files without a job in need are purged."
    )
    max_file_size_mb: int = Field(50, ge=1, le=500, description="Largest file that is taken.")

    google_credentials_path: Path = Field(
        Path("/app/credentials/google-credentials.json"), description="Service account; absent means public links only."
    )
    google_requests_per_minute: int = Field(60, ge=1, le=1000, description="Shared limit of calls to Google.")
    google_sheets_base_url: str = Field(
        "https://docs.google.com", description="Address of Google Sheets' export links."
    )
    fetch_allowed_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Private hosts or networks that suppliers' addresses may name, comma-separated."
    )
    fetch_connect_timeout_seconds: float = Field(10, ge=1, le=120, description="Time to connect to a source.")
    fetch_read_timeout_seconds: float = Field(60, ge=1, le=600, description="Longest silence of a source.")
    fetch_total_timeout_seconds: float = Field(1800, ge=10, le=86400, description="Longest download altogether.")

    use_ml_processing: bool = Field(
        True, description="Global switch: off sends every supplier through the legacy pipeline."
    )
    ml_analyze_url: str = Field("http://ml-analyze:8001", description="Address of ml-analyze.")
    ml_analyze_secret: SecretStr = Field(SecretStr(""), description="Shared secret of both services; empty for none.")
    ml_connect_timeout_seconds: float = Field(
        30, ge=1, le=120, description="Time to connect to and hear from ml-analyze."
    )
    ml_poll_interval_seconds: float = Field(5, ge=0.1, le=60, description="Pause between two looks at an analysis.")
    ml_stalled_after_minutes: float = Field(
        30, ge=0.05, le=1440, description="An analysis without an end is given up after this."
    )
    ml_retry_delay_seconds: float = Field(30, ge=0.1, le=3600, description="Pause before ml-analyze is tried again.")
    max_retries: int = Field(3, ge=0, le=10, description="Automatic retries of a job.")
    retry_delay_seconds: float = Field(
        60, ge=0.1, le=3600, description="First pause before a source is tried again; doubled each time."
    )
    claim_seconds: float = Field(30, ge=2, le=600, description="Life of a worker's claim without a heartbeat.")

    match_auto_threshold: float = Field(
        95, ge=0, le=100, description="Score from which a match is linked without a person."
    )
    match_potential_threshold: float = Field(
        50, ge=0, le=100, description="Score from which a match goes to review; at 50 or less at the latest."
    )
    match_max_candidates: int = Field(5, ge=1, le=20, description="Candidates kept for a review.")
    match_batch_size: int = Field(100, ge=1, le=10000, description="Items the legacy matcher takes at a time.")
    match_review_expiration_days: int = Field(30, ge=1, le=365, description="Life of a review entry.")

    sync_interval_hours: int = Field(8, ge=1, le=168, description="Hours between scheduled syncs.")
    master_sheet_url: str = Field("", description="Master Sheet of suppliers; the settings page overrides it.")
    master_sheet_deactivation_limit: float = Field(
        0.5, ge=0, le=1, description="Share of suppliers a Master Sheet may switch off without a person's word."
    )

    ecb_rates_url: str = Field(
        "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
        description="Where the European Central Bank's daily rates are fetched; empty switches the button off.",
    )

    price_guard_enabled: bool = Field(True, description="Hold files whose prices changed implausibly.")
    price_guard_min_items: int = Field(10, ge=1, description="Known items below which the guard keeps still.")
    price_guard_change_percent: float = Field(30, gt=0, description="A price change above this counts as large.")
    price_guard_changed_share: float = Field(
        0.5, gt=0, le=1, description="Share of items with a large change that holds a file."
    )
    price_guard_jump_share: float = Field(
        0.02, gt=0, le=1, description="Share of items with a tenfold jump that holds a file."
    )
    price_guard_worse_share: float = Field(
        0.1, gt=0, le=1, description="Share of items without their price, currency, unit or name that holds a file."
    )
    price_guard_vanished_share: float = Field(0.5, gt=0, le=1, description="Share of vanished items that holds a file.")
    price_guard_look_share: float = Field(
        0.2, gt=0, le=1, description="Share of rows without a price, or passed over, that asks a person to look."
    )
    price_guard_quarantine: bool = Field(
        False, description="Apply the ordinary rows of an odd file and keep only the odd ones back."
    )

    ml_guard_mode: Literal["off", "warn", "switch"] = Field(
        "warn", description="What the success-rate guard may do: nothing, warn, or switch to legacy."
    )
    ml_guard_window_hours: int = Field(24, ge=1, le=720, description="Window of the success-rate guard.")
    ml_guard_min_jobs: int = Field(20, ge=1, description="Analyses in the window before the guard judges.")
    ml_guard_min_success: float = Field(0.8, gt=0, le=1, description="Success rate below which the guard trips.")
    ml_guard_max_latency_minutes: float = Field(10, gt=0, description="Median latency above which the guard trips.")

    alert_webhook_url: str = Field("", description="Address that alerts are posted to; empty for none.")
    alert_webhook_secret: SecretStr = Field(SecretStr(""), description="Signs alert webhooks (HMAC-SHA256).")
    alert_email_to: str = Field("", description="Addresses that alerts are mailed to, comma-separated.")
    alert_email_from: str = Field("courier@localhost", description="Sender of alert mails.")
    smtp_url: str = Field("", description="Mail server, as smtp://user:password@host:port; empty for none.")
    alert_batch_minutes: float = Field(15, ge=0, le=1440, description="Alerts of this span travel in one message.")
    event_price_move_percent: float = Field(
        10, gt=0, le=1000, description="Price change, up or down, beyond which the event price.moved names an item."
    )
    supplier_silent_days: int = Field(
        7, ge=1, le=365, description="Days without a new file after which a supplier counts as silent."
    )
    supplier_bin_days: int = Field(30, ge=1, le=3650, description="Days that deleted suppliers can be brought back.")
    job_history_days: int = Field(90, ge=1, le=3650, description="Days that ended jobs are kept.")

    @field_validator("database_url", "backup_scratch_url")
    @classmethod
    def _our_driver(cls, value: str) -> str:
        """Whatever driver the address names (``postgresql+asyncpg://``), ours is taken."""
        return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql+psycopg://", value)

    @field_validator("allowed_origins")
    @classmethod
    def _are_origins(cls, value: frozenset[str]) -> frozenset[str]:
        for each in value:
            if not re.fullmatch(r"https?://[^/\s]+", each):
                raise ValueError(f"{each} is no origin: scheme, host and port, as in https://office.example.com")
        return value

    @field_validator("allowed_origins", "fetch_allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            frozenset(part.strip().lower() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @model_validator(mode="after")
    def _no_development_secret_in_production(self) -> Self:
        if self.environment == "production":
            for name in ("secret_key", "jwt_secret"):
                secret = getattr(self, name).get_secret_value()
                if secret == DEV_SECRET or len(secret) < 32:
                    raise ValueError(f"Set {name.upper()} to at least 32 random characters: ENVIRONMENT is production.")
        return self

    @cached_property
    def redis(self) -> str:
        """The Redis address, whichever way it was given."""
        if self.redis_url:
            return self.redis_url
        password = self.redis_password.get_secret_value()
        login = f":{quote(password, safe='')}@" if password else ""
        return f"redis://{login}{self.redis_host}:{self.redis_port}/0"

    @property
    def ignored(self) -> dict[str, str]:
        """Variables that are set and not read, with what to do instead."""
        return {name: instead for name, instead in NOT_READ.items() if os.environ.get(name)}

    @property
    def max_file_bytes(self) -> int:
        return self.max_file_size_mb * 2**20

    @property
    def claim_lease(self) -> timedelta:
        return timedelta(seconds=self.claim_seconds)
