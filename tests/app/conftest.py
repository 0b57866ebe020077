"""A newsroom of the test's own: a site's folder, a configuration, stand-ins, and the bot in a process of its own."""

import asyncio
import contextlib
import io
import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from bot.cli import main
from bot.store.ledger import Ledger
from bot.store.sqlite import Database
from tests.ports import reserved

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "config/sample"

ACCOUNTS = """
[[accounts]]
name = "readers"
kind = "telegram"
token = "1000001:sandbox-telegram-no-real-token-0000"
base_url = "http://{sandbox}/telegram"
targets = ["@newsdao"]

[[accounts]]
name = "guild"
kind = "discord"
token = "sandbox-discord-no-real-token"
base_url = "http://{sandbox}/discord"
targets = [111122223333444455]

[[accounts]]
name = "followers"
kind = "x"
consumer_key = "ck"
consumer_secret = "cs"
access_token = "4444-at"
access_token_secret = "ats"
base_url = "http://{sandbox}/x"
targets = ["me"]
"""
CONFIG = """
[sokbo]
store = "sqlite:///{store}"
page = "{page}"
timezone = "Asia/Seoul"

[fetch]
allow_private = ["127.0.0.0/8"]

[sandbox]
listen = "{sandbox}"
log = "{log}"

[[feeds]]
name = "newsdao"
kind = "jekyll"
url = "{posts}"
site = "https://newsdao.kr"
permalink = "/:categories/:year/:month/:day/:title/"
first_run = {first_run}
every = "60s"
"""


def until(condition: Callable[[], Any], seconds: float = 60) -> Any:
    """The condition's first truth; a failure after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.03)
    raise AssertionError(f"not within {seconds} s: {condition}")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    returncode: int
    stdout: str
    stderr: str


@dataclass
class Newsroom:
    """A folder with a site and a configuration, and the commands run in it: ``with Newsroom(folder) as newsroom:``."""

    folder: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    doors: list[socket.socket] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sandbox, self.page = self.address(), self.address()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait(10)
        for door in self.doors:
            door.close()

    def address(self) -> str:
        """Where the bot may listen and nobody else can, as long as this newsroom is open."""
        self.doors.append(reserved())
        return f"127.0.0.1:{self.doors[-1].getsockname()[1]}"

    @property
    def posts(self) -> Path:
        return self.folder / "_posts"

    @property
    def config(self) -> Path:
        return self.folder / "sokbo.toml"

    def write(self, *, accounts: str = ACCOUNTS, first_run: str = "1", more: str = "") -> None:
        """The configuration."""
        self.posts.mkdir(exist_ok=True)
        text = CONFIG.format(
            store=self.folder / "sokbo.db",
            page=self.page,
            sandbox=self.sandbox,
            log=self.folder / "sandbox.jsonl",
            posts=self.posts,
            first_run=first_run,
        )
        self.config.write_text(text + accounts.format(sandbox=self.sandbox) + more, "utf-8")

    def post(self, slug: str, title: str = "", *, day: str = "2026-11-20", front: str = "", body: str = "") -> Path:
        """Save a post as an editor would."""
        path = self.posts / f"{day}-{slug}.md"
        matter = f"title: {json.dumps(title or slug, ensure_ascii=False)}\ncategories: [News]\n{front}"
        path.write_text(f"---\n{matter}\n---\n\n{body or f'<p>{slug}에 관한 첫 소식이 들어왔다.</p>'}\n", "utf-8")
        return path

    def start(self) -> subprocess.Popen[str]:
        """`sokbo run` in a process of its own."""
        log = (self.folder / "log.txt").open("a")
        process = subprocess.Popen(self.command("run"), cwd=ROOT, stdout=log, stderr=log, text=True)
        log.close()
        self.running.append(process)
        return process

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bot.cli", *arguments, "--config", str(self.config)]

    def sokbo(self, *arguments: str) -> Done:
        """One command to its end, in this process: as from a terminal, but without the imports."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = main([*arguments, "--config", str(self.config)])
            except SystemExit as end:  # how argparse refuses
                code = int(end.code or 0)
        return Done(code, out.getvalue(), err.getvalue())

    def json(self, *arguments: str) -> Any:
        done = self.sokbo(*arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def ledger(self, what: str) -> list[dict[str, Any]]:
        """What the ledger says, read beside the running bot."""

        async def read() -> list[dict[str, Any]]:
            async with Database(self.folder / "sokbo.db") as database:
                found: list[dict[str, Any]] = await getattr(Ledger(database), what)()
                return found

        return asyncio.run(read())

    def accepted(self, platform: str = "") -> list[dict[str, Any]]:
        """What the stand-ins took, from their log: it is written before they answer."""
        log = self.folder / "sandbox.jsonl"
        if not log.exists():
            return []
        lines = log.read_text("utf-8").splitlines(keepends=True)
        records = [json.loads(line) for line in lines if line.endswith("\n")]
        return [record for record in records if platform in ("", record["platform"])]

    def door(self, name: str, **order: Any) -> None:
        """Ask the sandbox for something."""
        request = urllib.request.Request(
            f"http://{self.sandbox}/_sandbox/{name}", json.dumps(order).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=5) as reply:
            assert reply.status == 200

    def stop(self, process: subprocess.Popen[str], number: int = signal.SIGTERM) -> int:
        process.send_signal(number)
        return process.wait(30)

    def log(self) -> str:
        return (self.folder / "log.txt").read_text("utf-8") if (self.folder / "log.txt").exists() else ""


@pytest.fixture
def newsroom(tmp_path: Path) -> Iterator[Newsroom]:
    with Newsroom(tmp_path) as room:
        room.write()
        yield room
