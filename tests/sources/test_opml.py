"""OPML as strangers write it (issue 5, item 8): in whole or not at all, and out again as it was."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SourceError
from bot.sources.opml import DEEPEST, LARGEST, MOST, Outline, read_opml, write_opml
from bot.text.letters import squeeze

FEED = '<outline type="rss" text="하나" xmlUrl="https://one.example/f"/>'


def opml(body: str, declaration: str = "") -> str:
    return f'{declaration}<opml version="2.0"><head/><body>{body}</body></opml>'


TEXT = st.text(max_size=20).map(squeeze)
ADDRESS = st.builds("https://{}.example/{}".format, st.from_regex(r"[a-z]{1,8}", fullmatch=True), TEXT.map("".join))
OUTLINE = st.builds(
    Outline,
    title=TEXT,
    feed=ADDRESS.map(str.strip),
    site=st.one_of(st.just(""), ADDRESS.map(str.strip)),
    label=st.lists(TEXT.filter(bool), max_size=3).map(tuple),
)


@given(st.lists(OUTLINE, max_size=8))
def test_what_is_written_is_read_as_it_was(outlines: list[Outline]) -> None:
    found = read_opml(write_opml(outlines).encode())
    order = [(each.label, each.title, each.feed, each.site) for each in found]
    assert sorted(order) == sorted((each.label, each.title, each.feed, each.site) for each in outlines)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("UTF-8", "utf-8"), ("EUC-KR", "cp949"), ("UTF-8", "cp949"), ("ks_c_5601-1987", "utf-8"), ("UTF-16", "utf-16")],
)
def test_a_list_is_read_in_whatever_encoding_it_is(declared: str, encoding: str) -> None:
    text = opml(FEED.replace("하나", "경제 뉴스 모음과 사회 소식"), f'<?xml version="1.0" encoding="{declared}"?>')
    [outline] = read_opml(text.encode(encoding))
    assert outline.title == "경제 뉴스 모음과 사회 소식"


def test_names_are_read_in_any_case_and_a_title_goes_before_a_text() -> None:
    """OPML 1.x wrote xmlurl and XMLURL; several readers still do."""
    [outline] = read_opml(opml('<Outline Type="RSS" TEXT="t" Title="둘\n 셋" XMLURL=" https://a.example/ "/>').encode())
    assert outline == Outline("둘 셋", "https://a.example/")


def test_each_feed_says_its_line_and_the_folders_around_it() -> None:
    text = opml(f'\n<outline text="경제"><outline text="">\n{FEED}</outline></outline>\n{FEED}')
    one, other = read_opml(text.encode())
    assert (one.line, one.label) == (3, ("경제",))
    assert (other.line, other.label) == (4, ())


def test_a_feed_without_an_address_is_given_back_and_a_note_is_not() -> None:
    found = read_opml(
        opml(
            '<outline text="note"/><outline type="link" url="https://x.example"/><outline type="rss" text="t"/>'
        ).encode()
    )
    assert found == [Outline("t", "")]


BOMB = (
    '<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf  ", "is empty"),
        (b"<opml", "no well-formed XML"),
        (opml(FEED).encode()[:-20], "no well-formed XML"),
        (b"hello", "no well-formed XML"),
        (b'{"feeds": []}', "no well-formed XML"),
        (b"<!doctype html><html><body>", "is an HTML page"),
        (b"<html><body/></html>", "is an HTML page"),
        (b"<rss version='2.0'/>", "its first element is <rss>"),
        ((BOMB + opml("<outline text='&i;' xmlUrl='x'/>")).encode(), "declares a document type"),
        (f'<!DOCTYPE opml SYSTEM "file:///etc/passwd">{opml(FEED)}'.encode(), "declares a document type"),
        (opml("&undefined;").encode(), "no well-formed XML"),
        (opml("<outline>" * (DEEPEST + 1) + "</outline>" * (DEEPEST + 1)).encode(), "in each other"),
        (opml("<outline/>" * (MOST + 1)).encode(), "outlines"),
        (b" " * (LARGEST + 1), "more than 15 MiB"),
        (b"\x00\x01\x02\xff\xfe", "in no encoding"),
    ],
)
def test_a_hostile_list_gets_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_opml(data)


def test_a_bomb_costs_no_memory() -> None:
    """The billion laughs are refused at their first word."""
    tracemalloc.start()
    began = time.process_time()
    with pytest.raises(SourceError):
        read_opml((BOMB + opml("&i;")).encode())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert time.process_time() - began < 5
