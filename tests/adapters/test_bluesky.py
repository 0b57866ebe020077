"""What only Bluesky does (PLATFORMS a to d; AT lexicons app/bsky/feed/post, richtext/facet, embed/*)."""

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.bluesky import Adapter
from bot.document import Document, Paragraph, Run
from bot.model import Message, Secret, Story, Style, Target
from bot.ports import Edits, Sends
from bot.text.measure import graphemes, utf8
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, STORY, Canned, reply

SHOWN = "hanbit.example/news/2026/11/22/남해안-고속철"


def adapter(handle: str = "hanbit.bsky.social", password: str = "q") -> Adapter:
    return Adapter(Canned(reply(500)), handle=handle, app_password=Secret(password))


def alert(story: Story, style: Style | None = None) -> Message:
    return adapter().render(story, style or Style())[0]


def record(story: Story, style: Style | None = None) -> Any:
    return alert(story, style).body["record"]


def tapped(message: Message) -> list[tuple[str, Any]]:
    """What the app makes of a post's facets: the words, by their bytes, and what they lead to."""
    written = message.body["record"]
    data = written["text"].encode()
    facets = written.get("facets", [])
    return [(data[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode(), *one["features"]) for one in facets]


def test_it_can_only_render_yet() -> None:
    assert not isinstance(adapter(), Sends)
    assert not isinstance(adapter(), Edits)


def test_an_alert_is_a_post_with_its_link_shown_short_and_its_card_below() -> None:
    message = alert(replace(BARE, language="ko"))
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}\n\n{SHOWN}"
    assert tapped(message) == [(SHOWN, {"$type": "app.bsky.richtext.facet#link", "uri": ASCII_LINK})]
    assert message.body["record"] == {
        "$type": "app.bsky.feed.post",
        "text": message.text,
        "facets": message.body["record"]["facets"],
        "langs": ["ko"],
        "embed": {
            "$type": "app.bsky.embed.external",
            "external": {"uri": ASCII_LINK, "title": STORY.headline, "description": STORY.excerpt},
        },
    }
    assert (message.length, message.limit, message.unit) == (graphemes(message.text), 300, "graphemes")


def test_facets_are_bytes_whatever_stands_before_them() -> None:
    story = replace(
        BARE, headline="👨‍👩‍👧 가족의 날 🇰🇷 é", excerpt="漢字 “인용”", categories=("가족 정책", "News", "교육·보건")
    )
    message = alert(story, Style(hashtags=3))
    tag = "app.bsky.richtext.facet#tag"
    assert tapped(message) == [
        ("#가족정책", {"$type": tag, "tag": "가족정책"}),
        ("#교육", {"$type": tag, "tag": "교육"}),
        ("#보건", {"$type": tag, "tag": "보건"}),
        (SHOWN, {"$type": "app.bsky.richtext.facet#link", "uri": ASCII_LINK}),
    ]
    starts = [one["index"]["byteStart"] for one in message.body["record"]["facets"]]
    assert starts == sorted(starts)


def test_a_story_stands_to_the_character_as_nothing_in_it_lives() -> None:
    """BD post-richtext: nothing is detected; who wants a mention sends a facet."""
    said = "@kim.bsky.social #속보 $AAPL naver.com https://naver.com/@kim"
    message = alert(replace(BARE, headline=said, excerpt=""))
    assert message.text == f"{said}\n\n{SHOWN}"
    assert len(tapped(message)) == 1


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://newsdao.kr/", "newsdao.kr"),
        ("https://www.newsdao.kr/a?b=1", "www.newsdao.kr/a?b=1"),
        ("https://뉴스.한국/속보", "뉴스.한국/속보"),
        ("https://newsdao.kr/news/2026/11/20/night-bus/", "newsdao.kr/news/2026/11/20/night-bus"),
        ("https://newsdao.kr/news/2026/11/20/night-bus-lines/", "newsdao.kr/news/2026/11/20/night-bus-li…"),
        (f"https://{'a' * 60}.example/news", f"{'a' * 60}.example/…"),
    ],
)
def test_an_address_is_shown_short_with_its_host_whole(link: str, shown: str) -> None:
    """The app warns of words that name another host than they lead to, so "www." stays too."""
    message = alert(replace(BARE, link=link, headline="제목", excerpt=""))
    assert message.text == f"제목\n\n{shown}"
    [(words, feature)] = tapped(message)
    assert words == shown
    assert feature["uri"].isascii()


def test_bytes_limit_what_graphemes_would_allow() -> None:
    """post.json: maxGraphemes 300, maxLength 3000."""
    message = alert(replace(BARE, excerpt="👨‍👩‍👧‍👦" * 200))
    assert utf8(message.text) <= 3000
    assert message.length < 200
    assert message.text.endswith(SHOWN)


def test_the_excerpt_gives_way_first_and_the_link_never() -> None:
    message = alert(replace(BARE, excerpt="문장 하나가 여기에 있다. " * 60))
    assert 250 < message.length <= 300
    assert message.text.endswith(f"있다.\n\n{SHOWN}")
    long = alert(replace(BARE, headline="긴 제목 " * 100))
    assert long.text.endswith(f"…\n\n{SHOWN}")
    assert STORY.excerpt[:5] not in long.text


def test_words_of_a_template_may_lead_to_the_story() -> None:
    style = Style(template="{headline}\n\n[기사 읽기]({link})", utm="utm_source=bluesky")
    message = alert(BARE, style)
    assert message.text == f"{STORY.headline}\n\n기사 읽기"
    assert [(words, feature["uri"]) for words, feature in tapped(message)] == [
        ("기사 읽기", f"{ASCII_LINK}?utm_source=bluesky")
    ]


def test_a_tag_within_a_link_is_the_link() -> None:
    """facet.json: facets may not overlap."""
    style = Style(template="{headline}\n\n[{hashtags}]({link})", hashtags=1)
    [(words, feature)] = tapped(alert(BARE, style))
    assert (words, feature["uri"]) == ("#Rail", ASCII_LINK)


@pytest.mark.parametrize(
    ("told", "langs"), [("ko", ["ko"]), ("ko_KR", ["ko-KR"]), ("", None), ("korean", None), ("한국어", None)]
)
def test_the_language_is_the_storys(told: str, langs: list[str] | None) -> None:
    assert record(replace(BARE, language=told)).get("langs") == langs


# ── What stands below the text ───────────────────────────────────────────────────────────────────────────────────────


def test_up_to_four_pictures_stand_below_with_alt_text_and_shape() -> None:
    five = tuple(replace(PICTURE, sha256=f"{number:064}", width=1200, height=800) for number in range(5))
    message = alert(replace(STORY, pictures=five), Style(pictures=10))
    assert message.pictures == five[:4]
    image = {"alt": PICTURE.alt, "aspectRatio": {"width": 1200, "height": 800}}
    assert message.body["record"]["embed"] == {"$type": "app.bsky.embed.images", "images": [image] * 4}
    assert message.text.endswith(SHOWN)


@pytest.mark.parametrize(
    ("size", "notes"),
    [(90_000, ()), (1_500_000, ("without the card's picture, which is larger than 1,000,000 bytes",))],
)
def test_a_sites_card_is_the_picture_of_the_storys_card(size: int, notes: tuple[str, ...]) -> None:
    """external.json: a thumb has at most 1,000,000 bytes."""
    message = alert(replace(STORY, card=True, pictures=(replace(PICTURE, size=size),)))
    assert message.body["record"]["embed"]["$type"] == "app.bsky.embed.external"
    assert len(message.pictures) == (not notes)
    assert message.notes == notes


def test_a_picture_that_could_not_be_had_leaves_the_card() -> None:
    message = alert(replace(STORY, pictures=(replace(PICTURE, sha256=""),)))
    assert message.pictures == ()
    assert message.notes == ("without its picture, which could not be had",)
    assert message.body["record"]["embed"]["$type"] == "app.bsky.embed.external"


def test_an_account_can_do_without_either_and_a_story_without_a_link_has_no_card() -> None:
    assert "embed" not in record(STORY, Style(picture="none"))
    assert "embed" not in record(replace(BARE, link=""))
    assert "facets" not in record(replace(BARE, link=""))
    assert alert(STORY, Style(picture="preview")).body["record"]["embed"]["$type"] == "app.bsky.embed.external"


# ── The whole story ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_story_follows_with_its_own_links() -> None:
    paragraphs = [Paragraph((Run("국토부", href="https://molit.go.kr/"), Run("가 알렸다. " + "공사는 길다. " * 40)))]
    paragraphs.append(Paragraph((Run("쓰기", href="mailto:desk@hanbit.example"), Run(" 끝."))))
    messages = adapter().render(replace(BARE, body=Document(tuple(paragraphs))), Style(body="thread"))
    assert [one.part for one in messages] == [0, 1, 2]
    assert all(one.length <= 300 for one in messages)
    assert [(words, feature["uri"]) for words, feature in tapped(messages[1])] == [("국토부", "https://molit.go.kr/")]
    assert tapped(messages[2]) == []
    assert messages[2].text.endswith("쓰기 끝.")
    assert all("embed" not in one.body["record"] for one in messages[1:])


def test_what_is_rendered_can_be_stored() -> None:
    for message in adapter().render(replace(STORY, body=Document((Paragraph((Run("글."),)),))), Style(body="thread")):
        assert json.loads(json.dumps(message.body)) == message.body


# ── The account ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_account_itself_is_the_only_target() -> None:
    assert Adapter.target({"id": "me"}) == Target("me")
    with pytest.raises(ValueError, match='write "me"'):
        Adapter.target({"id": "hanbit.bsky.social"})


@pytest.mark.parametrize(
    ("handle", "password", "lesson"), [("hanbit", "q", "write all of it"), ("hanbit.bsky.social", "", "app password")]
)
def test_what_cannot_work_is_refused_with_a_lesson(handle: str, password: str, lesson: str) -> None:
    with pytest.raises(ValueError, match=lesson):
        adapter(handle, password)


def test_credentials_tell_accounts_apart_and_give_nothing_away() -> None:
    one = adapter().credential
    assert len(one) == 16
    assert one == adapter("@Hanbit.bsky.social").credential
    assert one != adapter("naru.bsky.social").credential
    assert one != adapter(password="p").credential
