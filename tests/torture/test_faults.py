"""Row 8 of FAILURES.md section 3: each kind of trouble, on every platform that is sent to."""

import math
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from tests.torture.audit import Place
from tests.torture.scale import LONG, scale
from tests.torture.site import Site, chats, followers, guilds, hooks, incoming, seeded

SEED = 8
SHARE = 0.05  #: of the deliveries, for each kind of trouble
STORIES = scale(4, 20)
LANES = 20
KINDS = {"429": 1.0, "500": 0.0, "lost_reply": 0.0, "reset": 0.0, "slow": scale(1.0, 25.0)}

#: Why a delivery is to be tried again, or held, as the worker logs it: the account and the reason.
FAILED = re.compile(r"([a-z]+(?:-\d+)?) → \S+: (.+) \((?:snoozed|held|ready)\)$", re.MULTILINE)

#: What each kind of trouble is called there; each platform has its words.
SAID = {
    "429": r"Too Many Requests|being rate limited|answered 429",
    "500": r"Internal Server Error|Something is broken|answered 500",
    "lost_reply": r"no answer \(ServerDisconnectedError\); it may have arrived",
    "reset": r"no answer \(Connection reset by peer\); it may have arrived",
    "slow": r"no answer \(timed out\); it may have arrived",
}


VOICES = ("hooks", "chat", "guild", "incoming", "followers")
"""What the accounts' names begin with: signed webhooks, Telegram, Discord's bots and its incoming webhooks, X."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    accounts = [hooks(LANES), *chats(LANES), *guilds(LANES), incoming(LANES), followers()]
    with Site(tmp_path, f"sqlite:///{tmp_path / 'sokbo.db'}", accounts, latency_ms=20) as site:
        yield site


def voice(account: str) -> str:
    return next(voice for voice in VOICES if account.startswith(voice))


def plan(site: Site, chance: random.Random) -> dict[str, int]:
    """Spread the trouble over all places of each voice; how much of each kind there is."""
    planned: dict[str, int] = defaultdict(int)
    for name in VOICES:
        places = [place for account in site.accounts if voice(account.name) == name for place in account.places]
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
    """Row 8. Short: 4 stories in 101 places, slow within patience; long: 20 stories, slow beyond it."""
    planned = plan(site, seeded(SEED))
    site.publish(STORIES, breaking=lambda number: number % 2 == 0)
    worker = site.start()
    site.until(site.accepted)
    site.until_settled(scale(240, 600))
    reasons = {(voice(account), reason) for account, reason in FAILED.findall(worker.said())}
    found = site.audit()
    print(f"row 8, seed {SEED}: {dict(planned)}: {found}")
    for name, reason in sorted({(name, re.sub(r"\d+", "N", reason)) for name, reason in reasons}):
        print(f"row 8: {name}: {reason}")
    assert found.clean, found.defects()
    assert all(entry.reason for entry in found.doubts if entry.state == "held")
    for name, kind in product(VOICES, KINDS):
        if kind != "slow" or LONG:
            said = [reason for where, reason in reasons if where == name]
            assert any(re.search(SAID[kind], reason) for reason in said), (name, kind, said)
