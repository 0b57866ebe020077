"""A store that holds something of everything, to be copied, and where copies can be."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.store.copying import Print, prints
from bot.store.sides import side
from tests.store.site import S, Site, photo, readers

TARGETS = ("@a", "@b", "@c", "@d", "@e", "@f")


@dataclass
class Places:
    """Where stores can be."""

    folder: Path
    postgres: Callable[[], str]

    def of(self, kind: str) -> str:
        """The address of a new one."""
        if kind == "postgresql":
            return self.postgres()
        return f"sqlite:///{self.folder / f'{len(list(self.folder.iterdir()))}.db'}"


def path(store: str) -> Path:
    return Path(store.removeprefix("sqlite:///"))


def seen(store: str) -> Mapping[str, Print]:
    with side(store, alone=False) as found:
        return prints(found)


async def fill(house: Site) -> None:
    """Something in every table, and a delivery in every state."""
    await house.meet(readers(*TARGETS), readers("@x", name="others", credential="d"))
    await house.inbox.keep("key", photo("p"), bytes(range(256)))
    await house.announce("first", pictures=(photo("p"),))
    for claim in await house.claimed():
        match claim.delivery.target.address:
            case "@b":
                await house.end(claim, state=S.SNOOZED, due=house.clock.now + dt.timedelta(hours=1))
            case "@c":
                await house.end(claim, state=S.HELD, reason="도착했는지 모른다: 100 %\n\\N")
            case "@d":
                await house.end(claim, state=S.DEAD, reason="no")
            case "@e":
                pass  # on its way when the bot stops
            case _:
                await house.end(claim)
    await house.do("update delivery set worker = 7 where state = 2")  # whoever that was
    await house.announce("second")
    await house.outbox.tick([], 0)
    while house.outbox.fanning_out:
        await house.outbox.tick([], 0)
    cancel = (
        "update delivery set state = 7 where state = 1 and lane in (select id from subscription where address = :at)"
    )
    await house.do(cancel, at="@d")
    await house.announce("third", ("readers", "others"))
    await house.intents.intend("pause", {"account": "others"})
    await house.do("insert into upload (account, sha256, reference) values (1, 'p', 'AgAC')")
    await house.do("insert into tally (scope, hour, sent, cost) values ('app', 1, 2, 3)")
    await house.do("insert into filtered (story, name, kept_json) values (2, 'others', '{}')")
    await house.do(
        "insert into lease (callback, feed, hubs_json, topic, secret, state, heard)"
        " values ('c', 'newsdao', '[]', 't', 's', 'live', 5)"
    )
    await house.do("insert into missing (feed, story, since) values ('newsdao', 1, 5)")
