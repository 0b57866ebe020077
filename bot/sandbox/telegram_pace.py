"""How often Telegram lets a bot post, with none of the bursts that the real one tolerates (PLATFORMS.md c, i).

    of a bot                       30 a second, or 1,000 with allow_paid_broadcast
    in one chat                     1 a second
    in one group or channel        20 a minute (channels: said by @BotSupport, in no document)

Messages count that would be accepted, an album as one, a topic as its group. Edits and deletions don't: no number is
published for them. Which window was full the real one does not tell either.
"""

import math

from bot.sandbox.reply import Refusal
from bot.sandbox.telegram_call import Call, Chat
from bot.sandbox.telegram_text import refuse
from bot.sandbox.window import Pace, Rate

FREE = Rate(30, 1.0)
PAID = Rate(1_000, 1.0)
CHAT = Rate(1, 1.0)
CROWD = Rate(20, 60.0)


def keep_pace(pace: Pace, call: Call, chat: Chat, now: float) -> None:
    """Take a place for one message, or refuse for as long as there is none; ``now`` is of a monotonic clock."""
    place = ("telegram", call.bot, str(chat.id))
    windows = [
        pace.window(PAID if call.fields.get("allow_paid_broadcast") else FREE, "telegram", call.bot),
        pace.window(CHAT, *place),
    ]
    if not chat.private:
        windows.append(pace.window(CROWD, *place))
    if wait := pace.admit_all(windows, now):
        raise refuse_hurry(wait)


def refuse_hurry(wait: float) -> Refusal:
    """The Bot API's 429: whole seconds, one at least, in words, in a field and in a header."""
    seconds = max(1, math.ceil(wait))
    return refuse(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
