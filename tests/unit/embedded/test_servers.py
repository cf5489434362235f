"""The two servers: durable across restarts, separate from each other, recovering from a kill."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from embedded import postgres
from embedded.processes import CannotRun
from embedded.servers import Servers
from tests.unit.embedded.killing import another_process


@pytest.fixture
def folder() -> Iterator[Path]:
    place = Path(tempfile.mkdtemp(prefix="courier-servers-"))
    place.chmod(0o711)
    yield place
    Servers(place).forget()


def ask(servers: Servers, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(servers.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def pid_of(servers: Servers) -> int:
    return int((servers.postgres.home / "data" / "postmaster.pid").read_text().split()[0])


def test_data_and_addresses_survive_a_restart(folder: Path) -> None:
    with Servers(folder) as first:
        ask(first, "CREATE TABLE kept AS SELECT 42 AS answer")
        redis.Redis.from_url(first.redis_url).set("kept", "yes")
        addresses = first.database_url, first.redis_url
    with Servers(folder) as second:
        assert ask(second, "SELECT answer FROM kept") == [(42,)]
        assert redis.Redis.from_url(second.redis_url).get("kept") == b"yes"
        assert (second.database_url, second.redis_url) == addresses


def test_the_servers_are_safe_unless_told_otherwise(folder: Path) -> None:
    with Servers(folder) as servers:
        assert ask(servers, "SHOW fsync") == [("on",)]
        settings = redis.Redis.from_url(servers.redis_url).config_get("*")
        assert settings["appendonly"] == "yes"
        assert settings["maxmemory-policy"] == "noeviction"


def test_nobody_gets_in_without_the_password(folder: Path) -> None:
    with Servers(folder) as servers:
        stranger = servers.database_url.replace("+psycopg", "").split("@")[1]
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(f"postgresql://courier:wrong@{stranger}")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(f"redis://{servers.redis_url.split('@')[1]}").ping()


def test_a_killed_postgresql_leaves_nothing_in_the_way_of_the_next_start(folder: Path) -> None:
    with Servers(folder) as servers:
        ask(servers, "CREATE TABLE kept AS SELECT 1 AS one")
        postmaster = psutil.Process(pid_of(servers))
        backends = postmaster.children()
        # A stopped backend outlives its postmaster and holds the shared memory: the worst case of a kill.
        backends[0].suspend()
        os.kill(postmaster.pid, signal.SIGKILL)
        postmaster.wait(5)
        assert servers.revive() == ["PostgreSQL"]
        assert ask(servers, "SELECT one FROM kept") == [(1,)]
        assert not backends[0].is_running()


def test_a_server_that_is_killed_while_it_recovers_has_its_turn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch that starts it must not die of it: whoever looks after everything else would stand still."""
    servers, tries = Servers(tmp_path), []

    def start() -> None:
        tries.append(1)
        if len(tries) % 6 in (1, 2):
            raise CannotRun("PostgreSQL did not start.")

    monkeypatch.setattr(servers.redis, "start", lambda: None)
    monkeypatch.setattr(servers.postgres, "start", start)
    assert [servers.revive() for _ in range(3)] == [["Redis"], ["Redis"], ["PostgreSQL", "Redis"]]
    monkeypatch.setattr(servers.postgres, "start", lambda: (_ for _ in ()).throw(CannotRun("It is damaged.")))
    with pytest.raises(CannotRun, match="damaged"):
        for _ in range(5):
            servers.revive()


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(folder: Path) -> None:
    with Servers(folder) as servers:
        written = (servers.postgres.home / "data" / "postmaster.pid").read_text()
        number = written.split()[0]
    (servers.postgres.home / "data" / "postmaster.pid").write_text(written.replace(number, str(os.getpid()), 1))
    with Servers(folder) as servers:
        assert ask(servers, "SELECT 1") == [(1,)]


def test_servers_of_a_killed_parent_do_not_outlive_it(folder: Path) -> None:
    with another_process(lambda: Servers(folder).start(), folder / "up"):
        mine = [
            each for each in psutil.process_iter(["cmdline"]) if str(folder) in " ".join(each.info["cmdline"] or ())
        ]
        assert mine
    _, alive = psutil.wait_procs(mine, timeout=10)
    assert alive == []


def test_two_installations_run_side_by_side(folder: Path) -> None:
    with Servers(folder / "one", durable=False) as one, Servers(folder / "two", durable=False) as two:
        assert one.database_url != two.database_url
        assert one.redis_url != two.redis_url
        ask(one, "CREATE TABLE only_here ()")
        assert ask(two, "SELECT to_regclass('only_here')") == [(None,)]
    Servers(folder / "one").forget()
    Servers(folder / "two").forget()
    assert not (folder / "one").exists()


@pytest.mark.parametrize(("memory", "buffers"), [(1, "128MB"), (4, "512MB"), (64, "1024MB")])
def test_postgresql_keeps_an_eighth_of_the_memory_for_its_tables(memory: int, buffers: str) -> None:
    assert postgres._buffers(memory * 2**30) == buffers
