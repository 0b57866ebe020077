"""One Jekyll post becomes an Entry, or a Problem that an editor can mend. Runs in a parser process.

---                         the file's name:  2024-07-22-ai-manufacturing.md
title: …                                      └ date ──┘ └ slug ───────┘ └ Markdown or HTML
image: /assets/…
---                         ``feature_text`` is the theme's: neither body nor excerpt
body
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.document import Document, Picture
from bot.errors import Problem
from bot.model import UTC, Entry
from bot.sources.body import first_picture, without
from bot.sources.jekyll_dates import moment
from bot.sources.jekyll_front import Bare, Front, Mistake, decoded, split
from bot.sources.jekyll_keys import date_of, is_retracted, keys_of
from bot.sources.jekyll_site import Site, text_at
from bot.sources.liquid import resolved
from bot.sources.permalink import Address, path_of
from bot.text.figures import described, each, figures, original
from bot.text.html import document
from bot.text.links import absolute, encoded
from bot.text.markdown import html_of
from bot.text.plain import text_of

SUFFIXES = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mkdown", ".html"})  #: Jekyll's ``markdown_ext``, and HTML
NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A post that says ``published: false``; its ``id`` is "" where that cannot be told."""

    id: str


@dataclass(frozen=True, slots=True)
class Flawed:
    """A post that goes out although some of it could not be read."""

    entry: Entry
    problems: tuple[Problem, ...]


def read_post(
    path: str, data: bytes, site: Site, origin: str, root: str, now: dt.datetime
) -> Entry | Flawed | Problem | Unpublished:
    """The entry in a post, or what is wrong with it.

    ``path`` counts from the site's root with forward slashes, ``origin`` is the file as an editor knows it, ``root`` is
    the root's ``file:`` address; before ``now`` there are no appointments.
    """
    label, _ = site.place_of(path)
    try:
        front, body = split(decoded(data))
        front = front.over(site.defaults_for(path))
        if front.data.get("published") is False and not is_retracted(front):
            return _unpublished(PurePosixPath(path), front, site, now)
        return _entry(PurePosixPath(path), front, body, site, origin=origin, root=root, now=now)
    except Bare as mistake:
        return Unpublished(f"jekyll:{path}") if label != "posts" else Problem(str(mistake), origin, mistake.mend)
    except Mistake as mistake:
        return Problem(str(mistake), origin, mistake.mend)


def _entry(
    path: PurePosixPath, front: Front, text: str, site: Site, *, origin: str, root: str, now: dt.datetime
) -> Entry | Flawed:
    keys = keys_of(front, site.zone)
    place = _place(path, front, site, now)
    base = place.link or site.absolute("/")
    content = _body(path, text, site, base)
    picture, content = _illustrated(_hero(front, site, root), content)
    entry = Entry(
        id=place.id,
        link=place.link,
        title=" ".join(front.text("title").split()) or " ".join(map(str.capitalize, place.slug.split("-"))),
        summary=_summary(path, front, text, site, base),
        content=content,
        categories=tuple(dict.fromkeys(_categories(front) + _listed(front, "tags", "tag"))),
        published=place.date.astimezone(UTC) if place.date else None,
        updated=date_of(front, "last_modified_at", site.zone),
        due=None if keys.retracted else _appointment(None if site.future else place.date, keys.embargo, now),
        picture=picture,
        breaking=keys.breaking,
        retracted=keys.retracted,
        accounts=keys.accounts,
        correction=keys.correction,
        language=front.text("lang") or site.language,
        origin=origin,
    )
    flaws = tuple(Problem(what, origin, mend) for what, mend in keys.flaws)
    return Flawed(entry, flaws) if flaws else entry


def _unpublished(path: PurePosixPath, front: Front, site: Site, now: dt.datetime) -> Unpublished:
    """A post that Jekyll leaves out; a mistake in it is nobody's trouble yet."""
    try:
        return Unpublished(_place(path, front, site, now).id)
    except Mistake:
        return Unpublished("")


class Place(NamedTuple):
    """Where a post stands on its site; ``link`` is "" where that cannot be computed."""

    date: dt.datetime | None
    slug: str
    link: str
    id: str


def _place(path: PurePosixPath, front: Front, site: Site, now: dt.datetime) -> Place:
    """Link and id as the site and its feed give them.

    jekyll-feed writes ``post.url`` and ``post.id``, each through ``absolute_url`` (lib/jekyll-feed/feed.xml); the id is
    the URL's folder and the slug as it stands in the front matter or the file's name (Jekyll's Document#id), and
    ``absolute_url`` composes letters (NFC, Addressable's normalize): macOS takes them apart in file names.
    """
    label, inner = site.place_of(path.as_posix())
    date, slug = _dated(path, front, site)
    when = date if date is not None or label == "posts" else now
    template = front.text("permalink") or site.permalink_of(label)
    if when is None or not site.url or not template:
        return Place(date, slug, "", f"jekyll:{path}")
    address = Address(_categories(front), when.astimezone(ZoneInfo(site.zone)), slug, label, inner)
    where = unicodedata.normalize("NFC", path_of(template, address))
    name = unicodedata.normalize("NFC", slug)
    identity = encoded(site.absolute(f"{PurePosixPath(where).parent}/{name}"))
    return Place(date, slug, site.absolute(where), identity or f"jekyll:{path}")


def _categories(front: Front) -> list[str]:
    return _listed(front, "categories", "category")


def _dated(path: PurePosixPath, front: Front, site: Site) -> tuple[dt.datetime | None, str]:
    """The post's date and slug: the front matter's before the file name's."""
    named = NAME.fullmatch(path.stem)
    slug = front.text("slug") or (named[4] if named else path.stem).rstrip(".")
    date = date_of(front, "date", site.zone)
    if date is None and named:
        date = moment("-".join(named.group(1, 2, 3)), site.zone)
        if date is None:
            raise Mistake(f"its name begins with {path.stem[:10]}, which is no date", "name it YYYY-MM-DD-title.md")
    return date, slug


def _appointment(date: dt.datetime | None, embargo: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """The later of date and embargo, if it is still to come."""
    return max((moment for moment in (date, embargo) if moment is not None and moment > now), default=None)


def _listed(front: Front, plural: str, singular: str) -> list[str]:
    """A list, or words with spaces between them; the singular key is one name, spaces and all."""
    many, one = front.data.get(plural), front.text(singular)
    names = many.split() if isinstance(many, str) else many if isinstance(many, list) else []
    return list(dict.fromkeys([str(name).strip() for name in names if name] + ([one] if one else [])))


def _body(path: PurePosixPath, text: str, site: Site, base: str) -> Document:
    """The body without Liquid, which only the site's own build can fill in."""
    text = resolved(text, site)
    return document(text if path.suffix.lower() == ".html" else html_of(text), base)


def _summary(path: PurePosixPath, front: Front, text: str, site: Site, base: str) -> str:
    """The excerpt that the post gives itself: a key, or what stands above the site's ``excerpt_separator``."""
    if said := front.text("excerpt") or front.text("description"):
        return _plain(said, base)
    separator = front.text("excerpt_separator") or site.excerpt_separator
    above, mark, _ = text.partition(separator) if separator else ("", "", "")
    return " ".join(text_of(_body(path, above, site, base)).split()) if mark else ""


def _plain(text: str, base: str) -> str:
    """An excerpt in Markdown or HTML as plain text, white space folded."""
    return " ".join(text_of(document(html_of(text), base)).split())


def _hero(front: Front, site: Site, root: str) -> Picture | None:
    """The picture in the front matter: a path, or a mapping as jekyll-seo-tag takes it."""
    image = front.data.get("image")
    if isinstance(image, dict):
        path, alt = text_at(image, "path") or text_at(image, "url"), text_at(image, "alt")
    else:
        path, alt = front.text("image"), ""
    if not path:
        return None
    if "://" in path or path.startswith("//"):
        return Picture(absolute(site.url or "https:", path), alt)
    return Picture(encoded(site.absolute(path)) or f"{root}/{quote(path.lstrip('/'))}", alt)


def _illustrated(hero: Picture | None, body: Document) -> tuple[Picture | None, Document]:
    """The entry's picture with its alternative text, and the body without a repetition of it."""
    if hero is None:
        return first_picture(body), body
    shown = (described(figure) for figure in figures(body) if original(figure.picture.url) == original(hero.url))
    return each([hero, *shown])[0], without(body, hero.url)
