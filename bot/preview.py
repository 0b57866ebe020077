"""Preview: what each account would send for a post, without sending it.

The requests shown are those that the real adapter makes: its transport is a rehearsal, which writes each one down and
lets the adapter itself answer in its platform's stead. No secret is in them: headers that authorise and addresses that
hold a token show ``***``.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from bot.document import Picture
from bot.model import Delivery, Message, Receipt, Story, Target
from bot.ports import Part, Rehearses, Reply, Request, Sends

HIDDEN = {"authorization"}

Files = Mapping[str, bytes]


class Rehearsal:
    """`ports.Transport` that reaches nobody: ``requests`` holds what would have left."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.platform: Rehearses | None = None

    async def __call__(self, request: Request, /) -> Reply:
        """Write the request down; the platform's own adapter plays the platform."""
        if self.platform is None:
            raise RuntimeError("a rehearsal needs its platform")
        self.requests.append(request)
        return self.platform.rehearse(request, len(self.requests))


async def rehearse(
    adapter: Sends, rehearsal: Rehearsal, messages: Sequence[Message], target: Target, files: Files, silent: bool
) -> list[list[dict[str, Any]]]:
    """The requests that the deliveries of one story to one target make, message by message, as JSON shapes."""
    rehearsal.requests.clear()
    requests: list[list[dict[str, Any]]] = []
    before: Receipt | None = None
    for message in messages:
        made = len(rehearsal.requests)
        before = await adapter.send(
            Delivery(0, "preview", "send", target, message, silent=silent, files=files, after=before)
        )
        requests.append([shape(request) for request in rehearsal.requests[made:]])
    return requests


def shape(request: Request) -> dict[str, Any]:
    """One request in the promised JSON shape."""
    body: Any = request.json if request.json is not None else dict(request.form or {})
    if request.body is not None:
        body = json.loads(request.body)
    if request.parts:
        body = {part.name: _field(part) for part in request.parts if not part.filename}
    return {
        "verb": request.verb,
        "path": urlsplit(request.url).path,
        "headers": {name: "***" if name.lower() in HIDDEN else value for name, value in request.headers.items()},
        "body": body,
        "files": [
            {"name": part.filename, "sha256": hashlib.sha256(part.data).hexdigest(), "bytes": len(part.data)}
            for part in request.parts
            if part.filename
        ],
    }


def alert(message: Message, requests: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """One message in the promised JSON shape; its own form stands there only where no request shows it."""
    form: dict[str, Any] = (
        {"markup": message.markup} if message.markup else {"entities": [asdict(entity) for entity in message.entities]}
    )
    return {
        "text": message.text,
        **form,
        "media": [_medium(picture) for picture in message.pictures],
        "length": message.length,
        "limit": message.limit,
        "unit": message.unit,
        "notes": list(message.notes),
        "requests": list(requests),
        **({} if requests else {"body": dict(message.body)}),
    }


def described(story: Story) -> dict[str, Any]:
    """The story in its promised JSON shape."""
    return {
        "id": story.id,
        "headline": story.headline,
        "link": story.link,
        "urgency": story.urgency,
        "revision": story.revision,
        "state": story.state,
        "feeds": [story.source],
        "published": story.published.isoformat().replace("+00:00", "Z") if story.published else None,
        "seen": None,
    }


def _medium(picture: Picture) -> dict[str, str]:
    return {"url": picture.url, "alt": picture.alt}


def _field(part: Part) -> Any:
    text = part.data.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except ValueError:
        return text
