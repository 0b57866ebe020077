"""A look at a feed before anybody watches it: what it is, how it does, what is wrong with it.

address ─▶ one unconditional GET ─▶ parser process: format, title, encoding, hub, posts ─▶ Probe

Nothing is remembered.
"""

import datetime as dt
import json
import re
import statistics
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import feedparser
from yarl import URL

from bot.errors import Problem, SourceError
from bot.model import Entry
from bot.ports import Fetch, Parse
from bot.sources.charset import ALIASES, DECLARED, IN_HEADER, text_of_bytes
from bot.sources.discover import Page
from bot.sources.feed import read_feed
from bot.text.letters import squeeze
from bot.text.links import absolute

FORMATS: Final = {
    "rss20": "RSS 2.0", "rss10": "RSS 1.0", "rss094": "RSS 0.94", "rss093": "RSS 0.93", "rss092": "RSS 0.92",
    "rss091n": "RSS 0.91", "rss091u": "RSS 0.91", "rss090": "RSS 0.90", "rss": "RSS", "atom10": "Atom 1.0",
    "atom03": "Atom 0.3", "atom": "Atom", "cdf": "CDF",
}  # fmt: skip
RECENT: Final = 20  #: posts whose times tell how often a feed publishes
QUIET: Final = dt.timedelta(days=90)  #: without a post: the site may have moved on
_HUB: Final = re.compile(r'<([^<>]{1,500})>\s*;[^,]{0,200}?\brel="?hub"?', re.IGNORECASE)
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")


@dataclass(frozen=True, slots=True)
class Probe:
    """What a feed's address gave. ``every`` is the median of the times between its newest posts, if they say any.

    ``place`` is the feed's own address, which a page may have named; ``url`` is where the answer came from, after
    redirects. ``problems`` each have their mend.
    """

    place: str
    url: str
    format: str
    title: str
    site: str
    encoding: str
    hub: str
    entries: int
    newest: dt.datetime | None
    newest_title: str
    every: dt.timedelta | None
    problems: tuple[Problem, ...] = ()


async def probe(url: str, fetch: Fetch, parse: Parse, zone: str, *, now: dt.datetime) -> Probe:
    """Fetch once and say what is there, of a page the first feed that it names; raises ``SourceError`` for neither."""
    try:
        return await _probe(url, url, fetch, parse, zone, now)
    except Page as page:
        if not page.feeds:
            raise
        return await _probe(page.feeds[0], url, fetch, parse, zone, now)


async def _probe(place: str, asked: str, fetch: Fetch, parse: Parse, zone: str, now: dt.datetime) -> Probe:
    """The feed at a place that was asked for by an address of the same site."""
    answer = await fetch(place)
    kind = answer.headers.get("content-type", "")
    try:
        head, entries = await parse(_inspect, answer.body, kind, answer.url, zone)
    except Page as page:
        raise Page(f"{URL(answer.url).host} {page}", page.feeds) from page
    except SourceError as error:
        raise SourceError(f"{URL(answer.url).host} {error}") from error
    hub = _HUB.search(answer.headers.get("link", ""))
    newest = max(entries, key=lambda entry: entry.published or dt.datetime.min.replace(tzinfo=dt.UTC), default=None)
    return Probe(
        place=place,
        url=answer.url,
        format=head["format"],
        title=head["title"],
        site=head["site"],
        encoding=head["encoding"],
        hub=hub[1] if hub else head["hub"],
        entries=len(entries),
        newest=newest.published if newest else None,
        newest_title=newest.title if newest else "",
        every=_rhythm(entries),
        problems=tuple(_problems(asked, answer.url, head, entries, now)),
    )


def _inspect(body: bytes, content_type: str, url: str, zone: str) -> tuple[dict[str, str], list[Entry]]:
    """What a document says of itself, and its entries. Runs in a parser process."""
    entries = read_feed(body, content_type, url, zone)
    text = text_of_bytes(body, content_type)
    head = _of_json(text, url) if text.lstrip()[:1] == "{" else _of_xml(text, url)
    labels = [ALIASES.get(label, label) for label in _declared(body, content_type)]
    return {**head, "encoding": _encoding(body, text, labels), "declared": labels[0] if labels else ""}, entries


def _of_json(text: str, url: str) -> dict[str, str]:
    feed: Mapping[str, Any] = json.loads(text)
    hubs = [hub for hub in feed.get("hubs") or () if isinstance(hub, dict)]
    return {
        "format": f"JSON Feed {str(feed.get('version', '')).rpartition('/')[2]}".strip(),
        "title": squeeze(str(feed.get("title") or "")),
        "site": absolute(url, str(feed.get("home_page_url") or "")),
        "hub": str(hubs[0].get("url", "")) if hubs else "",
        "broken": "",
    }


def _of_xml(text: str, url: str) -> dict[str, str]:
    said = _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")
    found = feedparser.parse(said, response_headers={"content-type": "application/xml; charset=utf-8"})
    feed, version = found["feed"], str(found.get("version", ""))
    hubs = [str(link.get("href", "")) for link in feed.get("links", ()) if link.get("rel") == "hub"]
    return {
        "format": FORMATS.get(version, version),
        "title": squeeze(str(feed.get("title", ""))),
        "site": absolute(url, str(feed.get("link", ""))),
        "hub": hubs[0] if hubs else "",
        "broken": str(found["bozo_exception"]) if found.get("bozo") else "",
    }


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    if inside := DECLARED.match(body):
        yield inside[1].decode("ascii").lower()
    if outside := IN_HEADER.search(content_type):
        yield outside[1].lower()


def _encoding(body: bytes, text: str, labels: Sequence[str]) -> str:
    """What the bytes were read as."""
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949", *labels):
        try:
            if body.decode(encoding) == text:
                return encoding.removesuffix("-sig")
        except (UnicodeDecodeError, LookupError):
            continue
    return "utf-8, damaged"


def _rhythm(entries: Sequence[Entry]) -> dt.timedelta | None:
    times = sorted({entry.published for entry in entries if entry.published}, reverse=True)[:RECENT]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(times)]
    return dt.timedelta(seconds=round(statistics.median(gaps))) if gaps else None


def _problems(
    asked: str, given: str, head: Mapping[str, str], entries: Sequence[Entry], now: dt.datetime
) -> Iterator[Problem]:
    """What is wrong with a feed, and what to do about it."""
    if URL(given) != URL(asked):
        yield Problem("the address leads elsewhere", given, "name that address instead, if it is meant to stay")
    if head["broken"]:
        yield Problem(
            f"it is no well-formed XML: {head['broken']}", "", "it is repaired as far as it goes; tell its editor"
        )
    if head["declared"] and head["encoding"] not in (head["declared"], "utf-8"):
        yield Problem(
            f"it says {head['declared']} and is {head['encoding']}", "", "it is read as what it is; tell its editor"
        )
    if not entries:
        yield Problem("it holds no posts", "", "look again when the site has published something")
        return
    ids = Counter(entry.id for entry in entries)
    if any(count > 1 for count in ids.values()):
        yield Problem("posts share an id", "", "they are told apart by their links")
    for what, count, mend in (
        (
            "have no link",
            sum(not entry.link for entry in entries),
            "alerts of them lead nowhere; ask the site for links",
        ),
        ("have no date", sum(entry.published is None for entry in entries), "first_run by age does not see them"),
        ("have no title", sum(not entry.title for entry in entries), "their first words stand in its place"),
        (
            "are dated ahead of now",
            sum(entry.published is not None and entry.published > now for entry in entries),
            "they count as published when they are first seen",
        ),
    ):
        if count:
            yield Problem(f"{count} of {len(entries)} posts {what}", "", mend)
    dated = [entry.published for entry in entries if entry.published]
    if dated and now - max(dated) > QUIET:
        yield Problem(f"nothing since {max(dated):%Y-%m-%d}", "", "the site may publish elsewhere by now")
