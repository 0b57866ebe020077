"""A Jekyll site in a git repository: its posts are kept as a folder, and read from there as any folder is.

    poll ─▶ where is the branch? ─┬─ where it was ──────────────────────────────▶ JekyllSource ─▶ Reading
                                  └─ elsewhere ─▶ listing ─▶ blobs that changed ─▶ checkout ─┘

What a post is, when it may go out, and that it is one with its site's feed is decided there; here is only git. A
picture's bytes are asked for when somebody wants them, and are not kept.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote, urlsplit

from bot.document import Picture
from bot.errors import PictureError, Problem, SourceError
from bot.ports import Asks, Credentials, Fetched, Parse, Reading
from bot.sources.git_checkout import Checkout, Head
from bot.sources.git_http import GitHttp
from bot.sources.git_local import GitLocal
from bot.sources.git_pack import Listing
from bot.sources.jekyll import LARGEST_POST, POSTS, JekyllSource
from bot.sources.web import LARGEST_PICTURE

DEADLINE: Final = 50.0  #: seconds for one poll, below the minute for which a feed is one worker's
BATCH: Final = 256  #: blobs that are asked for at once: some megabytes of posts
LARGEST: Final = 100_000  #: posts
CONFIG: Final = "_config.yml"


class Remote(Protocol):
    """Where a repository is."""

    async def head(self, branch: str) -> str:
        """The id of the commit that a branch is at; raises ``SourceError``."""
        ...

    async def listing(self, commit: str) -> Listing:
        """The files of a commit."""
        ...

    async def blobs(self, wanted: Collection[str], largest: int) -> Mapping[str, bytes]:
        """Those of the blobs that are not too long, by their ids."""
        ...

    def forget(self) -> None:
        """Let go of what was kept between a listing and its blobs."""
        ...


class GitSource:
    """One repository; ``posts`` is the source of what its ``checkout`` holds.

    ``branch`` "" is the remote's own, ``folder`` where the site lies in it; ``collections`` are the labels of those
    that are told.
    """

    def __init__(
        self,
        url: str,
        remote: Remote,
        checkout: Checkout,
        posts: JekyllSource,
        *,
        branch: str = "",
        folder: str = "",
        collections: Sequence[str] = (POSTS,),
    ) -> None:
        self._url = url
        self._remote = remote
        self._branch = branch
        self._site = f"{folder}/" if folder else ""
        self._folders = tuple(f"_{label}" for label in collections)
        self._checkout = checkout
        self._posts = posts

    async def read(self, cursor: str) -> Reading:
        """What has changed in the branch since ``cursor`` was given."""
        try:
            async with asyncio.timeout(DEADLINE):
                head = await self._update()
        except TimeoutError as error:
            raise SourceError(f"{self._url} is not all here after {DEADLINE:g} s; the next poll goes on") from error
        finally:
            self._remote.forget()
        reading = await self._posts.read(cursor)
        mend = "rename it: a name has at most 255 bytes, is UTF-8, and holds no control character"
        refused = [Problem("its name cannot be used", f"{self._url}:{self._site}{path}", mend) for path in head.refused]
        return replace(reading, problems=(*reading.problems, *refused))

    async def picture(self, picture: Picture) -> bytes:
        """The bytes of a picture: a file of the commit, else from the net; raises ``PictureError``."""
        path = await self._posts.place(picture)
        name = None if path is None else (await asyncio.to_thread(self._checkout.files)).get(path)
        if name is None:
            return await self._posts.picture(picture)
        try:
            found = await self._remote.blobs([name], LARGEST_PICTURE)
        except SourceError as error:
            raise PictureError(f"the picture {path} could not be fetched: {error}") from error
        if name not in found:
            raise PictureError(f"the picture {path} has more than {LARGEST_PICTURE >> 20} MiB")
        return found[name]

    async def answers(self, link: str) -> bool:
        """Whether the link answers 200 now."""
        return await self._posts.answers(link)

    async def page(self, link: str) -> Fetched:
        """The page that the link leads to, got by the guarded client; raises ``SourceError``."""
        return await self._posts.page(link)

    async def _update(self) -> Head:
        """Bring the checkout to where the branch is."""
        commit = await self._remote.head(self._branch)
        before = await asyncio.to_thread(self._checkout.head)
        if (before.commit, before.folders) == (commit, self._folders):
            return before
        listing = await self._remote.listing(commit)
        site = {path.removeprefix(self._site): name for path, name in listing.files.items() if self._holds(path)}
        wanted = _wanted(site, self._folders)
        if not wanted.keys() - {CONFIG}:
            names = " or ".join(f"{self._site}{folder}" for folder in self._folders)
            mend = "name the branch that the site is made from, or the folder that it lies in"
            raise SourceError(f"{self._url} holds no posts in {names} ({mend})")
        if len(wanted) > LARGEST:
            raise SourceError(f"{self._url} holds more than {LARGEST:,} posts")
        refused = [path.removeprefix(self._site) for path in listing.refused if self._holds(path)]
        held = _wanted(await asyncio.to_thread(self._checkout.files), before.folders) if before.commit else {}
        if not held:
            await asyncio.to_thread(self._checkout.clear)
        too_long = await self._fetched({name for path, name in wanted.items() if held.get(path) != name})
        refused += [path for path, name in wanted.items() if name in too_long]
        head = Head(commit, self._folders, tuple(refused))
        here = {path: name for path, name in wanted.items() if name not in too_long}
        files = {path: name for path, name in site.items() if path not in refused}
        await asyncio.to_thread(self._checkout.advance, head, files, here, held)
        return head

    def _holds(self, path: str) -> bool:
        """Whether a file of the repository is the site's."""
        return path.startswith(self._site)

    async def _fetched(self, names: Collection[str]) -> frozenset[str]:
        """Fetch blobs into the checkout; those that are too long to be a post."""
        lacking = await asyncio.to_thread(self._checkout.lacking, names)
        too_long: set[str] = set()
        for start in range(0, len(lacking), BATCH):
            batch = lacking[start : start + BATCH]
            found = await self._remote.blobs(batch, LARGEST_POST)
            await asyncio.to_thread(self._checkout.keep, found)
            too_long |= set(batch) - found.keys()
        return frozenset(too_long)


def remote_at(url: str, fetch: Asks, parse: Parse, credentials: Credentials | None = None) -> Remote:
    """Who speaks with the repository at an address, or at a path of this machine.

    ``credentials`` are for the repository's server alone, not for the pictures and pages that a post names.
    """
    if url.startswith(("http://", "https://")):
        return GitHttp(url, fetch, parse, credentials)
    path = unquote(urlsplit(url).path) if url.startswith("file://") else url
    return GitLocal(Path(path), parse)


def _wanted(files: Mapping[str, str], folders: Collection[str]) -> dict[str, str]:
    """Of a commit's files those that Jekyll makes posts of, and how; other folders with ``_`` are Jekyll's own.

    A site may keep its collections in a folder of their own (``collections_dir``).
    """
    return {path: name for path, name in files.items() if path == CONFIG or _of_jekyll(path) in folders}


def _of_jekyll(path: str) -> str:
    """The first folder of a path that begins with ``_``."""
    return next((part for part in path.split("/")[:-1] if part.startswith("_")), "")
