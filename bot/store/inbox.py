"""What ingest writes: the feed's cursor, entries, identities, stories, messages and fan-outs, in ONE transaction.

A crash between "seen" and "sent" therefore loses nothing and repeats nothing (FAILURES.md section 1, first row).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.document import Picture
from bot.errors import Problem
from bot.model import UTC, Feed, Known, Operation, Story
from bot.ports import Admission, Shipment
from bot.store.codec import dump, dump_message, dump_picture, load_picture, micros
from bot.store.sqlite import Connection, Database, Row, statements

SQL = statements("inbox")


class Inbox:
    """`ports.Inbox` on a database."""

    def __init__(self, database: Database, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(UTC)) -> None:
        self._database = database
        self._clock = clock

    async def meet(self, feeds: Sequence[tuple[Feed, str]]) -> None:
        """Take over the feeds (with their kinds) of the configuration; those that are gone from it are retired."""

        def work(connection: Connection) -> None:
            for feed, kind in feeds:
                connection.rows(SQL["meet_feed"], name=feed.name, kind=kind, url=feed.url)
            connection.rows(SQL["retire_feeds"], names=dump([feed.name for feed, _ in feeds]))

        await self._database.write(work)

    async def recall(self, feed: Feed) -> Feed:
        """The feed with what is remembered of its polling."""
        row = await self._database.read(lambda connection: connection.row(SQL["recall_feed"], name=feed.name))
        if row is None:
            return feed
        return replace(
            feed,
            cursor=row["cursor"],
            known=row["known"],
            met=bool(row["met"]),
            distrusts_ids=bool(row["distrusts_ids"]),
        )

    async def known(self, feed: str, keys: Sequence[str]) -> Mapping[str, Known]:
        """Those of the identity keys that are known, over all feeds; ``entry`` is 0 where this feed has not told it."""
        rows = await self._database.read(lambda connection: connection.rows(SQL["known"], feed=feed, keys=dump(keys)))
        return {row["key"]: _known(row) for row in rows}

    async def admit(self, feed: Feed, admissions: Sequence[Admission]) -> tuple[int, ...]:
        """Commit a reading with all that follows from it; the stories' ids (0: another reading was first)."""

        def work(connection: Connection) -> tuple[int, ...]:
            stories = tuple(_admit(connection, feed.name, admission, self._clock()) for admission in admissions)
            new = sum(
                1
                for story, admission in zip(stories, admissions, strict=True)
                if story and admission.change.kind == "new"
            )
            connection.rows(
                SQL["advance_feed"], name=feed.name, cursor=feed.cursor, known=new, distrusts_ids=feed.distrusts_ids
            )
            return stories

        return await self._database.write(work)

    async def traits(self, feed: str, traits: Sequence[str], posts: Sequence[str]) -> Mapping[str, int]:
        """On how many posts of the feed, beside ``posts``, each trait stands; ten is as many as are counted."""
        rows = await self._database.read(
            lambda c: c.rows(SQL["count_traits"], feed=feed, traits=dump(traits), posts=dump(posts))
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
                _ship(connection, story, shipment, "edit")

        await self._database.write(work)

    async def polled(self, feed: str, error: str, problems: Sequence[Problem] = ()) -> None:
        """Note how a poll ended; an empty error is a success."""
        now = micros(self._clock())
        listed = dump([{"what": p.what, "where": p.where, "mend": p.mend} for p in problems])

        def work(connection: Connection) -> None:
            if error:
                connection.rows(SQL["polled_badly"], name=feed, now=now, error=error)
            else:
                connection.rows(SQL["polled_well"], name=feed, now=now, problems_json=listed)

        await self._database.write(work)


def _known(row: Row) -> Known:
    return Known(
        entry=row["entry"],
        story=row["story"],
        revision=row["revision"],
        title=row["title"],
        link=row["link"],
        lead=row["lead"],
        fingerprint=row["fingerprint"],
    )


def _admit(connection: Connection, feed: str, admission: Admission, now: dt.datetime) -> int:
    change, story = admission.change, admission.story
    if change.kind == "new":
        if connection.rows(SQL["taken"], keys=dump(admission.keys))[0][0]:
            return 0
        [added] = connection.rows(
            SQL["add_story"],
            headline=story.headline,
            excerpt=story.excerpt,
            link=story.link,
            source=story.source,
            urgency=story.urgency,
            revision=story.revision,
            state=story.state,
            published=None if story.published is None else micros(story.published),
            seen=micros(now),
        )
        number: int = added["id"]
    else:
        assert change.known is not None, "an edited or joined entry is known"  # noqa: S101 - what detect guarantees
        number = change.known.story
        if change.kind == "edited":
            connection.rows(
                SQL["revise_story"], story=number, headline=story.headline, excerpt=story.excerpt, link=story.link
            )
    connection.rows(
        SQL["add_entry"],
        feed=feed,
        story=number,
        title=change.entry.title,
        link=change.entry.link,
        lead=admission.lead,
        fingerprint=admission.fingerprint,
    )
    for key in admission.keys:
        connection.rows(SQL["add_identity"], key=key, story=number)
    for trait in admission.traits:
        connection.rows(SQL["add_trait"], feed=feed, trait=trait, post=admission.keys[0])
    for shipment in admission.shipments:
        _ship(connection, replace(story, id=number), shipment, "send")
    return number


def _ship(connection: Connection, story: Story, shipment: Shipment, operation: Operation) -> None:
    message = shipment.message
    [added] = connection.rows(
        SQL["add_message"], story=story.id, revision=story.revision, message_json=dump_message(message)
    )
    same = {"story": story.id, "revision": story.revision, "part": message.part, "message": added["id"]}
    for account in shipment.accounts:
        if operation == "edit":
            connection.rows(SQL["repoint_fanouts"], name=account, **same)
        connection.rows(
            SQL["add_fanouts"],
            name=account,
            operation=operation,
            urgency=story.urgency,
            priority=shipment.priority,
            **same,
        )
