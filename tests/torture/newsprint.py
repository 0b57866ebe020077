"""The documents of papers that misbehave: what they hold is right, and how they say it is as odd as feeds are."""

import gzip
import hashlib
import html
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import NamedTuple, Self

SYLLABLES = [chr(code) for code in range(0xAC00, 0xAC00 + 11_172, 28)]  #: those that end in a vowel: 399
WORDS = 5_000  #: as many different ones as a newspaper has in a week or two
SYLLABLE, HEADLINE, LEAD = 3, 4, 12  #: syllables of a word, words of a headline and of a lead
ABSURD = ("", "어제", "1970-01-01", "2099-12-31T00:00:00Z", "Sun, 99 Foo 2026 25:61:00 +9999", "0000-00-00")


@cache
def words() -> list[str]:
    """The vocabulary of all papers."""
    drawn = random.Random(0)
    return ["".join(drawn.choices(SYLLABLES, k=SYLLABLE)) for _ in range(WORDS)]


class Story(NamedTuple):
    """One story; it never changes."""

    number: int
    headline: str
    lead: str
    date: datetime

    @classmethod
    def drawn(cls, paper: int, number: int, drawn: random.Random) -> Self:
        """A story of some words."""
        headline, lead = (" ".join(drawn.choices(words(), k=count)) for count in (HEADLINE, LEAD))
        return cls(number, f"{paper}호 {number}번 {headline}", f"{lead}.", datetime.now(UTC).replace(microsecond=0))


@dataclass
class Document:
    """A feed as it is to be written; what is odd about it stands in its fields."""

    paper: int
    stories: Sequence[Story]
    generation: int
    ids: int
    twice: bool = False
    one_id: bool = False
    dates: str | None = None
    noise: str = ""
    encoding: str = "utf-8"
    declared: str = "utf-8"
    header: str = ""
    packed: bool = False
    headers: dict[str, str] = field(default_factory=dict)

    def items(self) -> list[tuple[str, str, str, str, str]]:
        """Of each story id, link, headline, lead and date."""
        told = [self._item(story) for story in self.stories]
        return [*told, *told[-1:]] if self.twice else told

    def _item(self, story: Story) -> tuple[str, str, str, str, str]:
        name = f"g{self.generation}/{story.number}"
        link = f"http://paper{self.paper}.test/{name}"
        again = f"{self.generation}판. " if self.generation else ""
        date = format_datetime(story.date) if self.dates is None else self.dates
        guid = "feed" if self.one_id else f"tag:paper{self.paper}.test,{self.ids}:{name}"
        return guid, link, story.headline, again + story.lead, date


# ── Oddities ─────────────────────────────────────────────────────────────────────────────────────────────────────

Oddity = Callable[[Document, random.Random], Document]

#: How a document may be odd without saying anything else. Encodings that XML alone declares are no matter in JSON.
ODDITIES: Mapping[str, Oddity] = {
    "reordered": lambda document, drawn: replace(
        document, stories=drawn.sample(document.stories, len(document.stories))
    ),
    "oldest first": lambda document, _: replace(document, stories=document.stories[::-1]),
    "an item twice": lambda document, _: replace(document, twice=True),
    "one id for all": lambda document, drawn: replace(document, one_id=drawn.random() < 0.2),
    "odd dates": lambda document, drawn: replace(document, dates=drawn.choice(ABSURD)),
    "no dates": lambda document, _: replace(document, dates=""),
    "later by a day": lambda document, _: replace(
        document, dates=format_datetime(datetime.now(UTC) + timedelta(days=1))
    ),
    "broken XML": lambda document, _: replace(document, noise="M&A\x0b &nbsp;<x:y>&#0;</x:y> AT&T&hellip;"),
    "cp949 as UTF-8": lambda document, _: replace(document, encoding="cp949", declared="utf-8"),
    "cp949 as EUC-KR": lambda document, _: replace(document, encoding="cp949", declared="euc-kr"),
    "UTF-8 as EUC-KR": lambda document, _: replace(document, declared="euc-kr", header="euc-kr"),
    "UTF-8 as Latin-1": lambda document, _: replace(document, header="iso-8859-1"),
    "UTF-16": lambda document, _: replace(document, encoding="utf-16", declared="utf-8"),
    "packed": lambda document, _: replace(document, packed=True),
    "another type": lambda document, _: replace(document, headers={"Content-Type": "text/html"}),
}


def written(document: Document, form: str, oddity: str, drawn: random.Random) -> tuple[int, dict[str, str], bytes]:
    """The answer with a document in one of the ``FORMATS``: status, headers, body."""
    if oddity in ODDITIES:
        document = ODDITIES[oddity](document, drawn)
    body = _WRITERS[form](document).encode(document.encoding, "xmlcharrefreplace")
    charset = f"; charset={document.header}" if document.header else ""
    headers = {"Content-Type": f"application/{form}+{'json' if form == 'feed' else 'xml'}{charset}", **document.headers}
    if document.paper % 2:
        headers["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if document.packed:
        return 200, headers | {"Content-Encoding": "gzip"}, gzip.compress(body, 1)
    return 200, headers, body


# ── Formats ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _rss(document: Document) -> str:
    items = "".join(
        f"<item><guid isPermaLink='false'>{guid}</guid><link>{link}</link><title>{html.escape(headline)}</title>"
        f"<description>{html.escape(f'<p>{lead}</p>')}</description>{_dated('pubDate', date)}</item>"
        for guid, link, headline, lead, date in document.items()
    )
    about = f"<title>{document.paper}호</title><description>{document.noise}</description>"
    return f"{_declared(document)}<rss version='2.0'><channel>{about}{items}</channel></rss>"


def _atom(document: Document) -> str:
    entries = "".join(
        f"<entry><id>{guid}</id><link href='{link}'/><title>{html.escape(headline)}</title>"
        f"<summary>{html.escape(lead)}</summary>{_dated('published', date)}</entry>"
        for guid, link, headline, lead, date in document.items()
    )
    about = f"<title>{document.paper}호</title><subtitle>{document.noise}</subtitle>"
    name = "xmlns='http://www.w3.org/2005/Atom'"
    return f"{_declared(document)}<feed {name}>{about}{entries}</feed>"


def _json(document: Document) -> str:
    items = [
        {"id": guid, "url": link, "title": headline, "content_text": lead, "date_published": date}
        for guid, link, headline, lead, date in document.items()
    ]
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": f"{document.paper}호", "items": items},
        ensure_ascii=False,
    )


def _declared(document: Document) -> str:
    return f"<?xml version='1.0' encoding='{document.declared}'?>"


def _dated(name: str, date: str) -> str:
    return f"<{name}>{date}</{name}>" if date else ""


_WRITERS: Mapping[str, Callable[[Document], str]] = {"rss": _rss, "atom": _atom, "feed": _json}
FORMATS = ("rss", "rss", "atom", "feed")  #: how often each is met
