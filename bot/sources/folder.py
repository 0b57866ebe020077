"""A folder of posts on disk: what stands there, what stands still, and when it changes.

A stamp tells a file's versions apart without reading it. Editors save in steps, and some by renaming a finished file
over the old one; both end with a stamp that stays.
"""

import asyncio
import os
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

STILL = 0.2  #: seconds that a file must have stood still before it is read (DESIGN.md section 6)
DEBOUNCE = 100  #: milliseconds in which changes are taken as one
LOOK = 5_000  #: milliseconds between looks at a folder whose file system tells nothing
ABSENT = 1.0  #: seconds between looks for a folder that is not there


class Look(NamedTuple):
    """What stands in a folder; not ``whole`` if a part of it could not be looked at, where more may stand."""

    posts: Stamps
    whole: bool


class Folder:
    """A folder of posts, and one file beside it that changes how they are read."""

    def __init__(self, path: Path, beside: Path) -> None:
        self._path = path
        self._beside = beside
        self._seen: Stamps = {}

    async def posts(self) -> Look:
        """The posts that stand there now; raises ``SourceError`` if the folder does not, or cannot be opened."""
        if not self._path.is_dir():
            raise SourceError(f"the folder {self._path} does not exist")
        self._seen, refused = await asyncio.to_thread(self._look)
        if self._path in refused:
            raise SourceError(f"the folder {self._path} cannot be read: {refused[self._path]}")
        return Look({path: stamp for path, stamp in self._seen.items() if path != self._beside}, whole=not refused)

    async def settled(self, changed: Stamps) -> Stamps:
        """Those that stand still: their last change is old enough, or waiting has shown it."""
        now = time.time()
        young = {path for path, (mtime, _) in changed.items() if not now - mtime / 1e9 >= STILL}
        if not young:
            return changed
        await asyncio.sleep(STILL)
        again, _ = await asyncio.to_thread(_stamps, young)
        moving = {path for path in young if again.get(path) != changed[path]}
        self._seen = {path: stamp for path, stamp in self._seen.items() if path not in moving}
        return {path: stamp for path, stamp in changed.items() if path not in moving}

    async def changed(self) -> None:
        """Return when the folder is not as ``posts`` last saw it, or a post was still being written then."""
        while not self._path.is_dir():  # noqa: ASYNC110 - a file system sets no event
            await asyncio.sleep(ABSENT)
        watch = awatch(self._path, debounce=DEBOUNCE, rust_timeout=LOOK, yield_on_timeout=True, watch_filter=None)
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
        for folder, folders, names in os.walk(self._path, onerror=refuse):
            folders[:] = [name for name in folders if name[0] not in "._"]
            paths += (path for path in (Path(folder, name) for name in names) if _is_post(path))
        found, unseen = _stamps(paths)
        return found, refused | unseen


def _is_post(path: Path) -> bool:
    return path.suffix in SUFFIXES and NAME.fullmatch(path.stem) is not None


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
