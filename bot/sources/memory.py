"""What a feed's cursor remembers, so that the next answer is small, recognised, and from the right place.

    etag, last_modified   asked with next time, so that nothing new costs nothing: 304
    wire, sha256          the body as it came and as it was unpacked: the same again needs no parser
    moved                 where permanent redirects led, once that place has proved to be the same feed
    seen                  marks of some items' names, by which a place proves it
    items                 marks of all that the first items said, in base64: those that say it again are not looked at
    afresh                when the feed was last asked afresh

Once a day a feed is asked afresh: at the address that the configuration names, without conditions, and all its items
are looked at. So a server that answers 304 for ever, or has taken its redirect back, costs a day at most.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Self

from bot.ports import Fetched

AFRESH = 86_400.0  #: seconds after which a feed is asked afresh, at the latest
SPREAD = 0.25  #: part of them by which feeds that were first read together drift apart
MARK = 6  #: bytes of a name's mark; two of a feed that are alike by chance: one in 10¹²

#: What servers add to an ETag when they pack an answer, and forget when they are asked with it (Apache's bug 45023;
#: Jetty): such a feed would never answer 304.
_PACKED = re.compile(r'(?:--?|;)gzip"$')


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of a feed from its last answer; an empty one is no answer yet. ``afresh`` is in Unix seconds."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    wire: str = ""
    sha256: str = ""
    moved: str = ""
    seen: tuple[str, ...] = ()
    items: str = ""
    afresh: float = 0.0

    @classmethod
    def of(cls, cursor: str, url: str) -> Self:
        """What an earlier reading of this same address left behind; a cursor of an older version says less."""
        said: dict[str, Any] = json.loads(cursor) if cursor else {}
        if said.get("url") != url:
            return cls(url)
        known = {field.name: said[field.name] for field in fields(cls) if field.name in said}
        return cls(**known | {"seen": tuple(known.get("seen", ()))})

    @property
    def cursor(self) -> str:
        """The words that the store keeps."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @property
    def conditions(self) -> Mapping[str, str]:
        """The headers that ask for a 304 if nothing has changed since."""
        asked = {"If-None-Match": _all_forms(self.etag), "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    def is_stale(self, now: float) -> bool:
        """Whether the feed is to be asked afresh; a clock that was set back is no reason to wait with it."""
        share = int.from_bytes(hashlib.blake2b(self.url.encode(), digest_size=4).digest(), "big") / 2**32
        return not 0 <= now - self.afresh < AFRESH * (1 - SPREAD * share)

    def after(self, answer: Fetched, sha256: str, moved: str) -> Self:
        """The memory of a whole answer, the feed's own beyond doubt."""
        etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
        return replace(self, etag=etag, last_modified=modified, wire=answer.digest, sha256=sha256, moved=moved)


def marks(names: Iterable[str]) -> tuple[str, ...]:
    """The ids and links that tell the first items of a feed from those of others, short."""
    return tuple(_mark(name) for name in dict.fromkeys(names))


def _mark(name: str) -> str:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=MARK).hexdigest()


def _all_forms(etag: str) -> str:
    """The ETag, and the one that the server had in mind before it packed the answer."""
    plain = _PACKED.sub('"', etag)
    return etag if plain == etag else f"{etag}, {plain}"
