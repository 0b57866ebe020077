"""The stand-in hub is as strict as the Recommendation, and does what a hub does (WebSub, sections 5 to 7)."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.sandbox.conftest import Client

KEY = "A" * 22
DOCUMENT = "<rss/>"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Subscriber:
    """A subscriber of the test's own, that does as it is told."""

    confirms: Callable[[dict[str, str]], web.Response] = lambda query: web.Response(text=query["hub.challenge"])
    takes: list[int] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            self.asked.append(dict(request.query))
            if request.query["hub.mode"] == "denied":
                return web.Response()
            return self.confirms(dict(request.query))
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.takes.pop(0) if self.takes else 202)


@pytest.fixture
async def subscriber() -> AsyncIterator[Subscriber]:
    found = Subscriber()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", found.answer)
    async with TestServer(app) as server:
        found.url = str(server.make_url(f"/websub/{KEY}"))
        yield found


@pytest.fixture
async def hub(client: Client) -> Client:
    await order(client, feed="news", document=DOCUMENT)
    return client


async def order(client: Client, **fields: Any) -> int:
    return (await client.ask("POST", "/_sandbox/websub", json=fields)).status


def form(client: Client, subscriber: Subscriber, **fields: str) -> dict[str, str]:
    said = {"mode": "subscribe", "topic": f"{client.url}/websub/feeds/news", "callback": subscriber.url, **fields}
    return {f"hub.{name}": value for name, value in said.items()}


async def ask(client: Client, subscriber: Subscriber, **fields: str) -> int:
    async with client.session.post(f"{client.url}/websub/hub", data=form(client, subscriber, **fields)) as reply:
        return reply.status


async def shown(client: Client, well: Callable[[Any], bool] = lambda _: True) -> Any:
    """What the hub knows, as soon as it is well."""
    async with asyncio.timeout(5):
        while not well(found := (await client.ask("GET", "/_sandbox/websub")).body):
            await asyncio.sleep(0.01)
    return found


async def subscribe(client: Client, subscriber: Subscriber, **fields: str) -> None:
    assert await ask(client, subscriber, **fields) == 202
    await shown(client, lambda found: len(found["subscriptions"]) == 1)


async def test_a_feed_says_who_pushes_it(hub: Client) -> None:
    async with hub.session.get(f"{hub.url}/websub/feeds/news") as reply:
        assert (await reply.text(), reply.content_type) == (DOCUMENT, "application/rss+xml")
        assert reply.headers["Link"] == (
            f'<{hub.url}/websub/hub>; rel="hub", <{hub.url}/websub/feeds/news>; rel="self"'
        )
    assert (await hub.ask("GET", "/websub/feeds/none")).status == 404


async def test_who_confirms_is_subscribed_and_hears_what_is_published(hub: Client, subscriber: Subscriber) -> None:
    await subscribe(hub, subscriber, lease_seconds="60", secret="s")
    [query] = subscriber.asked
    assert (query["hub.mode"], query["hub.lease_seconds"]) == ("subscribe", "60")
    assert len(query["hub.challenge"]) >= 22
    await order(hub, feed="news", document="<rss>new</rss>", signature="sha512")
    found = await shown(hub, lambda found: found["deliveries"] and found["deliveries"][0]["statuses"])
    assert found["deliveries"][0]["statuses"] == [202]
    [(headers, body)] = subscriber.got
    assert body == b"<rss>new</rss>"
    assert headers["X-Hub-Signature"] == "sha512=" + hmac.new(b"s", body, hashlib.sha512).hexdigest()
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert f'<{hub.url}/websub/feeds/news>; rel="self"' in headers["Link"]


@pytest.mark.parametrize(
    "confirms",
    [lambda query: web.Response(status=404), lambda query: web.Response(text="no"), lambda query: web.Response()],
)
async def test_who_does_not_confirm_is_not_subscribed(
    hub: Client, subscriber: Subscriber, confirms: Callable[[dict[str, str]], web.Response]
) -> None:
    subscriber.confirms = confirms
    assert await ask(hub, subscriber) == 202
    while not subscriber.asked:
        await asyncio.sleep(0.01)
    assert (await shown(hub))["subscriptions"] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "publish"},
        {"topic": "https://elsewhere.test/"},
        {"callback": "http://127.0.0.1:1/websub/guessed"},
        {"callback": f"http://192.0.2.1/{KEY}"},
        {"callback": f"https://127.0.0.1/{KEY}"},
        {"callback": f"http://127.0.0.1:1/{KEY}#x"},
        {"callback": "http://[/"},
        {"callback": ""},
        {"lease_seconds": "0"},
        {"lease_seconds": "soon"},
        {"secret": "x" * 200},
    ],
)
async def test_what_the_recommendation_does_not_allow_is_refused(
    hub: Client, subscriber: Subscriber, fields: dict[str, str]
) -> None:
    assert await ask(hub, subscriber, **fields) == 400
    assert (await shown(hub))["requests"] == []


async def test_a_subscription_is_a_form_that_says_each_thing_once(hub: Client, subscriber: Subscriber) -> None:
    assert (await hub.ask("POST", "/websub/hub", json=form(hub, subscriber))).status == 400
    assert (await hub.ask("POST", "/websub/hub", data="hub.mode=subscribe&hub.mode=x", headers=FORM)).status == 400


async def test_a_callback_belongs_to_one_topic(hub: Client, subscriber: Subscriber) -> None:
    await subscribe(hub, subscriber)
    await order(hub, feed="other", document=DOCUMENT)
    assert await ask(hub, subscriber, topic=f"{hub.url}/websub/feeds/other") == 400


async def test_who_leaves_is_asked_too_and_hears_nothing_more(hub: Client, subscriber: Subscriber) -> None:
    await subscribe(hub, subscriber)
    await ask(hub, subscriber, mode="unsubscribe")
    await shown(hub, lambda found: not found["subscriptions"])
    assert "hub.lease_seconds" not in subscriber.asked[1]
    await order(hub, feed="news", document="<rss>new</rss>")
    assert subscriber.got == []


async def test_a_lease_ends(hub: Client, subscriber: Subscriber) -> None:
    await order(hub, lease=1)
    await subscribe(hub, subscriber, lease_seconds="3600")
    assert subscriber.asked[0]["hub.lease_seconds"] == "1"
    await asyncio.sleep(1.05)
    await order(hub, feed="news", document="<rss>new</rss>")
    assert (await shown(hub))["deliveries"] == []


async def test_it_denies_when_it_is_told_to(hub: Client, subscriber: Subscriber) -> None:
    await subscribe(hub, subscriber)
    await order(hub, deny="no")
    await ask(hub, subscriber)
    found = await shown(hub, lambda found: not found["subscriptions"])
    assert len(found["requests"]) == 2
    while len(subscriber.asked) < 2:
        await asyncio.sleep(0.01)
    assert subscriber.asked[1]["hub.reason"] == "no"


async def test_what_is_not_taken_is_sent_again_and_who_is_gone_is_forgotten(
    hub: Client, subscriber: Subscriber
) -> None:
    await subscribe(hub, subscriber)
    subscriber.takes = [503, 202, 410]
    await order(hub, feed="news", document="<rss>1</rss>")
    await shown(hub, lambda found: found["deliveries"] and found["deliveries"][0]["statuses"] == [503, 202])
    await order(hub, feed="news", document="<rss>2</rss>")
    await shown(hub, lambda found: not found["subscriptions"])
    assert [body for _, body in subscriber.got] == [b"<rss>1</rss>", b"<rss>1</rss>", b"<rss>2</rss>"]


async def test_who_cannot_be_reached_is_not_subscribed_and_gets_nothing(hub: Client, subscriber: Subscriber) -> None:
    assert await ask(hub, subscriber, callback=f"http://127.0.0.1:9/{KEY}") == 202
    assert (await shown(hub))["subscriptions"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"feeds": "x"},
        {"feed": "A B"},
        {"times": "1"},
        {"times": True},
        {"lease": "1"},
        {"signature": "md5"},
        {"feed": 1},
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(hub: Client, wrong: dict[str, Any]) -> None:
    assert await order(hub, **wrong) == 400


async def test_an_order_is_an_object(hub: Client) -> None:
    assert (await hub.ask("POST", "/_sandbox/websub", json=[])).status == 400
    assert (await hub.ask("POST", "/_sandbox/websub", data="{")).status == 400
