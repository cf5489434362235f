"""What Prometheus is told, and that the dashboard asks for nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from app import clock
from ml_analyze import api as ml_analyze_api
from ml_analyze.settings import Settings as AnalysisSettings
from tests.fixtures.courier import Courier
from tests.operate.compose import PROJECT, services
from tests.servers.analysis import price_list
from tests.servers.files import FileServer

DEPLOY = PROJECT / "deploy"
DASHBOARDS = sorted((DEPLOY / "grafana" / "dashboards").glob("*.json"))
#: histograms and counters as PromQL names them
_SUFFIXES = re.compile(r"_(bucket|gsum|gcount|sum|count|total)$")


def samples(text: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """(name, sorted values of its labels) -> value."""
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scrape(app: Flask, **headers: str) -> dict[tuple[str, tuple[str, ...]], float]:
    app.extensions.pop("metrics", None)
    answer = app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return samples(answer.text)


def names_in_use(expressions: list[str]) -> set[str]:
    found = {name for each in expressions for name in re.findall(r"\b((?:courier|ml_analyze)_\w+)", each)}
    return {_SUFFIXES.sub("", name) for name in found}


def expressions_of(dashboard: dict[str, Any]) -> list[str]:
    panels = [inner for panel in dashboard["panels"] for inner in (panel, *panel.get("panels", []))]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


@pytest.fixture
def lived(courier: Courier, courier_app: Flask, files: FileServer) -> Flask:
    """An installation that has taken a file, failed one, and has one on its way."""
    good, bad = courier.supplier(files.put("/good.csv", price_list(3))), courier.supplier(files.url + "/gone.csv")
    assert courier.run(courier.fetch(good)).outcome == "success"
    assert courier.run(courier.fetch(bad)).outcome == "failed"
    courier.fetch(good)
    clock.beat(courier_app)  # a scheduler is alive
    return courier_app


def test_the_figures_are_those_of_the_tables(lived: Flask) -> None:
    told = scrape(lived)
    assert told["courier_jobs", ("downloading", "ml")] == 1
    assert told["courier_jobs_ended_24h", ("ml", "success")] == 1
    assert told["courier_jobs_failed_24h", ("SOURCE_MISSING",)] == 1
    assert told["courier_downloads_24h", ("delivered",)] == 1
    assert told["courier_downloads_24h", ("failed",)] == 1
    assert told["courier_analyses_24h", ("completed",)] == 1
    assert told["courier_analysis_success_ratio", ()] == 1
    assert told["courier_job_duration_seconds_bucket", ("+Inf", "small")] == 1
    assert told["courier_phase_duration_seconds_bucket", ("+Inf", "downloading")] == 2
    assert told["courier_phase_duration_seconds_bucket", ("+Inf", "analyzing")] == 1
    assert told["courier_volume_bytes", ("used",)] > 0
    assert told["courier_queue_age_seconds", ()] > 0
    assert told["courier_up", ("database",)] == told["courier_up", ("redis",)] == told["courier_up", ("volume",)] == 1
    assert told["courier_up", ("scheduler",)] == 1 and told["courier_scheduler_beat_age_seconds", ()] < 60


def test_a_database_or_a_redis_that_is_away_is_a_figure_and_no_error(make_app: Callable[..., Flask]) -> None:
    make_app()  # the first one empties the tables, which a database that is away cannot
    app = make_app(database_url="postgresql+psycopg://nobody@127.0.0.1:9/none", redis_url="redis://127.0.0.1:9/0")
    told = scrape(app)
    assert told["courier_up", ("database",)] == told["courier_up", ("redis",)] == 0


def test_a_token_closes_the_figures(make_app: Callable[..., Flask]) -> None:
    app = make_app(metrics_token="a-token-for-prometheus")
    assert app.test_client().get("/metrics").status_code == 401
    assert app.test_client().get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert scrape(app, Authorization="Bearer a-token-for-prometheus")


def test_the_dashboard_and_the_alerts_ask_only_for_what_is_told(lived: Flask, redis_url: str, tmp_path: Path) -> None:
    """A panel on a renamed figure stays empty without a word; this says it."""
    analysis = ml_analyze_api.create_app(AnalysisSettings(redis_url=redis_url, shared_dir=tmp_path / "shared"))
    text = lived.test_client().get("/metrics").text + analysis.test_client().get("/metrics").text
    told = {_SUFFIXES.sub("", name) for name in re.findall(r"^# TYPE (\w+)", text, re.MULTILINE)}
    for path in DASHBOARDS:
        asked = names_in_use(expressions_of(json.loads(path.read_text())))
        assert len(asked) > 15 and asked - told == set(), path.name
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    asked = names_in_use([rule["expr"] for group in rules["groups"] for rule in group["rules"]])
    assert len(asked) > 5 and asked - told == set()


def test_every_alert_has_a_part_in_the_operators_book_and_no_part_is_of_an_alert_that_went() -> None:
    rules = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
    alerts = [rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule]
    book = (PROJECT / "docs" / "operating.md").read_text().partition("## On each alert")[2]
    assert re.findall(r"^### (\w+)$", book, re.MULTILINE) == alerts


def test_prometheus_asks_the_services_where_they_listen() -> None:
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    targets = [
        target for job in config["scrape_configs"] for each in job["static_configs"] for target in each["targets"]
    ]
    binds = {name: " ".join(service.get("command", [])) for name, service in services().items()}
    assert targets
    for host, port in (target.split(":") for target in targets):
        assert f"0.0.0.0:{port}" in binds[host]
