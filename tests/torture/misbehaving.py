"""Papers that misbehave at random, in a process of their own, and an honest account of it: what was published, how it
was answered, and what a reader, who hears it all by a webhook, was told of it.

    GET  http://paper17.test/feed   a feed, or what stands in its way; the same at http://www17.test/feed
    POST /told                      a reader's webhook: what arrives there was told
    POST /calm                      from now on nothing is published, and all is answered well
    GET  /account                   JSON: what happened so far

What a paper does at which of its polls follows from the seed. Its stories have numbers, and its generation grows with
each time that its site is built anew: both stand in a story's link, the number in its headline too.
"""

import asyncio
import gzip
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus

from tests.bench.leash import leashed
from tests.torture.newsprint import FORMATS, ODDITIES, Document, Story, written

WINDOW = 30  #: stories that a document holds
FEWEST = 12  #: that it holds at first: ten that are all new are no flood, but a busy hour
WELL = 2  #: polls of a paper that are answered well, and nothing is published between them
STREAK = 3  #: bad answers in a row: more would only make the bot wait longer
BAD, ODD = 0.3, 0.5  #: of the answers of a paper; and of the documents that it gives
BURST, ARCHIVE, REBUILT, MOVED = 0.005, 0.001, 0.005, 0.01  #: of its polls
HANGS = 6.0  #: seconds; longer than a client waits
BACKLOG = 1024  #: connections that may wait to be taken
PAGE = b"<!doctype html><html><head><title>Oops</title></head><body><h1>Something went wrong</h1></body></html>"

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def papers(count: int, seed: int, every: float) -> Iterator[int]:
    """The port of so many papers, each with a story in ``every`` seconds, while this is open."""
    with leashed("tests.torture.misbehaving", str(count), str(seed), str(every)) as process:
        if process.stdout is None:
            raise RuntimeError("the pipe was asked for")
        yield int(process.stdout.readline())


# ── What stands in the way of a feed ─────────────────────────────────────────────────────────────────────────────


def _status(status: int, **headers: str) -> "partial[Answer]":
    return partial(_answer, status, {"Content-Type": "text/html", **headers}, PAGE)


def _answer(status: int, headers: dict[str, str], body: bytes, _: Answer) -> Answer:
    return status, headers, body


def _cut(drawn: random.Random, well: Answer) -> Answer:
    """A document that is cut off, as if that were all."""
    status, headers, body = well
    plain = gzip.decompress(body) if "Content-Encoding" in headers else body
    headers.pop("Content-Encoding", None)
    return status, headers, plain[: drawn.randrange(len(plain))]


def _cut_gzip(drawn: random.Random, well: Answer) -> Answer:
    status, headers, body = well
    packed = body if "Content-Encoding" in headers else gzip.compress(body, 1)
    return status, headers | {"Content-Encoding": "gzip"}, packed[: drawn.randrange(12, len(packed) - 1)]


INSTEAD = {
    "500": _status(500),
    "502": _status(502),
    "503": _status(503),
    "503, later": _status(503, **{"Retry-After": "1"}),
    "429": _status(429, **{"Retry-After": "1"}),
    "404": _status(404),
    "a page": _status(200),
    "a login": _status(302, Location="/login"),
    "nothing": partial(_answer, 200, {"Content-Type": "application/xml"}, b""),
    "no item": partial(_answer, 200, {}, b"<rss version='2.0'><channel><title>x</title></channel></rss>"),
    "304": partial(_answer, 304, {}, b""),
    "hostile": partial(_answer, 200, {}, b"<rss " + b" ".join(b"a%d=''" % n for n in range(20_000)) + b"><channel/>"),
}
CUT = {"cut": _cut, "cut gzip": _cut_gzip}
WIRE = ("slow", "hangs", "reset", "half")  #: what is done on the wire
GOOD = ("", "slow")  #: what is no failure
RARE = {"hostile": 0.02, "hangs": 0.3}  #: how often what costs much is done, among the others


# ── A paper ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Paper:
    """One feed and its site."""

    number: int
    drawn: random.Random
    every: float
    stories: list[Story] = field(default_factory=list)
    initial: int = 0  #: stories that were there before anybody came
    born: list[int] = field(default_factory=lambda: [0])  #: of each generation, how many stories there were before it
    ids: int = 0  #: grows with each time that all ids, and nothing else, are others
    moved: bool = False  #: for good to its other address, until it moves back
    polls: int = 0
    streak: int = 0
    cut: bool = False  #: its last document; two in a row would be believed
    stale: int = 0  #: so many polls more are answered with 304
    seen: float = 0.0

    def __post_init__(self) -> None:
        self._publish(self.drawn.randrange(FEWEST, WINDOW))
        self.initial = len(self.stories)

    def lives(self) -> None:
        """Publish what came since the last poll, and now and then do something to the whole site."""
        drawn, now = self.drawn, time.time()
        passed, self.seen = now - (self.seen or now), now
        if self.polls < WELL:
            return
        self._publish(min(_came(drawn, passed / self.every), WINDOW // 3))
        dice = drawn.random()
        if dice < ARCHIVE:
            self._publish(WINDOW // 3 * 2)
        elif dice < BURST:
            self._publish(drawn.randrange(3, 9))
        if drawn.random() < REBUILT:
            self.born.append(len(self.stories))
        if drawn.random() < MOVED:
            self.ids += 1
        if drawn.random() < MOVED:
            self.moved = not self.moved

    def _publish(self, count: int) -> None:
        for _ in range(count):
            self.stories.append(Story.drawn(self.number, len(self.stories) + 1, self.drawn))

    def document(self, *, calm: bool) -> Document:
        """What is in the feed now; now and then the stories of long ago are back, where they were."""
        last = len(self.stories)
        if not calm and len(self.born) == 1 and self.drawn.random() < MOVED:
            last = max(WINDOW, last - WINDOW // 2)
        return Document(self.number, self.stories[:last][-WINDOW:], len(self.born) - 1, self.ids)


def _came(drawn: random.Random, mean: float) -> int:
    """How many of what comes once in a while came in so many whiles."""
    count, left = 0, drawn.expovariate(1.0)
    while left < mean:
        count, left = count + 1, left + drawn.expovariate(1.0)
    return count


# ── The server ───────────────────────────────────────────────────────────────────────────────────────────────────


class Press:
    """All papers, and what was told of them."""

    def __init__(self, count: int, seed: int, every: float) -> None:
        self.papers = [Paper(number, random.Random(f"{seed} {number}"), every) for number in range(count)]
        self.answers = Counter[str]()
        self.told: list[tuple[str, str, str]] = []
        self.calm = False

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            verb, path, headers = _head(await reader.readuntil(b"\r\n\r\n"))
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            host = headers.get("host", "").partition(":")[0]
            if host.endswith(".test"):
                await self._poll(host.removesuffix(".test"), path, headers, writer)
            else:
                await _send(writer, self._desk(verb, path, body))
        writer.close()

    def _desk(self, verb: str, path: str, body: bytes) -> Answer:
        match verb, path:
            case "POST", "/told":
                event = json.loads(body)
                self.told.append((event["type"], event["data"]["headline"], event["data"]["link"]))
            case "POST", "/calm":
                self.calm = True
            case "GET", "/account":
                return 200, {"Content-Type": "application/json"}, json.dumps(self._account()).encode()
            case _:
                return 404, {}, b""
        return 200, {}, b""

    def _account(self) -> dict[str, object]:
        return {
            "papers": [
                {"stories": [s.headline for s in p.stories], "initial": p.initial, "born": p.born} for p in self.papers
            ],
            "told": self.told,
            "answers": self.answers,
        }

    async def _poll(self, host: str, path: str, asked: dict[str, str], writer: asyncio.StreamWriter) -> None:
        """Answer whoever polls a paper."""
        paper = self.papers[int(host.removeprefix("paper").removeprefix("www"))]
        if path != "/feed":
            await _send(writer, (200, {"Content-Type": "text/html"}, PAGE))
        elif host.startswith("www") is not paper.moved:
            self.answers["moved"] += 1
            there = "www" if paper.moved else "paper"
            await _send(writer, (301, {"Location": f"http://{there}{paper.number}.test/feed"}, b""))
        else:
            kind, oddity, well = self._drawn(paper)
            if not kind and asked.get("if-none-match") == well[1].get("ETag", ""):
                kind, well = "not modified", (304, well[1], b"")
            self.answers[kind or oddity] += 1
            await _misbehave(kind, well, paper.drawn, writer)

    def _drawn(self, paper: Paper) -> tuple[str, str, Answer]:
        """What goes wrong at this poll, "" for nothing; what is odd about the document; and the document."""
        if not self.calm:
            paper.lives()
        paper.polls += 1
        oddity = "well" if self.calm or paper.drawn.random() > ODD else paper.drawn.choice([*ODDITIES])
        form = FORMATS[paper.number % len(FORMATS)]
        well = written(paper.document(calm=self.calm), form, oddity, paper.drawn)
        kind = "" if self.calm or paper.polls <= WELL or paper.streak >= STREAK else _bad(paper)
        paper.cut = kind == "cut" or (paper.cut and kind not in GOOD)
        paper.streak = 0 if kind in GOOD else paper.streak + 1
        return kind, oddity, well


async def _misbehave(kind: str, well: Answer, drawn: random.Random, writer: asyncio.StreamWriter) -> None:
    """Answer well, or in the way that the kind says."""
    match kind:
        case "" | "not modified":
            await _send(writer, well)
        case "slow":
            await asyncio.sleep(drawn.uniform(0.1, 1.0))
            await _send(writer, well)
        case "hangs":
            await asyncio.sleep(HANGS)
            writer.transport.abort()
        case "reset":
            writer.transport.abort()
        case "half":
            await _send(writer, well, drawn.random())
            writer.transport.abort()
        case _:
            await _send(writer, CUT[kind](drawn, well) if kind in CUT else INSTEAD[kind](well))


def _bad(paper: Paper) -> str:
    """What goes wrong at this poll of a paper, "" for nothing; a server that says 304 says so again and again."""
    if paper.stale:
        paper.stale -= 1
        return "304"
    if paper.drawn.random() > BAD:
        return ""
    kind = paper.drawn.choice([*INSTEAD, *CUT, *WIRE])
    if paper.drawn.random() > RARE.get(kind, 1.0):
        return ""
    if kind == "cut" and paper.cut:
        return ""
    paper.stale = paper.drawn.randrange(2, STREAK) if kind == "304" else 0
    return kind


def _head(raw: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = raw.decode("latin-1").strip().split("\r\n")
    verb, path, _ = first.split(" ", 2)
    return verb, path, {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


async def _send(writer: asyncio.StreamWriter, answer: Answer, share: float = 1.0) -> None:
    status, headers, body = answer
    said = {**headers, "Connection": "close"} | (
        {} if status == HTTPStatus.NOT_MODIFIED else {"Content-Length": str(len(body))}
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    writer.write(
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n{lines}\r\n".encode() + body[: int(len(body) * share)]
    )
    await writer.drain()


async def serve(count: int, seed: int, every: float) -> None:
    """Answer until stopped; the port is said first."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    server = await asyncio.start_server(Press(count, seed, every).serve, "127.0.0.1", 0, backlog=BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
