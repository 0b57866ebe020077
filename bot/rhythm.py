"""Rhythm: how long to wait until a feed is asked again. Pure.

arrivals ─rate▶ posts a second ─interval▶ seconds within the operator's bounds ─pause▶ seconds for this one round
when its newest posts came                                                      jitter, and what the server says

The bounds are the operator's: never slower than ``every``, unless ``slowest`` says so, and never faster than
``fastest``, a sixth of ``every`` if nothing is said: ten seconds for a feed of every minute, ten minutes for one that
is asked every hour for its server's sake. Between them a feed is asked so often that one poll in ten finds something:
a post then waits for a twentieth of the time to the next one, and ten polls for a post are what it costs; of pollers
at fixed intervals one poll in twenty does (PEERS.md, Superfeedr).

The rate is read from few times, at most 32, so it is not fitted but bounded from both sides:

- *bursts*: the k newest posts came within t seconds, so the feed goes at k/t now; the largest of these over all k ≥ 3
  is taken, because three posts in two minutes are a story that breaks, however quiet the year was. It sinks by itself,
  as time passes without a post.
- *silence*: where nothing came for t seconds, a rate above 3/t would have shown itself with 95 % (the rule of three).
  So a busy feed slows down within its night, instead of being asked all night for what it did all day.
- *the hour*: in the morning that silence says the wrong thing. Posts on three other days within half an hour of this
  time of day, or more, are evidence enough for their own average.

One post or two prove no rate: such a feed may only be asked less often than ``every``, as it stays silent.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from bot.errors import Problem
from bot.model import Entry, Feed, Known

FINDS: Final = 0.1  #: the share of polls that find something
ENOUGH: Final = 3  #: posts that prove a rate, and days that prove an hour
SILENCE: Final = 3.0  #: posts that would have come with 95 %: none is seen with 5 % where three are expected
KEPT: Final = 32  #: arrivals that are remembered: 350 bytes, and as many posts as most documents hold
TOGETHER: Final = 10  #: seconds within which several posts are one arrival: a batch that is published at once
FEW: Final = 5  #: a document of no more entries may turn over without a miss
SIXTH: Final = 6  #: how many times as often as ``every`` a feed is asked at most, if ``fastest`` is not said
DAY: Final = 86_400
HOUR: Final = 3_600
JITTER: Final = (0.85, 0.95)  #: of an interval; what it lacks of the whole is left for the queue
LONGEST_BACKOFF: Final = 3_600.0  #: seconds
HURRIES: Final = 600.0  #: seconds for which a feed is asked as often as may be after breaking news
HASTE: Final = 100.0  #: polls a second that all feeds together may be asked to hurry by what another one told
MISSED_SHOWN: Final = dt.timedelta(days=1)  #: for how long a gap is an alarm


def floor(feed: Feed) -> float:
    """The fewest seconds between two polls."""
    every = feed.every.total_seconds()
    return min(max(every / SIXTH, 1.0) if feed.fastest is None else feed.fastest.total_seconds(), every)


def ceiling(feed: Feed) -> float:
    """The most seconds between two polls of a feed that answers."""
    return max(feed.every, feed.slowest or feed.every).total_seconds()


def interval(feed: Feed, now: dt.datetime) -> float:
    """Seconds that suit what is known of a feed, within its bounds."""
    seconds = now.timestamp()
    ages = [max(seconds - at, 1.0) for at in feed.arrivals if at <= seconds]
    if not ages:
        wanted = feed.every.total_seconds()
    elif len(ages) < ENOUGH:
        wanted = max(feed.every.total_seconds(), FINDS * ages[-1] / len(ages))
    else:
        wanted = FINDS / rate(ages)
    return min(max(wanted, floor(feed)), ceiling(feed))


def rate(ages: Sequence[float]) -> float:
    """Posts a second, from how many seconds ago they came, the newest first; ``ENOUGH`` of them or more."""
    bursts = max(count / age for count, age in enumerate(ages, 1) if count >= ENOUGH)
    return max(min(bursts, SILENCE / ages[0]), _by_hour(ages))


def _by_hour(ages: Sequence[float]) -> float:
    """Posts a second at this time of day on other days; 0 where too few days tell."""
    days = [round(age / DAY) for age in ages if abs(age - DAY * round(age / DAY)) <= HOUR / 2]
    told = {day for day in days if day}
    return sum(map(bool, days)) / (max(days) * HOUR) if len(told) >= ENOUGH else 0.0


def pause(feed: Feed, seconds: float, *, at: dt.datetime, fresh_for: float = 0.0) -> float:
    """Seconds until the next poll: the interval spread, so that feeds which were read together drift apart.

    Within ``fresh_for`` seconds there is nothing new by the server's own word, which holds as far as the bounds go.
    """
    least, most = floor(feed), ceiling(feed)
    low = max(least, seconds * JITTER[0])
    high = min(most, max(seconds * JITTER[1], low * 1.1))
    return max(low + spread(feed.name, at) * (high - low), min(fresh_for, most))


def backoff(feed: Feed, failures: int, *, at: dt.datetime, retry_after: float = 0.0) -> float:
    """Seconds until a feed that failed is tried again: twice as long after each failure, an hour at most.

    (Or its own interval, if that is longer.) A server that named a time is not asked before it, a day at most.
    """
    every = feed.every.total_seconds()
    doubled = min(every * 2.0 ** min(failures - 1, 16), max(LONGEST_BACKOFF, every))
    share = spread(feed.name, at)
    return max(doubled * (1 - share / 10), min(retry_after, DAY) * (1 + share / 10))


def elsewhere(feeds: int) -> float:
    """Seconds between two polls of any of so many feeds, when one of them has told breaking news."""
    return feeds / HASTE


def spread(name: str, at: dt.datetime) -> float:
    """A number from 0 to 1 that is a feed's own in this second: the same after a restart, even over all feeds."""
    digest = hashlib.blake2b(f"{int(at.timestamp())} {name}".encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32


# ── What a reading tells ─────────────────────────────────────────────────────────────────────────────────────────────


def unseen(keyed: Sequence[tuple[Entry, Sequence[str]]], known: Mapping[str, Known]) -> list[Entry]:
    """The entries that this feed has not told before; ``keyed`` with their identity keys."""
    return [entry for entry, own in keyed if not any(key in known and known[key].entry for key in own)]


def arrived(feed: Feed, unseen: Sequence[Entry], now: dt.datetime, *, gap: bool = False) -> tuple[int, ...]:
    """The feed's arrivals with those of the entries that it now told first.

    A date counts if it lies between the last poll and this one. Without one (or with a wrong one) an entry came at any
    time between the two, so they are laid evenly over it; so are all of them after a gap, for how fast it went is what
    counts then. On a first fetch there is no last poll: all past dates count.
    """
    since = None if feed.succeeded is None or not feed.met else feed.succeeded.timestamp()
    dates = [entry.published.timestamp() for entry in unseen if entry.published is not None and entry.published <= now]
    came = [at for at in dates if since is None or (at > since and not gap)]
    times = _apart(came)
    if since is not None:
        undated = len(unseen) - len(came)
        step = (now.timestamp() - since) / (undated + 1)
        times += [int(since + step * number) for number in range(1, undated + 1)]
    return tuple(sorted({*times, *feed.arrivals}, reverse=True)[:KEPT])


def _apart(times: Sequence[float]) -> list[int]:
    """One time, the newest, of each batch that was published at once."""
    apart: list[int] = []
    for at in sorted(map(int, times), reverse=True):
        if not apart or apart[-1] - at >= TOGETHER:
            apart.append(at)
    return apart


def is_gap(feed: Feed, entries: Sequence[Entry], unseen: Sequence[Entry]) -> bool:
    """Whether posts were missed: a whole document without an entry that the feed, which we know, has told before."""
    return feed.met and feed.known > 0 and len(entries) > FEW and len(unseen) == len(entries)


def missed(feed: str, gaps: int) -> Problem:
    """What a gap is to an operator."""
    often = "once" if gaps == 1 else f"{gaps} times"
    return Problem(
        f"it turned over between two polls ({often} so far), so posts may have been missed",
        feed,
        "it is asked more often now; if this comes again, give it a shorter every or fastest, or ask its site for a "
        "longer feed",
    )
