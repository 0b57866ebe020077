"""Row 8 of FAILURES.md section 3: each kind of trouble, on every platform that is sent to."""

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from bot.model import DeliveryState
from tests.torture.audit import Place
from tests.torture.scale import LONG, scale
from tests.torture.site import Account, Site, chats, followers, guilds, hooks, incoming, seeded

SEED = 8
SHARE = 0.05  #: of the deliveries, for each kind of trouble
STORIES = scale(4, 20)
LANES = 20
KINDS = {"429": 1.0, "500": 0.0, "lost_reply": 0.0, "reset": 0.0, "slow": scale(1.0, 25.0)}

#: How each kind of trouble stands in the ledger while a delivery waits to be tried again; each platform has its words.
SAID = {
    "429": r"Too Many Requests|being rate limited|answered 429",
    "500": r"Internal Server Error|Something is broken|answered 500",
    "lost_reply": r"no answer \(ServerDisconnectedError\); it may have arrived",
    "reset": r"no answer \(Connection reset by peer\); it may have arrived",
    "slow": r"no answer \(timed out\); it may have arrived",
}


ACCOUNTS: dict[str, list[Account]] = {
    "each with its own": [hooks(LANES), *chats(LANES), *guilds(LANES), followers()],
    "Discord's incoming webhooks": [incoming(LANES)],
}


@pytest.fixture(params=list(ACCOUNTS.values()), ids=list(ACCOUNTS))
def site(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    accounts: list[Account] = request.param
    with Site(tmp_path, f"sqlite:///{tmp_path / 'sokbo.db'}", accounts, latency_ms=20) as site:
        yield site


def plan(site: Site, chance: random.Random) -> dict[str, int]:
    """Spread the trouble over all places of each platform; how much of each kind there is."""
    planned: dict[str, int] = defaultdict(int)
    for account in site.accounts:
        places = account.places
        if len(places) == 1 and account.kind != "x":
            continue  # one of many accounts of its platform, below
        _trouble(site, chance, account.places, planned)
    lone = [account.places[0] for account in site.accounts if len(account.places) == 1]
    for platform in ("telegram", "discord"):
        if places := [place for place in lone if place[0] == platform]:
            _trouble(site, chance, places, planned)
    return planned


def _trouble(site: Site, chance: random.Random, places: list[Place], planned: dict[str, int]) -> None:
    each = math.ceil(SHARE * len(places) * STORIES)
    kinds = [kind for kind in KINDS for _ in range(each)]
    chance.shuffle(kinds)
    for kind in kinds:
        platform, target = chance.choice(places)
        site.door("faults", platform=platform, target=target, kind=kind, count=1, after_s=KINDS[kind])
        planned[kind] += 1


def test_trouble_of_every_kind_loses_nothing_and_says_what_it_was(site: Site) -> None:
    """Row 8. Short: 4 stories in 81 places, slow within patience; long: 20 stories, slow beyond it."""
    planned = plan(site, seeded(SEED))
    site.publish(STORIES, breaking=lambda number: number % 2 == 0)
    site.start()
    kinds = {account.name: account.kind for account in site.accounts}
    reasons: set[tuple[str, str]] = set()
    over = {DeliveryState.SENT, DeliveryState.HELD, DeliveryState.DEAD, DeliveryState.CANCELLED}
    site.until(site.accepted)

    def settled() -> bool:
        rows = site.ledger()
        reasons.update((kinds[row["name"]], row["reason"]) for row in rows if row["reason"])
        return len(rows) == len(site.owed()) and all(row["state"] in over for row in rows)

    site.until(settled, scale(60, 600))
    found = site.audit()
    print(f"row 8, seed {SEED}: {dict(planned)}: {found}")
    for platform, reason in sorted({(platform, re.sub(r"\d+", "N", reason)) for platform, reason in reasons}):
        print(f"row 8: {platform}: {reason}")
    assert found.clean, found.defects()
    assert all(entry.reason for entry in found.doubts if entry.state == "held")
    for platform, kind in product(set(kinds.values()), KINDS):
        if kind != "slow" or LONG:
            said = [reason for where, reason in reasons if where == platform]
            assert any(re.search(SAID[kind], reason) for reason in said), (platform, kind, said)
