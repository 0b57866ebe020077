"""Whose turn it is: by due time while there is room, by deadline where there isn't."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.rota import Rota


def test_a_feed_is_taken_when_it_is_due_and_not_again_before_it_is_planned_anew() -> None:
    rota = Rota()
    rota.plan("a", 10)
    assert rota.take(9.9, 5) == []
    assert rota.take(10, 5) == ["a"]
    assert rota.take(99, 5) == []
    rota.plan("a", 100)
    assert rota.take(100, 5) == ["a"]


def test_where_there_is_no_room_for_all_the_promised_go_before_the_wished() -> None:
    """A feed that had best be asked every ten seconds waits until the others have been asked within their minute."""
    rota = Rota()
    rota.plan("learned to be quick", 1, deadline=60)
    rota.plan("waits since a minute", 3, deadline=4)
    rota.plan("breaks", 2)
    assert [rota.take(5, 1) for _ in range(3)] == [["breaks"], ["waits since a minute"], ["learned to be quick"]]


def test_a_newer_plan_makes_an_older_one_void_before_and_after_it_fell_due() -> None:
    rota = Rota()
    rota.plan("a", 1)
    rota.plan("a", 5)
    assert rota.take(4, 9) == []
    rota.plan("b", 2)
    assert rota.take(4, 0) == []  # due, and waits for room
    rota.plan("b", 7)
    assert rota.take(6, 9) == ["a"]
    assert rota.take(7, 9) == ["b"]


def test_a_feed_is_hastened_unless_it_is_earlier_anyway_or_is_being_asked() -> None:
    rota = Rota()
    for name, due in (("late", 100.0), ("soon", 1.0)):
        rota.plan(name, due)
        rota.hasten(name, 10)
    rota.hasten("being asked", 10)
    assert rota.take(1, 9) == ["soon"]
    assert rota.take(10, 9) == ["late"]
    assert rota.take(1000, 9) == []


def test_a_feed_that_was_dropped_is_not_asked() -> None:
    rota = Rota()
    for name in ("ahead", "waiting"):
        rota.plan(name, 1 if name == "waiting" else 9)
    rota.take(1, 0)
    for name in ("ahead", "waiting", "unknown"):
        rota.drop(name)
    assert rota.take(99, 9) == []


@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 50), st.integers(0, 50)), max_size=40),
    st.integers(1, 3),
)
def test_every_feed_has_one_turn_a_plan_and_nobody_is_forgotten(plans: list[tuple[str, int, int]], room: int) -> None:
    rota, newest = Rota(), dict[str, int]()
    for name, due, more in plans:
        rota.plan(name, due, due + more)
        newest[name] = due
    told: Counter[str] = Counter()
    for now in range(60):
        for name in rota.take(now, room):
            assert newest[name] <= now
            told[name] += 1
    assert told == dict.fromkeys(newest, 1)
