"""What commands do about feeds: add, remove, test, import, export; beside a running bot or without one.

add ─ test first ─┐
import ───────────┴─▶ checked against file and store ─▶ one intent: all of them, or none
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yarl import URL

from bot.app.build import build_client, open_store
from bot.app.decisions import WAITS, desk, outcome
from bot.desk import Refused
from bot.errors import ConfigError, Problem, SourceError
from bot.model import UTC
from bot.parsers import Parsers
from bot.ports import AddedFeed
from bot.settings import Settings, read_added
from bot.sources.opml import LARGEST, Outline, read_opml, write_opml
from bot.sources.probe import Probe, probe
from bot.store.ledger import Ledger
from bot.store.roster import Roster
from bot.text.letters import squeeze
from bot.text.links import canonical

LONGEST_NAME = 100  #: characters of a name that a feed gives itself


async def test(settings: Settings, url: str) -> Probe:
    """What a feed's address gives now; writes nothing. Raises ``SourceError`` where that is no feed."""
    async with Parsers(1) as parsers, build_client(settings) as client:
        return await probe(url, client, parsers, settings.timezone, now=dt.datetime.now(UTC))


async def add(settings: Settings, url: str, name: str, said: Mapping[str, str | int]) -> str:
    """Watch one more feed, once it has been tried; what came of it, in words.

    Raises ``Refused`` or ``ConfigError`` for what cannot be added, ``SourceError`` where there is no feed.
    """
    taken = await _taken(settings)
    taken.refuse(name, url)
    read_added(AddedFeed(name or _name("", url), url, said), ())
    found = await test(settings, url)
    taken.refuse(name, found.place)
    chosen = name or taken.free(_name(found.title, found.place))
    site = {"site": found.site} if found.site else {}
    came = await _intend(settings, [AddedFeed(chosen, found.place, {**said, **site})])
    return f"{chosen}: {came}" if found.place == url else f"{chosen}, at {found.place}: {came}"


async def remove(settings: Settings, name: str) -> str:
    """Watch a feed no more that a command has added; what came of it. Raises ``Refused`` for any other."""
    in_file = next((feed for feed in settings.feeds if feed.feed.name == name), None)
    if in_file is not None:
        raise Refused(f"the feed {name} stands in {settings.path}:{in_file.line}: take it out there")
    async with open_store(settings.store) as database:
        names = [feed.name for feed in await Roster(database).added()]
    if name not in names:
        raise Refused(f"no command has added a feed {name!r}; those that were: {', '.join(names) or 'none'}")
    async with desk(settings) as people:
        came = await outcome(settings, people, await people.remove_feed(name))
    if came not in ("done", WAITS):
        raise Refused(came)
    return f"{name} is not watched any more; what it told stays in the ledger" if came == "done" else came


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list: the names that were added, and what was there already, as ``(title, name there)``."""

    added: tuple[str, ...]
    there: tuple[tuple[str, str], ...]
    came: str


async def import_opml(settings: Settings, file: Path) -> Imported:
    """Watch all the feeds of a list, or none; those that are watched already stay as they are.

    Raises ``ConfigError`` with every problem at once, ``SourceError`` for what is no list.
    """
    outlines = await _outlines(file)
    problems = [problem for outline in outlines for problem in _wrong(outline, file)]
    if problems:
        raise ConfigError(problems)
    taken = await _taken(settings)
    added, there = list[AddedFeed](), list[tuple[str, str]]()
    for outline in outlines:
        if known := taken.at(outline.feed):
            there.append((outline.title or outline.feed, known))
            continue
        name = taken.free(_name(outline.title, outline.feed))
        site = {"site": outline.site} if _is_web(outline.site) else {}
        added.append(AddedFeed(name, outline.feed, {**site, **({"label": [*outline.label]} if outline.label else {})}))
        taken.take(name, outline.feed)
    came = await _intend(settings, added) if added else "nothing to add"
    return Imported(tuple(feed.name for feed in added), tuple(there), came)


async def export_opml(settings: Settings) -> tuple[str, tuple[str, ...]]:
    """All feeds that have an address, as a list; and the names of those that have none: folders and repositories."""
    async with open_store(settings.store) as database:
        added = await Roster(database).added()
    ours = [Outline(each.feed.name, each.url, each.site or "") for each in settings.feeds if each.kind == "feed"]
    theirs = [
        Outline(each.name, each.url, str(each.said.get("site", "")), tuple(map(str, each.said.get("label", ()))))
        for each in added
    ]
    return write_opml([*ours, *theirs]), tuple(each.feed.name for each in settings.feeds if each.kind != "feed")


class Taken:
    """The names and addresses that feeds have already."""

    def __init__(self, feeds: Iterable[tuple[str, str]]) -> None:
        self._names: set[str] = set()
        self._at: dict[str, str] = {}
        for name, url in feeds:
            self.take(name, url)

    def take(self, name: str, url: str) -> None:
        """Note one more."""
        self._names.add(name)
        self._at[canonical(url)] = name

    def at(self, url: str) -> str:
        """Who is at this address, "" if nobody."""
        return self._at.get(canonical(url), "")

    def free(self, name: str) -> str:
        """The name, numbered if somebody has it."""
        number, chosen = 1, name
        while chosen in self._names:
            number += 1
            chosen = f"{name} ({number})"
        return chosen

    def refuse(self, name: str, url: str) -> None:
        """Raise ``Refused`` where the name or the address is somebody's."""
        if name in self._names:
            raise Refused(f"there is a feed {name!r} already: give it another --name")
        if known := self.at(url):
            raise Refused(f"{url} is watched already: it is the feed {known!r}")


async def _taken(settings: Settings) -> Taken:
    async with open_store(settings.store) as database:
        met = [(feed["name"], feed["url"]) for feed in await Ledger(database).feeds() if not feed["retired"]]
    return Taken([*met, *((feed.feed.name, feed.url) for feed in settings.feeds)])


async def _intend(settings: Settings, feeds: Sequence[AddedFeed]) -> str:
    async with desk(settings) as people:
        came = await outcome(settings, people, await people.add_feeds(feeds))
    if came not in ("done", WAITS):
        raise Refused(came)
    return "it is watched from now on" if came == "done" else came


async def _outlines(file: Path) -> list[Outline]:
    try:
        with file.open("rb") as opened:
            data = opened.read(LARGEST + 1)  # one more than is read: a larger file is refused, not cut
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror}", str(file))]) from error
    async with Parsers(1) as parsers:
        try:
            found = await parsers(read_opml, data)
        except SourceError as error:
            raise SourceError(f"{file} {error}") from error
    if not found:
        raise SourceError(f"{file} names no feed: none of its outlines has an xmlUrl")
    return found


def _wrong(outline: Outline, file: Path) -> Iterable[Problem]:
    """Why an outline cannot become a feed."""
    where = f"{file}:{outline.line}"
    called = f"“{outline.title or outline.feed}”"
    if not outline.feed:
        return [Problem(f"{called} calls itself a feed and has no xmlUrl", where, "give it one, or take it out")]
    try:
        read_added(AddedFeed(_name(outline.title, outline.feed), outline.feed), ())
    except ConfigError as error:
        return [Problem(f"{called}: {each.what}", where, each.mend) for each in error.problems]
    return []


def _is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _name(title: str, url: str) -> str:
    """What a feed is called whom nobody gave a name: its own title, else its host."""
    return squeeze(title)[:LONGEST_NAME].strip() or (URL(url).host or url).removeprefix("www.")


def described(found: Probe) -> dict[str, Any]:
    """A probe as JSON."""
    return {
        "url": found.url,
        "format": found.format,
        "title": found.title,
        "site": found.site,
        "encoding": found.encoding,
        "hub": found.hub,
        "entries": found.entries,
        "newest": found.newest.astimezone(UTC).isoformat().replace("+00:00", "Z") if found.newest else None,
        "newest_title": found.newest_title,
        "every_s": None if found.every is None else int(found.every.total_seconds()),
        "problems": [{"what": each.what, "where": each.where, "mend": each.mend} for each in found.problems],
    }
