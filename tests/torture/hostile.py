"""Documents in XML that somebody wrote to hurt whoever reads them, and ways to make others of them."""

import random
import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.errors import SourceError
from bot.sources.gather import gather

URL = "https://paper.test/feed.xml"
HEAD, TAIL = "<rss version='2.0'><channel><title>t</title>", "</channel></rss>"


def _rss(items: str, doctype: str = "") -> str:
    return f"<?xml version='1.0'?>{doctype}{HEAD}{items}{TAIL}"


def _item(description: str) -> str:
    return _rss(f"<item><guid>1</guid><title>t</title><description>{description}</description></item>")


def _laughs(_: int) -> str:
    entities = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">\n' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    return _rss("<item><title>&j;</title></item>", f'<!DOCTYPE rss [\n<!ENTITY a "ha">\n{entities}]>')


def _quadratic(size: int) -> str:
    entity = f'<!DOCTYPE rss [\n<!ENTITY a "{"a" * size}">\n]>'
    return _rss(f"<item><title>{'&a;' * (size // 4)}</title></item>", entity)


#: What hurts, each repeated so many times as it is asked for.
FILES: Mapping[str, Callable[[int], str]] = {
    "entities of entities": _laughs,
    "one long entity, often": _quadratic,
    "an entity from a file": lambda _: _rss(
        "<item><title>&x;</title></item>", '<!DOCTYPE rss [\n<!ENTITY x SYSTEM "file:///etc/passwd">\n]>'
    ),
    "a DTD from the net": lambda _: _rss(
        "<item><title>&x;</title></item>", '<!DOCTYPE rss [\n<!ENTITY % d SYSTEM "http://127.0.0.1:9/x.dtd">\n%d;\n]>'
    ),
    "elements within elements": lambda size: _item("<b>" * size),
    "groups within groups": lambda size: _rss(f"<item>{'<media:group>' * size}{'</media:group>' * size}</item>"),
    "markup within markup": lambda size: _item("&lt;div&gt;" * size),
    "a tag of attributes": lambda size: _item(f"<b {' '.join(f'a{number}=&quot;1&quot;' for number in range(size))}/>"),
    "attributes in order": lambda size: _rss(
        f"<item {' '.join(f'a{number}={chr(39)}1{chr(39)}' for number in range(size))}/>"
    ),
    "a hundred thousand items": lambda size: _rss("<item><guid>1</guid><title>t</title></item>" * (size // 2)),
    "one long text": lambda size: _item("가 " * (size * 20)),
    "sections that never end": lambda size: _item("<![CDATA[" * size),
    "nothing but ampersands": lambda size: _item("&" * size * 5),
    "prefixes that nobody declared": lambda size: _rss("".join(f"<p{number}:x/>" for number in range(size))),
    "tags that never end": lambda size: _item("<" * size * 5),
}


@dataclass(frozen=True)
class Examined:
    """What reading a document took in its parser: seconds of processor time, MB at the most; and what was read."""

    cpu: float
    memory: float
    said: str


def examined(body: bytes) -> Examined:
    """Read a document. Runs in a parser process."""
    began = time.process_time()
    try:
        said = "".join(entry.title[:1000] + entry.summary[:1000] for entry in gather(body, "", URL, "UTC").entries)
    except SourceError as error:
        said = str(error)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Examined(time.process_time() - began, peak, said[:10_000])


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The document with a few accidents: bytes turned, lost, doubled, moved, or of another kind."""
    text = bytearray(body)
    for _ in range(chance.randint(1, 6)):
        place, length = chance.randrange(len(text) or 1), chance.randint(1, 400)
        match chance.randrange(6):
            case 0:
                text[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del text[place : place + length]
            case 2:
                text[place:place] = text[place : place + length] * chance.randint(1, 50)
            case 3:
                text[place:place] = chance.choice(
                    (b"<item>", b"</item>", b"]]>", b"<![CDATA[", b"&#0;", b"<!--", b"\xff\xfe")
                )
            case 4:
                del text[place + chance.randint(0, len(text)) :]
            case _:
                part = text[place : place + length]
                del text[place : place + length]
                text[0:0] = part
    return bytes(text)
