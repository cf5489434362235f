"""deploy/chart as Helm renders it, without a cluster: three sets of values, Kubernetes' schemas, Compose."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import helm_python as helm
import kubernetes_validate
import pytest
import yaml

from app.release import VERSION
from app.settings import Settings
from ml_analyze.settings import Settings as AnalysisSettings
from tests.operate import compose

CHART = compose.PROJECT / "deploy" / "chart"
EXAMPLES = sorted(CHART.glob("examples/*.yaml"))
KUBERNETES = ("1.29", "1.34")
LASTING = ("web", "worker", "scheduler", "ml-analyze", "ml-analyze-worker")
#: names that only the SDK of the object store, or the command that makes the first administrator, reads
NOT_OURS = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ADMIN_PASSWORD"}
Manifest = dict[str, Any]


@cache
def rendered(example: Path) -> tuple[Manifest, ...]:
    texts = helm.Chart.load(CHART).render(_values(example), name="prices", namespace="prices").values()
    return tuple(each for text in texts for each in yaml.safe_load_all(text) if each)


def _values(example: Path) -> Manifest:
    found: Manifest = yaml.safe_load(example.read_text())
    return found


def _of(example: Path, kind: str) -> dict[str, Manifest]:
    return {each["metadata"]["name"]: each for each in rendered(example) if each["kind"] == kind}


def _pods(example: Path) -> Iterator[tuple[str, Manifest]]:
    for kind in ("Deployment", "Job"):
        for name, each in _of(example, kind).items():
            yield name, each["spec"]["template"]["spec"]


def _container(example: Path, component: str) -> Manifest:
    pod = dict(_pods(example))[f"prices-{component}"]
    (found,) = pod["containers"]
    return dict(found)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_helm_and_the_schemas_of_kubernetes_have_nothing_to_say(example: Path) -> None:
    report = helm.lint(CHART, _values(example), strict=True)
    assert (report["errors"], report["messages"]) == ([], [])
    for manifest in rendered(example):
        if manifest["apiVersion"].startswith("keda.sh/"):
            continue  # its schema comes with KEDA; see below
        for version in KUBERNETES:
            kubernetes_validate.validate(manifest, version, strict=True)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_no_pod_may_do_what_it_need_not(example: Path) -> None:
    pods = list(_pods(example))
    assert len(pods) >= 6
    for name, pod in pods:
        assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"], name
        assert pod["automountServiceAccountToken"] is False, name
        for container in pod["containers"]:
            security = container["securityContext"]
            assert security["readOnlyRootFilesystem"] and not security["allowPrivilegeEscalation"], name
            assert security["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"].keys() == {"cpu", "memory"}, name
            assert {mount["mountPath"] for mount in container["volumeMounts"]} >= {"/tmp"}, name
            assert {mount["name"] for mount in container["volumeMounts"]} <= {each["name"] for each in pod["volumes"]}
    chosen = [each["spec"]["selector"]["matchLabels"] for each in _of(example, "PodDisruptionBudget").values()]
    budgets = {labels["app.kubernetes.io/component"] for labels in chosen}
    assert budgets >= set(LASTING)


@pytest.mark.parametrize("component", [*LASTING, "prepare"])
def test_a_pod_runs_what_compose_runs(component: str) -> None:
    """Those commands and checks are started as they stand there, on real servers, by test_commands_start.py."""
    service, container = compose.services()[component], _container(EXAMPLES[0], component)
    assert container["command"] == service["command"]
    if component == "prepare":
        return
    check = container.get("readinessProbe") or container["livenessProbe"]
    assert check["exec"]["command"] == service["healthcheck"]["test"][1:]
    pod = dict(_pods(EXAMPLES[0]))[f"prices-{component}"]
    assert f"{pod['terminationGracePeriodSeconds']}s" == service["stop_grace_period"]
    assert container["image"].rpartition(":")[0] == service["image"].rpartition(":")[0]
    assert container["image"].endswith(f":{VERSION}")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_every_variable_is_one_that_the_service_reads_and_ml_analyze_knows_no_secret_of_the_courier(
    example: Path,
) -> None:
    courier, analysis = _names(Settings), _names(AnalysisSettings)
    for component in (*LASTING, "prepare"):
        ours = component.startswith("ml-analyze")
        given = {each["name"] for each in _container(example, component)["env"]}
        assert given - NOT_OURS <= (analysis if ours else courier), component
        if ours:
            assert not given & {"DATABASE_URL", "SECRET_KEY", "JWT_SECRET"}
            AnalysisSettings(**_plain(example, component))
        else:
            secrets = {"database_url": "postgresql://u:p@db/courier", "secret_key": "s" * 40, "jwt_secret": "j" * 40}
            Settings(**_plain(example, component), **secrets, ml_analyze_secret="a" * 40)


def _names(kind: type[Settings] | type[AnalysisSettings]) -> set[str]:
    return {name.upper() for name in kind.model_fields}


def _plain(example: Path, component: str) -> dict[str, Any]:
    """What is no secret, as the settings read it."""
    env = _container(example, component)["env"]
    return {each["name"].lower(): each["value"] for each in env if "value" in each}


def test_with_a_pooler_only_the_migrations_go_straight_to_postgresql() -> None:
    marketplace = CHART / "examples" / "marketplace.yaml"
    keys = {
        component: next(e for e in _container(marketplace, component)["env"] if e["name"] == "DATABASE_URL")
        for component in ("web", "worker", "scheduler", "prepare")
    }
    named = {component: each["valueFrom"]["secretKeyRef"]["key"] for component, each in keys.items()}
    assert named.pop("prepare") == "DATABASE_URL"
    assert set(named.values()) == {"POOLED_DATABASE_URL"}
    assert "pool_mode = transaction" in _of(marketplace, "ConfigMap")["prices-pgbouncer"]["data"]["pgbouncer.ini"]


def test_workers_come_and_go_with_the_queue_by_figures_that_there_are() -> None:
    marketplace = CHART / "examples" / "marketplace.yaml"
    scaled = _of(marketplace, "ScaledObject")
    deployments = _of(marketplace, "Deployment")
    figures = (compose.PROJECT / "app/metrics.py").read_text() + (compose.PROJECT / "ml_analyze/metrics.py").read_text()
    assert set(scaled) == {"prices-worker", "prices-ml-analyze-worker"}
    for name, each in scaled.items():
        assert each["spec"]["scaleTargetRef"]["name"] == name
        assert "replicas" not in deployments[name]["spec"], "two would decide"
        for trigger in each["spec"]["triggers"]:
            assert f'"{trigger["metadata"]["query"].removeprefix("max(").removesuffix(")")}"' in figures


def test_a_chart_without_a_secret_is_refused() -> None:
    with pytest.raises(helm.HelmError):
        helm.Chart.load(CHART).validate_schema({})
