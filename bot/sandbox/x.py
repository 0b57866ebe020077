"""X's API, version 2: /x/2/… (PLATFORMS.md a to f, 0.2, 0.10).

Whether the text of a deleted tweet may be tweeted again is not published; here it may. In the log, ``media`` of a tweet
are its pictures and ``media_ids`` the ids that named them. Every request counts in its windows, whatever its answer; a
bearer token does not tell its app, so each has one of its own.
"""

import asyncio
import datetime as dt
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.intake import Intake, TooLarge, Unreadable, picture, read
from bot.sandbox.ledger import Accepted, Operation, Snowflakes, nickname
from bot.sandbox.reply import Refusal, answer
from bot.sandbox.window import Rate, SlidingLog
from bot.sandbox.x_problem import (
    APP,
    DAY,
    QUARTER,
    UNSEEN,
    USER,
    in_epoch,
    refuse,
    refuse_fault,
    refuse_hurry,
    refuse_missing,
    refuse_value,
)
from bot.sandbox.x_signature import HOSTS, Signatures, XKey
from bot.sandbox.x_text import problem, short_link, shown
from bot.sandbox.x_timeline import Timelines

PREFIX = "/x"
RATES = {
    "posts": Rate(100, QUARTER),
    "deletes": Rate(50, QUARTER),
    "media": Rate(500, QUARTER),
    "reads": Rate(900, QUARTER),
}  #: of one user; XD fundamentals/rate-limits.mdx
APP_RATES = {"posts": Rate(10_000, DAY)}  #: of all users of one app; likewise
MOST_BODY = 6 << 20
MOST_PICTURE = 5 << 20  #: bytes; PLATFORMS.md b
MOST_PICTURES = 4  #: of one tweet; PLATFORMS.md b
MOST_ALT = 1000  #: characters; PLATFORMS.md b
MEDIA_LIVES = dt.timedelta(hours=24)  #: how long an upload waits for its tweet
EPOCH = 1_288_834_974_657  #: milliseconds, 2010-11-04
TWEET = frozenset(
    {
        *("card_uri", "community_id", "direct_message_deep_link", "edit_options", "for_super_followers_only", "geo"),
        *("made_with_ai", "media", "nullcast", "paid_partnership", "poll", "quote_tweet_id", "reply", "reply_settings"),
        *("share_with_followers", "text"),
    }
)  #: CreatePostsRequest in XD openapi.json; other fields are refused
TWEET_ID = re.compile("[0-9]{1,19}")  #: TweetId in XD openapi.json
LISTED = range(5, 101)  #: tweets in one answer


@dataclass(frozen=True, slots=True)
class Media:
    """An uploaded picture, waiting for its tweet."""

    account: str
    uploaded: dt.datetime
    sha256: str
    size: int
    alt: str = ""

    def card(self) -> dict[str, Any]:
        """The picture as the log shows it."""
        return {"sha256": self.sha256, "bytes": self.size, "alt": self.alt}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, through which app, and under which of X's windows."""

    account: str
    app: str
    rate: str

    def user_id(self) -> str:
        """The user's id, as X would give it."""
        return self.account if self.account.isdigit() else str(int(self.account, 16))


class X:
    """All users."""

    def __init__(self, backstage: Backstage, keys: Sequence[XKey], url: Callable[[], str]) -> None:
        self._backstage = backstage
        self._signatures = Signatures(keys)
        self._url = url
        self._media: dict[str, Media] = {}
        self._timelines = Timelines()
        self._ids = Snowflakes(EPOCH)
        for record in backstage.ledger.of("x"):
            self._remember(record)

    def routes(self) -> list[web.RouteDef]:
        """Where it is reached."""
        doors: list[tuple[str, str, str, Door]] = [
            ("POST", "/2/media/upload", "media", self._upload),
            ("POST", "/2/media/metadata", "media", self._describe),
            ("POST", "/2/tweets", "posts", self._tweet),
            ("DELETE", "/2/tweets/{id}", "deletes", self._delete),
            ("GET", "/2/users/me", "reads", self._me),
            ("GET", "/2/users/{id}/tweets", "reads", self._list),
        ]
        found = [web.route(verb, f"{PREFIX}{path}", self._guard(rate, door)) for verb, path, rate, door in doors]
        return [*found, web.route("*", PREFIX + "/{tail:.*}", self._nowhere)]

    async def _nowhere(self, _: web.Request) -> web.Response:
        raise refuse(404, "Not Found", "Not Found")

    # ── Who asks, and how often ──────────────────────────────────────────────────────────────────────────────────

    def _guard(self, rate: str, door: "Door") -> Callable[[web.Request], Awaitable[web.Response]]:
        """The door, behind credentials, pace and the headers that tell of it."""

        async def handle(request: web.Request) -> web.Response:
            caller = self._identify(request, rate)
            windows = self._windows(caller)
            self._admit(windows)
            headers = _told_by(windows)
            try:
                reply = await door(request, caller)
            except Refusal as refusal:
                refusal.headers = headers | refusal.headers
                raise
            reply.headers.update(headers)
            return reply

        return handle

    def _identify(self, request: web.Request, rate: str) -> Caller:
        header = request.headers.get("Authorization", "")
        scheme, _, rest = header.partition(" ")
        token = app = ""
        if scheme == "Bearer":
            token = app = rest.strip()
        elif scheme == "OAuth":
            path = request.rel_url.raw_path.removeprefix(PREFIX)
            urls = [host + path for host in HOSTS] + [self._url() + request.rel_url.raw_path]
            now = self._backstage.ledger.now().timestamp()
            signed = self._signatures.read(request.method, urls, list(request.query.items()), rest, now)
            token, app = (signed.token, signed.consumer_key) if signed else ("", "")
        if not token or "wrong" in header.lower():
            raise refuse(401, "Unauthorized", "Unauthorized")
        user = token.partition("-")[0]
        return Caller(user if "-" in token and user.isdigit() else nickname(token), nickname(app), rate)

    def _windows(self, caller: Caller) -> dict[str, SlidingLog]:
        """All that count this request, by how their headers begin."""
        window = self._backstage.pace.window
        windows = {USER: window(RATES[caller.rate], "x", caller.rate, caller.account)}
        if rate := APP_RATES.get(caller.rate):
            windows[APP] = window(rate, "x", caller.rate, "app", caller.app)
        return windows

    def _admit(self, windows: Mapping[str, SlidingLog]) -> None:
        """Let a request through every window; one that the app's refuses has counted in the user's."""
        now = asyncio.get_running_loop().time()
        for name, window in windows.items():
            if wait := self._backstage.pace.admit(window, now):
                raise refuse_hurry(name, wait, _told_by(windows))

    # ── Pictures ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _upload(self, request: web.Request, caller: Caller) -> web.Response:
        intake = await _read(request)
        upload = intake.uploads.get("media")
        if upload is None:
            raise refuse_value("media", "", "A multipart file named media is required.")
        if intake.fields.get("media_category") != "tweet_image":
            raise refuse_value("media_category", intake.fields.get("media_category"), "Use tweet_image.")
        if len(upload.data) > MOST_PICTURE or not picture(upload.data, ("JPEG", "PNG", "GIF", "WEBP")):
            raise refuse_value("media", upload.name, "The media is too large, or none that X takes.")
        now = self._backstage.ledger.now()
        number = str(self._ids.next(now))
        self._media[number] = Media(caller.account, now, upload.sha256(), len(upload.data))
        lives = {"expires_after_secs": int(MEDIA_LIVES.total_seconds()), "size": len(upload.data)}
        return answer({"data": {"id": number, "media_key": f"3_{number}", **lives}})

    async def _describe(self, request: web.Request, caller: Caller) -> web.Response:
        fields = (await _read(request)).fields
        number, metadata = str(fields.get("id")), fields.get("metadata")
        alt = metadata.get("alt_text") if isinstance(metadata, dict) else None
        text = alt.get("text") if isinstance(alt, dict) else None
        if not isinstance(text, str) or not 0 < len(text) <= MOST_ALT:
            raise refuse_value("metadata.alt_text.text", text, f"Must be 1 to {MOST_ALT} characters.")
        self._media[number] = replace(self._find_media(number, caller), alt=text)
        return answer({"data": {"id": number, "associated_metadata": {"alt_text": {"text": text}}}})

    def _find_media(self, number: object, caller: Caller) -> Media:
        media = self._media.get(str(number))
        if media is None or media.account != caller.account or self._is_stale(media):
            raise refuse_value("media.media_ids", number, "Your media IDs are invalid.")
        return media

    def _is_stale(self, media: Media) -> bool:
        return self._backstage.ledger.now() - media.uploaded > MEDIA_LIVES

    # ── Tweets ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _tweet(self, request: web.Request, caller: Caller) -> web.Response:
        async with self._backstage.faults.around("x", caller.account, "me", refuse_fault):
            fields = (await _read(request)).fields
            media = self._check(fields, caller)
            cards = (
                {"media": [item.card() for item in media], "media_ids": fields["media"]["media_ids"]} if media else {}
            )
            number = str(self._ids.next(self._backstage.ledger.now()))
            tweet = self._record("send", caller, number, {**fields, **cards})
            return answer({"data": _tweet_card(tweet, ())}, status=201)

    def _check(self, fields: Mapping[str, Any], caller: Caller) -> list[Media]:
        """Refuse what X would not take as a tweet; its pictures."""
        for name in fields.keys() - TWEET:
            raise refuse_value(f"$.{name}", fields[name], "is not defined in the schema")
        named = (fields.get("media") or {}).get("media_ids", []) if isinstance(fields.get("media", {}), dict) else None
        if (
            not isinstance(named, list)
            or not all(isinstance(item, str) for item in named)
            or len(named) > MOST_PICTURES
        ):
            raise refuse_value("media.media_ids", named, f"1 to {MOST_PICTURES} ids, as strings.")
        text = fields.get("text", "")
        if not isinstance(text, str) or not (text.strip() or named):
            raise refuse_value("text", text, "A text or media is required.")
        if text and (why := problem(text)):
            raise refuse_value("text", text, why)
        media = [self._find_media(number, caller) for number in named]
        self._check_reply(fields.get("reply"))
        if self._timelines.repeats(caller.account, text):
            raise refuse(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        return media

    def _check_reply(self, reply: object) -> None:
        if reply is None:
            return
        named = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
        if not isinstance(named, str) or not TWEET_ID.fullmatch(named):
            raise refuse_value("reply.in_reply_to_tweet_id", named, f"Does not match {TWEET_ID.pattern}.")
        if self._timelines.author(named) is None:
            raise refuse(403, "Forbidden", UNSEEN)

    async def _delete(self, request: web.Request, caller: Caller) -> web.Response:
        number = request.match_info["id"]
        async with self._backstage.faults.around("x", caller.account, "me", refuse_fault):
            if self._timelines.author(number) != caller.account:
                raise refuse_missing(number)
            self._record("delete", caller, number, {})
            return answer({"data": {"deleted": True}})

    # ── Remembering ──────────────────────────────────────────────────────────────────────────────────────────────

    def _record(self, operation: Operation, caller: Caller, number: str, body: Mapping[str, Any]) -> Accepted:
        accept = self._backstage.ledger.accept
        record = accept("x", operation, account=caller.account, target="me", id=number, body=body)
        self._remember(record)
        return record

    def _remember(self, record: Accepted) -> None:
        self._timelines.remember(record)
        self._ids.seen(int(record.id))

    # ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _me(self, _: web.Request, caller: Caller) -> web.Response:
        number = caller.user_id()
        return answer({"data": {"id": number, "name": "Sandbox", "username": f"sandbox_{number[-6:]}"}})

    async def _list(self, request: web.Request, caller: Caller) -> web.Response:
        most = request.query.get("max_results", "10")
        if not most.isdigit() or int(most) not in LISTED:
            raise refuse_value("max_results", most, f"Must be {LISTED[0]} to {LISTED[-1]}.")
        whose = caller.account if request.match_info["id"] == caller.user_id() else ""
        asked = set(request.query.get("tweet.fields", "").split(","))
        data = [_tweet_card(tweet, asked) for tweet in self._timelines.newest(whose, int(most))]
        if not data:
            return answer({"meta": {"result_count": 0}})
        ends = {"newest_id": data[0]["id"], "oldest_id": data[-1]["id"]}
        return answer({"data": data, "meta": {"result_count": len(data), **ends}})


Door = Callable[[web.Request, Caller], Awaitable[web.Response]]


def _told_by(windows: Mapping[str, SlidingLog]) -> dict[str, str]:
    """X's headers: what each window takes, what is left of it, and when all of it is free again."""
    now = asyncio.get_running_loop().time()
    headers: dict[str, str] = {}
    for name, window in windows.items():
        left, after = str(window.remaining()), in_epoch(window.clear_after(now))
        headers |= {f"{name}-limit": str(window.rate.limit), f"{name}-remaining": left, f"{name}-reset": after}
    return headers


def _tweet_card(record: Accepted, asked: Collection[str]) -> dict[str, Any]:
    """A Tweet object; ``asked`` are the tweet.fields beyond X's few."""
    text, links = _said_by(record)
    more = {"created_at": record.time, "entities": {"urls": links}}
    chosen = {name: value for name, value in more.items() if name in asked}
    return {"id": record.id, "text": text, "edit_history_tweet_ids": [record.id], **chosen}


def _said_by(record: Accepted) -> tuple[str, list[dict[str, Any]]]:
    """A tweet's text as X gives it back (links wrapped, the picture's link at the end) and its links."""
    text, links = shown(record.body.get("text", ""))
    if record.body.get("media"):
        text = f"{text} {short_link(record.id)}".strip()
    return text, links


async def _read(request: web.Request) -> Intake:
    try:
        return await read(request, MOST_BODY)
    except TooLarge as error:
        raise refuse(413, "Payload Too Large", "Request Entity Too Large") from error
    except Unreadable as error:
        raise refuse_value("body", "", "Requests with bodies must have content-type of application/json.") from error
