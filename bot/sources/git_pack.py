"""What git keeps, opened: commits, trees, blobs. Runs in parser processes; strangers have packed it.

    commit ─▶ tree ─▶ tree … ─▶ Listing: path ─▶ id of a blob
                                └─ never a link, a submodule, or a name that could lead out of a folder

Nothing of a repository is ever run: no hooks, no filters, no attributes. An object's id is the hash of what was read,
so what is found under an id is what the commit means.
"""

import io
import stat
import unicodedata
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from typing import Final, NamedTuple

from dulwich.errors import ApplyDeltaError, ChecksumMismatch, ObjectFormatException
from dulwich.object_format import SHA1
from dulwich.objects import Commit, ObjectID, ShaFile, Tag, Tree, parse_tree
from dulwich.pack import PackData, PackInflater, UnresolvedDeltas

from bot.errors import SourceError
from bot.sources.git_wire import pack_in

ENTRIES: Final = 200_000  #: files and folders that are looked at; a newsroom of thirty years has fewer
LONGEST_NAME: Final = 255  #: bytes that file systems take for one name
LONGEST_PATH: Final = 1024  #: bytes; macOS takes no more
SHOWN: Final = 80  #: characters of a folder, and of a name, that cannot be used
TOLD: Final = 10  #: names that are told of when they cannot be used
LEFT_OUT: Final = frozenset({b"node_modules", b"_site"})  #: what a site is made with, and made into

BROKEN: Final = (
    ApplyDeltaError,
    AssertionError,
    ChecksumMismatch,
    EOFError,
    IndexError,
    KeyError,
    ObjectFormatException,
    UnresolvedDeltas,
    ValueError,
    zlib.error,
)  #: what dulwich raises for a pack that is none


class Listing(NamedTuple):
    """The files of a commit: the id of each by its path, and the paths whose names cannot be a file's here."""

    files: dict[str, str]
    refused: tuple[str, ...]


def listing_of(answer: bytes, commit: str) -> Listing:
    """The files of a commit, from the answer to ``git_wire.fetch``; raises ``SourceError``."""
    objects = {found.id: found for found in _objects(pack_in(answer))}
    return listing(commit, objects.__getitem__)


def blobs_of(answer: bytes, wanted: Collection[str], largest: int) -> dict[str, bytes]:
    """The blobs of these ids in the answer to ``git_wire.fetch``, but for those of more than ``largest`` bytes."""
    found = {}
    for each in _objects(pack_in(answer)):
        name = each.id.decode("ascii")
        if name in wanted and each.raw_length() <= largest:
            found[name] = each.as_raw_string()
    return found


def listing(commit: str, read: Callable[[ObjectID], ShaFile]) -> Listing:
    """The files of a commit, or of the commit that a tag means; ``read`` raises ``KeyError`` for what is not there."""
    try:
        found = read(ObjectID(commit.encode("ascii")))
        if isinstance(found, Tag):
            found = read(found.object[1])
        if not isinstance(found, Commit):
            raise SourceError("has something there that is no commit")
        return _walked(found.tree, read)
    except BROKEN as error:
        raise SourceError(f"keeps a commit that cannot be read ({type(error).__name__})") from error


def _walked(tree: ObjectID, read: Callable[[ObjectID], ShaFile]) -> Listing:
    files: dict[str, str] = {}
    refused: list[str] = []
    entries = 0
    folders = [("", tree)]
    while folders:
        folder, identity = folders.pop()
        found = read(identity)
        if not isinstance(found, Tree):
            raise SourceError(f"keeps no folder where “{folder}” should be")
        for raw, mode, child in parse_tree(found.as_raw_string(), 20):
            entries += 1
            if entries > ENTRIES:
                raise SourceError(f"holds more than {ENTRIES:,} files")
            hidden = raw.startswith(b".") and raw.strip(b".")
            if hidden or raw in LEFT_OUT or not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
                continue
            path = _path(folder, raw)
            if path is None:
                refused.append(_spelled(folder, raw))
            elif stat.S_ISDIR(mode):
                folders.append((path + "/", ObjectID(child)))
            else:
                files[path] = child.decode("ascii")
    return Listing(files, tuple(refused[:TOLD]))


def _path(folder: str, raw: bytes) -> str | None:
    """The path of an entry; None if its name could lead elsewhere, or could not stand on a disk or in a log."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        return None
    path = folder + name
    unusable = not name.strip(".") or "/" in name or any(unicodedata.category(letter) == "Cc" for letter in name)
    long = len(raw) > LONGEST_NAME or len(path.encode("utf-8")) > LONGEST_PATH
    return None if unusable or long else path


def _spelled(folder: str, raw: bytes) -> str:
    """A path that cannot be used, so that it can be shown."""
    name = ascii(raw.decode("utf-8", "replace"))[1:-1]
    return f"{folder[:SHOWN]}{name[:SHOWN]}"


def _objects(pack: bytes) -> Iterator[ShaFile]:
    """The objects in a pack, each named by the hash of its content."""
    try:
        with closing(PackData.from_file(io.BytesIO(pack), SHA1, len(pack))) as data:
            yield from PackInflater.for_pack_data(data)
    except BROKEN as error:
        raise SourceError(f"sent a pack that cannot be read ({type(error).__name__})") from error
