"""Which hubs a feed names, in its headers or in itself (WebSub section 4; RFC 8288)."""

import json
import time

import pytest

from bot.sources.websub.links import HEAD, LONGEST, MOST, Links, chosen, in_document, in_headers

BASE = "https://paper.test/news/feed.xml"
HUB, SELF = "https://hub.test/", "https://paper.test/feed.xml"
BOTH = Links((HUB,), SELF)


@pytest.mark.parametrize(
    "header",
    [
        f'<{HUB}>; rel="hub", <{SELF}>; rel="self"',
        f"<{HUB}>;rel=hub,<{SELF}>;rel=self",
        f'<{SELF}> ; REL = "Self" , <{HUB}>; title="a, b; rel=x"; rel="HUB"',
        f'<{HUB}>; rel="alternate hub", </feed.xml>; rel="self"; rel="hub"',
        f'<{HUB}>; rel="hub", <{HUB}>; rel="hub", <{SELF}>; rel="self", <https://other.test/>; rel="self"',
        f'<{HUB}>; rel="hub", <mailto:a@b.kr>; rel="hub", <ftp://c/>; rel="hub", <{SELF}>; rel="self"',
    ],
)
def test_headers_are_read_as_servers_write_them(header: str) -> None:
    assert in_headers(header, BASE) == BOTH


@pytest.mark.parametrize(
    "document",
    [
        f'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="hub" href="{HUB}"/><link href="{SELF}" rel="self"/>',
        f"""<rss><channel><link>https://paper.test</link><atom:link rel='hub' href='{HUB}'/>
        <a10:link rel="self" type="application/rss+xml" href="/feed.xml"></a10:link><item/></channel></rss>""",
        (
            f'<rss><!-- <link rel="hub" href="https://old.test"/> --><link rel="hub self" href="ftp://x"/>'
            f'<link rel="hub" href="{HUB}"/><link rel="self" href="{SELF}"/></rss>'
        ),
        (
            f'<feed><link rel="hub" href="{HUB}"/><link rel="self" href="{SELF}"/>'
            f'<entry><link rel="hub" href="https://quoted.test/"/></entry></feed>'
        ),
        json.dumps({"hubs": [{"type": "WebSub", "url": HUB}, {"type": "rssCloud", "url": "x"}], "feed_url": SELF}),
    ],
)
def test_documents_name_their_hubs_before_their_entries(document: str) -> None:
    assert in_document(document, BASE) == BOTH


@pytest.mark.parametrize(
    "document", ["", "<rss/>", '{"hubs"', '["hubs"]', '{"hubs": 1}', '{"hubs": [1]}', '{"items": []}', "{" * 9000]
)
def test_what_names_no_hub_names_none(document: str) -> None:
    assert in_document(document, BASE) == Links()


def test_an_ampersand_in_an_attribute_is_one_in_the_address() -> None:
    assert in_document(f'<link rel="hub" href="{HUB}?a=1&amp;b=2">', BASE).hubs == (f"{HUB}?a=1&b=2",)


def test_an_address_that_is_whole_stays_to_the_letter() -> None:
    """A hub compares topics byte by byte."""
    topic = "HTTPS://Paper.test/%ed%95%9c/속보.xml"
    assert in_headers(f'<{HUB}>; rel="hub", <{topic}>; rel="self"', BASE).topic == topic


def test_many_hubs_are_a_few_in_an_order_of_their_own() -> None:
    """Two servers of one site may say them in any order, and nothing has changed."""
    said = ['<http://a.test/>; rel="hub"', *(f'<https://{n}.test/>; rel="hub"' for n in range(9))]
    one, two = (in_headers(", ".join(some), BASE).hubs for some in (said, reversed(said)))
    assert one == two == tuple(f"https://{n}.test/" for n in range(MOST))
    assert in_headers(f'<https://a.test/{"x" * LONGEST}>; rel="hub"', BASE) == Links()


def test_headers_count_before_the_document_and_a_topic_may_be_the_feeds_own_address() -> None:
    other = Links(("https://other.test/",), "https://paper.test/other.xml")
    assert chosen(BOTH, other, BASE) == BOTH
    assert chosen(Links(), other, BASE) == other
    assert chosen(Links((HUB,)), other, BASE) == Links((HUB,), other.topic)
    assert chosen(Links((HUB,)), Links(), BASE) == Links((HUB,), BASE)
    assert chosen(Links((), SELF), Links(), BASE) == Links()


@pytest.mark.parametrize("part", ["<!--", "<link ", "<link rel='hub' href='", '<a:link x="', "<item", '<x>; rel="'])
def test_a_hostile_head_costs_no_more_than_it_is_long(part: str) -> None:
    text = part * (HEAD // len(part))
    began = time.process_time()
    in_document(text, BASE)
    in_headers(text[:8190], BASE)
    assert time.process_time() - began < 1  # quadratic would be minutes
