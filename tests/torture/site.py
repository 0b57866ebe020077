"""A site to torture: a folder of posts, stand-ins in a process of their own, and `sokbo run` as often as a test wants.

Everything ends with the site; what a killed test leaves behind ends by itself (stand-ins) or by the kernel (workers).
"""

import asyncio
import base64
import json
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.app.build import open_store
from bot.model import DeliveryState
from bot.store.database import Connection
from tests.torture.audit import Arrival, Audit, Entry, Place, Telling, audit

ROOT = Path(__file__).parents[2]
MARK = re.compile(r"tale-\d{5}")
#: A worker ends with its test, where the system has this; what Python would do between fork and exec, another thread of
#: the test may block for ever.
ENDS_WITH_THE_TEST = ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
LOOK = 0.02  #: seconds between two looks at what a test waits for
HEAD = """
[sokbo]
store = "{store}"
page = ""
timezone = "Asia/Seoul"

[[feeds]]
name = "tales"
kind = "jekyll"
url = "{posts}"
site = "https://tales.example"
permalink = "/:title/"
first_run = 100000
every = "1s"
"""
LEDGER = """
select d.id, d.story, d.state, d.again, d.reason, d.priority, d.claim, d.worker, s.name, s.address, st.headline
from delivery d join subscription s on s.id = d.lane join story st on st.id = d.story
where d.operation = 'send' order by d.id
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One ``[[accounts]]`` and its places; ``options`` are further lines of TOML."""

    name: str
    kind: str
    targets: Sequence[str]  #: as TOML has them
    options: str = ""
    breaking: bool = False  #: hears breaking stories only
    incoming: bool = False  #: the targets are incoming webhooks of Discord

    def toml(self, sandbox: str) -> str:
        """The table."""
        only = ', only = "breaking"' if self.breaking else ""
        hook = f'webhook = "{sandbox}/discord/api/webhooks/{{}}/{"t" * 68}"'
        key = hook if self.incoming else "id = {}"
        targets = ", ".join(f"{{ {key.format(target)}{only} }}" for target in self.targets)
        head = f'[[accounts]]\nname = "{self.name}"\nkind = "{self.kind}"\nbase_url = "{sandbox}/{self.kind}"\n'
        return f"{head}{self.options}\ntargets = [{targets}]\n"

    @property
    def places(self) -> list[Place]:
        """Where it posts to."""
        prefix = "webhook:" if self.incoming else ""
        return [(self.kind, prefix + target.strip('"')) for target in self.targets]


def hooks(count: int, name: str = "hooks") -> Account:
    """An account of signed webhooks: keyed, as fast as they answer."""
    secret = base64.b64encode(name.encode().ljust(32, b".")).decode()
    return Account(name, "webhook", [f'"/{name}-{n:05}"' for n in range(count)], f'secret = "whsec_{secret}"')


def chats(count: int, first: int = 1001) -> Iterator[Account]:
    """Telegram bots of one private chat each: keyless, one message a second each."""
    for chat in range(first, first + count):
        yield Account(f"chat-{chat}", "telegram", [f"{chat}"], f'token = "{chat}:sandbox-no-real-token-{chat:024}"')


def guilds(count: int, first: int = 110000000000000001) -> Iterator[Account]:
    """Discord bots of one channel each: keyed by a nonce."""
    for channel in range(first, first + count):
        yield Account(f"guild-{channel}", "discord", [f"{channel}"], f'token = "sandbox-no-real-token-{channel}"')


def incoming(count: int, first: int = 120000000000000001) -> Account:
    """Incoming webhooks of Discord: keyless."""
    return Account("incoming", "discord", [f"{hook}" for hook in range(first, first + count)], incoming=True)


def followers(*, breaking: bool = False) -> Account:
    """One account on X, which refuses the same text twice."""
    keys = ("consumer_key", "consumer_secret", "access_token_secret")
    lines = [*(f'{key} = "{key}-sandbox"' for key in keys), 'access_token = "4444-sandbox"']
    return Account("followers", "x", ['"me"'], "\n".join(lines), breaking)


class Worker:
    """`sokbo run` in a process of its own; it writes its log to a file."""

    def __init__(self, config: Path, log: Path, prefix: Sequence[str] = ()) -> None:
        self.log = log
        self.frozen = False
        with log.open("wb") as out:
            self.process = subprocess.Popen(
                [*ENDS_WITH_THE_TEST, *prefix, sys.executable, "-m", "bot.cli", "run", "--config", str(config)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    @property
    def pid(self) -> int:
        """Its process."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it runs (or is frozen)."""
        return self.process.poll() is None

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """Stop it in its tracks."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self, patience: float = 30) -> tuple[int, float]:
        """Ask it to end; its exit code, and how many seconds it took."""
        asked = time.monotonic()
        self.process.terminate()
        return self.process.wait(patience), time.monotonic() - asked

    def said(self) -> str:
        """Its log."""
        return self.log.read_text("utf-8", "replace")


@dataclass
class Site:
    """``with Site(folder, store, accounts) as site:`` — the stand-ins answer, nothing else runs yet."""

    folder: Path
    store: str
    accounts: Sequence[Account]
    latency_ms: float = 0
    pace: bool = True
    listen: str = "127.0.0.1:0"
    workers: list[Worker] = field(default_factory=list)
    published: dict[str, bool] = field(default_factory=dict)  #: the marks of the stories, and whether one is breaking
    _open: ExitStack = field(default_factory=ExitStack)
    _offset: int = 0
    _arrivals: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.posts.mkdir()
            order = {"listen": self.listen, "log": str(self.log), "keys": [], "secrets": []}
            sandbox = subprocess.Popen(
                [sys.executable, "-m", "bot.sandbox"],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            stack.callback(sandbox.wait, 10)
            stack.callback(sandbox.kill)
            assert sandbox.stdin is not None
            assert sandbox.stdout is not None
            stack.enter_context(sandbox.stdin)
            stack.enter_context(sandbox.stdout)
            sandbox.stdin.write(json.dumps(order).encode() + b"\n")
            sandbox.stdin.flush()
            ready, _, self.sandbox = sandbox.stdout.readline().decode().strip().partition(" ")
            assert ready == "ready"
            self.door("settings", latency_ms=self.latency_ms, pace="strict" if self.pace else "off")
            self.write()
            stack.callback(self._end_workers)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            print(self.last_words())
        self._open.close()

    @property
    def posts(self) -> Path:
        """Where the newsroom publishes."""
        return self.folder / "_posts"

    @property
    def log(self) -> Path:
        """What the stand-ins accepted."""
        return self.folder / "sandbox.jsonl"

    @property
    def config(self) -> Path:
        """The configuration of every worker."""
        return self.folder / "sokbo.toml"

    # ── Acting ───────────────────────────────────────────────────────────────────────────────────────────────────

    def write(self) -> None:
        """Write the configuration."""
        tables = "\n".join(account.toml(self.sandbox) for account in self.accounts)
        self.config.write_text(HEAD.format(store=self.store, posts=self.posts) + tables, "utf-8")

    def publish(self, count: int, *, breaking: Callable[[int], bool] = lambda number: False) -> None:
        """Write so many more posts, one a minute of the newsroom's time; the number that is breaking says so."""
        for _ in range(count):
            number = len(self.published)
            mark, day = f"tale-{number:05}", 1 + number // 1440
            urgent = breaking(number)
            when = f"2025-01-{day:02} {number // 60 % 24:02}:{number % 60:02}:00"
            front = f"title: {mark} 소식\ndate: {when}\nbreaking: {'true' if urgent else 'false'}"
            text = f"---\n{front}\n---\n\n<p>{mark}에 관한 첫 소식이 들어왔다. {number * 7919 % 1000}명이 모였다.</p>\n"
            draft = self.folder / "draft"
            draft.write_text(text, "utf-8")
            draft.rename(self.posts / f"2025-01-{day:02}-{mark}.md")
            self.published[mark] = urgent

    def start(self, prefix: Sequence[str] = ()) -> Worker:
        """One more worker."""
        worker = Worker(self.config, self.folder / f"worker-{len(self.workers)}.log", prefix)
        self.workers.append(worker)
        return worker

    def door(self, name: str, **order: Any) -> None:
        """Ask the stand-ins for something."""
        request = urllib.request.Request(
            f"{self.sandbox}/_sandbox/{name}", json.dumps(order).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            assert reply.status == 200

    def _end_workers(self) -> None:
        for worker in self.workers:
            if worker.alive:
                worker.kill()

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def accepted(self) -> list[dict[str, Any]]:
        """What the stand-ins have accepted so far; the log is written before they answer."""
        with self.log.open("rb") as log:
            log.seek(self._offset)
            *lines, rest = log.read().split(b"\n")
            self._offset = log.tell() - len(rest)
        self._arrivals += map(json.loads, lines)
        return self._arrivals

    def ledger(self, sql: str = LEDGER, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of the store, read beside the running workers."""

        def work(connection: Connection) -> list[dict[str, Any]]:
            rows = connection.rows(sql, **parameters)
            return [{key: row[key] for key in row.keys()} for row in rows]  # type: ignore[attr-defined]  # noqa: SIM118 - both databases' rows have keys

        async def read() -> list[dict[str, Any]]:
            async with open_store(self.store) as database:
                return await database.read(work)

        return asyncio.run(read())

    def until(self, condition: Callable[[], Any], seconds: float = 30) -> Any:
        """The condition's first truth; a failure after so many seconds, or when a worker ends by itself."""
        deadline = time.monotonic() + seconds
        watched = [worker for worker in self.workers if worker.alive]
        while not (found := condition()):
            for worker in watched:
                assert worker.alive, f"a worker ended by itself: {worker.said()[-2000:]}"
            assert time.monotonic() < deadline, f"not within {seconds} s"
            time.sleep(LOOK)
        return found

    def until_settled(self, seconds: float = 120) -> None:
        """Wait until everything owed is in the ledger, and nothing waits or is on its way."""
        counts = "select state, count(*) as number from delivery group by state"
        over = {DeliveryState.SENT, DeliveryState.HELD, DeliveryState.DEAD, DeliveryState.CANCELLED}
        owed = len(self.owed())

        def settled() -> bool:
            time.sleep(0.2)
            found = {row["state"]: row["number"] for row in self.ledger(counts)}
            return set(found) <= over and sum(found.values()) == owed

        self.until(settled, seconds)

    def owed(self) -> set[Telling]:
        """Every story at every place that wants it."""
        return {
            (mark, place)
            for account in self.accounts
            for place in account.places
            for mark, urgent in self.published.items()
            if urgent or not account.breaking
        }

    def audit(self) -> Audit:
        """The stand-ins' log against the ledger."""
        kinds = {account.name: account.kind for account in self.accounts}
        entries = [
            Entry(
                story=row["story"],
                mark=_mark(row["headline"]),
                place=(kinds[row["name"]], row["address"]),
                state=DeliveryState(row["state"]).name.lower(),
                again=bool(row["again"]),
                reason=row["reason"],
                priority=row["priority"],
            )
            for row in self.ledger()
        ]
        arrivals = [
            Arrival(_mark(json.dumps(record["body"])), (record["platform"], record["target"]))
            for record in self.accepted()
            if record["operation"] == "send"
        ]
        return audit(self.owed(), entries, arrivals)

    def last_words(self) -> str:
        """The ends of the workers' logs, for a failure."""
        return "\n".join(f"── {worker.log.name}\n{worker.said()[-2000:]}" for worker in self.workers[-4:])


def _mark(text: str) -> str:
    found = MARK.search(text)
    assert found is not None, f"no mark in {text!r}"
    return found.group()


def percentile(values: Collection[float], share: float) -> float:
    """The value that this share of them does not exceed; the greatest for a handful."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def seeded(seed: int) -> random.Random:
    """Chance that can be repeated; the seed is printed with the figures."""
    return random.Random(seed)
