"""What ingest writes: the feed's cursor, entries, identities, stories, messages and fan-outs, in ONE transaction.

A crash between "seen" and "sent" therefore loses nothing and repeats nothing (FAILURES.md section 1, first row).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.detect import recognise
from bot.document import Picture
from bot.model import Feed, Known, Message, Priority, Story, StoryState, Urgency
from bot.ports import Admission, Announced, Head, Polled, Shipment, Taken
from bot.store import polling
from bot.store.codec import (
    column,
    dump,
    dump_kept,
    dump_message,
    dump_picture,
    load_message,
    load_picture,
    micros,
    moment,
    span,
)
from bot.store.database import Connection, Database, Row, statements

SQL = statements("inbox")


class Inbox:
    """`ports.Inbox` on a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def meet(self, feeds: Sequence[tuple[Feed, str]]) -> None:
        """Take over the feeds (with their kinds) of the configuration; those that are gone from it are retired."""

        def work(connection: Connection) -> None:
            for feed, kind in feeds:
                connection.rows(SQL["meet_feed"], name=feed.name, kind=kind, url=feed.url)
            connection.rows(SQL["retire_feeds"], names=column(feed.name for feed, _ in feeds))

        await self._database.write(work)

    async def recall(self, feeds: Sequence[Feed]) -> tuple[Feed, ...]:
        """The feeds with what is remembered of their polling."""
        return await self._database.read(partial(polling.recall, feeds=feeds))

    async def known(self, feed: str, keys: Sequence[str]) -> Mapping[str, Known]:
        """Those of the identity keys that are known, over all feeds; ``entry`` is 0 where this feed has not told it."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["known"], feed=feed, keys=column(keys)))
        return {row["key"]: _known(row) for row in rows}

    async def admit(self, feed: Feed, admissions: Sequence[Admission]) -> tuple[int, ...]:
        """Commit a reading with all that follows from it; the stories' ids (0: another reading was first)."""

        def work(connection: Connection) -> tuple[int, ...]:
            _hold(connection, admissions)
            now = connection.now()
            stories: list[int] = []
            for admission in admissions:
                stories.append(_admit(connection, feed.name, _placed(admission, stories), now))
            new = sum(
                1
                for story, admission in zip(stories, admissions, strict=True)
                if story and admission.change.kind == "new"
            )
            connection.rows(
                SQL["advance_feed"], name=feed.name, cursor=feed.cursor, known=new, distrusts_ids=feed.distrusts_ids
            )
            connection.wake()
            return tuple(stories)

        return await self._database.write(work)

    async def traits(self, feed: str, traits: Sequence[str], posts: Sequence[str]) -> Mapping[str, int]:
        """On how many posts of the feed, beside ``posts``, each trait stands; ten is as many as are counted."""
        rows = await self._database.read(
            lambda c: c.rows(SQL["count_traits"], feed=feed, traits=column(traits), posts=column(posts))
        )
        return {row["trait"]: row["number"] for row in rows}

    async def rendition(self, key: str) -> Picture | None:
        """The picture that was kept under this key, without address and alternative text."""
        row = await self._database.read(lambda connection: connection.row(SQL["rendition"], key=key))
        return None if row is None else load_picture(row["picture_json"])

    async def keep(self, key: str, picture: Picture, data: bytes) -> None:
        """Keep a prepared picture's bytes under its hash, and that it is what ``key`` becomes."""
        bare = replace(picture, url="", alt="")

        def work(connection: Connection) -> None:
            connection.rows(SQL["keep_picture"], sha256=picture.sha256, mime=picture.mime, data=data)
            connection.rows(SQL["add_rendition"], key=key, picture_json=dump_picture(bare))

        await self._database.write(work)

    async def revise(self, story: Story, shipments: Sequence[Shipment]) -> None:
        """Make an announced story's messages into these: by an edit where they were tried, else before they go."""

        def work(connection: Connection) -> None:
            for shipment in shipments:
                _ship(connection, story, shipment)
            connection.wake()

        await self._database.write(work)

    async def told(self, story: int) -> Mapping[tuple[str, int], Message]:
        """What each account's readers (by its configured name) see of a story, or will see, by part."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["told"], story=story))
        return {(row["name"], row["part"]): load_message(row["message_json"]) for row in rows}

    async def retract(self, story: int, shipments: Sequence[Shipment]) -> bool:
        """Take a story back: stop its fan-outs, delete what went out; false if it is taken back already."""

        def work(connection: Connection) -> bool:
            return _retract(connection, story, shipments)

        return await self._database.write(work)

    async def announced(self, after: int, since: dt.datetime, limit: int) -> Sequence[Announced]:
        """Stories that readers have, of numbers beyond ``after``, first seen after ``since``: the lowest numbers."""
        rows = await self._database.read(
            lambda c: c.rows(SQL["announced"], after=after, since=micros(since), limit=limit)
        )
        return [
            Announced(
                row["id"], row["source"], row["headline"], row["excerpt"], row["link"], moment(row["at"]), row["head"]
            )
            for row in rows
        ]

    async def head(self, story: int) -> Head | None:
        """Who was told a story; None if it was taken back."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["head"], story=story))
        names = frozenset(row["name"] for row in rows if row["name"] is not None)
        return Head(Urgency(rows[0]["urgency"]), names) if rows else None

    async def take(self, feeds: Sequence[Feed], told: Collection[str], lease: dt.timedelta) -> Taken:
        """Take feeds to read them: each is ours until it was ``polled``, or for as long as ``lease``.

        Of those ``told`` we know that there is something new; the others are to be read only when they are due. What
        nobody shares is always ours, and due whenever we ask for it.
        """
        if not self._database.shared:
            return Taken(await self.recall(feeds))
        worker = self._database.worker
        return await self._database.write(
            partial(polling.take, feeds=feeds, told=told, lease=span(lease), worker=worker)
        )

    async def own(self, feed: str) -> Mapping[str, int]:
        """The stories of a feed that readers still have, by the identity keys of its ids."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["own_stories"], feed=feed))
        return {row["key"]: row["story"] for row in rows}

    async def missing(self, feed: str) -> Mapping[int, dt.datetime]:
        """Stories whose post has gone from a folder, since when."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["missing"], feed=feed))
        return {row["story"]: moment(row["since"]) for row in rows}

    async def miss(self, feed: str, newly: Mapping[int, dt.datetime], back: Collection[int]) -> None:
        """Remember since when posts are missing; forget those that are back."""

        def work(connection: Connection) -> None:
            for story, since in newly.items():
                connection.rows(SQL["add_missing"], feed=feed, story=story, since=micros(since))
            connection.rows(SQL["found_again"], feed=feed, stories=column(back))

        await self._database.write(work)

    async def polled(self, polls: Sequence[Polled]) -> None:
        """Note how polls ended, each of another feed, and let go of the feeds; all in one transaction."""
        worker = self._database.worker if self._database.shared else None
        await self._database.write(partial(polling.note, polls=polls, worker=worker))


def _known(row: Row) -> Known:
    return Known(
        entry=row["entry"],
        story=row["story"],
        revision=row["revision"],
        title=row["title"],
        link=row["link"],
        lead=row["lead"],
        fingerprint=row["fingerprint"],
        state=StoryState(row["state"]),
        headline=row["headline"],
        excerpt=row["excerpt"],
        told=row["story_link"],
        kept=None if row["kept"] is None else moment(row["kept"]),
        alike=bool(row["alike"]),
    )


def _hold(connection: Connection, admissions: Sequence[Admission]) -> None:
    """Keep others from admitting the same until this is committed; on SQLite nobody else writes anyhow."""
    keys = [key for admission in admissions if admission.change.kind == "new" for key in admission.keys]
    if keys and connection.dialect == "postgresql":
        connection.rows(SQL["hold"], keys=column(keys))


def _placed(admission: Admission, stories: Sequence[int]) -> Admission:
    """The admission with the number of a head that was admitted with it, 0 where another reading was first."""
    head = admission.story.head
    return admission if head >= 0 else replace(admission, story=replace(admission.story, head=stories[-head - 1]))


def _admit(connection: Connection, feed: str, admission: Admission, now: int) -> int:
    """Write one change; the story's id, 0 if somebody else was first."""
    change, story = admission.change, admission.story
    number = _told(connection, feed, admission, now)
    if not number:
        return 0
    connection.rows(
        SQL["add_entry"],
        feed=feed,
        story=number,
        title=change.entry.title,
        link=change.entry.link,
        lead=admission.lead,
        fingerprint=admission.fingerprint,
        alike=int(change.alike),
    )
    for key in admission.keys:
        connection.rows(SQL["add_identity"], key=key, story=number, now=now)
    for name, kept in admission.kept.items():
        connection.rows(SQL["add_filtered"], story=number, name=name, kept_json=dump_kept(kept))
    for trait in admission.traits:
        connection.rows(SQL["add_trait"], feed=feed, trait=trait, post=admission.keys[0])
    if change.kind != "retracted":
        for shipment in admission.shipments:
            _ship(connection, replace(story, id=number), shipment)
    return number


def _told(connection: Connection, feed: str, admission: Admission, now: int) -> int:
    """Write what becomes of the change's story; its id, 0 if somebody else was first."""
    change, story = admission.change, admission.story
    if change.kind == "new":
        return _added(connection, feed, admission, now)
    assert change.known is not None, "only a new entry is not known"  # noqa: S101 - what detect guarantees
    number = change.known.story
    match change.kind:
        case "edited" if admission.revised:
            return number if _revised(connection, number, story) else 0
        case "released" if story.state is StoryState.ANNOUNCED:
            return number if _released(connection, number, story) else 0
        case "retracted":
            _retract(connection, number, admission.shipments)
    return number


def _added(connection: Connection, feed: str, admission: Admission, now: int) -> int:
    """Write a new story; 0 if somebody else has told it since it was looked for, and not only one of the same guid."""
    keys = column(admission.keys)
    [taken] = connection.rows(SQL["taken"], keys=keys)
    if taken["number"]:
        known = {row["key"]: _known(row) for row in connection.rows(SQL["known"], feed=feed, keys=keys)}
        if recognise(admission.change.entry, admission.keys, known)[0] is not None:
            return 0
    story = admission.story
    published = None if story.published is None else micros(story.published)
    fields = {**_fields(story), "revision": story.revision, "state": story.state, "published": published, "seen": now}
    fields |= _place(story)
    [added] = connection.rows(SQL["add_story"], source=story.source, urgency=story.urgency, **fields)
    return int(added["id"])


def _revised(connection: Connection, number: int, story: Story) -> bool:
    fields = {**_fields(story), "revision": story.revision, "state": story.state}
    return bool(connection.rows(SQL["revise_story"], story=number, **fields))


def _released(connection: Connection, number: int, story: Story) -> bool:
    """Tell a story that a filter kept out until now."""
    published = None if story.published is None else micros(story.published)
    fields = {**_fields(story), "source": story.source, "urgency": story.urgency, "published": published}
    fields |= _place(story)
    connection.rows(SQL["release"], story=number)
    return bool(connection.rows(SQL["release_story"], story=number, **fields))


def _fields(story: Story) -> dict[str, str]:
    """What a reader sees of a story."""
    return {"headline": story.headline, "excerpt": story.excerpt, "link": story.link}


def _place(story: Story) -> dict[str, str | int | None]:
    """Where a story stands among others, and whose it is."""
    accounts = None if story.accounts is None else dump(story.accounts)
    return {"head": story.head, "alike": story.alike, "accounts_json": accounts}


def _ship(connection: Connection, story: Story, shipment: Shipment) -> None:
    """Put a message on its way. An edit also changes what is still to be fanned out, and what its readers will see."""
    message = shipment.message
    [added] = connection.rows(
        SQL["add_message"], story=story.id, revision=story.revision, message_json=dump_message(message)
    )
    same = {"story": story.id, "part": message.part, "message": added["id"]}
    for account in shipment.accounts:
        if shipment.operation in ("edit", "reply"):
            older = {"revision": story.revision, "operation": shipment.operation}
            connection.rows(SQL["drop_edits"], name=account, **same, **older)
            connection.rows(SQL["repoint_fanouts"], name=account, **same)
        if shipment.operation in ("send", "edit"):
            connection.rows(SQL["tell"], name=account, **same)
        if shipment.operation == "delete":
            connection.rows(SQL["untell"], name=account, story=story.id, part=message.part)
        connection.rows(
            SQL["add_fanouts"],
            name=account,
            revision=story.revision,
            operation=shipment.operation,
            urgency=story.urgency,
            priority=shipment.priority,
            **same,
        )


def _retract(connection: Connection, story: int, shipments: Sequence[Shipment]) -> bool:
    """Nothing more of the story goes out, and what did is taken back."""
    row = connection.row(SQL["retract_story"], story=story)
    if row is None:
        return False
    connection.rows(SQL["stop_fanouts"], story=story)
    for shipment in shipments:
        message = dump_message(shipment.message)
        [added] = connection.rows(SQL["add_message"], story=story, revision=row["revision"], message_json=message)
        for account in shipment.accounts:
            connection.rows(
                SQL["add_fanouts"],
                name=account,
                story=story,
                revision=row["revision"],
                operation="delete",
                part=shipment.message.part,
                message=added["id"],
                urgency=row["urgency"],
                priority=Priority.RETRACTION,
            )
    connection.wake()
    return True
