"""X, through tweepy over our own transport; pictures by our own upload.

    Story ─render▶ headline, excerpt, hashtags and address within 280 weighted characters, and the thread behind it
    Delivery ─send▶ POST /2/media/upload, /2/media/metadata (alt text), /2/tweets ─▶ Receipt

X makes links of ASCII addresses only, so the address goes percent-encoded; every address weighs 23. A reader can tap
the story's link and its tags, and nothing that nobody meant (`bot.text.x_quiet`).

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
from bot.model import Bounds, Delivery, Limits, Message, Receipt, Secret, Story, Style, Target
from bot.ports import Part, Place, Reply, Request, Transport
from bot.text import post
from bot.text.fields import fields, outgoing
from bot.text.fit import fit
from bot.text.marked import Kind, Marked, link
from bot.text.measure import code_points, x_weight
from bot.text.x_quiet import closed, quiet

TEXT = 280  #: weighted characters (twitter-text, config v3)
LONGEST_LINK = TEXT // 2  #: weighted characters; an address is 23, what X does not take for one may be any length
LONGEST = 2 * TEXT  #: code points that a post is tried with; only addresses and emoji weigh less than a half each
MOST = LONGEST * post.MOST_POSTS  #: code points of a story that posts can hold
ALT = 1000  #: code points of a picture's alt text (POST /2/media/metadata)
PATIENCE = 60.0  #: seconds to wait after a 429 that names no time
CAPPED = 3600.0  #: seconds between two tries once the month's quota is used up
REFUSES_AGAIN = dt.timedelta(days=1)  #: for how long X surely knows a text; the real window is not published
SETTLING = 3  #: tries to answer a post that X has just taken and does not see yet (node-twitter-api-v2#366)

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


class _Duplicate(Rejected):
    """X has this very text already."""


class _Unseen(Rejected):
    """X does not see the post that is to be answered: it is deleted, or too new."""


class Adapter:
    """One X account. 100 posts in 15 minutes (docs: fundamentals/rate-limits), a window that ``Limits`` cannot say."""

    platform = "x"
    limits = Limits(rate=1.0, interval=0.0, timeout=20.0)
    pictures = Bounds(size=5_000_000, side=4096, count=4)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "utm"})
    template = "{urgency} {headline}\n\n{excerpt}\n\n{hashtags}\n\n{link}"

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

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Headline, excerpt, tags and address, then the whole story in posts of their own where the account asks."""
        address = closed(outgoing(story, style))
        notes: tuple[str, ...] = ()
        if x_weight(address) > LONGEST_LINK:
            address, notes = "", ("without its link, which X does not take for one",)
        values = {**fields(story, style, link=link(address, address), most=TEXT)}
        values["body"] = values["body"][:MOST].without(Kind.LINK)
        text = post.alert(style.template, self.template, values, _finished, _fits)
        pictures, missing = post.photos(story, style, self.pictures.count)
        alert = replace(_message(text, style), pictures=pictures, notes=(*notes, *missing))
        if style.body != "thread":
            return (alert,)
        body = post.body(story, MOST).without(Kind.LINK)
        further = post.thread(body, values["excerpt"], text, _finished, _fits_quickly)
        return (alert, *(replace(_message(one, style), part=part) for part, one in enumerate(further, 1)))

    def plain(self, message: Message) -> Message | None:
        """Give the same message without its pictures, for when X refuses one; the link's card stands in for them."""
        if not message.pictures:
            return None
        note = "X refused the picture; sent with the link's card"
        return replace(message, pictures=(), notes=(*message.notes, note))

    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Upload the pictures, then post once, as an answer to the part before where there is one.

        A text that X has already is sent, if an earlier try may have arrived.
        """
        media, notes = await self._upload(delivery)
        before = delivery.after.ids[-1] if delivery.after and delivery.after.ids else None
        if delivery.message.part and not before:
            notes.append("not as an answer: the id of the post before it is unknown")
        try:
            posted = await self._client.create_tweet(
                text=delivery.message.body["text"],
                media_ids=media or None,
                in_reply_to_tweet_id=before,
                user_auth=False,
            )
        except _Duplicate:
            if not delivery.again:
                raise
            return await self._find(delivery.message)
        except _Unseen as error:
            if delivery.tries >= SETTLING:
                raise
            raise Unreachable(str(error)) from None
        try:
            return replace(_receipt(str(posted["data"]["id"])), note="; ".join(notes))
        except (LookupError, TypeError):
            raise Unconfirmed("X said yes in a form that cannot be read") from None

    def safe_again(self, target: Target) -> dt.timedelta:  # noqa: ARG002 - the port's signature
        """Answer a day: X refuses the same text, for how long is not published."""
        return REFUSES_AGAIN

    async def _upload(self, delivery: Delivery) -> tuple[list[str], list[str]]:
        """Upload the pictures with their alt texts: the media ids, and what was degraded."""
        media: list[str] = []
        notes: list[str] = []
        for picture in delivery.message.pictures:
            parts = (
                Part("media", delivery.files[picture.sha256], picture.mime, "picture"),
                Part("media_category", b"tweet_image"),
                Part("media_type", picture.mime.encode()),
            )
            try:
                uploaded = await self._ask("POST", "/2/media/upload", parts=parts)
                media.append(str(uploaded["data"]["id"]))
                notes += await self._describe(media[-1], picture)
            except (Unconfirmed, LookupError, TypeError) as error:
                # no tweet has been asked for yet, so nothing can have been posted
                raise Unreachable(f"the picture did not get through: {error}") from None
        return media, notes

    async def _describe(self, media: str, picture: Picture) -> list[str]:
        """Add the alt text; a refused one is no reason to keep the news."""
        alt = {"alt_text": {"text": fit(picture.alt, ALT, code_points)}}
        try:
            if picture.alt:
                await self._ask("POST", "/2/media/metadata", body={"id": media, "metadata": alt})
        except Rejected as error:
            return [f"without the picture's alt text ({error})"]
        return []

    async def _find(self, message: Message) -> Receipt:
        """Look up the id of a text that X has already; it is sent, whether found or not."""
        sought = _bare(message.body["text"])
        try:
            me = (await self._ask("GET", "/2/users/me"))["data"]["id"]
            newest = (await self._ask("GET", f"/2/users/{me}/tweets"))["data"]
            # signs come back as HTML entities
            return _receipt(next(one["id"] for one in newest if _bare(html.unescape(one["text"])) == sought))
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


def _finished(text: Marked) -> Marked:
    """The text as X shows it: plain, its addresses spelled out, nothing live that nobody meant."""
    return quiet(post.spelled(text, str))


def _fits(text: Marked) -> bool:
    return x_weight(text.text) <= TEXT


def _fits_quickly(text: Marked) -> bool:
    return len(text.text) <= LONGEST and _fits(text)


def _message(text: Marked, style: Style) -> Message:
    last = next((span.value for span in text.spans if span.kind is Kind.LINK and span.end == len(text.text)), "")
    return Message(
        platform=Adapter.platform,
        style=style,
        text=text.text,
        length=x_weight(text.text),
        limit=TEXT,
        unit="weighted characters",
        body={"text": text.text, "link": last},
        entities=post.entities(text),
    )


def _bare(text: str) -> str:
    """Reduce a text to what X gives back unchanged: its addresses come back as t.co's, its pictures as one more."""
    return unicodedata.normalize("NFC", " ".join(_ADDRESS.sub(" ", text).split()))


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
    if "deleted or not visible" in heard:
        return _Unseen(said)
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
