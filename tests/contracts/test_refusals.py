"""Every refusal has its class (DESIGN section 3), by the platforms' own words (PLATFORMS section f), and no secret."""

import logging
import traceback
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import (
    DeliveryError,
    Rejected,
    TargetGone,
    TargetMoved,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.model import Style
from bot.ports import Reply
from tests.adapters.stage import BARE, STORY, Canned, deliver, reply
from tests.contracts.test_adapters import ROWS, Row

PAGE = b"<html><body>not the API</body></html>"


def telegram_says(code: int, description: str, **parameters: Any) -> Reply:
    return reply(code, {"ok": False, "error_code": code, "description": description, "parameters": parameters})


def discord_says(status: int, code: int, message: str = "…", /, *, headers: Any = None, **more: Any) -> Reply:
    return reply(status, {"code": code, "message": message, **more}, headers)


def x_says(status: int, detail: str, kind: str = "about:blank", **headers: str) -> Reply:
    return reply(status, {"title": "…", "detail": detail, "type": kind, "status": status}, headers)


ANYONE = [
    (reply(200, PAGE), Unconfirmed),
    (reply(200, b""), Unconfirmed),
    (reply(200, b"5"), Unconfirmed),
    (reply(200, {}), Unconfirmed),
    (reply(200, [1]), Unconfirmed),
    (reply(302, b""), Unreachable),
    (reply(400, PAGE), Unreachable),
    (reply(403, PAGE), Unreachable),
    (reply(418, b"[1]"), Unreachable),
    (reply(500, PAGE), Unconfirmed),
    (reply(502, b""), Unconfirmed),
    (reply(503, {"title": "Service Unavailable"}), Unconfirmed),
    (reply(401, PAGE), (Unauthorized, TargetGone)),  # a webhook's secret is its target's
    (reply(429, PAGE), Throttled),
]
OWN = {
    "telegram": [
        (telegram_says(403, "Forbidden: bot was blocked by the user"), TargetGone),
        (telegram_says(403, "Forbidden: user is deactivated"), TargetGone),
        (telegram_says(403, "Forbidden: bot was kicked from the channel chat"), TargetGone),
        (telegram_says(403, "Forbidden: bot is not a member of the channel chat"), TargetGone),
        (telegram_says(403, "Forbidden: the group chat was deleted"), TargetGone),
        (telegram_says(403, "Forbidden: bot can't initiate conversation with a user"), TargetGone),
        (telegram_says(400, "Bad Request: chat not found"), TargetGone),
        (telegram_says(400, "Bad Request: CHAT_WRITE_FORBIDDEN"), TargetGone),
        (telegram_says(400, "Bad Request: need administrator rights in the channel chat"), TargetGone),
        (telegram_says(400, "Bad Request: not enough rights to send text messages to the chat"), TargetGone),
        (telegram_says(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-1009), TargetMoved),
        (telegram_says(400, "Bad Request: private chat not found"), TargetGone),
        (telegram_says(400, "Bad Request: have no write access to the chat"), TargetGone),
        (telegram_says(400, "Bad Request: message is too long"), Rejected),
        (telegram_says(400, "Bad Request: message caption is too long"), Rejected),
        (telegram_says(400, "Bad Request: BUTTON_URL_INVALID"), Rejected),
        (telegram_says(400, "Bad Request: reply markup is too long"), Rejected),
        (telegram_says(400, "Bad Request: failed to send message #2 with the error message"), Unconfirmed),
        (telegram_says(400, "Bad Request: can't parse entities"), Rejected),
        (telegram_says(401, "Unauthorized"), Unauthorized),
        (telegram_says(404, "Not Found"), Unauthorized),
        (telegram_says(400, "Bad Request: BALANCE_TOO_LOW"), Unauthorized),
        (telegram_says(409, "Conflict: terminated by other getUpdates request"), Unauthorized),
        (telegram_says(429, "Too Many Requests: retry after 7", retry_after=7), Throttled),
        (telegram_says(500, "Internal Server Error: restart"), Unconfirmed),
        (reply(413, b"<html>413 Request Entity Too Large</html>"), Rejected),
        (reply(200, {"ok": True, "result": {"message_id": 7}}), Unconfirmed),
        (reply(200, {"ok": True, "result": "posted"}), Unconfirmed),
    ],
    "discord": [
        (discord_says(404, 10003, "Unknown Channel"), TargetGone),
        (discord_says(404, 10004, "Unknown Guild"), TargetGone),
        (discord_says(403, 50001, "Missing Access"), TargetGone),
        (discord_says(403, 50013, "Missing Permissions"), TargetGone),
        (discord_says(400, 50083, "Thread is archived"), TargetGone),
        (discord_says(400, 50035, "Invalid Form Body", errors={"embeds": {}}), Rejected),
        (discord_says(400, 200000, "Message was blocked by automatic moderation"), Rejected),
        (discord_says(401, 0, "401: Unauthorized"), Unauthorized),
        (discord_says(403, 40001, "Unauthorized"), Unauthorized),
        (discord_says(429, 0, "You are being rate limited.", retry_after=7), Throttled),
        (discord_says(429, 0, "You are being blocked from accessing our API temporarily"), Throttled),
        (discord_says(400, 20028, "The write action has hit the rate limit"), Throttled),
        (discord_says(403, 40333, "internal network error"), Throttled),
        (discord_says(503, 130000, "API resource is currently overloaded"), Unconfirmed),
        (discord_says(500, 0, "500: Internal Server Error"), Unconfirmed),
    ],
    "webhook": [
        (discord_says(404, 10015, "Unknown Webhook"), TargetGone),
        (discord_says(401, 50027, "Invalid Webhook Token"), TargetGone),
        (discord_says(404, 10008, "Unknown Message"), Rejected),  # the webhook itself is there
        (discord_says(401, 0, "401: Unauthorized"), TargetGone),
        (discord_says(400, 220001, "Webhooks posted to forum channels must have a thread_name"), Rejected),
        (discord_says(429, 0, "You are being rate limited.", retry_after=7.0), Throttled),
    ],
    "x": [
        (x_says(400, "One or more parameters to your request was invalid."), Rejected),
        (x_says(401, "Unauthorized"), Unauthorized),
        (x_says(402, "CreditsDepleted"), Unauthorized),
        (x_says(403, "You are not allowed to create a Tweet with duplicate content."), Rejected),
        (
            x_says(403, "Your client app is not configured", "https://api.twitter.com/2/problems/client-forbidden"),
            Unauthorized,
        ),
        (x_says(403, "You are not permitted to perform this action."), Unauthorized),
        (x_says(403, "…", "https://api.twitter.com/2/problems/user-suspended"), TargetGone),
        (x_says(403, "To protect our users this account is temporarily locked."), TargetGone),
        (x_says(404, "Not Found"), Rejected),
        (x_says(429, "Too Many Requests"), Throttled),
        (
            x_says(429, "Usage cap exceeded", "https://api.twitter.com/2/problems/usage-capped"),
            Throttled,
        ),
        (x_says(403, "SpendCapReached"), Throttled),
        (x_says(403, "You attempted to reply to a Tweet that is deleted or not visible to you."), Unreachable),
        (x_says(403, "User has been suspended: your account is suspended."), TargetGone),
        (x_says(503, "Service Unavailable"), Unconfirmed),
        (reply(200, {"data": "9"}), Unconfirmed),
    ],
}
#: Anybody's server may be a receiver: any 2xx is its yes, and a refusal needs no words.
BY_STATUS = [
    (reply(301, b""), Unreachable),
    (reply(400, PAGE), Rejected),
    (reply(401, PAGE), TargetGone),
    (reply(403, PAGE), TargetGone),
    (reply(404, PAGE), Unreachable),
    (reply(410, b""), TargetGone),
    (reply(422, {}), Rejected),
    (reply(429, b""), Throttled),
    (reply(500, PAGE), Unconfirmed),
    (reply(503, b"", {"retry-after": "7"}), Throttled),
]
REFUSALS = [
    pytest.param(row, answer, kind, id=f"{name}-{answer.status}-{answer.body.decode()[:70]}")
    for name, row in ROWS.items()
    for answer, kind in (BY_STATUS if name == "signed webhook" else [*ANYONE, *OWN.get(name, [])])
]


@pytest.mark.parametrize(("row", "answer", "kind"), REFUSALS)
async def test_every_refusal_has_its_class_and_tells_no_secret(
    row: Row, answer: Reply, kind: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """FAILURES section 3, bound 26. Below INFO the libraries log headers and addresses, which nobody may turn on."""
    caplog.set_level(logging.INFO)
    adapter = row.adapter(Canned(answer))
    target = adapter.target(row.raw)
    with pytest.raises(DeliveryError) as caught:
        await adapter.send(deliver(adapter.render(BARE, Style())[0], target))
    assert isinstance(caught.value, kind)
    told = "".join(traceback.format_exception(caught.value)) + repr((caught.value, adapter, target)) + caplog.text
    hidden = [*row.secrets.values(), "hook-token-q"]
    assert not [secret for secret in hidden if secret in told]
    assert "<html>" not in told
    if isinstance(caught.value, Throttled):
        assert caught.value.after >= 1
    if isinstance(caught.value, Rejected):
        assert not caught.value.picture, "there was none in it"


PICTURE_REFUSALS = [
    ("telegram", telegram_says(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")),
    ("telegram", telegram_says(400, "Bad Request: IMAGE_PROCESS_FAILED")),
    ("telegram", telegram_says(400, "Bad Request: wrong file identifier/HTTP URL specified")),
    ("telegram", telegram_says(400, "Bad Request: wrong type of the web page content")),
    ("telegram", telegram_says(400, "Bad Request: failed to get HTTP URL content")),
    ("telegram", telegram_says(400, "Bad Request: WEBPAGE_CURL_FAILED")),
    ("telegram", telegram_says(400, "Bad Request: not enough rights to send photos to the chat")),
    ("telegram", reply(413, PAGE)),
    ("discord", discord_says(413, 40005, "Request entity too large")),
    ("discord", reply(413, PAGE)),
    ("discord", discord_says(403, 50013, "Missing Permissions")),
    ("discord", discord_says(400, 50035, "Invalid Form Body", errors={"attachments": {"0": {}}})),
    ("webhook", discord_says(400, 50045, "File uploaded exceeds the maximum size")),
    ("x", x_says(400, "The media is invalid.")),
    ("x", reply(413, PAGE)),
]


@pytest.mark.parametrize(("name", "answer"), PICTURE_REFUSALS)
async def test_a_refused_picture_says_so_and_the_plain_message_passes(name: str, answer: Reply) -> None:
    """DESIGN section 7: degrade, never drop."""
    row = ROWS[name]
    adapter = row.adapter(Canned(answer, reply(200, row.yes)))
    delivery = deliver(adapter.render(STORY, Style())[0], adapter.target(row.raw))
    with pytest.raises(Rejected) as caught:
        await adapter.send(delivery)
    assert caught.value.picture

    plain = adapter.plain(delivery.message)
    assert plain is not None
    assert plain.notes != delivery.message.notes
    assert await adapter.send(replace(delivery, message=plain, files={})) == row.receipt
