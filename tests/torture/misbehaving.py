"""Publishers that misbehave at random, in a process of their own: one server, a host name each; the seed is told.

Now and then each has one more story, with its own number in the headline. How it answers is drawn: well, or in one of
the ways of FAILURES.md section 1. `/_well` ends all that, and tells what was published. A window holds thirty
stories, so that none leaves before it could be seen.
"""

import asyncio
import gzip
import json
import random
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiohttp import web

from tests.bench.leash import leashed

WINDOW = 30
FRESH = 0.15  #: of the polls find one story more
ILL = 0.5  #: of the polls are answered badly
WORDS = ("항만", "화재", "당국", "대피", "복구", "주민", "회의", "예산", "도로", "하천", "수위", "경보", "조사", "수출")
DATES = ("", "내일쯤", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 2099 23:59:59 +0900", "2026-11-22 09:00")


@contextmanager
def misbehaving(seed: int) -> Iterator[int]:
    """The port that they answer on, while this is open."""
    with leashed("tests.torture.misbehaving", str(seed)) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


@dataclass
class Paper:
    """One publisher; ``era`` is in its guids, and another after each rebuild of its site."""

    host: str
    drawn: random.Random
    stories: list[tuple[int, str]] = field(default_factory=list)
    era: int = 0
    twins: bool = False  #: two of its stories share a guid
    dated: bool = True

    def publish(self) -> None:
        """One story more."""
        number = len(self.stories) + 1
        self.stories.append((number, " ".join(self.drawn.choices(WORDS, k=6))))

    def document(self, *, shuffled: bool = False, noise: str = "", label: str = "utf-8") -> str:
        """The feed as it reads now; what is noise is none of any story."""
        shown = self.stories[-WINDOW:][::-1]
        if shuffled:
            self.drawn.shuffle(shown)
        items = noise.join(self._item(number, words) for number, words in shown)
        head = f'<?xml version="1.0" encoding="{label}"?><rss version="2.0"><channel><title>{self.host}</title>'
        return f"{head}<link>http://{self.host}/</link>{items}{noise}</channel></rss>"

    def _item(self, number: int, words: str) -> str:
        twin = number - number % 2 if self.twins else number
        date = "" if self.dated else f"<pubDate>{DATES[number % len(DATES)]}</pubDate>"
        link = f"http://{self.host}/{number}.html"
        return (
            f"<item><title>{words} {self.host} {number}호</title><link>{link}</link>{date}"
            f'<guid isPermaLink="false">{self.era}-{twin}</guid><description>{words} 소식이다.</description></item>'
        )


Answers = Callable[[Paper, web.Request], Awaitable[web.StreamResponse]]


async def well(paper: Paper, request: web.Request) -> web.StreamResponse:
    """As it should be: with an ETag, and 304 where nothing has changed."""
    body = paper.document().encode()
    etag = f'"{hash(body):x}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    return _xml(body, ETag=etag)


async def slow(paper: Paper, request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(paper.drawn.uniform(0.2, 1.5))
    return await well(paper, request)


async def reset(paper: Paper, request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def failing(paper: Paper, request: web.Request) -> web.StreamResponse:
    status = paper.drawn.choice((200, 404, 500, 502, 503))
    return web.Response(
        status=status, text="<!doctype html><html><h1>잠시 후 다시</h1></html>", content_type="text/html"
    )


async def busy(paper: Paper, request: web.Request) -> web.StreamResponse:
    return web.Response(status=429, headers={"Retry-After": "1"})


async def unchanged(paper: Paper, request: web.Request) -> web.StreamResponse:
    return web.Response(status=304)


async def cut(paper: Paper, request: web.Request) -> web.StreamResponse:
    body = paper.document().encode()
    return _xml(body[: paper.drawn.randrange(len(body))])


async def unpackable(paper: Paper, request: web.Request) -> web.StreamResponse:
    packed = gzip.compress(paper.document().encode())
    return _xml(packed[: len(packed) // 2], **{"Content-Encoding": "gzip"})


async def broken(paper: Paper, request: web.Request) -> web.StreamResponse:
    return _xml(paper.document(noise="\x08 & &nbsp; ").encode())


async def mislabelled(paper: Paper, request: web.Request) -> web.StreamResponse:
    label, encoding = paper.drawn.choice((("utf-8", "cp949"), ("euc-kr", "utf-8"), ("iso-8859-1", "cp949")))
    return _xml(paper.document(label=label).encode(encoding))


async def shuffled(paper: Paper, request: web.Request) -> web.StreamResponse:
    return _xml(paper.document(shuffled=True).encode())


async def empty(paper: Paper, request: web.Request) -> web.StreamResponse:
    return _xml(paper.drawn.choice((b"", b"<rss><channel/></rss>", b"{}", b"ok")))


async def elsewhere(paper: Paper, request: web.Request) -> web.StreamResponse:
    if request.path == "/moved":
        return await well(paper, request)
    return web.Response(status=paper.drawn.choice((301, 302)), headers={"Location": "/moved"})


async def rebuilt(paper: Paper, request: web.Request) -> web.StreamResponse:
    paper.era += 1
    return await well(paper, request)


async def careless(paper: Paper, request: web.Request) -> web.StreamResponse:
    """From now on two of its stories share a guid, or its dates are nonsense."""
    paper.twins, paper.dated = paper.drawn.random() < 0.3, paper.drawn.random() < 0.5
    return await well(paper, request)


async def hostile(paper: Paper, request: web.Request) -> web.StreamResponse:
    """One in ten: a tag with more attributes than anybody reads."""
    if paper.drawn.random() < 0.9:
        return await well(paper, request)
    attributes = " ".join(f'a{number}="1"' for number in range(20_000))
    return _xml(f"<rss {attributes}><channel/></rss>".encode())


WAYS: tuple[Answers, ...] = (
    *(slow, reset, failing, failing, busy, unchanged, cut, unpackable, broken, mislabelled, shuffled, empty),
    *(elsewhere, rebuilt, careless, hostile),
)


class Publishers:
    """All of them, by host."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._papers: dict[str, Paper] = {}
        self._well = False

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the host's dice say."""
        host = request.host.partition(":")[0]
        paper = self._papers.setdefault(host, Paper(host, random.Random(f"{self._seed} {host}")))
        if not paper.stories or (not self._well and paper.drawn.random() < FRESH):
            paper.publish()
        ill = not self._well and paper.drawn.random() < ILL
        return await (paper.drawn.choice(WAYS) if ill else well)(paper, request)

    async def end(self, request: web.Request) -> web.Response:
        """All are well from now on; by host, how many stories each has published."""
        self._well = True
        return web.json_response({host: len(paper.stories) for host, paper in self._papers.items()})


def _xml(body: bytes, **headers: str) -> web.Response:
    said: Mapping[str, str] = {"Content-Type": "application/rss+xml", **headers}
    return web.Response(body=body, headers=said)


async def serve(seed: int) -> None:
    """Answer until the process ends; the port is said first."""
    publishers = Publishers(seed)
    app = web.Application()
    app.router.add_get("/_well", publishers.end)
    app.router.add_get("/{path:.*}", publishers.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(json.dumps(runner.addresses[0][1]), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
