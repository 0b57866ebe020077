"""How a stand-in answers: an answer, a refusal in the platform's own words, or no answer at all."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

JSON = "application/json"


def answer(
    body: Any,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = JSON,
) -> web.Response:
    """A JSON answer whose Content-Type has no charset, as Discord's libraries insist (PLATFORMS.md 0.6)."""
    data = json.dumps(body, ensure_ascii=False).encode()
    return web.Response(body=data, status=status, headers=headers, content_type=content_type)


class Refusal(Exception):  # noqa: N818 - it is the platform's answer, not a failure of ours
    """A platform says no: status, body and headers are its own."""

    def __init__(
        self,
        status: int,
        body: Mapping[str, Any],
        *,
        headers: Mapping[str, str] | None = None,
        content_type: str = JSON,
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})
        self.content_type = content_type

    def answer(self) -> web.Response:
        """The refusal as it goes over the wire."""
        return answer(self.body, status=self.status, headers=self.headers, content_type=self.content_type)


class HangUp(Exception):  # noqa: N818 - it is what the stand-in does, not a failure of ours
    """The connection ends without an answer; with ``reset`` by a TCP reset, else by a plain close."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("reset" if reset else "closed")
        self.reset = reset
