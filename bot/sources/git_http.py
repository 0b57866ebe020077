"""A git repository at an http(s) address, asked through the guarded client.

    once          GET  …/info/refs          what the server can do, and where it really is
    each poll     POST …/git-upload-pack    which commit is the branch at?        one small question
    when it moved POST …/git-upload-pack    that commit's folders, without blobs  ┐ then only the blobs
                  POST …/git-upload-pack    these blobs, some hundred at a time   ┘ that are needed

No ancestors are ever fetched, so that a history that was written anew is like any other. A server that cannot leave
blobs out sends all of one commit, and what is needed is taken from that.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Final, NamedTuple, ParamSpec, TypeVar

from yarl import URL

from bot.errors import SourceError
from bot.ports import Asks, Credentials, Fetched, Parse
from bot.sources.git_pack import Listing, blobs_of, listing_of
from bot.sources.git_wire import HEADERS, capabilities_in, fetch, ls_refs, refs_in

P = ParamSpec("P")
T = TypeVar("T")

DOOR: Final = "/info/refs?service=git-upload-pack"
ADVERTISEMENT: Final = "application/x-git-upload-pack-advertisement"
NAMED: Final = 10  #: branches that are named to whoever asked for another


class Door(NamedTuple):
    """Where a repository answers after redirects, and whether it can leave blobs out."""

    url: str
    filters: bool


class GitHttp:
    """One remote repository. ``credentials`` go with every question, to its own server and nowhere else."""

    def __init__(self, url: str, fetch: Asks, parse: Parse, credentials: Credentials | None = None) -> None:
        self._url = url.rstrip("/")
        self._host = URL(url).host or url
        self._fetch = fetch
        self._parse = parse
        self._credentials = credentials
        self._known: Door | None = None
        self._whole = b""  #: the answer that holds all blobs, of a server that cannot leave them out

    async def head(self, branch: str) -> str:
        """The id of the commit that a branch is at, the remote's own if none is named; raises ``SourceError``."""
        wanted = f"refs/heads/{branch}" if branch else "HEAD"
        refs = await self._refs(wanted)
        if wanted in refs and refs[wanted] != "unborn":
            return refs[wanted]
        if not branch:
            raise SourceError(f"{self._host} has nothing in this repository yet")
        names = [ref.removeprefix("refs/heads/") for ref in sorted(await self._refs("refs/heads/"))]
        there = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "") or "none"
        raise SourceError(f"{self._host} has no branch “{branch}” (there are: {there}; name one as the feed's branch)")

    async def listing(self, commit: str) -> Listing:
        """The files of a commit."""
        door = await self._door()
        answer = await self._ask(fetch([commit], shallow=True, filtered=door.filters))
        self._whole = b"" if door.filters else answer
        return await self._read(listing_of, answer, commit)

    async def blobs(self, wanted: Collection[str], largest: int) -> Mapping[str, bytes]:
        """Those of the blobs that are not too long, by their ids."""
        answer = self._whole or await self._ask(fetch(sorted(wanted), shallow=False, filtered=False))
        return await self._read(blobs_of, answer, frozenset(wanted), largest)

    def forget(self) -> None:
        """Let go of what was kept for the next question."""
        self._whole = b""

    async def _refs(self, prefix: str) -> Mapping[str, str]:
        await self._door()
        return await self._read(refs_in, await self._ask(ls_refs([prefix])))

    async def _door(self) -> Door:
        if self._known is None:
            headers = {**HEADERS, "Accept": "*/*"}
            answer = await self._fetch(self._url + DOOR, headers=headers, credentials=self._credentials)
            if answer.headers.get("content-type", "").partition(";")[0].strip() != ADVERTISEMENT:
                raise SourceError(
                    f"{self._host} shows no git repository there (name the address that git clones from; "
                    'for the feed of a site, kind = "feed")'
                )
            can = await self._read(capabilities_in, answer.body)
            if "object-format=sha256" in can:
                raise SourceError(f"{self._host} keeps this repository by SHA-256, which cannot be read yet")
            self._known = Door(self._beside(answer), "fetch=filter" in can)
        return self._known

    def _beside(self, answer: Fetched) -> str:
        """Where questions are put: beside the door, wherever that was moved to."""
        if not answer.url.endswith(DOOR):
            raise SourceError(f"{self._host} redirects to what is no git repository")
        return answer.url.removesuffix(DOOR) + "/git-upload-pack"

    async def _ask(self, question: bytes) -> bytes:
        door = await self._door()
        try:
            answer = await self._fetch.post(door.url, question, headers=HEADERS, credentials=self._credentials)
        except SourceError:
            self._known = None  # it may have moved: the next time begins at its door
            raise
        return answer.body

    async def _read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Read an answer in a parser process; what is wrong with it goes on from the host's name."""
        try:
            return await self._parse(function, *args, **kwargs)
        except SourceError as error:
            raise SourceError(f"{self._host} {error}") from error
