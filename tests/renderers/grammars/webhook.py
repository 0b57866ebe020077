"""The signed webhook: JSON that any reader takes, every address in it safe.

Sources: SW spec (type, timestamp, data; 20 kB is a recommendation, no limit); RFC 8259 (no NaN, no lone surrogates).
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from typing import Any

import regex

from bot.model import Message
from tests.renderers.grammars.seen import Refused, Seen, demand, known, leads, readable

_TYPE = regex.compile(r"[a-z_]+(?:\.[a-z_]+)*")
_ADDRESSES = {"link", "url", "href"}
_TELLS = {"headline", "excerpt", "link"}


def check(message: Message) -> Seen:
    """What whoever receives the webhook reads; raises ``Refused``."""
    body = message.body
    known(body, {"type", "timestamp", "data"}, "the body")
    try:
        written = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise Refused(f"the body is no JSON: {error}") from error
    demand(json.loads(written) == body, "the body does not survive JSON")
    demand(_TYPE.fullmatch(body["type"]), f"{body['type']!r} is no type of event")
    demand(dt.datetime.fromisoformat(body["timestamp"]).tzinfo, "a time without its zone")
    data = body["data"]
    demand(isinstance(data, Mapping) and set(data) >= _TELLS, f"the data tells not all of {', '.join(sorted(_TELLS))}")
    demand(message.length <= message.limit, f"{message.length} {message.unit} are more than {message.limit}")
    for name, text in _strings(data):
        readable(text, name)
    links = [(name, leads(url, name)) for name, url in _strings(data) if name in _ADDRESSES and url]
    return Seen(readable(data["headline"], "the headline"), links)


def _strings(value: Any, name: str = "data") -> Iterator[tuple[str, str]]:
    match value:
        case str():
            yield name, value
        case Mapping():
            for key, inner in value.items():
                yield from _strings(inner, key)
        case list() | tuple():
            for inner in value:
                yield from _strings(inner, name)
        case _:
            return
