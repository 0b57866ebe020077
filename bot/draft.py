"""Draft: one change with all that follows from it, for whoever the accounts are at that moment.

    Change ─▶ story.tell ─▶ route ─▶ illustrate ─▶ render ─▶ Admission, for the store to commit
                                        └─ late: a breaking story goes without, its picture is edited in

An edit is weighed against what its readers have, a retraction takes back what they have. What is drafted for accounts
that have changed by the time it is to be committed is thrown away, with its drafter.
"""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ParamSpec, Protocol, TypeVar

from bot.desk import amended, recalled
from bot.detect import corrects, fingerprint, lead
from bot.illustrate import Illustrator, shown
from bot.model import Bounds, Change, Feed, Plates, Priority, Story, StoryState, Urgency
from bot.ports import Account, Adapter, Admission, Edits, Inbox, Shipment, Source
from bot.render import render
from bot.revise import Weight, weigh
from bot.route import route
from bot.story import tell
from bot.traits import traits

P = ParamSpec("P")
T = TypeVar("T")

LOG = logging.getLogger(__name__)
PATIENCE = 10.0  #: seconds that a story waits for its pictures
BREAKING_PATIENCE = 1.0  #: seconds that a breaking one does
TOLD = frozenset({StoryState.ANNOUNCED, StoryState.CORRECTED})  #: states of a story that readers have, or are getting


class Aside:
    """Runs stages in a thread, one at a time: a document of fifty long posts holds up nobody else's sends."""

    def __init__(self) -> None:
        self._working = asyncio.Lock()

    async def __call__(self, stage: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What the stage gives."""
        async with self._working:
            return await asyncio.to_thread(stage, *arguments, **named)


class Place(Protocol):
    """Where a change was found: its feed and source, and the traits that posts of the feed share."""

    feed: Feed
    source: Source
    recurring: frozenset[str]


@dataclass(frozen=True, slots=True)
class Draft:
    """An admission, whom it goes to, and who still works on its pictures."""

    admission: Admission
    accounts: Sequence[Account] = ()
    plates: "asyncio.Task[Plates] | None" = None


class Drafter:
    """Drafts for these accounts; ``renderers`` are by account name."""

    def __init__(
        self,
        inbox: Inbox,
        illustrator: Illustrator,
        aside: Aside,
        accounts: Sequence[Account],
        renderers: Mapping[str, Adapter],
    ) -> None:
        self._inbox = inbox
        self._illustrator = illustrator
        self._aside = aside
        self._accounts = accounts
        self._by_name = {account.name: account for account in accounts}
        self._renderers = renderers

    @property
    def names(self) -> Collection[str]:
        """The accounts' names."""
        return self._by_name.keys()

    async def draft(self, place: Place, change: Change, own: tuple[str, ...], now: dt.datetime) -> Draft:
        """One change with all that follows from it; ``own`` are its entry's identity keys."""
        story = await self._aside(tell, change, place.feed, now=now, recurring=place.recurring)
        bare = Admission(change, story, own, fingerprint(change.entry), lead(change.entry), (), traits(change.entry))
        match change.kind:
            case "new" | "released" if change.state is StoryState.ANNOUNCED:
                to = route(story, self._accounts)
                plates, late = await self._plates(place, story, to.accounts)
                shipments = render(story, to.accounts, self._renderers, plates)
                return Draft(replace(bare, shipments=shipments, kept=to.kept), to.accounts, late)
            case "new" if change.kept is not None:
                return Draft(replace(bare, kept={"": change.kept}))
            case "edited" if change.state in TOLD:
                return Draft(await self._corrected(place, bare))
            case "retracted":
                return Draft(replace(bare, shipments=await self.recalled(story)))
            case _:
                return Draft(bare)

    async def recalled(self, story: Story) -> tuple[Shipment, ...]:
        """What takes a story back from all who have it."""
        return recalled(story, await self._inbox.told(story.id), self._by_name, self._renderers)

    async def touch_up(self, story: Story, draft: Draft) -> bool:
        """Put the pictures that came late into what went out without them, where that can be edited; whether so."""
        if draft.plates is None:
            return False
        try:
            plates = await draft.plates
            pictured = [account for account in draft.accounts if self._renderers[account.name].pictures is not None]
            editable = [account for account in pictured if isinstance(self._renderers[account.name], Edits)]
            if plates.empty or not editable:
                return False
            alerts = [ship for ship in render(story, editable, self._renderers, plates) if not ship.message.part]
            await self._inbox.revise(story, [touched_up(alert) for alert in alerts])
        finally:
            draft.plates.cancel()
        return True

    async def _corrected(self, place: Place, admission: Admission) -> Admission:
        """An edited story: what its readers see differently now, account by account."""
        story, known = admission.story, admission.change.known
        assert known is not None, "an edited entry is known"  # noqa: S101 - what detect guarantees
        weight = weigh((known.headline, known.excerpt, known.told), (story.headline, story.excerpt, story.link))
        if corrects(admission.change.entry, known):
            weight = Weight.MATERIAL
        told = await self._inbox.told(story.id)
        names = {name for name, _ in told}
        accounts = [account for account in self._accounts if account.name in names]
        wanted = self._wanted(accounts)
        plates = Plates()
        if wanted:
            plates = await self._illustrator.plates(place.source, place.feed, story, wanted)
        shipments = amended(story, told, accounts, self._renderers, plates, weight)
        state = StoryState.CORRECTED if weight is Weight.MATERIAL else story.state
        revised = bool(shipments) or weight is not Weight.NONE
        return replace(admission, story=replace(story, state=state), shipments=shipments, revised=revised)

    async def _plates(
        self, place: Place, story: Story, accounts: Sequence[Account]
    ) -> tuple[Plates, "asyncio.Task[Plates] | None"]:
        """The story's pictures, or none and who is still at it when the story's patience ends."""
        wanted = self._wanted(accounts)
        if not wanted:
            return Plates(), None
        work = asyncio.create_task(self._illustrator.plates(place.source, place.feed, story, wanted))
        breaking = story.urgency is Urgency.BREAKING
        try:
            done, _ = await asyncio.wait({work}, timeout=BREAKING_PATIENCE if breaking else PATIENCE)
        except BaseException:
            work.cancel()
            raise
        if done:
            for note in work.result().notes:
                LOG.warning("story “%s”: %s", story.headline, note)
            return work.result(), None
        return Plates(dict.fromkeys(wanted, ()), ("without its picture, which was not there in time",)), work

    def _wanted(self, accounts: Sequence[Account]) -> Mapping[Bounds, int]:
        """How many pictures to prepare for each of the bounds."""
        wanted: dict[Bounds, int] = {}
        for account in accounts:
            bounds = self._renderers[account.name].pictures
            if bounds is not None and account.style.picture == "photo":
                wanted[bounds] = max(wanted.get(bounds, 0), shown(account.style, bounds))
        return wanted


def touched_up(alert: Shipment) -> Shipment:
    """An edit that nobody hurries for."""
    return replace(alert, priority=Priority.TOUCH_UP, operation="edit")
