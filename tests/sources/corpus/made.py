"""What cases are made of: the story that all of them tell, and a builder for each format."""

import datetime as dt
import json
from dataclasses import dataclass, field, replace
from typing import Any

from bot.model import Entry
from bot.text.plain import text_of

URL = "https://paper.test/news/feed.xml"
LINK = "https://paper.test/news/bus/"
ID = "tag:paper.test,2026:bus"
TITLE = "심야버스 노선 14개로 늘린다"
LEAD = "서울시가 심야버스를 늘린다."
BODY = "<p>서울시가 심야버스를 늘린다.</p><p>다음 달부터 달린다.</p>"
TEXT = "서울시가 심야버스를 늘린다.\n다음 달부터 달린다."
AT = dt.datetime(2026, 11, 22, 6, 5, tzinfo=dt.UTC)
AT_822 = "Sun, 22 Nov 2026 15:05:00 +0900"
AT_8601 = "2026-11-22T15:05:00+09:00"
PICTURE = "https://paper.test/img/bus.jpg"


@dataclass(frozen=True)
class Told:
    """All that an entry says, its body and its picture as words."""

    id: str = ID
    link: str = LINK
    title: str = TITLE
    summary: str = ""
    text: str = TEXT
    categories: tuple[str, ...] = ()
    published: dt.datetime | None = AT
    updated: dt.datetime | None = None
    picture: str = ""
    language: str = ""
    author: str = ""

    @classmethod
    def of(cls, entry: Entry) -> "Told":
        """What an entry says; an id that was made of its words is "sha256"."""
        return cls(
            id=entry.id.partition(":")[0] if entry.id.startswith("sha256:") else entry.id,
            link=entry.link,
            title=entry.title,
            summary=entry.summary,
            text=text_of(entry.content),
            categories=entry.categories,
            published=entry.published,
            updated=entry.updated,
            picture=entry.picture.url if entry.picture else "",
            language=entry.language,
            author=entry.author,
        )


@dataclass(frozen=True)
class Case:
    """A document as a server gives it, and what is to be read in it; or the words of the error.

    ``differs`` is the reason why feedparser reads it otherwise, and may.
    """

    name: str
    document: str | bytes
    told: tuple[Told, ...] = field(default=())
    header: str = ""
    error: str = ""
    differs: str = ""

    @property
    def body(self) -> bytes:
        return self.document if isinstance(self.document, bytes) else self.document.encode()


def case(name: str, document: str | bytes, *told: Told, header: str = "", error: str = "", differs: str = "") -> Case:
    return Case(name, document, told, header, error, differs)


def told(**changes: Any) -> Told:
    """The story as Atom and JSON Feed tell it here, with some of its words changed."""
    return replace(Told(), **changes)


def of_rss(**changes: Any) -> Told:
    """The story as RSS tells it here: its description is summary and body."""
    return told(**{"summary": TEXT, **changes})


def of_rdf(**changes: Any) -> Told:
    """The story as RSS 1.0 tells it here: Dublin Core's date may be either."""
    return of_rss(**{"updated": AT, **changes})


def of_sitemap(**changes: Any) -> Told:
    """The story as a news sitemap tells it: a headline and its address."""
    return told(**{"id": LINK, "text": "", "language": "ko", **changes})


def _pieces(pieces: dict[str, str], changes: dict[str, str]) -> str:
    """The pieces in their order, some in another's place, new ones behind."""
    return "".join({**pieces, **changes}.values())


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


RSS = (
    '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">'
)


def channel(items: str, root: str = RSS, about: str = "") -> str:
    """An RSS document."""
    return f"{root}<channel><title>신문</title><link>https://paper.test/</link>{about}{items}</channel></rss>"


def rss_item(**changes: str) -> str:
    pieces = {
        "guid": f'<guid isPermaLink="false">{ID}</guid>',
        "title": f"<title>{TITLE}</title>",
        "link": f"<link>{LINK}</link>",
        "description": f"<description>{escaped(BODY)}</description>",
        "date": f"<pubDate>{AT_822}</pubDate>",
    }
    return f"<item>{_pieces(pieces, changes)}</item>"


def rss(*, root: str = RSS, about: str = "", **changes: str) -> str:
    """One story in RSS 2.0: guid, title, link, description, date, and whatever else is named."""
    return channel(rss_item(**changes), root, about)


ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">'


def atom(*, root: str = ATOM, about: str = "", entry: str = "<entry>", **changes: str) -> str:
    """One story in Atom 1.0: id, title, link, summary, content, date."""
    pieces = {
        "id": f"<id>{ID}</id>",
        "title": f"<title>{TITLE}</title>",
        "link": f'<link href="{LINK}"/>',
        "summary": "",
        "content": f'<content type="html">{escaped(BODY)}</content>',
        "date": f"<published>{AT_8601}</published>",
    }
    head = f"{root}<title>신문</title><id>tag:paper.test,2026:feed</id>{about}"
    return f"{head}{entry}{_pieces(pieces, changes)}</entry></feed>"


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
)


def rdf(*, root: str = RDF, item: str = f'<item rdf:about="{ID}">', about: str = "", **changes: str) -> str:
    """One story in RSS 1.0: its item stands beside the channel."""
    pieces = {
        "title": f"<title>{TITLE}</title>",
        "link": f"<link>{LINK}</link>",
        "description": f"<description>{escaped(BODY)}</description>",
        "date": f"<dc:date>{AT_8601}</dc:date>",
    }
    head = f'{root}<channel rdf:about="https://paper.test/"><title>신문</title>{about}</channel>'
    return f"{head}{item}{_pieces(pieces, changes)}</item></rdf:RDF>"


def json_feed(about: dict[str, Any] | None = None, **changes: Any) -> str:
    """One story in JSON Feed 1.1."""
    item = {"id": ID, "url": LINK, "title": TITLE, "content_html": BODY, "date_published": AT_8601, **changes}
    said = {key: value for key, value in item.items() if value is not None}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "신문", **(about or {}), "items": [said]}
    return json.dumps(feed, ensure_ascii=False)


SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'
)
PUBLICATION = "<news:publication><news:name>신문</news:name><news:language>ko</news:language></news:publication>"


def sitemap(*, root: str = SITEMAP, beside: str = "", **changes: str) -> str:
    """One story in a news sitemap; ``beside`` stands beside its news."""
    news = _pieces(
        {
            "publication": PUBLICATION,
            "date": f"<news:publication_date>{AT_8601}</news:publication_date>",
            "title": f"<news:title>{TITLE}</news:title>",
        },
        changes,
    )
    return f"{root}<url><loc>{LINK}</loc><news:news>{news}</news:news>{beside}</url></urlset>"
