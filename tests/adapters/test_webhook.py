"""The signed webhook's JSON is a promise to programs of others (issue 3, point 5; PLATFORMS.md d, f).

How it is sent: test_webhook_sends.
"""

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from adapters.webhook import Adapter
from adapters.webhook.body import ALT, LONGEST_LINK, html
from adapters.webhook.payload import MOST, PAYLOAD
from adapters.webhook.signature import signing_key
from bot.document import Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.model import UTC, Message, Secret, Story, StoryState, Style, Target, Urgency
from tests.adapters.stage import ASCII_LINK, BARE, PICTURE, STORY, Canned, reply
from tests.renderers.corpus import corpus
from tests.renderers.grammars import check

KEY = b"k" * 24
SECRET = Secret("whsec_" + base64.b64encode(KEY).decode())
BOLD = frozenset({Mark.BOLD})
QUOTING = Picture("https://a.kr/", '"<')
SENTENCE = "정부가 남해안 고속철 착공식을 열고 2031년 개통을 약속했다. "


def adapter() -> Adapter:
    return Adapter(Canned(reply(200)), secret=SECRET)


def message(story: Story, style: Style | None = None) -> Message:
    [only] = adapter().render(story, style or Style())
    check(only)
    return only


def data(story: Story, style: Style | None = None) -> Any:
    return message(story, style).body["data"]


def paragraph(*runs: Run | str) -> Paragraph:
    return Paragraph(tuple(run if isinstance(run, Run) else Run(run) for run in runs))


# ── The promise ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_payload_as_it_was_promised() -> None:
    story = replace(
        STORY,
        headline="[속보] 2보: 남해안 고속철 착공",
        urgency=Urgency.BREAKING,
        state=StoryState.ANNOUNCED,
        language="ko",
        categories=("철도 건설", "News"),
        body=Document((paragraph("정부가 ", Run("40%", BOLD), "로 올린다."),)),
    )
    told = message(story)
    assert told.body == {
        "type": "story.published",
        "timestamp": "2026-11-22T03:00:00Z",
        "data": {
            "id": 1,
            "revision": 1,
            "state": "announced",
            "urgency": "breaking",
            "headline": "[속보] 2보: 남해안 고속철 착공",
            "title": {
                "words": "[2보] 남해안 고속철 착공",
                "urgency": "[속보]",
                "series": "2보",
                "labels": ["속보", "2보"],
            },
            "excerpt": STORY.excerpt,
            "link": ASCII_LINK,
            "source": "hanbit",
            "language": "ko",
            "categories": ["철도 건설", "News"],
            "hashtags": ["철도건설"],
            "published": "2026-11-22T03:00:00Z",
            "card": False,
            "pictures": [
                {
                    "url": PICTURE.url,
                    "alt": "파란 지도 위의 선",
                    "mime": "image/png",
                    "width": 1,
                    "height": 1,
                    "sha256": "ab" * 32,
                }
            ],
            "body": {
                "text": "정부가 40%로 올린다.",
                "html": "<p>정부가 <strong>40%</strong>로 올린다.</p>",
                "blocks": [
                    {
                        "type": "paragraph",
                        "runs": [{"text": "정부가 "}, {"text": "40%", "marks": ["bold"]}, {"text": "로 올린다."}],
                    }
                ],
            },
        },
    }
    assert told.text == f"[속보] 2보: 남해안 고속철 착공\n\n{STORY.excerpt}\n\n{ASCII_LINK}"
    assert told.length == len(json.dumps(told.body, ensure_ascii=False, separators=(",", ":")).encode())
    assert (told.limit, told.unit, told.notes) == (20_000, "bytes", ())


def test_what_is_not_known_is_left_out() -> None:
    bare = data(replace(BARE, id=0, published=None, link=""))
    assert not {"id", "published", "body"} & set(bare)
    assert (bare["link"], bare["pictures"]) == ("", [])
    assert data(replace(STORY, pictures=(Picture("file:///a.png"),)))["pictures"] == [{"alt": ""}]


@pytest.mark.parametrize(
    ("state", "revision", "event"),
    [
        (StoryState.KNOWN, 1, "story.published"),
        (StoryState.ANNOUNCED, 1, "story.published"),
        (StoryState.ANNOUNCED, 2, "story.updated"),
        (StoryState.CORRECTED, 2, "story.corrected"),
        (StoryState.RETRACTED, 2, "story.retracted"),
        (StoryState.KILLED, 1, "story.retracted"),
    ],
)
def test_the_type_says_what_happened(state: StoryState, revision: int, event: str) -> None:
    assert message(replace(BARE, state=state, revision=revision)).body["type"] == event


SEOUL = dt.timezone(dt.timedelta(hours=9))


@pytest.mark.parametrize(
    ("published", "seen", "moment"),
    [
        (dt.datetime(2026, 11, 22, 12, 0, tzinfo=SEOUL), None, "2026-11-22T03:00:00Z"),
        (None, dt.datetime(2026, 11, 22, 3, 0, 0, 250_000, tzinfo=UTC), "2026-11-22T03:00:00.250000Z"),
        (None, None, "1970-01-01T00:00:00Z"),
    ],
)
def test_the_timestamp_is_the_storys_own(published: dt.datetime | None, seen: dt.datetime | None, moment: str) -> None:
    """Every try and every worker says the same (standard-webhooks, "Webhook metadata")."""
    assert message(replace(BARE, published=published, seen=seen)).body["timestamp"] == moment


def test_links_carry_the_accounts_parameters_and_templates_change_nothing() -> None:
    assert data(BARE, Style(utm="utm_source=w"))["link"] == f"{ASCII_LINK}?utm_source=w"
    assert data(BARE, Style(template="# {headline}")) == data(BARE)
    assert Adapter.template == ""


def test_an_address_that_no_server_takes_is_left_out_and_said() -> None:
    told = message(replace(BARE, link="https://a.kr/" + "a" * LONGEST_LINK))
    assert told.body["data"]["link"] == ""
    assert told.notes == ("without its link, which is longer than 8000 characters",)


# ── The body ─────────────────────────────────────────────────────────────────────────────────────────────────────────

EVERYTHING = Document(
    (
        Heading(2, (Run("착공식"),)),
        paragraph(
            "가 & <나>\n", Run("다", frozenset({Mark.BOLD, Mark.ITALIC})), Run("라", href="https://a.kr/?a=1&b=2")
        ),
        Items(True, ((paragraph("하나"), Items(False, ((paragraph("안"),),))),), 3),
        Quote((paragraph("말"),)),
        Code("x < 1\ny"),
        Table((("해", "값"), ("2026", "1 & 2")), head=True),
        Figure(PICTURE, "그림 <설명>"),
    )
)


def test_every_block_has_its_shape() -> None:
    assert data(replace(BARE, body=EVERYTHING))["body"]["blocks"] == [
        {"type": "heading", "level": 2, "runs": [{"text": "착공식"}]},
        {
            "type": "paragraph",
            "runs": [
                {"text": "가 & <나>\n"},
                {"text": "다", "marks": ["bold", "italic"]},
                {"text": "라", "href": "https://a.kr/?a=1&b=2"},
            ],
        },
        {
            "type": "list",
            "ordered": True,
            "start": 3,
            "items": [
                [
                    {"type": "paragraph", "runs": [{"text": "하나"}]},
                    {
                        "type": "list",
                        "ordered": False,
                        "start": 1,
                        "items": [[{"type": "paragraph", "runs": [{"text": "안"}]}]],
                    },
                ]
            ],
        },
        {"type": "quote", "blocks": [{"type": "paragraph", "runs": [{"text": "말"}]}]},
        {"type": "code", "text": "x < 1\ny"},
        {"type": "table", "head": True, "rows": [["해", "값"], ["2026", "1 & 2"]]},
        {"type": "figure", "picture": data(STORY)["pictures"][0], "caption": "그림 <설명>"},
    ]


def test_every_block_is_html() -> None:
    assert html(EVERYTHING) == (
        "<h2>착공식</h2>"
        '<p>가 &amp; &lt;나&gt;<br><em><strong>다</strong></em><a href="https://a.kr/?a=1&amp;b=2">라</a></p>'
        '<ol start="3"><li><p>하나</p><ul><li><p>안</p></li></ul></li></ol>'
        "<blockquote><p>말</p></blockquote>"
        "<pre><code>x &lt; 1\ny</code></pre>"
        "<table><tr><th>해</th><th>값</th></tr><tr><td>2026</td><td>1 &amp; 2</td></tr></table>"
        '<figure><img src="https://hanbit.example/img/a.png" alt="파란 지도 위의 선">'
        "<figcaption>그림 &lt;설명&gt;</figcaption></figure>"
    )


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (Document((paragraph(Run("가림", frozenset({Mark.SPOILER})), Run("", BOLD)),)), "<p>가림</p>"),
        (Document((paragraph(Run("글", href="javascript:alert(1)")),)), "<p>글</p>"),
        (Document((paragraph(Run("글", href='https://a.kr/"><script>')),)), '<p><a href="https://a.kr/%22%3E%3Cscript%3E">글</a></p>'),
        (Document((Figure(Picture("file:///a.png")),)), ""),
        (Document((Figure(Picture("data:a", '"><b>')),)), ""),
        (Document((Figure(QUOTING),)), '<figure><img src="https://a.kr/" alt="&quot;&lt;"></figure>'),
        (Document((Items(True, ((paragraph("하나"),),)),)), "<ol><li><p>하나</p></li></ol>"),
        (Document((Table((("a", "b"),)),)), "<table><tr><td>a</td><td>b</td></tr></table>"),
        (Document((Figure(Picture(""), "설명"),)), "<figure><figcaption>설명</figcaption></figure>"),
    ],
)  # fmt: skip
def test_no_text_and_no_address_becomes_html_of_its_own(document: Document, expected: str) -> None:
    assert html(document) == expected


def test_addresses_that_lead_off_the_web_are_left_out() -> None:
    [block] = data(replace(BARE, body=Document((paragraph(Run("글", href="mailto:a@b.kr")),))))["body"]["blocks"]
    assert block["runs"] == [{"text": "글"}]


@pytest.mark.parametrize("place", ["headline", "excerpt", "source", "language", "link", "body"])
def test_nothing_that_strangers_write_breaks_the_json(place: str) -> None:
    """FAILURES.md section 3 row 24; ``message`` asks the grammar."""
    for attack in corpus():
        told: Any = Document((paragraph(Run(attack.text, BOLD)), Code(attack.text))) if place == "body" else attack.text
        message(replace(STORY, **{place: told}))


# ── Its size ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def of(paragraphs: int) -> Document:
    return Document(tuple(paragraph(SENTENCE) for _ in range(paragraphs)))


FORMS = ("without the body's blocks", "without the body's HTML")


@pytest.mark.parametrize(
    ("paragraphs", "forms", "notes"),
    [
        (10, {"text", "html", "blocks"}, ()),
        (100, {"text", "html"}, FORMS[:1]),
        (200, {"text"}, FORMS),
        (400, {"text"}, (*FORMS, "without the end of the body")),
        (20_000, {"text"}, (*FORMS, "without the end of the body")),
    ],
)
def test_a_long_body_leaves_out_its_forms_and_then_its_end(
    paragraphs: int, forms: set[str], notes: tuple[str, ...]
) -> None:
    """SW:119: below 20 kB."""
    told = message(replace(BARE, body=of(paragraphs)))
    assert set(told.body["data"]["body"]) == forms
    assert told.notes == notes
    assert told.length <= PAYLOAD
    assert told.body["data"]["body"]["text"].endswith("약속했다.")
    assert told.length > PAYLOAD * 0.95 or paragraphs < 400


def test_each_part_of_a_story_gives_way_before_its_headline_does() -> None:
    pictures = tuple(Picture(f"https://a.kr/{number}.png", "설명 " * ALT) for number in range(MOST + 9))
    names = tuple(f"{number} " + "가" * 199 for number in range(MOST + 9))
    story = replace(BARE, headline="남해안 고속철 " * 900, excerpt=SENTENCE * 99, pictures=pictures, categories=names)
    told = message(replace(story, body=of(9)))
    assert told.notes == (
        *FORMS,
        "without the end of the body",
        "with one picture only",
        "without its picture",
        "without the end of its excerpt",
        "without its categories",
        "without its headline taken apart",
    )
    assert told.body["data"]["headline"] == ("남해안 고속철 " * 900).strip()
    cut = message(replace(story, headline="남해안 고속철 " * 2000))
    assert cut.notes[-1] == "without the end of its headline"
    assert cut.body["data"]["headline"].endswith("…")
    assert cut.length > PAYLOAD * 0.99


def test_no_description_and_no_name_is_endless() -> None:
    endless = replace(STORY, source="가" * 999, pictures=(replace(PICTURE, alt="가" * 9999),))
    assert len(data(endless)["source"]) == 200
    assert len(data(endless)["pictures"][0]["alt"]) == ALT


# ── The account ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_secret_holds_a_key_of_the_standards_form() -> None:
    assert signing_key(SECRET) == KEY
    assert adapter().credential == adapter().credential
    longest = Secret("whsec_" + base64.b64encode(b"k" * 64).decode())
    assert Adapter(Canned(reply(200)), secret=longest).credential != adapter().credential


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "whsec_!" + base64.b64encode(KEY).decode(),
        base64.b64encode(KEY).decode(),
        "whsk_" + base64.b64encode(KEY).decode(),
        "whsec_" + base64.b64encode(b"k" * 23).decode(),
        "whsec_" + base64.b64encode(b"k" * 65).decode(),
    ],
)
def test_any_other_secret_is_refused_and_not_told(secret: str) -> None:
    """standard-webhooks, "Signature scheme": 24 to 64 bytes, base64, behind whsec_."""
    with pytest.raises(ValueError, match="24 to 64 random bytes in base64 behind 'whsec_'") as caught:
        Adapter(Canned(reply(200)), secret=Secret(secret))
    assert len(secret) < 7 or secret not in str(caught.value)


def test_an_address_is_a_secret_wherever_it_stands() -> None:
    address = "https://받는곳.kr:8443/hooks/t0ken?x=1"
    named, hidden = Adapter.target({"id": address}), Adapter.target({"webhook": Secret(address + "#top")})
    assert named == hidden
    assert named.secret is not None
    assert named.secret.reveal() == "https://xn--mb0bt0ib7i.kr:8443/hooks/t0ken?x=1"
    assert named.address.startswith("xn--mb0bt0ib7i.kr:8443:")
    assert "t0ken" not in named.address
    assert named != Adapter.target({"id": address + "1"})


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"id": "a.kr/hook"},
        {"id": "ftp://a.kr/"},
        {"id": "mailto:a@b.kr"},
        {"id": "https://me:pw@a.kr/"},
        {"id": "/hook?token=1"},
        {"webhook": Secret("/a/path")},
    ],
)
def test_what_is_no_address_is_refused_and_not_told(raw: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match="no address of a receiver") as caught:
        Adapter.target(raw)
    assert raw.get("id", "a.kr") not in str(caught.value)


@pytest.mark.parametrize("path", ["/", "/newsroom", "/뉴스룸/2", "/a.b~c/-_"])
def test_a_path_is_a_name_and_no_secret(path: str) -> None:
    assert Adapter.target({"id": path}) == Target(path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8701", "127.9.9.9", "[::1]:80"])
def test_plain_http_reaches_this_machine(host: str) -> None:
    target = Adapter.target({"id": f"http://{host}/hook"})
    assert target.secret == Secret(f"http://{host}/hook")


@pytest.mark.parametrize("host", ["a.kr", "10.0.0.1", "localhost.a.kr", "127.0.0.1.a.kr"])
def test_plain_http_reaches_nowhere_else(host: str) -> None:
    """INTERFACE.md: plain http is fine on loopback; a story that is not out yet is nobody's to read on the way."""
    with pytest.raises(ValueError, match="use https") as caught:
        Adapter.target({"id": f"http://{host}/t0ken"})
    assert "t0ken" not in str(caught.value)
