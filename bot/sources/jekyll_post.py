"""One Jekyll post becomes an Entry, or a Problem that an editor can mend. Runs in a parser process.

---                         the file's name:  2024-07-22-ai-manufacturing.md
title: …                                      └ date ──┘ └ slug ───────┘ └ Markdown or HTML
image: /assets/…
---                         ``feature_text`` is the theme's: neither body nor excerpt
body
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.document import Document, Picture
from bot.errors import Problem, SourceError
from bot.model import UTC, Entry
from bot.sources.body import first_picture, without
from bot.sources.jekyll_site import Site, parse_yaml, text_at
from bot.sources.permalink import Address, path_of
from bot.text.figures import described, each, figures, original
from bot.text.html import document
from bot.text.links import absolute, encoded
from bot.text.markdown import html_of
from bot.text.plain import text_of

SUFFIXES = frozenset({".md", ".markdown", ".html"})
NAME = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)")
FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(\S+)?")
OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
ZONES = {"Z": "+00:00", "UTC": "+00:00", "GMT": "+00:00", "KST": "+09:00"}
BASEURL = re.compile(r"""\{\{-?\s*site\.baseurl\s*-?\}\}""")
RELATIVE = re.compile(r"""\{\{-?\s*["']([^"'{}]*)["']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}""")
LIQUID = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


class Mistake(Exception):  # noqa: N818 - an editor's, not ours
    """What is wrong with a post, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A post that says ``published: false``; its ``id`` is "" where that cannot be told."""

    id: str


def read_post(
    path: str, data: bytes, site: Site, origin: str, root: str, now: dt.datetime
) -> Entry | Problem | Unpublished:
    """The entry in a post, or what is wrong with it.

    ``path`` counts from the site's root with forward slashes, ``origin`` is the file as an editor knows it, ``root`` is
    the root's ``file:`` address; before ``now`` there are no appointments.
    """
    try:
        front, body = _split(_decoded(data))
        front = {**site.defaults_for(path), **front}
        if front.get("published") is False and not _is_retracted(front):
            return _unpublished(PurePosixPath(path), front, site)
        return _entry(PurePosixPath(path), front, body, site, origin=origin, root=root, now=now)
    except Mistake as mistake:
        return Problem(str(mistake), origin, mistake.mend)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Mistake("its text is neither UTF-8 nor CP949", "save it as UTF-8")


def _split(text: str) -> tuple[dict[str, Any], str]:
    found = FRONT_MATTER.match(text)
    if found is None:
        if text.startswith("---"):
            raise Mistake("its front matter has no end", "put a line of --- below it")
        raise Mistake("it has no front matter", "begin it with a line of ---, then “title: …”, then --- again")
    try:
        return parse_yaml("\n" + found[1]), text[found.end() :]  # the line of --- counts
    except SourceError as error:
        mend = 'put quotes around a text that begins with [ or holds “: ”, as in title: "[속보] …"'
        raise Mistake(f"its front matter is no YAML: {error}", mend) from None


def _entry(
    path: PurePosixPath, front: Mapping[str, Any], text: str, site: Site, *, origin: str, root: str, now: dt.datetime
) -> Entry:
    place = _place(path, front, site)
    retracted = _is_retracted(front)
    base = place.link or site.absolute("/")
    embargo = _date(front, "embargo", site)
    content = _body(path, text, site, base)
    picture, content = _illustrated(_hero(front, site, root), content)
    return Entry(
        id=place.id,
        link=place.link,
        title=" ".join(text_at(front, "title").split()) or " ".join(map(str.capitalize, place.slug.split("-"))),
        summary=_plain(text_at(front, "excerpt") or text_at(front, "description"), base),
        content=content,
        categories=tuple(dict.fromkeys(_categories(front) + _listed(front, "tags", "tag"))),
        published=place.date.astimezone(UTC) if place.date else None,
        updated=_date(front, "last_modified_at", site),
        due=None if retracted else _appointment(None if site.future else place.date, embargo, now),
        picture=picture,
        breaking=front.get("breaking") is True,
        retracted=retracted,
        language=text_at(front, "lang") or site.language,
        origin=origin,
    )


def _is_retracted(front: Mapping[str, Any]) -> bool:
    """Whether its newsroom takes the post back. That counts beside ``published: false`` too, which takes it off the
    site: an editor who writes both means both.
    """
    return front.get("retracted") is True


def _unpublished(path: PurePosixPath, front: Mapping[str, Any], site: Site) -> Unpublished:
    """A post that Jekyll leaves out; a mistake in it is nobody's trouble yet."""
    try:
        return Unpublished(_place(path, front, site).id)
    except Mistake:
        return Unpublished("")


class Place(NamedTuple):
    """Where a post stands on its site; ``link`` is "" where that cannot be computed."""

    date: dt.datetime | None
    slug: str
    link: str
    id: str


def _place(path: PurePosixPath, front: Mapping[str, Any], site: Site) -> Place:
    date, slug = _dated(path, front, site)
    if date is None or not site.url:
        return Place(date, slug, "", f"jekyll:{path}")
    template = text_at(front, "permalink") or site.permalink
    where = path_of(template, Address(_categories(front), date.astimezone(ZoneInfo(site.zone)), slug))
    identity = encoded(site.absolute(f"{PurePosixPath(where).parent}/{slug}"))  # what jekyll-feed gives as its id
    return Place(date, slug, site.absolute(where), identity or f"jekyll:{path}")


def _categories(front: Mapping[str, Any]) -> list[str]:
    return _listed(front, "categories", "category")


def _dated(path: PurePosixPath, front: Mapping[str, Any], site: Site) -> tuple[dt.datetime | None, str]:
    """The post's date and slug: the front matter's before the file name's."""
    named = NAME.fullmatch(path.stem)
    slug = text_at(front, "slug") or (named[4].rstrip(".") if named else path.stem)
    date = _date(front, "date", site)
    if date is None and named:
        date = _moment("-".join(named.group(1, 2, 3)), site.zone)
        if date is None:
            raise Mistake(f"its name begins with {path.stem[:10]}, which is no date", "name it YYYY-MM-DD-title.md")
    return date, slug


def _date(front: Mapping[str, Any], key: str, site: Site) -> dt.datetime | None:
    """A date of the front matter, None if there is none."""
    raw = text_at(front, key)
    if not raw:
        return None
    found = _moment(raw, site.zone)
    if found is None:
        raise Mistake(f"its {key} is “{raw}”, which is no date", "write it as 2024-07-22 09:00:00 +0900")
    return found


def _moment(raw: str, zone: str) -> dt.datetime | None:
    """A date as Jekyll takes it, in UTC; a naive one is in ``zone``, midnight if it has no time."""
    found = DATE.fullmatch(raw)
    if found is None:
        return None
    *numbers, offset = found.groups()
    try:
        naive = dt.datetime(*(int(number or 0) for number in numbers))  # type: ignore[arg-type]  # noqa: DTZ001
        return naive.replace(tzinfo=_zone(offset, zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(offset: str | None, zone: str) -> dt.tzinfo:
    if offset is None:
        return ZoneInfo(zone)
    found = OFFSET.fullmatch(ZONES.get(offset, offset))
    if found is None:
        raise ValueError(offset)
    sign = -1 if found[1] == "-" else 1
    return dt.timezone(sign * dt.timedelta(hours=int(found[2]), minutes=int(found[3])))


def _appointment(date: dt.datetime | None, embargo: dt.datetime | None, now: dt.datetime) -> dt.datetime | None:
    """The later of date and embargo, if it is still to come."""
    return max((moment for moment in (date, embargo) if moment is not None and moment > now), default=None)


def _listed(front: Mapping[str, Any], plural: str, singular: str) -> list[str]:
    """A list, or words with spaces between them; the singular key is one name, spaces and all."""
    many, one = front.get(plural), text_at(front, singular)
    names = many.split() if isinstance(many, str) else many if isinstance(many, list) else []
    return list(dict.fromkeys([str(name).strip() for name in names if name] + ([one] if one else [])))


def _body(path: PurePosixPath, text: str, site: Site, base: str) -> Document:
    """The body without Liquid, which only the site's own build can fill in."""
    text = BASEURL.sub(site.baseurl, text)
    text = RELATIVE.sub(lambda found: f"{site.baseurl}/{found[1].lstrip('/')}", text)
    text = LIQUID.sub("", text)
    return document(text if path.suffix == ".html" else html_of(text), base)


def _plain(text: str, base: str) -> str:
    """An excerpt in Markdown or HTML as plain text, white space folded."""
    return " ".join(text_of(document(html_of(text), base)).split())


def _hero(front: Mapping[str, Any], site: Site, root: str) -> Picture | None:
    """The picture in the front matter: a path, or a mapping as jekyll-seo-tag takes it."""
    image = front.get("image")
    if isinstance(image, dict):
        path, alt = text_at(image, "path") or text_at(image, "url"), text_at(image, "alt")
    else:
        path, alt = text_at(front, "image"), ""
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
