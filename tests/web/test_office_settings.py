"""What the office sets on the screen holds in every process, is audited, and falls back to the environment."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import clock, office_settings
from app.extensions import db, settings
from app.models.sync import AppSetting
from app.models.user import AuditEntry
from handoff.api import MatchThresholds
from tests.fixtures.web import Visitor


@pytest.fixture
def other(make_app: Callable[..., Flask], app: Flask) -> Flask:
    """Another process of the same installation."""
    return make_app()


def test_what_is_set_holds_here_at_once_and_elsewhere_within_seconds(
    app: Flask, other: Flask, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other.app_context():
        office_settings.follow()
        assert settings().price_guard_changed_share == 0.5
    admin.post("/settings/office/guard", price_guard_changed_share="40", price_guard_enabled="off")
    with app.app_context():
        assert (settings().price_guard_changed_share, settings().price_guard_enabled) == (0.4, False)
    with other.app_context():
        monkeypatch.setattr(office_settings, "FRESH", 0.0)
    clock.tick(other, [clock.Every(1, lambda: None)], now=1.0)
    with other.app_context():
        assert (settings().price_guard_changed_share, settings().price_guard_enabled) == (0.4, False)
    page = admin.get("/settings")
    assert 'value="40"' in page and "set here" in page


def test_an_empty_field_is_as_in_the_environment_again(app: Flask, admin: Visitor) -> None:
    admin.post("/settings/office/schedule", sync_interval_hours="2", master_sheet_deactivation_limit="12.5")
    admin.post("/settings/office/schedule", sync_interval_hours="", master_sheet_deactivation_limit="12.5")
    with app.app_context():
        assert settings().sync_interval_hours == office_settings.environment().sync_interval_hours
        assert settings().master_sheet_deactivation_limit == 0.125


@pytest.mark.parametrize(
    ("group", "name", "text", "said"),
    [
        ("guard", "price_guard_changed_share", "101", "Write a number from 0 to 100."),
        ("guard", "price_guard_min_items", "many", "Write a number of at least 1."),
        ("guard", "price_guard_change_percent", "inf", "Write a number above 0."),
        ("schedule", "sync_interval_hours", "1.5", "Write a number from 1 to 168."),
        ("told", "alert_email_to", "buyer@example.com; boss", "Write mail addresses"),
        ("kept", "job_history_days", "0", "Write a number from 1 to 3650."),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field_and_nothing_is_saved(
    app: Flask, admin: Visitor, group: str, name: str, text: str, said: str
) -> None:
    others = {each: "7" for each in office_settings.GROUPS[group] if each not in (name, "alert_email_to")}
    page = admin.post(f"/settings/office/{group}", status=422, **(others | {name: text})).get_data(as_text=True)
    assert said in page and f'value="{text}"' in page and "Nothing was saved." in page
    with app.app_context():
        assert office_settings.chosen() == {}


def test_the_offices_matching_thresholds_travel_with_the_next_file(app: Flask, admin: Visitor) -> None:
    with app.app_context():
        assert office_settings.thresholds() is None, "the service's own hold"
    page = admin.post("/settings/office/matching", status=422, match_potential_threshold="96").get_data(as_text=True)
    assert "Write a number of at most 95, the score from which a match is linked." in page
    admin.post("/settings/office/matching", match_auto_threshold="90", match_potential_threshold="40")
    with app.app_context():
        assert office_settings.thresholds() == MatchThresholds(auto=90, potential=40)
    assert "Linked without a person from a score of: as in the environment → 90." in admin.get("/audit")


def test_every_change_is_audited_in_words(app: Flask, admin: Visitor) -> None:
    admin.post("/settings/office/guard", price_guard_jump_share="3")
    admin.post("/settings/office/guard", price_guard_jump_share="3")
    with app.app_context():
        assert db.session.query(AuditEntry).filter_by(action="setting.set").count() == 1
    assert "Moved by a power of ten, share of prices: as in the environment → 3 %." in admin.get("/audit")


def test_what_an_older_version_kept_and_does_not_fit_is_left_out(app: Flask) -> None:
    with app.app_context():
        kept = {"sync_interval_hours": -1, "database_url": "postgresql://elsewhere/x", "supplier_bin_days": 5}
        db.session.add(AppSetting(key=office_settings.SETTING, value=kept))
        db.session.commit()
        office_settings.follow()
        assert office_settings.chosen() == {"supplier_bin_days": 5}
        assert settings().supplier_bin_days == 5
        assert settings().database_url == office_settings.environment().database_url


def test_every_setting_has_a_label_a_form_and_one_group(admin: Visitor) -> None:
    page = admin.get("/settings")
    for name in office_settings.NAMES:
        assert page.count(f'name="{name}"') == 1
