"""db, redis, queues, csrf: made here, bound in create_app."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry
from rq import Queue
from sqlalchemy.orm import DeclarativeBase

from app.settings import Settings


class Base(DeclarativeBase):
    """Root of the models."""


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model

migrate = Migrate()
csrf = CSRFProtect()
login = LoginManager()
babel = Babel()
compress = Compress()
htmx = Htmx()


def settings() -> Settings:
    """The settings of the current app."""
    return cast(Settings, current_app.extensions["settings"])


def redis() -> Redis:
    """Texts in, texts out. Every call may raise ``redis.RedisError``: what it holds may be rebuilt."""
    return cast("Redis", current_app.extensions["redis"])


def queue() -> Queue:
    """The one queue of the workers. What an entry may call is declared in app/tasks.py; see handoff/declared.py."""
    return cast(Queue, current_app.extensions["queue"])


def fetches() -> Queue:
    """The lane of steps that wait for a supplier's server. One worker of each container never takes from it."""
    return cast(Queue, current_app.extensions["fetches"])


def connect_redis(app: Flask, config: Settings) -> None:
    retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), retries=2)
    options = {"socket_connect_timeout": 2, "socket_timeout": 5, "retry": retry, "health_check_interval": 30}
    app.extensions["redis"] = Redis.from_url(config.redis, decode_responses=True, **options)
    # RQ stores compressed bytes: its connection must not decode.
    connection = Redis.from_url(config.redis, **options)
    for lane, name in (("queue", config.queue_name), ("fetches", f"{config.queue_name}:fetches")):
        app.extensions[lane] = Queue(name, connection=connection, serializer="json", default_timeout=config.job_timeout)
