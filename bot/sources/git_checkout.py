"""What is kept of a remote repository: the posts of one commit, as files in a folder of our own.

    var/git/sokbo/newsdao-3f1c…/      one folder a feed; it goes when the feed goes
        site/_posts/…                 as in the commit: plain files, that Jekyll's source reads as any folder
        blobs/3c1f…                   fetched, and not yet in their place: a fetch that broke off goes on from there
        head.json  files.json         which commit stands there, and the ids of all its files

``head.json`` is taken away before the first file changes and written after the last, so that a folder that a crash left
between two commits is known as one that holds nothing.
"""

import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

MARK: Final = re.compile(r".+-[0-9a-f]{12}")
STOOD: Final = 1_000_000_000  #: nanoseconds for which a file that is put in place at once has stood still


@dataclass(frozen=True, slots=True)
class Head:
    """Which commit stands in a checkout, which folders of it, and the names that could not be used."""

    commit: str = ""
    folders: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checkout:
    """One feed's folder below ``home``. Every method works on the disk, so it is called in a thread."""

    path: Path
    site: Path = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "site", self.path / "site")

    @classmethod
    def of(cls, home: Path, feed: str, url: str, branch: str, folder: str = "") -> "Checkout":
        """The folder of a feed: another for another address, branch, or folder of the repository."""
        words = re.sub(r"[^\w-]+", "-", feed)[:40].strip("-") or "feed"
        origin = [feed, url, branch, *filter(None, [folder])]
        mark = hashlib.blake2b("\0".join(origin).encode(), digest_size=6).hexdigest()
        return cls(home / f"{words}-{mark}")

    def head(self) -> Head:
        """What stands there."""
        try:
            said = json.loads((self.path / "head.json").read_text("utf-8"))
            return Head(said["commit"], tuple(said["folders"]), tuple(said["refused"]))
        except (OSError, ValueError, KeyError, TypeError):
            return Head()

    def files(self) -> dict[str, str]:
        """The ids of all files of the commit that stands there, by their paths; they need not all be here."""
        with suppress(OSError, ValueError):
            found: dict[str, str] = json.loads((self.path / "files.json").read_text("utf-8"))
            return found
        return {}

    def lacking(self, wanted: Iterable[str]) -> list[str]:
        """Those of the blobs that have not been fetched yet."""
        return sorted(name for name in set(wanted) if not self._blob(name).exists())

    def keep(self, blobs: Mapping[str, bytes]) -> None:
        """Keep fetched blobs until they are put in their places."""
        (self.path / "blobs").mkdir(parents=True, exist_ok=True)
        for name, data in blobs.items():
            part = self._blob(name).with_suffix(".part")
            part.write_bytes(data)
            part.replace(self._blob(name))

    def advance(self, head: Head, files: Mapping[str, str], wanted: Mapping[str, str], held: Mapping[str, str]) -> None:
        """Bring the folder to a commit: ``wanted`` files stand there afterwards, and no others.

        ``held`` is what stands there now; whatever is missing of ``wanted`` had been kept.
        """
        (self.path / "head.json").unlink(missing_ok=True)
        for folder in head.folders:
            (self.site / folder).mkdir(parents=True, exist_ok=True)
        for path in held.keys() - wanted.keys():
            (self.site / path).unlink(missing_ok=True)
        for path, name in wanted.items():
            if held.get(path) != name:
                self._place(path, name)
        self._write("files.json", files)
        self._write("head.json", {"commit": head.commit, "folders": head.folders, "refused": head.refused})
        shutil.rmtree(self.path / "blobs", ignore_errors=True)

    def clear(self) -> None:
        """Throw away what stands there, when nobody knows what it is."""
        shutil.rmtree(self.site, ignore_errors=True)
        self.site.mkdir(parents=True, exist_ok=True)

    def _place(self, path: str, name: str) -> None:
        """A file in its place, whole at once, as one that has stood still."""
        target = self.site / path
        _make_way(self.site, target)
        part = self.path / "part"
        shutil.copyfile(self._blob(name), part)
        moment = time.time_ns() - STOOD
        os.utime(part, ns=(moment, moment))
        part.replace(target)

    def _blob(self, name: str) -> Path:
        return self.path / "blobs" / name

    def _write(self, name: str, said: object) -> None:
        part = self.path / f"{name}.part"
        part.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
        part.replace(self.path / name)


def _make_way(root: Path, target: Path) -> None:
    """What was a file may be a folder now, and the other way round."""
    if target.is_dir():
        shutil.rmtree(target)
    for folder in target.relative_to(root).parents:
        if (root / folder).is_file():
            (root / folder).unlink()
    target.parent.mkdir(parents=True, exist_ok=True)


def sweep(home: Path, keep: Collection[Path]) -> Sequence[Path]:
    """Throw away the checkouts of feeds that are no more; those that went."""
    gone = [path for path in home.glob("*") if MARK.fullmatch(path.name) and path not in keep]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return gone
