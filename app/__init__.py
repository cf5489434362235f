"""The courier: fetches suppliers' price lists, has them analysed, applies the results."""

from __future__ import annotations

import structlog
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import database, models, office_settings, release, request_log
from app.asked_again import Application
from app.extensions import babel, compress, connect_redis, csrf, db, htmx, login, migrate
from app.schema import MIGRATIONS
from app.settings import Settings
from app.url_rules import UrlRule
from handoff import logs, tracing
from handoff.environment import settings_from_environment

log = structlog.get_logger()

#: milliseconds: nobody waits longer for another's lock, and whoever stops in the middle of a transaction loses it
PATIENCE = ("lock_timeout=10000", "idle_in_transaction_session_timeout=60000")


def create_app(config: Settings | None = None) -> Flask:
    """Settings, logging, extensions, doors; in that order."""
    config = config or settings_from_environment(Settings)
    logs.configure(config.log_level, config.log_format)
    for name, instead in config.ignored.items():
        log.warning("variable_not_read", variable=name, instead=instead)
    app = Application(__name__)
    app.url_rule_class = UrlRule
    assert models  # imported so that every table is known
    app.extensions["settings"] = config
    app.config.from_mapping(flask_config(config))
    request_log.register(app)
    tracing.configure(config.otel_exporter_otlp_endpoint, service="courier", version=release.VERSION)
    tracing.watch_requests(app, quiet=request_log.QUIET)
    office_settings.register(app)
    if config.trusted_proxies:
        n = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        database.tell_what_is_gone(db.engine)
        database.look_before_use(db.engine)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    connect_redis(app, config)
    for extension in (csrf, login, compress, htmx, babel):
        extension.init_app(app)
    from app import api, cli, web  # doors import verbs, verbs import the extensions bound above

    web.register(app)
    api.register(app)
    cli.register(app)
    return app


def flask_config(config: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": config.secret_key.get_secret_value(),
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "json_deserializer": database.json_of,
            "pool_size": config.db_pool_min,
            "max_overflow": max(0, config.db_pool_max - config.db_pool_min),
            "connect_args": {"connect_timeout": 10, "options": " ".join(f"-c {each}" for each in PATIENCE)},
        },
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": config.session_cookie_secure or config.environment == "production",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        # An upload is streamed past this; forms are small.
        "MAX_FORM_MEMORY_SIZE": 1_000_000,
        "MAX_CONTENT_LENGTH": config.max_file_bytes + 2**20,
        "TEMPLATES_AUTO_RELOAD": config.environment == "development",
    }
