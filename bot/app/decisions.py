"""The desk's commands: pause, resume, replay, retract, why; beside a running bot or without one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.app.build import build_desk, open_store
from bot.app.tools import running
from bot.desk import Desk, Refused, Replay, Switch
from bot.newsroom.recall import Recall
from bot.settings import Settings
from bot.store.ledger import Ledger

PATIENCE = 5.0  #: seconds that a command waits for the bot to act
LOOK = 0.05  #: seconds between two looks
WAITS = "no bot runs on this store: the next one sees to it"
SAID = {
    "pause": "{account} is paused: what it has to send waits, until `sokbo resume`",
    "resume": "{account} goes on",
}


@asynccontextmanager
async def desk(settings: Settings) -> AsyncIterator[Desk]:
    """The desk on the store."""
    async with open_store(settings.store) as database:
        yield build_desk(settings, database)


async def switch(settings: Settings, account: str, what: Switch) -> str:
    """Stop an account or let it go on; what came of it."""
    async with desk(settings) as people:
        result = await outcome(settings, people, await people.switch(account, what))
        return SAID[what].format(account=account) if result == "done" else result


async def replay(settings: Settings, order: Replay) -> str:
    """Send a story to those who missed it; what came of it. Raises ``Refused`` where nothing is known by that name."""
    places = [each.target.address for account in settings.accounts for each in account.subscriptions]
    if order.target and order.target not in places:
        raise Refused(f"there is no target {order.target!r}; there are {', '.join(places)}")
    async with desk(settings) as people:
        return await outcome(settings, people, await people.replay(order))


@dataclass(frozen=True, slots=True)
class Retraction:
    """How far a retraction has got; ``repeated``: the story was taken back before; ``driven``: a bot is at it."""

    recall: Recall
    repeated: bool
    driven: bool


async def retract(settings: Settings, story: int) -> Retraction:
    """Take a story back, and how it stands when all is over or patience is."""
    async with open_store(settings.store) as database:
        repeated = not await build_desk(settings, database).retract(story)
        book, driven = Ledger(database), await running(settings)
        for _ in range(round(PATIENCE / LOOK) if driven else 0):
            if not Recall(await book.recall(story)).open:
                break
            await asyncio.sleep(LOOK)
        return Retraction(Recall(await book.recall(story)), repeated, driven)


async def why(settings: Settings, story: int, target: str) -> str:
    """Why a target did or did not get a story, in one paragraph."""
    async with desk(settings) as people:
        return await people.why(story, target, settings.language, settings.timezone)


async def outcome(settings: Settings, people: Desk, intent: int) -> str:
    """What came of an intent."""
    if not await running(settings):
        return WAITS
    for _ in range(round(PATIENCE / LOOK)):
        if (result := await people.result(intent)) is not None:
            if result.startswith("there is no"):  # the configuration has it, and the bot has not met it yet
                raise Refused(f"{result} in the store yet; start the bot with this configuration")
            return result
        await asyncio.sleep(LOOK)
    return "the bot has not acted yet; `sokbo status` shows how it stands"
