"""What a message becomes, on both databases: chunks, turns, edits, replies, deletes, replays (bot/store/fanout.py)."""

import psycopg
import pytest

from bot.model import DeliveryState, Priority, Story, StoryState, Urgency
from bot.ports import Shipment
from bot.store import fanout, outbox
from tests.contracts.conftest import FEED, Place, Store, account, ended, names, said, targets

S = DeliveryState


def crowd(number: int, name: str = "readers") -> list[str]:
    return [f"@{name}{n:03}" for n in range(number)]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fanout, "CHUNK", 10)


# ── Chunks and turns ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("small_chunks")
async def test_a_fan_out_goes_on_where_a_stop_has_cut_it(place: Place) -> None:
    async with Store(place) as store:
        await store.meet(account("readers", *crowd(35)))
        await store.announce("one")
        await store.tick(room=0)
        assert store.outbox.fanning_out
        assert len(await store.rows("select id from delivery")) == 10
    async with Store(place) as store:
        await store.meet(account("readers", *crowd(35)))
        assert sorted(targets(await store.send())) == crowd(35)


async def test_a_database_that_is_slow_to_write_gets_smaller_chunks(postgres_url: str) -> None:
    """A chunk that takes longer than a statement may would never be written: the next one is half as large."""
    async with Store(postgres_url) as store:
        await store.meet(account("readers", *crowd(1_100)))
        await store.announce("one")
        await store.rows(
            "create function slow() returns trigger language plpgsql as "
            "'begin perform pg_sleep(0.002); return new; end'"
        )
        await store.rows("create trigger slow before insert on delivery for each row execute function slow()")
        sent = await store.send(room=2_000)
        while store.outbox.fanning_out:
            sent += await store.send(room=2_000)
        assert sorted(targets(sent)) == sorted(crowd(1_100))


async def test_small_fan_outs_share_a_tick(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A story for forty accounts with a target each took forty turns of the store."""
    monkeypatch.setattr(outbox, "SPELL", 60.0)
    bots = tuple(f"bot{number}" for number in range(40))
    await store.meet(*(account(bot, f"@{bot}", credential=bot) for bot in bots))
    await store.announce("one", accounts=bots)
    await store.tick(room=0)
    assert len(await store.rows("select id from delivery")) == 40
    assert not store.outbox.fanning_out


async def test_a_fan_out_whose_account_somebody_else_has_waits_and_holds_up_no_other(postgres_url: str) -> None:
    """Whoever holds one account's lock and waited for the next could wait for ever."""
    async with Store(postgres_url) as store, await psycopg.AsyncConnection.connect(postgres_url) as other:
        await store.meet(account("one", "@a", credential="1"), account("two", "@b", credential="2"))
        await store.announce("story", accounts=("one", "two"))
        await other.execute("set search_path = sokbo")
        await other.execute("select id from account where credential = '2' for no key update")
        assert targets(await store.tick()) == ["@a"]
        await other.rollback()
        assert targets(await store.tick()) == ["@b"]


@pytest.mark.usefixtures("small_chunks")
async def test_who_subscribes_while_a_story_is_fanned_out_does_not_get_it(store: Store) -> None:
    await store.meet(account("readers", *crowd(15)))
    await store.announce("one")
    await store.tick(room=0)
    await store.meet(account("readers", *crowd(15), "@zlatecomer"))
    assert sorted(targets(await store.send())) == crowd(15)


@pytest.mark.usefixtures("small_chunks")
async def test_a_breaking_fan_out_goes_before_one_in_progress(store: Store) -> None:
    """FAILURES.md section 3 row 13: breaking is not delayed by a large fan-out."""
    await store.meet(account("readers", *crowd(50)))
    await store.announce("slow")
    await store.tick(room=0)
    await store.announce("fast", urgency=Urgency.BREAKING)
    await store.tick(room=0)
    told = await store.rows("select count(*) as number from delivery where priority = :p", p=Priority.BREAKING)
    assert told == [(10,)]
    claims = await store.tick(room=10)
    assert set(names(claims)) == {"fast"}


async def test_ten_small_stories_interleave_with_a_large_one(store: Store) -> None:
    """DESIGN.md section 4, order: ten small stories never wait behind one of 100,000 deliveries."""
    small = [account(f"small{n}", f"@s{n}a", f"@s{n}b") for n in range(10)]
    await store.meet(account("large", *crowd(400)), *small)
    await store.announce("large", accounts=("large",))
    await store.spread()
    for number in range(10):
        await store.announce(f"small{number}", accounts=(f"small{number}",))
    await store.spread()
    first = names(await store.tick(room=40))
    assert sum(name.startswith("small") for name in first) == 20
    assert len(await store.send(room=100)) == 380


async def test_a_lanes_head_takes_over_the_earlier_turn_of_what_waits_behind_it(store: Store) -> None:
    """The share chooses the lane, the lane gives its head: else a small story waits for a large one's last turn."""
    await store.meet(account("large", *crowd(300)))
    await store.announce("large", accounts=("large",))
    await store.spread()
    last = crowd(300)[-1]
    story = await store.announce("small", accounts=())
    number = dict(await store.rows("select address, id from subscription"))[last]
    await store.rows(
        """insert into fanout (account, name, story, revision, part, message, urgency, priority, cursor, upper)
        select account, name, :story, 1, 0, (select max(id) from message), 'normal', 3, :before, :lane from subscription
        where id = :lane""",
        story=story,
        before=number - 1,
        lane=number,
    )
    await store.spread()
    claims = await store.tick(room=3)
    assert last in targets(claims)
    assert set(names(claims)) == {"large"}  # the lane keeps its order


async def test_who_many_read_goes_before_private_chats(store: Store) -> None:
    await store.meet(account("readers", "1", "2", "@channel", "3", personal=("1", "2", "3")))
    await store.announce("one")
    assert targets(await store.tick(room=1)) == ["@channel"]


async def test_breaking_in_a_private_chat_goes_before_a_channels_normal_news(store: Store) -> None:
    await store.meet(account("one", "@channel"), account("two", "1", personal=("1",)))
    await store.announce("slow", accounts=("one",))
    await store.announce("fast", accounts=("two",), urgency=Urgency.BREAKING)
    await store.spread()
    assert names(await store.tick(room=1)) == ["fast"]


# ── Edits and replies ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("small_chunks")
async def test_what_was_never_claimed_goes_out_as_it_is_now(store: Store) -> None:
    await store.meet(account("readers", *crowd(25)))
    story = await store.announce("one")
    await store.spread()
    before = await store.tick(room=5)
    await store.revise(story, "one, corrected")
    await store.spread()
    await store.tick(*(ended(claim, S.SENT) for claim in before), room=0)
    after = await store.send()
    assert sorted(targets([*before, *(claim for claim in after if claim.delivery.operation == "send")])) == crowd(25)
    assert set(names(after)) == {"one, corrected"}
    edits = [claim for claim in after if claim.delivery.operation == "edit"]
    assert sorted(targets(edits)) == sorted(targets(before))


async def test_an_edit_queues_behind_what_is_on_its_way(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    [claim] = await store.tick()
    await store.revise(story, "one, corrected")
    assert await store.tick() == ()
    [edit] = await store.tick(ended(claim, S.SENT))
    assert (edit.delivery.operation, edit.delivery.message.text) == ("edit", "one, corrected")
    assert edit.delivery.posted is not None
    assert edit.delivery.posted.ids == ("1",)
    assert edit.delivery.key != claim.delivery.key
    assert edit.delivery.silent


async def test_of_several_pending_edits_only_the_newest_is_made(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    [claim] = await store.tick()
    for revision, text in enumerate(("two", "three", "four"), 2):
        await store.revise(story, text, revision)
        await store.spread()
    told = await store.tick(ended(claim, S.SENT))
    assert names(told) == ["four"]
    assert await store.tick(ended(told[0], S.SENT)) == ()
    assert [state for (_, operation), state in (await store.all_states()).items() if operation == "edit"] == [
        S.CANCELLED,
        S.CANCELLED,
        S.SENT,
    ]


async def test_a_newer_edit_goes_behind_one_that_is_on_its_way(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    await store.send()
    await store.revise(story, "two", 2)
    [second] = await store.tick()
    await store.revise(story, "three", 3)
    assert await store.tick() == ()
    assert names(await store.tick(ended(second, S.SENT))) == ["three"]


@pytest.mark.usefixtures("small_chunks")
async def test_an_edit_of_a_fan_out_in_progress_reaches_everybody_once(store: Store) -> None:
    await store.meet(account("readers", *crowd(35)))
    story = await store.announce("one")
    await store.tick(room=0)
    claims = await store.tick(room=5)  # spreads a second chunk, too
    await store.revise(story, "one, corrected")
    await store.tick(*(ended(claim, S.SENT) for claim in claims), room=0)
    told = await store.send()
    seen = {claim.delivery.target.address: claim.delivery.message.text for claim in [*claims, *told]}
    assert seen == dict.fromkeys(crowd(35), "one, corrected")
    sends = [claim for claim in [*claims, *told] if claim.delivery.operation == "send"]
    assert sorted(targets(sends)) == crowd(35)


async def test_a_reply_answers_what_was_posted_and_makes_a_sound(store: Store) -> None:
    await store.meet(account("readers", "@a", "@b"))
    story = await store.announce("one")
    await store.send()
    await store.revise(story, "정정: one", operation="reply")
    replies = await store.send()
    assert [(claim.delivery.operation, claim.delivery.silent) for claim in replies] == [("reply", False)] * 2
    assert all(claim.delivery.posted for claim in replies)


async def test_who_never_got_a_story_gets_no_reply_to_it(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.DEAD, reason="refused"))
    await store.revise(story, "정정: one", operation="reply")
    assert await store.send() == []


async def test_what_is_told_is_the_newest_message_of_each_part(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one", parts=("more",))
    await store.revise(story, "one, corrected")
    told = await store.inbox.told(story)
    assert {part: message.text for part, message in told.items()} == {
        ("readers", 0): "one, corrected",
        ("readers", 1): "more",
    }


async def test_a_reply_does_not_change_what_is_told(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    await store.revise(story, "정정: one", operation="reply")
    assert [message.text for message in (await store.inbox.told(story)).values()] == ["one"]


# ── Deletes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("small_chunks")
async def test_a_retraction_stops_a_fan_out_in_progress(store: Store) -> None:
    await store.meet(account("readers", *crowd(35)))
    story = await store.announce("one")
    await store.tick(room=0)
    [claim] = await store.tick(room=1)
    assert await store.retract(story)
    await store.tick(ended(claim, S.SENT), room=0)
    told = await store.send()
    assert [(one.delivery.operation, one.delivery.target.address) for one in told] == [
        ("delete", claim.delivery.target.address)
    ]
    assert not await store.retract(story)


async def test_a_retraction_cancels_what_waits_and_follows_what_is_on_its_way(store: Store) -> None:
    await store.meet(account("readers", "@sending", "@sent", "@snoozed", "@held", "@ready"))
    story = await store.announce("one")
    claims = {claim.delivery.target.address: claim for claim in await store.tick()}
    await store.tick(
        ended(claims["@sent"], S.SENT),
        ended(claims["@snoozed"], S.SNOOZED),
        ended(claims["@held"], S.HELD, again=True, reason="?"),
        ended(claims["@ready"], S.SNOOZED, due=store.clock(), spent=False),
        room=0,
    )
    await store.retract(story)
    deletes = {claim.delivery.target.address: claim.delivery for claim in await store.tick()}
    assert {target: delivery.operation for target, delivery in deletes.items()} == {
        "@sent": "delete",
        "@held": "delete",
    }
    assert deletes["@held"].sought is not None  # it may have arrived: look for it
    assert deletes["@held"].sought.key == claims["@held"].delivery.key
    [behind] = await store.tick(ended(claims["@sending"], S.SENT))
    assert (behind.delivery.operation, behind.delivery.target.address) == ("delete", "@sending")
    states = {target: state for (_, target), state in (await store.states()).items()}
    assert states["@snoozed"] == "cancelled"


@pytest.mark.parametrize("again", [False, True])
async def test_what_was_to_be_tried_again_of_a_retracted_story_is_not(store: Store, again: bool) -> None:
    """The delete waits behind it already; it goes where the send may have arrived, and dispatch looks for that."""
    await store.meet(account())
    story = await store.announce("one")
    [claim] = await store.tick()
    await store.retract(story)
    await store.spread()
    [delete] = await store.tick(ended(claim, S.SNOOZED, due=store.clock(), again=again))
    assert (await store.all_states())["one", "send"] is S.CANCELLED
    assert delete.delivery.operation == "delete"
    assert (delete.delivery.sought is not None) is again


async def test_nothing_of_a_retracted_story_is_sent_by_a_person_either(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one")
    [claim] = await store.tick()
    await store.tick(ended(claim, S.DEAD, reason="refused"))
    await store.retract(story)
    assert (
        await store.intend("replay", story=story, failed=True, missed=True) == "the story is retracted: nothing is sent"
    )
    assert await store.tick() == ()


async def test_every_part_of_a_retracted_story_is_deleted(store: Store) -> None:
    await store.meet(account())
    story = await store.announce("one", parts=("more",))
    await store.send()
    await store.retract(story, parts=2)
    deletes = await store.send()
    assert sorted(claim.delivery.message.part for claim in deletes) == [0, 1]


# ── Replays ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def dead_and_held(store: Store) -> int:
    await store.meet(account("readers", "@dead", "@held", "@sent"), account("others", "@dead", credential="y"))
    story = await store.announce("one", accounts=("readers", "others"))
    await store.spread()
    ends = {"@dead": S.DEAD, "@held": S.HELD, "@sent": S.SENT}
    claims = await store.tick()
    await store.tick(
        *(
            ended(c, ends[c.delivery.target.address], reason="?", again=c.delivery.target.address == "@held")
            for c in claims
        )
    )
    return story


@pytest.mark.parametrize(
    ("order", "places"),
    [
        ({}, [("others", "@dead"), ("readers", "@dead")]),
        ({"held": True}, [("others", "@dead"), ("readers", "@dead"), ("readers", "@held")]),
        ({"failed": False, "held": True}, [("readers", "@held")]),
        ({"account": "others"}, [("others", "@dead")]),
        ({"target": "@held", "held": True}, [("readers", "@held")]),
        ({"target": "@sent", "held": True, "missed": True}, []),  # it has it
        ({"failed": False}, []),
    ],
)
async def test_a_replay_sends_again_what_failed_and_nothing_else(
    store: Store, order: dict[str, str | bool], places: list[tuple[str, str]]
) -> None:
    story = await dead_and_held(store)
    await store.intend("replay", story=story, **order)
    told = await store.send()
    assert sorted((claim.account, claim.delivery.target.address) for claim in told) == places
    assert all(not claim.delivery.again and claim.delivery.tries == 0 for claim in told)


async def test_a_replay_says_what_the_story_says_now(store: Store) -> None:
    story = await dead_and_held(store)
    await store.revise(story, "one, corrected")
    await store.send()
    await store.intend("replay", story=story)
    assert [claim.delivery.message.text for claim in await store.send() if claim.account == "readers"] == [
        "one, corrected"
    ]


async def test_a_replay_reaches_who_was_never_sent_it(store: Store) -> None:
    await store.meet(account("readers", "@a"))
    story = await store.announce("one")
    await store.send()
    await store.meet(account("readers", "@a", "@late"))
    assert await store.intend("replay", story=story, missed=True) is not None
    assert targets(await store.send()) == ["@late"]


@pytest.mark.parametrize("story", [99])
async def test_a_replay_of_what_is_not_there_says_so(store: Store, story: int) -> None:
    assert await store.intend("replay", story=story) == "there is no such story"


async def test_a_story_told_later_by_hand_goes_out_once(store: Store) -> None:
    """A shipment of a revision above the first goes to those who missed it alone."""
    await store.meet(account("readers", "@a"))
    story = await store.announce("one")
    await store.send()
    await store.meet(account("readers", "@a", "@b"))
    again = Story(story, "one", "", "", FEED.name, revision=2, state=StoryState.CORRECTED)
    await store.inbox.revise(again, [Shipment(("readers",), said("one"), Priority.NORMAL)])
    assert targets(await store.send()) == ["@b"]
