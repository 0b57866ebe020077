"""A folder of Jekyll posts, watched: a post is told when it is saved, before the site is built.

    _posts/ ─▶ stamps ─▶ those that changed and stand still ─▶ parser process ─▶ entries and problems

Everything is read once; after that, what has changed since the reading whose cursor the store kept. So a reading that
was not committed is given again. Posts with an appointment and posts that are broken are given with every reading;
so are the ids of all posts that the folder holds, read or not, for whoever must know that one has gone.
"""

import asyncio
import datetime as dt
import itertools
import uuid
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import assert_never
from urllib.parse import unquote, urlsplit

from bot.document import Picture
from bot.errors import PictureError, Problem, SourceError
from bot.model import UTC, Entry
from bot.ports import Fetch, Fetched, Parse, Reading
from bot.sources.folder import Folders, Look, Stamps
from bot.sources.jekyll_post import Flawed, Unpublished, read_post
from bot.sources.jekyll_site import Site, read_config
from bot.sources.web import LARGEST_PICTURE, fetch_page, fetch_picture, link_answers
from bot.text.links import encoded

POSTS = "posts"  #: the collection that every site has
LARGEST_POST = 5 * 1024 * 1024  #: bytes; a longer one is a mistake
AT_ONCE = 64  #: posts that wait for a parser with their bytes in memory


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a reading left behind: which versions it has read, and what every later one gives again."""

    cursor: str = ""
    site: Site | None = None
    stamps: Stamps = field(default_factory=dict)
    appointments: Mapping[Path, Entry] = field(default_factory=dict)
    problems: Mapping[Path, Sequence[Problem]] = field(default_factory=dict)
    ids: Mapping[Path, str] = field(default_factory=dict)


@dataclass(slots=True)
class Harvest:
    """What came of reading some posts; ``failed`` ones killed their parser or could not be opened: again next time."""

    entries: dict[Path, Entry] = field(default_factory=dict)
    problems: dict[Path, Sequence[Problem]] = field(default_factory=dict)
    unpublished: dict[Path, Unpublished] = field(default_factory=dict)
    failed: dict[Path, Sequence[Problem]] = field(default_factory=dict)

    @property
    def ids(self) -> dict[Path, str]:
        """The ids of those posts that say enough of themselves."""
        posts: dict[Path, Entry | Unpublished] = {**self.entries, **self.unpublished}
        return {path: post.id for path, post in posts.items() if post.id}


class JekyllSource:
    """One site's posts: ``path`` is their folder, or that of the whole site.

    ``collections`` are the labels of those that are told, "posts" being the folder of posts. ``site`` and ``permalink``
    go before what the site's ``_config.yml`` says; ``zone`` is for a site that names no ``timezone`` there. An editor
    finds a post at its path, or where ``origin`` keeps it.
    """

    def __init__(
        self,
        path: Path,
        *,
        collections: Sequence[str] = (POSTS,),
        site: str | None = None,
        permalink: str | None = None,
        zone: str = "UTC",
        origin: str = "",
        fetch: Fetch,
        parse: Parse,
    ) -> None:
        self._path = path
        self._collections = collections
        self._given = (site, permalink, zone)
        self._origin = origin
        self._fetch = fetch
        self._parse = parse
        self._process = uuid.uuid4().hex
        self._numbers = itertools.count(1)
        self._kept = Snapshot()  # what the store has committed
        self._offered = Snapshot()  # what the last reading gave
        self._folders = Folders(self._watched(Site()), self._config)

    async def read(self, cursor: str) -> Reading:
        """What has changed since ``cursor`` was given, everything if that was in another process."""
        before = self._kept = self._resumed(cursor)
        site, (posts, whole) = await self._looked()
        known = before.stamps if site == before.site else {}
        fresh = await self._folders.settled({path: stamp for path, stamp in posts.items() if known.get(path) != stamp})
        harvest = await self._read_all(list(fresh), site)
        harvest.entries = {path: _renamed(entry, before.ids.get(path, "")) for path, entry in harvest.entries.items()}
        read = {path: stamp for path, stamp in fresh.items() if path not in harvest.failed}
        standing = {path for path in posts if path not in read}
        self._offered = after = Snapshot(
            cursor=f"{self._process}:{next(self._numbers)}" if read or not before.cursor else before.cursor,
            site=site,
            stamps={path: known[path] for path in standing if path in known} | read,
            appointments={path: entry for path, entry in before.appointments.items() if path in standing}
            | {path: entry for path, entry in harvest.entries.items() if entry.due},
            problems={path: problems for path, problems in before.problems.items() if path in standing}
            | harvest.problems,
            ids={path: before.ids[path] for path in posts if path in before.ids} | harvest.ids,
        )
        entries = {**after.appointments, **harvest.entries}
        return Reading(
            entries=tuple(entries.values()),
            total=len(posts),
            cursor=after.cursor,
            unchanged=after.cursor == cursor and not entries,
            problems=tuple(itertools.chain.from_iterable({**after.problems, **harvest.failed}.values())),
            present=_present(posts, after.ids) if whole else None,
        )

    async def read_one(self, path: Path) -> Entry:
        """The entry in one file, wherever it lies; raises ``SourceError``."""
        harvest = await self._read_all([path], await self.site())
        if path in harvest.entries:
            return harvest.entries[path]
        if path in harvest.unpublished:
            raise SourceError(f"{path}: it says “published: false”, so Jekyll leaves it out")
        raise SourceError(str((harvest.problems | harvest.failed)[path][0]))

    async def site(self) -> Site:
        """The site as ``_config.yml`` and the settings describe it; raises ``SourceError`` that names the line."""
        try:
            data = await asyncio.to_thread(self._config.read_bytes) if self._config.exists() else b""
            return await self._parse(read_config, data, *self._given)
        except OSError as error:
            raise SourceError(f"{self._config}: it cannot be read: {error.strerror}") from error
        except SourceError as error:
            raise SourceError(f"{self._config}: {error}") from error

    async def changed(self) -> None:
        """Return when the folder is not as the last reading saw it."""
        await self._folders.changed()

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture: a file under the site's root, else from the net; raises ``PictureError``."""
        path = self._path_of(picture.url, await self.site())
        if path is not None:
            with suppress(OSError):
                return await asyncio.to_thread(_picture_file, path)
        if urlsplit(picture.url).scheme == "file":
            raise PictureError(f"the picture is not at {path or picture.url}")
        try:
            return await fetch_picture(self._fetch, picture.url)
        except PictureError as error:
            raise PictureError(f"it is not at {path}; {error}" if path else str(error)) from error

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        return await link_answers(self._fetch, link)

    async def page(self, link: str) -> Fetched:
        """The page that the link leads to, got by the guarded client; raises ``SourceError``."""
        return await fetch_page(self._fetch, link)

    async def place(self, picture: Picture) -> str | None:
        """A picture's path from the site's root, if it should lie there."""
        path = self._path_of(picture.url, await self.site())
        return None if path is None else path.relative_to(self._root.resolve()).as_posix()

    @property
    def _root(self) -> Path:
        """The folder of the site: the one that was named, or the one around the named folder of posts."""
        marks = ("_config.yml", *(f"_{label}" for label in self._collections))
        whole = not self._path.name.startswith("_") and any((self._path / mark).exists() for mark in marks)
        return self._path if whole else self._path.parent

    @property
    def _config(self) -> Path:
        return self._root / "_config.yml"

    async def _looked(self) -> tuple[Site, Look]:
        """The site, and what stands in its folders now."""
        try:
            site = await self.site()
        except SourceError:
            await self._folders.look()  # what is there has been seen: only a change calls for another try
            raise
        paths = self._watched(site)
        if paths != self._folders.paths:
            self._folders = Folders(paths, self._config)
        missing = [label for label in self._collections if label != POSTS and label not in site.collections]
        posts = await self._folders.posts()
        if missing:
            raise SourceError(f"{self._config}: no collection “{missing[0]}” with “output: true” is named there")
        return site, posts

    def _watched(self, site: Site) -> dict[Path, bool]:
        """The folders of the collections, and whether names there bear dates."""
        root = self._root
        named = {root / site.collections_dir / f"_{label}": label == POSTS for label in self._collections}
        if root == self._path:
            return named
        posts = {self._path: True} if POSTS in self._collections else {}
        return posts | {path: False for path, dated in named.items() if not dated}

    def _shown(self, path: Path) -> str:
        """Where an editor finds a post."""
        return f"{self._origin}:{self._relative(path)}" if self._origin else str(path)

    def _resumed(self, cursor: str) -> Snapshot:
        """What the store knows: the last reading, the one before it, or nothing of this process."""
        return next((one for one in (self._offered, self._kept) if one.cursor == cursor), Snapshot())

    async def _read_all(self, paths: Sequence[Path], site: Site) -> Harvest:
        harvest = Harvest()
        for start in range(0, len(paths), AT_ONCE):
            await asyncio.gather(*(self._read_into(harvest, path, site) for path in paths[start : start + AT_ONCE]))
        return harvest

    async def _read_into(self, harvest: Harvest, path: Path, site: Site) -> None:
        root = self._root.resolve()
        try:
            data = await asyncio.to_thread(_post_file, path)
            now = dt.datetime.now(UTC)
            found = await self._parse(
                read_post, self._relative(path), data, site, self._shown(path), root.as_uri(), now
            )
        except OSError as error:
            harvest.failed[path] = [Problem(f"it cannot be read: {error.strerror}", self._shown(path))]
        except SourceError as error:
            harvest.failed[path] = [Problem(f"it {error}", self._shown(path))]
        else:
            match found:
                case Entry():
                    harvest.entries[path] = found
                case Flawed():
                    harvest.entries[path] = found.entry
                    harvest.problems[path] = found.problems
                case Problem():
                    harvest.problems[path] = [found]
                case Unpublished():
                    harvest.unpublished[path] = found
                case _:
                    assert_never(found)

    def _relative(self, path: Path) -> str:
        """A post's path from the site's root; its bare name if it lies elsewhere."""
        path, root = path.resolve(), self._root.resolve()
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name

    def _path_of(self, url: str, site: Site) -> Path | None:
        """Where under the site's root a picture should lie; None if not there, or where Jekyll publishes nothing."""
        root = self._root.resolve()
        for base in (root.as_uri() + "/", encoded(site.absolute("/"))):
            if base and url.startswith(base):
                parts = unquote(urlsplit(url[len(base) :]).path).split("/")
                path = root.joinpath(*parts).resolve()
                hidden = any(part[:1] in {".", "_"} for part in parts)
                return path if path.is_relative_to(root) and not hidden else None
        return None


def _renamed(entry: Entry, before: str) -> Entry:
    """The entry with the id that its file had before: a slug that was mended tells no new story."""
    return entry if before in {"", entry.id} else replace(entry, aliases=(before,))


def _present(posts: Collection[Path], ids: Mapping[Path, str]) -> frozenset[str] | None:
    """The ids of all posts. None in doubt: of a post that was never read nobody knows the id, and an empty folder is
    rather one that is being replaced, or a disk that is not mounted.
    """
    return frozenset(ids[path] for path in posts) if posts and all(path in ids for path in posts) else None


def _post_file(path: Path) -> bytes:
    if path.stat().st_size > LARGEST_POST:
        raise SourceError(f"is longer than {LARGEST_POST >> 20} MiB")
    return path.read_bytes()


def _picture_file(path: Path) -> bytes:
    """The bytes of a picture; raises ``OSError`` if it is no file, ``PictureError`` if it is too large."""
    if path.stat().st_size > LARGEST_PICTURE:
        raise PictureError(f"{path} has more than {LARGEST_PICTURE >> 20} MiB")
    return path.read_bytes()
