"""Variables of the existing system: read as before, or named with what to do."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from app.settings import Settings
from ml_analyze.settings import Settings as AnalysisSettings

URL = "postgresql+asyncpg://user:secret@db/marketbel"


@pytest.fixture(autouse=True)
def as_the_existing_system_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENVIRONMENT", "PORT", "ALLOWED_ORIGINS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "DATABASE_URL": URL,
        "LOG_LEVEL": "info",
        "NODE_ENV": "test",
        "BUN_PORT": "3000",
        "UPLOADS_DIR": "/shared/uploads",
        "REDIS_QUEUE_NAME": "parse-tasks",
    }.items():
        monkeypatch.setenv(name, value)


def test_old_names_and_forms_are_read() -> None:
    config = Settings()
    assert (config.log_level, config.environment, config.port) == ("INFO", "test", 3000)
    assert AnalysisSettings().log_level == "INFO"


def test_new_names_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("PORT", "8000")
    assert (Settings().environment, Settings().port) == ("development", 8000)


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql", "postgres", "postgresql+psycopg2"])
def test_any_drivers_address_is_taken(monkeypatch: pytest.MonkeyPatch, driver: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{driver}://user:p%40ss@db/name")
    assert Settings().database_url == "postgresql+psycopg://user:p%40ss@db/name"


def test_what_is_not_read_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(Settings().ignored) == {"UPLOADS_DIR", "REDIS_QUEUE_NAME"}
    assert all(instead.endswith(".") for instead in Settings().ignored.values())
    monkeypatch.delenv("UPLOADS_DIR")
    assert set(Settings().ignored) == {"REDIS_QUEUE_NAME"}


def test_an_origin_is_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_ORIGINS", "http://localhost:5173, https://office.example.com")
    assert Settings().allowed_origins == {"http://localhost:5173", "https://office.example.com"}
    for wrong in ("*", "office.example.com", "https://office.example.com/page"):
        monkeypatch.setenv("ALLOWED_ORIGINS", wrong)
        with pytest.raises(ValidationError):
            Settings()
