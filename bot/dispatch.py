"""Dispatch: drive the outbox. Nothing leaves without a durable claim; nothing that left is forgotten.

    outbox.tick(outcomes) ─▶ claims ─▶ wait for the token's time ─▶ adapter.send ─▶ outbox.settle ─▶ next tick

One transaction a tick, so that syncs grow with ticks and not with messages. The sends of a tick are spread over their
tokens' times in memory. What was claimed and cannot be sent in time is given back: because the bot drains, because the
token is past (it would squeeze the platform's window), or because this process slept and somebody else may have it now.

A database that does not answer stops sending, not reading: outcomes are kept until it takes them.
"""

import asyncio
import datetime as dt
import logging
import math
import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from weakref import WeakValueDictionary

from bot import ports
from bot.carrier import Carrier, changed, groundless
from bot.document import Picture
from bot.errors import (
    Abandoned,
    DeliveryError,
    PictureError,
    StoreAway,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.gate import LATE, Gate
from bot.model import UTC, Bounds, Delivery, DeliveryState, Outcome, Receipt
from bot.outbox import Powers, resends, settle, trusted

LOG = logging.getLogger(__name__)
ROOM = 400  #: deliveries on their way at once (OUTBOX.md: 1,000 was slower than 400)
IDLE = 0.2  #: seconds between ticks when nothing wakes us: an intent is seen within 250 ms
IDLE_SHARED = 1.0  #: the same where others' work wakes us; a snoozed row is looked for that far ahead
BUSY = 0.05  #: seconds between ticks while deliveries are on their way or wait for their pace
GATHER = 0.003  #: seconds in which what comes back at about the same time is written together
STALE = 2.0  #: seconds after which a claim that was not sent is given back (DESIGN.md section 4, liveness)
WATCH = 0.25  #: seconds between two looks for workers that have died
AWAY = (0.1, 2.0)  #: seconds to wait for a database that does not answer: the first time, and at most
STOPPED = "the bot stopped while this was on its way: it may have arrived"
NOBODY = "its account is no longer in the configuration"
DID = {"send": "sent", "edit": "edited", "delete": "taken back", "reply": "answered"}
DRAIN = 20.0  #: seconds that a stop waits for what is on its way
UPLOADS = 256  #: references to uploaded pictures kept in memory; all are in the store
WIDE = frozenset({"account", "app", "host"})  #: pauses of more than one target
PICTURES = 16  #: pictures kept in memory; each is at most 5 MB

Read = Callable[[str], Awaitable[tuple[str, bytes] | None]]
"""A kept picture's MIME type and bytes by its sha256."""

Shrink = Callable[[bytes, Bounds], Awaitable[tuple[Picture, bytes]]]
"""Make a picture that was refused smaller than these bounds; raises ``PictureError``."""


_NONE = Powers()


class Dispatch:
    """Sends what the outbox holds. ``carriers`` are by account name; ``room`` is how many are on their way at most."""

    def __init__(
        self,
        outbox: ports.Outbox,
        carriers: Mapping[str, Carrier],
        read: Read,
        shrink: Shrink,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC),
        room: int = ROOM,
    ) -> None:
        self._outbox = outbox
        self._carriers = carriers
        self._read = read
        self._shrink = shrink
        self._clock = clock
        self._room = room
        self._outcomes: list[Outcome] = []
        self._flying: set[asyncio.Task[None]] = set()
        self._held: dict[int, Carrier | None] = {}  #: deliveries that we have claimed and know no outcome of
        self._away = 0  #: ticks in a row that the database did not take
        self._watched = 0.0  #: when we last looked for workers that have died
        self._ticking = asyncio.Lock()
        self._gates: defaultdict[str, Gate] = defaultdict(Gate)
        self._woken = asyncio.Event()
        self._hurries = False  #: somebody has said that there is work: its first byte waits for nothing
        self._draining = asyncio.Event()
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._uploading: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._uploads: OrderedDict[tuple[str, str], str] = OrderedDict()

    def wake(self) -> None:
        """There is work: tick now."""
        self._hurries = True
        self._woken.set()

    def drain(self) -> None:
        """Claim nothing more; ``run`` returns when what is on its way has ended, after ``DRAIN`` seconds at most."""
        self._draining.set()
        self._woken.set()

    async def change(self, carriers: Mapping[str, Carrier], meet: Callable[[], Awaitable[None]]) -> None:
        """Between two ticks, let the store ``meet`` other accounts; from then on these carry what is claimed.

        What is on its way ends with the carrier that it was claimed for, which then nobody holds any more.
        """
        async with self._ticking:
            await meet()
            self._carriers = carriers
        self.wake()

    async def run(self) -> None:
        """Drive the outbox until drained."""
        while not self._draining.is_set():
            await self._watch()
            if await self._tick(self._room - len(self._flying)) and not self._outbox.fanning_out:
                await self._rest()
                await self._gather()
        if self._flying:
            await asyncio.wait(self._flying, timeout=DRAIN)
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)
        await self._tick(0)

    async def once(self, within: dt.timedelta) -> None:
        """Deliver what can be: until nothing is on its way and nothing falls due ``within`` that time."""
        await self._watch()
        while await self._outbox.pending(within) or self._flying or self._outcomes:
            await self._tick(self._room - len(self._flying))
            await self._pause(BUSY)

    async def _rest(self) -> None:
        """Sleep until there may be something to do; meanwhile look after the other workers."""
        if self._flying or self._outbox.soon or not self._outbox.shared:
            await self._pause(BUSY if self._flying or self._outbox.soon else IDLE)
            return
        for _ in range(round(IDLE_SHARED / WATCH)):
            if await self._pause(WATCH) or self._outcomes:
                return
            await self._watch()

    async def _gather(self) -> None:
        """Let more outcomes come in while others are on their way: a tick each costs a fifth more at 4 in flight."""
        if self._flying and not self._hurries:
            await asyncio.sleep(GATHER)
        self._hurries = False

    async def _watch(self) -> None:
        """What a worker had on its way when it died is in doubt: the same rule as for a lost answer."""
        if self._watched and (not self._outbox.shared or time.monotonic() - self._watched < WATCH):
            return
        try:
            doubts = await self._outbox.doubts()
        except StoreAway as error:
            LOG.warning("the store cannot be asked for what was on its way: %s", error)
            return
        self._watched = time.monotonic()
        for claim in doubts:
            LOG.warning("delivery %d to %s is in doubt after a stop", claim.delivery.id, claim.delivery.target.address)
            if void := self._owned(claim).void:
                reason = f"in doubt when the bot stopped; {void}"
                self._outcomes.append(_ended(claim, DeliveryState.CANCELLED, reason, again=True))
            else:
                self._outcomes.append(self._settled(claim, Abandoned(STOPPED)))

    async def _tick(self, room: int) -> bool:
        """One tick; false if the database did not take it, after a while."""
        async with self._ticking:
            return await self._ticked(room)

    async def _ticked(self, room: int) -> bool:
        outcomes, self._outcomes = self._outcomes, []
        born = time.clock_gettime(time.CLOCK_BOOTTIME)
        try:
            if self._away:
                await self._outbox.forget([*self._held, *(outcome.delivery for outcome in outcomes)])
            claims = await self._outbox.tick(outcomes, room)
        except StoreAway as error:
            self._outcomes = outcomes + self._outcomes  # kept, and written by a later tick
            await self._stay_away(error)
            return False
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        if self._away:
            LOG.warning("the store answers again after %d tries", self._away)
        self._away = 0
        for claim in map(self._owned, claims):
            self._held[claim.delivery.id] = self._carriers.get(claim.account)
            if claim.paced and not claim.void:
                self._gates[claim.account].enter(claim, born)
            task = asyncio.create_task(self._carry(claim, born), name=f"delivery {claim.delivery.id}")
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)
        return True

    async def _stay_away(self, error: StoreAway) -> None:
        if not self._away:
            LOG.error("nothing is sent until the store answers: %s", error)
        self._away += 1
        await asyncio.sleep(min(AWAY[0] * 2.0 ** min(self._away, 10), AWAY[1]))

    async def _pause(self, seconds: float) -> bool:
        """Sleep; whether there is work."""
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self._woken.clear()
        return True

    async def _carry(self, claim: ports.Claim, born: float) -> None:
        """A claimed delivery to its outcome; where the platform counts, whichever hurries most when a token is due."""
        if claim.void:
            self._end(claim, _ended(claim, DeliveryState.CANCELLED, claim.void))
            return
        if claim.paced:
            claim, born, leaves = await self._token(claim)
        else:
            leaves = not self._draining.is_set()
        if not leaves or time.clock_gettime(time.CLOCK_BOOTTIME) - born > STALE:
            self._end(claim, _ended(claim, DeliveryState.READY, claim.delivery.reason))
        elif lacking := groundless(claim.delivery):
            self._end(claim, _ended(claim, DeliveryState.CANCELLED, lacking))
        else:
            late = time.monotonic() - claim.at if claim.paced else 0.0
            outcome = self._settled(claim, *await self._try(claim))
            if outcome.pause in WIDE:
                self._shut(claim.account, outcome)
            self._end(claim, replace(outcome, late=late) if late > LATE else outcome)

    async def _token(self, claim: ports.Claim) -> tuple[ports.Claim, float, bool]:
        """Wait for a token; which claim gets it, when that was claimed, and whether it leaves or else is given back."""
        gate = self._gates[claim.account]
        while (wait := gate.ahead(claim.at, time.monotonic())) > 0:
            await asyncio.sleep(wait)
            if self._draining.is_set():
                break
        if self._draining.is_set() or not gate.leaves(claim.at, time.monotonic(), alone=self._outbox.alone):
            return *gate.last(), False
        first, born = gate.first(claim.at)
        if (wait := first.due - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        return first, born, not self._draining.is_set()

    def _shut(self, account: str, outcome: Outcome) -> None:
        """Let nothing more of the account leave that was claimed before the store knows of the pause."""
        wait = math.inf if outcome.until is None else (outcome.until - self._clock()).total_seconds()
        self._gates[account].shut(time.monotonic(), wait)

    def _end(self, claim: ports.Claim, outcome: Outcome) -> None:
        self._held.pop(claim.delivery.id, None)
        self._outcomes.append(outcome)
        self._woken.set()

    async def _try(self, claim: ports.Claim) -> tuple[Receipt | DeliveryError, Powers | None]:
        """Send, or look up what is in doubt first; the powers that are left if that fails."""
        carrier, delivery = self._carrier(claim), claim.delivery
        adapter = carrier.adapter
        try:
            if delivery.again and not self._deduped(carrier, delivery) and isinstance(adapter, ports.Finds):
                try:
                    found = await adapter.find(delivery) if carrier.searches(delivery.target) else None
                except (Unreachable, Throttled, Unauthorized):
                    raise
                except DeliveryError as error:
                    if not resends(delivery, carrier.policy, claim.priority):
                        return Abandoned(f"in doubt, and it cannot be looked up: {error}"), Powers()
                    found = None
                if found is not None:
                    return found, None
            return await self._sent(claim.account, carrier, delivery), None
        except DeliveryError as error:
            return error, None
        except Exception as error:  # an adapter's bug must not lose a delivery: it may have been posted
            LOG.exception("the adapter of %s failed", claim.account)
            return Unconfirmed(f"the adapter failed with {type(error).__name__}: it may have arrived"), None

    def _owned(self, claim: ports.Claim) -> ports.Claim:
        """The claim, void if nobody carries for its account: another of the same credential has claimed it."""
        return claim if claim.void or claim.account in self._carriers else replace(claim, void=NOBODY)

    def _carrier(self, claim: ports.Claim) -> Carrier:
        """What carries a claim: whatever did when it was claimed."""
        return self._held.get(claim.delivery.id) or self._carriers[claim.account]

    def _deduped(self, carrier: Carrier, delivery: Delivery) -> bool:
        age = self._clock() - (delivery.since or self._clock())
        return trusted(age, carrier.powers(delivery))

    async def _sent(self, account: str, carrier: Carrier, delivery: Delivery) -> Receipt:
        """Send or edit; of deliveries that wait for the first upload of a picture, one goes first."""
        delivery = await self._loaded(carrier, delivery)
        if delivery.operation != "send":
            return await changed(carrier.adapter, delivery)
        bounds = carrier.adapter.pictures
        pictures = [picture.sha256 for picture in delivery.message.pictures]
        if not pictures or bounds is None or not bounds.reusable or delivery.uploads.keys() >= set(pictures):
            return await carrier.adapter.send(delivery)
        lock = self._uploading.setdefault((account, pictures[0]), asyncio.Lock())
        async with lock:
            known = {
                sha256: self._uploads[account, sha256] for sha256 in pictures if (account, sha256) in self._uploads
            }
            receipt = await carrier.adapter.send(replace(delivery, uploads={**delivery.uploads, **known}))
            for sha256, reference in receipt.uploads.items():
                self._uploads[account, sha256] = reference
                if len(self._uploads) > UPLOADS:
                    self._uploads.popitem(last=False)
        return receipt

    async def _loaded(self, carrier: Carrier, delivery: Delivery) -> Delivery:
        """The delivery with its pictures' bytes, degraded as far as refusals have led."""
        if not delivery.message.pictures:
            return delivery
        steps = list(carrier.plainer(delivery.message))
        message = steps[min(max(delivery.degraded - 1, 0), len(steps) - 1)]
        try:
            pictures = [await self._picture(carrier, picture, delivery.degraded) for picture in message.pictures]
        except PictureError as error:
            LOG.warning("story delivery %d goes without its picture: %s", delivery.id, error)
            return replace(delivery, message=carrier.adapter.plain(message) or message)
        message = replace(message, pictures=tuple(picture for picture, _ in pictures))
        return replace(delivery, message=message, files={picture.sha256: data for picture, data in pictures})

    async def _picture(self, carrier: Carrier, picture: Picture, degraded: int) -> tuple[Picture, bytes]:
        """A picture with its bytes; a smaller one after a refusal."""
        data = await self._bytes(picture.sha256)
        if not degraded or carrier.adapter.pictures is None:
            return picture, data
        side = max(picture.width, picture.height) or carrier.adapter.pictures.side
        refused = replace(carrier.adapter.pictures, size=len(data), side=side)
        smaller, data = await self._shrink(data, refused)
        return replace(smaller, url=picture.url, alt=picture.alt), data

    async def _bytes(self, sha256: str) -> bytes:
        if sha256 not in self._pictures:
            kept = await self._read(sha256)
            if kept is None:
                raise PictureError("the store no longer has the picture")
            self._pictures[sha256] = kept[1]
            if len(self._pictures) > PICTURES:
                self._pictures.popitem(last=False)
        return self._pictures[sha256]

    def _settled(self, claim: ports.Claim, result: Receipt | DeliveryError, powers: Powers | None = None) -> Outcome:
        carrier = self._carrier(claim)
        if isinstance(result, Receipt):
            powers = _NONE  # they are asked about a failure alone
        outcome = settle(
            claim.delivery,
            result,
            now=self._clock(),
            policy=carrier.policy,
            priority=claim.priority,
            powers=carrier.powers(claim.delivery) if powers is None else powers,
        )
        address = claim.delivery.target.address
        if outcome.receipt is not None:
            arrived = (DID[claim.delivery.operation], outcome.receipt.link or " ".join(outcome.receipt.ids))
            LOG.info("%s → %s: %s", claim.account, address, " ".join(filter(None, arrived)))
        else:
            LOG.warning("%s → %s: %s (%s)", claim.account, address, outcome.reason, outcome.state.name.lower())
        return outcome


def _ended(claim: ports.Claim, state: DeliveryState, reason: str, *, again: bool = False) -> Outcome:
    """The outcome of a claim that nothing was tried for."""
    return Outcome(claim.delivery.id, claim.delivery.claim, state, reason, spent=False, again=again)
