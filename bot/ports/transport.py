"""What carries a request to a platform, and brings its answer back: once, and as it came.

    adapter ── Request (Part …) ─▶ Transport ─▶ the platform, a stand-in, a preview
            ◀───── Reply ───────

An adapter knows no client, so the same code talks to all three.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart form; ``filename`` is empty for a plain field."""

    name: str
    data: bytes
    content_type: str = "text/plain; charset=utf-8"
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to a platform; at most one of ``json``, ``form``, ``parts`` and ``body`` is given.

    ``body`` is JSON already written: the very bytes that were signed.
    """

    verb: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    parts: tuple[Part, ...] = ()
    timeout: float = 20.0
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer: any status, headers with lower-case names, the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def object(self) -> dict[str, Any]:
        """The body's JSON object; anything else is as good as nothing."""
        try:
            answer = json.loads(self.body)
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}


class Transport(Protocol):
    """Carries one request and does nothing else: no retry, no redirect, no pace.

    Raises ``Unreachable`` when nothing left this machine and ``Unconfirmed`` when the request may have arrived.
    """

    async def __call__(self, request: Request, /) -> Reply: ...
