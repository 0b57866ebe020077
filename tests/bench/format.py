"""From HTML to what readers get: the Document, the story, and a message for each platform.

For one platform it stands beside two obvious ways to the same text in Markdown, cut to the same limit: BeautifulSoup
with html2text, and feedparser's sanitiser with markdownify. They find no excerpt and count no platform's units.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from bs4 import BeautifulSoup
from feedparser.sanitizer import _sanitize_html
from html2text import HTML2Text
from markdownify import markdownify
from rich.console import Console

from adapters import bluesky, discord, mastodon, slack, telegram, webhook, x
from bot.model import UTC, Change, Entry, Feed, Secret, StoryState, Style
from bot.ports import Renders
from bot.sources.jekyll_post import FRONT_MATTER
from bot.story import tell
from bot.text.html import document
from bot.text.markdown import html_of
from bot.transport import Http
from tests.bench.measure import Watch, at_least, interleave, spread, table, times

POST = Path(__file__).parents[2] / "config/sample/_posts/2026-11-20-night-bus.md"
LINK = "https://newsdao.kr/news/2026/11/20/night-bus/"
NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FEED = Feed("newsdao", "_posts")
LIMIT = 4096  #: characters of a Telegram message
LONG = 100_000  #: bytes of the long article
WORK = 300_000  #: bytes of HTML a round and contender



def sample() -> str:
    """The body of the sample post, as HTML."""
    return html_of(FRONT_MATTER.sub("", POST.read_text("utf-8")))


def article(post: str) -> str:
    """The same over and over, until it is long."""
    return post * (LONG // _size(post) + 1)


def soup(html: str) -> str:
    """BeautifulSoup takes out what nobody reads, html2text writes Markdown."""
    tree = BeautifulSoup(html, "html.parser")
    for element in tree(["script", "style"]):
        element.decompose()
    writer = HTML2Text(bodywidth=0)
    return str(writer.handle(str(tree)))[:LIMIT]


def sanitised(html: str) -> str:
    """feedparser's sanitiser, then markdownify."""
    return str(markdownify(_sanitize_html(html, "utf-8", "text/html")))[:LIMIT]


def publish(renderers: Sequence[Renders], style: Style, html: str) -> list[str]:
    """Ours: a story, and its alert for each of the renderers."""
    entry = Entry(id=LINK, link=LINK, title="심야버스 노선 9개에서 14개로", content=document(html, LINK), published=NOW)
    story = tell(Change("new", entry, StoryState.ANNOUNCED), FEED, now=NOW)
    return [renderer.render(story, style)[0].text for renderer in renderers]


def bench(console: Console) -> None:
    """Measure and print."""
    post = sample()
    sizes = {"the sample post": post, "an article of 100 kB": article(post)}
    every = _renderers()
    ours, theirs = "Telegram, whole story", ("BeautifulSoup + html2text", "feedparser + markdownify")
    ways: Mapping[str, Callable[[str], object]] = {
        f"{len(every)} platforms": partial(publish, every, Style()),
        "Telegram": partial(publish, every[:1], Style()),
        ours: partial(publish, every[:1], Style(body="quote")),
        theirs[0]: soup,
        theirs[1]: sanitised,
    }
    rates = interleave(
        {(size, name): partial(_per_second, way, html) for size, html in sizes.items() for name, way in ways.items()}
    )
    drawn = table("format: documents a second of CPU", "", "kB", *ways, "ours / the faster")
    for size, html in sizes.items():
        figures = [rates[size, name] for name in ways]
        faster = max((rates[size, name] for name in theirs), key=lambda found: sorted(found)[len(found) // 2])
        drawn.add_row(size, f"{_size(html) / 1000:.1f}", *map(spread, figures), times(rates[size, ours], faster))
    console.print(drawn)
    console.print(f"a post of one platform {at_least(rates['the sample post', ours], 1000)}")


def _renderers() -> list[Renders]:
    http, secret = Http(), Secret("1000001:no-real-token")
    return [
        telegram.Adapter(http, token=secret),
        discord.Adapter(http, token=secret),
        x.Adapter(http, bearer_token=secret),
        mastodon.Adapter(http, token=secret, base_url="https://mastodon.example"),
        bluesky.Adapter(http, handle="newsdao.kr", app_password=secret),
        slack.Adapter(http, token=secret),
        webhook.Adapter(http, secret=Secret("whsec_" + "QUJD" * 8)),
    ]


def _per_second(way: Callable[[str], object], html: str) -> float:
    documents = max(WORK // _size(html), 2)
    with Watch() as watch:
        for _ in range(documents):
            way(html)
    return documents / watch.cpu


def _size(html: str) -> int:
    return len(html.encode())
