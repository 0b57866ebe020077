"""The log on stderr (FAILURES.md section 1, "token in logs"; OpenHarness#241)."""

import logging
import sys

import pytest

from bot.app.logs import Redacted, discreet, mask
from bot.model import Secret
from bot.ports import Reply, Request

TOKEN = Secret("4242:token-q")


def test_no_secret_reaches_the_log_by_message_argument_or_traceback() -> None:
    try:
        raise ConnectionError(f"https://api.telegram.org/bot{TOKEN.reveal()}/sendPhoto")
    except ConnectionError:
        failure = sys.exc_info()
    said = f"lost {TOKEN.reveal()} at %s"
    record = logging.LogRecord("bot", logging.ERROR, __file__, 1, said, (TOKEN.reveal(),), failure)
    line = Redacted([TOKEN]).format(record)
    assert TOKEN.reveal() not in line
    assert "lost *** at ***" in line
    assert "https://api.telegram.org/bot***/sendPhoto" in line


def test_a_secret_within_a_longer_one_leaves_no_rest_and_an_empty_one_masks_nothing() -> None:
    assert mask("a long-token", [Secret("long"), Secret(""), Secret("long-token")]) == "a ***"


@pytest.mark.parametrize(
    "said",
    [
        "https://hooks.example/services/T0/a-token-of-20-letters-or-more?wait=true",
        "Cannot POST /services/T0/a-token-of-20-letters-or-more",
        "Cannot POST /behind/a/proxy/a-token-of-20-letters-or-more",
        "the key p@ss/word, p%40ss%2Fword or p%40ss/word",
    ],
)
def test_a_secret_is_known_in_whatever_form_it_stands(said: str) -> None:
    """An address's path is as good as the address; a password stands percent-encoded in one."""
    secrets = [Secret("https://hooks.example/services/T0/a-token-of-20-letters-or-more"), Secret("p@ss/word")]
    masked = mask(said, secrets)
    assert "***" in masked
    assert not any(word in masked for word in ("a-token", "ss/word", "ss%2Fword"))
    assert mask("hooks.example answered 500", secrets) == "hooks.example answered 500"


@pytest.mark.parametrize(
    ("status", "told"), [(400, "Not Found: /bot***/ \udcff"), (302, "Not Found: /bot***/ \udcff"), (200, "")]
)
async def test_what_a_refusal_repeats_of_a_secret_reaches_no_adapter(status: int, told: str) -> None:
    """A proxy's error page shows the path that it was asked for; what is no text stays as it is."""
    body = b"Not Found: /bot4242:token-q/ \xff"

    async def parrot(_: Request, /) -> Reply:
        return Reply(status, {}, body)

    reply = await discreet(parrot, [TOKEN, Secret("Not")])(Request("GET", "https://a.example"))
    assert reply.body == (told.encode("utf-8", "surrogateescape") or body)


def test_of_secrets_that_begin_alike_the_longest_is_hidden_whole() -> None:
    secrets = [Secret("token-of-one"), Secret("token-of-one-and-two"), Secret("pin"), Secret("")]
    assert mask("token-of-one, token-of-one-and-two, token-of-none: pin", secrets) == "***, ***, token-of-none: ***"
    assert mask("token-of-onetoken-of-one-and-two", secrets) == "******"
