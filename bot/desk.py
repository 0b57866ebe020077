"""The desk: what a person may decide, over the ports. Every front door (page, commands) calls it.

What only changes how deliveries stand is written down as an intent, which the driving bot carries out within 250 ms. A
retraction is written whole at once: from that moment nothing more of the story goes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, assert_never

from bot.errors import SokboError
from bot.model import Message, Plates, Story, StoryState, Urgency
from bot.ports import Account, Adapter, AddedFeed, Deletes, Edits, Inbox, Intents, Ledger, Replies, Shipment
from bot.render import render
from bot.revise import Weight, corrected, corrections, retraction, retraction_notice
from bot.why import Facts, Fan, Subscribed, Told, why

Decision = Literal["send_again", "it_arrived"]
Switch = Literal["pause", "resume"]


def recalled(
    story: Story,
    told: Mapping[tuple[str, int], Message],
    accounts: Mapping[str, Account],
    renderers: Mapping[str, Adapter],
) -> tuple[Shipment, ...]:
    """What takes a story back from all who were told it.

    In a place where it can be neither deleted nor changed, its delete ends dead and says so.
    """
    notices = {
        name: renderers[name].render(retraction_notice(story, accounts[name].style.language), accounts[name].style)[0]
        for name, _ in told
        if name in accounts
    }
    return retraction(story, told, notices, deleting=notices.keys(), editing=()).shipments


def amended(
    story: Story,
    told: Mapping[tuple[str, int], Message],
    accounts: Sequence[Account],
    renderers: Mapping[str, Adapter],
    plates: Plates,
    weight: Weight,
) -> tuple[Shipment, ...]:
    """What makes true what these accounts' readers were told; a picture that cannot be had now stays as it was."""
    able = {
        power: {account.name for account in accounts if isinstance(renderers[account.name], power)}
        for power in (Edits, Replies, Deletes)
    }
    kept = _kept(plates, told, accounts, renderers)
    changes = corrections(
        story,
        told,
        render(story, accounts, renderers, kept),
        editing=able[Edits],
        replying=able[Replies],
        settings={account.name: account.corrections for account in accounts},
        weight=weight,
        deleting=able[Deletes],
    )
    by_name = {account.name: account for account in accounts}
    return tuple(
        _answer(story, shipment, by_name, renderers) if shipment.operation == "reply" else shipment
        for shipment in changes
        if not _as_told(shipment, told, weight)
    )


def _as_told(shipment: Shipment, told: Mapping[tuple[str, int], Message], weight: Weight) -> bool:
    """Whether an edit that nobody can see leaves the words of this as they were: its program's form may differ."""
    now = shipment.message
    before = [told.get((name, now.part)) for name in shipment.accounts]
    unseen = weight is Weight.NONE and shipment.operation == "edit"
    return unseen and all(
        was is not None and (was.text, was.entities, was.pictures) == (now.text, now.entities, now.pictures)
        for was in before
    )


def _kept(
    plates: Plates,
    told: Mapping[tuple[str, int], Message],
    accounts: Sequence[Account],
    renderers: Mapping[str, Adapter],
) -> Plates:
    """The plates, with the pictures that readers see already where none could be had."""
    pictures = dict(plates.pictures)
    for account in accounts:
        bounds, message = renderers[account.name].pictures, told.get((account.name, 0))
        if plates.notes and bounds is not None and message is not None and not pictures.get(bounds):
            pictures[bounds] = message.pictures
    return Plates(pictures)


def _answer(
    story: Story, shipment: Shipment, accounts: Mapping[str, Account], renderers: Mapping[str, Adapter]
) -> Shipment:
    """A reply says that it is a correction; it shows no picture, the one above it does."""
    account = accounts[shipment.accounts[0]]
    told = replace(corrected(story, account.style.language), pictures=())
    return replace(shipment, message=renderers[account.name].render(told, account.style)[0])


class Refused(SokboError):  # noqa: N818 - said to a person
    """What was asked for cannot be done; the text says why, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Replay:
    """Which deliveries of a story go once more: failed ones, held ones, and whom it never reached."""

    story: int
    failed: bool = True
    held: bool = False
    missed: bool = False
    account: str = ""
    target: str = ""


class Desk:
    """A person's hands on the store. ``renderers`` are by account name; they only draw here."""

    def __init__(
        self,
        intents: Intents,
        inbox: Inbox,
        ledger: Ledger,
        accounts: Sequence[Account],
        renderers: Mapping[str, Adapter],
    ) -> None:
        self._intents = intents
        self._inbox = inbox
        self._ledger = ledger
        self.meet(accounts, renderers)

    def meet(self, accounts: Sequence[Account], renderers: Mapping[str, Adapter]) -> None:
        """From now on these are the accounts that there are."""
        self._accounts = {account.name: account for account in accounts}
        self._renderers = renderers

    async def settle(self, delivery: int, decision: Decision) -> int:
        """Settle a held delivery; one that is no longer held is left as it is. The intent's number."""
        match decision:
            case "send_again" | "it_arrived":
                return await self._intents.intend(decision, {"delivery": delivery})
            case _:
                assert_never(decision)

    async def switch(self, account: str, what: Switch) -> int:
        """Stop what an account sends, or let it go on, with its targets that were paused. The intent's number."""
        self._known(account)
        return await self._intents.intend(what, {"account": account})

    async def add_feeds(self, feeds: Sequence[AddedFeed]) -> int:
        """Watch these feeds too, all or none, without a restart. The intent's number."""
        return await self._intents.intend("add_feeds", {"feeds": [asdict(feed) for feed in feeds]})

    async def remove_feed(self, name: str) -> int:
        """Watch a feed no more that a command has added; the ledger keeps what it told. The intent's number."""
        return await self._intents.intend("remove_feed", {"name": name})

    async def replay(self, order: Replay) -> int:
        """Send a story again to those who missed it, and to nobody else. The intent's number."""
        if order.account:
            self._known(order.account)
        story = await self._story(order.story)
        if story.state not in (StoryState.ANNOUNCED, StoryState.CORRECTED):
            raise Refused(f"story {order.story} is {story.state}: nothing of it is sent")
        return await self._intents.intend("replay", asdict(order))

    async def retract(self, number: int) -> bool:
        """Take a story back everywhere; false if it is taken back already: then what failed is tried again.

        In a place where it can be neither deleted nor changed, its delete ends dead and says so.
        """
        story = await self._story(number)
        told = await self._inbox.told(number)
        if await self._inbox.retract(number, recalled(story, told, self._accounts, self._renderers)):
            return True
        await self._intents.intend("replay", asdict(Replay(number)))
        return False

    async def why(self, story: int, target: str, language: str, zone: str) -> str:
        """Why a target did or did not get a story, in one paragraph; each account that posts there is told of."""
        found = await self._ledger.facts(story, target)
        if found["story"] is None:
            raise Refused(f"there is no story {story}; `sokbo stories` lists them")
        owners = [account for account in self._accounts.values() if _posts_to(account, target)]
        if owners and not found["subscribed"]:
            raise Refused(f"{target} is in the configuration, and no bot has run with it yet: `sokbo run` does")
        facts = Facts(
            story=story,
            target=target,
            now=found["now"],
            state=StoryState(found["story"]["state"]),
            urgency=found["story"]["urgency"],
            feeds=(*found["story"]["feeds"],),
            kept=found["kept"].get(""),
            subscribed=tuple(
                self._subscribed(**one, kept=found["kept"].get(one["account"])) for one in found["subscribed"]
            ),
            places=found["places"],
            accounts=None if found["story"]["accounts"] is None else tuple(found["story"]["accounts"]),
            head=found["story"]["head"],
            alike=found["story"]["alike"],
        )
        return why(facts, language, zone)

    async def result(self, intent: int) -> str | None:
        """What came of an intent; None while it waits."""
        return await self._intents.result(intent)

    def _subscribed(self, account: str, told: Sequence[Any], fans: Sequence[Any], **stands: Any) -> Subscribed:
        """One account's subscription, with what only the configuration knows: the feeds that it carries."""
        configured = self._accounts.get(account)
        return Subscribed(
            account=account,
            feeds=None if configured is None else configured.feeds,
            told=tuple(Told(**each) for each in told),
            fans=tuple(Fan(**each) for each in fans),
            **stands,
        )

    def _known(self, account: str) -> None:
        if account not in self._accounts:
            raise Refused(f"there is no account {account!r}; there are {', '.join(self._accounts)}")

    async def _story(self, number: int) -> Story:
        row = await self._ledger.story(number)
        if row is None:
            raise Refused(f"there is no story {number}; `sokbo stories` lists them")
        return Story(
            id=number,
            headline=row["headline"],
            excerpt="",
            link=row["link"],
            source=next(iter(row["feeds"]), ""),
            urgency=Urgency(row["urgency"]),
            revision=row["revision"],
            state=StoryState(row["state"]),
        )


def _posts_to(account: Account, target: str) -> bool:
    return any(subscription.target.address == target for subscription in account.subscriptions)
