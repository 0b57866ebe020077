"""How we stand with Cloudflare, which guards Discord and bans the whole address of a machine that behaves badly.

    10,000 answers of 401, 403 or 429 within 10 minutes   → a ban (docs: topics/rate-limits, "Invalid Request Limit")
    a ban                                                 → 429 without a word of Discord's own, whatever is asked

So an adapter stops of itself at a tenth of that, and waits longer each time it meets a ban. The count is one adapter's,
in memory: the first of several that is full pauses all accounts of its Discord, in every worker, so that nine together
stay below the ban even if all of them filled up at once.
"""

import time
from collections import deque
from collections.abc import Callable

from bot.errors import Throttled
from bot.ports import Reply

INVALID = 1_000  #: refused requests within ``WINDOW`` that we allow ourselves; FAILURES section 1, "429 storm"
WINDOW = 600.0  #: seconds
PATIENCE = 60.0  #: seconds to wait after a 429 that names no time
LONGEST = 3_600.0  #: seconds; where the wait stops doubling

_COUNTED = {401, 403, 429}


class Standing:
    """What one adapter was refused lately, and whether it is banned; ``clock`` is monotonic, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._refused: deque[float] = deque(maxlen=INVALID)
        self._pause = 0.0
        self._until = 0.0

    def leave(self) -> None:
        """Let a request out, or raise ``Throttled`` where one more refusal would be one too many."""
        if len(self._refused) < INVALID:
            return
        if (after := self._refused[0] + WINDOW - self._clock()) > 0:
            raise Throttled(
                f"{INVALID:,} requests were refused within ten minutes, and Discord bans an address at ten times that; "
                "the log tells which of them were refused, and why",
                after=after,
                scope="host",
            )

    def hear(self, reply: Reply) -> None:
        """Count an answer, if it is of those that count: what others used up ("shared") is not held against us."""
        if reply.status in _COUNTED and reply.headers.get("x-ratelimit-scope") != "shared":
            self._refused.append(self._clock())

    def pardon(self) -> None:
        """Discord itself has answered: a ban that comes now is a new one."""
        self._pause = self._until = 0.0

    def banned(self, named: float | None) -> float:
        """Seconds to wait after a ban's answer: what it names, else twice as long as the last time.

        Of answers that come while we should be waiting none is another time: they were on their way together.
        """
        now = self._clock()
        if now >= self._until:
            self._pause = min(2 * self._pause or PATIENCE, LONGEST)
            self._until = now + self._pause
        if named:
            self._until = now + named
        return max(1.0, self._until - now)
