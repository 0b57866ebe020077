"""Who may come in, what a person may decide, and what is said when the ledger fails (DESIGN.md section 8)."""

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bot.errors import SokboError
from bot.newsroom import page as door
from bot.newsroom.guard import Guard
from bot.newsroom.page import Newsroom
from tests.torture.scale import within

if TYPE_CHECKING:
    from tests.newsroom.conftest import Desk, Open, PaperLedger


async def open_form(visitor: aiohttp.ClientSession) -> str:
    """Fetch the page, its cookie included, and give the token of its forms."""
    async with visitor.get("/") as answer:
        found = re.search(r'name="token" value="([^"]+)"', await answer.text())
        assert found
        return found[1]


@pytest.mark.parametrize("path", ["/", "/static/style.css", "/healthz", "/nothing", "/events"])
async def test_every_answer_carries_the_same_armour(visitor: aiohttp.ClientSession, path: str) -> None:
    async with visitor.get(path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Server"] == "Sokbo"
        assert answer.headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{port}", ""])
async def test_an_unknown_host_is_refused(page: Newsroom, visitor: aiohttp.ClientSession, host: str) -> None:
    """DNS rebinding: a stranger's name that points here is not ours."""
    port = page.url.rpartition(":")[2]
    for path in ("/", "/events", "/healthz", "/static/style.css"):
        async with visitor.get(path, headers={"Host": host.format(port=port)}) as answer:
            assert answer.status == 421
            assert "<" not in await answer.text()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_the_pages_own_names_are_answered(page: Newsroom, visitor: aiohttp.ClientSession, name: str) -> None:
    port = page.url.rpartition(":")[2]
    async with visitor.get("/healthz", headers={"Host": f"{name}:{port}"}) as answer:
        assert (answer.status, await answer.text()) == (200, "ok\n")


def test_browsers_leave_out_the_usual_port() -> None:
    assert {"localhost", "localhost:80", "[::1]"} <= Guard("::1", 80).hosts
    assert Guard("::1", 80).url == "http://[::1]:80"


@pytest.mark.parametrize(("button", "decision"), [("send-again", "send_again"), ("it-arrived", "it_arrived")])
async def test_a_held_delivery_is_settled_by_a_person(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession, button: str, decision: str
) -> None:
    ledger.announce(ledger.row(7, "held"))
    form = {"token": await open_form(visitor), "story": "1"}
    path = f"/deliveries/7/{button}"
    async with visitor.post(path, data=form, headers={"Origin": page.url}, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/#story-1")
    assert desk.decisions == [(7, decision)]


async def test_the_answer_to_a_decision_waits_for_the_bot_but_not_for_ever(
    ledger: "PaperLedger",
    desk: "Desk",
    page: Newsroom,
    visitor: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.2)
    desk.idle = True
    ledger.announce(ledger.row(7, "held"))
    form = {"token": await open_form(visitor), "story": "1"}
    started = asyncio.get_running_loop().time()
    async with visitor.post("/deliveries/7/it-arrived", data=form, headers={"Origin": page.url}) as answer:
        assert asyncio.get_running_loop().time() - started >= 0.2
        assert 'id="send-again-7"' in await answer.text()


@dataclass(frozen=True)
class Forgery:
    """A form as another site, or an old page, would send it; ``{own}`` stands for the page's host and port."""

    origin: str = "http://{own}"
    token: bool = True
    cookie: bool = True
    multipart: bool = False


@pytest.mark.parametrize(
    "forgery",
    [
        Forgery(origin="http://evil.example"),
        Forgery(origin="https://{own}"),
        Forgery(origin="null"),
        Forgery(origin=""),
        Forgery(token=False),
        Forgery(cookie=False),
        Forgery(multipart=True),
    ],
    ids=str,
)
async def test_a_form_that_is_not_the_pages_own_is_refused(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession, forgery: Forgery
) -> None:
    ledger.announce(ledger.row(7, "held"))
    fields = {"token": await open_form(visitor) if forgery.token else "a guess, é", "story": "1"}
    if not forgery.cookie:
        visitor.cookie_jar.clear()
    headers = {"Origin": forgery.origin.format(own=page.url.removeprefix("http://"))}
    form = aiohttp.FormData(fields, default_to_multipart=forgery.multipart)
    async with visitor.post("/deliveries/7/send-again", data=form, headers=headers, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "아무것도 바뀌지 않았습니다" in await answer.text()
    assert desk.decisions == []


async def test_the_cookie_of_a_change_is_strict_and_hidden_from_scripts(
    page: Newsroom, visitor: aiohttp.ClientSession
) -> None:
    async with visitor.get("/") as answer:
        cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"sokbo-{page.url.rpartition(':')[2]}=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/"))


@pytest.mark.parametrize(
    ("verb", "path", "status"),
    [
        ("GET", "/deliveries/7/send-again", 405),
        ("POST", "/deliveries/7/explode", 404),
        ("POST", "/deliveries/x/send-again", 404),
        ("POST", "/", 405),
        ("GET", "/static/../page.py", 404),
        ("GET", "/static/%2e%2e/page.py", 404),
        ("GET", f"/pictures/{'0' * 64}", 404),
        ("GET", "/pictures/..%2f", 404),
    ],
)
async def test_other_doors_do_not_exist(visitor: aiohttp.ClientSession, verb: str, path: str, status: int) -> None:
    async with visitor.request(verb, path) as answer:
        assert answer.status == status
        assert "상황판으로 돌아가기" in await answer.text()
        assert ("Allow" in answer.headers) == (status == 405)


async def test_too_large_a_form_is_refused(page: Newsroom, visitor: aiohttp.ClientSession) -> None:
    form = {"token": "x" * 20_000}
    async with visitor.post("/deliveries/7/send-again", data=form, headers={"Origin": page.url}) as answer:
        assert answer.status == 413


async def test_what_the_desk_refuses_is_said_in_its_words(
    ledger: "PaperLedger", desk: "Desk", page: Newsroom, visitor: aiohttp.ClientSession
) -> None:
    ledger.announce(ledger.row(7, "held"))
    desk.refuses = SokboError("delivery 7 was sent a second ago")
    form = {"token": await open_form(visitor), "story": "x"}
    async with visitor.post("/deliveries/7/send-again", data=form, headers={"Origin": page.url}) as answer:
        assert answer.status == 409
        assert "delivery 7 was sent a second ago" in await answer.text()


async def test_a_kept_picture_is_served_as_what_it_is_and_may_be_kept(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    picture = ledger.keep()
    async with visitor.get(f"/pictures/{picture.sha256}") as answer:
        assert await answer.read() == ledger.pictures[picture.sha256][1]
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["Cache-Control"].endswith("immutable")


async def test_a_picture_that_can_run_something_is_not_served(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    ledger.pictures["b" * 64] = ("image/svg+xml", b"<svg onload='alert(1)'/>")
    async with visitor.get(f"/pictures/{'b' * 64}") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("path", ["/", "/events", "/healthz"])
async def test_a_ledger_that_fails_is_said_in_words_and_logged(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    ledger.broken = OSError("disk I/O error at /srv/secret")
    async with visitor.get(path) as answer:
        told = await answer.text()
        assert answer.status == 500
        assert "장부를 읽지 못했습니다" in told
        assert "Traceback" not in told
        assert "/srv/secret" not in told
    assert "disk I/O error" in caplog.text
    ledger.broken = None
    async with visitor.get(path) as answer:
        assert answer.status == 200


async def next_lines(answer: aiohttp.ClientResponse, *, until: bytes) -> list[bytes]:
    lines: list[bytes] = []
    async with asyncio.timeout(3):
        while not lines or not lines[-1].startswith(until):
            lines.append((await answer.content.readline()).strip())
            assert not answer.content.at_eof()
    return lines


async def test_a_listener_hears_of_every_change(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "HEARTBEAT", 0.3)
    async with visitor.get("/") as answer:
        shown = re.search(r'data-version="([^"]+)"', await answer.text())
        assert shown
    async with visitor.get("/events") as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert (await next_lines(answer, until=b"data:"))[-2:] == [b"event: change", f"data: {shown[1]}".encode()]
        ledger.commits += 1
        news = await next_lines(answer, until=b"data:")
        assert news[-2] == b"event: change"
        assert news[-1] != f"data: {shown[1]}".encode()
        await next_lines(answer, until=b":")  # a heartbeat in the silence


async def test_the_ledger_is_asked_only_while_somebody_listens(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession
) -> None:
    async with visitor.get("/events") as answer:
        await next_lines(answer, until=b"data:")
        listening = ledger.looks
        await asyncio.sleep(0.6)
        assert ledger.looks > listening
    await asyncio.sleep(0.3)
    alone = ledger.looks
    await asyncio.sleep(0.6)
    assert ledger.looks == alone


async def test_a_ledger_that_fails_ends_the_stream_so_that_the_browser_comes_back(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async with visitor.get("/events") as answer:
        await next_lines(answer, until=b"data:")
        ledger.broken = OSError("disk I/O error")
        async with asyncio.timeout(3):
            await answer.content.read()
    assert "lost the ledger" in caplog.text


async def test_a_listener_does_not_keep_the_page_from_closing(ledger: "PaperLedger", open_page: "Open") -> None:
    async with aiohttp.ClientSession() as visitor:
        async with open_page() as newsroom:
            answer = await visitor.get(f"{newsroom.url}/events")
            await next_lines(answer, until=b"data:")
            started = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - started < within(1)
        answer.close()


async def test_a_listener_that_leaves_is_no_error(
    ledger: "PaperLedger", visitor: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with visitor.get("/events") as answer:
        await next_lines(answer, until=b"data:")
        answer.close()
    ledger.commits += 1
    await asyncio.sleep(0.4)
    assert caplog.records == []
