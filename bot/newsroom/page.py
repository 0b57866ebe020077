"""The newsroom's page: its doors, its opening hours, and what it says when the ledger fails.

GET  /                              the stories, what each platform's readers see, and the state of each delivery
GET  /events                        server-sent: which edition is current, whenever that changes
GET  /pictures/{sha256}             a kept picture
GET  /static/…                      the stylesheet and the script
GET  /healthz                       200 while the ledger answers
GET  /stories/{id}/why?target=…     why a target did or did not get a story
GET  /stories/{id}/retract          what taking a story back means; once it is, what could not be recalled and where
POST /stories/{id}/retract          take it back
POST /stories/{id}/replay           send it once more to whom it failed, or where it is held
POST /deliveries/{id}/send-again    a person's decision about a held delivery
POST /deliveries/{id}/it-arrived
POST /accounts/pause                stop what an account sends, or let it go on
POST /accounts/resume
"""

import asyncio
import contextlib
import datetime as dt
import errno
import logging
import os
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.desk import Desk, Refused, Replay
from bot.errors import ConfigError, Problem, SokboError
from bot.newsroom.guard import HEADERS, Guard, read_listen
from bot.newsroom.press import PICTURES, THEMES, Edition, Look, Press, Sheet
from bot.newsroom.recall import Recall
from bot.newsroom.words import read_words
from bot.ports import Ledger

STATIC = Path(__file__).with_name("static")
ID = "{id:[0-9]{1,18}}"  #: of a story or a delivery, in an address
LARGEST_FORM = 16 * 1024  #: bytes; ours have two short fields
LOOK = 0.25  #: seconds between two looks at the ledger's version while somebody listens (INTERFACE: acts within 250 ms)
FEEDS = 40  #: feeds that the page names; of more it says how many, with those that ail first
HEARTBEAT = 15.0  #: seconds of silence after which a listener hears that the line stands
RETRY = b"retry: 1000\n\n"  #: milliseconds after which a browser that lost the line tries again
PATIENCE = 1.0  #: seconds the answer to a decision waits for the bot to act on it
SOON = 0.05  #: seconds between two looks at what the bot has done
YEAR = 365 * 24 * 3600

LOG = logging.getLogger(__name__)


class Newsroom:
    """The page, open while the context is; raises ``ConfigError`` when its address, language or zone cannot be used."""

    def __init__(
        self,
        listen: str,
        ledger: Ledger,
        desk: Desk,
        *,
        language: str,
        zone: str,
        sandbox: bool,
        locales: Path,
    ) -> None:
        self._host, self._port = read_listen(listen)
        self._words = read_words(locales, zone)
        if language not in self._words:
            problem = f"the page does not speak {language!r}"
            mend = f"choose one of {', '.join(self._words)}, or add {locales / language}.toml"
            raise ConfigError([Problem(problem, "[sokbo] language", mend)])
        self._language = language
        self._ledger = ledger
        self._desk = desk
        self._press = Press(self._words, sandbox=sandbox)
        self._process = secrets.token_hex(4)  # an edition of an earlier process has forms that no longer work
        self._closing = asyncio.Event()
        self._guard = Guard(self._host, self._port)

    @property
    def url(self) -> str:
        """Where a browser finds the page."""
        return self._guard.url

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._doors(), access_log=None, handle_signals=False, shutdown_timeout=2)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise ConfigError([_cannot_listen(self.url, error)]) from error
        port = self._runner.addresses[0][1]
        self._guard = Guard(self._host, port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        await self._runner.cleanup()

    def _doors(self) -> web.Application:
        app = web.Application(middlewares=[self._answer], client_max_size=LARGEST_FORM)
        app.on_response_prepare.append(_add_headers)
        app.router.add_get("/", self._front)
        app.router.add_get("/events", self._events, allow_head=False)
        app.router.add_get("/pictures/{sha256:[0-9a-f]{64}}", self._picture)
        app.router.add_get("/healthz", self._health)
        app.router.add_get(f"/stories/{ID}/why", self._why)
        app.router.add_get(f"/stories/{ID}/retract", self._retraction)
        app.router.add_post(f"/stories/{ID}/retract", self._retract)
        app.router.add_post(f"/stories/{ID}/replay", self._replay)
        app.router.add_post(f"/deliveries/{ID}/{{decision:send-again|it-arrived}}", self._settle)
        app.router.add_post("/accounts/{switch:pause|resume}", self._switch)
        app.router.add_static("/static/", STATIC)
        return app

    @web.middleware
    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Keep strangers out, and say in words what went wrong with everybody else."""
        self._guard.refuse_strangers(request)
        try:
            return await handler(request)
        except web.HTTPError as refusal:
            return self._trouble(request, refusal.status, allow=refusal.headers.get("Allow", ""))
        except web.HTTPException:
            raise
        except SokboError as error:
            LOG.warning("%s %s: %s", request.method, request.path, error)
            return self._trouble(request, 409, detail=str(error))
        except Exception:
            LOG.exception("%s %s failed", request.method, request.path)
            return self._trouble(request, 500)

    def _trouble(self, request: web.Request, status: int, *, detail: str = "", allow: str = "") -> web.Response:
        text = self._press.trouble(status, self._look(request), detail)
        headers = {"Allow": allow} if allow else None
        return web.Response(text=text, content_type="text/html", status=status, headers=headers)

    def _look(self, request: web.Request) -> Look:
        asked = {**request.cookies, **request.query}
        words = self._words.get(asked.get("lang", ""), self._words[self._language])
        return Look(words, THEMES.get(asked.get("theme", ""), ""))

    async def _front(self, request: web.Request) -> web.Response:
        look = self._look(request)
        page = self._press.front(await self._edition(), look, self._guard.token)
        response = web.Response(text=page, content_type="text/html")
        self._guard.hand_out(response)
        for name, chosen in (("lang", look.words.language), ("theme", look.theme)):
            if name in request.query:
                response.set_cookie(name, chosen, max_age=YEAR, httponly=True, samesite="Strict")
        return response

    async def _edition(self) -> Edition:
        version = await self._version()  # first: whatever is committed while the rest is read makes this edition old
        board = await self._ledger.board()
        gone = [shown.story["id"] for shown in board if shown.story["state"] == "retracted"]
        return Edition(
            version=version,
            now=dt.datetime.now(dt.UTC),
            board=board,
            recalls={story: Recall(await self._ledger.recall(story)) for story in gone},
            alarms=await self._ledger.alarms(),
            feeds=await self._ledger.feeds(limit=FEEDS),
            watched=await self._ledger.watched(),
            accounts=await self._ledger.accounts(),
        )

    async def _version(self) -> str:
        return f"{self._process}.{await self._ledger.version()}"

    async def _events(self, request: web.Request) -> web.StreamResponse:
        version = await self._version()  # a ledger that fails is an answer of its own, before the stream begins
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await stream.prepare(request)
        try:
            await stream.write(RETRY + _event(version))
            async for news in self._news(request, version):
                await stream.write(news)
        except ConnectionResetError:
            LOG.debug("a listener left")
        except Exception:
            LOG.exception("the live page lost the ledger")  # the browser comes back and is told in words
        return stream

    async def _news(self, request: web.Request, version: str) -> AsyncIterator[bytes]:
        """Each version after this one, and a heartbeat in long silences, until the listener or the page goes."""
        quiet = 0.0
        while not self._closing.is_set() and request.transport is not None:
            await self._pause(LOOK)
            quiet += LOOK
            newest = await self._version()
            if newest != version:
                version, quiet = newest, 0.0
                yield _event(version)
            elif quiet >= HEARTBEAT:
                quiet = 0.0
                yield b": nothing new\n\n"

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the page is open."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def _picture(self, request: web.Request) -> web.Response:
        kept = await self._ledger.picture(request.match_info["sha256"])
        if kept is None or kept[0] not in PICTURES:
            raise web.HTTPNotFound
        mime, data = kept
        caching = {"Cache-Control": f"private, max-age={YEAR}, immutable"}
        return web.Response(body=data, content_type=mime, headers=caching)

    async def _health(self, _: web.Request) -> web.Response:
        await self._ledger.version()
        return web.Response(text="ok\n")

    async def _why(self, request: web.Request) -> web.Response:
        look = self._look(request)
        story = await self._story(request)
        target = request.query.get("target", "").strip()
        told = await self._desk.why(story["id"], target, look.words.language, str(look.words.zone)) if target else ""
        return web.Response(text=self._press.why(story, target, told, look), content_type="text/html")

    async def _retraction(self, request: web.Request) -> web.Response:
        version = await self._version()
        story = await self._story(request)
        recall = Recall(await self._ledger.recall(story["id"]))
        sheet = Sheet(version, dt.datetime.now(dt.UTC), story, recall)
        page = self._press.retraction(sheet, self._look(request), self._guard.token)
        response = web.Response(text=page, content_type="text/html")
        self._guard.hand_out(response)
        return response

    async def _retract(self, request: web.Request) -> web.Response:
        await self._guard.read_form(request)
        number = int(request.match_info["id"])
        await self._desk.retract(number)
        for _ in self._patience():
            if not Recall(await self._ledger.recall(number)).open:
                break
            await self._pause(SOON)
        raise web.HTTPSeeOther(f"/stories/{number}/retract")

    async def _replay(self, request: web.Request) -> web.Response:
        fields = await self._guard.read_form(request)
        number = int(request.match_info["id"])
        held = fields.get("what") == "held"
        await self._acted_on(await self._desk.replay(Replay(number, failed=not held, held=held)))
        raise web.HTTPSeeOther(f"/#story-{number}")

    async def _settle(self, request: web.Request) -> web.Response:
        fields = await self._guard.read_form(request)
        delivery = int(request.match_info["id"])
        again = request.match_info["decision"] == "send-again"
        await self._acted_on(await self._desk.settle(delivery, "send_again" if again else "it_arrived"))
        story = fields.get("story", "")
        raise web.HTTPSeeOther(f"/#story-{story}" if story.isdecimal() else "/")

    async def _switch(self, request: web.Request) -> web.Response:
        fields = await self._guard.read_form(request)
        stop = request.match_info["switch"] == "pause"
        await self._acted_on(await self._desk.switch(fields.get("account", ""), "pause" if stop else "resume"))
        raise web.HTTPSeeOther("/#accounts")

    async def _story(self, request: web.Request) -> dict[str, Any]:
        number = int(request.match_info["id"])
        story = await self._ledger.story(number)
        if story is None:
            raise Refused(f"there is no story {number}")
        return story

    async def _acted_on(self, intent: int) -> None:
        """Give the bot a moment to act, so that the page that follows shows what came of it."""
        for _ in self._patience():
            if await self._desk.result(intent) is not None:
                return
            await self._pause(SOON)

    @staticmethod
    def _patience() -> range:
        return range(round(PATIENCE / SOON))


async def _add_headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-cache" if isinstance(response, web.FileResponse) else "no-store")


def _event(version: str) -> bytes:
    return f"event: change\ndata: {version}\n\n".encode()


def _cannot_listen(url: str, error: OSError) -> Problem:
    address = url.removeprefix("http://")
    if error.errno == errno.EADDRINUSE:
        mend = 'another program, perhaps another Sokbo, listens there: stop it, or choose another port in page = "…"'
        return Problem(f"the address {address} is taken", "[sokbo] page", mend)
    reason = os.strerror(error.errno) if error.errno else str(error)
    return Problem(f"cannot listen on {address}: {reason}", "[sokbo] page", 'use page = "127.0.0.1:8700"')
