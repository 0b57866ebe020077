"""Row 26 of FAILURES.md section 3: canary secrets through every error path, and no byte of them comes out.

Each secret holds the word CANARY. The platforms are one server that repeats in its refusals whatever it was sent, path,
headers and all, as a proxy's error page does ("Cannot POST /bot…"); every logger says all it has to say, and asyncio is
in its debug mode. Then everything that people or other programs may read is searched: what was printed, logged,
stored and shown.
"""

import json
import os
import re
import socket
import sqlite3
import struct
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.app.conftest import ROOT, Newsroom, until
from tests.postgres import Server

CANARY = "CANARY"
PASSWORD = f"{CANARY}%40pass%2Fword"  #: as an address has it: "@" and "/" are written otherwise
LOUD = """
import logging, sys
from bot.app import logs
from bot.cli import main
quiet = logs.set_up
def loud(secrets, **more):
    quiet(secrets, verbose=True)
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(logging.DEBUG)
logs.set_up = loud
sys.exit(main(sys.argv[1:]))
"""
ACCOUNTS = f"""
[[accounts]]
name = "readers"
kind = "telegram"
token = "7000001:{CANARY}-telegram-0000000000000000000"
base_url = "{{platforms}}/telegram"
targets = ["@newsdao", -1001234567890]

[[accounts]]
name = "guild"
kind = "discord"
token = "{CANARY}.discord.token-0000000000"
base_url = "{{platforms}}/discord"
targets = [111122223333444455, {{{{ webhook = "{{platforms}}/discord/api/webhooks/333/{CANARY}-hook-token" }}}}]

[[accounts]]
name = "followers"
kind = "x"
consumer_key = "{CANARY}-consumer-key"
consumer_secret = "{CANARY}-consumer-secret"
access_token = "4444-{CANARY}-access"
access_token_secret = "{CANARY}-access-secret"
base_url = "{{platforms}}/x"
targets = ["me"]

[[accounts]]
name = "machines"
kind = "webhook"
secret = "whsec_{CANARY}0signing0key0of0a0webhook0000a"
previous_secret = "whsec_{CANARY}1signing1key1of1a1webhook1111a"
base_url = "{{platforms}}"
targets = ["/newsroom", {{{{ webhook = "{{platforms}}/in/{CANARY}-path?key={CANARY}-query" }}}}]
"""


@dataclass
class Parrot:
    """A server for every platform: it answers ``status``, and repeats what it was asked."""

    status: int = 400
    address: str = ""
    heard: list[str] = field(default_factory=list)

    def words(self, handler: BaseHTTPRequestHandler) -> bytes:
        """A refusal in every platform's shape."""
        asked = f"Cannot {handler.command} {handler.path} {' '.join(map(': '.join, handler.headers.items()))}"
        self.heard.append(asked)
        shape = dict.fromkeys(("description", "message", "detail", "title", "error", "error_description"), asked)
        errors = {"errors": [{"message": asked, "code": 1}], "code": 50035, "ok": False, "error_code": self.status}
        return json.dumps({**shape, **errors, "retry_after": 0.1, "parameters": {"retry_after": 1}}).encode()


@pytest.fixture
def parrot() -> Iterator[Parrot]:
    told = Parrot()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            words = told.words(self)
            if told.status == 0:  # a reset, in the middle of an answer
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                return
            self.send_response(told.status)
            self.send_header("Location", f"{told.address}{self.path}")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(words)))
            self.end_headers()
            self.wfile.write(words)

        do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield told
        server.shutdown()


@dataclass
class Watched(Newsroom):
    """A newsroom of which all that comes out is kept."""

    said: dict[str, str] = field(default_factory=dict)

    def store(self, address: str) -> None:
        """Have another store."""
        text = self.config.read_text("utf-8")
        self.config.write_text(text.replace(f"sqlite:///{self.folder}/sokbo.db", address), "utf-8")

    def ask(self, *command: str) -> None:
        """One command, in this process."""
        done = self.sokbo(*command)
        self.said[f"sokbo {' '.join(command)} ({done.returncode}) #{len(self.said)}"] = done.stdout + done.stderr

    def run_loud(self, *command: str) -> subprocess.Popen[str]:
        """The bot with every logger at its loudest."""
        log = (self.folder / "log.txt").open("a")
        words = [sys.executable, "-X", "dev", "-c", LOUD, "run", *command, "--config", str(self.config)]
        process = subprocess.Popen(words, cwd=ROOT, stdout=log, stderr=log, text=True, env=os.environ | DEBUG)
        log.close()
        self.running.append(process)
        return process

    def read(self, path: str) -> None:
        """One of the page's answers, whatever its status."""
        try:
            with urllib.request.urlopen(f"http://{self.page}{path}", timeout=5) as answer:
                self.said[f"page {path}"] = f"{answer.headers}{answer.read().decode()}"
        except urllib.error.HTTPError as error:
            self.said[f"page {path} ({error.code})"] = f"{error.headers}{error.read().decode()}"

    def look(self) -> None:
        """What can be asked of the ledger."""
        for command in ("status", "deliveries", "accounts", "feeds", "stories"):
            self.ask(command)
            self.ask(command, "--format", "json")

    def look_at(self, story: int) -> None:
        """All that there is to see of a story."""
        for place in {row["target"] for row in self.ledger("deliveries")} | {"@no"}:
            if story == 1:
                self.ask("why", "1", place)
            self.read(f"/stories/{story}/why?target={quote(place, safe='')}")
        for path in ("/", f"/stories/{story}/why", f"/stories/{story}/retract", "/healthz", "/nowhere"):
            self.read(path)

    def leaks(self) -> list[str]:
        """Where a canary sings, with what stands around it."""
        self.said["log"] = self.log()
        database = self.folder / "sokbo.db"
        if database.exists():
            with closing(sqlite3.connect(database)) as store:
                self.said["store"] = "\n".join(store.iterdump())
        return [
            f"{where}: …{text[max(0, found.start() - 100) : found.end() + 60]}…"
            for where, text in self.said.items()
            for found in re.finditer(CANARY, text, re.IGNORECASE)
        ]


DEBUG = {"PYTHONASYNCIODEBUG": "1"}


@pytest.fixture
def watched(tmp_path: Path, parrot: Parrot) -> Iterator[Watched]:
    with Watched(tmp_path) as room:
        room.write(accounts=ACCOUNTS.format(platforms=parrot.address).replace("{", "{{").replace("}", "}}"))
        room.post("one", "다리가 다시 열렸다")
        yield room


REFUSALS = (400, 404, 429, 500, 0, 302, 410, 401)
NAMES = ("readers", "guild", "followers", "machines")


def test_whatever_a_platform_answers_no_secret_is_told(watched: Watched, parrot: Parrot) -> None:
    """Reasons in the ledger, in the log, in every command's words and on every page."""
    bot = watched.run_loud()
    until((watched.folder / "sokbo.db").exists)
    until(lambda: watched.json("status")["running"])
    for status in REFUSALS:
        heard, parrot.status = len(parrot.heard), status
        watched.post(f"tale-{status}", f"다리 소식 {status}")
        for name in NAMES:
            watched.ask("resume", name)
        until(lambda: len(parrot.heard) > heard)  # noqa: B023 - called before the next turn
        time.sleep(0.5)  # the others of the story
        watched.ask("status")
        watched.read("/")
    watched.look()
    for number in range(1, len(watched.ledger("stories")) + 1):
        watched.look_at(number)
    watched.ask("check")
    for name in NAMES:
        watched.ask("try", name, "시험")
    watched.ask("replay", "1", "--failed", "--held")
    watched.ask("retract", "1")
    watched.ask("retract", "1", "--format", "json")
    watched.look_at(1)
    watched.ask("backup", str(watched.folder / "copy.db"))
    watched.stop(bot)
    watched.ask("preview", str(watched.posts))
    watched.ask("preview", str(watched.posts), "--format", "json")
    assert sum(CANARY in heard for heard in parrot.heard) > 2 * len(REFUSALS)
    assert watched.leaks() == []


def test_a_stores_password_is_told_nowhere(watched: Watched, postgres: Server, postgres_url: str) -> None:
    """Not while it runs, nor where the connection is lost under it, nor in what is copied and moved."""
    store = postgres_url.replace("sokbo@", f"sokbo:{PASSWORD}@")
    name = postgres_url.rpartition("/")[2]
    watched.store(store)
    bot = watched.run_loud()
    until(lambda: watched.sokbo("stories", "--format", "json").stdout.count('"id"') == 1, 30)
    for _ in range(2):
        postgres.say(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")
        watched.look()
    for command in ("why 1 @newsdao", "pause readers", "resume readers", "replay 1", "retract 1", "check"):
        watched.ask(*command.split())
    watched.read("/")
    watched.said["server"] = str(postgres.say("select application_name, query from pg_stat_activity"))
    watched.ask("backup", str(watched.folder / "sokbo.db"))
    watched.stop(bot)
    watched.ask("move", f"sqlite:///{watched.folder}/sokbo.db", store)  # which is not empty
    watched.ask("move", store, f"sqlite:///{watched.folder}/moved.db")
    watched.ask("move", f"sqlite:///{watched.folder}/moved.db", store)
    watched.ask("status")  # it has moved
    with psycopg.connect(postgres_url) as connection:
        for (table,) in connection.execute("select tablename from pg_tables where schemaname = 'sokbo'").fetchall():
            watched.said[f"table {table}"] = str(connection.execute(f"select * from sokbo.{table}").fetchall())
    assert watched.leaks() == []


WRONG = {
    "host": "sokbo:{password}@127.0.0.1:1/postgres",
    "user": "nobody:{password}@127.0.0.1:{port}/postgres",
    "database": "sokbo:{password}@127.0.0.1:{port}/none",
    "parameter": "sokbo:{password}@127.0.0.1:{port}/postgres?nonsense={password}",
    "value": "sokbo:{password}@127.0.0.1:{port}/postgres?connect_timeout={password}",
    "escape": "sokbo:{password}%zz@127.0.0.1:{port}/postgres",
    "bracket": "sokbo:{password}@[127.0.0.1:{port}/postgres",
    "port": "sokbo:{password}@127.0.0.1:{password}/postgres",
}
COMMANDS = ("run --once", "run --dry-run", "status", "why 1 me", "retract 1", "pause readers")


@pytest.mark.parametrize("address", WRONG.values(), ids=WRONG)
def test_a_store_that_cannot_be_opened_says_so_without_its_password(
    watched: Watched, parrot: Parrot, postgres: Server, address: str
) -> None:
    store = "postgresql://" + address.format(password=PASSWORD, port=postgres.port)
    watched.store(store)
    parrot.status = 404
    for command in COMMANDS:
        watched.ask(*command.split())
    watched.ask("backup", str(watched.folder / "copy.db"))
    watched.ask("move", store, f"sqlite:///{watched.folder}/moved.db")
    watched.ask("move", f"sqlite:///{watched.folder}/copy.db", store)
    assert watched.leaks() == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (f'"whsec_{CANARY}0', f'"whsec_{CANARY}!'),
        (f'"whsec_{CANARY}1', f'"{CANARY}1'),
        (f'"whsec_{CANARY}1signing1key1of1a1webhook1111a', f'"whsec_{CANARY}'),
        (f"/in/{CANARY}", f"://{CANARY}"),
        (f"webhooks/333/{CANARY}", f"hooks/333/{CANARY}"),
        ("consumer_secret", "consumer_sercet"),
        ('token = "7000001:', 'tokn = "7000001:'),
        ('base_url = "', f'base_url = "http://{CANARY}@'),
    ],
)
def test_a_mistake_in_the_configuration_is_told_without_its_secret(watched: Watched, right: str, wrong: str) -> None:
    text = watched.config.read_text("utf-8")
    assert right in text
    watched.config.write_text(text.replace(right, wrong), "utf-8")
    watched.ask("check")
    watched.ask("run", "--once")
    assert all("(2)" in command for command in watched.said)
    assert watched.leaks() == []
