"""A git repository on this machine, bare or not, read where it lies. Its files are opened in parser processes.

What its branch holds is read, never what lies in its working copy; nothing of it is run, and nothing is written.
"""

from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import ParamSpec, TypeVar

from dulwich.errors import NotGitRepository
from dulwich.objects import Blob, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from bot.errors import SourceError
from bot.ports import Parse
from bot.sources.git_pack import BROKEN, Listing, listing

P = ParamSpec("P")
T = TypeVar("T")


class GitLocal:
    """One repository on this machine."""

    def __init__(self, path: Path, parse: Parse) -> None:
        self._path = path
        self._parse = parse

    async def head(self, branch: str) -> str:
        """The id of the commit that a branch is at, that of its HEAD if none is named; raises ``SourceError``."""
        return await self._read(head_at, str(self._path), branch)

    async def listing(self, commit: str) -> Listing:
        """The files of a commit."""
        return await self._read(listing_at, str(self._path), commit)

    async def blobs(self, wanted: Collection[str], largest: int) -> Mapping[str, bytes]:
        """Those of the blobs that are not too long, by their ids."""
        return await self._read(blobs_at, str(self._path), frozenset(wanted), largest)

    def forget(self) -> None:
        """Nothing is kept."""

    async def _read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await self._parse(function, *args, **kwargs)
        except SourceError as error:
            raise SourceError(f"the repository {self._path} {error}") from error


def head_at(path: str, branch: str) -> str:
    """The id of the commit that a branch is at. Runs in a parser process, as the two below."""
    with closing(_opened(path)) as repository:
        wanted = f"refs/heads/{branch}" if branch else "HEAD"
        try:
            return repository.refs[Ref(wanted.encode("utf-8"))].decode("ascii")
        except (KeyError, ValueError):
            if not branch:
                raise SourceError("has nothing in it yet") from None
        names = sorted(name.decode("utf-8", "replace") for name in repository.refs.keys(Ref(b"refs/heads/")))
        there = ", ".join(names[:10]) or "none"
        raise SourceError(f"has no branch “{branch}” (there are: {there}; name one as the feed's branch)")


def listing_at(path: str, commit: str) -> Listing:
    """The files of a commit."""
    with closing(_opened(path)) as repository:
        return listing(commit, repository.object_store.__getitem__)


def blobs_at(path: str, wanted: Collection[str], largest: int) -> dict[str, bytes]:
    """Those of the blobs that are not too long."""
    found = {}
    with closing(_opened(path)) as repository:
        try:
            for name in wanted:
                blob = repository.object_store[ObjectID(name.encode("ascii"))]
                if isinstance(blob, Blob) and blob.raw_length() <= largest:
                    found[name] = blob.as_raw_string()
        except BROKEN as error:
            raise SourceError(f"lacks what its commit names ({type(error).__name__})") from error
    return found


def _opened(path: str) -> Repo:
    try:
        return Repo(path)
    except (NotGitRepository, OSError, ValueError) as error:
        raise SourceError(f"cannot be opened ({type(error).__name__})") from error
