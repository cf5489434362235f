"""The knobs: names of the existing system, one scale of scores, wrong values said at the start."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from ml_analyze.settings import Settings


def test_the_defaults_are_those_of_the_existing_system(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    settings = Settings()
    assert str(settings.shared_dir) == "/app/shared"
    assert settings.redis_address == "redis://redis:6379/0"
    assert (settings.job_timeout, settings.max_file_bytes) == (600, 50 * 2**20)
    assert (settings.match_auto_threshold, settings.match_potential_threshold) == (95, 50)


def test_thresholds_from_0_to_1_are_converted_and_the_others_win(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATCH_AUTO_THRESHOLD", raising=False)
    monkeypatch.setenv("MATCH_CONFIDENCE_AUTO_THRESHOLD", "0.9")
    monkeypatch.setenv("MATCH_CONFIDENCE_REVIEW_THRESHOLD", "0.6")
    monkeypatch.setenv("MATCH_POTENTIAL_THRESHOLD", "75")
    settings = Settings()
    assert (settings.match_auto_threshold, settings.match_potential_threshold) == (90, 75)


def test_a_password_with_odd_characters_reaches_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("REDIS_HOST", "cache")
    monkeypatch.setenv("REDIS_PASSWORD", "p@ss/word")
    assert Settings().redis_address == "redis://:p%40ss%2Fword@cache:6379/0"


def test_thresholds_the_wrong_way_round_stop_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCH_AUTO_THRESHOLD", "60")
    monkeypatch.setenv("MATCH_POTENTIAL_THRESHOLD", "70")
    with pytest.raises(ValidationError, match="must not exceed"):
        Settings()
