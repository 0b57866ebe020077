"""Discord, with discord.py's models and payloads and a POST of our own.

    Story ─render▶ one embed: author, linked title, description, picture, category, time
    Delivery ─send▶ POST /channels/…/messages, or an incoming webhook with ?wait=true ─▶ Receipt

discord.py's own sending call retries five times by itself and sleeps after a success (PLATFORMS 0.4, 0.5), so only its
payloads are used. A bot's message carries a nonce that Discord enforces for "the past few minutes": the same key sent
again gives back the message that is already there. A webhook has no such key; its secret belongs to its target, and so
does a refusal of it.

Titles and descriptions are Markdown (`markdown.py` writes it); author and footer are plain.
Lengths are budgeted in UTF-16 units, the most that Discord may count (its unit is not documented), after escaping.
"""

import base64
import datetime as dt
import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import discord
from discord.http import MultipartParameters, handle_message_parameters
from discord.utils import MISSING, snowflake_time

from adapters.discord.markdown import escaped, written
from bot.document import Picture
from bot.errors import DeliveryError, Rejected, TargetGone, Throttled, Unauthorized, Unconfirmed, Unreachable
from bot.model import Bounds, Delivery, Limits, Message, Receipt, Secret, Story, Style, Target, Urgency
from bot.ports import Part, Place, Reply, Request, Transport
from bot.text.draft import Pieces, laid_out, running
from bot.text.fields import fields, outgoing
from bot.text.fit import fit, pieces
from bot.text.letters import squeeze
from bot.text.links import encoded, readable
from bot.text.marked import Kind, Marked, joined
from bot.text.measure import code_points, utf16
from bot.text.rest import untold, words

TITLE = AUTHOR = FOOTER = 256  #: of an embed (the footer may have 2,048, which no category needs)
DESCRIPTION = 4096  #: of an embed
EMBED = 6000  #: of all its texts together
GALLERY = 4  #: pictures that embeds of one address show together
PARTS = 10  #: messages that a long story may become beside its alert
ALT = 1024  #: code points of an attachment's description
RED = 0xED4245  #: breaking, and nothing else
GREY = 0x4F545C
AGENT = "DiscordBot (sokbo, 0.1)"  #: of the form "DiscordBot ($url, $version)", or Cloudflare blocks it
PATIENCE = 60.0  #: seconds to wait after a 429 that names no time
KEYED = dt.timedelta(minutes=2)  #: how long a nonce surely holds ("the past few minutes")
PAGE = 100  #: messages that one look into a channel shows
SLACK = dt.timedelta(seconds=5)  #: by how much Discord's clock may be behind ours

NOBODY = discord.AllowedMentions.none()

_WEBHOOK = re.compile(r"https?://[^/]+/(?:\S*/)?api/(?:v\d+/)?webhooks/(\d{1,20})/([\w-]+)/?")
_MIME_SUFFIX = {"image/png": "png", "image/gif": "gif", "image/webp": "webp"}

#: Discord's JSON error codes (docs: topics/opcodes-and-status-codes) by what follows from them.
_GONE = {10003, 10004, 10015, 50001, 50007, 50013, 50027, 50083, 160005}
_CREDENTIAL = {40001, 50014}
_BUSY = {20016, 20028, 20029, 30046, 40004, 40333, 160006}
#: Too large, or 50013: without "Attach Files" a picture is a missing permission; the plain message tells if it is more.
_TOO_MUCH = {40005, 50045, 50013}


class Adapter:
    """One bot, or the incoming webhooks of an account without one.

    Discord allows a bot 50 requests a second, and 5 messages in 5 s in a channel (docs: topics/rate-limits).
    """

    platform = "discord"
    limits = Limits(rate=50.0, interval=1.0, timeout=20.0)
    pictures = Bounds(size=10_485_760, side=8192, count=GALLERY)
    styles = frozenset({"picture", "hashtags", "body", "pictures", "utm"})
    template = "# {urgency} {headline}\n\n{excerpt}\n\n> {body}\n\n{hashtags}"

    def __init__(
        self, transport: Transport, /, *, token: Secret | None = None, base_url: str = "https://discord.com"
    ) -> None:
        self._transport = transport
        self._token = token
        self._root = f"{base_url.rstrip('/')}/api/v10"
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

    # ── Rendering ────────────────────────────────────────────────────────────────────────────────────────────────

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        """One embed, with its pictures attached, taken from their address, or left out; then the rest of the story."""
        link = outgoing(story, style)
        values = dict(fields(story, style, link=Marked(readable(link)).as_(Kind.LINK, link), most=EMBED))
        named = {name: values[name] for name in ("urgency", "headline", "source")}
        values["headline"] = laid_out(style.template, self.template, named, _title_fits).values["headline"]
        laid = laid_out(style.template, self.template, values, _fits)
        title, description = _texts(laid.pieces)
        embed = discord.Embed(
            title=escaped(title.text) or None,
            description=written(description) or None,
            url=link or None,
            colour=_colour(story),
            timestamp=story.published or story.seen,
        )
        if source := fit(squeeze(story.source), AUTHOR, utf16):
            embed.set_author(name=source)
        if category := next((fit(squeeze(name), FOOTER, utf16) for name in story.categories), ""):
            embed.set_footer(text=category)
        shown, pictures, notes = _pictured(embed, story, style)
        alert = _message(style, shown, joined(filter(None, (title, description)), "\n\n"))
        return (replace(alert, pictures=pictures, notes=notes), *_rest(story, alert))

    def plain(self, message: Message) -> Message | None:
        """Give the same message without its pictures, for when the upload is refused; an embed is no link's card."""
        if not message.pictures:
            return None
        first, *_ = message.body["embeds"]
        embed = {name: value for name, value in first.items() if name not in ("image", "thumbnail")}
        notes = (*message.notes, "Discord refused the picture; sent without it")
        return replace(message, body={"embeds": [embed]}, pictures=(), notes=notes)

    # ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def send(self, delivery: Delivery) -> Receipt:
        """Post once, with the key as nonce where Discord takes one."""
        hook = _is_hook(delivery.target)
        payload = handle_message_parameters(
            embeds=_embeds(delivery.message),
            files=_files(delivery) or MISSING,
            allowed_mentions=NOBODY,
            flags=discord.MessageFlags(suppress_notifications=True) if delivery.silent else MISSING,
            nonce=None if hook else _nonce(delivery.key),
        )
        with payload:
            door = "?wait=true" if hook else "/messages"
            return _receipt(await self._ask("POST", door, delivery.target, payload))

    async def edit(self, delivery: Delivery) -> Receipt:
        """Put the message in the place of what was posted, pictures included."""
        posted = delivery.edits
        if posted is None or not posted.ids:
            raise Rejected("there is no message to edit")
        payload = handle_message_parameters(
            embeds=_embeds(delivery.message),
            attachments=_files(delivery),
            allowed_mentions=NOBODY,
        )
        with payload:
            await self._ask("PATCH", f"/messages/{posted.ids[0]}", delivery.target, payload)
        return posted

    def safe_again(self, target: Target) -> dt.timedelta:
        """Two minutes for a bot's nonce; a webhook has none (docs: resources/message, ``enforce_nonce``)."""
        return dt.timedelta(0) if _is_hook(target) else KEYED

    async def find(self, delivery: Delivery) -> Receipt | None:
        """Look through the channel's last hundred messages, by nonce, else by title and address."""
        if _is_hook(delivery.target):
            raise Unconfirmed("an incoming webhook cannot look up what it posted")
        since = (delivery.since or dt.datetime.now(dt.UTC)) - SLACK
        try:
            page = await self._ask("GET", f"/messages?limit={PAGE}", delivery.target)
        except (Rejected, TargetGone) as error:
            raise Unconfirmed(f"the channel cannot be read: {error}") from None
        if not page:  # so it looks to a bot without "Read Message History"
            raise Unconfirmed("the channel shows no messages; the bot may lack the right to read its history")
        if found := next((one for one in page if _is_same(one, delivery, since)), None):
            return _receipt(found)
        if len(page) == PAGE and _time(page[-1]) > since:
            raise Unconfirmed("more than a hundred messages came after it")
        return None

    # ── Checking and rehearsing ──────────────────────────────────────────────────────────────────────────────────

    async def whoami(self) -> str:
        """Ask for the bot's name."""
        return str((await self._ask("GET", "/users/@me"))["username"]) if self._token else "incoming webhooks"

    async def place(self, target: Target) -> Place:
        """Ask whether the channel or the webhook is there."""
        found = await self._ask("GET", "", target)
        return Place(str(found["id"]), str(found.get("name") or found["id"]))

    def rehearse(self, request: Request, number: int) -> Reply:  # noqa: ARG002 - every request here is a post
        """Answer as a Discord that takes everything."""
        return Reply(200, {}, json.dumps({"id": f"${number}.id"}).encode())

    async def _ask(
        self, verb: str, door: str, target: Target | None = None, payload: MultipartParameters | None = None
    ) -> Any:
        """Make one request at a target's door and return what Discord answers; raises ``DeliveryError``."""
        hook = target is not None and _is_hook(target)
        headers = {"User-Agent": AGENT}
        if not hook:
            if not self._token:
                raise Unauthorized("this account has no bot token, so it can post through webhooks only")
            headers["Authorization"] = f"Bot {self._token.reveal()}"
        url = self._root + (_path(target) if target else "") + door
        body = payload.payload if payload else None
        parts = tuple(_part(field) for field in payload.multipart or ()) if payload else ()
        reply = await self._transport(Request(verb, url, headers, body, None, parts, self.limits.timeout))
        answer = _parse(reply.body)
        if reply.status < HTTPStatus.MULTIPLE_CHOICES and ("id" in answer or (verb, type(answer)) == ("GET", list)):
            return answer
        raise _refusal(reply, answer, hook=hook, pictured=bool(parts))


# ── Text and pictures ────────────────────────────────────────────────────────────────────────────────────────────────


def _texts(pieces: Pieces) -> tuple[Marked, Marked]:
    """The title, which is the first heading without its marks, and the description."""
    number = next((number for number, piece in enumerate(pieces) if piece.kind == "heading"), len(pieces))
    title = Marked(pieces[number].text.text) if number < len(pieces) else Marked()
    return title, running([*pieces[:number], *pieces[number + 1 :]])


def _title_fits(pieces: Pieces) -> bool:
    return utf16(escaped(_texts(pieces)[0].text)) <= TITLE


def _fits(pieces: Pieces) -> bool:
    """Whether the description fits below a title that does."""
    return utf16(written(_texts(pieces)[1])) <= DESCRIPTION


def _rest(story: Story, alert: Message) -> tuple[Message, ...]:
    """The whole story in further messages, where the account asks for it, from where the alert leaves off."""
    if alert.style.body != "thread":
        return ()
    body = untold(words(story.body, PARTS * DESCRIPTION), Marked(squeeze(story.excerpt)), alert.text)
    told = pieces(body, lambda piece: utf16(written(piece)) <= DESCRIPTION, PARTS)
    embeds = [discord.Embed(description=written(piece), colour=_colour(story)) for piece in told]
    return tuple(
        replace(_message(alert.style, [embed], piece), part=part)
        for part, (embed, piece) in enumerate(zip(embeds, told, strict=True), 1)
    )


def _message(style: Style, embeds: Sequence[discord.Embed], text: Marked) -> Message:
    title, description = embeds[0].title, embeds[0].description
    return Message(
        platform=Adapter.platform,
        style=style,
        text=text.text,
        length=sum(map(_weight, embeds)),
        limit=EMBED,
        unit="UTF-16 units",
        body={"embeds": [embed.to_dict() for embed in embeds]},
        markup="\n\n".join(block for block in (title, description) if block),
    )


def _colour(story: Story) -> int:
    return RED if story.urgency is Urgency.BREAKING else GREY


def _web(address: str) -> str:
    """Encode an address of the web; of any other Discord refuses the whole embed."""
    return encoded(address) if address.startswith(("http://", "https://")) else ""


def _weight(embed: discord.Embed) -> int:
    return sum(utf16(text or "") for text in (embed.title, embed.description, embed.author.name, embed.footer.text))


def _pictured(
    embed: discord.Embed, story: Story, style: Style
) -> tuple[list[discord.Embed], tuple[Picture, ...], tuple[str, ...]]:
    """The embeds that show the pictures, what is to be uploaded for them, and what was degraded.

    Embeds of one address are shown as one, with up to four pictures (docs: resources/message, embeds of equal URL).
    """
    if not story.pictures or style.picture == "none":
        return [embed], (), ()
    if style.picture == "photo" and story.pictures[0].sha256:
        most = min(style.pictures, GALLERY) if embed.url and not story.card else 1
        uploads = tuple(picture for picture in story.pictures[:most] if picture.sha256)
        shown = [embed, *(discord.Embed(url=embed.url) for _ in uploads[1:])]
        for number, (each, picture) in enumerate(zip(shown, uploads, strict=True)):
            address = f"attachment://{_file_name(number, picture)}"
            each.set_thumbnail(url=address) if story.card else each.set_image(url=address)
        return shown, uploads, ()
    there = _web(story.pictures[0].url) or None
    embed.set_thumbnail(url=there) if story.card else embed.set_image(url=there)
    return [embed], (), ("its picture could not be had; left to Discord to fetch",) if style.picture == "photo" else ()


def _embeds(message: Message) -> list[discord.Embed]:
    """The embeds as they are sent: a picture that was made smaller since has another file name."""
    embeds = [discord.Embed.from_dict(embed) for embed in message.body["embeds"]]
    for number, (embed, picture) in enumerate(zip(embeds, message.pictures, strict=False)):
        address = f"attachment://{_file_name(number, picture)}"
        embed.set_image(url=address) if embed.image.url else embed.set_thumbnail(url=address)
    return embeds


def _file_name(number: int, picture: Picture) -> str:
    """Name the upload in ASCII letters, as ``attachment://`` wants it."""
    return f"picture{number + 1 if number else ''}.{_MIME_SUFFIX.get(picture.mime, 'jpg')}"


def _files(delivery: Delivery) -> list[discord.File]:
    return [
        discord.File(
            io.BytesIO(delivery.files[picture.sha256]),
            _file_name(number, picture),
            description=fit(picture.alt, ALT, code_points) or None,
        )
        for number, picture in enumerate(delivery.message.pictures)
    ]


def _part(field: Mapping[str, Any]) -> Part:
    """Turn one field of discord.py's form into ours."""
    if "filename" not in field:
        return Part(field["name"], field["value"].encode(), "application/json")
    return Part(field["name"], field["value"].read(), field["content_type"], field["filename"])


# ── Places and messages ──────────────────────────────────────────────────────────────────────────────────────────────


def _is_hook(target: Target) -> bool:
    return target.address.startswith("webhook:")


def _path(target: Target) -> str:
    """Spell the path of a channel, or of a webhook with its secret."""
    if not _is_hook(target):
        return f"/channels/{target.address}"
    if not target.secret:
        raise TargetGone("the webhook's address stands no longer in the configuration")
    return f"/webhooks/{target.address.removeprefix('webhook:')}/{target.secret.reveal()}"


def _nonce(key: str) -> str:
    """Make 24 characters of the key; Discord takes 25."""
    return base64.b32encode(hashlib.sha256(key.encode()).digest())[:24].decode().lower()


def _receipt(posted: Mapping[str, Any]) -> Receipt:
    """Keep the id; the link needs the server's id, which Discord seldom tells in an answer."""
    guild, channel, message = posted.get("guild_id"), posted.get("channel_id"), posted["id"]
    return Receipt((str(message),), f"https://discord.com/channels/{guild}/{channel}/{message}" if guild else "")


def _time(posted: Mapping[str, Any]) -> dt.datetime:
    return snowflake_time(int(posted["id"]))


def _is_same(posted: Mapping[str, Any], delivery: Delivery, since: dt.datetime) -> bool:
    """Tell by the nonce; else it is a bot's, not older than the delivery, of equal title and address."""
    if posted.get("nonce") == _nonce(delivery.key):
        return True
    if not posted.get("author", {}).get("bot") or _time(posted) < since:
        return False
    ours = _said(delivery.message.body["embeds"][0])
    return any(_said(found) == ours for found in posted.get("embeds", ()))


def _said(embed: Mapping[str, Any]) -> tuple[object, ...]:
    """What tells an alert from others, or one part of a story."""
    title = embed.get("title")
    return (embed.get("url"), title) if title else (embed.get("description"),)


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _refusal(reply: Reply, answer: object, *, hook: bool, pictured: bool) -> DeliveryError:
    """Decide what an answer means that is no yes (PLATFORMS: section f, Discord)."""
    problem: dict[str, Any] = answer if isinstance(answer, dict) else {}
    code = problem.get("code", 0)
    said = f"Discord: {problem.get('message') or f'HTTP {reply.status}'}" + (f" ({code})" if code else "")
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return Unconfirmed(said)
    if reply.status == HTTPStatus.TOO_MANY_REQUESTS or code in _BUSY:
        return _throttled(said, reply, problem)
    if pictured and (reply.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or code in _TOO_MUCH):
        return Rejected(said, picture=True)
    if hook and (reply.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND) or code in _CREDENTIAL):
        return TargetGone(f"{said}; make a new webhook and put its address into the configuration")
    if code in _GONE:
        return TargetGone(said)
    if reply.status == HTTPStatus.UNAUTHORIZED or code in _CREDENTIAL:
        return Unauthorized(f"{said}; the bot's token is wrong or was reset")
    if not problem:
        return Unreachable(f"something that is not Discord answered {reply.status}")
    about_picture = pictured and any(word in str(problem.get("errors")) for word in ("attachments", "image", "files"))
    return Rejected(said, picture=about_picture)


def _throttled(said: str, reply: Reply, problem: Mapping[str, Any]) -> Throttled:
    """Read how long to wait, and for whom: a 429 without Discord's own words is Cloudflare's, for the whole address."""
    after = _seconds(problem.get("retry_after"), reply.headers.get("retry-after"))
    if not problem:
        return Throttled(said, after=after, scope="host")
    is_global = problem.get("global") or reply.headers.get("x-ratelimit-scope") == "global"
    return Throttled(said, after=after, scope="account" if is_global else "target")


def _seconds(*named: object) -> float:
    """Take the first that is a number of seconds."""
    for value in named:
        with suppress(TypeError, ValueError):
            return float(value)  # type: ignore[arg-type]  # what is no number raises
    return PATIENCE


def _parse(body: bytes) -> Any:
    """Read a JSON object or list; anything else is as good as nothing."""
    with suppress(ValueError):
        answer = json.loads(body)
        return answer if isinstance(answer, dict | list) else {}
    return {}
