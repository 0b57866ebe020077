"""Row 8 of FAILURES.md section 3, afterwards: each kind of trouble while stories are corrected, and while they are
taken back, on every platform that is sent to.
"""

import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bot.model import DeliveryState
from tests.torture.audit import Place
from tests.torture.scale import LONG, scale
from tests.torture.site import MARK, Account, Site, chats, followers, guilds, hooks, incoming, seeded
from tests.torture.test_faults import KINDS, SAID

pytestmark = pytest.mark.alone

SEED = 88
SHARE = 0.05  #: of the changes, for each kind of trouble
STORIES = scale(4, 20)
LANES = 10
OVER = {DeliveryState.SENT, DeliveryState.HELD, DeliveryState.DEAD, DeliveryState.CANCELLED}
CHANGES = """
select d.operation, d.state, d.reason, s.name from delivery d join subscription s on s.id = d.lane
where d.operation = :one or d.operation = :other
"""
SAYS = re.compile(r" (\S+) → \S+: (.+) \(\w+\)$", re.MULTILINE)  #: how dispatch logs a try that failed
Told = tuple[Place, str]
"""A place, and the mark of a story that is told there."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    accounts: list[Account] = [hooks(LANES), *chats(LANES), *guilds(LANES), incoming(LANES), followers()]
    with Site(tmp_path, f"sqlite:///{tmp_path / 'sokbo.db'}", accounts, latency_ms=20) as site:
        yield site


def kind_of(account: Account) -> str:
    return "incoming" if account.incoming else account.kind


def plan(site: Site, chance: random.Random) -> Counter[str]:
    """Spread the trouble over the places of each kind of account; how much of each there is."""
    site.door("faults", count=0)
    places: dict[str, list[Place]] = {}
    for account in site.accounts:
        places.setdefault(kind_of(account), []).extend(account.places)
    planned: Counter[str] = Counter()
    for there in places.values():
        kinds = [kind for kind in KINDS for _ in range(math.ceil(SHARE * len(there) * STORIES))]
        chance.shuffle(kinds)
        for kind in kinds:
            platform, target = chance.choice(there)
            site.door("faults", platform=platform, target=target, kind=kind, count=1, after_s=KINDS[kind])
        planned.update(kinds)
    return planned


def rewrite(site: Site, old: str, new: str) -> None:
    """Change every post in its folder."""
    for post in sorted(site.posts.iterdir()):
        text = post.read_text("utf-8")
        assert old in text
        draft = site.folder / "draft"
        draft.write_text(text.replace(old, new), "utf-8")
        draft.rename(post)


def until_changed(site: Site, one: str, other: str) -> Counter[tuple[str, str]]:
    """Wait until each telling has had its change; how those ended, by kind of account."""

    def settled() -> list[dict[str, Any]]:
        rows = site.ledger(CHANGES, one=one, other=other)
        return rows if len(rows) == len(site.owed()) and all(row["state"] in OVER for row in rows) else []

    rows: Sequence[dict[str, Any]] = site.until(settled, scale(60, 600))
    return Counter((row["operation"], DeliveryState(row["state"]).name) for row in rows)


def assert_each_was_met(site: Site, log: str) -> None:
    """Each kind of trouble was met by each kind of account, and was named; the ledger keeps but the last one."""
    kinds = {account.name: kind_of(account) for account in site.accounts}
    reasons = {(kinds[name], reason) for name, reason in SAYS.findall(log)}
    for platform, kind in product({kind_of(account) for account in site.accounts}, KINDS):
        if kind != "slow" or LONG:
            said = [reason for where, reason in reasons if where == platform]
            assert any(re.search(SAID[kind], reason) for reason in said), (platform, kind, said)


def arrived(site: Site, operation: str) -> list[tuple[Told, dict[str, Any]]]:
    """What the stand-ins accepted of this kind: what it is about, by the id of what was sent there, and the record."""
    tellings: dict[tuple[Place, str], str] = {}
    found: list[tuple[Told, dict[str, Any]]] = []
    for record in site.accepted():
        place = (record["platform"], record["target"])
        number = record["body"].get("payload", {}).get("original", record["id"])  # a webhook's changes have ids too
        if record["operation"] == "send":
            mark = MARK.search(json.dumps(record["body"]))
            assert mark is not None
            tellings[place, record["id"]] = mark.group()
        if record["operation"] == operation:
            found.append(((place, tellings[place, number]), record))
    return found


def owed(site: Site) -> set[Told]:
    return {(place, mark) for mark, place in site.owed()}


def test_trouble_while_stories_are_corrected_and_taken_back_loses_no_change(site: Site) -> None:
    """Row 8. Short: 4 stories in 41 places, slow within patience; long: 20 stories, slow beyond it."""
    chance = seeded(SEED)
    site.publish(STORIES)
    bot = site.start()
    site.until(site.accepted)  # the store is there
    site.until_settled()

    planned, before = plan(site, chance), len(bot.said())
    rewrite(site, "소식\n", "소식, 세 차례 고침\n")
    ended = until_changed(site, "edit", "reply")
    print(f"row 8, seed {SEED}: corrections, {dict(planned)}: {dict(ended)}")
    assert ended == {("edit", "SENT"): len(site.owed()) - STORIES, ("reply", "SENT"): STORIES}  # X answers
    assert_each_was_met(site, bot.said()[before:])
    assert_corrected(site)

    planned, before = plan(site, chance), len(bot.said())
    rewrite(site, "---\ntitle", "---\nretracted: true\ntitle")
    ended = until_changed(site, "delete", "delete")
    print(f"row 8, seed {SEED}: retractions, {dict(planned)}: {dict(ended)}")
    assert ended == {("delete", "SENT"): len(site.owed())}
    assert_each_was_met(site, bot.said()[before:])
    assert_taken_back(site)


def assert_corrected(site: Site) -> None:
    """Everybody reads the new headline, and who is answered is answered once."""
    edits, sends = arrived(site, "edit"), arrived(site, "send")
    answers = [(told, record) for told, record in sends if "고침" in json.dumps(record["body"], ensure_ascii=False)]
    assert {told for told, _ in answers} | {told for told, _ in edits} == owed(site)
    assert all("고침" in json.dumps(record["body"], ensure_ascii=False) for _, record in edits)
    assert Counter(told for told, _ in answers) == {told: 1 for told in owed(site) if told[0][0] == "x"}
    keyed = Counter(told for told, _ in edits if told[0][0] == "webhook")
    assert set(keyed.values()) == {1}


def assert_taken_back(site: Site) -> None:
    """Nothing of it stands anywhere, and a keyed place was told so once."""
    deletes = arrived(site, "delete")
    assert {told for told, _ in deletes} == owed(site)
    sent = Counter(told for told, _ in arrived(site, "send"))
    assert Counter(told for told, _ in deletes) == sent
