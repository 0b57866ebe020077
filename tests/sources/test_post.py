"""The guarded client hands forms over: to WebSub hubs, which strangers name."""

from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from bot.errors import SourceError
from bot.sources.fetch import Client

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


async def test_a_form_goes_where_it_is_sent_on_to_and_keeps_its_fields(client: Client, serve: Serve) -> None:
    seen = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.method, request.content_type, dict(await request.post())))
        if request.path == "/old":
            return web.Response(status=307, headers={"Location": "/new"})
        return web.Response(status=202)

    answer = await client.post(await serve(handler) + "/old", {"hub.topic": "https://a.kr/?b=1&c=한"})
    assert answer.status == 202
    assert seen == [("POST", "application/x-www-form-urlencoded", {"hub.topic": "https://a.kr/?b=1&c=한"})] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 400, 500])
async def test_what_would_lose_the_form_is_an_error(client: Client, serve: Serve, status: int) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/new"})

    with pytest.raises(SourceError, match=f"127.0.0.1 answered {status}"):
        await client.post(await serve(handler), {})


async def test_a_form_never_goes_to_a_private_address(serve: Serve) -> None:
    asked = []

    async def handler(request: web.Request) -> web.Response:
        asked.append(request)
        return web.Response()

    url = await serve(handler)
    async with Client() as guarded:
        with pytest.raises(SourceError, match="not a public address"):
            await guarded.post(url, {"a": "b"})
    assert asked == []


async def test_what_a_header_says_twice_is_heard_twice(client: Client, serve: Serve) -> None:
    """Publishers send one Link header for the hub and one for the topic."""

    async def handler(request: web.Request) -> web.Response:
        response = web.Response()
        response.headers.add("Link", "<a>; rel=hub")
        response.headers.add("link", "<b>; rel=self")
        return response

    assert (await client(await serve(handler))).headers["link"] == "<a>; rel=hub, <b>; rel=self"
