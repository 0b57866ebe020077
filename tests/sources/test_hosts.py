"""Manners towards hosts: turns and rests (PEERS.md 11; FAILURES.md section 1, "429 storm")."""

import asyncio

import pytest

from bot.errors import SourceError
from bot.sources.hosts import Hosts


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def most_at_once(hosts: Hosts, names: list[str]) -> int:
    """How many have a turn at the same time."""
    inside = most = 0

    async def ask(name: str) -> None:
        nonlocal inside, most
        async with hosts.turn(name):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    async with asyncio.TaskGroup() as group:
        for name in names:
            group.create_task(ask(name))
    return most


async def test_a_host_is_asked_by_two_at_once_and_hosts_beside_each_other() -> None:
    assert await most_at_once(Hosts(), ["a.test"] * 12) == 2
    assert await most_at_once(Hosts(), [f"{number}.test" for number in range(12)]) == 12
    assert await most_at_once(Hosts(in_all=5), [f"{number}.test" for number in range(12)]) == 5


async def test_a_turn_that_is_cancelled_or_fails_is_given_back() -> None:
    hosts = Hosts(at_once=1)
    with pytest.raises(ZeroDivisionError):
        async with hosts.turn("a.test"):
            waiting = asyncio.create_task(most_at_once(hosts, ["a.test"]))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            waiting.cancel()
            raise ZeroDivisionError
    assert await most_at_once(hosts, ["a.test"] * 3) == 1


async def test_nothing_is_kept_of_a_host_that_nobody_asks() -> None:
    hosts, clock = Hosts(), Clock()
    await most_at_once(hosts, [f"{number}.test" for number in range(100)])
    assert hosts._doors == {}
    resting = Hosts(clock=clock)
    for number in range(100):
        resting.rest(f"{number}.test", 10)
        clock.now += 20
    assert len(resting._rests) == 1


async def test_a_host_that_rests_is_left_alone_and_no_other() -> None:
    clock = Clock()
    hosts = Hosts(clock=clock)
    hosts.rest("a.test", 90)
    with pytest.raises(SourceError, match=r"a\.test asked to be left alone for another 90 s") as refused:
        async with hosts.turn("a.test"):
            pytest.fail("it rests")
    assert refused.value.retry_after == 90
    assert await most_at_once(hosts, ["b.test"]) == 1
    hosts.rest("a.test", 10)
    clock.now += 89
    with pytest.raises(SourceError, match="another 1 s"):
        async with hosts.turn("a.test"):
            pytest.fail("it rests")
    clock.now += 1
    assert await most_at_once(hosts, ["a.test"]) == 1


async def test_whoever_waits_when_the_rest_begins_is_refused_too() -> None:
    hosts = Hosts(at_once=1)
    async with hosts.turn("a.test"):
        waiting = asyncio.create_task(most_at_once(hosts, ["a.test"]))
        await asyncio.sleep(0)
        hosts.rest("a.test", 60)
    with pytest.raises(ExceptionGroup) as refused:
        await waiting
    assert refused.group_contains(SourceError, match="left alone")
