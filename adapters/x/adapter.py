"""One X account: what it may spend and how fast, and the calls that post, answer and take back."""

import datetime as dt
import html
import json
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

from adapters.x import posts
from adapters.x.keys import Keys, bearing, signing
from adapters.x.refusals import Duplicate, Missing, Unseen
from adapters.x.wire import Wire
from bot.document import Picture
from bot.errors import DeliveryError, Rejected, Unconfirmed, Unreachable
from bot.model import (
    Bounds,
    Budget,
    Delivery,
    Limits,
    Message,
    Operation,
    Receipt,
    Secret,
    Story,
    Style,
    Target,
    Window,
)
from bot.ports import Part, Place, Reply, Request, Transport
from bot.text.fit import fit
from bot.text.measure import code_points

ALT: Final = 1000  #: code points of a picture's alt text (POST /2/media/metadata)
REFUSES_AGAIN: Final = dt.timedelta(days=1)  #: for how long X surely knows a text; the real window is not published
SETTLING: Final = 3  #: tries to answer a post that X has just taken and does not see yet (node-twitter-api-v2#366)

_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)


class Adapter:
    """One X account: 100 posts in 15 minutes, and 10,000 a day for all of one app (docs: fundamentals/rate-limits).

    ``budget_day`` and ``budget_month`` are US dollars, 0 for no bound; ``price`` is that of a post, ``price_with_link``
    that of one that holds an address, ``price_deleted`` that of taking one back (docs: getting-started/pricing, since
    2026-04-20), for who pays X otherwise.
    """

    platform = posts.PLATFORM
    limits = Limits(rate=1.0, timeout=20.0, windows=(Window(100, 900.0),), app=(Window(10_000, 86_400.0),))
    pictures = Bounds(size=5_000_000, side=4096, count=posts.PICTURES)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "utm"})
    template = posts.LAYOUT

    def __init__(  # noqa: PLR0913 - the keywords are the account's schema
        self,
        transport: Transport,
        /,
        *,
        consumer_key: Secret | None = None,
        consumer_secret: Secret | None = None,
        access_token: Secret | None = None,
        access_token_secret: Secret | None = None,
        bearer_token: Secret | None = None,
        budget_day: float = 0.0,
        budget_month: float = 0.0,
        price: float = 0.015,
        price_with_link: float = 0.200,
        price_deleted: float = 0.010,
        base_url: str = "https://api.x.com",
    ) -> None:
        keys = _keys((consumer_key, consumer_secret, access_token, access_token_secret), bearer_token)
        if not all(dollars >= 0 for dollars in (budget_day, budget_month, price, price_with_link, price_deleted)):
            raise ValueError(
                "what an X account costs and may cost is in US dollars, 0 or more; a budget of 0 has no bound"
            )
        self.credential, self.app = keys.credential, keys.app
        self.budget = Budget(budget_day, budget_month)
        self._price, self._price_with_link, self._price_deleted = price, price_with_link, price_deleted
        self._wire = Wire(transport, base_url, keys, self.limits.timeout)

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": "me"}``: the account itself is all there is to post to."""
        if raw.get("id") != "me":
            raise ValueError(
                f'"{raw.get("id", "")}" is no target on X: write "me", the account that the tokens belong to'
            )
        return Target("me")

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """Headline, excerpt, tags and address, then the whole story in posts of their own where the account asks."""
        return posts.told(story, style)

    def plain(self, message: Message) -> Message | None:
        """Give the same message without its pictures, for when X refuses one; the link's card stands in for them."""
        return posts.without_pictures(message)

    def cost(self, operation: Operation, message: Message) -> float:
        """US dollars for this: of a post or an answer a link makes it dear, wherever it stands (PLATFORMS 0.2)."""
        if operation == "delete":
            return self._price_deleted
        return self._price_with_link if posts.has_link(message) else self._price

    def per_target(self, target: Target) -> tuple[Window, ...]:  # noqa: ARG002 - the port's signature
        """As much as the account: there is no other place."""
        return ()

    def safe_again(self, target: Target) -> dt.timedelta:  # noqa: ARG002 - the port's signature
        """Answer a day: X refuses the same text, for how long is not published."""
        return REFUSES_AGAIN

    # ── Posting, answering, taking back ──────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Upload the pictures, then post once, as an answer to the part before where there is one."""
        before = delivery.after.ids[-1] if delivery.after and delivery.after.ids else None
        lonely = delivery.message.part and not before
        return await self._post(
            delivery, before, ["not as an answer: the id of the post before it is unknown"] if lonely else []
        )

    async def reply(self, delivery: Delivery) -> Receipt:
        """Answer the post, the last one where it is several."""
        return await self._post(delivery, _posted(delivery)[-1], [])

    async def delete(self, delivery: Delivery) -> Receipt:
        """Remove every post that is named; one that X does not have is gone already."""
        for post in _posted(delivery):
            with suppress(Missing):
                await self._remove(post)
        return Receipt(())

    async def _post(self, delivery: Delivery, answered: str | None, notes: list[str]) -> Receipt:
        """Post once. A text that X has already is sent, if an earlier try may have arrived."""
        media, degraded = await self._upload(delivery)
        try:
            number = await self._wire.post(delivery.message.body["text"], media, answered)
        except Duplicate:
            if not delivery.again:
                raise
            return await self._find(delivery.message)
        except Unseen as error:
            if delivery.tries >= SETTLING:
                raise
            raise Unreachable(str(error)) from None
        return replace(_receipt(number), note="; ".join([*degraded, *notes]))

    async def _remove(self, post: str) -> None:
        match await self._wire.ask("DELETE", f"/2/tweets/{post}"):
            case {"data": {"deleted": True}}:
                return
        raise Unconfirmed("X did not say that the post is deleted")

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
                uploaded = await self._wire.ask("POST", "/2/media/upload", parts=parts)
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
                await self._wire.ask("POST", "/2/media/metadata", body={"id": media, "metadata": alt})
        except Rejected as error:
            return [f"without the picture's alt text ({error})"]
        return []

    async def _find(self, message: Message) -> Receipt:
        """Look up the id of a text that X has already; it is sent, whether found or not."""
        sought = _bare(message.body["text"])
        try:
            me = (await self._wire.ask("GET", "/2/users/me"))["data"]["id"]
            newest = (await self._wire.ask("GET", f"/2/users/{me}/tweets"))["data"]
            # signs come back as HTML entities
            return _receipt(next(one["id"] for one in newest if _bare(html.unescape(one["text"])) == sought))
        except (DeliveryError, LookupError, TypeError, StopIteration):
            return Receipt((), note="X has this text already; its id was not found")

    # ── Checking and rehearsing ──────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> str:
        """Ask for the account's @name."""
        return f"@{(await self._wire.ask('GET', '/2/users/me'))['data']['username']}"

    async def place(self, target: Target) -> Place:
        """Ask who "me" is."""
        return Place(target.address, await self.whoami())

    def rehearse(self, request: Request, number: int) -> Reply:  # noqa: ARG002 - every answer here has the same shape
        """Answer as an X that takes everything."""
        return Reply(200, {}, json.dumps({"data": {"id": f"${number}.id", "deleted": True}}).encode())


def _keys(four: tuple[Secret | None, Secret | None, Secret | None, Secret | None], token: Secret | None) -> Keys:
    match four:
        case (Secret(), Secret(), Secret(), Secret()):
            return signing(*four)
    if token:
        return bearing(token)
    raise ValueError(
        "an X account needs consumer_key, consumer_secret, access_token and access_token_secret, "
        "all four from the developer portal; or bearer_token, an OAuth 2 token of the user"
    )


def _posted(delivery: Delivery) -> tuple[str, ...]:
    """The ids of what was posted; raises ``Rejected`` where they are unknown."""
    if delivery.posted is None or not delivery.posted.ids:
        raise Rejected("it is not known which post on X this is about: its id never reached us")
    return delivery.posted.ids


def _bare(text: str) -> str:
    """Reduce a text to what X gives back unchanged: its addresses come back as t.co's, its pictures as one more."""
    return unicodedata.normalize("NFC", " ".join(_ADDRESS.sub(" ", text).split()))


def _receipt(tweet: str) -> Receipt:
    return Receipt((tweet,), f"https://x.com/i/status/{tweet}")
