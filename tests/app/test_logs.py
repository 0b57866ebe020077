"""The log on stderr (FAILURES.md section 1, "token in logs"; OpenHarness#241)."""

import logging
import sys

from bot.app.logs import Redacted, mask
from bot.model import Secret

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
