"""The tables ``[[feeds]]``: where the newsroom publishes."""

from collections.abc import Callable

from bot.model import Feed, SameEvent
from bot.settings import places, values
from bot.settings.credentials import read_credentials
from bot.settings.filters import read_filter
from bot.settings.nouns import POSTS, FeedKind, FeedSettings, Removed
from bot.settings.table import Table

_UNSAID = Feed("", "")
_URL: dict[str, Callable[[object], str]] = {"jekyll": places.posts, "feed": places.feed_address}

#: Beyond a week, a poll or a wait for a link is a slip of the unit.
EVERY = values.duration("1s", "7d")
_LINK_WAIT = values.duration("0s", "7d")


def read_feeds(top: Table, tracking: tuple[str, ...]) -> tuple[FeedSettings, ...]:
    """Read every feed; two of one name are a mistake. ``tracking`` are the parameters that their links lose."""
    seen: dict[str, int] = {}
    return tuple(_feed(table, table.unique_name(seen), tracking) for table in top.tables("feeds"))


def _feed(table: Table, name: str, tracking: tuple[str, ...]) -> FeedSettings:
    kind: FeedKind | None = table.need("kind", values.one_of(FeedKind), None, 'kind = "jekyll" or kind = "feed"')
    read_url = _URL[kind] if kind else values.text
    feed = Feed(
        name=name,
        url=table.need("url", read_url, "", "name a folder of posts, a git repository, or the address of a feed"),
        breaking=table.take("breaking", values.breaking, _UNSAID.breaking),
        first_run=table.take("first_run", values.first_run, _UNSAID.first_run),
        every=table.take("every", EVERY, _UNSAID.every),
        fastest=table.take("fastest", EVERY, None),
        slowest=table.take("slowest", EVERY, None),
        link_wait=table.take("link_wait", _LINK_WAIT, _UNSAID.link_wait),
        card=table.take("card", places.picture, None),
        boilerplate=table.each("boilerplate", values.name),
        tracking=tracking,
        removed=table.take("removed", values.one_of(Removed), _UNSAID.removed),
        filter=read_filter(table),
        same_event=table.take("same_event", values.one_of(SameEvent), _UNSAID.same_event),
    )
    _refuse_crossed(table, feed)
    credentials = read_credentials(table, feed.url)
    site = table.take("site", places.web_address, None)
    permalink = table.take("permalink", places.permalink, None)
    if permalink and kind == "feed":
        table.complain("permalink", "permalink has no effect: a feed gives its links itself", "take it out")
    branch = table.take("branch", places.branch, "")
    folder = table.take("folder", places.folder, "")
    collections = table.each("collections", places.collection) or POSTS
    for key in ("branch", "folder", "collections"):
        if key in table.data and kind == "feed":
            table.complain(key, f"{key} has no effect: a feed is one document", "take it out")
    if kind == "jekyll" and feed.url:
        _refuse_idle(table, feed.url)
    if "removed" in table.data and kind == "feed":
        what = "removed has no effect: a feed drops its old posts by itself, which takes none of them back"
        table.complain("removed", what, 'take it out; only kind = "jekyll" knows which posts are gone')
    table.close()
    return FeedSettings(
        kind or "feed", feed.url, site, permalink, feed, table.line, branch, folder, collections, credentials
    )


def _refuse_idle(table: Table, url: str) -> None:
    """What is said of a repository, and of whoever serves it, where there is none."""
    if not places.is_repository(url):
        for key in {"branch", "folder"} & table.data.keys():
            table.complain(key, f"{key} has no effect: a folder is read as it lies there", "take it out")
    if not url.startswith(("http://", "https://")):
        for key in {"user", "headers"} & table.data.keys():
            table.complain(key, f"{key} has no effect: what lies on this machine asks for no name", "take it out")


def _refuse_crossed(table: Table, feed: Feed) -> None:
    """What is learned of a feed's rhythm lies around ``every``: ``fastest`` is no longer, ``slowest`` no shorter."""
    if feed.fastest is not None and feed.fastest > feed.every:
        table.complain("fastest", "fastest is longer than every", "a feed is asked at least as often as every says")
    if feed.slowest is not None and feed.slowest < feed.every:
        table.complain("slowest", "slowest is shorter than every", "make every shorter instead")
