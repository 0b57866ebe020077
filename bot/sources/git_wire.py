"""Git's protocol, version 2, as far as reading needs it: what is asked, and what stands in an answer. Pure.

    which refs, please? ─▶ ls_refs ─▶ POST ─▶ refs_in
    this commit, these blobs ─▶ fetch ─▶ POST ─▶ pack_in ─▶ a pack, still closed (``git_pack`` opens it)

A line begins with its own length in four hexadecimal digits; what is shorter than those four is punctuation
(git-scm.com/docs/gitprotocol-v2).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from bot.errors import SourceError

FLUSH: Final = b"0000"
DELIMITER: Final = b"0001"
AGENT: Final = b"agent=sokbo"
PACK, ERROR = 1, 3  #: channels of the packfile section; 2 is talk for a terminal

HEADERS: Final = {
    "Git-Protocol": "version=2",
    "Content-Type": "application/x-git-upload-pack-request",
    "Accept": "application/x-git-upload-pack-result",
}


def ls_refs(prefixes: Iterable[str]) -> bytes:
    """Ask for the refs that begin with these."""
    return _request(b"ls-refs", [b"symrefs", *(f"ref-prefix {prefix}".encode() for prefix in prefixes)])


def fetch(wants: Sequence[str], *, shallow: bool, filtered: bool) -> bytes:
    """Ask for objects by their ids: a commit without its ancestors (``shallow``), without blobs (``filtered``)."""
    how = [b"no-progress", b"ofs-delta"]
    how += [b"deepen 1"] if shallow else []
    how += [b"filter blob:none"] if filtered else []
    return _request(b"fetch", [*how, *(f"want {want}".encode() for want in wants), b"done"])


def capabilities_in(answer: bytes) -> frozenset[str]:
    """What a server says that it can do, as ``key`` and ``key=word``; raises ``SourceError`` if it is too old."""
    lines = [line.decode("utf-8", "replace").strip() for line in _lines(answer)]
    if "version 2" not in lines:
        raise SourceError("speaks an old form of git's protocol: git there should be 2.18 or newer")
    found = set()
    for line in lines:
        key, _, words = line.partition("=")
        found |= {key, *(f"{key}={word}" for word in words.split())}
    return frozenset(found)


def refs_in(answer: bytes) -> dict[str, str]:
    """The refs in an answer, each with the id that it leads to."""
    found = {}
    for line in _lines(answer):
        oid, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
        found[rest.partition(" ")[0]] = oid
    return found


def pack_in(answer: bytes) -> bytes:
    """The pack in the answer to ``fetch``; raises ``SourceError`` if there is none."""
    lines = _lines(answer)
    if b"packfile\n" not in lines:  # goes on to just behind it
        raise SourceError("sent no pack")
    pack = bytearray()
    for line in lines:
        if line[0] == ERROR:
            raise SourceError(f"says: {_said(line[1:])}")
        if line[0] == PACK:
            pack += memoryview(line)[1:]
    return bytes(pack)


def _request(command: bytes, arguments: Iterable[bytes]) -> bytes:
    head = _line(b"command=" + command) + _line(AGENT) + _line(b"object-format=sha1")
    return head + DELIMITER + b"".join(map(_line, arguments)) + FLUSH


def _line(text: bytes) -> bytes:
    return b"%04x%s\n" % (len(text) + 5, text)


def _lines(answer: bytes) -> Iterator[bytes]:
    """The lines of an answer, punctuation left out; raises ``SourceError`` for what is none, and for a refusal."""
    start = 0
    while start < len(answer):
        try:
            length = int(answer[start : start + 4], 16)
        except ValueError:
            raise SourceError("gave an answer that is not git's") from None
        line = answer[start + 4 : start + length]
        if length > 4 and len(line) + 4 != length:  # noqa: PLR2004 - the four digits themselves
            raise SourceError("broke off in the middle of its answer")
        if line.startswith(b"ERR "):
            raise SourceError(f"says: {_said(line[4:])}")
        if line:
            yield line
        start += max(length, 4)


def _said(text: bytes) -> str:
    """A server's own words, on one line."""
    return " ".join(text[:200].decode("utf-8", "replace").split())
