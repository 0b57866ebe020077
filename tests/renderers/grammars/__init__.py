"""What each platform would do with a message, written down a second time and from the platforms' own sources.

    Message ─check▶ Seen (what a reader sees, and what of it is live)
               └──▶ Refused, with a sentence: the platform would not take it, or something lives that must not

No line is shared with `bot.text` or the adapters, or agreement would prove nothing. A body key that a grammar does not
know is refused: whoever gives a platform something new teaches its grammar to look at it.
"""

from importlib import import_module

from bot.model import Message
from tests.renderers.grammars.seen import Refused, Seen

__all__ = ["Refused", "Seen", "check"]


def check(message: Message) -> Seen:
    """The message by its own platform's grammar; raises ``Refused``."""
    seen: Seen = import_module(f"{__name__}.{message.platform}").check(message)
    return seen
