"""What of a document is worth a look: what it says for the first time, and what it says twice."""

from dataclasses import fields

import pytest

from bot.errors import SourceError
from bot.sources.feed import read_feed
from bot.sources.gather import MOST, REMEMBERED, Gathering, gather
from bot.sources.item import LONGEST, MARK, Item, Markup
from tests.sources.corpus.made import (
    ID,
    LINK,
    TITLE,
    URL,
    atom,
    channel,
    escaped,
    json_feed,
    rdf,
    rss,
    rss_item,
    sitemap,
)

FORMATS = {"rss": rss(), "atom": atom(), "rdf": rdf(), "json": json_feed(), "sitemap": sitemap()}


def gathered(text: str, seen: bytes = b"") -> Gathering:
    return gather(text.encode(), "", URL, "Asia/Seoul", seen)


def numbered(*numbers: int, **changes: str) -> str:
    """A feed of some items."""
    return channel(
        "".join(
            rss_item(
                **{
                    "guid": f'<guid isPermaLink="false">{number}</guid>',
                    "link": f"<link>https://paper.test/{number}</link>",
                    **changes,
                }
            )
            for number in numbers
        )
    )


def ids(found: Gathering) -> list[str]:
    return [entry.id for entry in found.entries]


@pytest.mark.parametrize("document", FORMATS.values(), ids=FORMATS)
def test_what_was_said_before_is_not_read_again(document: str) -> None:
    first = gathered(document)
    assert len(first.entries) == 1
    again = gathered(document.replace("신문", "새 신문", 1), first.marks)
    assert (again.entries, again.total, again.names, again.marks) == ((), 1, first.names, first.marks)


@pytest.mark.parametrize("document", FORMATS.values(), ids=FORMATS)
def test_an_edit_is_read_whatever_its_format(document: str) -> None:
    (entry,) = gathered(document.replace(TITLE, "고친 제목"), gathered(document).marks).entries
    assert entry.title == "고친 제목"


def test_only_what_is_new_is_read_and_all_is_counted() -> None:
    found = gathered(numbered(3, 2, 1), gathered(numbered(2, 1)).marks)
    assert (ids(found), found.names[::2]) == (["3"], ("3", "2", "1"))
    assert found.names[1::2] == tuple(f"https://paper.test/{number}" for number in (3, 2, 1))


def test_an_item_that_went_and_came_back_is_read_again() -> None:
    """A story that has been forgotten, or never admitted, is not missed: what is known decides, not the mark."""
    gone = gathered(numbered(1), gathered(numbered(2, 1)).marks)
    assert ids(gathered(numbered(2, 1), gone.marks)) == ["2"]


@pytest.mark.parametrize("piece", ["guid", "link"])
def test_what_stands_twice_is_always_read(piece: str) -> None:
    """A guid that stands twice is distrusted for good (miniflux#4197): who skipped one of the two would not see it."""
    same = {"guid": f"<guid isPermaLink='false'>{ID}</guid>", "link": f"<link>{LINK}</link>"}[piece]
    first = gathered(numbered(1))
    twice = numbered(2, 1, **{piece: same}).replace(
        "</channel>", f"{rss_item(guid='<guid>9</guid>', link='')}</channel>"
    )
    marks = gathered(twice).marks
    assert len(gathered(twice, marks).entries) == 2
    assert len(gathered(twice, first.marks).entries) == 3


def test_the_marks_of_a_long_feed_stay_small() -> None:
    """State ≤ 3 kB a feed (issue 5)."""
    marks = gathered(numbered(*range(REMEMBERED + 40))).marks
    assert len(marks) == REMEMBERED * MARK <= 1536
    assert len(gathered(numbered(*range(REMEMBERED + 40)), marks).entries) == 40, "the others are read, and known"


CHANGED: dict[str, Item] = {
    "id": Item(id="x"),
    "link": Item(link="x"),
    "title": Item(title=Markup("x")),
    "summary": Item(summary=Markup("x")),
    "body": Item(body=Markup("x")),
    "a text's kind": Item(body=Markup("x", html=True)),
    "a text's base": Item(body=Markup("x", base="y")),
    "a text's language": Item(body=Markup("x", language="y")),
    "categories": Item(categories=("x",)),
    "authors": Item(authors=("x",)),
    "published": Item(published="x"),
    "updated": Item(updated="x"),
    "pictures": Item(pictures=("x",)),
    "language": Item(language="x"),
}


def test_all_that_an_item_says_is_in_its_mark() -> None:
    assert {field.name for field in fields(Item)} <= set(CHANGED)
    assert len({item.mark for item in (Item(), *CHANGED.values())}) == len(CHANGED) + 1


@pytest.mark.parametrize("newest_last", [False, True])
def test_of_more_than_anybody_can_follow_both_ends_are_read(newest_last: bool) -> None:
    numbers = sorted(range(MOST + 10), reverse=not newest_last)
    found = gathered(numbered(*numbers, description="", title="", date=""))
    assert (len(found.entries), found.total, found.left) == (MOST, MOST + 10, 10)
    assert {"0", str(MOST + 9)} < set(ids(found))


def test_a_text_longer_than_a_book_is_cut_but_for_the_bytes_of_its_pictures() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * LONGEST}">'
    (entry,) = gathered(rss(description=f"<description>{escaped(picture)}끝</description>")).entries
    assert entry.summary == "끝"
    (entry,) = gathered(rss(description=f"<description>{'가' * (LONGEST + 9)}</description>")).entries
    assert len(entry.summary) == LONGEST


def test_whoever_asks_for_the_entries_alone_gets_all_of_them() -> None:
    assert [entry.id for entry in read_feed(numbered(2, 1).encode(), "", URL, "UTC")] == ["2", "1"]


# ── Row 20 ──────────────────────────────────────────────────────────────────────────────────────────────────────────

PAGE = b"<!doctype html><title>502 Bad Gateway</title>"
WHOLE = numbered(3, 2, 1)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "answered with nothing"),
        (b" \n", "answered with nothing"),
        (PAGE, "an HTML page"),
        (b"upstream connect error", "neither RSS"),
        (b'{"error": 502}', "no JSON Feed"),
        (json_feed().encode()[:-40], "broken JSON"),
        (sitemap().encode()[:-40], "neither RSS"),
    ],
)
def test_what_is_no_feed_is_a_failure_and_not_an_empty_feed(answer: bytes, words: str) -> None:
    """FAILURES.md section 3, row 20: nothing is forgotten of what failed."""
    with pytest.raises(SourceError, match=words):
        gather(answer, "", URL, "UTC")


def test_a_feed_cut_off_anywhere_tells_nothing_that_was_not_said() -> None:
    """FAILURES.md section 3, row 20: the entries of a part are entries of the whole, or there is an error."""
    whole = set(ids(gathered(WHOLE)))
    told, failed, half = 0, 0, 0
    for length in range(0, len(WHOLE), 7):
        try:
            found = gathered(WHOLE[:length])
        except SourceError:
            failed += 1
            continue
        told += 1
        half += sum(entry.id not in whole or entry.title != TITLE for entry in found.entries)
    print(f"row 20: cut at {told + failed} places: {told} read as far as they go, {failed} refused, {half} half told")
    assert half == 0


@pytest.mark.parametrize("document", FORMATS.values(), ids=FORMATS)
def test_a_document_that_broke_off_says_so(document: str) -> None:
    assert not gathered(document).cut
    assert not gathered(document + "<!-- 0.3 s -->" if document[0] == "<" else document).cut


def test_a_feed_without_its_end_is_cut() -> None:
    assert gathered(WHOLE[:-9]).cut
