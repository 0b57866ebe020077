"""Dispatch: drive the outbox. Nothing leaves without a durable claim; nothing that left is forgotten.

    outbox.tick(outcomes) ─▶ claims ─▶ wait for the token's time ─▶ adapter.send ─▶ outbox.settle ─▶ next tick

One transaction a tick, so that syncs grow with ticks and not with messages. The sends of a tick are spread over their
tokens' times in memory. What was claimed and not yet sent when the bot drains is given back.
"""

import asyncio
import datetime as dt
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from bot import ports
from bot.document import Picture
from bot.errors import (
    DeliveryError,
    PictureError,
    Rejected,
    Throttled,
    Unauthorized,
    Unconfirmed,
    Unreachable,
)
from bot.model import UTC, Bounds, Delivery, DeliveryState, Message, Outcome, Receipt
from bot.outbox import Policy, Powers, settle, trusted

LOG = logging.getLogger(__name__)
ROOM = 400  #: deliveries on their way at once (OUTBOX.md: 1,000 was slower than 400)
IDLE = 0.2  #: seconds between ticks when nothing wakes us: an intent is seen within 250 ms
BUSY = 0.05  #: seconds between ticks while deliveries are on their way or wait for their pace
DRAIN = 20.0  #: seconds that a stop waits for what is on its way
UPLOADS = 256  #: references to uploaded pictures kept in memory; all are in the store
PICTURES = 16  #: pictures kept in memory; each is at most 5 MB

Read = Callable[[str], Awaitable[tuple[str, bytes] | None]]
"""A kept picture's MIME type and bytes by its sha256."""

Shrink = Callable[[bytes, Bounds], Awaitable[tuple[Picture, bytes]]]
"""Make a picture that was refused smaller than these bounds; raises ``PictureError``."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries an account's deliveries: its adapter, and its policy for outcomes that stay unknown."""

    adapter: ports.Sends
    policy: Policy = ""

    def powers(self, delivery: Delivery) -> Powers:
        """What the adapter can do about this delivery; to make the same edit again does no harm."""
        if delivery.operation == "edit":
            return Powers(safe_again=dt.timedelta.max)
        again = self.adapter.safe_again(delivery.target)
        return Powers(again, isinstance(self.adapter, ports.Finds), len(list(self.plainer(delivery.message))))

    def plainer(self, message: Message) -> Iterator[Message]:
        """What a refused picture leaves of a message, step by step; the first is with a smaller picture."""
        plain: Message | None = message if message.pictures else None
        while plain is not None:
            yield plain
            plain = self.adapter.plain(plain)


class Dispatch:
    """Sends what the outbox holds. ``carriers`` are by account name."""

    def __init__(
        self,
        outbox: ports.Outbox,
        carriers: Mapping[str, Carrier],
        read: Read,
        shrink: Shrink,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC),
    ) -> None:
        self._outbox = outbox
        self._carriers = carriers
        self._read = read
        self._shrink = shrink
        self._clock = clock
        self._outcomes: list[Outcome] = []
        self._flying: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()
        self._draining = asyncio.Event()
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._uploading: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()
        self._uploads: OrderedDict[tuple[str, str], str] = OrderedDict()

    def wake(self) -> None:
        """There is work: tick now."""
        self._woken.set()

    def drain(self) -> None:
        """Claim nothing more; ``run`` returns when what is on its way has ended, after ``DRAIN`` seconds at most."""
        self._draining.set()
        self._woken.set()

    async def run(self) -> None:
        """Drive the outbox until drained."""
        await self._recover()
        while not self._draining.is_set():
            await self._tick(ROOM - len(self._flying))
            if not self._outbox.fanning_out:
                await self._pause(BUSY if self._flying else IDLE)
        if self._flying:
            await asyncio.wait(self._flying, timeout=DRAIN)
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)
        await self._tick(0)

    async def once(self, within: dt.timedelta) -> None:
        """Deliver what can be: until nothing is on its way and nothing falls due ``within`` that time."""
        await self._recover()
        while await self._outbox.pending(within) or self._flying or self._outcomes:
            await self._tick(ROOM - len(self._flying))
            await self._pause(BUSY)

    async def _recover(self) -> None:
        """What an earlier run had on its way when it died is in doubt: the same rule as for a lost answer."""
        for claim in await self._outbox.doubts():
            lost = Unconfirmed("the bot stopped while this was on its way: it may have arrived")
            LOG.warning(
                "story delivery %d to %s is in doubt after a stop", claim.delivery.id, claim.delivery.target.address
            )
            self._outcomes.append(self._settled(claim, lost))

    async def _tick(self, room: int) -> None:
        outcomes, self._outcomes = self._outcomes, []
        try:
            claims = await self._outbox.tick(outcomes, room)
        except BaseException:
            self._outcomes = outcomes + self._outcomes  # kept, and written by the next tick
            raise
        for claim in claims:
            task = asyncio.create_task(self._carry(claim), name=f"delivery {claim.delivery.id}")
            self._flying.add(task)
            task.add_done_callback(self._flying.discard)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            pass
        self._woken.clear()

    async def _carry(self, claim: ports.Claim) -> None:
        """One claimed delivery, from its token's time to its outcome."""
        if not await self._token(claim):
            outcome = Outcome(claim.delivery.id, claim.delivery.claim, DeliveryState.READY, spent=False)
        elif groundless := _groundless(claim.delivery):
            outcome = Outcome(claim.delivery.id, claim.delivery.claim, DeliveryState.CANCELLED, groundless, spent=False)
        else:
            outcome = self._settled(claim, *await self._try(claim))
        self._outcomes.append(outcome)
        self._woken.set()

    async def _token(self, claim: ports.Claim) -> bool:
        """Wait for the token's time; false when the bot is drained before it."""
        wait = claim.at - time.monotonic()
        if wait > 0:
            try:
                await asyncio.wait_for(self._draining.wait(), wait)
            except TimeoutError:
                pass
        return not self._draining.is_set()

    async def _try(self, claim: ports.Claim) -> tuple[Receipt | DeliveryError, Powers | None]:
        """Send, or look up what is in doubt first; the powers that are left if that fails."""
        carrier = self._carriers[claim.account]
        delivery = claim.delivery
        adapter = carrier.adapter
        try:
            if delivery.again and isinstance(adapter, ports.Finds) and not self._deduped(carrier, delivery):
                try:
                    found = await adapter.find(delivery)
                except (Unreachable, Throttled, Unauthorized):
                    raise
                except DeliveryError as error:
                    return Unconfirmed(f"in doubt, and it cannot be looked up: {error}"), Powers()
                if found is not None:
                    return found, None
            return await self._sent(claim.account, carrier, delivery), None
        except DeliveryError as error:
            return error, None
        except Exception as error:  # an adapter's bug must not lose a delivery: it may have been posted
            LOG.exception("the adapter of %s failed", claim.account)
            return Unconfirmed(f"the adapter failed with {type(error).__name__}: it may have arrived"), None

    def _deduped(self, carrier: Carrier, delivery: Delivery) -> bool:
        age = self._clock() - (delivery.since or self._clock())
        return trusted(age, carrier.powers(delivery))

    async def _sent(self, account: str, carrier: Carrier, delivery: Delivery) -> Receipt:
        """Send or edit; of deliveries that wait for the first upload of a picture, one goes first."""
        delivery = await self._loaded(carrier, delivery)
        if delivery.operation == "edit":
            if not isinstance(carrier.adapter, ports.Edits):
                raise Rejected(f"{delivery.message.platform} cannot edit what it posted")
            return await carrier.adapter.edit(delivery)
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
        steps = list(carrier.plainer(delivery.message))
        message = steps[min(max(delivery.degraded - 1, 0), len(steps) - 1)] if steps else delivery.message
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
        carrier = self._carriers[claim.account]
        outcome = settle(
            claim.delivery,
            result,
            now=self._clock(),
            policy=carrier.policy,
            priority=claim.priority,
            powers=carrier.powers(claim.delivery) if powers is None else powers,
        )
        where = f"{claim.account} → {claim.delivery.target.address}"
        if outcome.receipt is not None:
            LOG.info("%s: sent %s", where, outcome.receipt.link or " ".join(outcome.receipt.ids))
        else:
            LOG.warning("%s: %s (%s)", where, outcome.reason, outcome.state.name.lower())
        return outcome


def _groundless(delivery: Delivery) -> str:
    """Why there is nothing for this delivery to build on, "" if there is."""
    if delivery.operation == "edit" and (delivery.edits is None or not delivery.edits.ids):
        return "what it changes is not known to have gone out"
    if delivery.message.part and delivery.operation == "send" and delivery.after is None:
        return "the part before it did not go out"
    return ""
