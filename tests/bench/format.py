"""From HTML to what readers get: the Document, the story, and a message for each platform.

For one platform it stands beside two obvious ways to the same text in Markdown, cut to the same limit: BeautifulSoup
with html2text, and feedparser's sanitiser with markdownify. They find no excerpt and count no platform's units.
"""

import datetime as dt
import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from bs4 import BeautifulSoup
from feedparser.sanitizer import _sanitize_html
from html2text import HTML2Text
from markdownify import markdownify
from rich.console import Console

from adapters import bluesky, discord, mastodon, slack, telegram, webhook, x
from bot.model import UTC, Change, Entry, Feed, Secret, Story, StoryState, Style
from bot.ports import Renders
from bot.sources.jekyll_front import FRONT_MATTER
from bot.story import tell
from bot.text.html import document
from bot.text.markdown import html_of
from bot.transport import Http
from tests.bench.measure import Watch, at_least, interleave, spread, table, times

POST = Path(__file__).parents[2] / "config/sample/_posts/2026-11-20-night-bus.md"
STATISTICS = Path(__file__).parents[1] / "data/articles/06-statistics.html"
LINK = "https://newsdao.kr/news/2026/11/20/night-bus/"
NOW = dt.datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FEED = Feed("newsdao", "_posts")
LIMIT = 4096  #: characters of a Telegram message
LONG = 100_000  #: bytes of the long article
WORK = 300_000  #: bytes of HTML a round and contender
PER_SECOND = 1_000  #: messages; a post is formatted once for each platform and style (PERFORMANCE.md, budgets)


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


def alert(renderer: Renders, told: Story, html: str) -> str:
    """Ours, the same way: HTML to a Document, and a story that is told of it to one platform's message."""
    return renderer.render(replace(told, body=document(html, LINK)), Style())[0].text


def publish(renderers: Sequence[Renders], style: Style, number: int, html: str) -> list[str]:
    """Ours, all that a new post costs: labels, boilerplate and a lead too, and a message for each of the renderers."""
    link = f"{LINK}{number}/"
    title = f"심야버스 노선 9개에서 {number}개로"
    entry = Entry(id=link, link=link, title=title, content=document(html, link), published=NOW)
    story = tell(Change("new", entry, StoryState.ANNOUNCED), FEED, now=NOW)
    return [renderer.render(story, style)[0].text for renderer in renderers]


def bench(console: Console) -> None:
    """Measure and print."""
    post = sample()
    sizes = {"the sample post": post, "statistics, tables": STATISTICS.read_text("utf-8"), "100 kB": article(post)}
    every = _renderers()
    entry = Entry(LINK, LINK, "심야버스 노선 9개에서 14개로", content=document(post, LINK), published=NOW)
    told = tell(Change("new", entry, StoryState.ANNOUNCED), FEED, now=NOW)
    numbers = count()  # no two posts have one title or link, so that nothing is remembered from the one before
    ours, theirs = "Telegram's alert", ("BeautifulSoup + html2text", "feedparser + markdownify")
    ways: Mapping[str, Callable[[str], object]] = {
        ours: partial(alert, every[0], told),
        "a post, to Telegram": lambda html: publish(every[:1], Style(), next(numbers), html),
        "the same, whole": lambda html: publish(every[:1], Style(body="quote"), next(numbers), html),
        f"a post, to {len(every)}": lambda html: publish(every, Style(), next(numbers), html),
        theirs[0]: soup,
        theirs[1]: sanitised,
    }
    gc.collect()
    gc.freeze()  # the libraries of seven platforms are no part of anybody's documents
    rates = interleave(
        {(size, name): partial(_per_second, way, html) for size, html in sizes.items() for name, way in ways.items()}
    )
    gc.unfreeze()
    drawn = table("format: documents a second of CPU", "", "kB", *ways, "ours / the faster")
    for size, html in sizes.items():
        figures = [rates[size, name] for name in ways]
        faster = max((rates[size, name] for name in theirs), key=median)
        drawn.add_row(size, f"{_size(html) / 1000:.1f}", *map(spread, figures), times(rates[size, ours], faster))
    console.print(drawn)
    messages = [len(every) * rate for rate in rates["the sample post", f"a post, to {len(every)}"]]
    console.print(f"messages a second, {len(every)} a post {at_least(messages, PER_SECOND)}")


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
