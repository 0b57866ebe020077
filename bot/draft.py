"""Draft: one change with all that follows from it, for whoever the accounts are at that moment.

    Change, Story ─▶ route ─▶ joined? ─▶ illustrate ─▶ render ─▶ Admission, for the store to commit
                                            └─ late: a breaking story goes without, its picture is edited in

An edit is weighed against what its readers have, a retraction takes back what they have. What is drafted for accounts
that have changed by the time it is to be committed is thrown away, with its drafter.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from bot.desk import amended, recalled
from bot.detect import corrects
from bot.events import Joining, joining
from bot.illustrate import Illustrator, shown
from bot.joins import Join
from bot.model import Bounds, Change, Feed, Known, Plates, Priority, SameEvent, Story, StoryState, Urgency
from bot.ports import Account, Adapter, Admission, Edits, Inbox, Shipment, Source
from bot.render import render
from bot.revise import Weight, weigh
from bot.route import route

LOG = logging.getLogger(__name__)
PATIENCE = 10.0  #: seconds that a story waits for its pictures
BREAKING_PATIENCE = 1.0  #: seconds that a breaking one does
TOLD = frozenset({StoryState.ANNOUNCED, StoryState.CORRECTED})  #: states of a story that readers have, or are getting


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
        accounts: Sequence[Account],
        renderers: Mapping[str, Adapter],
    ) -> None:
        self._inbox = inbox
        self._illustrator = illustrator
        self._accounts = accounts
        self._by_name = {account.name: account for account in accounts}
        self._renderers = renderers

    @property
    def names(self) -> Collection[str]:
        """The accounts' names."""
        return self._by_name.keys()

    async def draft(self, place: Place, bare: Admission, join: Join | None = None) -> Draft:
        """A change, and what it tells, with all that follows from it; ``join`` is the story that has told its event."""
        change, story = bare.change, bare.story
        match change.kind:
            case "new" | "released" if change.state is StoryState.ANNOUNCED:
                return await self._told(place, bare, join)
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

    async def _told(self, place: Place, bare: Admission, join: Join | None) -> Draft:
        """News: told by itself, as an answer to the story that has told its event, or not at all."""
        story = bare.story
        to = route(story, self._accounts)
        match _becomes(place.feed.same_event, story, to.accounts, join):
            case Joining.JOIN if join is not None:
                return Draft(replace(bare, change=_joined(bare.change, join.match.story)))
            case Joining.REPLY if join is not None:
                story = replace(story, head=join.match.story, alike=join.match.why)
            case _:
                pass
        plates, late = await self._plates(place, story, to.accounts)
        shipments = render(story, to.accounts, self._renderers, plates)
        return Draft(replace(bare, story=story, shipments=shipments, kept=to.kept), to.accounts, late)

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


def _becomes(policy: SameEvent, story: Story, accounts: Sequence[Account], join: Join | None) -> Joining:
    """What becomes of news whose event was told.

    It is left out only where all that would get it have got the other, and that as urgently: better two alerts than a
    lost one.
    """
    becomes = joining(None if join is None else join.match, policy)
    if becomes is not Joining.JOIN or join is None:
        return becomes
    head = join.head
    covered = head is not None and head.accounts.issuperset(account.name for account in accounts)
    raised = head is not None and story.urgency is Urgency.BREAKING and head.urgency is not Urgency.BREAKING
    return becomes if covered and not raised else Joining.REPLY


def _joined(change: Change, story: int) -> Change:
    """The same post as another telling of a story that is known."""
    entry = change.entry
    known = Known(0, story, 0, entry.title, entry.link, "", "")
    return Change("joined", entry, StoryState.KNOWN, known, alike=True)


def touched_up(alert: Shipment) -> Shipment:
    """An edit that nobody hurries for."""
    return replace(alert, priority=Priority.TOUCH_UP, operation="edit")
