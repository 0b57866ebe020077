"""A real PostgreSQL of our own: a data folder that is removed at the end, a port on 127.0.0.1, no password.

    with serving() as server, server.database() as url: ...

The server refuses to be root, so that root runs it as `postgres` or `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Literal

import psycopg

from tests.ports import reserved

DEBIAN = Path("/usr/lib/postgresql")
GUARD = 'read -r _; "$1/pg_ctl" stop --wait --silent --mode immediate --pgdata "$2/data"; rm -rf "$2"'
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "on",
    "max_connections": "50",
    "shared_buffers": "32MB",
    "min_wal_size": "32MB",
    "autovacuum_naptime": "10s",
    "log_min_messages": "error",
}


class NoPostgres(Exception):  # noqa: N818 - it reads as what is missing
    """PostgreSQL's programs are not installed here."""


@dataclass
class Server:
    """One server; ``stop`` and ``start`` as often as a test wants it to crash."""

    programs: Path
    folder: Path
    owner: str | None
    port: int
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    _number: "count[int]" = field(default_factory=count)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = " ".join(f"-c {name}={value or repr(value)}" for name, value in self.settings.items())
        log = str(self.folder / "log")
        self._run("pg_ctl", "start", "--wait", "--silent", "--log", log, "--options", f"-p {self.port} {words}")

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Stop it, as if its machine had lost power when ``immediate``; nothing if it has stopped."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--wait", "--silent", "--mode", mode)

    def url(self, name: str = "postgres", port: int | None = None) -> str:
        """The address of one of its databases, perhaps behind a proxy on another port."""
        return f"postgresql://sokbo@127.0.0.1:{port or self.port}/{name}"

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The address of a new database, dropped at the end."""
        name = f"test_{next(self._number)}"
        self.say(f"create database {name} template {template}")
        try:
            yield self.url(name)
        finally:
            self.say(f"drop database {name} with (force)")

    def say(self, sql: str, name: str = "postgres") -> list[tuple[object, ...]]:
        """Run one statement as the server's owner, in the database ``name``."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def initialise(self) -> None:
        """Write the data folder."""
        self._run("initdb", "--username=sokbo", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")

    def _run(self, program: str, *arguments: str) -> None:
        command: list[str | Path] = [self.programs / program, "--pgdata", self.folder / "data", *arguments]
        with tempfile.TemporaryFile() as said:  # not a pipe: the server would keep it open
            done = subprocess.run(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                timeout=60,
                check=False,
                env={**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                **_as(self.owner),
            )
            if done.returncode:
                said.seek(0)
                log = self.folder / "log"
                raise RuntimeError(f"{program}: {said.read().decode()}{log.read_text() if log.exists() else ''}")


@contextmanager
def serving(settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A server that runs while this is open; raises ``NoPostgres``."""
    programs = _programs()
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="sokbo-postgres-"))
    if owner is not None:
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)
    with _guarded(programs, folder, owner), reserved() as door:
        server = Server(programs, folder, owner, door.getsockname()[1], SETTINGS | (settings or {}))
        server.initialise()
        server.start()
        yield server


@contextmanager
def _guarded(programs: Path, folder: Path, owner: str | None) -> Iterator[None]:
    """Stop the server and remove its folder at the end; also if this process is killed: its end of the pipe goes."""
    guard = subprocess.Popen(
        ["/bin/sh", "-c", GUARD, "guard", programs, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # Ctrl-C is not for it
        **_as(owner),
    )
    try:
        yield
    finally:
        guard.communicate()


def _as(owner: str | None) -> dict[str, Any]:
    """How a process is started as that user."""
    return {} if owner is None else {"user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": ()}


def _programs() -> Path:
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].partition(".")[0]))
    found = versions[-1] if versions else shutil.which("initdb")
    if found is None:
        raise NoPostgres("the PostgreSQL server is not installed")
    return Path(found).resolve().parent


def _owner() -> str | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
