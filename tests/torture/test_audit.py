"""The audit finds what it is there to find: a torture that cannot fail proves nothing."""

from dataclasses import replace

import pytest

from tests.torture.audit import Arrival, Audit, Entry, Telling, audit

CHAT, HOOK = ("telegram", "1"), ("webhook", "/a")
LEDGER = [Entry(number, f"s{number}", place, "sent") for number in (1, 2, 3) for place in (CHAT, HOOK)]
OWED: list[Telling] = [entry.telling for entry in LEDGER]
ARRIVALS = [Arrival(entry.mark, entry.place) for entry in LEDGER]


def test_what_arrived_once_and_in_order_is_clean() -> None:
    found = audit(OWED, LEDGER, ARRIVALS)
    assert found == Audit(owed=6, accepted=6)
    assert found.clean
    assert str(found).startswith("6 owed, 6 accepted: 0 lost, 0 twice on keyed platforms, 0 out of order")


def without(number: int) -> list[Arrival]:
    return [*ARRIVALS[:number], *ARRIVALS[number + 1 :]]


@pytest.mark.parametrize(
    ("ledger", "accepted", "defect", "found"),
    [
        (LEDGER[:5], without(5), "lost", (("s3", HOOK),)),
        (LEDGER, without(5), "untold", (("s3", HOOK),)),
        (LEDGER, [*ARRIVALS, Arrival("s9", HOOK)], "unowed", (("s9", HOOK),)),
        (LEDGER, [*ARRIVALS, ARRIVALS[1]], "twice", (("s1", HOOK),)),
        (LEDGER, [*ARRIVALS, ARRIVALS[0]], "unlisted", (("s1", CHAT),)),
        (LEDGER, [ARRIVALS[3], *without(3)], "disorder", ((("s2", HOOK), ("s1", HOOK)),)),
    ],
)
def test_each_defect_is_found(ledger: list[Entry], accepted: list[Arrival], defect: str, found: object) -> None:
    result = audit(OWED, ledger, accepted)
    assert getattr(result, defect) == found
    assert not result.clean


@pytest.mark.parametrize(
    ("doubt", "accepted", "twice"),
    [
        (replace(LEDGER[0], state="held"), without(0), ()),
        (replace(LEDGER[0], state="held"), ARRIVALS, ()),
        (replace(LEDGER[0], again=True), [*ARRIVALS, ARRIVALS[0]], (("s1", CHAT),)),
    ],
)
def test_a_keyless_doubt_that_is_listed_is_no_defect(doubt: Entry, accepted: list[Arrival], twice: object) -> None:
    found = audit(OWED, [doubt, *LEDGER[1:]], accepted)
    assert found.clean
    assert found.doubts == (doubt,)
    assert found.listed == twice


def test_a_keyed_delivery_may_not_hide_behind_a_doubt() -> None:
    ledger = [LEDGER[0], replace(LEDGER[1], state="held"), *LEDGER[2:]]
    assert audit(OWED, ledger, without(1)).lost == (("s1", HOOK),)
    assert audit(OWED, ledger, [*ARRIVALS, ARRIVALS[1]]).twice == (("s1", HOOK),)


def test_a_breaking_story_may_come_before_an_older_one() -> None:
    ledger = [*LEDGER[:2], *(replace(entry, priority=1) for entry in LEDGER[2:4]), *LEDGER[4:]]
    assert audit(OWED, ledger, [*ARRIVALS[2:4], *ARRIVALS[:2], *ARRIVALS[4:]]).clean
