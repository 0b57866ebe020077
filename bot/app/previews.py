"""`sokbo preview`: what each account would send for a post file, a folder of posts or a feed's URL."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from bot.app.build import build_adapters, build_source
from bot.app.kinds import adapter_class
from bot.app.logs import mask
from bot.errors import ConfigError, PictureError, Problem, SourceError
from bot.model import UTC, Change, Entry, Feed, Secret, Story, StoryState, Style
from bot.parsers import Parsers
from bot.pictures.prepare import Pictures
from bot.ports import Adapter, Rehearses, Sends, Source
from bot.preview import Rehearsal, alert, described, rehearse
from bot.settings import AccountSettings, FeedSettings, Kind, Settings
from bot.sources.fetch import Client
from bot.sources.jekyll import JekyllSource
from bot.story import tell


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
        Parsers() as parsers,
        Client(allow_private=settings.fetch.allow_private, contact=settings.fetch.contact) as client,
    ):
        posts = await _posts(settings, what, feed, client, parsers)
        pictures = Pictures(parsers)
        shown = [
            alert
            for post in sorted(posts, key=_newest_first, reverse=True)[:limit]
            for alert in await _previewed(settings, post, pictures, platform)
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


async def _previewed(settings: Settings, post: Post, pictures: Pictures, platform: str) -> list[dict[str, Any]]:
    now = dt.datetime.now(UTC)
    story = tell(Change("new", post.entry, StoryState.KNOWN), post.feed, now=now)
    notes: list[str] = []
    if not story.link:
        notes.append("its link cannot be computed: a post's file name gives date and slug, the feed its site")
    picture, data = story.picture, b""
    if picture is not None:
        try:
            prepared, data = await pictures.prepare(await post.source.picture(picture))
            story = replace(story, picture=replace(prepared, url=picture.url, alt=picture.alt))
        except (PictureError, SourceError) as error:
            story = replace(story, picture=None)
            notes.append(f"without its picture: {error}")
    chosen = [account for account in settings.accounts if not platform or account.kind == platform]
    if platform and not chosen:
        return [_rendered(settings, story, platform, notes)]
    return [await _account(story, account, data, notes) for account in chosen if _carries(account, post.feed)]


def _carries(account: AccountSettings, feed: Feed) -> bool:
    return account.feeds is None or feed.name in account.feeds


def _rendered(settings: Settings, story: Story, platform: str, notes: Sequence[str]) -> dict[str, Any]:
    """The story as a platform would show it, with no account and so no request."""
    style = Style(language=settings.language, zone=settings.timezone)
    message = _renderer(platform).render(story, style)
    message = replace(message, notes=(*notes, *message.notes))
    return {"story": described(story), "account": "", "platform": platform, "messages": [alert(message, [])]}


def _renderer(platform: str) -> Adapter:
    """An adapter with no account behind it: enough to render, its secrets are empty words."""
    try:
        found = adapter_class(platform)
    except LookupError as error:
        raise ConfigError([Problem(str(error), "--platform")]) from error
    parameters = Kind.of(found).signature.parameters.values()
    secrets = {each.name: Secret("preview") for each in parameters if "Secret" in str(each.annotation)}
    return found(Rehearsal(), **secrets)  # type: ignore[call-arg]  # the signature was just read


async def _account(story: Story, account: AccountSettings, data: bytes, notes: Sequence[str]) -> dict[str, Any]:
    rehearsal = Rehearsal()
    adapter = build_adapters([account], lambda _: rehearsal)[account.name]
    message = adapter.render(story, account.style)
    message = replace(message, notes=(*notes, *message.notes))
    requests: list[dict[str, Any]] = []
    if isinstance(adapter, Sends) and isinstance(adapter, Rehearses):
        rehearsal.platform = adapter
        files = {picture.sha256: data for picture in message.pictures}
        for subscription in account.subscriptions:
            silent = subscription.notify == "none" or (
                subscription.notify == "breaking" and story.urgency != "breaking"
            )
            requests += await rehearse(adapter, rehearsal, message, subscription.target, files, silent)
    return {
        "story": described(story),
        "account": account.name,
        "platform": adapter.platform,
        "messages": [alert(message, requests)],
    }
