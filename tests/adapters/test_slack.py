"""Slack: blocks that an editor reads, right to the character (issue 3, point 5; PLATFORMS.md a, b, c)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.slack import ADDRESS, BLOCKS, LONGEST_LINK, PARTS, TEXT, TOTAL, Adapter
from adapters.slack.mrkdwn import MARKS, SECTION, said, sections
from bot.document import Code, Document, Figure, Mark, Paragraph, Picture, Quote, Run
from bot.model import Message, Secret, Story, Style, Urgency
from bot.ports import Sends
from bot.text.flat import flat
from bot.text.marked import Kind, Marked, joined, link
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, STORY, Canned, reply
from tests.renderers.corpus import corpus
from tests.renderers.grammars import check

BOLD, ITALIC, CODE = Kind.BOLD, Kind.ITALIC, Kind.CODE
SENTENCE = "정부가 남해안 고속철 착공식을 열고 2031년 개통을 약속했다. "
QUOTING, IN_THREAD = Style(body="quote", picture="none"), Style(body="thread", picture="none")


def adapter() -> Adapter:
    return Adapter(Canned(reply(200)), token=Secret("xoxb-1"))


def alert(story: Story, style: Style | None = None) -> Message:
    return adapter().render(story, style or Style())[0]


def shown(message: Message) -> list[tuple[str, str]]:
    """Each block's type and what it says, as written."""
    return [(block["type"], said_by(block)) for block in message.body["blocks"]]


def said_by(block: Mapping[str, Any]) -> str:
    match block["type"]:
        case "image":
            return str(block["image_url"])
        case "context" | "actions":
            [one] = block["elements"]
            return str(one.get("url") or one["text"])
        case _:
            return str(block["text"]["text"])


def telling(*runs: Run) -> Story:
    return replace(BARE, body=Document((Paragraph(runs),)))


# ── mrkdwn ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "mrkdwn"),
    [
        (joined(["정부가 ", Marked("40%").as_(BOLD), "로"]), "정부가 *40%*\u200b로"),
        (joined(["정부가 ", Marked("40%").as_(BOLD), " 이상"]), "정부가 *40%* 이상"),
        (joined(["(", Marked("굵게").as_(BOLD), ")."]), "(*굵게*)."),
        (joined(["“", Marked("굵게").as_(BOLD), "”"]), "“\u200b*굵게*\u200b”"),
        (Marked("굵고 기운").as_(ITALIC).as_(BOLD), "*_굵고 기운_*"),
        (joined([Marked("가").as_(ITALIC), Marked("나").as_(BOLD)]), "_가_\u200b*나*"),
        (joined([Marked("굵고 "), Marked("기운").as_(ITALIC), Marked(" 글")]).as_(BOLD), "*굵고* *_기운_* *글*"),
        (Marked("줄").as_(Kind.STRIKE), "~줄~"),
        (Marked(" 가 ").as_(BOLD), " *가* "),
        (Marked("첫 줄\n둘째 줄").as_(BOLD), "*첫 줄*\n*둘째 줄*"),
        (Marked("a_b *c*").as_(CODE), "`a_b *c*`"),
        (Marked("인용\n두 줄").as_(Kind.QUOTE), "> 인용\n> 두 줄"),
        (Marked("접힌 글").as_(Kind.FOLD), "> 접힌 글"),
        (Marked("x = *1* < 2").as_(Kind.PRE), "```\nx = *1* &lt; 2\n```"),
        (link("기사 & 전문", "https://a.kr/?a=1&b=2"), "<https://a.kr/?a=1&amp;b=2|기사 &amp; 전문>"),
        (link("기사", "https://a.kr/").as_(BOLD) + "는", "*<https://a.kr/|기사>*\u200b는"),
        (joined([link("기사", "https://a.kr/"), "는"]), "<https://a.kr/|기사>는"),
        (link("code", "https://a.kr/").as_(CODE), "<https://a.kr/|code>"),
        (Marked("a:fire:").as_(CODE).as_(ITALIC).as_(BOLD), "*`a:fire:`*"),
        (joined([Marked("굵").as_(BOLD), Marked("게").as_(BOLD)]), "*굵게*"),
        (joined([Marked("굵게").as_(BOLD), " ", Marked("a_b").as_(BOLD)]), "*굵게* *a_b*"),
        (joined(["3~4월 ", Marked("굵게").as_(BOLD), " snake_case 1 ~ 2"]), "3~4월 *굵게* snake_case 1 ~ 2"),
        (joined([Marked("<!here>").as_(BOLD), " @here"]), "*&lt;!here&gt;* @here"),
    ],
)
def test_marks_stand_where_slack_reads_them(text: Marked, mrkdwn: str) -> None:
    """Slack wants word boundaries; 조사 right behind a mark would undo it (jsx-slack, "exact mode")."""
    assert said(text)[:2] == ("mrkdwn", mrkdwn)


@pytest.mark.parametrize(
    "words",
    [
        *("*별* 다방", "_밑줄_ 친", "~물결~ 친", "`코드`", "＊별＊ 다방", "｀코드｀"),
        *("> 인용", "＞ 인용", ":fire: 불", "자료:통계청: 2026", "*단위: 원"),
        *("0*¼", "①_가", "e\u0301~4월"),  # nobody knows what is part of a word to Slack
    ],
)
def test_rather_a_mark_is_lost_than_a_word_changed(words: str) -> None:
    """No invisible character disarms a sign of mrkdwn, so a text with live ones goes as plain text."""
    marked = joined([f"{words} ", Marked("굵게").as_(BOLD)])
    assert said(marked)[:2] == ("plain_text", marked.text.replace(">", "&gt;"))
    assert said(Marked(words).as_(Kind.QUOTE)).kind == "plain_text"


@pytest.mark.parametrize(
    "text",
    [
        *(
            Marked("a`b").as_(CODE),
            Marked("a ``` b").as_(Kind.PRE),
            Marked("가림").as_(Kind.SPOILER),
            Marked("그저 글"),
        ),
        *(Marked("3*4").as_(BOLD), Marked("snake_case").as_(ITALIC), Marked("3~4월").as_(Kind.STRIKE)),
        *(
            Marked("＊").as_(BOLD),
            joined(["x *", Marked("(굵게)").as_(BOLD)]),
            joined([Marked("(굵게)").as_(BOLD), "* x"]),
        ),
    ],
)
def test_what_mrkdwn_cannot_say_or_need_not_is_plain(text: Marked) -> None:
    assert said(text)[:2] == ("plain_text", text.text)


@pytest.mark.parametrize(
    "words", ["3~4월", "snake_case", "1 ~ 2", "* 다방", "2 * 3", "12:30", "a > b", "https://a.kr:80/"]
)
def test_a_sign_that_cannot_act_costs_no_mark(words: str) -> None:
    assert said(joined([f"{words} ", Marked("굵게").as_(BOLD)])).kind == "mrkdwn"


def test_only_links_to_the_web_are_links() -> None:
    assert said(link("편지", "mailto:a@b.kr")).kind == "plain_text"


def test_paragraphs_of_one_kind_share_a_section() -> None:
    quote = Document((Paragraph((Run("하나 ", frozenset({Mark.BOLD})), Run("다음"))), Paragraph((Run("둘"),))))
    whole = flat(Document((Quote(quote.blocks), Paragraph((Run("글"),)), Paragraph((Run("*별*"),)), Code("x"))))
    assert [(one.kind, one.text) for one in sections(whole)] == [
        ("mrkdwn", "> *하나* 다음\n>\n> 둘"),
        ("plain_text", "글\n\n*별*"),
        ("mrkdwn", "```\nx\n```"),
    ]


def test_a_long_text_takes_several_sections_cut_at_sentences() -> None:
    text = joined([Marked("<시작>").as_(BOLD), " " + SENTENCE * 200])
    told = list(sections(text))
    assert all(len(one.text) <= SECTION for one in told)
    assert all(one.text.endswith("약속했다.") for one in told)
    assert "".join("".join(one.text.split()) for one in told) == "".join(f"*&lt;시작&gt;*{SENTENCE * 200}".split())


def test_what_cannot_be_cut_is_not_lost() -> None:
    address = "https://a.kr/" + "a" * SECTION
    assert [one.text for one in sections(Marked(address))] == [address]


def test_a_paragraph_with_hundreds_of_marks_has_none() -> None:
    text = joined([Marked("가").as_(BOLD), " "] * (MARKS + 1))
    assert [one.kind for one in sections(text)] == ["plain_text"]


# ── The alert ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_breaking_story_as_an_editor_reads_it() -> None:
    message = alert(replace(STORY, urgency=Urgency.BREAKING))
    assert shown(message) == [
        ("section", f"*<{ASCII_LINK}|[속보] 남해안 고속철 14년 만에 첫 삽, 2031년 개통>*"),
        ("section", STORY.excerpt),
        ("context", f"hanbit · 2026년 11월 22일 12:00 · <{ASCII_LINK}|hanbit.example>"),
        ("image", PICTURE.url),
    ]
    assert message.body["text"] == message.text
    assert message.text.startswith("[속보] 남해안 고속철 14년 만에 첫 삽, 2031년 개통\n\n국토교통부가")
    assert message.body["blocks"][3]["alt_text"] == "파란 지도 위의 선"
    assert message.pictures == (), "Slack fetches them by itself"
    assert (message.unit, message.limit) == ("characters", TOTAL)
    assert message.length == len(json.dumps(message.body["blocks"], ensure_ascii=False, separators=(",", ":")))


def test_slack_is_told_to_look_for_nothing() -> None:
    message = alert(telling(Run("<!channel> @here naver.com :fire: "), Run("굵게", frozenset({Mark.BOLD}))), QUOTING)
    objects = [block.get("text") or block["elements"][0] for block in message.body["blocks"]]
    assert all(one.get("verbatim") or one.get("emoji") is False for one in objects)
    assert ("section", "&lt;!channel&gt; @here naver.com :fire: 굵게") in shown(message)
    assert message.body["mrkdwn"] is False
    assert ":\u2060fire:" in message.body["text"]
    assert "&lt;!channel&gt;" in message.body["text"]


@pytest.mark.parametrize("headline", ["*별* 다방 폐업", "주가 :fire: 급등", "`rm -rf` 사고", "0*¼", "3*4=12"])
def test_a_headline_whose_signs_would_act_is_a_header_and_the_link_stays(headline: str) -> None:
    first, *_, last = shown(alert(replace(BARE, headline=headline)))
    assert first == ("header", headline)
    assert last == ("context", f"hanbit · 2026년 11월 22일 12:00 · <{ASCII_LINK}|hanbit.example>")


def test_a_link_that_is_lost_to_plain_text_becomes_a_button() -> None:
    message = alert(replace(BARE, headline="*별* 다방", source="*별*신문"))
    assert shown(message)[-2:] == [
        ("context", "*별*신문 · 2026년 11월 22일 12:00 · hanbit.example"),
        ("actions", ASCII_LINK),
    ]


@pytest.mark.parametrize(("language", "label"), [("ko", "기사 보기"), ("en", "Read the story")])
def test_the_link_may_be_a_button_below_a_header(language: str, label: str) -> None:
    message = alert(STORY, Style(button=True, language=language))
    assert [kind for kind, _ in shown(message)] == ["header", "section", "context", "image", "actions"]
    [button] = message.body["blocks"][-1]["elements"]
    assert (button["text"]["text"], button["url"]) == (label, ASCII_LINK)
    assert f"|{ASCII_LINK}" not in message.markup
    assert not message.body["unfurl_links"]


def test_a_headline_too_long_for_a_header_is_a_bold_section() -> None:
    long = "가나다 " * 60
    assert shown(alert(replace(BARE, headline=long), Style(button=True)))[0] == ("section", f"*{long.strip()}*")


def test_an_address_that_would_take_the_room_of_words_is_a_button() -> None:
    story = replace(BARE, link="https://a.kr/" + "a" * LONGEST_LINK)
    assert shown(alert(story))[-1] == ("actions", story.link)


def test_an_address_that_no_button_takes_is_left_out_and_said() -> None:
    message = alert(replace(BARE, link="https://a.kr/" + "a" * ADDRESS))
    assert "a.kr" not in json.dumps(message.body)
    assert message.notes == ("without its link, which is longer than 3000 characters",)


def test_a_story_without_a_link_has_its_headline_in_a_header() -> None:
    assert [kind for kind, _ in shown(alert(replace(BARE, link="")))] == ["header", "section", "context"]


def test_an_own_template_says_where_the_link_stands() -> None:
    layout = "# {headline}\n\n{excerpt}\n\n[전문 읽기]({link})"
    assert shown(alert(BARE, Style(template=layout)))[-1] == ("context", f"<{ASCII_LINK}|전문 읽기>")


def test_a_heading_that_leads_elsewhere_keeps_its_own_link() -> None:
    layout = "# [속보판](https://hanbit.example/live) {headline}"
    [(_, heading)] = shown(alert(BARE, Style(template=layout)))
    assert heading.startswith("*<https://hanbit.example/live|속보판>*")
    assert ASCII_LINK not in heading


def test_hashtags_stand_small_and_links_carry_the_accounts_parameters() -> None:
    message = alert(replace(BARE, categories=("철도", "건설")), Style(hashtags=2, utm="utm_source=slack"))
    assert ("context", "#철도 #건설") in shown(message)
    assert f"<{ASCII_LINK}?utm_source=slack|" in message.markup


# ── Pictures and previews ────────────────────────────────────────────────────────────────────────────────────────────


def pictured(*urls: str, alt: str = "") -> Story:
    return replace(STORY, pictures=tuple(Picture(url, alt) for url in urls))


def test_as_many_pictures_as_the_account_asks_for() -> None:
    message = alert(pictured("https://a.kr/1.jpg", "https://a.kr/둘.jpg", "https://a.kr/3.jpg"), Style(pictures=2))
    assert [said for kind, said in shown(message) if kind == "image"] == [
        "https://a.kr/1.jpg",
        "https://a.kr/%EB%91%98.jpg",
    ]
    assert message.body["blocks"][-1]["alt_text"] == STORY.headline, "Slack wants one"


@pytest.mark.parametrize("url", ["file:///img/a.png", "http://a.kr/a.png", "https://a.kr/" + "a" * ADDRESS])
def test_a_picture_that_slack_cannot_fetch_is_left_out_and_said(url: str) -> None:
    message = alert(pictured(url))
    assert "image" not in dict(shown(message))
    assert message.notes == ("without 1 of its pictures, which Slack cannot fetch",)
    assert message.body["unfurl_links"], "the link's card stands in for it"


def test_a_sites_card_is_small() -> None:
    message = alert(replace(STORY, card=True))
    assert "image" not in dict(shown(message))
    assert message.body["blocks"][0]["accessory"]["image_url"] == PICTURE.url


def test_a_card_has_no_place_beside_a_header() -> None:
    lone = replace(STORY, card=True, excerpt="", source="", published=None)
    assert [kind for kind, _ in shown(alert(lone, Style(button=True)))] == ["header", "image", "actions"]


@pytest.mark.parametrize(
    ("story", "style", "unfurled"),
    [
        (STORY, Style(), False),
        (STORY, Style(picture="preview"), True),
        (STORY, Style(picture="none"), False),
        (BARE, Style(), True),
        (replace(BARE, link=""), Style(), False),
        (telling(Run("연다", href="https://b.kr/")), Style(body="quote"), False),
    ],
)
def test_one_card_or_none(story: Story, style: Style, unfurled: bool) -> None:
    """Slack would unfurl every link that it finds."""
    body = alert(story, style).body
    assert (body["unfurl_links"], body["unfurl_media"]) == (unfurled, False)


# ── The whole story ──────────────────────────────────────────────────────────────────────────────────────────────────


def long_story(paragraphs: int) -> Story:
    bold = Run("굵게", frozenset({Mark.BOLD}))
    body = tuple(Paragraph((Run(SENTENCE * 3), bold, Run("은 & <글>."))) for _ in range(paragraphs))
    return replace(BARE, body=Document((*body, Figure(PICTURE, "그림"))))


def test_the_story_stands_quoted_below_its_excerpt() -> None:
    message = alert(telling(Run("정부가 "), Run("40%", frozenset({Mark.BOLD})), Run("로 올린다.")), QUOTING)
    assert shown(message)[2] == ("section", "> 정부가 *40%*\u200b로 올린다.")


@pytest.mark.parametrize("paragraphs", [20, 120, 6000])
def test_a_long_story_is_cut_to_what_slack_takes(paragraphs: int) -> None:
    message = alert(long_story(paragraphs), QUOTING)
    assert message.length <= TOTAL
    assert len(message.body["blocks"]) <= BLOCKS
    assert len(message.body["text"]) <= TEXT
    assert ("hanbit.example>" in message.markup) and message.markup.startswith(f"*<{ASCII_LINK}|")
    assert message.length > TOTAL * 0.9 or paragraphs == 20
    check(message)


def test_a_story_in_the_thread_begins_where_the_alert_ends() -> None:
    lead, rest = f"{BARE.excerpt} ", "그 밖의 이야기다."
    first, second = adapter().render(telling(Run(lead + rest)), IN_THREAD)
    assert (first.part, second.part) == (0, 1)
    assert shown(second) == [("section", rest)]
    assert second.body["text"] == rest


def test_a_thread_ends() -> None:
    messages = adapter().render(long_story(6000), IN_THREAD)
    assert [message.part for message in messages] == list(range(PARTS + 1))
    assert messages[-1].text.endswith(" …")
    for message in messages:
        check(message)


def test_a_template_without_room_gives_way_and_so_does_a_headline_that_cannot_be_cut() -> None:
    assert shown(alert(BARE, Style(template="# {headline}\n\n" + "말 " * 15_000)))[0][1].endswith("2031년 개통>*")
    endless = replace(BARE, headline="https://" + "a" * TOTAL)
    [(kind, heading), *_] = shown(alert(endless))
    assert (kind, "aaa" in heading) == ("section", False)
    assert heading.startswith(f"*<{ASCII_LINK}|")


@pytest.mark.parametrize("place", ["headline", "excerpt", "source"])
def test_nothing_that_strangers_write_lives(place: str) -> None:
    """FAILURES.md section 3 row 24; every attack in one story, right to the character."""
    for attack in corpus()[::7]:
        for message in adapter().render(replace(STORY, **{place: attack.text}), QUOTING):  # type: ignore[arg-type]  # its texts
            check(message)


# ── The account ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_slack_is_rendered_for_and_not_sent_to_yet() -> None:
    assert not isinstance(adapter(), Sends)


def test_a_channel_is_named_by_its_id() -> None:
    assert Adapter.target({"id": " C0123456789 "}).address == "C0123456789"


@pytest.mark.parametrize("raw", [{}, {"id": "#속보"}, {"id": "속보"}, {"id": "U0123456789"}, {"id": "C012"}])
def test_what_is_no_channel_is_refused_with_the_mend(raw: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="is no channel of Slack: give its ID"):
        Adapter.target(raw)


def test_a_token_is_needed_and_not_told() -> None:
    with pytest.raises(ValueError, match="bot token"):
        Adapter(Canned(reply(200)), token=Secret(""))
    other = Adapter(Canned(reply(200)), token=Secret("xoxb-2"))
    assert adapter().credential == adapter().credential != other.credential
    assert "xoxb" not in adapter().credential
