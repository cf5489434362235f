"""docker-compose.yml and Dockerfile, read as an engine reads them. No engine is needed for it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from ml_analyze.settings import Settings as AnalysisSettings
from tests.operate import compose
from tests.operate.compose import ENV, PROJECT, SECRETS

OURS = ("prepare", "web", "worker", "scheduler", "ml-analyze", "ml-analyze-worker")
COURIER = ("prepare", "web", "worker", "scheduler")
ANALYSIS = ("ml-analyze", "ml-analyze-worker")
ALL = (*OURS, "postgres", "redis", "prometheus", "grafana")
DOCKERFILE = (PROJECT / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return compose.load()


def test_the_file_fits_the_compose_specification(document: dict[str, Any]) -> None:
    schema = json.loads(Path(__file__).with_name("compose_spec.json").read_text())
    errors = [f"{list(each.path)}: {each.message}" for each in Draft7Validator(schema).iter_errors(document)]
    assert errors == []
    assert "version" not in document, "obsolete in Compose v2"


def test_it_holds_these_services_and_no_others(document: dict[str, Any]) -> None:
    assert set(document["services"]) == set(ALL)
    monitoring = {name for name, service in document["services"].items() if service.get("profiles") == ["monitoring"]}
    assert monitoring == {"prometheus", "grafana"}


@pytest.mark.parametrize("name", ALL)
def test_every_container_is_confined(document: dict[str, Any], name: str) -> None:
    service = document["services"][name]
    uid = service["user"].split(":")[0]
    assert uid.isdigit() and uid != "0", "not root, and known by number"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service and "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    limits = service["deploy"]["resources"]["limits"]
    assert limits["memory"] and float(limits["cpus"]) > 0
    assert service["logging"]["options"]["max-size"], "a chatty container must not fill the disk"


@pytest.mark.parametrize("name", [name for name in ALL if name != "prepare"])
def test_every_lasting_service_has_a_health_check_and_comes_back(document: dict[str, Any], name: str) -> None:
    service = document["services"][name]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["worker", "ml-analyze-worker"])
def test_workers_scale(document: dict[str, Any], name: str) -> None:
    """`--scale` refuses a service with a fixed name or a published port."""
    assert not {"container_name", "ports", "hostname"} & set(document["services"][name])


@pytest.mark.parametrize("secret", SECRETS)
def test_it_does_not_start_without_its_secrets(secret: str) -> None:
    with pytest.raises(compose.MissingVariable, match=secret):
        compose.load({name: value for name, value in ENV.items() if name != secret})


def test_no_secret_is_written_into_the_file() -> None:
    text = compose.FILE.read_text()
    assert not re.findall(r"(?:PASSWORD|SECRET|KEY): +[^$\s].*", text)


def test_only_the_web_and_grafana_are_published_and_only_to_this_machine(document: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in document["services"].items() if "ports" in service}
    assert published == {"web": ["127.0.0.1:8000:8000"], "grafana": ["127.0.0.1:3001:3000"]}


def test_grafana_asks_for_a_password_of_its_own(document: dict[str, Any]) -> None:
    service = document["services"]["grafana"]
    assert not {secret for secret in SECRETS if ENV[secret] in str(compose.environment_of(service, ENV))}
    command = [part.replace("$$", "$") for part in service["entrypoint"]]
    done = subprocess.run(command, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "Set GRAFANA_PASSWORD in .env.\n")


def test_ml_analyze_reaches_neither_the_internet_nor_the_database(document: dict[str, Any]) -> None:
    assert document["networks"]["analysis"]["internal"] and document["networks"]["data"]["internal"]
    for name in ANALYSIS:
        assert document["services"][name]["networks"] == ["analysis"]
    assert document["services"]["postgres"]["networks"] == ["data"]


@pytest.mark.parametrize("name", ANALYSIS)
def test_the_analysis_knows_no_secret_of_the_couriers(document: dict[str, Any], name: str) -> None:
    service = document["services"][name]
    given = compose.environment_of(service, {**ENV, "ADMIN_PASSWORD": "x"})
    assert "env_file" not in service
    assert not {"DATABASE_URL", "SECRET_KEY", "JWT_SECRET", "POSTGRES_PASSWORD", "ADMIN_PASSWORD"} & set(given)


@pytest.mark.parametrize("name", ANALYSIS)
def test_every_setting_of_the_analysis_can_be_set_in_env(document: dict[str, Any], name: str) -> None:
    fixed = {"REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD", "ML_ANALYZE_PORT"}  # in REDIS_URL, and in the command
    passed = set(document["services"][name]["environment"])
    assert {field.upper() for field in AnalysisSettings.model_fields} - fixed <= passed


def test_redis_keeps_everything_and_evicts_nothing(document: dict[str, Any]) -> None:
    command = document["services"]["redis"]["command"][-1]
    for option in ("--appendonly yes", "--maxmemory-policy noeviction", "requirepass"):
        assert option in command
    assert ENV["REDIS_PASSWORD"] not in command, "a list of processes would show it"


def test_images_hold_what_their_locks_name_and_are_not_root() -> None:
    for target, lock in (("courier", "courier.txt"), ("ml-analyze", "ml_analyze.txt")):
        assert f"FROM base AS {target}\n" in DOCKERFILE
        packages = DOCKERFILE.split(f"FROM base AS {target}-packages")[1].split("FROM")[0]
        assert f"requirements/{lock}" in packages and "--require-hashes" in packages
        assert "USER courier" in DOCKERFILE.split(f"FROM base AS {target}\n")[1].split("\nFROM")[0]
    assert {service["build"]["target"] for service in compose.services().values() if "build" in service} == {
        "courier",
        "ml-analyze",
    }


def test_everything_that_the_images_copy_is_there_and_let_through() -> None:
    let_through = [line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
        for source in line.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (PROJECT / source).exists(), source
        assert source in let_through, f"{source} is kept out by .dockerignore"


def test_files_that_are_mounted_are_there(document: dict[str, Any]) -> None:
    for service in document["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (PROJECT / source).is_dir(), source
            else:
                assert source in document["volumes"], source
