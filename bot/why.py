"""Why: what became of one story at one target, in a paragraph, from the ledger. Pure.

    a story and a target ─▶ facts ─▶ each account's subscription there ─┬─ never queued   why not, or when
                                                                        └─ a delivery     how it stands, what came after

Every paragraph begins with what an editor asked: it got it, it will, it did not.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self, assert_never
from zoneinfo import ZoneInfo

from bot.model import DeliveryState, Operation, StoryState
from bot.rules import Kept
from bot.text.answers import ANSWERS

_FOR_EVER: Final = dt.timedelta(days=365)  #: a pause of longer ends when a person ends it
_WAITING: Final = frozenset({DeliveryState.QUEUED, DeliveryState.READY, DeliveryState.SENDING, DeliveryState.SNOOZED})
_NOT_THERE: Final = frozenset(set(DeliveryState) - {DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.HELD})
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence of the answer: its key in the tables below, and the values in it."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery: how its operation stands. ``note`` says what was degraded; ``due`` is when a snoozed one goes."""

    operation: Operation
    state: DeliveryState
    part: int = 0
    revision: int = 1
    tries: int = 0
    reason: str = ""
    note: str = ""
    link: str = ""
    again: bool = False
    degraded: int = 0
    due: dt.datetime | None = None
    sent: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Fan:
    """A fan-out that is still open: it has come to the subscription ``cursor``, and goes on to ``upper``."""

    operation: Operation
    cursor: int
    upper: int
    target: str = ""  #: only this one; empty: all


@dataclass(frozen=True, slots=True)
class Subscribed:
    """One account's subscription at the target. ``feeds`` are those that the account carries, None for all."""

    id: int
    account: str
    feeds: tuple[str, ...] | None = None
    only: Literal["all", "breaking"] = "all"
    state: Literal["active", "paused", "retired"] = "active"
    reason: str = ""
    stopped: bool = False  #: the account, by a person
    paused_until: dt.datetime | None = None  #: the account
    account_reason: str = ""
    told: tuple[Told, ...] = ()  #: oldest first
    fans: tuple[Fan, ...] = ()
    kept: Kept | None = None  #: what of the account's filter kept the story from it


@dataclass(frozen=True, slots=True)
class Facts:
    """All that bears on the question. ``state`` is None where there is no such story; ``feeds`` told it, in order.

    ``places`` are targets that there are, where nobody has subscribed at the one asked for; ``kept`` is what of its
    feed's filter kept it from everybody.
    """

    story: int
    target: str
    now: dt.datetime
    state: StoryState | None = None
    urgency: str = "normal"
    feeds: tuple[str, ...] = ()
    subscribed: tuple[Subscribed, ...] = ()
    places: tuple[str, ...] = ()
    kept: Kept | None = None
    accounts: tuple[str, ...] | None = None  #: the only ones that its newsroom gives it to
    head: int | None = None  #: the story of the same event that it answers
    alike: str = ""  #: by what that was seen

    @classmethod
    def of(
        cls,
        found: Mapping[str, Any],
        *,
        story: int,
        target: str,
        feeds: Mapping[str, tuple[str, ...] | None],
        now: dt.datetime,
    ) -> Self:
        """The facts as the ledger gives them (``Ledger.facts``); ``feeds`` are what each configured account carries."""
        told = found["story"]
        return cls(
            story=story,
            target=target,
            now=now,
            state=StoryState(told["state"]) if told else None,
            urgency=told["urgency"] if told else "normal",
            feeds=tuple(told["feeds"]) if told else (),
            subscribed=tuple(_subscribed(row, feeds) for row in found["subscriptions"]),
            places=tuple(found["places"]),
        )


def _subscribed(row: Mapping[str, Any], feeds: Mapping[str, tuple[str, ...] | None]) -> Subscribed:
    return Subscribed(
        id=row["id"],
        account=row["name"],
        feeds=feeds.get(row["name"]),
        only=row["only"],
        state=row["state"],
        reason=row["reason"],
        stopped=row["stopped"],
        paused_until=_read(row["paused_until"]),
        account_reason=row["account_reason"],
        told=tuple(_told(delivery) for delivery in row["deliveries"]),
        fans=tuple(Fan(fan["operation"], fan["cursor"], fan["upper"], fan["target"]) for fan in row["fanouts"]),
    )


def _told(row: Mapping[str, Any]) -> Told:
    plain = ("operation", "part", "revision", "tries", "reason", "note", "link", "again", "degraded")
    return Told(
        **{name: row[name] for name in plain},
        state=DeliveryState[row["state"].upper()],
        due=_read(row["due"]),
        sent=_read(row["sent"]),
    )


def _read(moment: str | None) -> dt.datetime | None:
    return None if moment is None else dt.datetime.fromisoformat(moment)


def why(facts: Facts, language: str, zone: str) -> str:
    """The paragraph, in Korean or else in English; times are told in ``zone``, an IANA name."""
    language = language if language in ANSWERS else "en"
    phrases, place = ANSWERS[language], ZoneInfo(zone)
    common = {"story": facts.story, "target": facts.target, "feed": next(iter(facts.feeds), "")}

    def told(name: str, value: object) -> object:
        match name, value:
            case _, dt.datetime():
                return _moment(value, facts.now, place, language)
            case "reason", "":
                return phrases["no_reason"]
            case "where", str():
                return value and f"{' ' if language == 'en' else ''}({value})"
            case "times", int():
                return f"{value}번" if language == "ko" else "once" if value == 1 else f"{value} times"
            case _:
                return value

    return " ".join(
        phrases[phrase.key].format(**common, **{name: told(name, value) for name, value in phrase.values.items()})
        for phrase in _answer(facts)
    )


def _answer(facts: Facts) -> Iterator[Phrase]:
    if facts.state is None:
        yield Phrase("no_story")
    elif not facts.subscribed:
        yield Phrase("no_target")
        if facts.places:
            yield Phrase("places", {"places": ", ".join(facts.places)})
    else:
        for one in facts.subscribed:
            yield from _subscription(facts, facts.state, one)


def _subscription(facts: Facts, state: StoryState, one: Subscribed) -> Iterator[Phrase]:
    """What became of the story at one subscription: its alert, what came after, what a person can do."""
    account = {"account": one.account}
    alert = next((told for told in reversed(one.told) if told.operation == "send" and told.part == 0), None)
    if alert is None:
        yield from _never(facts, state, one)
        return
    if state is StoryState.RETRACTED and alert.state in _NOT_THERE and not alert.again:
        yield from (Phrase("not_sent", account), Phrase("too_late"))
        return
    match alert.state:
        case DeliveryState.SENT:
            yield Phrase(
                "sent_at" if alert.link else "sent", account | {"at": alert.sent or facts.now, "link": alert.link}
            )
            if facts.head is not None:
                yield Phrase("answers", {"head": facts.head, "alike": facts.alike})
            yield from _manner(alert)
            yield from _rest(one)
        case DeliveryState.HELD:
            yield Phrase("in_doubt", account)
            if state is not StoryState.RETRACTED:
                yield Phrase("held", {"reason": alert.reason})
        case DeliveryState.DEAD:
            yield Phrase("not_sent", account)
            yield Phrase("dead", {"reason": alert.reason, "times": alert.tries})
            yield Phrase("retry")
        case DeliveryState.CANCELLED:
            yield Phrase("not_sent", account)
            yield Phrase("cancelled", {"reason": alert.reason})
        case DeliveryState.QUEUED | DeliveryState.READY | DeliveryState.SENDING | DeliveryState.SNOOZED:
            yield Phrase("not_yet", account)
            yield from _pauses(facts, one) or [_waiting(alert)]
        case _:
            assert_never(alert.state)
    yield from _afterwards(facts, state, one, alert)


def _never(facts: Facts, state: StoryState, one: Subscribed) -> Iterator[Phrase]:
    """Why nothing was ever queued, or that it will be."""
    cause = _cause(facts, state, one)
    coming = cause is None and any(_reaches(fan, facts, one) for fan in one.fans)
    yield Phrase("not_yet" if coming else "not_sent", {"account": one.account})
    if cause is not None:
        yield cause
    elif coming:
        yield from _pauses(facts, one) or [Phrase("coming")]
    else:
        yield Phrase("late")
        yield Phrase("replay")


def _cause(facts: Facts, state: StoryState, one: Subscribed) -> Phrase | None:
    """What keeps the story from this subscription for good, or until a person decides."""
    match state:
        case StoryState.KNOWN if facts.kept is not None:
            return _filtered("feed", facts.kept, one)
        case StoryState.KNOWN | StoryState.REVIEW | StoryState.QUARANTINED | StoryState.KILLED:
            return Phrase(state.value)
        case StoryState.RETRACTED:
            return Phrase("too_late")
        case StoryState.ANNOUNCED | StoryState.CORRECTED:
            pass
        case _:
            assert_never(state)
    if one.state == "retired":
        return Phrase("retired")
    if one.feeds is not None and not set(facts.feeds[:1]) & set(one.feeds):
        return Phrase("other_feeds", {"feeds": ", ".join(one.feeds)})
    if facts.accounts is not None and one.account not in facts.accounts:
        return Phrase("left_out", {"accounts": ", ".join(facts.accounts) or "-"})
    if one.only == "breaking" and facts.urgency != "breaking":
        return Phrase("only_breaking")
    return None if one.kept is None else _filtered("account", one.kept, one)


def _filtered(whose: Literal["feed", "account"], kept: Kept, one: Subscribed) -> Phrase:
    """The rule that kept the story out, and where it stands."""
    words = ", ".join(f"“{word}”" for word in kept.words)
    values = {"account": one.account, "key": kept.key, "words": words, "where": kept.where}
    return Phrase(f"{whose}_{kept.table}", values)


def _reaches(fan: Fan, facts: Facts, one: Subscribed) -> bool:
    """Whether an open fan-out has the subscription still before it; whoever subscribed later than it began has not."""
    return fan.operation == "send" and fan.cursor < one.id <= fan.upper and fan.target in {"", facts.target}


def _waiting(told: Told) -> Phrase:
    """What a delivery waits for that nothing else holds up."""
    if told.state is DeliveryState.SNOOZED:
        return Phrase(
            "snoozed" if told.tries else "throttled", {"times": told.tries, "reason": told.reason, "due": told.due}
        )
    if told.state is DeliveryState.SENDING and told.again:
        return Phrase("sending_again")
    return Phrase(told.state.name.lower())


def _pauses(facts: Facts, one: Subscribed) -> list[Phrase]:
    """What holds up everything there, and how it ends."""
    found = []
    account = {"account": one.account, "reason": one.account_reason}
    if one.stopped:
        found.append(Phrase("stopped", account))
    elif one.paused_until is not None and one.paused_until > facts.now + _FOR_EVER:
        found.append(Phrase("account_paused", account))
    elif one.paused_until is not None and one.paused_until > facts.now:
        found.append(Phrase("account_rests", account | {"until": one.paused_until}))
    if one.state == "paused":
        found.append(Phrase("target_paused", {"account": one.account, "reason": one.reason}))
    return found


def _manner(alert: Told) -> Iterator[Phrase]:
    """How the alert went out, where that was not at once and as it was meant."""
    if alert.tries > 1:
        yield Phrase("tries", {"tries": alert.tries})
    if alert.note or alert.reason:
        yield Phrase("note", {"note": alert.note or alert.reason})


def _rest(one: Subscribed) -> Iterator[Phrase]:
    """The messages that continue the alert, where they did not all arrive."""
    rest = [told for told in one.told if told.operation == "send" and told.part]
    failed = [told for told in rest if told.state in {DeliveryState.DEAD, DeliveryState.HELD}]
    if failed:
        yield Phrase("rest_failed", {"n": len(failed), "reason": failed[0].reason})
        yield Phrase("retry")
    elif waits := [told for told in rest if told.state in _WAITING]:
        yield Phrase("rest_waits", {"n": len(waits)})


def _afterwards(facts: Facts, state: StoryState, one: Subscribed, alert: Told) -> Iterator[Phrase]:
    """The last thing that was done, or is to be done, about an alert that is there or may be."""
    if alert.state in _NOT_THERE and not alert.again:
        return
    came = [told for told in one.told if told.operation != "send" and told.part == 0]
    last = next((told for told in reversed(came) if told.state is not DeliveryState.CANCELLED), None)
    if state is StoryState.RETRACTED and (last is None or last.operation != "delete"):
        if any(fan.operation == "delete" for fan in one.fans):
            yield Phrase("delete_waits")
        elif alert.state is DeliveryState.SENT:
            yield Phrase("delete_missing")
    elif last is not None:
        yield _after(facts, last)
        if last.state in _WAITING:
            yield from _pauses(facts, one)
        elif last.state is DeliveryState.DEAD and last.operation != "delete":
            yield Phrase("retry")


def _after(facts: Facts, last: Told) -> Phrase:
    values = {"at": last.sent or facts.now, "reason": last.reason}
    if last.state is DeliveryState.SENT:
        replaced = last.operation == "delete" and last.degraded
        return Phrase("delete_replaced" if replaced else f"{last.operation}_sent", values)
    if last.state in _WAITING:
        return Phrase(f"{last.operation}_waits")
    return Phrase(f"{last.operation}_held" if last.state is DeliveryState.HELD else f"{last.operation}_failed", values)


def _moment(at: dt.datetime, now: dt.datetime, zone: ZoneInfo, language: str) -> str:
    """Day and time of day as a newsroom writes them; the year only where it is not this one."""
    at, now = at.astimezone(zone), now.astimezone(zone)
    if language == "ko":
        return f"{f'{at.year}년 ' if at.year != now.year else ''}{at.month}월 {at.day}일 {at:%H:%M}"
    return f"{at.day} {_MONTHS.split()[at.month - 1]}{f' {at.year}' if at.year != now.year else ''} at {at:%H:%M}"
