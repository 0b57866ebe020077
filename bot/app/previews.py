"""`sokbo preview`: what each account would send for a post file, a folder of posts or a feed's URL."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import Parameter
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from bot.app.build import build_adapters, build_client, build_source, kept_apart
from bot.app.kinds import adapter_class
from bot.app.logs import mask
from bot.document import Picture
from bot.errors import ConfigError, Problem, SourceError
from bot.filters import Subject, kept_out
from bot.illustrate import Illustrator, shown
from bot.model import UTC, Change, Entry, Feed, Message, Plates, Secret, Story, StoryState, Style, Urgency
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures
from bot.ports import Adapter, Rehearses, Sends, Source
from bot.preview import Rehearsal, alert, described, rehearse
from bot.rules import Filter
from bot.settings import AccountSettings, FeedSettings, Kind, Settings
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from bot.story import tell
from bot.traits import recurring, traits

UNLINKED = "its link cannot be computed: a post's file name gives date and slug, the feed its site"


@dataclass(frozen=True, slots=True)
class Post:
    """One entry to preview, with the feed that it belongs to and the source that has its picture."""

    entry: Entry
    feed: Feed
    source: Source


async def preview(
    settings: Settings, what: str, *, platform: str, feed: str, limit: int | None
) -> list[dict[str, Any]]:
    """What each account would send for a post file, a folder or a feed's URL; the promised JSON shape."""
    async with (
        kept_apart(settings) as apart,
        Parsers() as parsers,
        build_client(settings) as client,
    ):
        posts = await _posts(apart, what, feed, client, parsers)
        pictures = Pictures(parsers)
        recurs = recurring([traits(post.entry) for post in posts], {})
        shown = [
            alert
            for post in sorted(posts, key=_newest_first, reverse=True)[:limit]
            for alert in await _previewed(settings, post, pictures, platform, recurs)
        ]
        # an address may hold a token (Telegram's does): masked whatever it stands in
        return cast("list[dict[str, Any]]", json.loads(mask(json.dumps(shown, ensure_ascii=False), settings.secrets)))


def _newest_first(post: Post) -> dt.datetime:
    return post.entry.published or dt.datetime.min.replace(tzinfo=UTC)


async def _posts(settings: Settings, what: str, name: str, client: Client, parsers: Parsers) -> list[Post]:
    if what.startswith(("http://", "https://")):
        known = [found for found in settings.feeds if found.url == what or found.feed.name == name]
        chosen = (
            replace(known[0], url=what)
            if known
            else FeedSettings(
                kind="feed",
                url=what,
                site=None,
                permalink=None,
                feed=Feed(urlsplit(what).hostname or what, what),
                line=0,
            )
        )
        source = build_source(settings, chosen, client, parsers)
        return [Post(entry, chosen.feed, source) for entry in (await source.read("")).entries]
    path = Path(what)
    if not path.exists():
        raise ConfigError(
            [Problem(f"there is no {what}", "preview", "name a post file, a folder of posts, or a feed's URL")]
        )
    chosen = _feed_of(settings, path, name)
    if path.is_dir():
        folder = path / "_posts" if (path / "_posts").is_dir() else path
        source = build_source(settings, replace(chosen, url=str(folder)), client, parsers)
        reading = await source.read("")
        if reading.problems and not reading.entries:
            raise SourceError("\n".join(map(str, reading.problems)))
        return [Post(entry, chosen.feed, source) for entry in reading.entries]
    home = next((parent for parent in path.resolve().parents if parent.name == "_posts"), path.resolve().parent)
    lone = JekyllSource(
        home, site=chosen.site, permalink=chosen.permalink, zone=settings.timezone, fetch=client, parse=parsers
    )
    return [Post(await lone.read_one(path.resolve()), chosen.feed, lone)]


def _feed_of(settings: Settings, path: Path, name: str) -> FeedSettings:
    """A lone file belongs to the feed whose folder holds it, else to the one named, else to the only one."""
    folders = [feed for feed in settings.feeds if feed.kind == "jekyll"]
    for feed in folders:
        if path.resolve().is_relative_to(Path(feed.url).resolve()):
            return feed
    for feed in folders:
        if feed.feed.name == name:
            return feed
    if name:
        raise ConfigError([Problem(f"no feed of kind jekyll is called {name!r}", "--feed", "see: sokbo feeds")])
    if len(folders) != 1:
        raise ConfigError([Problem("this post could belong to several feeds", "preview", "say which: --feed NAME")])
    return folders[0]


class Tray:
    """Where a preview keeps prepared pictures: ``files`` are their bytes by sha256. The store is never touched."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def rendition(self, key: str) -> Picture | None:  # noqa: ARG002 - the port's signature
        """Nothing has been kept."""
        return None

    async def keep(self, key: str, picture: Picture, data: bytes) -> None:  # noqa: ARG002 - the port's signature
        """Keep a picture's bytes for the requests that are shown."""
        self.files[picture.sha256] = data


async def _previewed(
    settings: Settings, post: Post, pictures: Pictures, platform: str, recurs: frozenset[str]
) -> list[dict[str, Any]]:
    now = dt.datetime.now(UTC)
    story = tell(Change("new", post.entry, StoryState.ANNOUNCED), post.feed, now=now, recurring=recurs)
    subject = Subject(story, story.urgency)
    notes = (*(() if story.link else (UNLINKED,)), *_filtered(f"the feed {post.feed.name}", subject, post.feed.filter))
    tray = Tray()
    chosen = [account for account in settings.accounts if not platform or account.kind == platform]
    if platform and not chosen:
        style = Style(language=settings.language, zone=settings.timezone)
        adapter = _renderer(platform)
        messages = await _messages(Illustrator(tray, pictures), post, story, adapter, style, notes)
        return [_shown(story, "", platform, [alert(message, []) for message in messages])]
    shown = []
    for account in chosen:
        if _carries(account, post):
            rehearsal = Rehearsal()
            adapter = build_adapters([account], lambda _, rehearsal=rehearsal: rehearsal)[account.name]  # type: ignore[misc]  # a lambda's default
            its = (*notes, *_filtered(f"the account {account.name}", subject, account.filter))
            messages = await _messages(Illustrator(tray, pictures), post, story, adapter, account.style, its)
            requests = await _requests(account, adapter, rehearsal, story, messages, tray.files)
            alerts = [alert(message, made) for message, made in zip(messages, requests, strict=True)]
            shown.append(_shown(story, account.name, adapter.platform, alerts))
    return shown


def _filtered(whose: str, subject: Subject, asked: Filter) -> tuple[str, ...]:
    """A note where a filter would keep the story out: it is shown all the same."""
    kept = kept_out(subject, asked)
    if kept is None:
        return ()
    found = "finds" if kept.table == "exclude" else "finds none of"
    words = ", ".join(f"“{word}”" for word in kept.words)
    return (f"it would not be sent: {kept.table} of {whose} {found} {words} in {kept.key} ({kept.where})",)


async def _messages(
    illustrator: Illustrator, post: Post, story: Story, adapter: Adapter, style: Style, notes: Sequence[str]
) -> list[Message]:
    """The story as an account of this style shows it."""
    plates = Plates()
    if adapter.pictures is not None and style.picture == "photo":
        wanted = {adapter.pictures: shown(style, adapter.pictures)}
        plates = await illustrator.plates(post.source, post.feed, story, wanted)
    alert, *rest = adapter.render(plates.onto(story, adapter.pictures), style)
    return [replace(alert, notes=(*notes, *plates.notes, *alert.notes)), *rest]


async def _requests(
    account: AccountSettings,
    adapter: Adapter,
    rehearsal: Rehearsal,
    story: Story,
    messages: Sequence[Message],
    files: Mapping[str, bytes],
) -> list[list[dict[str, Any]]]:
    """What would leave for each message, over all targets of the account."""
    requests: list[list[dict[str, Any]]] = [[] for _ in messages]
    if isinstance(adapter, Sends) and isinstance(adapter, Rehearses):
        rehearsal.platform = adapter
        for subscription in account.subscriptions:
            breaking = story.urgency is Urgency.BREAKING
            silent = subscription.notify == "none" or (subscription.notify == "breaking" and not breaking)
            made = await rehearse(adapter, rehearsal, messages, subscription.target, files, silent)
            requests = [[*before, *now] for before, now in zip(requests, made, strict=True)]
    return requests


def _shown(story: Story, account: str, platform: str, alerts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"story": described(story), "account": account, "platform": platform, "messages": list(alerts)}


def _carries(account: AccountSettings, post: Post) -> bool:
    only = post.entry.accounts
    return (account.feeds is None or post.feed.name in account.feeds) and (only is None or account.name in only)


def _renderer(platform: str) -> Adapter:
    """An adapter with no account behind it: enough to render, its secrets are empty words."""
    try:
        found = adapter_class(platform)
    except LookupError as error:
        raise ConfigError([Problem(str(error), "--platform")]) from error
    parameters = Kind.of(found).signature.parameters.values()
    words = {each.name: _word(each) for each in parameters if each.kind is each.KEYWORD_ONLY and _is_needed(each)}
    return found(Rehearsal(), **words)  # type: ignore[call-arg]  # the signature was just read


def _is_needed(option: Parameter) -> bool:
    return option.default is option.empty or "Secret" in str(option.annotation)


def _word(option: Parameter) -> Secret | str:
    """Something for an option that has no say in how a message looks."""
    if "Secret" in str(option.annotation):
        return Secret("whsec_cHJldmlld3ByZXZpZXdwcmV2aWV3cHJl")  # of the form that the strictest of them wants
    return "https://preview.example" if option.name == "base_url" else "preview.example"
