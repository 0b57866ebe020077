"""One bot, or the incoming webhooks of an account without one."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from adapters.discord import embeds
from adapters.discord.answers import Answer, Missing, is_same, made, receipt, understood
from adapters.discord.payload import Payload, edited, posted
from adapters.discord.standing import Standing
from bot.errors import Rejected, TargetGone, Unauthorized, Unconfirmed
from bot.model import Bounds, Delivery, Limits, Message, Receipt, Secret, Story, Style, Target, Window
from bot.ports import Place, Reply, Request, Transport

AGENT = "DiscordBot (sokbo, 0.1)"  #: of the form "DiscordBot ($url, $version)", or Cloudflare blocks it
CHANNEL = (Window(5, 5.0),)  #: a first guess: the real number is learned from each answer (``Receipt.wait``)
HOOK = (Window(5, 2.0), Window(30, 60.0))  #: PLATFORMS section c; the second is the channel's, and in no header
KEYED = dt.timedelta(minutes=2)  #: how long a nonce surely holds ("the past few minutes")
PAGE = 100  #: messages that one look into a channel shows
SLACK = dt.timedelta(seconds=5)  #: by how much Discord's clock may be behind ours

_WEBHOOK = re.compile(r"https?://[^/]+/(?:\S*/)?api/(?:v\d+/)?webhooks/(\d{1,20})/([\w-]+)/?")
_NOTHING = Payload()


class Adapter:
    """One bot, or the incoming webhooks of an account without one.

    Discord allows a bot 50 requests a second (docs: topics/rate-limits).
    """

    platform = embeds.PLATFORM
    limits = Limits(rate=50.0, timeout=20.0)
    pictures = Bounds(size=10_485_760, side=8192, count=embeds.GALLERY)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "utm"})
    template = embeds.TEMPLATE

    def __init__(
        self, transport: Transport, /, *, token: Secret | None = None, base_url: str = "https://discord.com"
    ) -> None:
        self._transport = transport
        self._token = token
        self._root = f"{base_url.rstrip('/')}/api/v10"
        self._standing = Standing()
        # webhooks have no credential in common: all accounts of nothing but webhooks on one Discord share lock and pace
        known_by = token.reveal() if token else f"{base_url} webhooks"
        self.credential = hashlib.sha256(f"discord:{known_by}".encode()).hexdigest()[:16]

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        """Read ``{"id": channel}`` into "123", ``{"webhook": address}`` into "webhook:123" and its secret."""
        if hook := raw.get("webhook"):
            found = _WEBHOOK.fullmatch(hook.reveal() if isinstance(hook, Secret) else str(hook))
            if not found:
                raise ValueError("this is no webhook: copy its whole address, https://discord.com/api/webhooks/…/…")
            return Target(f"webhook:{found[1]}", Secret(found[2]))
        channel = str(raw.get("id", ""))
        if not re.fullmatch(r"[1-9]\d{0,19}", channel):
            mend = "give its number (Developer Mode, right click, Copy Channel ID) or { webhook = … }"
            raise ValueError(f'"{channel}" is no channel: {mend}')
        return Target(channel)

    def per_target(self, target: Target) -> tuple[Window, ...]:
        """What a channel or a webhook takes until an answer says otherwise."""
        return HOOK if _is_hook(target) else CHANNEL

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """One embed, and further messages with the rest of the story where the account asks for it."""
        return embeds.rendered(story, style)

    def plain(self, message: Message) -> Message | None:
        """Give the same message without its pictures."""
        return embeds.plain(message)

    # ── Sending, and keeping it true ─────────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Post once, with the key as nonce where Discord takes one."""
        hook = _is_hook(delivery.target)
        door = "?wait=true" if hook else "/messages"
        return (await self._ask("POST", door, delivery.target, posted(delivery, keyed=not hook))).receipt

    async def edit(self, delivery: Delivery) -> Receipt:
        """Put the message in the place of what was posted, pictures included."""
        if delivery.posted is None or not delivery.posted.ids:
            raise Rejected("there is no message to edit")
        door = f"/messages/{delivery.posted.ids[0]}"
        answer = await self._ask("PATCH", door, delivery.target, edited(delivery))
        return replace(delivery.posted, wait=answer.wait)

    async def delete(self, delivery: Delivery) -> Receipt:
        """Remove what was posted; Discord sets no time for that."""
        if delivery.posted is None or not delivery.posted.ids:
            raise Rejected("there is no message to delete")
        wait = 0.0
        for message in delivery.posted.ids:
            try:
                wait = (await self._ask("DELETE", f"/messages/{message}", delivery.target)).wait
            except Missing:  # somebody was faster, or an earlier try
                continue
        return Receipt((), wait=wait)

    def safe_again(self, target: Target) -> dt.timedelta:
        """Two minutes for a bot's nonce; a webhook has none (docs: resources/message, ``enforce_nonce``)."""
        return dt.timedelta(0) if _is_hook(target) else KEYED

    def searches(self, target: Target) -> bool:
        """Tell a channel, whose history a bot may read, from a webhook."""
        return not _is_hook(target)

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Look through the channel's last hundred messages for what a send of this key and message has posted."""
        if _is_hook(delivery.target):
            raise Unconfirmed("an incoming webhook cannot look up what it posted")
        since = (delivery.since or dt.datetime.now(dt.UTC)) - SLACK
        try:
            page = (await self._ask("GET", f"/messages?limit={PAGE}", delivery.target)).said
        except (Rejected, TargetGone) as error:
            raise Unconfirmed(f"the channel cannot be read: {error}") from None
        if not page:  # so it looks to a bot without "Read Message History"
            raise Unconfirmed("the channel shows no messages; the bot may lack the right to read its history")
        if found := next((one for one in page if is_same(one, delivery, since)), None):
            return receipt(found)
        if len(page) == PAGE and made(page[-1]) > since:
            raise Unconfirmed("more than a hundred messages came after it")
        return None

    # ── Checking and rehearsing ──────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> str:
        """Ask for the bot's name."""
        return str((await self._ask("GET", "/users/@me")).said["username"]) if self._token else "incoming webhooks"

    async def place(self, target: Target) -> Place:
        """Ask whether the channel or the webhook is there."""
        found = (await self._ask("GET", "", target)).said
        return Place(str(found["id"]), str(found.get("name") or found["id"]))

    def rehearse(self, request: Request, number: int) -> Reply:
        """Answer as a Discord that takes everything."""
        if request.verb == "DELETE":
            return Reply(HTTPStatus.NO_CONTENT, {}, b"")
        return Reply(HTTPStatus.OK, {}, json.dumps({"id": f"${number}.id"}).encode())

    async def _ask(self, verb: str, door: str, target: Target | None = None, payload: Payload = _NOTHING) -> Answer:
        """Make one request at a target's door and return what Discord answers; raises ``DeliveryError``."""
        hook = target is not None and _is_hook(target)
        headers = {"User-Agent": AGENT}
        if not hook:
            if not self._token:
                raise Unauthorized("this account has no bot token, so it can post through webhooks only")
            headers["Authorization"] = f"Bot {self._token.reveal()}"
        url = self._root + (_path(target) if target else "") + door
        self._standing.leave()
        request = Request(verb, url, headers, payload.json, None, payload.parts, self.limits.timeout)
        reply = await self._transport(request)
        return understood(verb, reply, self._standing, hook=hook, pictured=bool(payload.parts))


def _is_hook(target: Target) -> bool:
    return target.address.startswith("webhook:")


def _path(target: Target) -> str:
    """Spell the path of a channel, or of a webhook with its secret."""
    if not _is_hook(target):
        return f"/channels/{target.address}"
    if not target.secret:
        raise TargetGone("the webhook's address stands no longer in the configuration")
    return f"/webhooks/{target.address.removeprefix('webhook:')}/{target.secret.reveal()}"
