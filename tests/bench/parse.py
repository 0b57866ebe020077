"""What a changed feed costs: from its bytes to the entries that are worth a look, per document and in processor time.

The feeds are of WordPress's, Tistory's and Jekyll's shape and in RSS 1.0, of 20 to 50 stories each. "One new" is what
a poll mostly finds: the marks of all other items are known. "At first sight" makes every body a Document. Before there
was a fast path, a changed feed cost what "by feedparser alone" does. They stand beside feedparser as it comes.
"""

import gc
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from zoneinfo import ZoneInfo

import feedparser
from rich.console import Console

from bot.sources.charset import text_of_bytes
from bot.sources.gather import gather
from bot.sources.item import MARK, entry_of
from bot.sources.lenient import items_of_feedparser
from bot.sources.xmlfeed import items_of_strict
from tests.bench.measure import Watch, at_least, interleave, number, spread, table, times
from tests.sources.corpus.made import ATOM, RDF, channel, escaped

ARTICLES = Path(__file__).parents[1] / "data" / "articles"
URL = "https://paper.test/feed.xml"
ZONE = "Asia/Seoul"
SIZES = (20, 30, 50)  #: stories of a feed
LONGEST = 8_000  #: characters of a body
GATE = 10.0  #: times as many documents as feedparser as it comes (PERFORMANCE.md, budgets)

Read = Callable[[bytes], object]


def bodies() -> list[str]:
    """Article bodies as blogs have them."""
    found = [path.read_text("utf-8") for path in sorted(ARTICLES.glob("*.html"))]
    return [body[:LONGEST].replace("]]>", "") for body in found]


WORDPRESS = """<item><title>{0}번째 소식 &amp; 알림</title><link>https://paper.test/{0}/</link>
<dc:creator>편집부</dc:creator><pubDate>Sun, 22 Nov 2026 06:05:00 +0000</pubDate><category><![CDATA[지역]]></category>
<guid isPermaLink="false">https://paper.test/?p={0}</guid>
<description><![CDATA[<p>{0}번째 소식의 요약.</p>]]></description>
<content:encoded><![CDATA[{1}]]></content:encoded></item>"""
TISTORY = """<item><title>{0}번째 글</title><link>https://paper.test/{0}</link><description>{2}</description>
<category>시장</category><author>이웃</author><guid isPermaLink="true">https://paper.test/{0}</guid>
<pubDate>Sun, 22 Nov 2026 15:05:00 +0900</pubDate></item>"""
JEKYLL = """<entry><title type="html">{0}번째 글</title>
<link href="https://paper.test/{0}/" rel="alternate" type="text/html"/>
<published>2026-11-22T15:05:00+09:00</published><updated>2026-11-22T15:05:00+09:00</updated>
<id>https://paper.test/{0}</id><content type="html" xml:base="https://paper.test/{0}/">{2}</content>
<author><name>항구팀</name></author><category term="지역"/><summary type="html">요약 {0}</summary></entry>"""
RSS_1 = """<item rdf:about="https://paper.test/{0}"><title>{0}번째</title><link>https://paper.test/{0}</link>
<description>요약 {0}</description><content:encoded>{2}</content:encoded>
<dc:date>2026-11-22T15:05:00+09:00</dc:date></item>"""
SHAPES: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "WordPress": (WORDPRESS, channel),
    "Tistory": (TISTORY, channel),
    "Jekyll": (JEKYLL, lambda items: f"{ATOM}<title>신문</title>{items}</feed>"),
    "RSS 1.0": (RSS_1, lambda items: f"{RDF}<channel><title>신문</title></channel>{items}</rdf:RDF>"),
}


def feeds() -> list[bytes]:
    """One of every shape in every size."""
    texts = cycle(bodies())
    return [
        whole(
            "".join(item.format(number, body, escaped(body)) for number, body in enumerate(islice(texts, size)))
        ).encode()
        for item, whole in SHAPES.values()
        for size in SIZES
    ]


def plain(body: bytes, *, bare: bool) -> object:
    """feedparser as it comes, or without its sanitiser and its resolver."""
    return feedparser.parse(io.BytesIO(body), sanitize_html=not bare, resolve_relative_uris=not bare)


def by_feedparser(body: bytes) -> object:
    """All entries, read by feedparser."""
    return [entry_of(item, URL, ZoneInfo(ZONE)) for item in items_of_feedparser(text_of_bytes(body), URL) or ()]


def one_new(seen: Mapping[bytes, bytes], body: bytes) -> object:
    """The first item is new, the others were there last time."""
    found = gather(body, "", URL, ZONE, seen[body])
    assert len(found.entries) == 1
    return found


def bench(console: Console) -> None:
    """Measure and print."""
    documents = feeds()
    seen = {body: gather(body, "", URL, ZONE).marks[MARK:] for body in documents}
    ways: Mapping[str, Read] = {
        "feedparser as it comes": partial(plain, bare=False),
        "feedparser, bare": partial(plain, bare=True),
        "by feedparser alone": by_feedparser,
        "items alone": lambda body: items_of_strict(text_of_bytes(body), URL),
        "at first sight": lambda body: gather(body, "", URL, ZONE),
        "one new": partial(one_new, seen),
    }
    gc.collect()
    gc.freeze()
    costs = interleave({name: partial(_milliseconds, way, documents) for name, way in ways.items()})
    gc.unfreeze()
    size = sum(map(len, documents)) / len(documents) / 1000
    reference = costs["feedparser as it comes"]
    drawn = table(f"parse: ms a document of {number(size)} kB", "", "ms", "× feedparser as it comes")
    for name, figures in costs.items():
        drawn.add_row(name, spread(figures), times(reference, figures))
    console.print(drawn)
    gained = [before / now for before, now in zip(reference, costs["one new"], strict=True)]
    console.print(f"a changed feed with one new story {at_least(gained, GATE)} × feedparser as it comes")


def _milliseconds(way: Read, documents: Sequence[bytes]) -> float:
    with Watch() as watch:
        for body in documents:
            way(body)
    return 1000 * watch.cpu / len(documents)
