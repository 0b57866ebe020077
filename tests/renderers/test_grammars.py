"""The grammars are tests themselves: each must take what its platform takes, and be able to refuse.

Every refusal here is one that a platform, or a reader, has answered a bot with (FAILURES.md section 1, "injection", and
the sources named in the grammars).
"""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.document import Picture
from bot.model import Message, Style
from tests.renderers.grammars import Refused, check

PICTURE = Picture("https://newsdao.kr/a.jpg", "설명", "ab" * 32, "image/jpeg", 10, 10, 100)
LINK = "https://newsdao.kr/a"


def message(platform: str, body: Mapping[str, Any], length: int, text: str = "", pictures: int = 0) -> Message:
    return Message(platform, Style(), text, length, 20_000, "", body, pictures=(PICTURE,) * pictures)


# ── Discord ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def discord(length: int | None = None, uploads: int = 0, **embed: Any) -> Message:
    texts = [embed.get("title", ""), embed.get("description", "")]
    texts += [embed.get("author", {}).get("name", ""), embed.get("footer", {}).get("text", "")]
    counted = sum(len(text.encode("utf-16-le", "surrogatepass")) // 2 for text in texts)
    return message("discord", {"embed": embed}, counted if length is None else length, "", uploads)


def test_discord_shows_the_embed() -> None:
    seen = check(
        discord(
            title="\\*제목\\*",
            url=LINK,
            description="[글](https://a.kr) 과 https://b.kr",
            author={"name": "*그대로*"},
            footer={"text": "철도"},
            image={"url": "attachment://picture.jpg"},
            timestamp="2026-11-22T00:00:00+00:00",
            color=0xED4245,
            uploads=1,
        )
    )
    assert seen.text == "*그대로*\n철도\n*제목*\n글 과 https://b.kr"
    assert [url for _, url in seen.links] == ["https://a.kr", "https://b.kr", LINK]
    fields = [{"name": "이름", "value": "값", "inline": True}]
    body = {"content": "글", "embeds": [{"fields": fields}], "allowed_mentions": {"parse": []}}
    assert check(message("discord", body, 3)).text == "글\n이름\n값"
    assert check(message("discord", {"content": "글"}, 1)).text == "글"


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (discord(title="<@1>"), "live mention"),
        (discord(description="@everyone"), "live mention"),
        (discord(description="</cmd:1>"), "live mention"),
        (discord(title="<t:0:R>"), "draws as something else"),
        (discord(title="a:fire:b"), "draws as something else"),
        (discord(description="<steam://run/1>"), "unsafe scheme"),
        (discord(description="[a](javascript:alert)"), "unsafe scheme"),
        (discord(description="<+821012345678>"), "unsafe scheme"),
        (discord(title="가" * 257), "257 characters, more than 256"),
        (discord(description="👍" * 2049), "4098 characters, more than 4096"),
        (discord(title=" "), "the title is empty"),
        (discord(footer={"text": ""}, title="a"), "the footer is empty"),
        (discord(title="a", url="tg://a"), "unsafe scheme"),
        (discord(title="a", image={"url": "attachment://a.png"}), "there is none"),
        (discord(title="a", image={"url": "attachment://그림.png"}, uploads=1), "no name for an upload"),
        (discord(title="a", color=-1), "a colour that is none"),
        (discord(title="a", timestamp="2026-11-22T00:00:00"), "without its zone"),
        (discord(title="a", provider={}), "does not know: provider"),
        (discord(title="a", type="video"), "of type video"),
        (discord(url=LINK), "nothing in it"),
        (discord(9, title="a"), "1 UTF-16 units are declared as 9"),
        (discord(title="a\x1b"), r"U\+001B"),
        (discord(title="a", fields=[{"name": "a", "value": " "}]), "a field is empty"),
        (discord(title="a", fields=[{"name": "a", "value": "b"}] * 26), "more than 25 fields"),
        (message("discord", {"embeds": [{"description": "가" * 4000}] * 2}, 8000), "more than 6000"),
        (message("discord", {"embeds": [{"title": "a"}] * 11}, 11), "11 embeds"),
        (message("discord", {}, 1), "an empty message"),
        (message("discord", {"content": "a", "allowed_mentions": {"parse": ["everyone"]}}, 1), "allowed to call"),
        (message("discord", {"content": "a", "tts": True}, 1), "does not know: tts"),
    ],
)
def test_discord_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)


# ── X ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def x(text: str, length: int, link: str = "") -> Message:
    return message("x", {"text": text, "link": link}, length, text)


def test_x_shows_links_and_tags() -> None:
    seen = check(x(f"제목 #해시 a#b\n{LINK}", 38, LINK))
    assert seen.links == [(LINK, LINK)]
    assert seen.tags == ["#해시"]
    assert check(x("a@b.kr @\u2060hanbit !@hanbit $1", 28)).mentions == []


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (x("가" * 141, 282), "the weight 282 is more than 280"),
        (x("가", 1), "the weight 2 is declared as 1"),
        (x("가", 3), "the weight 2 is declared as 3"),
        (x("가@hanbit", 9), "a mention is live"),
        (x("＠hanbit", 8), "a mention is live"),
        (x("RT @hanbit: a", 13), "a mention is live"),
        (x("a $AAPL", 7), "a cashtag is live"),
        (x("a\ufeff", 3), "invalid"),
        (x("a ", 2), "white space at an end"),
        (x(f"{LINK}.", 24, f"{LINK}."), "X would take"),
        (x(f"{LINK} a", 25, LINK), "does not stand at the end"),
        (x(LINK, 23, "javascript:alert(1)"), "unsafe scheme"),
        (message("x", {"text": "a", "poll": {}}, 1, "a"), "does not know: poll"),
        (message("x", {"text": "a"}, 1, "b"), "not the one that is sent"),
    ],
)
def test_x_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)


# ── Mastodon ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def mastodon(status: str, length: int, **more: Any) -> Message:
    return message("mastodon", {"status": status} | more, length, status)


def test_mastodon_counts_an_address_as_23() -> None:
    seen = check(mastodon(f"제목 #해시 가#나\n{LINK}?{'a' * 600}", 34, language="ko"))
    assert seen.tags == ["#해시"]
    assert len(seen.links) == 1
    assert check(mastodon("👨‍👩‍👧" * 500, 500)).mentions == []
    assert check(mastodon("https://newsdao.kr/가나(다)?a=@b", 23)).links[0][0] == "https://newsdao.kr/가나(다)?a=@b"


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (mastodon("가" * 501, 501), "501 characters are more than 500"),
        (mastodon("가", 2), "1 characters are declared as 2"),
        (mastodon("a @hanbit@mastodon.example", 26), "a mention is live: .'@hanbit@mastodon.example'"),
        (mastodon("?@hanbit", 8), "a mention is live"),
        (mastodon("https://a.kr/?@hanbit", 23), "a mention is live"),
        (mastodon("magnet:?xt=urn", 14), "unsafe scheme"),
        (mastodon("gemini://a.kr", 23), "unsafe scheme"),
        (mastodon("a\n", 2), "white space at an end"),
        (mastodon("a", 1, language="한국어"), "no language"),
        (mastodon("a", 1, visibility="direct"), "for nobody"),
        (mastodon("a", 1, poll={}), "does not know: poll"),
    ],
)
def test_mastodon_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)


# ── Bluesky ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def bluesky(text: str, length: int, *facets: Mapping[str, Any], **more: Any) -> Message:
    return message("bluesky", {"record": {"text": text, "facets": list(facets)} | more}, length, text)


def facet(start: int, end: int, kind: str = "link", **feature: str) -> dict[str, Any]:
    features = [{"$type": f"app.bsky.richtext.facet#{kind}"} | (feature or {"uri": LINK})]
    return {"index": {"byteStart": start, "byteEnd": end}, "features": features}


def card(uri: str = LINK) -> dict[str, Any]:
    return {"$type": "app.bsky.embed.external", "external": {"uri": uri, "title": "제목", "description": ""}}


def test_bluesky_shows_facets_only() -> None:
    seen = check(
        bluesky("제목 #해시 @a.kr", 12, facet(0, 6), facet(7, 14, "tag", tag="해시"), embed=card(), langs=["ko"])
    )
    assert seen.links == [("제목", LINK), ("제목", LINK)]
    assert (seen.tags, seen.mentions) == (["#해시"], [])
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "설명", "image": {}}]}
    assert check(message("bluesky", {"record": {"text": "a", "embed": images}}, 1, "a", 1)).text == "a"


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (bluesky("가" * 301, 301), "301 graphemes are more than 300"),
        (bluesky("👨‍👩‍👧‍👦" * 200, 200), "5000 bytes are more than 3000"),
        (bluesky("가", 2), "1 graphemes are declared as 2"),
        (bluesky("가나", 2, facet(1, 6)), "splits a character"),
        (bluesky("가나", 2, facet(0, 7)), "of 6"),
        (bluesky("가나", 2, facet(3, 3)), "a facet from byte 3 to 3"),
        (bluesky("가나", 2, facet(3, 6), facet(0, 3)), "after one to 6"),
        (bluesky("가나", 2, facet(0, 3, uri="file:///a")), "unsafe scheme"),
        (bluesky("@a", 2, facet(0, 2, "mention", did="did:plc:a")), "facet#mention lives"),
        (bluesky("#가", 2, facet(0, 4, "tag", tag="나")), "stands for"),
        (bluesky("#가", 2, facet(0, 4, "tag", tag="#가")), "is no tag"),
        (bluesky("a", 1, tags=["가" * 65]), "too long"),
        (bluesky("a", 1, tags=["가"] * 9), "more than eight tags"),
        (bluesky("a", 1, langs=["ko"] * 4), "more than three languages"),
        (bluesky("a", 1, langs=["한국어"]), "no language"),
        (bluesky("a", 1, embed=card("data:a")), "unsafe scheme"),
        (bluesky("a", 1, embed={"$type": "app.bsky.embed.video"}), "knows no embed"),
        (bluesky("a", 1, embed={"$type": "app.bsky.embed.images", "images": [{}]}), "1 pictures"),
        (bluesky("a", 1, poll={}), "does not know: poll"),
        (bluesky("a", 1, **{"$type": "app.bsky.feed.like"}), "is no post"),
        (bluesky("a ", 2), "white space at an end"),
    ],
)
def test_bluesky_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)


# ── Slack ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def slack(*blocks: Mapping[str, Any], text: str = "글", **more: Any) -> Message:
    return message("slack", {"text": text, "blocks": list(blocks)} | more, 1)


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True} | more}


def header(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "header", "text": {"type": "plain_text", "text": text} | more}


def test_slack_shows_blocks() -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "읽기"}, "url": LINK}
    picture = {"type": "image", "image_url": "https://newsdao.kr/a.jpg", "alt_text": "설명"}
    small = {"type": "context", "elements": [{"type": "mrkdwn", "text": "_철도_"}, picture]}
    seen = check(
        slack(
            header("&lt;제목&gt; *별*"),
            section("*굵게* <https://a.kr|글> &amp;amp; `*`", verbatim=True) | {"accessory": picture},
            {"type": "section", "fields": [{"type": "mrkdwn", "text": "칸"}]},
            small,
            picture,
            {"type": "actions", "elements": [button]},
            {"type": "divider"},
        )
    )
    assert seen.text == "<제목> *별*\n굵게 글 &amp; *\n칸\n철도"
    assert seen.links == [("글", "https://a.kr"), ("읽기", LINK)]
    assert check(message("slack", {"text": "글 &lt;!channel&gt;"}, 1)).text == "글 <!channel>"


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (slack(section("<!channel>")), "live mention"),
        (slack(section("<@U1>")), "live mention"),
        (slack(section("<#C1|a>")), "live mention"),
        (slack(section("<!date^0^{date}|a>")), "live mention"),
        (slack(text="<!here>"), "live mention"),
        (slack(section("@here", verbatim=False)), "unless told verbatim"),
        (slack(section("a & b")), "not escaped: .'&'"),
        (slack(section("a < b")), "not escaped"),
        (slack(section("a &copy; b")), "not escaped"),
        (slack(section("<javascript:alert(1)|a>")), "unsafe scheme"),
        (slack(section("<a.kr|a>")), "unsafe scheme"),
        (slack(section("a :fire:")), "draws as an emoji"),
        (slack(section("*0*¼")), "read in another way too"),
        (slack(section("_`코드`_")), "read in another way too"),
        (slack(header("a :fire:")), "draws as an emoji"),
        (slack(header("가" * 151)), "151 characters, more than 150"),
        (slack(section("가" * 3001)), "3001 characters, more than 3000"),
        (slack(*[section("가" * 2700)] * 5), "13500 characters, more than 13000"),
        (slack(*[section("가")] * 51), "51 blocks are more than 50"),
        (slack(header("a", type="mrkdwn")), "a header is plain text"),
        (slack(section(" ")), "is empty"),
        (slack({"type": "section"}), "nothing in it"),
        (slack(section("a", emoji=True)), "no option emoji"),
        (slack({"type": "video"}), "no block of type 'video'"),
        (slack({"type": "image", "image_url": "attachment://a", "alt_text": ""}), "unsafe scheme"),
        (slack({"type": "context", "elements": []}), "0 elements"),
        (slack(text=" "), "would have no text"),
        (slack(text="가" * 4001), "4001 characters, more than 4000"),
        (slack(link_names=True), "asked to look for names"),
        (slack(attachments=[]), "does not know: attachments"),
    ],
)
def test_slack_refuses(refused: Message, why: str) -> None:
    with pytest.raises(Refused, match=why):
        check(refused)
