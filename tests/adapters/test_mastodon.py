"""What only Mastodon does (PLATFORMS a to c; the server's own patterns are named in `adapters.mastodon`)."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.mastodon import Adapter
from bot.document import Document, Paragraph, Run
from bot.model import Message, Secret, Story, Style, Target
from bot.ports import Edits, Sends
from bot.text.measure import mastodon
from tests.adapters.stage import PICTURE, STORY, Canned, reply

LINK = "https://newsdao.kr/news/2026/11/22/남해안-고속철/"
NEWS = replace(STORY, link=LINK, language="ko", pictures=())
WORD_JOINER = "\u2060"


def adapter(**keys: Any) -> Adapter:
    return Adapter(Canned(reply(500)), token=Secret("q"), base_url="https://mastodon.example", **keys)


def alert(story: Story, style: Style | None = None, **keys: Any) -> Message:
    return adapter(**keys).render(story, style or Style())[0]


def test_it_can_only_render_yet() -> None:
    assert not isinstance(adapter(), Sends)
    assert not isinstance(adapter(), Edits)


def test_an_alert_is_plain_text_with_an_address_that_can_be_read() -> None:
    message = alert(replace(NEWS, categories=("News", "철도")), Style(hashtags=3))
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}\n\n#철도\n\n{LINK}"
    assert message.body == {"status": message.text, "visibility": "public", "language": "ko"}
    assert message.length == len(f"{STORY.headline}\n\n{STORY.excerpt}\n\n#철도\n\n") + 23
    assert (message.limit, message.unit) == (500, "graphemes, a link 23")
    encoded = "https://newsdao.kr/news/2026/11/22/%EB%82%A8%ED%95%B4%EC%95%88-%EA%B3%A0%EC%86%8D%EC%B2%A0/"
    assert [(one.kind, one.url) for one in message.entities] == [("hashtag", ""), ("url", encoded)]


@pytest.mark.parametrize(
    ("told", "given"),
    [("ko-KR", "ko"), ("EN", "en"), ("ko_KR", "ko"), ("yue", "yue"), ("", None), ("한국어", None), ("korean", None)],
)
def test_the_language_is_the_storys_by_its_short_name(told: str, given: str | None) -> None:
    assert alert(replace(NEWS, language=told)).body.get("language") == given


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://뉴스.한국/속보", "https://뉴스.한국/속보"),
        ("https://newsdao.kr/a_(b)", "https://newsdao.kr/a_(b)"),
        ("https://newsdao.kr/a?q=가나#다", "https://newsdao.kr/a?q=가나#다"),
        ("https://newsdao.kr/@kim", "https://newsdao.kr/@kim"),
        ("https://newsdao.kr/a?by=@kim", "https://newsdao.kr/a?by=%40kim"),
        ("https://newsdao.kr/끝났나.", "https://newsdao.kr/%EB%81%9D%EB%82%AC%EB%82%98%2E"),
        ("https://newsdao.kr/(a", "https://newsdao.kr/%28a"),
        ("https://newsdao.kr#top", "https://newsdao.kr/#top"),
    ],
)
def test_the_server_makes_one_link_of_the_whole_address(link: str, shown: str) -> None:
    """twitter_regex.rb: any letter may stand in a path, some signs may not end it; 23 however long."""
    message = alert(replace(NEWS, link=link, headline="제목", excerpt=""))
    assert message.text == f"제목\n\n{shown}"
    assert message.length == 4 + 23


def test_an_address_that_is_none_for_the_server_goes_when_it_is_too_long() -> None:
    message = alert(replace(NEWS, link="https://hanbit.example/" + "a" * 400))
    assert message.text == f"{STORY.headline}\n\n{STORY.excerpt}"
    assert message.notes == ("without its link, which Mastodon does not take for one",)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("@kim 와 (@kim@newsdao.kr)", f"@{WORD_JOINER}kim 와 (@{WORD_JOINER}kim@newsdao.kr)"),
        ("?by=@kim", f"?by=@{WORD_JOINER}kim"),
        ("kim@newsdao.kr 홍길동@naver", "kim@newsdao.kr 홍길동@naver"),
        ("#속보 가#나 #1위 #・1", f"#{WORD_JOINER}속보 가#{WORD_JOINER}나 #{WORD_JOINER}1위 #{WORD_JOINER}・1"),
        ("C#언어 #1 (a)#b /#c", "C#언어 #1 (a)#b /#c"),
        (":smile: 12:30:45 점수 :x:", f":{WORD_JOINER}smile: 12:30:45 점수 :x:"),
        ("gemini://a.kr magnet:?xt=a", f"gemini{WORD_JOINER}://a.kr magnet{WORD_JOINER}:?xt=a"),
        ("XMPP:kim@a.kr", f"XMPP{WORD_JOINER}:kim@a.kr"),
        ("https://a.kr/@kim 과 naver.com", "https://a.kr/@kim 과 naver.com"),
    ],
)
def test_what_nobody_meant_is_broken_and_counted(said: str, shown: str) -> None:
    message = alert(replace(NEWS, headline=said, excerpt=""))
    assert message.text == f"{shown}\n\n{LINK}"
    assert message.length == mastodon(message.text)


def test_marks_vanish_and_words_that_lead_somewhere_have_their_address_behind_them() -> None:
    style = Style(template="# {headline}\n\n> {body}\n\n[읽기]({link})", body="quote", utm="utm_source=mastodon")
    body = Document((Paragraph((Run("여기", href="https://naver.com"), Run("에 있다."))),))
    message = alert(replace(NEWS, body=body), style)
    assert message.text == f"{STORY.headline}\n\n여기에 있다.\n\n읽기 {LINK}?utm_source=mastodon"


def test_an_instance_may_allow_more() -> None:
    long = replace(NEWS, excerpt="문장 하나가 여기에 있다. " * 60)
    assert alert(long).length <= 500 < alert(long, max_characters=1000).length <= 1000
    assert alert(long, max_characters=1000).limit == 1000


def test_up_to_four_pictures_go_along_with_their_descriptions() -> None:
    five = tuple(replace(PICTURE, sha256=f"{number:064}", alt="설명 " * 600) for number in range(5))
    message = alert(replace(NEWS, pictures=five), Style(pictures=10))
    assert [one.sha256 for one in message.pictures] == [one.sha256 for one in five[:4]]
    assert all(1400 < len(one.alt) <= 1500 for one in message.pictures)
    assert alert(replace(NEWS, pictures=five, card=True), Style(pictures=10)).pictures == ()
    assert alert(replace(NEWS, pictures=five), Style(picture="preview")).pictures == ()
    assert alert(replace(NEWS, pictures=(replace(PICTURE, sha256=""),))).notes == (
        "without its picture, which could not be had",
    )


def test_the_whole_story_follows_in_unlisted_statuses() -> None:
    """The timelines that strangers share get the alert alone."""
    body = Document(tuple(Paragraph((Run(f"{number}번째 문단은 여기에 있다. " * 15),)) for number in range(3)))
    messages = adapter().render(replace(NEWS, body=body), Style(body="thread"))
    assert [one.body["visibility"] for one in messages] == ["public", "unlisted", "unlisted"]
    assert [one.part for one in messages] == [0, 1, 2]
    assert messages[1].text.startswith("0번째 문단")
    assert messages[2].text.endswith("2번째 문단은 여기에 있다.")
    assert all(one.length <= 500 for one in messages)


# ── The account ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_account_itself_is_the_only_target() -> None:
    assert Adapter.target({"id": "me"}) == Target("me")
    with pytest.raises(ValueError, match='write "me"'):
        Adapter.target({"id": "@hanbit"})


@pytest.mark.parametrize(
    ("keys", "lesson"), [({"token": Secret("")}, "access token"), ({"max_characters": 20}, "at least 100")]
)
def test_what_cannot_work_is_refused_with_a_lesson(keys: Any, lesson: str) -> None:
    with pytest.raises(ValueError, match=lesson):
        Adapter(Canned(reply(500)), **{"token": Secret("q"), "base_url": "https://mastodon.example", **keys})


def test_credentials_tell_accounts_apart_and_give_nothing_away() -> None:
    one = adapter().credential
    assert len(one) == 16
    assert one == adapter().credential
    other = Adapter(Canned(reply(500)), token=Secret("other"), base_url="https://mastodon.example")
    assert other.credential != one
