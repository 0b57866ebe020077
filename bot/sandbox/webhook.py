"""Receivers of signed webhooks, one behind every path: /webhook/… (standardwebhooks.com, version 1.0.0).

Each does what the standard asks of a consumer: it checks the signature and the time, and takes a webhook-id once. The
same id with the same bytes is answered with a yes and changes nothing; with other bytes it is a defect of the sender,
which gets a 409. The target is the path, "/newsroom": here it is a name, a token belongs into the query, which nobody
writes down.
"""

import base64
import binascii
import hashlib
import hmac
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from aiohttp import web

from bot.sandbox.backstage import Backstage
from bot.sandbox.faults import Kind, Refused
from bot.sandbox.intake import Unreadable, read_object
from bot.sandbox.ledger import Operation, nickname
from bot.sandbox.reply import Refusal, answer

PREFIX = "/webhook"
MOST_BODY = 20_000  #: bytes; the standard wants less ("Payload size")
CLOCK = 300  #: seconds that a timestamp may be off, as the standard's own libraries have it
NAME = re.compile("[A-Za-z0-9_]{1,64}")  #: a webhook-id; no full stop, which parts what is signed
TYPE = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*")  #: the standard, "Event types"
SECRET = "whsec_"  # noqa: S105 - what stands before one
OPERATIONS: Mapping[str, Operation] = {
    "story.published": "send",
    "story.updated": "edit",
    "story.corrected": "edit",
    "story.retracted": "delete",
}  #: what Sokbo promises to tell


class Webhook:
    """All receivers. ``secrets`` ("whsec_…") are those that a signature may be made with.

    Where none was told, nothing can be verified: then a signature is checked for its form, and whoever sends is known
    as "unverified".
    """

    def __init__(self, backstage: Backstage, secrets: Sequence[str]) -> None:
        self._backstage = backstage
        self._keys = {nickname(secret): key for secret in secrets if (key := _key(secret))}
        self._taken = {(record.target, record.id): record.body["sha256"] for record in backstage.ledger.of("webhook")}

    def routes(self) -> list[web.RouteDef]:
        """Where it is reached."""
        return [web.post(PREFIX + "/{path:.+}", self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        target, data = f"/{request.match_info['path']}", await request.read()
        if request.content_type != "application/json":
            raise _refuse(415, "the content-type is application/json")
        if len(data) > MOST_BODY:
            raise _refuse(413, f"a payload has at most {MOST_BODY} bytes")
        name, account = self._identify(request.headers, data)
        async with self._backstage.faults.around("webhook", account, target, _refuse_fault):
            self._take(account, target, name, data)
            return answer({"received": name})

    def _identify(self, headers: Mapping[str, str], data: bytes) -> tuple[str, str]:
        """The webhook-id, and who signed."""
        name, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not NAME.fullmatch(name):
            raise _refuse(400, f"webhook-id is {NAME.pattern}")
        if not re.fullmatch("[0-9]{1,12}", moment):
            raise _refuse(400, "webhook-timestamp is in seconds since 1970")
        if abs(int(moment) - self._backstage.ledger.now().timestamp()) > CLOCK:
            raise _refuse(401, "the timestamp is too old or too new")
        signatures = headers.get("webhook-signature", "").split(" ")
        if not all(re.fullmatch("v1,[A-Za-z0-9+/]{43}=", signature) for signature in signatures):
            raise _refuse(400, "webhook-signature has v1, and the base64 of 32 bytes, once or more with spaces between")
        return name, self._signer(f"{name}.{moment}.".encode() + data, signatures)

    def _signer(self, signed: bytes, signatures: Sequence[str]) -> str:
        for account, key in self._keys.items():
            right = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
            if any(hmac.compare_digest(right, signature) for signature in signatures):
                return account
        if self._keys:
            raise _refuse(401, "no signature is right")
        return "unverified"

    def _take(self, account: str, target: str, name: str, data: bytes) -> None:
        """Write down what is new; refuse what has the name of something else."""
        payload, sha256 = _payload(data), hashlib.sha256(data).hexdigest()
        if known := self._taken.get((target, name)):
            if known != sha256:
                raise _refuse(409, f"{name} was another message before")
            return
        self._backstage.ledger.accept(
            "webhook",
            OPERATIONS[payload["type"]],
            account=account,
            target=target,
            id=name,
            key=name,
            body={"sha256": sha256, "payload": payload},
        )
        self._taken[target, name] = sha256


def _payload(data: bytes) -> dict[str, Any]:
    try:
        payload = read_object(data)
    except Unreadable as error:
        raise _refuse(400, str(error)) from error
    if payload.keys() - {"original"} != {"type", "timestamp", "data"} or not isinstance(payload["data"], dict):
        raise _refuse(400, "a payload has type, timestamp and data, and tells its original if it has one")
    if payload["type"] not in OPERATIONS:
        raise _refuse(400, f"type is one of {', '.join(OPERATIONS)}")
    original = payload.get("original", "msg")
    if not isinstance(original, str) or not NAME.fullmatch(original):
        raise _refuse(400, "original is a webhook-id")
    return payload


def _refuse(status: int, why: str, **headers: str) -> Refusal:
    return Refusal(status, {"error": why}, headers=headers)


def _refuse_fault(kind: Refused, after: float) -> Refusal:
    match kind:
        case Kind.TOO_MANY:
            return _refuse(429, "too many requests", **{"Retry-After": str(math.ceil(after))})
        case Kind.UNAUTHORIZED:
            return _refuse(401, "no signature is right")
        case Kind.GONE:
            return _refuse(410, "no more stories, please")
        case Kind.BROKEN:
            return _refuse(500, "something is broken")
        case _:
            assert_never(kind)


def _key(secret: str) -> bytes:
    """What signs; empty for a secret that is none, which its account is told about."""
    try:
        return base64.b64decode(secret.removeprefix(SECRET), validate=True)
    except binascii.Error:
        return b""
