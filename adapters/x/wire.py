"""One request to X, one answer.

tweepy has no timeout, no upload for v2, and stumbles over a refusal that is no JSON (PLATFORMS 0.10). So it builds the
request for the post, and the session under it is ours: it signs for the address that is really called and sends once.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from tweepy.asynchronous import AsyncClient
from yarl import URL

from adapters.x.keys import Keys
from adapters.x.refusals import refusal
from bot.errors import Unconfirmed
from bot.ports import Part, Request, Transport

_Ask = Callable[..., Awaitable[dict[str, Any]]]


class Wire:
    """Signed requests under one address; ``timeout`` is seconds for each. All raise ``DeliveryError``."""

    def __init__(self, transport: Transport, root: str, keys: Keys, timeout: float) -> None:
        self._transport = transport
        self._root = root.rstrip("/")
        self._keys = keys
        self._timeout = timeout
        self._client = AsyncClient(return_type=dict)
        self._client.session = _Session(self.ask)

    async def post(self, text: str, media: Sequence[str], answered: str | None) -> str:
        """Post once; the new post's id."""
        said = await self._client.create_tweet(
            text=text, media_ids=media or None, in_reply_to_tweet_id=answered, user_auth=False
        )
        try:
            return str(said["data"]["id"])
        except (LookupError, TypeError):
            raise Unconfirmed("X said yes in a form that cannot be read") from None

    async def ask(
        self, verb: str, path: str, *, body: Mapping[str, Any] | None = None, parts: tuple[Part, ...] = ()
    ) -> dict[str, Any]:
        """Make one request and return X's JSON, which has ``data``."""
        url = self._root + path
        request = Request(verb, url, self._keys.authorize(verb, url), json=body, parts=parts, timeout=self._timeout)
        reply = await self._transport(request)
        answer = reply.object
        if reply.status < HTTPStatus.MULTIPLE_CHOICES and "data" in answer:
            return answer
        raise refusal(request, reply)


@dataclass(frozen=True, slots=True)
class _Answer:
    """As much of aiohttp's answer as tweepy looks at; a refusal never gets this far."""

    content: dict[str, Any]
    status: int = 200
    reason: str = "OK"
    headers: tuple[()] = ()

    async def read(self) -> bytes:
        return b""

    async def json(self) -> dict[str, Any]:
        return self.content


class _Session:
    """What tweepy takes for an aiohttp session. tweepy's own host and signature give way to ours."""

    def __init__(self, ask: _Ask) -> None:
        self._ask = ask

    @asynccontextmanager
    async def request(self, method: str, url: str, *, json: dict[str, Any], **_: object) -> AsyncIterator[_Answer]:
        yield _Answer(await self._ask(method, URL(url).path, body=json))
