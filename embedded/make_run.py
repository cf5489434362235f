"""``make run``: everything on this machine, from an empty folder to a dashboard full of sample suppliers."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.markup import escape

from embedded import ports
from embedded.demo import Demonstration
from embedded.environment import LOCAL, PROJECT, environment, kept_secret, write_shell_variables
from embedded.file_server import file_server
from embedded.preparation import ADMIN, migrate, populate
from embedded.processes import CannotRun
from embedded.servers import Servers
from embedded.supervisor import Program, Supervisor, end_marked, programs

SAMPLES = PROJECT / "embedded" / "samples"


def main() -> int:
    """Exit code 0 after Ctrl-C; with ONCE=1, 0 only if every sample reached the outcome it should."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=140)  # a log or a pipe has no width of its own
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _interrupt)
    try:
        with only_one(LOCAL) as tell:
            return _Run(console, tell).whole()
    except CannotRun as error:
        console.print(f"[bold red]Cannot run:[/] {escape(str(error))}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped; the data is kept for the next start.")
        return 0


@contextmanager
def only_one(home: Path) -> Iterator[Callable[[str], None]]:
    """Hold the installation's lock; raises CannotRun while another process holds it, in that one's own words.

    Yields what sets these words. The kernel lets go of the lock when its holder ends, however it ends.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip()
            raise CannotRun(f"this clone is running already{f' ({holder})' if holder else ''}.") from error

        def tell(words: str) -> None:
            lock.truncate(0)
            lock.write(words)
            lock.flush()

        tell(f"process {os.getpid()}")
        yield tell


class _Run:
    def __init__(self, console: Console, tell: Callable[[str], None]) -> None:
        self._console, self._tell = console, tell
        self._began = time.monotonic()

    def say(self, sentence: str) -> None:
        self._console.print(f"[dim]{time.monotonic() - self._began:6.1f} s[/]  {escape(sentence)}", soft_wrap=True)

    def whole(self) -> int:
        left = end_marked(LOCAL)
        if left:
            self.say(f"Ended {left} processes that an earlier start had left behind.")
        with contextlib.ExitStack() as stack:
            stack.callback(self._say_goodbye)
            self.say("Starting PostgreSQL and Redis …")
            servers = Servers(LOCAL / "servers")
            stack.callback(_undisturbed, servers.stop)
            servers.start()
            self.say("PostgreSQL and Redis are up.")
            self._say_where_the_data_is(servers)
            files = stack.enter_context(file_server(SAMPLES, LOCAL / "file-server.port"))
            web, analysis = self._addresses()
            variables = _variables(servers, web, analysis)
            write_shell_variables(LOCAL / "env", variables)
            supervisor = Supervisor(LOCAL, servers, _programs(web, analysis), variables, say=self.say)
            stack.callback(_undisturbed, supervisor.stop)
            log = LOCAL / "logs" / "preparation.log"
            self.say("Bringing the tables up to date …")
            migrate(variables, log)
            self.say("The tables are up to date.")
            self.say("Starting web, workers, scheduler and ml-analyze …")
            supervisor.start()
            populate(variables, log, SAMPLES, say=self.say, show=self._show_password)
            supervisor.wait_until_ready()
            address = f"http://localhost:{web[1]}"
            self._tell(f"process {os.getpid()}, {address}")
            self.say(f"Web, workers, scheduler and ml-analyze are up: {address}")
            demo = Demonstration(SAMPLES, files, address, servers, variables)
            as_declared = demo.run(self._console, meanwhile=supervisor.watch)
            if os.environ.get("ONCE", "0") not in ("", "0"):
                return 0 if as_declared else 1
            self._console.print(f"\nThe dashboard: [bold]{address}[/] (user {ADMIN}). Ctrl-C stops everything.")
            while True:
                supervisor.watch()
                time.sleep(0.5)

    def _addresses(self) -> tuple[tuple[str, int], tuple[str, int]]:
        """Where the web and ml-analyze listen: the wanted ports, or the next free ones, which is said."""
        host = os.environ.get("HOST", ports.LOOPBACK)
        wanted = _number("PORT", 8000)
        web = ports.next_free(wanted, host)
        if web != wanted:
            self.say(f"Port {wanted} is taken; the dashboard takes {web}.")
        analysis = ports.next_free(_number("ML_ANALYZE_PORT", 8001), taken=frozenset({web}))
        return (host, web), (ports.LOOPBACK, analysis)

    def _say_where_the_data_is(self, servers: Servers) -> None:
        account, home = servers.postgres.account, servers.postgres.home
        if account is None:
            return
        place = (
            ""
            if home == servers.postgres.folder
            else f"; its data lies in {home}, because it may not enter this folder"
        )
        self.say(f"Started as root: PostgreSQL, which refuses that, runs as {account.name}{place}.")

    def _show_password(self, password: str) -> None:
        self._console.print(
            f"\n    Sign in as [bold]{ADMIN}[/] with the password [bold]{password}[/] (shown this once)\n"
        )

    def _say_goodbye(self) -> None:
        self.say("Everything has been stopped.")


def _programs(web: tuple[str, int], analysis: tuple[str, int]) -> list[Program]:
    cores = os.cpu_count() or 2
    return programs(web=web, ml_analyze=analysis, workers=_number("MAX_WORKERS", min(4, max(2, cores))))


def _variables(servers: Servers, web: tuple[str, int], analysis: tuple[str, int]) -> dict[str, str]:
    """What all processes get; a variable that the person has set wins where the installation can live with it."""
    hosts = [os.environ.get("FETCH_ALLOWED_HOSTS", ""), ports.LOOPBACK]
    shared, cache = LOCAL / "shared", LOCAL / "cache"
    for folder in (shared, cache):
        folder.mkdir(exist_ok=True)
    return environment(
        database_url=servers.database_url,
        redis_url=servers.redis_url,
        shared=shared,
        secret_key=kept_secret(LOCAL / "secret-key"),
        ml_analyze_url=f"http://{analysis[0]}:{analysis[1]}",
        PORT=str(web[1]),
        ML_ANALYZE_PORT=str(analysis[1]),
        ML_CACHE_DIR=str(cache),
        PUBLIC_URL=os.environ.get("PUBLIC_URL", f"http://localhost:{web[1]}"),
        # The sample suppliers' file server lives on this machine, which addresses of suppliers may not name otherwise.
        FETCH_ALLOWED_HOSTS=",".join(host for host in hosts if host),
        # Somebody is watching: look at an analysis every second.
        ML_POLL_INTERVAL_SECONDS=os.environ.get("ML_POLL_INTERVAL_SECONDS", "1"),
    )


def _number(variable: str, otherwise: int) -> int:
    text = os.environ.get(variable) or str(otherwise)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotRun(f"{variable} is {text!r}; it must be a whole number above 0.")
    return int(text)


def _undisturbed(stop: Callable[[], None]) -> None:
    """Run ``stop`` to its end: a second Ctrl-C must not leave half of the processes behind. It takes seconds."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    stop()


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
