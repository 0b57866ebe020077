"""X, through tweepy over our own transport; pictures by our own upload.

    Story ─render▶ headline, excerpt and address within 280 weighted characters
    Delivery ─send▶ POST /2/media/upload, /2/media/metadata (alt text), /2/tweets ─▶ Receipt

X makes links of ASCII addresses only, so the address goes percent-encoded; every address weighs 23. ``@names`` would
notify strangers and more than one ``$TAG`` is refused, so both are broken with a word joiner, which weighs 2 and is
counted with the rest.

tweepy has no timeout, no upload for v2, and stumbles over a refusal that is no JSON (PLATFORMS 0.10). So it builds the
request for the tweet, and the session under it is ours: it signs for the address that is really called, sends once, and
decides what a refusal means. X refuses a text that it has already: that is the key against duplicates.
"""

import datetime as dt
import hashlib
import html
import json
import re
import time
import unicodedata
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from tweepy import OAuth1UserHandler
from tweepy.asynchronous import AsyncClient
from yarl import URL

from bot.document import Picture
from bot.errors import DeliveryError, Rejected, TargetGone, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.model import Delivery, Entity, Limits, Message, Receipt, Secret, Story, Style, Target
from bot.ports import Part, Place, Reply, Request, Transport
from bot.text.fit import fit
from bot.text.links import encoded
from bot.text.measure import code_points, utf16, x_weight

TEXT = 280  #: weighted characters (twitter-text, config v3)
LONGEST_LINK = TEXT // 2  #: weighted characters; an address is 23, what X does not take for one may be any length
SHORTEST_EXCERPT = 20  #: weighted characters; less than this says nothing
ALT = 1000  #: code points of a picture's alt text (POST /2/media/metadata)
PATIENCE = 60.0  #: seconds to wait after a 429 that names no time
CAPPED = 3600.0  #: seconds between two tries once the month's quota is used up
REFUSES_AGAIN = dt.timedelta(days=1)  #: for how long X surely knows a text; the real window is not published

_SIGIL = re.compile(r"(https?://\S+)|(?<![A-Za-z0-9_])[@＠](?=[A-Za-z0-9_])|\$(?=[A-Za-z])")
_WORD_JOINER = "\u2060"


class _Duplicate(Rejected):
    """X has this very text already."""


class Adapter:
    """One X account. 100 posts in 15 minutes (docs: fundamentals/rate-limits), a window that ``Limits`` cannot say."""

    platform = "x"
    limits = Limits(rate=1.0, interval=0.0, timeout=20.0)

    def __init__(
        self,
        transport: Transport,
        /,
        *,
        consumer_key: Secret | None = None,
        consumer_secret: Secret | None = None,
        access_token: Secret | None = None,
        access_token_secret: Secret | None = None,
        bearer_token: Secret | None = None,
        base_url: str = "https://api.x.com",
    ) -> None:
        four = (consumer_key, consumer_secret, access_token, access_token_secret)
        keys = [key.reveal() for key in four if key]
        self._authorize: Callable[[str, str], dict[str, str]]
        if len(keys) == len(four):
            signer = OAuth1UserHandler(*keys).apply_auth().client
            # of the body only a form would be signed (RFC 5849, 3.4.1.3), and none is sent
            self._authorize = lambda verb, url: dict(signer.sign(url, verb)[1])
        elif bearer_token:
            keys = [bearer_token.reveal()]
            self._authorize = lambda _verb, _url: {"Authorization": f"Bearer {keys[0]}"}
        else:
            raise ValueError(
                "an X account needs consumer_key, consumer_secret, access_token and access_token_secret, "
                "all four from the developer portal; or bearer_token, an OAuth 2 token of the user"
            )
        self.credential = hashlib.sha256(f"x:{' '.join(keys)}".encode()).hexdigest()[:16]
        self._transport = transport
        self._root = base_url.rstrip("/")
        self._client = AsyncClient(return_type=dict)
        self._client.session = _Session(self._ask)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "me"}``: the account itself is all there is to post to."""
        if raw.get("id") != "me":
            raise ValueError(
                f'"{raw.get("id", "")}" is no target on X: write "me", the account that the tokens belong to'
            )
        return Target("me")

    # ── Rendering ────────────────────────────────────────────────────────────────────────────────────────────────

    def render(self, story: Story, style: Style) -> Message:
        """Headline, excerpt and address; the excerpt gives way first, the address never."""
        link = encoded(story.link) if story.link.startswith(("http://", "https://")) else ""
        notes: list[str] = []
        if x_weight(link) > LONGEST_LINK:
            link = ""
            notes.append("without its link, which X does not take for one")
        wanted = story.picture if style.picture == "photo" else None
        pictures = (wanted,) if wanted and wanted.sha256 else ()
        if wanted and not pictures:
            notes.append("without its picture, which could not be had")
        text = _compose(story, link)
        return Message(
            platform=self.platform,
            style=style,
            text=text,
            length=x_weight(text),
            limit=TEXT,
            unit="weighted characters",
            body={"text": text, "link": link},
            entities=(Entity("url", utf16(text) - utf16(link), utf16(link), link),) if link else (),
            pictures=pictures,
            notes=tuple(notes),
        )

    def plain(self, message: Message) -> Message:
        """Give the same message without its picture, for when X refuses that; the link's card stands in for it."""
        return replace(message, pictures=(), notes=(*message.notes, "X refused the picture; sent with the link's card"))

    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Upload the picture, then post once; a text that X has already is sent, if an earlier try may have arrived."""
        media, note = await self._upload(delivery)
        try:
            posted = await self._client.create_tweet(
                text=delivery.message.body["text"], media_ids=media, user_auth=False
            )
        except _Duplicate:
            if not delivery.again:
                raise
            return await self._find(delivery.message)
        try:
            return replace(_receipt(str(posted["data"]["id"])), note=note)
        except (LookupError, TypeError):
            raise Unconfirmed("X said yes in a form that cannot be read") from None

    def safe_again(self, target: Target) -> dt.timedelta:  # noqa: ARG002 - the port's signature
        """Answer a day: X refuses the same text, for how long is not published."""
        return REFUSES_AGAIN

    async def _upload(self, delivery: Delivery) -> tuple[list[str] | None, str]:
        """Upload the picture with its alt text: the media ids, and what was degraded."""
        if not delivery.message.pictures:
            return None, ""
        picture = delivery.message.pictures[0]
        parts = (
            Part("media", delivery.files[picture.sha256], picture.mime, "picture"),
            Part("media_category", b"tweet_image"),
            Part("media_type", picture.mime.encode()),
        )
        try:
            uploaded = await self._ask("POST", "/2/media/upload", parts=parts)
            media = str(uploaded["data"]["id"])
            return [media], await self._describe(media, picture)
        except (Unconfirmed, LookupError, TypeError) as error:
            # no tweet has been asked for yet, so nothing can have been posted
            raise Unreachable(f"the picture did not get through: {error}") from None

    async def _describe(self, media: str, picture: Picture) -> str:
        """Add the alt text; a refused one is no reason to keep the news."""
        alt = {"alt_text": {"text": fit(picture.alt, ALT, code_points)}}
        try:
            if picture.alt:
                await self._ask("POST", "/2/media/metadata", body={"id": media, "metadata": alt})
        except Rejected as error:
            return f"without the picture's alt text ({error})"
        return ""

    async def _find(self, message: Message) -> Receipt:
        """Look up the id of a text that X has already; it is sent, whether found or not."""
        sought = _bare(message.body["text"].removesuffix(message.body["link"]))
        try:
            me = (await self._ask("GET", "/2/users/me"))["data"]["id"]
            newest = (await self._ask("GET", f"/2/users/{me}/tweets"))["data"]
            # the address comes back as t.co, and signs as HTML entities
            return _receipt(next(one["id"] for one in newest if _bare(html.unescape(one["text"])).startswith(sought)))
        except (DeliveryError, LookupError, TypeError, StopIteration):
            return Receipt((), note="X has this text already; its id was not found")

    # ── Checking and rehearsing ──────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> str:
        """Ask for the account's @name."""
        return f"@{(await self._ask('GET', '/2/users/me'))['data']['username']}"

    async def place(self, target: Target) -> Place:
        """Ask who "me" is."""
        return Place(target.address, await self.whoami())

    def rehearse(self, request: Request, number: int) -> Reply:  # noqa: ARG002 - every answer here has the same shape
        """Answer as an X that takes everything."""
        return Reply(200, {}, json.dumps({"data": {"id": f"${number}.id"}}).encode())

    # ── The wire ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _ask(
        self, verb: str, path: str, *, body: Mapping[str, Any] | None = None, parts: tuple[Part, ...] = ()
    ) -> dict[str, Any]:
        """Make one signed request and return X's JSON; raises ``DeliveryError``."""
        url = self._root + path
        request = Request(verb, url, self._authorize(verb, url), json=body, parts=parts, timeout=self.limits.timeout)
        reply = await self._transport(request)
        answer = reply.object
        if reply.status < HTTPStatus.MULTIPLE_CHOICES and "data" in answer:
            return answer
        raise _refusal(request, reply, answer)


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

    def __init__(self, ask: Callable[..., Awaitable[dict[str, Any]]]) -> None:
        self._ask = ask

    @asynccontextmanager
    async def request(self, method: str, url: str, *, json: dict[str, Any], **_: object) -> AsyncIterator[_Answer]:
        yield _Answer(await self._ask(method, URL(url).path, body=json))


# ── Text ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _compose(story: Story, link: str) -> str:
    below = f"\n\n{link}" if link else ""
    headline = fit(_inert(" ".join(story.headline.split())), TEXT - x_weight(below), x_weight) or story.source
    room = TEXT - x_weight(headline + below) - len("\n\n")
    excerpt = fit(_inert(story.excerpt.strip()), room, x_weight) if room >= SHORTEST_EXCERPT else ""
    return "\n\n".join(block for block in (headline, excerpt, link) if block)


def _inert(text: str) -> str:
    """Break what X would turn into a mention or a cashtag; addresses stay whole."""
    return _SIGIL.sub(lambda found: found[0] if found[1] else found[0] + _WORD_JOINER, text)


def _bare(text: str) -> str:
    """Reduce a text to what X gives back unchanged."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _receipt(tweet: str) -> Receipt:
    return Receipt((tweet,), f"https://x.com/i/status/{tweet}")


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _refusal(request: Request, reply: Reply, problem: Mapping[str, Any]) -> DeliveryError:
    """Decide what an answer means that is no yes (PLATFORMS: section f, X)."""
    said = f"X: {problem.get('detail') or problem.get('title') or f'HTTP {reply.status}'}"
    heard = f"{problem.get('type', '')} {said} {problem.get('errors', '')}".lower()
    about_picture = bool(request.parts) or ("media" in (request.json or {}) and "media" in heard)
    match reply.status:
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status < HTTPStatus.MULTIPLE_CHOICES:
            return Unconfirmed(said)
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _throttled(said, heard, reply)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.PAYMENT_REQUIRED:
            return Unauthorized(f"{said}; see the tokens and the credits in the developer portal")
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return Rejected(f"{said}; the picture is too large", picture=about_picture)
    if not problem:
        return Unreachable(f"something that is not X answered {reply.status}")
    if "duplicate content" in heard:
        return _Duplicate(said)
    if "user-suspended" in heard or "account is suspended" in heard or "locked" in heard:
        return TargetGone(said)
    if reply.status == HTTPStatus.FORBIDDEN and ("client-forbidden" in heard or "not permitted" in heard):
        return Unauthorized(f"{said}; give the app the right to read and write, then make new tokens")
    return Rejected(said, picture=about_picture)


def _throttled(said: str, heard: str, reply: Reply) -> Throttled:
    """Read when X's window opens again (epoch seconds); the month's quota names no time."""
    if "usage-capped" in heard:
        return Throttled(said, after=CAPPED, scope="app")
    reset = reply.headers.get("x-rate-limit-reset", "")
    after = max(1.0, float(reset) - time.time()) if reset.isdecimal() else PATIENCE
    return Throttled(said, after=after, scope="account")
