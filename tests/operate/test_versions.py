"""One version in all places, and an image only under the name of its own code."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

import ml_analyze
from app.release import VERSION
from embedded.environment import PROJECT
from tests.operate import compose


def test_there_is_one_version() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert project == VERSION == ml_analyze.__version__


def test_images_are_named_by_it() -> None:
    ours = {service["image"] for service in compose.services().values() if "build" in service}
    assert ours == {f"courier:{VERSION}", f"ml-analyze:{VERSION}"}


@pytest.mark.parametrize("target", ["courier", "ml-analyze"])
def test_the_code_of_today_is_not_built_under_an_earlier_name(target: str) -> None:
    """What Compose hands to the build reaches the line of the Dockerfile that refuses it."""
    service = next(
        each
        for each in compose.services(compose.ENV | {"COURIER_VERSION": "0.9.0"}).values()
        if each.get("build", {}).get("target") == target
    )
    assert service["image"] == f"{target}:0.9.0"
    stage = (PROJECT / "Dockerfile").read_text().split(f"FROM base AS {target}\n")[1].split("\nFROM")[0]
    (line,) = [line for line in stage.splitlines() if "is_version.py" in line and line.startswith("RUN ")]
    assert 'ARG VERSION=""' in stage.split(line)[0]
    done = refuse(line, service["build"]["args"]["VERSION"])
    assert done.returncode == 1 and "would be called 0.9.0" in done.stderr and "--no-build" in done.stderr
    assert refuse(line, VERSION).returncode == 0
    assert refuse(line, "").returncode == 0, "without COURIER_VERSION"


def refuse(line: str, version: str) -> subprocess.CompletedProcess[str]:
    command = line.removeprefix("RUN python").replace("$VERSION", version)
    words = f"{sys.executable} {command}"
    return subprocess.run(["sh", "-c", words], cwd=PROJECT, capture_output=True, text=True, check=False)
