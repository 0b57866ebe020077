"""From HTML to what readers get: Document, excerpt, and a message for each of Telegram, Discord and X.

Its first step, reading the text out of HTML, stands beside what the standard library and feedparser would do: sanitise,
then collect the text with html.parser. That gives words alone; ours are blocks, marks and links, without the blog.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

from feedparser.sanitizer import _sanitize_html
from rich.console import Console

from adapters import discord, telegram, x
from bot.model import UTC, Change, Entry, Feed, Secret, StoryState, Style
from bot.ports import Renders
from bot.sources.jekyll_post import FRONT_MATTER
from bot.story import tell
from bot.text.html import document
from bot.text.markdown import html_of
from bot.text.plain import text_of
from bot.transport import Http
from tests.bench.measure import Watch, at_least, interleave, spread, table, times

POST = Path(__file__).parents[2] / "config/sample/_posts/2026-11-20-night-bus.md"
LINK = "https://newsdao.kr/news/2026/11/20/night-bus/"
NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FEED = Feed("newsdao", "_posts")
LONG = 100_000  #: bytes of the long article
WORK = 500_000  #: bytes of HTML a round and contender
PER_SECOND = 1_000  #: messages; a post is formatted once for each platform and style (PERFORMANCE.md, budgets)


def sample() -> str:
    """The body of the sample post, as HTML."""
    return html_of(FRONT_MATTER.sub("", POST.read_text("utf-8")))


def article(post: str) -> str:
    """The same over and over, until it is long."""
    return post * (LONG // _size(post) + 1)


class Words(HTMLParser):
    """The text between the tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def plain(html: str) -> str:
    """The obvious way: feedparser's sanitiser, then html.parser."""
    words = Words()
    words.feed(_sanitize_html(html, "utf-8", "text/html"))
    words.close()
    return " ".join(" ".join(words.found).split())


def read(html: str) -> str:
    """Ours: the Document's words."""
    return text_of(document(html, LINK))


def publish(renderers: Sequence[Renders], html: str) -> list[str]:
    """Ours: all the way to three messages."""
    entry = Entry(id=LINK, link=LINK, title="심야버스 노선 9개에서 14개로", content=document(html, LINK), published=NOW)
    story = tell(Change("new", entry, StoryState.ANNOUNCED), FEED, now=NOW)
    return [renderer.render(story, Style()).text for renderer in renderers]


def bench(console: Console) -> None:
    """Measure and print."""
    post = sample()
    sizes = {"the sample post": post, "an article of 100 kB": article(post)}
    ways: Mapping[str, Callable[[str], object]] = {
        "to three messages": partial(publish, _renderers()),
        "text": read,
        "text, feedparser": plain,
    }
    rates = interleave(
        {(size, name): partial(_per_second, way, html) for size, html in sizes.items() for name, way in ways.items()}
    )
    drawn = table("format: documents a second of CPU", "", "kB", *ways, "ours / feedparser")
    for size, html in sizes.items():
        published, ours, theirs = (rates[size, name] for name in ways)
        drawn.add_row(
            size, f"{_size(html) / 1000:.1f}", spread(published), spread(ours), spread(theirs), times(ours, theirs)
        )
    console.print(drawn)
    messages = [3 * rate for rate in rates["the sample post", "to three messages"]]
    console.print(f"messages a second, three a post {at_least(messages, PER_SECOND)}")


def _renderers() -> list[Renders]:
    http, secret = Http(), Secret("1000001:no-real-token")
    return [
        telegram.Adapter(http, token=secret),
        discord.Adapter(http, token=secret),
        x.Adapter(http, bearer_token=secret),
    ]


def _per_second(way: Callable[[str], object], html: str) -> float:
    documents = WORK // _size(html)
    with Watch() as watch:
        for _ in range(documents):
            way(html)
    return documents / watch.cpu


def _size(html: str) -> int:
    return len(html.encode())
