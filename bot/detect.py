"""Detect: what is new, what was edited, what is known. Pure; DESIGN.md section 6 is the rule.

An entry has up to three keys, the same whichever feed tells it: its guid, its canonical link, and its title with day
and lead. It is known if any of them is, except that a guid under which title, link and lead *all* differ was used
again.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.errors import SourceError
from bot.model import UTC, Change, Entry, Feed, Known, StoryState
from bot.rules import Kept
from bot.text.links import canonical
from bot.text.plain import text_of

FLOOD = (
    10  #: more new entries than this, and more than half of the feed, is a site rebuild (newrelic/docs-website#1271)
)
FLOOD_GOES = 3  #: how many of a flood are announced; the rest is quarantined
LEAD = 200  #: characters that identify a text
FRESH = dt.timedelta(days=1)  #: for so long what a filter kept out may still be released: older, it is no news

Keeps = Callable[[Entry], Kept | None]
"""Why the feed's filter keeps an entry out, None if it passes."""


@dataclass(frozen=True, slots=True)
class Detected:
    """The changes, oldest first, each with the keys of its entry; and when the next appointment falls due."""

    changes: tuple[tuple[Change, tuple[str, ...]], ...]
    next_due: dt.datetime | None = None


def trust(feed: Feed, entries: Sequence[Entry]) -> Feed:
    """The feed, its ids distrusted for good once a guid stood twice in one document (miniflux#4197)."""
    ids = Counter(entry.id for entry in entries if entry.id)
    return replace(feed, distrusts_ids=feed.distrusts_ids or any(count > 1 for count in ids.values()))


def keys(entry: Entry, feed: Feed) -> tuple[str, ...]:
    """The identity keys of an entry: ``l:`` link, ``g:`` guid, ``t:`` title, day and lead; 128-bit hashes."""
    found = []
    if entry.link:
        found.append(_key("l", canonical(entry.link)))
    if entry.id and not feed.distrusts_ids:
        found += [id_key(name) for name in dict.fromkeys((entry.id, *entry.aliases))]
    if entry.title and (start := lead(entry)):
        day = entry.published.date().isoformat() if entry.published else ""
        found.append(_key("t", entry.title, day, start))
    return tuple(found)


def id_key(name: str) -> str:
    """The identity key of an id alone."""
    return _key("g", name)


def lead(entry: Entry) -> str:
    """The start of what the entry says, white space folded."""
    return " ".join((entry.summary or text_of(entry.content)).split())[:LEAD]


def fingerprint(entry: Entry) -> str:
    """A hash of all that an edit may change; behind it stands that of a correction, if there is one."""
    picture = entry.picture.url if entry.picture else ""
    said = _key("f", entry.title, entry.link, entry.summary, text_of(entry.content), picture, *entry.categories)
    return said + _correction(entry)


def corrects(entry: Entry, known: Known) -> bool:
    """Whether its newsroom calls the edit a correction now, and did not when we read it last."""
    return bool(entry.correction) and not known.fingerprint.endswith(_correction(entry))


def _correction(entry: Entry) -> str:
    return "+" + _key("c", str(entry.correction)) if entry.correction else ""


def detect(
    feed: Feed,
    entries: Sequence[tuple[Entry, tuple[str, ...]]],
    known: Mapping[str, Known],
    *,
    total: int,
    now: dt.datetime,
    keeps: Keeps = lambda _: None,
) -> Detected:
    """Tell new, edited and joined entries apart; ``total`` is how many entries the source holds now.

    What the feed's filter keeps out is known without being told, and counts for no first run and no flood. Within a day
    it is released by an edit that lets it pass, or by another feed that does: an editor has mended a category.
    """
    changes: list[tuple[Change, tuple[str, ...]]] = []
    seen: set[str] = set()
    waiting: list[dt.datetime] = []
    for entry, all_keys in entries:
        if entry.due is not None and entry.due > now:
            waiting.append(entry.due)
            continue
        before, own = recognise(entry, all_keys, known)
        if seen.intersection(own):  # the same link twice in one document is one entry
            continue
        seen.update(own)
        change = _released(entry, before, keeps, now) or _change(entry, before, keeps)
        if change is not None:
            changes.append((change, own))
    return Detected(_admit(feed, changes, total=total, now=now), min(waiting, default=None))


def heard(detected: Detected, feed: Feed, *, so_far: int, waiting: Container[str]) -> int:
    """How many new posts a feed's hub has pushed since the whole feed was read; ``so_far`` before this partial reading.

    ``waiting`` are links of posts that were new before and wait. Raises ``SourceError`` where only all that the feed
    holds can tell: a first sight has a rule of its own, and many new posts may be a site that was built anew.
    """
    new = sum(change.kind == "new" and change.entry.link not in waiting for change, _ in detected.changes)
    if not feed.met:
        raise SourceError("the feed was never read")
    if so_far + new > FLOOD:
        raise SourceError(f"{so_far + new} new posts since the feed was read may be a site that was built anew")
    return so_far + new


def doubtful(detected: Detected, feed: Feed, *, total: int) -> bool:
    """Whether what is left of a document that broke off may be how a site begins that was built anew.

    It is read while it is written, then; of its ``total`` posts not enough may be left to make a flood. At a first
    sight, what was there before us is not known either.
    """
    new = sum(change.kind == "new" for change, _ in detected.changes)
    return not feed.met or (new > FLOOD_GOES and 2 * new > total)


def recognise(
    entry: Entry, all_keys: tuple[str, ...], known: Mapping[str, Known]
) -> tuple[Known | None, tuple[str, ...]]:
    """What is known of the entry, and its keys without a guid that somebody else has used."""
    before = next((known[key] for key in all_keys if key in known and not key.startswith("g:")), None)
    if before is not None:
        return before, all_keys
    own = all_keys
    for guid, namesake in ((key, known[key]) for key in all_keys if key in known):
        if namesake.title != entry.title and namesake.link != entry.link and namesake.lead != lead(entry):
            own = tuple(key for key in own if key != guid)
        else:
            return namesake, own
    return None, own


def _released(entry: Entry, before: Known | None, keeps: Keeps, now: dt.datetime) -> Change | None:
    """An entry whose story a filter kept out, and that passes now that it, or the feed that tells it, is another."""
    if before is None or before.kept is None or now - before.kept > FRESH or entry.retracted:
        return None
    if before.entry and before.fingerprint == fingerprint(entry):
        return None
    return None if keeps(entry) else Change("released", entry, StoryState.ANNOUNCED, before)


def _change(entry: Entry, before: Known | None, keeps: Keeps) -> Change | None:
    """What an entry means; of one that is taken back nothing is told any more, whatever it says."""
    if before is None and entry.retracted:
        return Change("new", entry, StoryState.RETRACTED)
    if before is None:
        kept = keeps(entry)
        return Change("new", entry, StoryState.KNOWN if kept else StoryState.ANNOUNCED, kept=kept)
    if before.state is StoryState.RETRACTED or before.alike:
        return None
    if entry.retracted:
        return Change("retracted", entry, StoryState.RETRACTED, before)
    if before.entry == 0:
        return Change("joined", entry, StoryState.KNOWN, before)
    if before.fingerprint != fingerprint(entry):
        return Change("edited", entry, before.state, before)
    return None


def _admit(
    feed: Feed, changes: Sequence[tuple[Change, tuple[str, ...]]], *, total: int, now: dt.datetime
) -> tuple[tuple[Change, tuple[str, ...]], ...]:
    """Give each new entry its state, by first-run rule and flood guard; oldest first."""
    oldest_first = sorted(changes, key=lambda change: (_age(change[0].entry), change[0].entry.link))
    new = [change.entry for change, _ in oldest_first if _announces(change)]
    rest = StoryState.KNOWN
    if not feed.met:
        go = _first_run(feed.first_run, new, now)
        oldest_first = [(replace(change, kept=None), own) for change, own in oldest_first]  # it was there before us
    elif len(new) > FLOOD and 2 * len(new) > total:
        go, rest = new[-FLOOD_GOES:], StoryState.QUARANTINED
    else:
        go = new
    going = {id(entry) for entry in go}
    return tuple(
        (replace(change, state=rest) if _announces(change) and id(change.entry) not in going else change, own)
        for change, own in oldest_first
    )


def _announces(change: Change) -> bool:
    return change.kind in ("new", "released") and change.state is StoryState.ANNOUNCED


def _first_run(rule: int | dt.timedelta, new: Sequence[Entry], now: dt.datetime) -> Sequence[Entry]:
    if isinstance(rule, dt.timedelta):
        return [entry for entry in new if entry.published is not None and entry.published >= now - rule]
    return new[-rule:] if rule else []


def _age(entry: Entry) -> dt.datetime:
    return entry.published or dt.datetime.min.replace(tzinfo=UTC)


def _key(kind: str, *parts: str) -> str:
    digest = hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=16)
    return f"{kind}:{digest.hexdigest()}"
