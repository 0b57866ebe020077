"""Folders of posts on disk: what stands there, what stands still, and when it changes.

A stamp tells a file's versions apart without reading it. Editors save in steps, and some by renaming a finished file
over the old one; both end with a stamp that stays. An empty file is one that is still to be filled: an editor has
opened it, or a cloud's folder has not brought what is in it yet.
"""

import asyncio
import os
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import aclosing, suppress
from pathlib import Path
from typing import NamedTuple

from watchfiles import awatch

from bot.errors import SourceError
from bot.sources.jekyll_post import NAME, SUFFIXES

Stamp = tuple[int, int]  #: mtime in nanoseconds, size in bytes
Stamps = Mapping[Path, Stamp]

#: What Dropbox and Syncthing put into the names of the copies that they make when two have changed one file.
CONFLICT = re.compile(r"conflicted copy|\.sync-conflict-", re.IGNORECASE)

STILL = 0.2  #: seconds that a file must have stood still before it is read (DESIGN.md section 6)
DEBOUNCE = 100  #: milliseconds in which changes are taken as one
LOOK = 5_000  #: milliseconds between looks at a folder whose file system tells nothing
ABSENT = 1.0  #: seconds between looks for a folder that is not there


class Look(NamedTuple):
    """What stands in a folder; not ``whole`` if a part of it could not be looked at, where more may stand."""

    posts: Stamps
    whole: bool


class Folders:
    """Folders of posts, and one file beside them that changes how they are read.

    ``paths`` say of each whether a post there is known by the date in its name, as it is in ``_posts``.
    """

    def __init__(self, paths: Mapping[Path, bool], beside: Path) -> None:
        self.paths = paths
        self._beside = beside
        self._seen: Stamps = {}

    async def posts(self) -> Look:
        """The posts that stand there now; raises ``SourceError`` if a folder does not, or cannot be opened."""
        for path in self.paths:
            if not path.is_dir():
                raise SourceError(f"the folder {path} does not exist")
        refused = await self.look()
        for path in self.paths:
            if path in refused:
                raise SourceError(f"the folder {path} cannot be read: {refused[path]}")
        return Look({path: stamp for path, stamp in self._seen.items() if path != self._beside}, whole=not refused)

    async def look(self) -> Mapping[Path, str]:
        """See what stands there, which ``changed`` compares with; what could not be looked at, with the reason."""
        self._seen, refused = await asyncio.to_thread(self._look)
        return refused

    async def settled(self, changed: Stamps) -> Stamps:
        """Those that stand still: their last change is old enough, or waiting has shown it."""
        now = time.time()
        ages = {path: now - mtime / 1e9 for path, (mtime, _) in changed.items()}
        moving = {path for path, (_, size) in changed.items() if not size}
        young = {path for path, age in ages.items() if not age >= STILL} - moving
        if young:
            await asyncio.sleep(min(STILL, STILL - min(ages[path] for path in young)))
            again, _ = await asyncio.to_thread(_stamps, young)
            moving |= {path for path in young if again.get(path) != changed[path]}
        self._seen = {path: stamp for path, stamp in self._seen.items() if path not in moving or not stamp[1]}
        return {path: stamp for path, stamp in changed.items() if path not in moving}

    async def changed(self) -> None:
        """Return when the folder is not as ``posts`` last saw it, or a post was still being written then."""
        while not all(path.is_dir() for path in self.paths):  # noqa: ASYNC110 - a file system sets no event
            await asyncio.sleep(ABSENT)
        watch = awatch(*self.paths, debounce=DEBOUNCE, rust_timeout=LOOK, yield_on_timeout=True, watch_filter=None)
        async with aclosing(watch):
            event = asyncio.ensure_future(anext(watch))
            try:
                await asyncio.sleep(0)  # now the watch stands: what comes is an event, what came is seen by the look
                while (await asyncio.to_thread(self._look))[0] == self._seen:
                    await event
                    event = asyncio.ensure_future(anext(watch))
            finally:
                event.cancel()
                with suppress(asyncio.CancelledError):
                    await event

    def _look(self) -> tuple[Stamps, Mapping[Path, str]]:
        """Every post, and the file beside, with its stamp; and what could not be looked at, with the reason.

        Temporary and hidden files are no posts.
        """
        refused: dict[Path, str] = {}

        def refuse(error: OSError) -> None:
            refused[Path(error.filename)] = error.strerror or str(error)

        paths = [self._beside]
        for root, dated in self.paths.items():
            for folder, folders, names in os.walk(root, onerror=refuse):
                folders[:] = [name for name in folders if name[0] not in "._"]
                paths += (path for path in (Path(folder, name) for name in names) if _is_post(path, dated=dated))
        found, unseen = _stamps(paths)
        return found, refused | unseen


def _is_post(path: Path, *, dated: bool) -> bool:
    """Whether Jekyll would take it for one; a copy that a cloud's folder made of two editors' work is none."""
    if path.suffix.lower() not in SUFFIXES or path.name[0] in "._#~" or CONFLICT.search(path.name):
        return False
    return not dated or NAME.fullmatch(path.stem) is not None


def _stamps(paths: Iterable[Path]) -> tuple[dict[Path, Stamp], dict[Path, str]]:
    """The stamps of those files that are there; and those of which that cannot be told, with the reason."""
    found: dict[Path, Stamp] = {}
    refused: dict[Path, str] = {}
    for path in paths:
        try:
            status = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            refused[path] = error.strerror or str(error)
        else:
            found[path] = status.st_mtime_ns, status.st_size
    return found, refused
